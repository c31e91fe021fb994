"""The JSON Schema of a policy file, for editors and for the reference in docs/."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from authsvc.domain.policy_file.document import PolicyDocument
from authsvc.domain.policy_file.mistakes import Path

Schema = dict[str, Any]


def policy_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a policy file: names, kinds, bounds and grammars, not how fields have to fit."""
    return deepcopy(_schema())


def field_names(path: Path) -> tuple[str, ...]:
    """Name the fields that the mapping at `path` may have; empty where names are free."""
    node = _schema()
    for step in path:
        node = resolve(node, _schema())
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            free = (node.get("additionalProperties") or {}, *node.get("patternProperties", {}).values())
            node = node.get("properties", {}).get(step) or free[-1]
    return tuple(resolve(node, _schema()).get("properties", ()))


def resolve(node: Schema, schema: Schema) -> Schema:
    """Follow a reference to its definition."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node


@cache
def _schema() -> Schema:
    schema = _tidy(PolicyDocument.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _tidy(node: Any) -> Any:
    """Drop what pydantic adds for Python's sake: generated titles, defaults of None and of durations in microseconds."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    skipped = {"title"} if isinstance(node.get("title"), str) else set()
    default = node.get("default")
    if default is None or isinstance(default, dict) or (node.get("type") == "string" and isinstance(default, int)):
        skipped.add("default")
    closed = {"additionalProperties": False} if "patternProperties" in node else {}
    return {name: _tidy(value) for name, value in node.items() if name not in skipped} | closed
