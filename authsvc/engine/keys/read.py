"""GetKey, ListKeys, IdentifyCredential: reads for operators, always from the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, unique

from authsvc.domain.credential import is_token, parse_credential
from authsvc.domain.errors import InvalidArgument, InvalidValue, NotFound, Violation
from authsvc.domain.key import KeyRecord
from authsvc.domain.stored_forms import possible_digests
from authsvc.domain.token import Token
from authsvc.engine import paging
from authsvc.engine.callers import Caller
from authsvc.engine.hashing.proving import Prover
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.ports import Store
from authsvc.engine.records import KeyFilter
from authsvc.engine.state import State


@unique
class CredentialKind(IntEnum):
    """What a string turned out to be. Numbers are those of the proto enum."""

    KEY = 1
    TOKEN = 2
    PREFIX = 3


@dataclass(frozen=True, slots=True)
class Identified:
    """Whose a string is. `records` is empty when it is nobody's that the caller may see."""

    kind: CredentialKind
    records: tuple[KeyRecord, ...]
    secret_id: str = ""
    token: Token | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of keys."""

    records: tuple[KeyRecord, ...]
    next_page_token: str


class ReadKeys:
    """Reads keys."""

    def __init__(self, store: Store, state: State, own: OwnSecrets, prover: Prover) -> None:
        self._store = store
        self._state = state
        self._own = own
        self._prover = prover

    async def get(self, caller: Caller, key_id: str) -> KeyRecord:
        """One key. Raises NotFound when it is not there for this caller."""
        record = await self._store.key(key_id)
        if record is None or not caller.reaches(record.key.tenant):
            raise NotFound(f"there is no key {key_id}")
        return record

    async def list(self, caller: Caller, which: KeyFilter, page_size: int, page_token: str) -> Listed:
        """One page of the caller's keys.

        Raises:
            InvalidArgument: The page token is not one of this list.
        """
        which = replace(which, within=caller.tenant)
        bound = replace(which, now=0, expire_before=None)
        page = await self._store.keys(which, paging.page_size(page_size), paging.read(page_token, bound))
        return Listed(page.records, paging.write(page.next_after, bound))

    async def identify(self, caller: Caller, text: str) -> Identified:
        """Whose a leaked string, token or display prefix is.

        Raises:
            InvalidArgument: The string is empty.
        """
        if not text:
            raise InvalidArgument(Violation("credential", "must be a key, a token, or the first characters of a key"))
        try:
            parse_credential(text)
        except InvalidValue:
            return Identified(CredentialKind.PREFIX, ())
        if is_token(text):
            return await self._identify_token(caller, text)
        key_type = self._state.rules.policy.type_of(text)
        tagged = self._own.keyring.fingerprint(text) is not None
        digests = possible_digests(self._own.keyring, text, key_type, tagged=tagged)
        # A key outside the caller's tenant answers as if it were absent, so it is looked at no further.
        owners = _within(caller, await self._store.keys_of(digests, ""))
        for owner in owners:
            for secret in owner.key.secrets:
                if secret.digest in digests and (not secret.hash.is_slow or await self._prover.matches(text, secret)):
                    return Identified(CredentialKind.KEY, (owner,), secret.secret_id)
        # A public id with a wrong secret is no more than a prefix.
        return Identified(CredentialKind.PREFIX, owners or _within(caller, await self._store.keys_of((), text)))

    async def _identify_token(self, caller: Caller, text: str) -> Identified:
        token = self._state.signing.verify(text)
        record = None if token is None else await self._store.key(token.key_id)
        if token is None or record is None or not caller.reaches(record.key.tenant):
            return Identified(CredentialKind.TOKEN, ())
        return Identified(CredentialKind.TOKEN, (record,), token.secret_id, token)


def _within(caller: Caller, records: tuple[KeyRecord, ...]) -> tuple[KeyRecord, ...]:
    return tuple(record for record in records if caller.reaches(record.key.tenant))
