"""Access tokens (RFC 9068): what one says, and what a new one may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Any

SECOND = 1_000_000
TYP = "at+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The claims of a token whose signature was verified. `expire_time` is in microseconds like every time here."""

    token_id: str
    key_id: str
    secret_id: str
    subject: str
    tenant: str
    environment: str
    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    audience: tuple[str, ...]
    issue_time: int
    expire_time: int
    signing_key_id: str
    actor: str = ""
    """Who acts for the subject: the key's own subject (`act.sub`, RFC 8693 section 4.1); empty: the subject itself."""

    def claims(self, issuer: str) -> dict[str, Any]:
        """The JWT claims set (RFC 9068 section 2.2; times in whole seconds)."""
        claims: dict[str, Any] = {
            "iss": issuer,
            "sub": self.subject,
            "aud": list(self.audience),
            "iat": self.issue_time // SECOND,
            "exp": self.expire_time // SECOND,
            "jti": self.token_id,
            "client_id": self.key_id,
            "scope": " ".join(self.scopes),
            "tenant": self.tenant,
            "sid": self.secret_id,
        }
        if self.environment:
            claims["env"] = self.environment
        if self.resources:
            claims["res"] = list(self.resources)
        if self.actor:
            claims["act"] = {"sub": self.actor}
        return claims

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any], signing_key_id: str) -> Token | None:
        """Read back what `claims` wrote; None when a member is missing or of another type: not one of ours."""
        try:
            return cls(
                token_id=_text(claims["jti"]),
                key_id=_text(claims["client_id"]),
                secret_id=_text(claims["sid"]),
                subject=_text(claims["sub"]),
                tenant=_text(claims["tenant"]),
                environment=_text(claims.get("env", "")),
                scopes=tuple(_text(claims["scope"]).split()),
                resources=_texts(claims.get("res", [])),
                audience=_texts(claims["aud"]),
                issue_time=_seconds(claims["iat"]),
                expire_time=_seconds(claims["exp"]),
                signing_key_id=signing_key_id,
                actor=_text(claims["act"]["sub"]) if "act" in claims else "",
            )
        except (KeyError, TypeError):
            return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(v) for v in value)


def _seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value * SECOND


@unique
class SigningKeyState(IntEnum):
    """NEXT is published and does not sign yet; RETIRING only verifies; RETIRED does neither. Numbers are those of the proto."""

    NEXT = 1
    ACTIVE = 2
    RETIRING = 3
    RETIRED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A signing key as the store keeps it: the private part only as AES-GCM ciphertext under a key-encryption key."""

    signing_key_id: str
    algorithm: str
    state: SigningKeyState
    public_jwk: Mapping[str, str]
    kek_id: str
    sealed_private_key: bytes
    create_time: int
    activate_time: int | None = None
    retire_time: int | None = None
