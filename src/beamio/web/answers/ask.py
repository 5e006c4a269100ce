"""Answer any question by its name."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from beamio.web.answers.answer import Answer
from beamio.web.answers.reading import Reading
from beamio.web.names import given
from beamio.web.questions import Question


def ask(
    reading: Reading, question: Question, query: dict[str, Any]
) -> Answer | Iterator[Any]:
    """Return the answer; for one that streams, an iterator of what JSON can hold.

    Raises
    ------
    BeamioError
        If it can't be answered.
    """
    asked = question.asked.model_validate(query)
    texts = {name: given(value) for name, value in dict(asked).items()}
    asked = asked.model_copy(update=texts)
    found: Answer | Iterator[Any] = _function(question)(reading, asked)
    return found


def _function(question: Question) -> Callable[..., Any]:
    module, _, name = question.answer.partition(":")
    function: Callable[..., Any] = getattr(
        importlib.import_module(f"beamio.web.answers.{module}"), name
    )
    return function
