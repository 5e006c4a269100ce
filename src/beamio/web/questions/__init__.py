"""What may be asked of the server: each question's name, parameters and answer.

Nothing here reads a file, or imports what does.
"""

from beamio.web.questions import (
    compare,
    contents,
    flatfield,
    growth,
    image,
    lines,
    search,
)
from beamio.web.questions.question import Question

ALL: dict[str, Question] = {
    question.name: question
    for question in (
        *compare.QUESTIONS,
        *contents.QUESTIONS,
        *flatfield.QUESTIONS,
        *growth.QUESTIONS,
        *image.QUESTIONS,
        *lines.QUESTIONS,
        *search.QUESTIONS,
    )
}
"""Every question by its name, which is its address below ``/api/``."""

__all__ = ["ALL", "Question"]
