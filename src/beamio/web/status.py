"""Which status of HTTP an error becomes."""

from collections.abc import Iterable
from http import HTTPStatus

_STATUS = {
    "OutsideError": HTTPStatus.FORBIDDEN,
    "MissingFileError": HTTPStatus.NOT_FOUND,
    "MissingPathError": HTTPStatus.NOT_FOUND,
    "TooLargeError": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "OutputExistsError": HTTPStatus.CONFLICT,
    "BusyFileError": HTTPStatus.CONFLICT,
    "GivenUpError": HTTPStatus.FAILED_DEPENDENCY,
    "BeamioError": HTTPStatus.UNPROCESSABLE_ENTITY,
    "OSError": HTTPStatus.UNPROCESSABLE_ENTITY,
    "KeyError": HTTPStatus.NOT_FOUND,
}
"""From the special to the general: what can't be read is no fault of the server."""


def status_of(errors: Iterable[str]) -> int:
    """Return the status for an error, by the names of its classes.

    Examples
    --------
    >>> status_of(["UrlError", "OptionError", "BeamioError"])
    422
    >>> status_of(["AttributeError", "Exception"])
    422
    """
    names = set(errors)
    for name, status in _STATUS.items():
        if name in names:
            return int(status)
    return int(HTTPStatus.UNPROCESSABLE_ENTITY)
