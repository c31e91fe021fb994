"""Collecting everything that is wrong with a request, so that a caller learns of it at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from authsvc.domain.errors import InvalidArgument, InvalidValue, Violation

T = TypeVar("T")
R = TypeVar("R")

UNKNOWN = "has fields that this server does not know, so it cannot say that it does what they ask; it is older than the client"


class Violations:
    """The fields of one request that are wrong. Field names are paths in the proto's terms: `key.rate_limits[0].period`."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[Violation] = []

    def add(self, field: str, description: str) -> None:
        """Note one; the description says what is allowed and does not repeat the value."""
        self.found.append(Violation(field, description))

    def read(self, field: str, parse: Callable[[T], R], value: T, otherwise: R) -> R:
        """Parse a value; when that raises InvalidValue, note it and go on with `otherwise`."""
        try:
            return parse(value)
        except InvalidValue as error:
            self.add(field, str(error))
            return otherwise

    def known(self, field: str, message: Message) -> None:
        """Note a message that has fields of a newer contract: what they restrict must not be ignored."""
        if len(UnknownFieldSet(message)):
            self.add(field, UNKNOWN)

    def check(self) -> None:
        """Go on only when nothing is wrong.

        Raises:
            InvalidArgument: with everything that was noted.
        """
        if self.found:
            raise InvalidArgument(*self.found)
