"""Signing and verifying access tokens.

Rules:
1. The key named by `kid` decides the algorithm; what the token's header says must agree (RFC 8725 section 3.1).
2. Only `typ: at+jwt` (RFC 9068 section 4), only our issuer, no `crit` extension.
3. Private keys are unsealed once per process, when first used, and never leave it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from authsvc.domain.credential import MAX_TOKEN_LENGTH, is_token
from authsvc.domain.token import TYP, SigningKey, SigningKeyState, Token
from authsvc.engine import ids
from authsvc.engine.own_secrets import OwnSecrets

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
VERIFYING = frozenset({SigningKeyState.NEXT, SigningKeyState.ACTIVE, SigningKeyState.RETIRING})
_OPTIONS: Any = {
    "verify_exp": False,  # expiry is a rule of `decide`, which knows the reference time and the reason
    "verify_iat": False,
    "verify_aud": False,
    "verify_sub": False,
    "verify_jti": False,
}


class SigningKeys:
    """The public side: every key whose tokens are still good."""

    def __init__(self, keys: Iterable[SigningKey], issuer: str) -> None:
        self.keys = tuple(keys)
        self._issuer = issuer
        self._public = {
            key.signing_key_id: (key.algorithm, jwt.PyJWK.from_dict(dict(key.public_jwk), key.algorithm))
            for key in self.keys
            if key.state in VERIFYING
        }

    @property
    def active(self) -> SigningKey | None:
        """The key that signs now."""
        return next((key for key in self.keys if key.state is SigningKeyState.ACTIVE), None)

    def verify(self, text: str) -> Token | None:
        """The token, if one of these keys signed it for this issuer; expired or not. None for anything else."""
        if len(text) > MAX_TOKEN_LENGTH or not is_token(text):
            return None
        try:
            header = jwt.get_unverified_header(text)
            algorithm, public = self._public[header["kid"]]
            if header.get("alg") != algorithm or str(header.get("typ", "")).lower() != TYP or "crit" in header:
                return None
            claims = jwt.decode(text, public, algorithms=[algorithm], issuer=self._issuer, options=_OPTIONS)
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
            return None
        return Token.from_claims(claims, header["kid"])


class Signer:
    """The private side."""

    def __init__(self, own: OwnSecrets) -> None:
        self._own = own
        self._private: dict[str, PrivateKey] = {}

    def generate(self, algorithm: str, state: SigningKeyState, now: int) -> SigningKey:
        """A new key pair for ES256, EdDSA (Ed25519) or RS256 (3072 bits, up to a second: never on the event loop)."""
        private, jwk = _GENERATORS[algorithm]()
        signing_key_id = ids.signing_key_id()
        der = private.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        kek_id, sealed = self._own.keks.seal(der, signing_key_id)
        return SigningKey(
            signing_key_id=signing_key_id,
            algorithm=algorithm,
            state=state,
            public_jwk={**jwk, "kid": signing_key_id, "alg": algorithm, "use": "sig"},
            kek_id=kek_id,
            sealed_private_key=sealed,
            create_time=now,
            activate_time=now if state is SigningKeyState.ACTIVE else None,
        )

    async def sign_aside(self, token: Token, signing_key: SigningKey, issuer: str) -> str:
        """The same; RSA takes milliseconds, in which the event loop would answer nobody."""
        if signing_key.algorithm == "RS256":
            return await asyncio.to_thread(self.sign, token, signing_key, issuer)
        return self.sign(token, signing_key, issuer)

    def sign(self, token: Token, signing_key: SigningKey, issuer: str) -> str:
        """The token as a compact JWS."""
        private = self._private.get(signing_key.signing_key_id) or self._unseal(signing_key)
        headers = {"kid": signing_key.signing_key_id, "typ": TYP}
        return jwt.encode(token.claims(issuer), private, algorithm=signing_key.algorithm, headers=headers)

    def _unseal(self, signing_key: SigningKey) -> PrivateKey:
        der = self._own.keks.unseal(signing_key.kek_id, signing_key.sealed_private_key, signing_key.signing_key_id)
        private = serialization.load_der_private_key(der, password=None)
        if not isinstance(private, PrivateKey):
            raise TypeError("a signing key of an unknown kind")
        self._private[signing_key.signing_key_id] = private
        return private


def _es256() -> tuple[PrivateKey, dict[str, Any]]:
    private = ec.generate_private_key(ec.SECP256R1())
    return private, ECAlgorithm.to_jwk(private.public_key(), as_dict=True)


def _eddsa() -> tuple[PrivateKey, dict[str, Any]]:
    private = ed25519.Ed25519PrivateKey.generate()
    return private, OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)


def _rs256() -> tuple[PrivateKey, dict[str, Any]]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return private, RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)


_GENERATORS = {"ES256": _es256, "EdDSA": _eddsa, "RS256": _rs256}
ALGORITHMS: Final = tuple(_GENERATORS)
