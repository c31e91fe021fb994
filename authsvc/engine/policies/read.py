"""GetPolicy: the policy or an earlier version of it, always from the store."""

from __future__ import annotations

from dataclasses import dataclass

from authsvc.domain.errors import InvalidArgument, NotFound, Violation
from authsvc.domain.policy import BUILTIN, KeyType
from authsvc.domain.policy_file import PolicyErrors
from authsvc.engine.policies.documents import Documents
from authsvc.engine.ports import Reading
from authsvc.engine.records import PolicyVersion
from authsvc.engine.state import State

NONE = PolicyVersion(0, "")
"""The built-in policy."""


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """One version, and its key types."""

    version: PolicyVersion
    key_types: tuple[KeyType, ...]


class ReadPolicy:
    """Reads policies."""

    def __init__(self, store: Reading, state: State, documents: Documents) -> None:
        self._store = store
        self._state = state
        self._documents = documents

    async def __call__(self, version: int) -> PolicyRecord:
        """One version; 0: the present one.

        Raises:
            InvalidArgument: No version has this number.
            NotFound: There never was such a version.
        """
        if not 0 <= version < 2**63:
            raise InvalidArgument(Violation("version", "the number of a version; 0: the present one"))
        if version == 0:
            found = next(iter(await self._store.policy_versions(1)), NONE)
        else:
            found = await self._store.policy_version(version) or NONE
            if found is NONE:
                raise NotFound(f"there is no version {version} of the policy")
        return PolicyRecord(found, await self._key_types(found))

    async def _key_types(self, found: PolicyVersion) -> tuple[KeyType, ...]:
        policy = self._state.rules.policy
        if found.version != policy.version:
            try:
                policy = (await self._documents.read(found.source)).policy
            except PolicyErrors:  # one of long ago, which this version would not accept any more
                return (BUILTIN,)
        return tuple(policy.key_types[name] for name in sorted(policy.key_types))
