"""A product's calls, with the answer that its document promises to each and the line that does."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from tests.support.readme import ROOT


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Key(_Part):
    """A key that is created before the calls."""

    type: str
    tenant: str
    subject: str = ""
    scopes: list[str] = []
    environment: str = ""
    resources: list[str] = []
    cidrs: list[str] = []
    rate: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    """Limit and seconds."""
    lives: int = 0
    """Seconds until it expires; 0: it does not."""


class Expect(_Part):
    """The answer. A value that begins with `^` is a regular expression for all of the text."""

    status: int
    json_: Any = Field(default=None, alias="json")
    """The body, as JSON."""
    body: str | None = None
    headers: dict[str, str | None] = {}
    """None: it must not be there."""
    upstream: dict[str, str | None] = {}
    """Headers that reach the upstream."""
    claims: dict[str, Any] = {}
    """Of the token that the upstream verified."""
    reached: bool | None = None
    """Whether the upstream gets the request. Left out: with status 200."""


class Call(_Part):
    """A request through the proxy."""

    call: str
    """What it shows."""
    line: int | list[int]
    """Of the document."""
    request: str
    """`GET /path`."""
    host: str = ""
    headers: dict[str, str] = {}
    """`${name}` is the secret of that key."""
    body: str = ""
    source: str = ""
    """Address it comes from."""
    expect: Expect
    pending: str = ""
    """The part of the plan that will answer it; such a call is not made."""


class Step(_Part):
    """Something an operator does between two calls."""

    do: Literal[
        "rotate", "deactivate", "activate", "revoke", "delete", "expire", "mint", "networks", "suspend", "resume", "usage"
    ]
    line: int | list[int] | None = None
    key: str = ""
    tenant: str = ""
    as_: str = Field(default="", alias="as")
    """Name of the new secret or token."""
    cidrs: list[str] = []
    scopes: list[str] = []
    uses: int = 0


class Transcript(_Part):
    """All of one product."""

    document: str
    """Its title."""
    host: str
    keys: dict[str, Key]
    steps: list[Call | Step]

    @property
    def calls(self) -> list[Call]:
        """Every call, pending ones too."""
        return [each for each in self.steps if isinstance(each, Call)]


def read_transcript(example: str) -> Transcript:
    """The transcript of an example."""
    text = (ROOT / "examples" / example / "transcript.yaml").read_text(encoding="utf-8")
    return Transcript.model_validate(yaml.safe_load(text))
