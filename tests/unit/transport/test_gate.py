from __future__ import annotations

from typing import Any, NamedTuple

import grpc
import pygrpc_native.aio as native
import pytest

from authsvc.domain.errors import Unauthenticated
from authsvc.transport.gate import _credential, _metadata, peer_of


class Context(NamedTuple):
    """What of a call the gate looks at."""

    metadata: tuple[tuple[str, Any], ...] = ()
    address: str = ""

    def invocation_metadata(self) -> tuple[tuple[str, Any], ...]:
        return self.metadata

    def peer(self) -> str:
        return self.address


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_compared_without_case(scheme: str) -> None:
    assert _credential(Context((("user-agent", "x"), ("authorization", f"{scheme} abc")))) == "abc"


def test_no_entry_is_no_credential() -> None:
    assert _credential(Context((("x-api-key", "abc"),))) == ""


@pytest.mark.parametrize(
    "values",
    [
        ["Basic abc"],
        ["abc"],
        ["Bearer"],
        ["Bearer "],
        ["Bearer  abc"],
        ["Bearer abc "],
        ["Bearer ab\x00c"],
        ["Bearer \u00fc"],
        [" Bearer abc"],
        [b"Bearer abc"],
        ["Bearer " + "a" * 8193],
        ["Bearer abc", "Bearer abc"],
        ["", ""],
    ],
)
def test_anything_but_exactly_one_bearer_credential_is_refused_and_not_repeated(values: list[Any]) -> None:
    with pytest.raises(Unauthenticated) as raised:
        _credential(Context(tuple(("authorization", value) for value in values)))
    assert "abc" not in str(raised.value)


def test_the_metadata_of_a_native_call_is_what_its_context_shows() -> None:
    sent = (("user-agent", "x"), ("authorization", "Bearer abc"), ("trace-bin", b"\0"))
    handler: grpc.RpcMethodHandler[Any, Any] = grpc.unary_unary_rpc_method_handler(_credential)
    context = native._Context(native.server(), native._Call(1, "/a/b", handler, sent, "ipv4:127.0.0.1:1", None))
    assert _metadata(context) is sent
    assert context.invocation_metadata() == sent


@pytest.mark.parametrize(
    ("peer", "shown"),
    [
        ("ipv4:127.0.0.1:34112", "127.0.0.1:34112"),
        ("ipv6:%5B::1%5D:5", "[::1]:5"),
        ("ipv6:[::1]:5", "[::1]:5"),
        ("unix:", "unix"),
        ("unix:1", "unix"),
        ("vsock:1:2", "vsock:1:2"),
    ],
)
def test_a_peer_is_written_alike_on_every_transport(peer: str, shown: str) -> None:
    assert peer_of(Context(address=peer)) == shown
