"""The interface that the W3C test suites speak: VC API calls to issue, verify, derive and ask for a status.

    application(instances.make(base_url, now=now), hosts={"127.0.0.1:8443"}, since=now)

It signs with keys made for the occasion and asks nobody who they are: for tests, on one's own computer.
docs/reference/conformance.md has the calls and how to run the suites.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vcwallet import limits, locales, strict_json
from vcwallet.conformance.instances import STATUS_LISTS, Instance
from vcwallet.conformance.proof_only import derived
from vcwallet.conformance.statuses import PURPOSE, PublishedStatusList
from vcwallet.conformance.verifying import Extent, Verifying, extent, findings
from vcwallet.errors import N_, InputError, MachineError, VcwalletError
from vcwallet.report import Finding, Result
from vcwallet.speaking import sentences
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier import VerificationError
from vcwallet.web.guard import Guard, json_response, read_body, refusal

__all__ = ["Api", "application", "clock"]

Answer: TypeAlias = tuple[int, JsonObject | None]
"""Status and body; no body for 204."""


def clock() -> datetime:
    """This moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Api:
    """The calls. Each takes the request's body and the variable segments of its address.

    Raises VcwalletError for what is refused; `_STATUSES` says how that is answered.
    """

    instances: Mapping[str, Instance]
    since: datetime
    clock: Callable[[], datetime] = clock
    everything: bool = False
    """Whether everything is verified, whatever ``options.checks`` asks for."""

    def issuers(self) -> Answer:
        return 200, {name: each.did for name, each in self.instances.items()}

    def issue(self, body: JsonObject, name: str) -> Answer:
        instance = self._instance(name)
        document, options = _member(body, "credential"), _options(body)
        pointers = _pointers(options, "mandatoryPointers")
        issued = instance.issue(document, mandatory_pointers=pointers, now=self.clock())
        return 201, {"verifiableCredential": issued}

    def verify_credential(self, body: JsonObject) -> Answer:
        document, options = _member(body, "verifiableCredential"), _options(body)
        asked = self._extent(options)
        return _verified(asked, self._verifying.credential(document, asked, now=self.clock()))

    def verify_presentation(self, body: JsonObject) -> Answer:
        document, options = _member(body, "verifiablePresentation"), _options(body)
        asked = self._extent(options)
        notes = self._verifying.presentation(
            document,
            asked,
            domain=_text(options, "domain"),
            challenge=_text(options, "challenge"),
            now=self.clock(),
        )
        return _verified(asked, notes)

    def derive(self, body: JsonObject) -> Answer:
        document, options = _member(body, "verifiableCredential"), _options(body)
        pointers = _pointers(options, "selectivePointers") or ()
        return 201, {"verifiableCredential": derived(document, pointers, now=self.clock())}

    def set_status(self, body: JsonObject, name: str) -> Answer:
        statuses = self._statuses(name)
        entry, credential_id = _member(body, "credentialStatus"), _text(body, "credentialId")
        if credential_id is None or _text(entry, "statusPurpose") != PURPOSE:
            raise _bad_member("credentialId" if credential_id is None else "credentialStatus")
        statuses.revoke(credential_id)
        return 200, {}

    def status_list(self, name: str) -> Answer:
        return 200, self._statuses(name).document

    def publish(self, body: JsonObject, name: str) -> Answer:
        self._statuses(name).publish(now=self.clock())
        return 204, None

    def _extent(self, options: JsonObject) -> Extent:
        asked = extent(options.get("checks"))
        return Extent.EVERYTHING if self.everything else asked

    @property
    def _verifying(self) -> Verifying:
        return Verifying(self.instances, self.since)

    def _instance(self, name: str) -> Instance:
        instance = self.instances.get(name)
        if instance is None:
            raise _not_found()
        return instance

    def _statuses(self, name: str) -> PublishedStatusList:
        statuses = self._instance(name).statuses
        if statuses is None:
            raise _not_found()
        return statuses


def application(
    instances: Mapping[str, Instance],
    *,
    hosts: Collection[str],
    since: datetime,
    clock: Callable[[], datetime] = clock,
    everything: bool = False,
) -> Starlette:
    """The ASGI application.

    `hosts` are the values of ``Host`` it answers to (see `Guard`). `since` is the moment from which the
    issuers are believed, when everything is asked to be verified; `everything` means always.
    """
    api = Api(instances, since, clock, everything)
    workers = ThreadPoolExecutor(limits.WEB_WORKERS, thread_name_prefix="vcwallet-web")

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        workers.shutdown(wait=False, cancel_futures=True)

    def post(path: str, call: Callable[..., Answer]) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                body = await read_body(request)
            except VcwalletError as error:
                return _refused(error)
            return await _in_time(
                workers, lambda: call(strict_json.loads_object(body), **request.path_params)
            )

        return Route(path, endpoint, methods=["POST"])

    def get(path: str, call: Callable[..., Answer]) -> Route:
        async def endpoint(request: Request) -> Response:
            return await _in_time(workers, lambda: call(**request.path_params))

        return Route(path, endpoint, methods=["GET"])

    app = Starlette(
        routes=[
            get("/issuers", api.issuers),
            post("/issuers/{name}/credentials/issue", api.issue),
            post("/issuers/{name}/credentials/status", api.set_status),
            post("/verifiers/default/credentials/verify", api.verify_credential),
            post("/verifiers/default/presentations/verify", api.verify_presentation),
            post("/holders/default/credentials/derive", api.derive),
            get(STATUS_LISTS + "{name}", api.status_list),
            post(STATUS_LISTS + "{name}/publish", api.publish),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={HTTPException: _no_such_call},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


async def _in_time(workers: ThreadPoolExecutor, call: Callable[[], Answer]) -> Response:
    """Run a call on a worker, and turn what it answers or raises into a response; never anything else."""
    answer = asyncio.get_running_loop().run_in_executor(workers, call)
    try:
        # One that was begun goes on when its time is over: the ceilings on documents end it, and the number
        # of workers bounds how many there are.
        status, body = await asyncio.wait_for(answer, limits.WEB_WORK_SECONDS)
    except VcwalletError as error:
        return _refused(error)
    except TimeoutError:
        return _refused(
            MachineError(
                "conformance.too-busy",
                N_("There was no answer within {seconds} seconds."),
                seconds=limits.WEB_WORK_SECONDS,
            )
        )
    except Exception as error:  # a mistake of ours, told without a traceback
        return _refused(
            MachineError(
                "conformance.internal", N_("vcwallet made a mistake ({kind})."), kind=type(error).__name__
            )
        )
    return Response(status_code=status) if body is None else json_response(body, status)


_STATUSES = {
    "conformance.not-found": 404,
    "conformance.no-such-method": 405,
    "web.too-slow": 408,
    "web.body-too-large": 413,
    "conformance.too-busy": 503,
}


def _refused(error: VcwalletError) -> Response:
    """400 for every document that is refused, whether its form, its proof or its status is to blame."""
    if isinstance(error, VerificationError):
        told: list[Json] = [
            {"name": type(error).__name__, "code": each.reason, "message": _words(each)}
            for each in findings(error.report, Result.FAILED, Result.NOT_COUNTED, Result.UNKNOWN)
        ]
        return json_response({"verified": False, "errors": told}, 400)
    otherwise = 500 if isinstance(error, MachineError) else 400
    return refusal(error, _STATUSES.get(error.code, otherwise))


async def _no_such_call(_: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        refused = _refused(
            InputError("conformance.no-such-method", N_("This address is not called in this way."))
        )
        refused.headers.update(error.headers or {})
        return refused
    return _refused(_not_found())


def _verified(asked: Extent, notes: Sequence[Finding]) -> Answer:
    warnings: list[Json] = [{"name": each.reason, "message": _words(each)} for each in notes]
    checks: list[Json] = list(asked.value)
    return 200, {"verified": True, "checks": checks, "errors": [], "warnings": warnings}


def _words(finding: Finding) -> str:
    return sentences.sentence(finding, locales.language("en"))


def _not_found() -> InputError:
    return InputError("conformance.not-found", N_("There is nothing at this address."))


def _member(body: JsonObject, name: str) -> JsonObject:
    value = body.get(name)
    if not isinstance(value, dict):
        raise _bad_member(name)
    return value


def _options(body: JsonObject) -> JsonObject:
    return _member(body, "options") if body.get("options") is not None else {}


def _text(members: JsonObject, name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise _bad_member(name)
    return value


def _pointers(options: JsonObject, name: str) -> tuple[str, ...] | None:
    value = options.get(name)
    if value is None:
        return None
    listed = value if isinstance(value, list) else [value]
    pointers = tuple(pointer for pointer in listed if isinstance(pointer, str))
    if not isinstance(value, list) or len(pointers) != len(listed):
        raise _bad_member(name)
    return pointers


def _bad_member(name: str) -> InputError:
    return InputError(
        "conformance.member", N_("The request has no “{name}”, or it is of the wrong kind."), name=name
    )
