"""Scans whose projections, flats and darks are named, or lie side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from beamio.flatfield.find import Scan, find_scan
from beamio.flatfield.names import RAW, kind, without_numbers
from beamio.flatfield.options import FlatFieldOptions
from beamio.flatfield.positions import Placement, Series, place_series, raw_positions
from beamio.formats import Frames, OpenFiles
from beamio.formats.files import is_hdf5
from beamio.formats.frames import file_stem
from beamio.formats.hdf5 import member
from beamio.formats.joined import JoinedFrames
from beamio.model import DataUrl
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.tomography.beside import exchange_facts, facts_beside, is_exchange
from beamio.tomography.facts import Fact, Facts
from beamio.tomography.found import Found, in_order
from beamio.tomography.headers import facts_of
from beamio.tomography.options import BuildOptions

_IMAGES = {".edf": "EDF files", ".tif": "TIFF files", ".tiff": "TIFF files"}


def find_images(
    sources: Sequence[str], options: BuildOptions, files: OpenFiles
) -> Found:
    """Return a scan whose images are found as for a flat-field correction.

    Raises
    ------
    MissingImagesError
        If projections, flats or darks are not found, or more than one scan is.
    """
    places, flats, darks = _in_folders(sources)
    chosen = FlatFieldOptions(
        flats=() if options.without_flats else options.flats or flats,
        darks=() if options.without_darks else options.darks or darks,
        without_darks=options.without_darks,
        position=options.position,
        flat_position=options.flat_position,
        dark_position=options.dark_position,
    )
    scan = find_scan(places, chosen, files, without_flats=options.without_flats)
    if options.without_flats:
        scan = replace(scan, flats=())
    return _ordered(scan, chosen, files, _name(sources, scan))


def _ordered(
    scan: Scan, options: FlatFieldOptions, files: OpenFiles, called: str
) -> Found:
    positions = raw_positions(scan, options.position, files)
    others: list[tuple[ImageKey, float, Sequence[tuple[Frames, int]]]] = []
    for key, images, source, option in (
        (ImageKey.DARK, scan.darks, options.dark_position, "--dark-position"),
        (ImageKey.FLAT, scan.flats, options.flat_position, "--flat-position"),
    ):
        placement = Placement(source, options.position, positions, option)
        series: list[Series] = (
            place_series(images, placement, scan, files) if images else []
        )
        others += [(key, one.position, one.members) for one in series]
    members, keys, places = in_order(scan.raw, positions.numbers, others)
    hdf5 = is_hdf5(scan.home)
    facts: Facts = {}
    if hdf5:
        facts.update(_hdf5_facts(scan, files))
    for name, fact in facts_of(scan.raw, all_frames=JoinedFrames(members)):
        facts.setdefault(name, fact)
    return Found(
        layout=_layout(scan, files, hdf5=hdf5),
        name=called,
        members=members,
        keys=keys,
        places=places,
        facts=facts,
    )


def _name(sources: Sequence[str], scan: Scan) -> str:
    """Return what a scan is called: as its folder, or as its projections are."""
    first = Path(sources[0])
    if first.is_dir():
        folder = first.resolve()
        inner = folder.name.lower() in RAW
        return (folder.parent if inner else folder).name or file_stem(scan.home)
    files = scan.raw.files
    if is_hdf5(scan.home) or not files:
        return file_stem(scan.home)
    stem = file_stem(files[0])
    return (without_numbers(stem) if len(files) > 1 else stem) or stem


def _hdf5_facts(scan: Scan, files: OpenFiles) -> Iterator[tuple[str, Fact]]:
    root = files.hdf5(scan.home)
    if is_exchange(root):
        yield from exchange_facts(root)
    path = DataUrl.parse(scan.raw.url).path or "/"
    parts = path.strip("/").split("/")
    above = ["/" + "/".join(parts[:i]) for i in reversed(range(len(parts)))]
    groups: list[Any] = [member(root, group) for group in above]
    yield from facts_beside(list(filter(None, groups)), scan.raw.shape[0])


def _layout(scan: Scan, files: OpenFiles, *, hdf5: bool) -> str:
    if hdf5:
        root = files.hdf5(scan.home)
        if is_exchange(root):
            return "DXchange"
        return "stacks in HDF5" if scan.raw.is_stack else "groups of images in HDF5"
    suffix = Path(scan.home.removesuffix(".gz").removesuffix(".bz2")).suffix.lower()
    return _IMAGES.get(suffix, "image files")


def _in_folders(
    sources: Sequence[str],
) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Return the folders of projections, flats and darks in a folder of folders."""
    if len(sources) != 1 or not Path(sources[0]).is_dir():
        return list(sources), (), ()
    inner = sorted(path for path in Path(sources[0]).iterdir() if path.is_dir())
    kinds: dict[str, list[str]] = {"raw": [], "flat": [], "dark": []}
    for path in inner:
        found = kind(path.name)
        if found != "raw" or path.name.lower() in RAW:
            kinds[found].append(str(path))
    if len(kinds["raw"]) != 1 or any(
        path.is_file() for path in Path(sources[0]).glob("*.tif*")
    ):
        return list(sources), (), ()
    return kinds["raw"], tuple(kinds["flat"]), tuple(kinds["dark"])
