"""Start the server, say where it is, and stop it with Ctrl-C."""

import getpass
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from beamio.errors import OptionError
from beamio.formats.series import is_there
from beamio.model import DataUrl
from beamio.model.url import format_selection
from beamio.web.fence import Fence
from beamio.web.security import Door

_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is found."""

    host: str
    port: int
    token: str
    start: dict[str, Any] | None

    @property
    def url(self) -> str:
        """The address to open, with the token."""
        query = {"token": self.token, **(self.start or {})}
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/?{urlencode(query)}"

    @property
    def tunnel(self) -> str | None:
        """The command that brings the port to another machine; None without SSH."""
        if "SSH_CONNECTION" not in os.environ:
            return None
        place = f"{self.port}:localhost:{self.port}"
        return f"ssh -N -L {place} {getpass.getuser()}@{socket.getfqdn()}"


def serve(
    urls: Sequence[str],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    token: str | None = None,
    follow_outside: bool = False,
    ready: Callable[[Address], object] = str,
) -> None:
    """Serve files and folders to a browser, until Ctrl-C.

    Parameters
    ----------
    urls
        Files and folders; the page opens at the first of them.
    host, port
        Where to listen; 0 for any free port.
    token
        What who asks must know; a new one if None.
    follow_outside
        Whether links, virtual sources and raw files may lead out of the folders.
    ready
        Called when the server can be reached.

    Raises
    ------
    MissingFileError
        If there is no such file or folder.
    OptionError
        If it can't listen there.
    """
    import uvicorn

    from beamio.web.app import make_app

    parts = [DataUrl.parse(url, is_file=is_there) for url in urls]
    fence = Fence.around([part.file for part in parts], follow_outside=follow_outside)
    start = _start(fence, parts[0])
    known = token or secrets.token_urlsafe(24)
    listening = _listening(host, port)
    address = Address(host, listening.getsockname()[1], known, start)
    app = make_app(fence, Door.of(known, [host]), start=start)
    config = uvicorn.Config(
        app, log_level="error", lifespan="on", timeout_graceful_shutdown=1
    )

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

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(address)

    Server(config).run([listening])


def _start(fence: Fence, parts: DataUrl) -> dict[str, Any] | None:
    """Return what the page opens with: what was named, if it is in a file."""
    file = fence.name(parts.file)
    if file is None or os.path.isdir(parts.file):  # noqa: PTH112 (any bytes)
        return None
    start = {"file": file}
    if parts.path is not None:
        start["path"] = parts.path
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
        raise OptionError(
            f"can't listen on {host}, port {port}: {error.strerror or error}"
        ) from None
    return listening
