"""What a copy from HDF5 to HDF5 has done."""

from collections.abc import Sequence
from dataclasses import dataclass

from beamio.convert.places import Source
from beamio.convert.report import Converted, ConvertReport
from beamio.repack import RepackedDataset, RepackPlan
from beamio.repack.gather import LinkNote
from beamio.repack.tree import Kind, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport(ConvertReport):
    """What a copy from HDF5 to HDF5 has done."""

    changed: tuple[RepackedDataset, ...]
    """Datasets that are stored in another way, virtual ones with their values too."""
    copied: int
    """Datasets that were copied as they are."""
    groups: int
    followed: int
    """Links in whose place is what they led to."""
    notes: tuple[LinkNote, ...]
    """Links that do not lead where they did."""
    lost_references: int
    """References to what was not copied; they are null."""
    uncompared: int
    """Datasets whose filter does not say by how much it may change a value."""

    @property
    def places(self) -> tuple[str, ...]:
        """Where each source is in the output."""
        return tuple(one.path for one in self.converted)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost on the way, and no link leads elsewhere."""
        return not (self.notes or self.lost_references or self.uncompared)


def converted(
    plan: RepackPlan,
    sources: Sequence[Source],
    places: Sequence[str],
    notes: Sequence[LinkNote],
) -> tuple[Converted, ...]:
    """Return what is told of each source."""
    return tuple(
        _converted(plan, source, "" if place == "." else f"/{place}", notes)
        for source, place in zip(sources, places, strict=True)
    )


def _converted(
    plan: RepackPlan, source: Source, place: str, notes: Sequence[LinkNote]
) -> Converted:
    def is_below(path: str) -> bool:
        return f"{path}/".startswith(f"{place}/")

    def is_below_dataset(member: Member) -> bool:
        path = "/" + member.place.decode("utf-8", "surrogateescape")
        return member.kind is Kind.DATASET and is_below(path)

    datasets = [m.address for m in plan.members.values() if is_below_dataset(m)]
    return Converted(
        source=str(source),
        files=(source.file,),
        path=place or "/",
        datasets=len(datasets),
        frames=0,
        nbytes=sum(plan.datasets[address].nbytes for address in datasets),
        notes=tuple(map(str, (note for note in notes if is_below(note.place)))),
    )
