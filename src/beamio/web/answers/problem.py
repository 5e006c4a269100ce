"""What is told of an error."""

from dataclasses import dataclass

from beamio.errors import BeamioError, TooLargeError


@dataclass(frozen=True, slots=True)
class Problem:
    """An error, as what a status is made of."""

    message: str
    errors: tuple[str, ...]
    """The names of its classes, from its own to the most general."""


def problem_of(error: Exception) -> Problem:
    """Return what is told of an error.

    Examples
    --------
    >>> problem_of(ZeroDivisionError("division by zero")).message
    'ZeroDivisionError: division by zero'
    """
    if isinstance(error, MemoryError):
        error = TooLargeError("there is not enough memory for this; choose a part")
    message = str(error) or type(error).__name__
    if not isinstance(error, BeamioError):
        message = f"{type(error).__name__}: {message}"
    return Problem(message, tuple(each.__name__ for each in type(error).__mro__))
