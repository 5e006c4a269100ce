"""``beamio view``."""

import click

from beamio.cli.url import URL
from beamio.errors import BeamioError


@click.command()
@click.argument("urls", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port; any free."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--token", help="What who asks must know; a new one if not given.")
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
    port: int,
    host: str,
    token: str | None,
    browser: bool | None,
    follow_outside: bool,
) -> None:
    """Look at files and folders in the browser.

    \b
    Examples:
        beamio view scan.h5
        beamio view "scan.h5::/entry/data[10]"
        beamio view /data/visitor/proposal
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    try:
        from beamio.web.serve import Address, serve
    except ImportError as error:
        raise BeamioError(
            f"beamio view needs the package {error.name}; install it with: "
            "pip install 'beamio[web]'"
        ) from error

    def ready(address: Address) -> None:
        click.echo(f"Open {address.url}")
        if address.tunnel is not None:
            click.echo(f"From your own machine, first: {address.tunnel}")
        click.echo("Ctrl-C stops.")
        wanted = address.tunnel is None if browser is None else browser
        if wanted:
            click.launch(address.url)

    serve(
        urls,
        host=host,
        port=port,
        token=token,
        follow_outside=follow_outside,
        ready=ready,
    )
