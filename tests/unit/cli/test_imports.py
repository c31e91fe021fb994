"""`authsvc keys import`, against a server that answers as a test says."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from authsvc.cli.imports import sending
from authsvc.v1.fleet_service_pb2 import WaitForRevisionResponse
from authsvc.v1.key_service_pb2 import (
    BatchImportKeysRequest,
    BatchImportKeysResponse,
    BatchImportKeysResult,
    GetKeyResponse,
    ImportKeyRequest,
)
from authsvc.v1.receipt_pb2 import WAIT_NONE, Receipt
from tests.support.programmable_server import ProgrammableServer, Refusal
from tests.unit.cli.conftest import Cli

SHA = hashlib.sha256(b"secret").digest()
Write = Callable[..., Path]


class Taking:
    """Takes every key that it has not seen, like a real server; `answers` go first."""

    def __init__(self, server: ProgrammableServer) -> None:
        self.keys: dict[bytes, str] = {}
        self.requests: list[BatchImportKeysRequest] = []
        self.answers: list[Any] = []
        self._lock = threading.Lock()
        server.answer("BatchImportKeys", self._answer)
        server.answer("WaitForRevision", WaitForRevisionResponse(receipt=Receipt(revision=9, effective=True)))

    def _answer(self, request: BatchImportKeysRequest) -> Any:
        with self._lock:
            self.requests.append(request)
            if self.answers:
                answer = self.answers.pop(0)
                if answer is not None:
                    return answer
            results = [self._take(each, dry_run=request.dry_run) for each in request.requests]
        made = any(result.key_id for result in results)
        return BatchImportKeysResponse(results=results, receipt=Receipt(revision=7 + len(self.requests)) if made else None)

    def _take(self, request: ImportKeyRequest, *, dry_run: bool) -> BatchImportKeysResult:
        if request.key.display_name == "wrong":
            return failed(
                3, BadRequest(field_violations=[BadRequest.FieldViolation(field="key.scopes[0]", description="not in it")])
            )
        secret = request.secret.encode() or request.sha256_digest
        if secret in self.keys:
            return failed(6, ErrorInfo(metadata={"key_id": self.keys[secret]}))
        if dry_run:
            return BatchImportKeysResult(key_id="")
        self.keys[secret] = f"key_{len(self.keys):022}"
        return BatchImportKeysResult(key_id=self.keys[secret])


def failed(code: int, detail: Any = None, message: str = "m") -> BatchImportKeysResult:
    status = Status(code=code, message=message)
    if detail is not None:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return BatchImportKeysResult(error=status)


@pytest.fixture
def taking(server: ProgrammableServer) -> Taking:
    return Taking(server)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(lines: Iterable[Any], name: str = "keys.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
        return path

    return write


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PAUSE", 0.001)
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.001)


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"display_name": f"key {number}", "tenant": "acme", "secret": f"r-secret-{number:032}", **fields}


def run(cli: Cli, file: Path, *args: str) -> Any:
    return cli("keys", "import", "--file", str(file), *args)


def test_every_field_of_a_record_reaches_the_server(cli: Cli, taking: Taking, write: Write) -> None:
    file = write(
        [
            record(
                1,
                type="sdk",
                subject="svc",
                environment="staging",
                scopes=["a:b", "c"],
                resources=["w/*"],
                allowed_cidrs=["10.0.0.0/8"],
                rate_limits=["60/min", "10/s:1"],
                metadata={"team": "x", "city": "Zürich"},
                expire_time="2100-01-31",
            ),
            {"display_name": "d", "sha256_digest": SHA.hex(), "prefix": "r-ab"},
            {"display_name": "d", "sha256_digest": base64.b64encode(SHA).decode()},
            {"display_name": "d", "sha256_digest": base64.urlsafe_b64encode(SHA).decode().rstrip("=")},
            {"display_name": "d", "hmac_sha256_digest": SHA.hex(), "foreign_key": "old"},
            {"display_name": "d", "hmac_sha256_digest": SHA.hex(), "subject": None},
            {"display_name": "d", "phc": "$argon2id$x", "public_id": "abc", "tenant": "own", "type": "own"},
        ]
    )
    assert run(cli, file, "--type", "random", "--tenant", "root", "--foreign-key", "f", "--reason", "moving").code == 0
    (request,) = taking.requests
    assert (request.reason, request.wait, request.dry_run) == ("moving", WAIT_NONE, False)
    first = request.requests[0]
    assert first.secret == record(1)["secret"]
    key = first.key
    assert (key.display_name, key.type, key.tenant, key.subject, key.environment) == ("key 1", "sdk", "acme", "svc", "staging")
    assert (list(key.scopes), list(key.resources), list(key.allowed_cidrs)) == (["a:b", "c"], ["w/*"], ["10.0.0.0/8"])
    assert [(each.limit, each.period.seconds, each.burst) for each in key.rate_limits] == [(60, 60, 60), (10, 1, 1)]
    assert dict(key.metadata) == {"team": "x", "city": "Zürich"}
    assert key.expire_time.ToJsonString() == "2100-01-31T23:59:59.999999Z"
    assert [each.sha256_digest for each in request.requests[1:4]] == [SHA] * 3
    assert request.requests[1].prefix == "r-ab"
    assert [each.hmac_sha256_digest.foreign_key for each in request.requests[4:6]] == ["old", "f"]
    last = request.requests[6]
    assert (last.argon2id_digest.phc, last.argon2id_digest.public_id) == ("$argon2id$x", "abc")
    assert (last.key.tenant, last.key.type) == ("own", "own")
    assert [each.key.tenant for each in request.requests[1:6]] == ["root"] * 5


def test_a_csv_file_says_the_same_in_columns(cli: Cli, taking: Taking, write: Write) -> None:
    file = write(
        [
            "\ufeffdisplay_name,tenant,scopes,rate_limits,metadata.team,secret,expire_time",
            '"a, ""b""\nc",acme,a:b c,60/min 10/s:1,x,r-secret-1,2100-01-31T00:00:00Z',
            "d,acme,,,,r-secret-2,",
        ],
        "keys.csv",
    )
    assert run(cli, file).code == 0
    first, second = taking.requests[0].requests
    assert (first.key.display_name, list(first.key.scopes), dict(first.key.metadata)) == (
        'a, "b"\nc',
        ["a:b", "c"],
        {"team": "x"},
    )
    assert len(first.key.rate_limits) == 2
    assert (second.secret, second.key.HasField("expire_time"), dict(second.key.metadata)) == ("r-secret-2", False, {})


@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        ("{", "", "no JSON"),
        ("[1]", "", "no JSON object"),
        ('{"a": NaN}', "", "no JSON"),
        ('{"display_name": "a", "display_name": "b"}', "", "twice"),
        ("[" * 100_000, "", "no JSON"),
        (record(1, expires="x"), "", "means nothing here"),
        (record(1, display_name=7), "display_name", "must be text"),
        (record(1, scopes=[1]), "scopes", "must be text"),
        (record(1, scopes={"a": "b"}), "scopes", "must be text"),
        (record(1, metadata="x"), "metadata", "object of texts"),
        (record(1, metadata={"a": 1}), "metadata", "must be text"),
        (record(1, rate_limits=["fast"]), "rate_limits", "LIMIT/PERIOD"),
        (record(1, expire_time="90d"), "expire_time", "a date such as"),
        (record(1, expire_time="2100-13-01"), "expire_time", "a time is"),
        (record(1, display_name="\ud800"), "display_name", "not UTF-8"),
        (record(1, secret=None), "secret", "one of secret"),
        (record(1, sha256_digest=SHA.hex()), "secret", "one of secret"),
        (record(1, public_id="x"), "public_id", "does not go with secret"),
        (record(1, secret=None, sha256_digest="r-hidden"), "sha256_digest", "32 bytes"),
        (record(1, secret=None, sha256_digest="é" * 64), "sha256_digest", "32 bytes"),
        (record(1, secret=None, sha256_digest=SHA.hex()[:-2]), "sha256_digest", "32 bytes"),
        (record(1, secret=None, sha256_digest=5), "sha256_digest", "must be text"),
        (record(1, secret=None, hmac_sha256_digest=SHA.hex()), "foreign_key", "--foreign-key"),
        (record(1, display_name="wrong"), "scopes[0]", "not in it"),
    ],
)
def test_a_record_that_is_wrong_is_listed_by_line_and_field_and_the_others_are_imported(
    cli: Cli, taking: Taking, write: Write, line: Any, field: str, why: str
) -> None:
    file = write([record(8), "", line, record(9)])
    done = run(cli, file)
    assert done.code == 2
    assert len(taking.keys) == 2
    (listed,) = [json.loads(each) for each in Path(f"{file}.refused.jsonl").read_text().splitlines()]
    assert (listed["line"], listed["field"]) == (3, field)
    assert why in listed["why"]
    assert f"line 3: {field + ': ' if field else ''}" in done.err
    assert "1 records refused" in done.err
    for secret in ("r-secret", "r-hidden", SHA.hex()[:-2]):
        assert secret not in done.out + done.err + json.dumps(listed)


@pytest.mark.parametrize(
    ("lines", "name", "why"),
    [
        (["display_name,tenant,secert", "a,acme,x"], "keys.csv", "'secert'"),
        (["display_name,metadata.", "a,acme"], "keys.csv", "'metadata.'"),
        (["a,a", "1,2"], "keys.csv", "twice"),
        (["", "x"], "keys.csv", "names its columns"),
        ([record(1, secert="x")], "keys.jsonl", "'secert'"),
        ([record(1)], "keys.txt", "--format"),
    ],
)
def test_a_file_that_was_not_meant_is_refused_as_a_whole(
    cli: Cli, taking: Taking, write: Write, lines: list[Any], name: str, why: str
) -> None:
    done = run(cli, write(lines, name))
    assert done.code == 2
    assert why in done.err
    assert taking.requests == []


def test_a_csv_row_with_other_fields_than_the_header_is_refused(cli: Cli, taking: Taking, write: Write) -> None:
    file = write(["display_name,secret", "a,r-1,x", "b", "c,r-2", 'd,"r-3'], "keys.csv")
    assert run(cli, file).code == 2
    listed = [json.loads(each) for each in Path(f"{file}.refused.jsonl").read_text().splitlines()]
    assert [each["line"] for each in listed] == [2, 3, 5]
    assert list(taking.keys) == [b"r-2"]


def test_bytes_that_are_no_utf8_are_refused_where_they_are(cli: Cli, taking: Taking, tmp_path: Path) -> None:
    rows = tmp_path / "keys.csv"
    rows.write_bytes(b"display_name,secret\na\xff,r-1\nb,r-2\n")
    objects = tmp_path / "keys.jsonl"
    objects.write_bytes(b'{"display_name": "a\xff", "secret": "r-3"}\n{"display_name": "b", "secret": "r-4"}\n')
    assert [run(cli, file).code for file in (rows, objects)] == [2, 2]
    assert list(taking.keys) == [b"r-2", b"r-4"]


def test_batches_are_as_large_as_asked_for_and_all_are_waited_for_at_the_end(
    cli: Cli, taking: Taking, server: ProgrammableServer, write: Write
) -> None:
    file = write(record(number) for number in range(25))
    done = run(cli, file, "--batch", "10", "--at-once", "3")
    assert done.code == 0
    assert sorted(len(request.requests) for request in taking.requests) == [5, 10, 10]
    assert len(taking.keys) == 25
    waited = [request for request in server.requests if hasattr(request, "revision")]
    assert [request.revision for request in waited] == [10]
    assert "25 keys imported, 0 were there already, 0 records refused" in done.err
    assert "effective on every process" in done.err


def test_a_large_record_makes_a_smaller_batch(cli: Cli, taking: Taking, write: Write) -> None:
    file = write(record(number, metadata={"a": "x" * 200_000}) for number in range(12))
    assert run(cli, file, "--at-once", "1").code == 0
    assert max(len(request.requests) for request in taking.requests) == 6


def test_a_dry_run_writes_nothing_and_says_so(cli: Cli, taking: Taking, write: Write) -> None:
    file = write([record(1), record(1, display_name="wrong"), record(2)])
    done = run(cli, file, "--dry-run")
    assert done.code == 2
    assert all(request.dry_run for request in taking.requests)
    assert "2 keys would be imported, 0 were there already, 1 records refused" in done.err
    assert taking.keys == {}
    assert run(cli, file).code == 2
    assert len(taking.keys) == 2


def test_what_is_there_already_is_no_mistake(cli: Cli, taking: Taking, write: Write, tmp_path: Path) -> None:
    file = write([record(1), record(2)])
    assert run(cli, file).code == 0
    keys = tmp_path / "ids.jsonl"
    done = run(cli, file, "--json", "--keys", str(keys))
    assert done.code == 0
    assert (done.json["imported"], done.json["existed"], done.json["refused"], done.json["report"]) == (0, 2, 0, None)
    assert done.json["receipt"] is None
    assert [json.loads(each) for each in keys.read_text().splitlines()] == [
        {"line": 1, "key_id": "key_" + "0" * 22, "existed": True},
        {"line": 2, "key_id": "key_" + "0" * 21 + "1", "existed": True},
    ]


def test_a_call_without_an_answer_is_made_again(cli: Cli, taking: Taking, write: Write) -> None:
    away = Refusal(grpc.StatusCode.UNAVAILABLE, "store away", "STORE_UNAVAILABLE")
    taking.answers = [away, None, *[away] * 9]
    assert run(cli, write(record(number) for number in range(20)), "--batch", "10").code == 0
    assert len(taking.keys) == 20


def test_of_a_batch_only_what_has_no_answer_is_sent_again(cli: Cli, taking: Taking, write: Write) -> None:
    busy = failed(grpc.StatusCode.RESOURCE_EXHAUSTED.value[0])
    taking.answers = [BatchImportKeysResponse(results=[BatchImportKeysResult(key_id="key_a"), busy, busy])]
    assert run(cli, write(record(number) for number in range(3))).code == 0
    assert [len(request.requests) for request in taking.requests] == [3, 2]
    assert len(taking.keys) == 2


def test_a_batch_that_takes_too_long_is_sent_in_halves(cli: Cli, taking: Taking, write: Write) -> None:
    taking.answers = [Refusal(grpc.StatusCode.DEADLINE_EXCEEDED, "late", "DEADLINE_EXCEEDED")] * 2
    assert run(cli, write(record(number) for number in range(40)), "--at-once", "1").code == 0
    assert [len(request.requests) for request in taking.requests] == [40, 20, 10, 10, 10, 10]


def test_a_server_that_stays_away_ends_the_import_and_the_next_goes_on_where_it_was(
    cli: Cli, taking: Taking, server: ProgrammableServer, write: Write, tmp_path: Path
) -> None:
    file = write(
        [
            *(record(number) for number in range(10)),
            record(99, display_name="wrong"),
            *(record(number) for number in range(10, 30)),
        ]
    )
    away = Refusal(grpc.StatusCode.UNAVAILABLE, "store away", "STORE_UNAVAILABLE")
    taking.answers = [None, None, *[away] * 1000]
    args = ("--batch", "10", "--at-once", "1", "--patience", "10ms", "--keys", str(tmp_path / "ids.jsonl"))
    first = run(cli, file, *args)
    assert first.code == 3
    assert "settled up to line 20 of 31" in first.err
    taking.answers, taking.requests = [], []
    server.answer("GetKey", GetKeyResponse())
    second = run(cli, file, *args, "--json")
    assert second.code == 2
    assert "going on after line 20" in second.err
    assert [len(request.requests) for request in taking.requests] == [10, 1]
    assert (second.json["imported"], second.json["existed"], second.json["refused"]) == (30, 0, 1)
    assert len(taking.keys) == 30
    assert [json.loads(line)["line"] for line in (tmp_path / "ids.jsonl").read_text().splitlines()] == [
        *range(1, 11), *range(12, 32)
    ]  # fmt: skip
    assert [json.loads(line)["line"] for line in Path(f"{file}.refused.jsonl").read_text().splitlines()] == [11]
    assert not Path(f"{file}.import.json").exists()


def interrupted(cli: Cli, taking: Taking, file: Path, *args: str) -> None:
    """Leave notes at line 10 behind."""
    taking.answers = [None, Refusal(grpc.StatusCode.PERMISSION_DENIED, "no", "CALLER_PERMISSION_DENIED")]
    assert run(cli, file, "--batch", "10", "--at-once", "1", *args).code == 2
    taking.requests = []


def test_notes_about_another_store_are_no_use(cli: Cli, taking: Taking, server: ProgrammableServer, write: Write) -> None:
    file = write(record(number) for number in range(20))
    interrupted(cli, taking, file)
    taking.keys = {}
    server.answer("GetKey", Refusal(grpc.StatusCode.NOT_FOUND, "there is no key", "NOT_FOUND"))
    assert run(cli, file).code == 0
    assert len(taking.keys) == 20


@pytest.mark.parametrize("change", ["file", "defaults", "notes", "dry run"])
def test_notes_about_another_import_are_no_use(cli: Cli, taking: Taking, write: Write, change: str) -> None:
    file = write(record(number) for number in range(20))
    interrupted(cli, taking, file, *(["--dry-run"] if change == "dry run" else []))
    args: list[str] = []
    if change == "file":
        write(record(number) for number in range(100, 120))
    elif change == "defaults":
        args = ["--type", "other"]
    elif change == "notes":
        Path(f"{file}.import.json").write_text('{"version": 1, "file": 7}')
    assert run(cli, file, *args).code == 0
    assert sum(len(request.requests) for request in taking.requests) == 20


def test_a_caller_who_may_not_import_is_told_at_once(cli: Cli, taking: Taking, write: Write) -> None:
    taking.answers = [Refusal(grpc.StatusCode.PERMISSION_DENIED, "no scope", "CALLER_PERMISSION_DENIED")] * 10
    done = run(cli, write(record(number) for number in range(20)), "--batch", "10", "--at-once", "1")
    assert done.code == 2
    assert "CALLER_PERMISSION_DENIED" in done.err
    assert len(taking.requests) <= 3


def test_no_wait_does_not_wait(cli: Cli, taking: Taking, server: ProgrammableServer, write: Write) -> None:
    assert run(cli, write([record(1)]), "--no-wait").code == 0
    assert not any(hasattr(request, "revision") for request in server.requests)


def test_a_receipt_that_is_not_effective_ends_with_4(cli: Cli, taking: Taking, server: ProgrammableServer, write: Write) -> None:
    server.answer("WaitForRevision", WaitForRevisionResponse(receipt=Receipt(revision=9, effective=False)))
    assert run(cli, write([record(1)])).code == 4


def test_the_file_that_is_read_is_never_written(cli: Cli, taking: Taking, write: Write) -> None:
    file = write([record(1)])
    before = file.read_bytes()
    for option in ("--report", "--keys"):
        assert run(cli, file, option, str(file)).code == 2
    assert file.read_bytes() == before


def test_an_empty_file_imports_nothing(cli: Cli, taking: Taking, write: Write) -> None:
    done = run(cli, write([]))
    assert done.code == 0
    assert "0 keys imported" in done.err
    assert taking.requests == []
