"""Datasets and groups to files of images."""

import re
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from beamio.convert.writers.cast import Cast
from beamio.convert.writers.choice import (
    Named,
    datasets,
    holds,
    images_below,
    images_of_entries,
    is_image,
    parts_of,
)
from beamio.convert.writers.colours import colours_for
from beamio.convert.writers.forms import image_cast
from beamio.convert.writers.image_files import ImageJob, write_series, write_stack
from beamio.convert.writers.naming import Target
from beamio.convert.writers.options import FileOptions
from beamio.convert.writers.page import ImageForm, plain_ascii
from beamio.convert.writers.parts import is_group
from beamio.convert.writers.pictures import Picture, pictures_of
from beamio.convert.writers.png import png
from beamio.convert.writers.report import Log
from beamio.engine import usable_threads
from beamio.errors import OutputError
from beamio.view import count

_EIGER_PART = re.compile(r"data_\d{6}")


def write_images(
    source: Any, target: Target, form: ImageForm, options: FileOptions, log: Log
) -> bool:
    """Write images; return whether their files can be compared."""
    found = [("", source)]
    if is_group(source):
        of_each = target.is_folder or target.place == "%s"
        found = images_below(source, log.failures, of_each=of_each)
        _note_others(source, found, log)
    parts = parts_of(found, options.selection)
    log.datasets = len(parts)
    pictures = pictures_of(parts)
    casts = _casts(pictures, form, options, log)
    _note_header(pictures[0], form, log)
    names = _names(pictures, target, of_group=holds(source, parts))
    many = len(pictures) > 1 and (not form.stacks or options.series)
    is_series = many or target.is_pattern or (target.is_folder and names is not None)
    files = target.names(len(pictures), names) if is_series else [target.name]
    if not log.check(files):
        log.frames = len(pictures)
        return form.is_exact
    if not form.is_exact:
        form = _shown(pictures, form, options, log)
    job = ImageJob(
        form=form,
        casts=casts,
        overwrite=options.overwrite,
        verify=options.verify,
        threads=usable_threads(options.threads),
    )
    if is_series:
        _write_each(pictures, files, job, log)
    else:
        log.nbytes += write_stack(pictures, target.name, job, log.progress)
        log.files.append(target.name)
        log.frames = len(pictures)
    return form.is_exact


def _casts(
    pictures: Sequence[Picture], form: ImageForm, options: FileOptions, log: Log
) -> dict[str, Cast]:
    """Return what becomes of each type of pixels, by its code."""
    casts: dict[str, Cast] = {}
    for picture in pictures:
        code = picture.dtype.str
        if code not in casts:
            casts[code] = image_cast(form, picture.dtype, options, picture.place)
            _note_cast(casts[code], form, log)
    return casts


def _names(
    pictures: Sequence[Picture], target: Target, *, of_group: bool
) -> list[str] | None:
    """Return what images are called in a pattern or a folder; None if by numbers."""
    sizes = {id(picture.part): picture.number + 1 for picture in pictures}
    is_asked_for = target.place == "%s" or (target.is_folder and of_group)
    if len(sizes) == 1 and not is_asked_for:
        return None
    parts = {id(picture.part): picture.part.name for picture in pictures}
    if not is_asked_for and all(map(_EIGER_PART.fullmatch, parts.values())):
        return None  # one stack, in files of so many images each
    called = target.called(list(parts.values()), of_group=of_group)
    names = dict(zip(parts, called, strict=True))
    return [_name(names[id(p.part)], p, sizes[id(p.part)]) for p in pictures]


def _name(name: str, picture: Picture, size: int) -> str:
    width = max(4, len(str(size - 1)))
    return name if size == 1 else f"{name}_{picture.number:0{width}d}"


def _write_each(
    pictures: Sequence[Picture], names: Sequence[str], job: ImageJob, log: Log
) -> None:
    total = len(names)
    results = write_series(pictures, names, job)
    try:
        with closing(results):
            for i, (picture, result) in enumerate(zip(pictures, results, strict=True)):
                if isinstance(result, str):
                    log.failures.append((picture.place, result))
                else:
                    log.files.append(names[i])
                    log.frames += 1
                    log.nbytes += result
                log.progress("writing", i + 1, total, log.nbytes)
    except OutputError as error:
        raise log.stopped(error, total) from error


def _shown(
    pictures: Sequence[Picture], form: ImageForm, options: FileOptions, log: Log
) -> ImageForm:
    colours = colours_for(pictures, options)
    scale = ", logarithmic" if options.log else ""
    log.notes.append(
        f"{form.name} shows values from {colours.low:.6g} to {colours.high:.6g}"
        f"{scale}; it does not keep them, so they were not compared"
    )
    return png(colours)


def _note_cast(cast: Cast, form: ImageForm, log: Log) -> None:
    before, after = cast.before.newbyteorder("="), cast.after.newbyteorder("=")
    if before != after:
        changed = "changed where they did not fit" if cast.is_unsafe else "the same"
        log.notes.append(
            f"{before.name} is written as {after.name} in {form.name}; "
            f"the values are {changed}"
        )


def _note_header(picture: Picture, form: ImageForm, log: Log) -> None:
    lines = [f"{k} = {v} ;" for k, v in picture.header.items()]
    size = sum(len(plain_ascii(line)) + 2 for line in lines)
    if form.room is not None and size > form.room:
        log.notes.append(
            f"{form.name} headers hold {form.room:,} bytes: what is noted of an image "
            f"has {size:,}, so the last ones are left out"
        )


def _note_others(group: Any, written: Sequence[Named], log: Log) -> None:
    """Note how many of the datasets in a group are no images, or of other entries."""
    found = datasets(group, [])
    left = sum(not is_image(item) for _, item in found)
    if 0 < left < len(found):
        log.notes.append(f"{count(left, 'dataset')} left out: no images")
    others = 0 if found else len(images_of_entries(group)) - len(written)
    if others > 0:
        log.notes.append(
            f"{count(others, 'other group')} with images left out; a folder, or a "
            "pattern with %s, gets all"
        )
