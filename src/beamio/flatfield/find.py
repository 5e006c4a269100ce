"""Find the raw frames, the flats and the darks of a scan."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from beamio.errors import (
    BeamioError,
    MissingFileError,
    MissingImagesError,
    OptionError,
)
from beamio.flatfield.find_hdf5 import find_beside, find_raw, images_at
from beamio.flatfield.names import kind, without_numbers
from beamio.flatfield.options import FlatFieldOptions
from beamio.flatfield.reduced import find_reduced
from beamio.flatfield.tomography import (
    Tomography,
    check_kinds,
    check_selected,
    find_tomography,
)
from beamio.formats import Frames, OpenFiles
from beamio.formats.files import expand, is_hdf5
from beamio.formats.frames import ChosenFrames, file_stem
from beamio.formats.hdf5 import StackFrames, damaged_structure, member
from beamio.model import DataUrl

_IMAGE_SUFFIXES = {".edf", ".cbf", ".tif", ".tiff", ".img", ".mccd", ".gz", ".bz2"}


@dataclass(frozen=True, slots=True)
class Scan:
    """The images of a scan; each member of `flats` and `darks` has its own name."""

    raw: Frames
    flats: tuple[Frames, ...]
    darks: tuple[Frames, ...]
    home: str
    """The file that ``::/path`` stands for."""
    frames: slice | None = None
    """The raw frames that the name of the scan asks for."""
    tomography: Tomography | None = None
    """Where the images are those of an NXtomo: what is known of them."""


def find_scan(
    source: str | Path | Sequence[str | Path],
    options: FlatFieldOptions,
    files: OpenFiles,
    *,
    without_flats: bool = False,
) -> Scan:
    """Return the images of a scan.

    Parameters
    ----------
    source
        An HDF5 file, a path in one, or image files: one, several, a glob, a folder.
    options
        Where flats and darks are, if the user says so.
    files
        Opens the files, and keeps them open for those who read the images.
    without_flats
        Whether raw frames are enough.

    Raises
    ------
    MissingImagesError
        If raw frames, flats or darks are not found, or more than one scan is.
    UnreadableError, NotAnImageError, ShapeMismatchError
        If what is named can't be read as images.
    """
    named = [source] if isinstance(source, (str, Path)) else source
    places = list(map(str, named))
    if not places:
        raise OptionError("no scan was named")
    url = parse_place(places[0])
    found = places if url.path is not None else expand(places)
    if url.path is None and (Path(places[0]).is_dir() or not is_hdf5(found[0])):
        if options.entry is not None:
            raise OptionError(f"{places[0]}: is not HDF5, so it has no entries")
        scan = _scan_of_images(places, found, options, files)
    elif len(found) > 1:
        raise OptionError(f"{found[1]}: one scan at a time, when it is in HDF5")
    else:
        with_flats = not (options.flats or options.reduced or without_flats)
        place = parse_place(found[0])
        scan = _scan_in_hdf5(place, options, files, with_flats=with_flats)
    for kind_, images, needed in (
        ("flat", scan.flats, not without_flats),
        ("dark", scan.darks, not options.without_darks),
    ):
        if needed and not images:
            without = ", or go on without them with --no-dark"
            raise MissingImagesError(
                f"{places[0]}: no {kind_}s found beside {scan.raw.url}; name them with "
                f"--{kind_} FILE or --{kind_} FILE::/path"
                f"{without if kind_ == 'dark' else ''}",
                place=places[0],
            )
    return scan


def locate(place: str, home: str, files: OpenFiles) -> DataUrl:
    """Return where a place is: ``::/path``, or a path that only `home` has, is there.

    Raises
    ------
    MissingFileError
        If it is a path that neither the disk nor `home` has.
    """
    if not place.strip(":/"):
        raise OptionError(
            f"{place!r} names no place; write FILE, FILE::/path or ::/path"
        )
    url = parse_place(place)
    if not url.file:
        return replace(url, file=home)
    if url.path is None and url.file.startswith("/") and not Path(url.file).exists():
        inside = DataUrl.parse(f"::{place}")
        if is_hdf5(home) and member(files.hdf5(home), str(inside.path)) is not None:
            return replace(inside, file=home)
        raise MissingFileError(
            f"{place}: there is no such file; a path in the scan's own file is "
            f"written ::{place}",
            place=place,
        )
    return url


def parse_place(place: str) -> DataUrl:
    """Return the parts of a place; a file of just that name comes first."""
    return DataUrl(place) if Path(place).exists() else DataUrl.parse(place)


def find_images(
    place: str, home: str, files: OpenFiles, wanted: str
) -> Iterator[Frames]:
    """Yield the images that a place such as ``flats.h5::/flat`` holds, by dataset.

    Parameters
    ----------
    home
        The scan's own file.
    wanted
        ``flat`` or ``dark``.
    """
    url = locate(place, home, files)
    for file in expand([url.file]):
        found = (
            images_at(replace(url, file=file), files, wanted)
            if _in_hdf5(url, file)
            else [files.images([file])]
        )
        yield from found if url.frames is None else _chosen(found, url)


def find_mask(place: str, home: str, files: OpenFiles) -> Frames:
    """Return the one image, of numbers or booleans, that a place holds.

    Raises
    ------
    OptionError
        If it is not one image.
    """
    url = locate(place, home, files)
    mask: Frames = (
        StackFrames(files.item(url.file, url.path or "/"), boolean=True)
        if _in_hdf5(url, url.file)
        else files.images([url.file])
    )
    if url.frames is not None:
        mask = next(_chosen([mask], url))
    if mask.shape[0] != 1:
        raise OptionError(f"{place}: is not one image, as a mask must be", place=place)
    return mask


def _in_hdf5(url: DataUrl, file: str) -> bool:
    """Tell whether images lie in an HDF5 file; only there a path makes sense."""
    if is_hdf5(file):
        return True
    if url.path is not None:
        raise OptionError(
            f"{file}: is not HDF5, so there is no {url.path} in it", place=file
        )
    return False


def _chosen(found: Sequence[Frames], url: DataUrl) -> Iterator[Frames]:
    for frames in found:
        indices = range(frames.shape[0])[url.frames or slice(None)]
        if not indices:
            raise OptionError(
                f"{url}: the slice takes none of {frames.shape[0]} images"
            )
        yield ChosenFrames(frames, indices)


def _references(
    options: FlatFieldOptions,
    home: str,
    files: OpenFiles,
    beside: Callable[[str], Iterable[Frames]],
    tomography: Tomography | None = None,
) -> tuple[tuple[Frames, ...], tuple[Frames, ...]]:
    """Return flats and darks: those that are named, else those beside the raw frames.

    Parameters
    ----------
    home
        The scan's own file.
    beside
        Gives the images of a kind, ``flat`` or ``dark``, beside the raw frames.
    tomography
        The NXtomo that holds the raw frames, if they are in one.
    """
    if options.reduced is not None:
        combined, darks_of = find_reduced(
            options.reduced, files, tomography, without_darks=options.without_darks
        )
        return (combined,), () if darks_of is None else (darks_of,)

    def of_kind(named: Sequence[str], wanted: str) -> tuple[Frames, ...]:
        if not named:
            return tuple(beside(wanted))
        return tuple(
            image
            for place in named
            for image in find_images(place, home, files, wanted)
        )

    flats = of_kind(options.flats, "flat")
    return flats, () if options.without_darks else of_kind(options.darks, "dark")


def _scan_of_images(
    places: Sequence[str],
    found: Sequence[str],
    options: FlatFieldOptions,
    files: OpenFiles,
) -> Scan:
    in_folder = any(Path(place).is_dir() for place in places)
    if in_folder:
        found = [name for name in found if Path(name).suffix.lower() in _IMAGE_SUFFIXES]
        if not found:
            raise MissingImagesError(
                f"{places[0]}: holds no image files; name the files", place=places[0]
            )
    groups: dict[str, list[str]] = {"raw": [], "flat": [], "dark": []}
    for name in found:
        groups[kind(file_stem(name))].append(name)
    if not groups["raw"] or len(found) == 1:
        groups = {"raw": list(found), "flat": [], "dark": []}
    if in_folder:
        _check_one_series(places[0], groups["raw"])
    raw, home = files.images(groups["raw"]), found[0]
    flats, darks = _references(
        options,
        home,
        files,
        lambda wanted: (files.images([file]) for file in groups[wanted]),
    )
    return Scan(raw, flats, darks, home)


def _check_one_series(folder: str, raw: Sequence[str]) -> None:
    """Raise `MissingImagesError` if the raw files of a folder are several series."""
    series = dict.fromkeys(without_numbers(file_stem(name)) for name in raw)
    if len(series) > 1:
        first, second, *_ = series
        raise MissingImagesError(
            f"{folder}: holds {len(series)} series of images, such as {first}* and "
            f"{second}*; choose one with a pattern: '{Path(folder) / first}*'",
            place=folder,
        )


def _scan_in_hdf5(
    url: DataUrl, options: FlatFieldOptions, files: OpenFiles, *, with_flats: bool
) -> Scan:
    is_hdf5(url.file)  # says why where there is no such file
    try:
        tomography = find_tomography(
            url.file,
            url.path,
            files,
            entry=options.entry,
            has_flats=bool(options.flats) or url.frames is not None,
        )
        if tomography is not None:
            return _scan_in_nxtomo(tomography, url, options, files)
        above, raw = find_raw(url, files, with_flats=with_flats)
        flats, darks = _references(
            options, url.file, files, lambda wanted: find_beside(above, wanted)
        )
        return Scan(raw, flats, darks, url.file, url.frames)
    except BeamioError:
        raise
    except (KeyError, RuntimeError, OSError) as error:  # libhdf5 on damaged structure
        raise damaged_structure(url.file, error) from error


def _scan_in_nxtomo(
    tomography: Tomography, url: DataUrl, options: FlatFieldOptions, files: OpenFiles
) -> Scan:
    check_selected(tomography, options.layout)
    series = {"flat": tomography.scan.flats, "dark": tomography.scan.darks}
    flats, darks = _references(
        options,
        url.file,
        files,
        lambda wanted: map(tomography.images, series[wanted]),
        tomography,
    )
    check_kinds(
        tomography,
        flats=bool(flats),
        darks=bool(darks),
        without_darks=options.without_darks,
    )
    raw = tomography.images(tomography.scan.projections)
    return Scan(raw, flats, darks, url.file, url.frames, tomography)
