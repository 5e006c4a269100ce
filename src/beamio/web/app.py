"""The server as an application of ASGI."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from beamio.web.fence import Fence
from beamio.web.jobs import Jobs
from beamio.web.jobs.routes import ACTIONS, routes
from beamio.web.live import Watch
from beamio.web.names import sent, sent_all
from beamio.web.questions import ALL, Question
from beamio.web.questions.question import EVENTS, Asked, takes_list, words_of
from beamio.web.schema import schema
from beamio.web.security import Door, Guarded
from beamio.web.status import status_of
from beamio.web.told import failed, not_found
from beamio.web.worker import Pool, Received

STATIC = Path(__file__).with_name("static")
"""The built viewer."""
_BODY = 1 << 18
"""Bytes that are passed on at a time."""


def make_app(fence: Fence, door: Door, *, start: dict[str, Any] | None = None) -> Any:
    """Return the application that shows what is inside a fence.

    Parameters
    ----------
    fence
        Which files may be looked at.
    door
        Who may ask.
    start
        The file, path and slice that the page opens with.
    """
    pool, jobs = Pool(fence), Jobs(fence)
    watch = Watch(pool, fence)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        pool.warm()
        yield
        await jobs.close()
        await pool.close()

    async def session(_: Request) -> Response:
        roots = [{"name": r.name, "is_folder": r.is_folder} for r in fence.roots]
        return JSONResponse(sent_all({"roots": roots, "start": start}))

    async def openapi(_: Request) -> Response:
        return JSONResponse(schema(ALL, ACTIONS))

    paths: list[BaseRoute] = [
        Route("/api/session", session),
        Route("/api/openapi.json", openapi),
        *(
            Route(f"/api/{question.name}", _answering(pool, watch, question))
            for question in ALL.values()
        ),
        *routes(jobs, words_of),
        Route("/api/{rest:path}", _unknown),
    ]
    if STATIC.is_dir():
        paths.append(Mount("/", StaticFiles(directory=STATIC, html=True)))
    app = Starlette(
        routes=paths,
        lifespan=life,
        middleware=[Middleware(Guarded, door=door)],
        exception_handlers={HTTPException: not_found},
    )
    app.state.pool = pool
    app.state.watch = watch
    app.state.jobs = jobs
    return app


def _answering(pool: Pool, watch: Watch, question: Question) -> Any:
    async def answer(request: Request) -> Response:
        try:
            asked = question.asked.model_validate(_query(request, question.asked))
        except ValidationError as error:
            return failed(HTTPStatus.UNPROCESSABLE_ENTITY, words_of(error))
        query = asked.model_dump(mode="json")
        parts = (
            watch.follow(question, query, request.is_disconnected)
            if question.follows
            else pool.ask(question, query)
        )
        if question.streams:
            return StreamingResponse(_events(parts), media_type=EVENTS)
        part = await _whole(request, parts)
        if part is None:
            return failed(HTTPStatus.FAILED_DEPENDENCY, "no answer came")
        if part.kind == "error":
            return failed(status_of(part.errors), part.message, part.errors[0])
        return _Answered(part)

    return answer


def _query(request: Request, asked: type[Asked]) -> dict[str, Any]:
    """Return the parameters, those that are lists as lists."""
    query: dict[str, Any] = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        query[name] = values if takes_list(asked, name) else values[-1]
    return query


async def _whole(request: Request, parts: AsyncGenerator[Received]) -> Received | None:
    """Return an answer; None if there is none, or who asked does not wait for it."""
    answer = asyncio.ensure_future(anext(parts, None))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        answer.cancel()
        await asyncio.wait({answer})
        await parts.aclose()
    return None if answer.cancelled() else answer.result()


async def _gone(request: Request) -> None:
    """Wait until who asked is gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Answered(Response):
    """A body that is sent in parts, as fast as they are taken."""

    def __init__(self, part: Received) -> None:
        super().__init__(media_type=part.media_type, headers=part.headers)
        self.headers["content-length"] = str(len(part.body))
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and give the room back that it took."""
        del scope, receive
        body = memoryview(self._part.body)
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            for start in range(0, len(body), _BODY):
                part = bytes(body[start : start + _BODY])
                more = {"type": "http.response.body", "body": part, "more_body": True}
                await send(more)
            await send({"type": "http.response.body"})
        finally:
            self._part.sent()


async def _events(parts: AsyncGenerator[Received]) -> AsyncIterator[bytes]:
    """Yield server-sent events; "end" is the last one, or "failed" with a message."""
    async with aclosing(parts):
        async for part in parts:
            if part.kind == "event":
                yield b"data: " + part.body + b"\n\n"
            elif part.kind == "beat":
                yield b": alive\n\n"
            elif part.kind == "error":
                body = json.dumps({"message": sent(part.message)}).encode()
                yield b"event: failed\ndata: " + body + b"\n\n"
            else:
                yield b"event: end\ndata: null\n\n"


async def _unknown(request: Request) -> Response:
    return failed(
        HTTPStatus.NOT_FOUND, f"{request.url.path}: there is no such question"
    )
