"""A real Envoy with one of the example configurations, moved to free ports."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import yaml

from demo.wire import Address
from tests.support.readme import ROOT
from tests.support.waiting import wait_until

Config = dict[str, Any]
VENV = ROOT / ".venv-envoy"


def envoy_binary() -> Path | None:
    """The program, where `make demo` and `make test` put it; None: it is not there."""
    return next(iter(sorted(VENV.glob("lib/python3*/site-packages/envoy/_bin/envoy"))), None)


def read_config(example: str) -> Config:
    """The hardened configuration of an example."""
    config: Config = yaml.safe_load((ROOT / "examples" / example / "envoy.yaml").read_text(encoding="utf-8"))
    return config


def clusters(config: Config) -> dict[str, Config]:
    """The clusters of a configuration, by name."""
    return {each["name"]: each for each in config["static_resources"]["clusters"]}


def http_manager(config: Config) -> Config:
    """The HTTP connection manager of a configuration's one listener."""
    manager: Config = config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    return manager


def http_filter(config: Config, name: str) -> Config:
    """The settings of one of its HTTP filters: `ext_authz`."""
    filters = http_manager(config)["http_filters"]
    settings: Config = next(each["typed_config"] for each in filters if each["name"] == f"envoy.filters.http.{name}")
    return settings


def move(config: Config, places: Mapping[str, Address]) -> None:
    """Listen on any free port, and find each cluster where it is now."""
    for address in (config["admin"]["address"], *(each["address"] for each in config["static_resources"]["listeners"])):
        address["socket_address"]["port_value"] = 0
    for name, cluster in clusters(config).items():
        for endpoint in _endpoints(cluster):
            host, port = places[name]
            endpoint["address"] = {"socket_address": {"address": host, "port_value": port}}


def _endpoints(cluster: Config) -> Iterator[Config]:
    for locality in cluster["load_assignment"]["endpoints"]:
        for each in locality["lb_endpoints"]:
            yield each["endpoint"]


class Proxy:
    """Envoy as a process. Ended when the block is left.

    Args:
        folder: for its files; it keeps the log.
        config: with ports of 0.
        check_key: the caller key of its own.
    """

    def __init__(self, folder: Path, config: Config, check_key: str = "") -> None:
        self._folder = folder
        self._config = config
        self._environment = {**os.environ, "AUTHSVC_CHECK_KEY": check_key}
        self._process: subprocess.Popen[bytes] | None = None
        self._admin = ""
        self.address: Address = ("", 0)

    def start(self) -> Self:
        """Start it and wait until it listens."""
        binary = envoy_binary()
        assert binary is not None, "there is no Envoy: make .venv-envoy/.ready"
        self._folder.mkdir(parents=True, exist_ok=True)
        config, admin = self._folder / "envoy.yaml", self._folder / "admin-address"
        config.write_text(yaml.safe_dump(self._config), encoding="utf-8")
        admin.unlink(missing_ok=True)
        flags = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]
        files = ["-c", str(config), "--admin-address-path", str(admin), "--log-path", str(self.log)]
        with (self._folder / "access.log").open("ab") as access:
            self._process = subprocess.Popen(
                [binary, *flags, *files], stdout=access, stderr=subprocess.STDOUT, env=self._environment
            )
        wait_until(lambda: self._has_ended() or (admin.exists() and admin.read_text()), "Envoy's admin address")
        self._admin = admin.read_text()
        wait_until(self._is_live, "Envoy is live")
        host, port = json.loads(self.admin("/listeners?format=json"))["listener_statuses"][0]["local_address"][
            "socket_address"
        ].values()
        self.address = (host, port)
        return self

    @property
    def log(self) -> Path:
        """What it says about itself."""
        return self._folder / "envoy.log"

    @property
    def access_log(self) -> str:
        """What it says about requests."""
        return (self._folder / "access.log").read_text(encoding="utf-8")

    def admin(self, path: str) -> str:
        """Ask its admin interface."""
        with urllib.request.urlopen(f"http://{self._admin}{path}", timeout=5) as answer:
            text: str = answer.read().decode()
        return text

    def counters(self, prefix: str) -> dict[str, int]:
        """Its statistics whose names begin so."""
        found = json.loads(self.admin(f"/stats?format=json&filter=^{prefix}"))["stats"]
        return {each["name"]: each["value"] for each in found if "name" in each}

    def _has_ended(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"Envoy ended:\n{self.log.read_text()[-3000:]}"
        return False

    def _is_live(self) -> bool:
        self._has_ended()
        try:
            return self.admin("/ready").strip() == "LIVE"
        except OSError:
            return False

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
