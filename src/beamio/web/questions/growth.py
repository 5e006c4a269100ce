"""Questions about files that are being written."""

from beamio.web.questions.question import EVENTS, OfObject, Question


class GrowthAsked(OfObject):
    """Parameters of how much there is of an object."""


GROWTH = Question(
    "growth",
    GrowthAsked,
    "growth:growth",
    "How much of an object was written: its shape, the frames that can be read, "
    "the members of a group.",
    seconds=20.0,
)
QUESTIONS = (
    GROWTH,
    Question(
        "live",
        GrowthAsked,
        "growth:live",
        "Events with the answers of growth, whenever they change, until who asked "
        "goes away; what goes wrong meanwhile is an event with a problem.",
        EVENTS,
        follows=GROWTH.name,
    ),
)
