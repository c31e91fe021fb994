"""Certificates of listeners, replaced while they serve.

What is new holds for connections that begin from then on; those there go on with what they began with, so no call notices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from authsvc.domain.errors import FailedPrecondition


@dataclass(frozen=True, slots=True)
class Tls:
    """What a listener with TLS needs, all PEM."""

    certificate: bytes
    """The chain, our own certificate first."""
    private_key: bytes = field(repr=False)
    client_ca: bytes | None = None
    """Set: clients must present a certificate signed by one of these."""


class Certificates:
    """What all listeners of a process present, and what they ask of clients."""

    def __init__(self, tls: Tls) -> None:
        """Take what to begin with. Raises FailedPrecondition as `replace` does."""
        self._mutual = tls.client_ca is not None
        self.replace(tls)

    def replace(self, tls: Tls) -> None:
        """Present something else from now on.

        Raises:
            FailedPrecondition: it cannot be used; what was there stays.
        """
        _check(tls)
        if (tls.client_ca is not None) is not self._mutual:
            raise FailedPrecondition("whether clients need a certificate is decided at start")
        pair = (tls.private_key, tls.certificate)
        self._newest = grpc.ssl_server_certificate_configuration([pair], root_certificates=tls.client_ca)

    def credentials(self) -> grpc.ServerCredentials:
        """For one listener."""
        return grpc.dynamic_ssl_server_credentials(
            self._newest,
            self._follower(),  # type: ignore[arg-type] # the stubs do not know that None says "no change"
            require_client_authentication=self._mutual,
        )

    def _follower(self) -> Callable[[], grpc.ServerCertificateConfiguration | None]:
        """What a listener calls at the beginning of each connection, on a thread of grpc's: the newest, or None if it has it."""
        present = self._newest

        def follow() -> grpc.ServerCertificateConfiguration | None:
            nonlocal present
            newest = self._newest
            if newest is present:
                return None
            present = newest
            return newest

        return follow


def _check(tls: Tls) -> None:
    """Check it before grpc does, which would say nothing of what is wrong."""
    try:
        certificate, *_ = x509.load_pem_x509_certificates(tls.certificate)
    except ValueError:
        raise FailedPrecondition("the TLS certificate is no PEM certificate chain") from None
    try:
        private_key = serialization.load_pem_private_key(tls.private_key, password=None)
    except (ValueError, TypeError):
        raise FailedPrecondition("the TLS key is no private key in PEM without a password") from None
    if private_key.public_key() != certificate.public_key():
        raise FailedPrecondition("the TLS key is not that of the certificate")
    if tls.client_ca is not None:
        try:
            x509.load_pem_x509_certificates(tls.client_ca)
        except ValueError:
            raise FailedPrecondition("the file of authorities for client certificates has no PEM certificate") from None
