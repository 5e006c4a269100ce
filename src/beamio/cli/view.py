"""``beamio view``."""

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from beamio.cli.url import URL
from beamio.errors import BeamioError

if TYPE_CHECKING:
    from beamio.web.serve import Address


@click.command()
@click.argument("urls", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port; any free."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Another name of this machine, as of a proxy.",
)
@click.option(
    "--token",
    envvar="BEAMIO_TOKEN",
    help="What who asks must know; a new one if not given.",
)
@click.option(
    "--browser/--no-browser", default=None, help="Open the browser; not over SSH."
)
@click.option(
    "--follow-outside",
    is_flag=True,
    help="Let links and virtual sources lead out of the folders.",
)
def view(
    urls: tuple[str, ...],
    *,
    browser: bool | None,
    follow_outside: bool,
    **where: Any,
) -> None:
    """Look at files and folders in the browser.

    Who has the address that is printed sees what was named, and nothing else. Ctrl-C
    stops.

    \b
    Examples:
        beamio view scan.h5
        beamio view "scan.h5::/entry/data[10]"
        beamio view "scan_%04d.edf"
        beamio view /data/visitor/proposal
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    try:
        import uvicorn  # noqa: F401 (as long as there is a message for it)

        from beamio.web.serve import Where, serve
    except ImportError as error:
        raise BeamioError(
            f"beamio view needs the package {error.name}; install it with: "
            "pip install 'beamio[web]'"
        ) from error

    def ready(address: "Address") -> None:
        _tell(address, urls)
        wanted = address.tunnel is None if browser is None else browser
        if wanted and _has_display():
            click.launch(address.once)

    serve(urls, Where(**where), follow_outside=follow_outside, ready=ready)


def _tell(address: "Address", urls: tuple[str, ...]) -> None:
    """Print where the page is, how to come there, and who else can."""
    click.echo(f"Open {address.url}")
    if address.tunnel is not None:
        click.echo("")
        click.echo("This machine is remote: run this on your own, and leave it open,")
        click.echo(f"    {address.tunnel}")
        local = address.url
        if address.is_open_to_others:
            local = local.replace(local.split("/")[2], f"localhost:{address.port}", 1)
        click.echo(f"then open there {local}")
        click.echo("")
    if address.is_open_to_others:
        click.echo(
            "Other machines can reach this, unencrypted: give the address to nobody "
            "who should not see the files.",
            err=True,
        )
    more = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
    click.echo(f"It shows {click.format_filename(urls[0])}{more}. Ctrl-C stops it.")


def _has_display() -> bool:
    """Tell whether a browser would have somewhere to appear."""
    if sys.platform != "linux":
        return True
    places = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    return any(os.environ.get(name) for name in places)
