"""The last net under every log line and traceback: whatever looks like a credential is cut out.

Nothing is supposed to arrive here: no secret gets into a message at all. This catches what a library or a mistake puts there.
Ids of ours are at most 22 base62 characters long, secrets at least 39 (32 random, generation, tag).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

REDACTED = "[redacted]"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Three base64url parts, or the beginning of them: a JWS always starts with `{"`.
    (re.compile(r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,2}"), REDACTED),
    # A run that is long enough to be a secret, with what is joined to its front by `_` or `-`: the prefix of its type.
    (re.compile(r"(?:[A-Za-z0-9]{1,32}[_-]){0,4}[A-Za-z0-9]{36,}={0,2}"), REDACTED),
    # Secrets in base64url may hold `-` and `_`: 32 bytes are 43 characters of it.
    (re.compile(r"(?<![A-Za-z0-9_/.-])(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_/.-])"), REDACTED),
    # The password of a URL; an `@` inside it is written %40, a careless one is covered by the greedy match.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s]*@"), rf"\1:{REDACTED}@"),
    (re.compile(r"(?i)\b(password|passwd|pgpassword)(['\"]?\s*[=:]\s*['\"]?)[^\s&'\",;]+"), rf"\1\2{REDACTED}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+(?=\S*[0-9])[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {REDACTED}"),
)
_prefixed: list[re.Pattern[str]] = []


def learn_prefixes(prefixes: Iterable[str]) -> None:
    """Cut out more: what begins with the prefix of a key type and goes on for more characters than may be shown."""
    prefixes = sorted({prefix for prefix in prefixes if len(prefix) >= 2}, key=len, reverse=True)
    pattern = "|".join(map(re.escape, prefixes))
    _prefixed[:] = [re.compile(rf"(?<![A-Za-z0-9_])(?:{pattern})[A-Za-z0-9]{{12,}}")] if prefixes else []


def redact(text: str) -> str:
    """The text without anything that looks like a credential or a password."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    for pattern in _prefixed:
        text = pattern.sub(REDACTED, text)
    return text


learn_prefixes(["authsvc_"])
