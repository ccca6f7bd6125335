// The page's side of the worker that opens files and reads codes: it is held to its time with each, and ended when
// it takes longer. What becomes of a file, or of a picture of the camera, is told, never thrown.

const LOADING = 120_000; // of milliseconds, for what opens files to be there

const nothing = (problem) => ({ opened: null, looks: [], problem });

export class Opener {
  constructor(start) {
    this.start = start;
    this.worker = null;
    this.turn = Promise.resolve(); // one after the other: each has the worker for itself
    this.giving = 0;
    this.left = null; // of milliseconds, for all files that were given at once
    this.missing = false; // what opens files cannot be had, and no other of them waits for it
    this.finish = null; // for what is being answered
  }

  // Have it load before anything is asked of it.
  warm() {
    if (this.worker) return;
    const worker = this.started();
    if (worker) worker.onerror = () => worker === this.worker && this.stop();
  }

  // Behind the files of one giving, and when nobody waits for them any more. The memory that they took goes with
  // the worker.
  end() {
    this.giving += 1;
    this.left = null;
    this.missing = false;
    this.stop();
    this.finish?.("ended");
  }

  // What Python wants to know of files, one after the other.
  async answers(wanted) {
    const { giving } = this;
    const told = [];
    for (const each of wanted)
      told.push(await this.inTurn(() => (giving === this.giving ? this.ofFile(each) : nothing("ended"))));
    return told;
  }

  // A picture of the camera, which has no share in the time of files.
  frame(wanted) {
    return this.inTurn(async () => (await this.asked(wanted, wanted.seconds * 1000)).told);
  }

  inTurn(answer) {
    return (this.turn = this.turn.then(answer));
  }

  async ofFile(wanted) {
    this.left ??= wanted.allSeconds * 1000;
    if (this.missing) return nothing("missing");
    if (this.left <= 0) return nothing("late");
    const whole = wanted.seconds * 1000;
    const { told, took } = await this.asked(wanted, Math.min(whole, this.left));
    // An alarm may ring a part of a millisecond early, and nothing is begun in that.
    const isLate = told.problem === "slow" && this.left < whole;
    if (isLate) told.problem = "late";
    this.missing = told.problem === "missing";
    if (this.left !== null) this.left = isLate ? 0 : this.left - took;
    return told;
  }

  // What the worker told, and how many milliseconds that took from where it began.
  asked(wanted, milliseconds) {
    const worker = this.worker ?? this.started();
    if (!worker) return { told: nothing("missing"), took: 0 };
    const told = nothing("");
    return new Promise((resolve) => {
      let [alarm, since] = [0, null];
      this.finish = (problem) => {
        this.finish = null;
        clearTimeout(alarm);
        resolve({ told: { ...told, problem }, took: since === null ? 0 : performance.now() - since });
      };
      const ended = (problem) => {
        this.stop();
        this.finish?.(problem);
      };
      const within = (time, problem) => {
        clearTimeout(alarm);
        alarm = setTimeout(() => ended(problem), time);
      };
      // One that ends over a file had begun with it.
      worker.onerror = () => ended(since === null ? "missing" : "heavy");
      worker.onmessage = ({ data }) => {
        if (data.begun) {
          since = performance.now();
          within(milliseconds, "slow");
        } else if (data.opened) told.opened = data.opened;
        else if (data.look) told.looks.push(data.look);
        else if (data.problem === "missing") ended("missing");
        else this.finish?.(data.problem ?? "");
      };
      within(LOADING, "missing");
      worker.postMessage(wanted, [wanted.data.buffer]);
    });
  }

  started() {
    try {
      return (this.worker = this.start());
    } catch {
      return null;
    }
  }

  stop() {
    if (!this.worker) return;
    this.worker.onmessage = this.worker.onerror = null; // what it told last may still be on its way
    this.worker.terminate();
    this.worker = null;
  }
}
