"""What a job will do, with the files that are meant; refused if it must not."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from beamio.errors import OptionError, OutputExistsError
from beamio.web.fence import Fence
from beamio.web.jobs.asked import (
    CheckJob,
    ConvertJob,
    FlatFieldJob,
    JobForm,
    RepackJob,
)
from beamio.web.jobs.command import command
from beamio.web.places import choices, place, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A job that may be done."""

    kind: str
    title: str
    sources: list[str]
    """Files, or places in them, as beamio's functions take them."""
    output: str | None
    """The file, with its group if it has one."""
    options: Mapping[str, Any]
    overwrite: bool = False

    @property
    def command(self) -> str:
        """The shell command that does the same."""
        options = dict(self.options)
        if self.overwrite:
            options["overwrite"] = True
        return command(self.kind, self.sources, self.output, options)

    @property
    def file(self) -> str | None:
        """The real name of the output, without a group in it."""
        if self.output is None:
            return None
        return os.path.realpath(self.output.partition("::")[0])

    @property
    def inputs(self) -> set[str]:
        """The real names of the files that are named as sources."""
        return {os.path.realpath(each.partition("::")[0]) for each in self.sources}


def prepared(fence: Fence, asked: JobForm) -> Prepared:
    """Return the job with the files that are meant.

    Raises
    ------
    OutsideError, MissingFileError
        If a file lies outside of the fence.
    OutputExistsError
        If the output exists, and may not be replaced.
    OptionError
        If the output is an input.
    """
    job = _of(asked, fence)
    if job.output is None:
        return job
    job = replace(job, output=_output(fence, asked, job))
    if job.file in job.inputs:
        raise OptionError(
            f"{job.output}: the output would replace the input; give another name"
        )
    if os.path.isdir(str(job.file)) and job.kind != "convert":  # noqa: PTH112 (any bytes)
        raise OptionError(f"{job.output}: is a folder; add the name of a file")
    is_file = os.path.isfile(str(job.file))  # noqa: PTH113 (any bytes)
    if is_file and not job.overwrite and "::" not in str(job.output):
        raise OutputExistsError(
            f"{os.path.basename(str(job.file))}: exists already; "  # noqa: PTH119 (any bytes)
            "give another name, or let it be replaced",
            place=str(job.output),
        )
    return job


@singledispatch
def _of(asked: Any, fence: Fence) -> Prepared:
    raise NotImplementedError(type(asked).__name__)


@_of.register
def _(asked: FlatFieldJob, fence: Fence) -> Prepared:
    own = asked.model_dump(
        exclude={"kind", "file", "path", "output", "overwrite", "choices"}
    )
    return Prepared(
        kind="flatfield",
        title=f"Flat field of {_name(asked.file)}",
        sources=[source(fence, asked.file, asked.path)],
        output=asked.output,
        options={**choices(fence, asked.choices), **own},
        overwrite=asked.overwrite,
    )


@_of.register
def _(asked: ConvertJob, fence: Fence) -> Prepared:
    first, number = _name(asked.files[0]), len(asked.files)
    what = first if number == 1 else f"{number:,} files"
    options = asked.model_dump(exclude={"kind", "files", "output", "overwrite"})
    return Prepared(
        kind="convert",
        title=f"Convert {what} to {_name(asked.output)}",
        sources=[place(fence, each) for each in asked.files],
        output=asked.output,
        options={name: value for name, value in options.items() if _is_given(value)},
        overwrite=asked.overwrite,
    )


@_of.register
def _(asked: RepackJob, fence: Fence) -> Prepared:
    options = asked.model_dump(exclude={"kind", "file", "output", "overwrite"})
    return Prepared(
        kind="repack",
        title=f"Repack {_name(asked.file)}",
        sources=[fence.path(asked.file)],
        output=asked.output,
        options=options,
        overwrite=asked.overwrite,
    )


@_of.register
def _(asked: CheckJob, fence: Fence) -> Prepared:
    return Prepared(
        kind="check",
        title=f"Check {_name(asked.file)}",
        sources=[source(fence, asked.file, asked.path)],
        output=None,
        options={"deep": asked.deep},
    )


def _is_given(value: Any) -> bool:
    """Tell whether an option says something: each way of converting knows its own."""
    return value is not None and value is not False


def _name(file: str) -> str:
    """Return the last part of a name, with the path in the file if there is one.

    Examples
    --------
    >>> _name("root/folder/scan.h5::/entry")
    'scan.h5::/entry'
    """
    before, separator, path = file.partition("::")
    return f"{before.rstrip('/').rpartition('/')[2]}{separator}{path}"


def _output(fence: Fence, asked: Any, job: Prepared) -> str:
    """Return where the output is to be; a name alone is beside the first source."""
    name, separator, group = asked.output.partition("::")
    if "/" in name.strip("/"):
        found = fence.path(name)
    else:
        if name.strip("/") in {"", ".", ".."} or "\0" in name:
            raise OptionError(f"{name!r} is no name of a file")
        folder = os.path.dirname(job.sources[0].partition("::")[0])  # noqa: PTH120 (any bytes)
        found = os.path.join(folder, name.strip("/"))  # noqa: PTH118 (any bytes)
        fence.check(found, name)
    return f"{found}{separator}{group}"
