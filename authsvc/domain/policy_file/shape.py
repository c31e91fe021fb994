"""Holds what was read against the models, and words what pydantic finds.

When something is wrong, what is right is still read: wrong values are taken out and their defaults stand in, so that the rules
find their mistakes in the same run.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from authsvc.domain.policy_file.document import PolicyDocument
from authsvc.domain.policy_file.mistakes import MAX_MISTAKES, Finding, Path, did_you_mean, quote
from authsvc.domain.policy_file.schema import field_names

_MOST: Final = 5 * MAX_MISTAKES
"""Findings that are worded: some more than are shown, because those are chosen by line."""
_KINDS: Final = {
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping, names with values",
    "model_type": "must be a mapping, names with values",
}
_BOUNDS: Final = {
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must not be empty; leave it out for its default",
    "too_long": "must have at most {max_length} entries",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
}


class Shaped(NamedTuple):
    """A document with every wrong value replaced by its default, and what was wrong."""

    document: PolicyDocument
    findings: tuple[Finding, ...]


def shape(root: object) -> Shaped:
    """Hold a file's values against the models."""
    if not isinstance(root, dict):
        return Shaped(PolicyDocument(version=1), (Finding((), "a policy file is a mapping; it begins with: version: 1"),))
    try:
        return Shaped(PolicyDocument.model_validate(root), ())
    except ValidationError as error:
        errors = _errors(error)
        findings = tuple(_finding(each, root) for each in errors[:_MOST])
        return Shaped(_sound_part(root, errors), findings)


def _errors(error: ValidationError) -> list[ErrorDetails]:
    """What pydantic found, without its remark that a field which may be left out could also have been None."""
    return [each for each in error.errors(include_url=False) if each["type"] != "none_required"]


def _sound_part(root: dict[str, object], errors: list[ErrorDetails]) -> PolicyDocument:
    """The document without what is wrong. Every round takes at least one value out, so the rounds end."""
    sound = deepcopy(root)
    while True:
        wrong = [(_path(each, sound), each["type"] == "missing") for each in errors]
        for number, (path, is_missing) in enumerate(wrong):
            holder = _at(sound, path[:-1])
            if is_missing and path[-1] == "prefix" and isinstance(holder, dict):
                holder["prefix"] = f"missing-{number}-"  # so that the rest of the key type is still checked
            else:
                _take_out(sound, path[:-1] if is_missing else path)
        sound["version"] = 1
        try:
            return PolicyDocument.model_validate(sound)
        except ValidationError as error:
            errors = _errors(error)


def _take_out(root: dict[str, object], path: Path) -> None:
    """Remove the innermost named value at or around `path`; of a list nothing is kept, what is left could mean something else."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    if path:
        holder = _at(root, path[:-1])
        if isinstance(holder, dict):
            holder.pop(path[-1], None)


def _at(root: object, path: Path) -> Any:
    value: Any = root
    for step in path:
        if not _holds(value, step):
            return None
        value = value[step]
    return value


def _path(error: ErrorDetails, root: object) -> Path:
    """The path in the file: pydantic adds steps of its own, such as `[key]`, which the file does not have."""
    path: Path = ()
    for step in error["loc"]:
        if _holds(_at(root, path), step):
            path = (*path, step)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else path


def _holds(holder: object, step: str | int) -> bool:
    if isinstance(holder, list):
        return isinstance(step, int) and step < len(holder)
    return isinstance(holder, dict) and step in holder


def _finding(error: ErrorDetails, root: dict[str, object]) -> Finding:
    path, kind, value, context = _path(error, root), error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return Finding(path, "is required")
    if kind == "extra_forbidden":
        return Finding(path, f"is no field here{did_you_mean(str(path[-1]), field_names(path[:-1]))}", at_name=True)
    if kind == "value_error":
        return Finding(path, str(context["error"]) + _shown(value, " (here: {})"), at_name=error["loc"][-1] == "[key]")
    if kind == "string_type":
        return Finding(path, "must be text" + _shown(value, "; put {} in quotes"))
    rule = _KINDS.get(kind) or (_BOUNDS[kind].format(**context) if kind in _BOUNDS else error["msg"])
    return Finding(path, rule + _shown(value, ", not {}"))


def _shown(value: object, template: str) -> str:
    """The template with a plain value in it, shortened; nothing for an empty or a compound one."""
    return template.format(quote(value)) if isinstance(value, bool | int | str) and value != "" else ""
