"""A message as the JSON of CONTRACT section 6.

Unlike protobuf's own mapping: every field is there (null when a message or the meaning of an enum is unset), 64-bit integers are
numbers, enum values come without their prefix (`"ALLOW"`). Times are RFC 3339 and durations `"60s"`, as there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict

if TYPE_CHECKING:
    from google.protobuf.descriptor import EnumDescriptor
    from google.protobuf.message import Message

Json = Any
"""What `json.dumps` takes."""


def json_form(message: Message) -> dict[str, Json]:
    """Make the JSON object of a message."""
    return {field.name: _field(message, field) for field in _fields(message) if not _is_left_out(message, field)}


def enum_name(enum: EnumDescriptor, number: int) -> str:
    """The name of an enum value without the prefix; empty for UNSPECIFIED, the number for one that this version does not know."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    if number == 0:
        return ""
    value = enum.values_by_number.get(number)
    return value.name.removeprefix(prefix) if value else str(number)


def _fields(message: Message) -> Iterable[FieldDescriptor]:
    return cast("Iterable[FieldDescriptor]", message.DESCRIPTOR.fields)  # the stubs know of a second class


def _is_left_out(message: Message, field: FieldDescriptor) -> bool:
    return field.containing_oneof is not None and not message.HasField(field.name)


def _field(message: Message, field: FieldDescriptor) -> Json:
    value = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return dict(value)  # the contract's maps hold nothing but text
    if field.is_repeated:
        return [_single(field, each) for each in value]
    if field.message_type is not None and not message.HasField(field.name):
        return None
    return _single(field, value)


def _single(field: FieldDescriptor, value: Any) -> Json:
    if field.enum_type is not None:
        return enum_name(field.enum_type, value) or None
    if field.message_type is None:
        return value
    if field.message_type.full_name.startswith("google.protobuf."):
        return MessageToDict(value)
    return json_form(value)
