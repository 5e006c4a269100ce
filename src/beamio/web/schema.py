"""The schema of the server's questions and actions, as OpenAPI 3.1."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from beamio.web.questions.question import EVENTS, JSON, Question

_SCHEMAS = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Action:
    """What is asked in another way than by parameters."""

    path: str
    """Its address below ``/api/``, with names of its parts in braces."""
    method: str
    """"get" or "post"."""
    purpose: str
    body: TypeAdapter[Any] | None = None
    """What is posted."""
    media_type: str = JSON
    """Of the answer."""
    status: int = 200
    """Of the answer, where all is well."""


def schema(
    questions: Mapping[str, Question], actions: Iterable[Action] = ()
) -> dict[str, Any]:
    """Return the schema of questions, and of actions."""
    models: dict[str, Any] = {"Error": _ERROR}
    paths: dict[str, dict[str, Any]] = {
        f"/api/{name}": {"get": _get(each, models)} for name, each in questions.items()
    }
    for action in actions:
        path = paths.setdefault(f"/api/{action.path}", {})
        path[action.method] = _of_action(action, models)
    return {
        "openapi": "3.1.0",
        "info": {"title": "beamio", "version": "1"},
        "paths": paths,
        "components": {"schemas": models},
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
_STATUSES = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "424")
_BYTES = {"type": "string", "format": "binary"}


def _get(question: Question, models: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": question.name,
        "summary": question.purpose,
        "parameters": [*_parameters(question, models)],
        "responses": _answers(question.purpose, question.media_type),
    }


def _of_action(action: Action, models: dict[str, Any]) -> dict[str, Any]:
    named = re.findall(r"{(\w+)}", action.path)
    about: dict[str, Any] = {
        "operationId": f"{action.method}-{re.sub(r'[^a-z]+', '-', action.path)}",
        "summary": action.purpose,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in named
        ],
        "responses": _answers(action.purpose, action.media_type, action.status),
    }
    if action.body is not None:
        found = _lifted(action.body.json_schema(ref_template=_SCHEMAS), models)
        about["requestBody"] = {"required": True, "content": {JSON: {"schema": found}}}
    return about


def _answers(purpose: str, kind: str, status: int = 200) -> dict[str, Any]:
    content = {} if kind == EVENTS else {"schema": {} if kind == JSON else _BYTES}
    answers: dict[str, Any] = {
        str(status): {"description": purpose, "content": {kind: content}}
    }
    return answers | dict.fromkeys(_STATUSES, _FAILED)


def _parameters(question: Question, models: dict[str, Any]) -> list[dict[str, Any]]:
    found = _lifted(question.asked.model_json_schema(ref_template=_SCHEMAS), models)
    required = set(found.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": about.get("description", ""),
            **_typed(
                {
                    key: value
                    for key, value in about.items()
                    if key not in {"description", "title"}
                }
            ),
        }
        for name, about in found["properties"].items()
    ]


def _typed(about: dict[str, Any]) -> dict[str, Any]:
    """Return the type of a parameter; one with parts of its own stands as JSON."""
    if "$ref" in about or "allOf" in about:
        return {"content": {JSON: {"schema": about}}}
    return {"schema": about}


def _lifted(found: dict[str, Any], models: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose models are in `models` instead."""
    models.update(found.pop("$defs", {}))
    return found
