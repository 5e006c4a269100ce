"""``beamio demo``."""

import click


@click.command(short_help="Simulate a scan and correct it.")
def demo() -> None:
    """x"""
