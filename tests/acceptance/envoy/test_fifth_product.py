"""A product that nobody thought of: another header, prefix and way to answer. It runs from a policy file alone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from demo.operations import Operator
from demo.product import address
from demo.proxy import Proxy, http_filter, move
from demo.transcript import Key
from demo.upstream import Upstream
from demo.wire import Reply, send
from tests.support.edge import hardened
from tests.support.envoy_here import needs_envoy
from tests.support.real_service import RealService

POLICY = """
version: 1
issuer: https://weather.example
scopes:
  observe: {description: Read measurements}
  calibrate: {description: Change how a station measures, implies: [observe]}
environments: [live, sandbox]
key_types:
  station:
    prefix: wx-station_
    default_scopes: [observe]
    max_rate_limit: {limit: 1000, per: 1h}
  partner: {prefix: wx-partner_, min_scopes: 1}
credentials:
  - {header: x-weather-token}
  - {header: authorization, scheme: Weather}
client_address: {from: peer}
hosts:
  api.weather.example: {environment: live, paths: exact}
  sandbox.weather.example: {environment: sandbox}
identity_headers:
  x-caller: weather:$tenant/$key_id
  x-caller-stations: $resources
routes:
  - {methods: [GET], path: /status.txt, allow: anonymous}
  - methods: [GET]
    path: /v2/regions/{region}/stations/{station}/**
    tenant: "{region}"
    require: {scopes: [observe], resource: "stations/{station}"}
  - path: /v2/regions/{region}/stations/{station}/**
    tenant: "{region}"
    require: {scopes: [calibrate], resource: "stations/{station}"}
  - {methods: [GET], path: /v2/map, hosts: [sandbox.weather.example], parameters: true, allow: authenticated}
  - methods: [GET]
    path: /v2/map
    hosts: [api.weather.example]
    require: {scope_expression: calibrate OR observe, resource_deferred: true}
responses:
  CREDENTIAL_MISSING: {status: 418, content_type: text/plain, body: "$reason: bring a token for $$0"}
  RESOURCE_DENIED:
    {status: 404, content_type: application/problem+json, body: '{"title": "No such station", "detail": "$message"}'}
  INSUFFICIENT_SCOPE: {status: 403, content_type: text/xml, body: "<denied missing='$missing_scopes'/>"}
  TENANT_MISMATCH: {status: 404}
"""
LIVE, SANDBOX = "api.weather.example", "sandbox.weather.example"


class Weather:
    """The product, running."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
        service = running.enter_context(RealService(folder / "state", {"policy": str(folder / "policy.yaml")}))
        self.operator = Operator(service)
        running.callback(self.operator.close)
        self.upstream = running.enter_context(Upstream())
        config = hardened()
        rules = http_filter(config, "ext_authz")["decoder_header_mutation_rules"]["allow_expression"]
        rules["regex"] = rules["regex"].replace("x-auth-.*", "x-caller.*|x-weather-token")
        [stripped] = http_filter(config, "header_mutation")["mutations"]["request_mutations"]
        stripped["remove_on_match"]["key_matcher"]["prefix"] = "x-caller"
        move(config, {"api": self.upstream.address, "authsvc": address(service.grpc)})
        self.proxy = running.enter_context(Proxy(folder / "envoy", config, self.operator.caller()))

    def call(self, request: str, key: str = "", host: str = LIVE, headers: Mapping[str, str] | None = None) -> Reply:
        self.upstream.seen.clear()
        method, target = request.split(" ")
        token = {"x-weather-token": self.operator.secrets[key]} if key else {}
        return send(self.proxy.address, method, target, [("host", host), *{**token, **(headers or {})}.items()])

    def said(self, name: str) -> str | None:
        """What the upstream got in a header."""
        return self.upstream.seen[0].header(name)


@needs_envoy
def test_a_fifth_product_runs_from_a_policy_file_alone(tmp_path: Path) -> None:
    with ExitStack() as running:
        weather = Weather(tmp_path, running)
        station = Key(type="station", tenant="north/fjord", environment="live", resources=["stations/s1"])
        weather.operator.create("s1", station)
        weather.operator.create("region", Key(type="partner", tenant="north", environment="live", scopes=["calibrate"]))
        weather.operator.create("tester", Key(type="partner", tenant="north", environment="sandbox", scopes=["observe"]))
        _check_who_gets_in(weather)
        _check_paths_and_hosts(weather)
        _check_answers(weather)


def _check_who_gets_in(weather: Weather) -> None:
    mine = "/v2/regions/north/stations/s1/now"
    assert weather.call(f"GET {mine}", "region", headers={"x-caller": "evil", "x-caller-stations": "evil"}).status == 200
    assert (weather.said("x-caller") or "").startswith("weather:north/key_")
    assert weather.said("x-caller-stations") == "**"
    assert weather.said("x-weather-token") is None
    assert weather.call(f"PUT {mine}", "region").status == 200
    secret = weather.operator.secrets["region"]
    assert weather.call(f"GET {mine}", headers={"authorization": f"weather {secret}"}).status == 200
    assert weather.call(f"GET {mine}", headers={"authorization": f"Bearer {secret}"}).status == 418
    assert weather.call(f"GET {mine}", "region", headers={"authorization": f"Weather {secret}"}).status == 400
    assert weather.call("GET /status.txt", headers={"x-caller": "evil"}).status == 200
    assert weather.said("x-caller") is None


def _check_paths_and_hosts(weather: Weather) -> None:
    below = "/v2/regions/north/stations/s1"
    assert weather.call(f"GET {below}", "s1").status == 404  # a key of north/fjord, and the path names all of north
    assert weather.call("GET /v2/regions/south/stations/s1/now", "region").status == 404
    assert weather.call("GET /v2/map", "s1").status == 200
    assert weather.said("x-caller-stations") == "stations/s1"
    assert weather.call("GET /v2/map;zoom=3", "tester", SANDBOX).status == 200
    assert weather.call("GET /v2/map;zoom=3", "region").status == 400
    assert weather.call("GET /v2/map", "region", SANDBOX).status == 403  # its environment is another
    assert weather.call("GET /v2/Map", "tester", SANDBOX).status == 400  # folded
    assert weather.call("GET /v2/Map", "region").status == 403  # exact: another path, which no route knows
    assert weather.call("GET /v2/map", "region", "other.weather.example").status == 403


def _check_answers(weather: Weather) -> None:
    missing = weather.call("GET /v2/map")
    assert (missing.status, missing.body, missing.headers["content-type"]) == (
        418,
        "CREDENTIAL_MISSING: bring a token for $0",
        "text/plain",
    )
    weather.operator.create(
        "wide", Key(type="partner", tenant="north", environment="live", scopes=["observe"], resources=["stations/s2"])
    )
    denied = weather.call("GET /v2/regions/north/stations/s1/now", "wide")
    assert denied.status == 404
    assert denied.json()["title"] == "No such station"
    assert denied.headers["content-type"] == "application/problem+json"
    narrow = weather.call("PUT /v2/regions/north/stations/s2/now", "wide")
    assert (narrow.status, narrow.body) == (403, "<denied missing='calibrate'/>")
