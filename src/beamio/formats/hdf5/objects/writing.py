"""Write a selection through the engine, or else in h5py's own way."""

from collections.abc import Callable
from typing import Any

from beamio.formats.hdf5.objects import engine
from beamio.formats.hdf5.objects.reading import part_of


def write(
    dataset: Any,
    args: Any,
    value: Any,
    h5py_write: Callable[[], None],
    *,
    threads: int | None = None,
) -> None:
    """Write values to a selection."""
    threads = threads or dataset.access.threads
    if not engine.write(dataset, args, value, threads=threads):
        h5py_write()


def write_from(
    dataset: Any,
    source: Any,
    selections: tuple[Any, Any],
    h5py_write: Callable[[], None],
    *,
    threads: int | None = None,
) -> None:
    """Write a part of an array to a selection; None selects all."""
    chosen, target = selections
    part = part_of(source, chosen)
    if part is None:
        h5py_write()
    else:
        args = () if target is None else target
        write(dataset, args, part, h5py_write, threads=threads)
