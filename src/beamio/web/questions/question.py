"""The form of a question."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

JSON = "application/json"
BYTES = "application/octet-stream"
EVENTS = "text/event-stream"
_PATIENCE = 30.0


class Asked(BaseModel):
    """The parameters of a question; others than these are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfFile(Asked):
    """Parameters of a question about a file."""

    file: str = Field(
        min_length=1,
        max_length=4096,
        description="The file as folders list it: root/folder/name.",
        examples=["demo/scan.h5"],
    )


class OfObject(OfFile):
    """Parameters of a question about an object in a file."""

    path: str = Field(
        "/",
        max_length=16384,
        description="Where the object lies in the file.",
        examples=["/entry/data"],
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What may be asked, and who knows the answer."""

    name: str
    """Its address below ``/api/``."""
    asked: type[Asked]
    answer: str
    """The function that answers, ``module:name`` below `beamio.web.answers`."""
    purpose: str
    """What the answer says, in a line."""
    media_type: str = JSON
    """Of the answer; `EVENTS` if the function yields events as it finds them."""
    seconds: float = _PATIENCE
    """Time for the answer, or from event to event, before reading is given up."""
    follows: str = ""
    """The question that the server asks again when the file changes, for its events."""

    @property
    def streams(self) -> bool:
        """Whether the answer comes in parts."""
        return self.media_type == EVENTS


def takes_list(asked: type[Asked], name: str) -> bool:
    """Tell whether a parameter is a list: in an address it is named several times."""
    field = asked.model_fields.get(name)
    return field is not None and "list" in str(field.annotation)


def words_of(error: ValidationError) -> str:
    """Return what is wrong with parameters, in a line."""
    return "; ".join(
        f"{'.'.join(str(step) for step in each['loc'])}: {each['msg']}"
        for each in error.errors(include_url=False)
    )
