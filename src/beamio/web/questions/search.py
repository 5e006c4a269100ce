"""The question where something is."""

from pydantic import Field

from beamio.web.questions.question import EVENTS, Asked, Question


class SearchAsked(Asked):
    """Parameters of a search."""

    text: str = Field(
        min_length=1,
        max_length=200,
        description="Found in names, NX classes, attributes and values of text, "
        "in any case.",
    )
    files: list[str] = Field(
        min_length=1, max_length=1000, description="Files, or folders, to look in."
    )
    values: bool = Field(
        default=True, description="Also in attributes and in values of text."
    )


QUESTIONS = (
    Question(
        "search",
        SearchAsked,
        "search:search",
        "Where names, classes and short texts are that hold a text, as they are found.",
        EVENTS,
        seconds=120.0,
    ),
)
