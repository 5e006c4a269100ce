"""What may be asked of a job; the options mean what those of the commands mean."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from beamio.web.questions.flatfield import ALL_BY_DEFAULT, FlatFieldChoices, Place, Text
from beamio.web.questions.question import Asked, OfFile

Policy = Literal["stop", "skip", "pad"]
_Output = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4096,
        description="root/folder/name; or a name alone, beside the first source.",
    ),
]
_Filter = Annotated[
    str | None,
    Field(max_length=200, description="NAME or NAME:OPTIONS; none to decompress."),
]
_Chunks = Annotated[
    str | None,
    Field(max_length=200, description="keep, auto, or a shape such as 1,2048,2048."),
]


class FlatFieldJob(OfFile):
    """Correct every frame of a scan into a new HDF5 file."""

    kind: Literal["flatfield"]
    path: str = Field("", max_length=16384, description="In the file; empty for all.")
    output: _Output
    overwrite: bool = False
    choices: FlatFieldChoices = ALL_BY_DEFAULT
    frames: Text | None = Field(None, description="Only these: START:STOP:STEP.")
    region: Text | None = Field(None, description="Only this part: ROWS,COLUMNS.")
    dtype: Literal["float32", "float16", "float64", "uint16"] = "float32"
    limits: tuple[float, float] | None = Field(
        None, description="With uint16: the values that 0 and 65534 stand for."
    )
    layout: Literal["stack", "frames"] = "stack"
    compression: str = Field("none", max_length=200, description="NAME or NAME:LEVEL.")
    checksum: bool = False


class ConvertJob(Asked):
    """Convert files of any format, and compare."""

    kind: Literal["convert"]
    files: list[Place] = Field(
        min_length=1, max_length=1000, description="Files, or parts of them."
    )
    output: _Output
    overwrite: bool = False
    stack: bool = Field(False, description="Files named one by one are one stack.")
    gaps: Policy | None = None
    odd_shapes: Policy | None = None
    filter: _Filter = None
    chunks: _Chunks = None
    slice: Text | None = Field(None, description="To other formats: 0:10,:,5.")
    dtype: Text | None = None
    series: bool = Field(False, description="A file for each image.")
    range: Text | None = Field(None, description="PNG: values drawn black and white.")
    log: bool = Field(False, description="PNG: draw the logarithm.")
    colormap: Text | None = None
    verify: bool = True


class RepackJob(OfFile):
    """Copy an HDF5 file, with other filters or chunks if asked, and compare."""

    kind: Literal["repack"]
    output: _Output
    overwrite: bool = False
    filter: _Filter = None
    chunks: _Chunks = None
    only: list[Place] = Field([], max_length=1000, description="Paths, or patterns.")
    checksum: bool = False
    verify: bool = True


class CheckJob(OfFile):
    """Say what would go wrong with a file."""

    kind: Literal["check"]
    path: str = Field("", max_length=16384, description="In the file; empty for all.")
    deep: bool = Field(False, description="Read and decode all values as well.")


JobForm: TypeAlias = FlatFieldJob | ConvertJob | RepackJob | CheckJob
JobAsked: TypeAdapter[JobForm] = TypeAdapter(
    Annotated[JobForm, Field(discriminator="kind")]
)
"""Checks what was asked, and says which kind of job it is."""
