"""What an HDF5 file tells of itself as a whole: its length, and who has it open."""

import os

from beamio.check.notes import Notes
from beamio.check.superblock import Superblock, read_superblock
from beamio.check.writers import writers_of
from beamio.formats.hdf5.locks import described, holders
from beamio.view import count, size


def check_whole(file: str, notes: Notes) -> None:
    """Note what the superblock tells, before libhdf5 looks at the file."""
    block = read_superblock(file)
    if block is None:
        return
    if block.is_open:
        _check_writer(file, block, notes)
    _check_length(file, block, notes)


def _check_writer(file: str, block: Superblock, notes: Notes) -> None:
    # A writer in SWMR mode gives its lock back.
    writers = holders(file, writing=True) | writers_of(file)
    if writers:
        notes.remark(
            "being written",
            "",
            f"another program{described(writers)} has it open for writing; what is "
            "found below may change",
        )
        return
    how = "in SWMR mode " if block.is_swmr else ""
    notes.error(
        "left open",
        "",
        f"it is marked as being written {how}and no program of this machine has it "
        "open: its writer has died, or writes on another machine",
        f"if it is dead: keep a copy, then run h5clear -s --increment=0 {file} "
        "(plain h5clear -s may cut the data off)",
    )


def _check_length(file: str, block: Superblock, notes: Notes) -> None:
    have = os.stat(file).st_size  # noqa: PTH116 (any bytes)
    if have < block.end and not block.is_open:
        notes.error(
            "cut short",
            "",
            f"it has {have:,} of {block.end:,} bytes ({size(block.end - have)} are "
            "missing)",
            "copy it again from where it was written, and compare the sizes",
        )
    elif have > block.end and not block.is_open:
        notes.warning(
            "bytes behind its end",
            "",
            f"{count(have - block.end, 'byte')} lie behind the end that it notes: its "
            "writer may have died before it could note more",
            "look whether the last frames are there",
        )
