"""HDF5 among sources of other formats, copied into the output that they share."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from beamio.convert.copy_plan import planned
from beamio.convert.hdf5_options import CopyOptions
from beamio.convert.options import ConvertOptions
from beamio.convert.places import Destination, Source
from beamio.convert.plan import Target
from beamio.convert.report import Converted
from beamio.formats.hdf5 import NewFile
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.unchanged import check_unchanged
from beamio.model import NO_COMPRESSION
from beamio.repack import RepackOptions, RepackPlan
from beamio.repack.objects import Copier
from beamio.repack.run import moved_bytes, plan_states
from beamio.repack.tree import Kind
from beamio.repack.verify import Verifier, compression_is_unbounded
from beamio.view import count


class CopiesIn(AbstractContextManager["CopiesIn"]):
    """Copies of HDF5 objects; their sources stay open until all is compared."""

    def __init__(self, target: Target, options: ConvertOptions) -> None:
        self._target = target
        chosen = options.compression
        self._options = CopyOptions(
            storage=RepackOptions(
                filter=None if chosen == NO_COMPRESSION else chosen,
                overwrite=True,  # what may not be replaced is known by now
                verify=options.verify,
                threads=options.threads,
            )
        )
        self._plans: list[RepackPlan] = []
        self._stack = ExitStack()

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def copy(
        self, name: str, path: str, file: NewFile, done: Callable[[int], None]
    ) -> Converted:
        """Copy what `name` stands for to a path of the output.

        Raises
        ------
        BeamioError
            If it can't be read or written whole.
        """
        (source,) = Source.parse(name)
        where = Destination(
            self._target.file,
            (path.strip("/"),),
            is_new=self._target.is_new,
            replaces=self._target.overwrite,
        )
        with ExitStack() as opened:
            plan, links, _ = opened.enter_context(
                planned([source], where, self._options)
            )
            states = plan_states(plan)
            copier = Copier(plan, file, done)
            with told_in_one_line(lambda: copier.reading):
                copier.copy()
            check_unchanged(states)
            self._plans.append(plan)
            self._stack.push(opened.pop_all())
        notes = [*map(str, links), *_losses(plan, copier.references.lost)]
        return Converted(
            source=name,
            files=(source.file,),
            path=path,
            datasets=sum(m.kind is Kind.DATASET for m in plan.members.values()),
            frames=0,
            nbytes=moved_bytes(plan),
            notes=tuple(notes),
        )

    def compare(self, copy: Any) -> None:
        """Raise `OutputError` unless all that was copied reads as its source."""
        for plan in self._plans:
            _compare(plan, copy)


def _compare(plan: RepackPlan, copy: Any) -> None:
    verifier = Verifier(plan, copy, _ignore)
    with told_in_one_line(lambda: verifier.reading):
        verifier.verify()


def _losses(plan: RepackPlan, references: int) -> list[str]:
    notes = []
    if references:
        told = count(references, "reference")
        notes.append(f"{told} to what is not copied became null")
    unbounded = sum(map(compression_is_unbounded, plan.datasets.values()))
    if unbounded:
        notes.append(f"{count(unbounded, 'dataset')} not compared: the filter is lossy")
    return notes


def _ignore(_: int) -> None:
    """Take no note of progress."""
