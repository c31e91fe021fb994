from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from authsvc.domain.policy_file import policy_reference, policy_schema
from authsvc.domain.policy_file.schema import field_names, resolve
from tests.unit.domain.policy_file.samples import FULL

PAGE = Path(__file__).parents[4] / "docs" / "policy.md"


def test_the_committed_reference_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == policy_reference()


def test_the_reference_has_a_row_for_every_field() -> None:
    page = policy_reference()
    for schema in (policy_schema(), *policy_schema()["$defs"].values()):
        for name in schema["properties"]:
            assert f"| `{name}` |" in page


def test_every_field_of_the_schema_says_what_it_means() -> None:
    schema = policy_schema()
    for section in (schema, *schema["$defs"].values()):
        assert section["additionalProperties"] is False
        for name, node in section["properties"].items():
            assert node.get("description") or resolve(node, schema).get("description"), name


def test_the_schema_accepts_a_full_file_and_uses_every_field_of_it() -> None:
    schema = policy_schema()
    assert matches(yaml.safe_load(FULL), schema, schema)


def test_the_schema_is_json_and_its_owner_may_change_it() -> None:
    schema = policy_schema()
    assert json.loads(json.dumps(schema)) == schema
    schema["properties"].clear()
    assert policy_schema()["properties"]


def test_field_names_follow_lists_and_free_names() -> None:
    assert field_names(("key_types", "sdk", "rate_limits", 0)) == ("limit", "per", "burst")
    assert field_names(("key_types",)) == ()
    assert field_names(("nonsense", "deeper")) == ()


def matches(value: Any, node: dict[str, Any], schema: dict[str, Any]) -> bool:
    """As much of JSON Schema as ours uses."""
    node = resolve(node, schema)
    if "anyOf" in node:
        return any(matches(value, each, schema) for each in node["anyOf"])
    if "enum" in node and value not in node["enum"]:
        return False
    if isinstance(value, str):
        return node.get("type", "string") == "string" and re.search(node.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return node["type"] == "array" and all(matches(each, node["items"], schema) for each in value)
    if isinstance(value, dict):
        return node["type"] == "object" and all(_member_matches(name, each, node, schema) for name, each in value.items())
    return bool(node["type"] == {bool: "boolean", int: "integer"}[type(value)] and node.get("const", value) == value)


def _member_matches(name: str, value: Any, node: dict[str, Any], schema: dict[str, Any]) -> bool:
    if name in node.get("properties", {}):
        return matches(value, node["properties"][name], schema)
    free = node.get("additionalProperties")
    patterns = [child for pattern, child in node.get("patternProperties", {}).items() if re.search(pattern, name)]
    return any(matches(value, child, schema) for child in [*patterns, *([free] if isinstance(free, dict) else [])])
