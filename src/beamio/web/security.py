"""Who may ask: who knows the token, by a name of this machine, from our own pages.

Any page of the web can send requests to a local port, and by DNS rebinding even read
the answers; the header ``Host`` then names the other site. Through an SSH tunnel the
port is another one, so only the name counts there.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_PARAMETER = "token"
_HEADERS = {
    # ndarray-ops, which H5Web draws with, compiles its loops.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who has the token."""

    token: str
    hosts: frozenset[str] = _LOCAL
    """Names under which this machine may be asked."""

    @classmethod
    def of(cls, token: str, hosts: Iterable[str] = ()) -> "Door":
        """Return the door of a server that also answers to other names."""
        return cls(token, _LOCAL | frozenset(hosts))

    def refusal(self, request: Request) -> Response | None:
        """Return why a request is not answered; None if it is."""
        host = request.headers.get("host", "")
        if _name(host) not in self.hosts:
            return _refused(
                HTTPStatus.BAD_REQUEST, f"{host!r} is no name of this server"
            )
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return _refused(HTTPStatus.FORBIDDEN, f"asked by a page of {origin}")
        if request.url.path.startswith("/api/") and not self._is_known(request):
            return _refused(
                HTTPStatus.UNAUTHORIZED,
                "the token is missing or wrong; open the address that was printed "
                "when the server was started",
            )
        return None

    def welcome(self, request: Request) -> Response | None:
        """Return the way to the same page without the token in its address."""
        given = request.query_params.get(_PARAMETER)
        if given is None or request.url.path.startswith("/api/"):
            return None
        rest = [
            pair for pair in request.query_params.multi_items() if pair[0] != _PARAMETER
        ]
        # Relative, so that it stays behind a prefix that a proxy has taken off.
        query = f"?{urlencode(rest)}" if rest else ""
        answer = RedirectResponse(f"./{query}", HTTPStatus.SEE_OTHER)
        if self._is_token(given):
            answer.set_cookie(_cookie(request), given, httponly=True, samesite="strict")
        return answer

    def _is_known(self, request: Request) -> bool:
        given = (
            request.cookies.get(_cookie(request)),
            request.headers.get("authorization", "").removeprefix("Bearer "),
        )
        return any(self._is_token(each) for each in given if each)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())


class Guarded:
    """Answers only what the door lets in, and tells browsers to be careful."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if "cache-control" not in Headers(scope=message):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        request = Request(scope)
        answer = self._door.refusal(request) or self._door.welcome(request)
        await (answer or self._app)(scope, receive, careful)


def _name(host: str) -> str:
    """Return the name in the header ``Host``, without the port.

    Examples
    --------
    >>> _name("localhost:8080"), _name("[::1]:80")
    ('localhost', '::1')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _cookie(request: Request) -> str:
    """Return the name of the cookie: those of other ports are sent as well."""
    return f"beamio-{request.url.port or 80}"


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)
