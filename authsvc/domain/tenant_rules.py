"""What may be set for a whole tenant.

Rules:
1. Unset is never wider: an update that empties the allowlist says so in `unrestricted`.
2. Nobody locks himself out: a caller cannot set an allowlist that his own key would fail by, from where he calls.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from authsvc.domain.errors import InvalidArgument, InvalidValue, Violation
from authsvc.domain.key_fields import MAX_CIDRS
from authsvc.domain.network import parse_cidr

ALLOWLIST: Final = "allowed_cidrs"


def check_allowlist(cidrs: Iterable[str], mask: frozenset[str], unrestricted: frozenset[str]) -> tuple[str, ...]:
    """Check the update of a tenant.

    Args:
        cidrs: The new networks.
        mask: Fields to change.
        unrestricted: Fields that are emptied on purpose.

    Returns:
        The networks in their canonical form, each once.

    Raises:
        InvalidArgument: Everything that is wrong, with what is allowed.
    """
    given = tuple(cidrs)
    wrong = []
    if mask != {ALLOWLIST}:
        wrong.append(Violation("update_mask", f"only {ALLOWLIST}"))
    if not given and ALLOWLIST not in unrestricted:
        wrong.append(
            Violation(f"tenant.{ALLOWLIST}", "empty is unrestricted; an update to that names the field in `unrestricted`")
        )
    if unrestricted - ({ALLOWLIST} if not given else set()):
        wrong.append(Violation("unrestricted", f"only {ALLOWLIST}, and only when this update empties it"))
    networks = _networks(given, wrong)
    if wrong:
        raise InvalidArgument(*wrong)
    return networks


def _networks(cidrs: tuple[str, ...], wrong: list[Violation]) -> tuple[str, ...]:
    if len(cidrs) > MAX_CIDRS:
        wrong.append(Violation(f"tenant.{ALLOWLIST}", f"at most {MAX_CIDRS} networks"))
        return ()
    found: dict[str, None] = {}
    for index, cidr in enumerate(cidrs):
        try:
            found[parse_cidr(cidr)] = None
        except InvalidValue as error:
            wrong.append(Violation(f"tenant.{ALLOWLIST}[{index}]", str(error)))
    return tuple(found)
