"""One product, running: authsvc with its policy, Envoy with its configuration, and the upstream behind both."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from demo.operations import Operator
from demo.proxy import Proxy, http_filter, move, read_config
from demo.transcript import Transcript, read_transcript
from demo.upstream import TokenReader, Upstream
from demo.wire import Address
from tests.support.readme import ROOT
from tests.support.real_service import RealService

EXAMPLES: Final = ("dgidgi", "oauth2", "dagen", "gaife")
_TOKENS: Final = {"dgidgi": ("https://auth.dgidgi.example", "dgidgi-internal")}
"""Issuer and audience of the tokens that an upstream asks for."""


class Product:
    """Everything ends when the block is left.

    Args:
        example: its name.
        folder: for state and logs.
    """

    def __init__(self, example: str, folder: Path) -> None:
        self.example = example
        self.transcript: Transcript = read_transcript(example)
        self._folder = folder / example
        self._running = ExitStack()

    def start(self) -> Self:
        """Start all of it and create the transcript's keys."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as starting:
            policy = ROOT / "examples" / self.example / "policy.yaml"
            self.service = RealService(self._folder / "state", {"policy": str(policy), "log-level": "info"})
            starting.enter_context(self.service)
            self.operator = Operator(self.service)
            starting.callback(self.operator.close)
            self.upstream = starting.enter_context(Upstream(self._tokens()))
            config = read_config(self.example)
            # Four databases start beside each other on what may be a small machine; the reference's 0.25 s is for one at rest.
            http_filter(config, "ext_authz")["grpc_service"]["timeout"] = "3s"
            move(
                config,
                {"api": self.upstream.address, "authsvc": address(self.service.grpc), "authsvc-http": address(self.service.http)},
            )
            self.proxy = starting.enter_context(Proxy(self._folder / "envoy", config, self.operator.caller()))
            for name, key in self.transcript.keys.items():
                self.operator.create(name, key)
            self._running = starting.pop_all()
        return self

    def _tokens(self) -> TokenReader | None:
        if self.example not in _TOKENS:
            return None
        return TokenReader(f"http://{self.service.http}/.well-known/jwks.json", *_TOKENS[self.example])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self._running.close()


def address(text: str) -> Address:
    """`127.0.0.1:50051` in its two parts."""
    host, _, port = text.partition(",")[0].rpartition(":")
    return host, int(port)
