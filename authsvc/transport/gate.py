"""Who calls (CONTRACT section 5): from the metadata of a call, or from the socket that it came in on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from authsvc.domain.credential import parse_authorization
from authsvc.domain.errors import InvalidValue, Unauthenticated
from authsvc.engine.callers import MISSING, Caller, trusted
from authsvc.engine.parts import Engine

Context = Any
"""A `grpc.aio.ServicerContext`, of grpcio or of pygrpc-native."""


class Gate:
    """Lets callers in.

    Args:
        engine: Decides about their keys.
        trust: Whoever can connect may do everything: a unix socket of mode 0600 that the operator declared so.
    """

    def __init__(self, engine: Engine, *, trust: bool) -> None:
        self._callers = engine.callers
        self._ready = engine.verifier.ready
        self._trusted = trusted("unix") if trust else None

    def known(self, context: Context) -> Caller | None:
        """The caller, if memory knows; None when `authenticate` has to be awaited.

        Raises:
            Unauthenticated: nobody who may call.
        """
        return self._trusted or self._callers.known(_credential(context), peer_of(context))

    async def authenticate(self, context: Context) -> Caller:
        """The caller, after reading what is not here. Raises as `known`, and Unavailable when it cannot be decided."""
        return self._trusted or await self._callers.authenticate(_credential(context), peer_of(context))

    async def ready(self) -> None:
        """Wait until this process may answer: nothing else has asked that where a caller is trusted unseen."""
        await self._ready()


def peer_of(context: Context) -> str:
    """Where a call comes from, as the audit log has it: address and port, or `unix`."""
    peer: str = context.peer()
    if peer.startswith("ipv4:"):
        return peer[5:]
    if peer.startswith("ipv6:"):
        return peer[5:].replace("%5B", "[").replace("%5D", "]")
    return "unix" if peer.startswith("unix:") else peer


def _credential(context: Context) -> str:
    """The one credential in the metadata; empty when there is none."""
    values = [value for key, value in _metadata(context) if key == "authorization"]
    if len(values) > 1:
        raise Unauthenticated("this call has several `authorization` entries in its metadata; exactly one is needed")
    if not values:
        return ""
    value = values[0]
    try:
        credential = parse_authorization(value) if isinstance(value, str) else None
    except InvalidValue:
        raise Unauthenticated(
            "`authorization` must be `Bearer`, one space and a caller key of visible ASCII characters"
        ) from None
    if credential is None:
        raise Unauthenticated(MISSING)
    return credential


def _metadata(context: Context) -> Iterable[tuple[str, str | bytes]]:
    """The metadata of a call; pygrpc-native would make a named tuple of each entry, every time anew."""
    call = getattr(context, "_call", None)
    entries: Iterable[tuple[str, str | bytes]] = context.invocation_metadata() if call is None else call.metadata
    return entries
