"""Questions about what folders and files hold."""

from typing import Literal

from pydantic import Field

from beamio.web.questions.question import (
    BYTES,
    Asked,
    OfFile,
    OfObject,
    Question,
)

_PAGE = 1000


class Page(Asked):
    """Parameters of what is listed in pages."""

    filter: str = Field(
        "", max_length=200, description="Only names that hold this, in any case."
    )
    offset: int = Field(0, ge=0, description="Entries to leave out at the beginning.")
    at: str = Field(
        "",
        max_length=4096,
        description="A name: the page of so many entries that it is on is given, and "
        "the offset of that page.",
    )
    limit: int = Field(_PAGE, ge=1, le=10 * _PAGE, description="Entries at most.")


class FolderAsked(Page):
    """Parameters of what a folder holds."""

    folder: str = Field("", max_length=4096, description="Empty for all roots.")


class ChildrenAsked(Page, OfObject):
    """Parameters of what a group holds."""


class MetaAsked(OfObject):
    """Parameters of H5Grove's ``/meta/``."""

    only: str | None = Field(
        None, description="The one child that is wanted of a group, by its name."
    )
    resolve_links: str | None = None


class DataAsked(OfObject):
    """Parameters of H5Grove's ``/data/``."""

    selection: str | None = Field(
        None, max_length=1000, description="As of NumPy, such as 0,:,10:20."
    )
    format: Literal["bin", "json", "csv", "npy", "tiff"] = "json"
    dtype: Literal["origin", "safe"] = "origin"
    flatten: bool = False


class AttributesAsked(OfObject):
    """Parameters of H5Grove's ``/attr/``."""

    attr_keys: list[str] | None = None


QUESTIONS = (
    Question("folder", FolderAsked, "folders:folder", "What a folder holds, in pages."),
    Question(
        "children",
        ChildrenAsked,
        "children:children",
        "What a group holds, in pages: kinds, types, shapes, and where links lead.",
    ),
    Question(
        "describe",
        OfObject,
        "describe:describe",
        "Attributes and facts of storage of an object.",
    ),
    Question("plot", OfFile, "describe:plot", "Where the default plot of a file lies."),
    Question("meta", MetaAsked, "grove:meta", "Metadata as H5Grove gives them."),
    Question("data", DataAsked, "grove:data", "Values as H5Grove gives them.", BYTES),
    Question("attr", AttributesAsked, "grove:attributes", "Values of attributes."),
)
