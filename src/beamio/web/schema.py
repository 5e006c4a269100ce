"""The schema of the server's questions, as OpenAPI 3.1."""

from collections.abc import Mapping
from typing import Any

from beamio.web.questions.question import EVENTS, JSON, Question


def schema(questions: Mapping[str, Question]) -> dict[str, Any]:
    """Return the schema of questions."""
    paths = {f"/api/{name}": {"get": _get(each)} for name, each in questions.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "beamio", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }


_ERROR = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}, "error": {"type": "string"}},
}
_FAILED = {
    "description": "Why there is no answer.",
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_STATUSES = ("400", "401", "403", "404", "409", "413", "422", "424")


def _get(question: Question) -> dict[str, Any]:
    kind = question.media_type
    content = {} if kind == EVENTS else {"schema": {} if kind == JSON else _BYTES}
    answers: dict[str, Any] = {
        "200": {"description": question.purpose, "content": {kind: content}}
    }
    return {
        "operationId": question.name,
        "summary": question.purpose,
        "parameters": [*_parameters(question)],
        "responses": answers | dict.fromkeys(_STATUSES, _FAILED),
    }


_BYTES = {"type": "string", "format": "binary"}


def _parameters(question: Question) -> list[dict[str, Any]]:
    found = question.asked.model_json_schema()
    required = set(found.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": about.get("description", ""),
            "schema": {
                key: value
                for key, value in about.items()
                if key not in {"description", "title"}
            },
        }
        for name, about in found["properties"].items()
    ]
