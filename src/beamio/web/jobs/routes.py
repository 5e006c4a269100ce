"""Jobs over HTTP."""

import json
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from beamio.errors import BeamioError
from beamio.web.jobs.asked import JobAsked, JobForm
from beamio.web.jobs.runner import Jobs
from beamio.web.questions.question import EVENTS, JSON
from beamio.web.schema import Action
from beamio.web.status import status_of

ACTIONS = (
    Action("jobs", "get", "Jobs that wait, run and are over, the newest first."),
    Action("jobs", "post", "Start a job.", JobAsked, status=201),
    Action("jobs/check", "post", "What a job would do, without doing it.", JobAsked),
    Action("jobs/clear", "post", "Forget the jobs that are over."),
    Action("jobs/events", "get", "Jobs, and how they change.", media_type=EVENTS),
    Action("jobs/{name}/log", "get", "The last lines of what a job said."),
    Action("jobs/{name}/cancel", "post", "End a job, with nothing left of it."),
)
_BODY = 1 << 20
"""Bytes of a request at most."""


def routes(jobs: Jobs, words: Callable[[ValidationError], str]) -> list[BaseRoute]:
    """Return the routes of jobs; `words` says what is wrong with a request."""
    ask = _Asking(jobs, words)
    return [
        Route("/api/jobs", _told(ask.listed), methods=["GET"]),
        Route("/api/jobs", _told(ask.started), methods=["POST"]),
        Route("/api/jobs/check", _told(ask.checked), methods=["POST"]),
        Route("/api/jobs/clear", _told(ask.cleared), methods=["POST"]),
        Route("/api/jobs/events", ask.events, methods=["GET"]),
        Route("/api/jobs/{name}/log", _told(ask.log), methods=["GET"]),
        Route("/api/jobs/{name}/cancel", _told(ask.cancelled), methods=["POST"]),
    ]


class _Asking:
    """Asks jobs what requests ask for."""

    def __init__(self, jobs: Jobs, words: Callable[[ValidationError], str]) -> None:
        self._jobs = jobs
        self._words = words

    async def listed(self, _: Request) -> Response:
        states = [state.facts() for state in self._jobs.states()]
        return JSONResponse({"jobs": states})

    async def started(self, request: Request) -> Response:
        asked = await _asked(request, self._words)
        if isinstance(asked, Response):
            return asked
        return JSONResponse(self._jobs.start(asked).facts(), HTTPStatus.CREATED)

    async def checked(self, request: Request) -> Response:
        asked = await _asked(request, self._words)
        if isinstance(asked, Response):
            return asked
        try:
            what = self._jobs.prepare(asked)
        except BeamioError as error:  # no failure: that is what was asked
            return JSONResponse({"command": "", "output": None, "refusal": str(error)})
        facts = {"command": what.command, "output": what.output, "refusal": ""}
        return JSONResponse(facts)

    async def cleared(self, request: Request) -> Response:
        self._jobs.clear()
        return await self.listed(request)

    async def events(self, _: Request) -> Response:
        return StreamingResponse(_sent(self._jobs), media_type=EVENTS)

    async def log(self, request: Request) -> Response:
        return JSONResponse({"lines": self._jobs.log(request.path_params["name"])})

    async def cancelled(self, request: Request) -> Response:
        state = self._jobs.cancel(request.path_params["name"])
        return JSONResponse(state.facts())


async def _sent(jobs: Jobs) -> AsyncIterator[bytes]:
    async for event in jobs.events():
        yield b"data: " + json.dumps(event).encode() + b"\n\n"
    yield b"event: end\ndata: null\n\n"


async def _asked(
    request: Request, words: Callable[[ValidationError], str]
) -> JobForm | Response:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _BODY:
            return _failed(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too long"
            )
    try:
        return JobAsked.validate_json(body)
    except ValidationError as error:
        return _failed(HTTPStatus.UNPROCESSABLE_ENTITY, words(error))


def _told(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """Return a function that also says what is refused, and why.

    A page of another site can't post JSON without being asked where it is from.
    """

    async def told(request: Request) -> Response:
        if request.method == "POST":
            kind = request.headers.get("content-type", "").partition(";")[0].strip()
            if kind != JSON:
                return _failed(
                    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"what is posted must be {JSON}"
                )
            by_cookie = "authorization" not in request.headers
            if by_cookie and "origin" not in request.headers:
                return _failed(HTTPStatus.FORBIDDEN, "the header Origin is missing")
        try:
            found: Response = await answer(request)
        except BeamioError as error:
            names = [each.__name__ for each in type(error).__mro__]
            return _failed(status_of(names), str(error), names[0])
        return found

    return told


def _failed(status: int, message: str, error: str = "") -> Response:
    return JSONResponse({"message": message, "error": error}, status)
