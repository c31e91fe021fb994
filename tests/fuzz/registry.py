"""Every parser there is."""

from __future__ import annotations

from tests.fuzz import addresses, messages, names, policies, requests_over_http, spans, tokens
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for part in (names, addresses, requests_over_http, tokens, spans, policies, messages)
    for target in part.TARGETS
}
