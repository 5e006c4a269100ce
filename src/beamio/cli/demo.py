"""``beamio demo``."""

import click

from beamio.cli import common
from beamio.cli.progress import progress_bar
from beamio.demo import Simulation, run_demo
from beamio.view import count, printable


@click.command()
@click.option("--folder", default="demo", show_default=True, help="Where to write.")
@click.option("--frames", default=64, show_default=True, help="Projections.")
@click.option("--rows", default=256, show_default=True, help="Height of the detector.")
@click.option("--columns", default=320, show_default=True, help="Width of it.")
@click.option(
    "--seed", default=0, show_default=True, help="The same seed, the same scan."
)
@common.overwrite("the files of an earlier run")
def demo(
    *, folder: str, frames: int, rows: int, columns: int, seed: int, overwrite: bool
) -> None:
    """Simulate a scan and correct it in three ways, to show why flats are interpolated.

    A phantom turns in a beam that drifts and decays, before a detector whose pixels
    differ. Since the truth is known, each way can be told how far it is from it.

    \b
    Examples:
        beamio demo
        beamio demo --folder big --frames 180 --rows 1024 --columns 1024
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    simulation = Simulation(frames=frames, rows=rows, columns=columns, seed=seed)
    with progress_bar() as progress:
        report = run_demo(folder, simulation, overwrite=overwrite, progress=progress)
    scan = f"{count(frames, 'frame')} of {rows} x {columns}, flats before and after"
    for label, text in (
        ("simulated", f"{report.scan}  {scan}"),
        ("corrected", report.output),
        ("picture", report.preview),
    ):
        click.echo(f"{click.style(f'{label:<11}', bold=True)}{printable(text)}")
    click.echo("\nhow far from the truth, in transmission (root mean square)")
    for name, deviation in (
        ("no flat", report.no_flat),
        ("one flat", report.one_flat),
        ("interpolated flats", report.interpolated),
        ("photon noise alone", report.noise),
    ):
        click.echo(f"  {name:<20}{deviation:.4f}")
