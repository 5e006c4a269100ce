"""Images to files of images: one file with all of them, or one for each."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import prod
from pathlib import Path

from beamio.convert.writers.cast import Cast
from beamio.convert.writers.compared import check_images, digest
from beamio.convert.writers.page import ImageForm, Page
from beamio.convert.writers.pictures import Picture, read_together, together
from beamio.engine import (
    Progress,
    check_space,
    completed_file,
    file_series,
    in_order,
)
from beamio.errors import OptionError, UnreadableError
from beamio.model import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageJob:
    """How images are written."""

    form: ImageForm
    casts: Mapping[str, Cast]
    """For each type of pixels, by its code."""
    overwrite: bool = False
    verify: bool = True
    threads: int = 1

    def pixels(self, pictures: Sequence[Picture]) -> list[Array]:
        """Return the pixels of images that are read together, as the file has them."""
        found = zip(read_together(pictures), pictures, strict=True)
        return [self.casts[p.dtype.str](pixels, p.place) for pixels, p in found]


def write_stack(
    pictures: Sequence[Picture], output: str, job: ImageJob, progress: Progress
) -> int:
    """Write images of one shape and type into one file; return the bytes of pixels.

    Raises
    ------
    OptionError
        If they differ, or don't fit in a file of that format.
    """
    check_alike(pictures, output)
    total, done = len(pictures), 0
    size = total * prod(pictures[0].shape) * job.casts[pictures[0].dtype.str].width
    _check_limit(job.form, size, output)
    check_space(output, size)
    parts = in_order(job.pixels, together(pictures), threads=job.threads)
    read = (pixels for part in parts for pixels in part)
    digests: list[int] = []
    with completed_file(output, overwrite=job.overwrite) as part:
        with part.open("wb") as file:
            file.write(job.form.begin)
            for index, (picture, pixels) in enumerate(zip(pictures, read, strict=True)):
                page = Page(
                    pixels, picture.header, index, file.tell(), index + 1 == total
                )
                _check_limit(job.form, page.position + pixels.nbytes, output)
                file.writelines(job.form.pack(page))
                done += pixels.nbytes
                if job.verify:
                    digests.append(digest(pixels))
                progress("writing", index + 1, total, done)
        if job.verify and job.form.is_exact:
            progress("comparing", 0, 1, 0)
            check_images(part, output, digests)
    return done


def check_alike(pictures: Sequence[Picture], output: str) -> None:
    """Raise `OptionError` unless all images have one shape and type."""
    first = pictures[0]
    for other in pictures:
        if (other.shape, other.dtype) != (first.shape, first.dtype):
            raise OptionError(
                f"{other.place}: is {_described(other)}, {first.place} is "
                f"{_described(first)}; the images of one file are alike: write one "
                "file each with --series",
                place=output,
            )


def _described(picture: Picture) -> str:
    return f"{' x '.join(map(str, picture.shape))} {picture.dtype.name}"


def _check_limit(form: ImageForm, size: int, output: str) -> None:
    if form.limit is not None and size > form.limit:
        raise OptionError(
            f"{output}: a {form.name} file holds {form.limit / 1e9:.1f} GB at most; "
            "write one file each with --series, or EDF or npy",
            place=output,
        )


def write_series(
    pictures: Sequence[Picture], outputs: Sequence[str], job: ImageJob
) -> Generator[int | str]:
    """Write each image into a file of its own.

    Yields
    ------
    The bytes of pixels of each file that is complete, in their order; of an image that
    could not be read, the reason.
    """
    names = iter(outputs)
    batches = ((part, list(islice(names, len(part)))) for part in together(pictures))
    with file_series(outputs):
        written = in_order(partial(_write_some, job), batches, threads=job.threads)
        for results in written:
            yield from results


def _write_some(
    job: ImageJob, batch: tuple[list[Picture], list[str]]
) -> list[int | str]:
    pictures, outputs = batch
    try:
        read = job.pixels(pictures)
    except (UnreadableError, OptionError) as error:
        if len(pictures) == 1:
            return [str(error)]
        alone = zip(pictures, outputs, strict=True)
        return [r for one, name in alone for r in _write_some(job, ([one], [name]))]
    return [
        _write_one(job, pixels, picture, output)
        for pixels, picture, output in zip(read, pictures, outputs, strict=True)
    ]


def _write_one(job: ImageJob, pixels: Array, picture: Picture, output: str) -> int:
    page = Page(pixels, picture.header, position=len(job.form.begin))
    _check_limit(job.form, page.position + pixels.nbytes, output)
    with completed_file(output, overwrite=job.overwrite, in_series=True) as part:
        with Path(part).open("wb") as file:
            file.write(job.form.begin)
            file.writelines(job.form.pack(page))
        if job.verify and job.form.is_exact:
            check_images(part, output, [digest(pixels)])
    return int(pixels.nbytes)
