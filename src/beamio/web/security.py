"""Who may ask: who knows the token, by a name of this machine, from our own pages.

Any page of the web can send requests to a local port, and by DNS rebinding even read
the answers; the header ``Host`` then names the other site. Through an SSH tunnel the
port is another one, so only the name counts there.
"""

import hmac
import ipaddress
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from beamio.web.told import failed

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine that lead to no other."""
_PARAMETER = "token"
_METHODS = ("GET", "HEAD", "POST")
_BODY = 1 << 20
"""Bytes of a request at most."""
_PORT = 80
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
_FOR_EVER = "private, max-age=31536000, immutable"
"""For files that have another name when they are changed."""

log = logging.getLogger("beamio.web")


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who has the token."""

    token: str
    hosts: frozenset[str] = LOCAL
    """Names under which this machine may be asked, in lower case."""
    any_address: bool = False
    """Whether it may be asked by any number: no other site's name leads to one."""
    tickets: set[str] = field(default_factory=set)
    """Tokens that are good for one look."""

    @classmethod
    def of(
        cls, token: str, hosts: Iterable[str] = (), *, any_address: bool = False
    ) -> "Door":
        """Return the door of a server that also answers to other names."""
        names = frozenset(host.lower() for host in hosts)
        return cls(token, LOCAL | names, any_address)

    def ticket(self) -> str:
        """Return a token that is good once: others may see what a browser opens."""
        made = secrets.token_urlsafe(24)
        self.tickets.add(made)
        return made

    def refusal(self, request: Request) -> Response | None:
        """Return why a request is not answered; None if it is."""
        host = request.headers.get("host", "")
        if not self._is_own(_name(host)):
            return failed(
                HTTPStatus.BAD_REQUEST,
                f"{host!r} is no name of this server; one more is allowed by "
                "--allow-host",
            )
        origin = request.headers.get("origin")
        if origin is not None and _place(origin) != host:
            return failed(HTTPStatus.FORBIDDEN, f"asked by a page of {origin}")
        if request.method not in _METHODS:
            return failed(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"{request.method} is not among {', '.join(_METHODS)}",
            )
        if request.url.path.startswith("/api/") and not self._is_known(request):
            return failed(
                HTTPStatus.UNAUTHORIZED,
                "the token is missing or wrong; open the address that was printed "
                "when the server was started",
            )
        length = request.headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > _BODY:
            return failed(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too long"
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
        if self._is_token(given) or self._is_ticket(given):
            # Without a path, so that other servers behind the same proxy don't get it.
            answer.set_cookie(
                _cookie(request),
                self.token,
                path=None,
                httponly=True,
                samesite="strict",
            )
        return answer

    def _is_own(self, name: str) -> bool:
        return name in self.hosts or (self.any_address and _is_number(name))

    def _is_known(self, request: Request) -> bool:
        given = (
            request.cookies.get(_cookie(request)),
            request.headers.get("authorization", "").removeprefix("Bearer "),
        )
        return any(self._is_token(each) for each in given if each)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(_bytes(given), _bytes(self.token))

    def _is_ticket(self, given: str) -> bool:
        found = next(
            (
                each
                for each in self.tickets
                if hmac.compare_digest(_bytes(given), _bytes(each))
            ),
            None,
        )
        self.tickets.discard(found or "")
        return found is not None


class Guarded:
    """Answers only what the door lets in, and tells browsers to be careful."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a defect of ours is an answer, too."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close"})
            else:
                await self._app(scope, receive, send)
            return
        has_begun = False
        request = Request(scope)

        async def careful(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _add_headers(message, request.url.path)
            await send(message)

        try:
            answer = self._door.refusal(request) or self._door.welcome(request)
            await (answer or self._app)(scope, receive, careful)
        except Exception:
            log.exception("a defect of beamio, in answering %s", scope["path"])
            if has_begun:
                raise
            why = "a defect of beamio; see what its server says"
            answer = failed(HTTPStatus.INTERNAL_SERVER_ERROR, why)
            await answer(scope, receive, careful)


def _add_headers(message: Message, path: str) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    is_asset = "/assets/" in path and not path.startswith("/api/")
    if is_asset and message["status"] == HTTPStatus.OK:
        headers["Cache-Control"] = _FOR_EVER
    else:
        headers.setdefault("Cache-Control", "no-store")


def _name(host: str) -> str:
    """Return the name in the header ``Host``, without the port; empty if it is none.

    Examples
    --------
    >>> _name("localhost:8080"), _name("[::1]:80"), _name("localhost:no")
    ('localhost', '::1', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # an error if it is no number
    except ValueError:
        return ""
    return "" if parts.username is not None else parts.hostname or ""


def _place(origin: str) -> str | None:
    """Return host and port of the header ``Origin``; None if it has none."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _cookie(request: Request) -> str:
    """Return the name of the cookie: those of other ports are sent as well."""
    port = urlsplit(f"//{request.headers.get('host', '')}").port
    return f"beamio-{port or _PORT}"
