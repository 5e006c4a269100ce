"""What a copy from HDF5 to HDF5 has done."""

from dataclasses import dataclass

from beamio.convert.report import Failed
from beamio.repack import RepackedDataset
from beamio.repack.gather import LinkNote


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What a copy has done."""

    sources: tuple[str, ...]
    output: str
    places: tuple[str, ...]
    """Where each source is in the output."""
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
    nbytes: int
    """Bytes of values that were decoded and encoded, and of chunks that were copied."""
    bytes_after: int
    """Size of the output."""
    seconds: float
    verified: bool
    failed: tuple[Failed, ...] = ()
    """Sources that could not be copied."""
    deleted: tuple[str, ...] = ()
    """Sources that were removed."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost on the way, and no link leads elsewhere."""
        return not (self.notes or self.lost_references or self.uncompared)
