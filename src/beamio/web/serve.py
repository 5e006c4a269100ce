"""Start the server, say where it is, and stop it with Ctrl-C."""

import asyncio
import getpass
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EADDRINUSE
from typing import Any
from urllib.parse import urlencode

from beamio.errors import OptionError
from beamio.formats.series import is_there
from beamio.model import DataUrl
from beamio.model.url import format_selection
from beamio.web.fence import Fence
from beamio.web.names import sent
from beamio.web.security import LOCAL, Door

_BACKLOG = 128
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 (they are only told from others)
"""Where to listen to reach everybody."""
_SSH_PORT = "22"
_CONNECTION = 4
"""Parts of SSH_CONNECTION: address and port of the user's machine, and of this one."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where to listen, and who may ask."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 for any that is free."""
    token: str | None = None
    """What who asks must know; a new one if None."""
    names: Sequence[str] = ()
    """Further names of this machine, such as that of a proxy before it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is found."""

    host: str
    port: int
    token: str
    start: dict[str, Any] | None
    ticket: str = ""
    """A token that is good once."""

    @property
    def url(self) -> str:
        """The address to open, with the token."""
        return self._with(self.token)

    @property
    def once(self) -> str:
        """The address that a browser is given: others may see how it is started."""
        return self._with(self.ticket)

    @property
    def is_open_to_others(self) -> bool:
        """Whether other machines can reach it."""
        return self.host not in LOCAL

    @property
    def tunnel(self) -> str | None:
        """The command that brings the port to another machine; None without SSH."""
        connection = os.environ.get("SSH_CONNECTION", "").split()
        if len(connection) != _CONNECTION:
            return None
        name = socket.getfqdn()
        if "." not in name or name.startswith("localhost"):
            name = connection[2]
        port = "" if connection[3] == _SSH_PORT else f" -p {connection[3]}"
        there = "localhost" if self.host in (*_ANY, *LOCAL) else _bracketed(self.host)
        place = f"{self.port}:{there}:{self.port}"
        return f"ssh -N -L {place}{port} {_user()}@{name}"

    def _with(self, token: str) -> str:
        host = socket.getfqdn() if self.host in _ANY else _bracketed(self.host)
        query = {"token": token, **(self.start or {})}
        return f"http://{host}:{self.port}/?{urlencode(query)}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _user() -> str:
    """Return who the user is; some containers do not know."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "USER"


def serve(
    urls: Sequence[str],
    where: Where | None = None,
    *,
    follow_outside: bool = False,
    ready: Callable[[Address], object] = str,
) -> None:
    """Serve files and folders to a browser, until Ctrl-C.

    Parameters
    ----------
    urls
        Files and folders; the page opens at the first of them.
    where
        Where to listen, and who may ask; on this machine alone if None.
    follow_outside
        Whether links, virtual sources and raw files may lead out of the folders.
    ready
        Called when the server can be reached.

    Raises
    ------
    MissingFileError
        If there is no such file or folder.
    OptionError
        If it can't listen there, or the page was never built.
    """
    import uvicorn

    from beamio.web.app import STATIC, make_app

    if not (STATIC / "index.html").is_file():
        raise OptionError(
            "the page of the viewer was never built; build it with: make viewer "
            "(which needs Node.js 20.19 or newer), or install a wheel of beamio"
        )
    parts = [DataUrl.parse(url, is_file=is_there) for url in urls]
    fence = Fence.around([part.file for part in parts], follow_outside=follow_outside)
    start = _start(fence, parts[0])
    where = where or Where()
    known = where.token or secrets.token_urlsafe(24)
    listening = _listening(where.host, where.port)
    door = _door(where, known)
    port = listening.getsockname()[1]
    address = Address(where.host, port, known, start, door.ticket())
    app = make_app(fence, door, start=start)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,  # addresses hold the token
        lifespan="on",
        timeout_graceful_shutdown=1,
        server_header=False,
    )

    logging.getLogger("uvicorn.error").addFilter(_is_no_end)

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            with super().capture_signals():
                if threading.current_thread() is not threading.main_thread():
                    yield
                    return
                # A terminal that is closed ends the server as Ctrl-C does.
                before = signal.getsignal(signal.SIGHUP)
                if before is not signal.SIG_IGN:
                    signal.signal(signal.SIGHUP, self.handle_exit)
                try:
                    yield
                finally:
                    signal.signal(signal.SIGHUP, before)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.jobs.hush()  # who listens to jobs would be waited for,
            app.state.watch.end()  # and who follows files
            await super().shutdown(sockets)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(address)

    Server(config).run([listening])


def _door(where: Where, token: str) -> Door:
    names = [where.host, *where.names]
    if where.host in _ANY:
        names += [socket.gethostname(), socket.getfqdn()]
    return Door.of(token, names, any_address=where.host not in LOCAL)


def _is_no_end(record: logging.LogRecord) -> bool:
    """Tell an error from a stream that ended because the server does."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError)


def _start(fence: Fence, parts: DataUrl) -> dict[str, Any] | None:
    """Return what the page opens with: what was named, if it is in a file."""
    file = fence.name(parts.file)
    if file is None or os.path.isdir(parts.file):  # noqa: PTH112 (any bytes)
        return None
    start = {"file": sent(file)}
    if parts.path is not None:
        start["path"] = sent(parts.path)
    if parts.selection is not None:
        start["slice"] = format_selection(parts.selection)
    return start


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        why = (error.strerror or str(error)).lower()
        if error.errno == EADDRINUSE:
            why = "another program has this port; without --port a free one is found"
        raise OptionError(f"can't listen on {host}, port {port}: {why}") from None
    return listening
