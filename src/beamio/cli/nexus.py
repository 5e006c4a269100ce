"""``beamio nexus``: its commands are in modules of their own."""

import click

from beamio.cli.lazy import LazyGroup


class _Group(LazyGroup):
    """The commands in the modules ``nexus_NAME``."""

    purposes = {  # noqa: RUF012 (declared above)
        "build": "Make an NXtomo of a scan in any layout.",
        "proc": "Write a reconstructed volume as NXtomoproc.",
        "validate": "Compare files with the definitions of NeXus.",
    }
    prefix = "nexus_"


@click.group(cls=_Group)
def nexus() -> None:
    """Make NeXus files, and compare them with the definitions.

    \b
    Examples:
        beamio nexus validate scan.nxs
        beamio nexus build --help
        beamio nexus proc volume.tif --program nabu -o volume.nx
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
