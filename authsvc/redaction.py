"""The last net under every log line and traceback: whatever looks like a credential is cut out.

Nothing is supposed to arrive here: no secret gets into a message at all. This catches what a library or a mistake puts there.
Ids of ours are at most 22 base62 characters long, secrets at least 39 (32 random, generation, tag).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

REDACTED = "[redacted]"


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    replacement: str
    signs: tuple[str, ...]
    """One of these is in the text, in lower case, wherever the pattern finds anything; none given: a long run of characters.

    Looking for them takes a tenth of the time, and a line about every refused call goes through here.
    """


_RULES = (
    # Three base64url parts, or the beginning of them: a JWS always starts with `{"`.
    _Rule(re.compile(r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,2}"), REDACTED, ("eyj",)),
    # A run that is long enough to be a secret, with what is joined to its front by `_` or `-`: the prefix of its type.
    _Rule(re.compile(r"(?:[A-Za-z0-9]{1,32}[_-]){0,4}[A-Za-z0-9]{36,}={0,2}"), REDACTED, ()),
    # Secrets in base64url may hold `-` and `_`: 32 bytes are 43 characters of it.
    _Rule(re.compile(r"(?<![A-Za-z0-9_/.-])(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_/.-])"), REDACTED, ()),
    # The password of a URL; an `@` inside it is written %40, a careless one is covered by the greedy match.
    _Rule(re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s]*@"), rf"\1:{REDACTED}@", ("://",)),
    _Rule(re.compile(r"(?i)\b(password|passwd|pgpassword)(['\"]?\s*[=:]\s*['\"]?)[^\s&'\",;]+"), rf"\1\2{REDACTED}", ("passw",)),
    _Rule(re.compile(r"(?i)\b(bearer|basic)\s+(?=\S*[0-9])[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {REDACTED}", ("bearer", "basic")),
)
_LONG = 36
_BREAKS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "_-")}
_prefixed: list[re.Pattern[str]] = []


def learn_prefixes(prefixes: Iterable[str]) -> None:
    """Cut out more: what begins with the prefix of a key type and goes on for more characters than may be shown."""
    prefixes = sorted({prefix for prefix in prefixes if len(prefix) >= 2}, key=len, reverse=True)
    pattern = "|".join(map(re.escape, prefixes))
    _prefixed[:] = [re.compile(rf"(?<![A-Za-z0-9_])(?:{pattern})[A-Za-z0-9]{{12,}}")] if prefixes else []


def redact(text: str) -> str:
    """The text without anything that looks like a credential or a password."""
    # Beyond ASCII more than one letter can be the same without case, so there every pattern is tried.
    known = text.lower() if text.isascii() else None
    for pattern, replacement, signs in _RULES:
        if known is None or (any(sign in known for sign in signs) if signs else _has_long_run(text)):
            text = pattern.sub(replacement, text)
    for pattern in _prefixed:
        text = pattern.sub(REDACTED, text)
    return text


def _has_long_run(text: str) -> bool:
    return any(len(run) >= _LONG for run in text.translate(_BREAKS).split())


learn_prefixes(["authsvc_"])
