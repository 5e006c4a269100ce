"""Errors as the page reads them."""

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from beamio.web.names import sent
from beamio.web.questions.question import JSON


def failed(status: int, message: str, error: str = "") -> Response:
    """Return an answer that says why there is no other.

    Parameters
    ----------
    status
        Of HTTP.
    message
        For a person, in a line.
    error
        The name of the class of the error.
    """
    about = {"message": sent(message), "error": error}
    return Response(json.dumps(about).encode(), status, media_type=JSON)


async def not_found(request: Request, error: Exception) -> Response:
    """Return an answer to what has no route, or not by this method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    why = str(getattr(error, "detail", "")).lower() or "no answer"
    return failed(status, f"{request.url.path}: {why}")
