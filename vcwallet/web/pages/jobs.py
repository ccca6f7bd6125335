"""Long work that a person waits for: how far it is, and the wish to stop it.

The work runs on the thread of what is opened; the page that shows it is made on another, so what both touch
is a few plain values.

    def work(job: Job) -> str:
        issuer.issue(plan, now=now, progress=job.step)
        return "handing"

    return visit.start(N_("Signing"), len(plan.new), work)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from vcwallet.errors import N_, Cancelled, Mistake, Plural, VcwalletError
from vcwallet.files import in_our_words

__all__ = ["Job", "JobState", "Stopped", "Work"]


class Stopped(Cancelled):
    """The person asked for the work to be stopped; what was done until then stays done."""

    def __init__(self) -> None:
        super().__init__("job.stopped", N_("The work was stopped. What was done until then is kept."))


class JobState(Enum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass
class Job:
    """One piece of work; its states follow one another from RUNNING to one of the others."""

    words: str | Plural
    """What is being done, a template for the head of its page."""
    total: int
    """Steps in all; 0 when nobody can know."""
    stoppable: bool = True
    id: str = ""
    """Of this work alone: a window that shows earlier work must not stop the present."""
    done: int = 0
    state: JobState = JobState.RUNNING
    back: str = ""
    """Where the person is led when it was stopped or failed, from the root of what is opened."""
    target: str = ""
    """Where the person is led when it is done."""
    error: VcwalletError | None = None
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def running(self) -> bool:
        return self.state is JobState.RUNNING

    @property
    def stopping(self) -> bool:
        return self.running and self._stop.is_set()

    def step(self, steps: int = 1) -> None:
        """Count steps that are done. Raises `Stopped` when the person asked for it."""
        self.done += steps
        self.check()

    def check(self) -> None:
        """Raises `Stopped` when the person asked for it."""
        if self.stoppable and self._stop.is_set():
            raise Stopped

    def stop(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    def run(self, work: Work) -> None:
        """Do the work. Nothing is raised: what went wrong is in `error`."""
        try:
            self.check()
            self.target = work(self)
        except Stopped as error:
            self.error, self.state = error, JobState.STOPPED
        except VcwalletError as error:
            self.error, self.state = error, JobState.FAILED
        except OSError as error:
            self.error, self.state = in_our_words(error, whole_path=False), JobState.FAILED
        except Exception as error:
            self.error, self.state = Mistake.of(error), JobState.FAILED
        else:
            self.state = JobState.DONE


Work = Callable[[Job], str]
