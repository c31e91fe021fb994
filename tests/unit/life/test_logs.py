from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from authsvc import logs

SECRET = "authsvc_" + "Zx9" * 14


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, former = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**former)


def fail(credential: str) -> None:
    copied = credential
    raise RuntimeError(f"something about a key of {len(copied)} characters")


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_local_variable(form: str) -> None:
    stream = io.StringIO()
    logs.configure(form, "info", stream)
    local = SECRET.replace("authsvc_", "hunter-")
    for log in (structlog.get_logger("ours"), logging.getLogger("theirs")):
        try:
            fail(local)
        except RuntimeError:
            log.exception("failed")
    assert stream.getvalue().count("something about a key of 49 characters") >= 2
    assert local not in stream.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("level", ["debug", "info"])
def test_a_secret_in_a_message_a_field_or_an_error_is_cut_out(form: str, level: str) -> None:
    stream = io.StringIO()
    logs.configure(form, level, stream)
    ours, theirs = structlog.get_logger("ours"), logging.getLogger("theirs")
    ours.info(f"event {SECRET}", field=SECRET, nested={"deep": [SECRET]}, raw=SECRET.encode())
    theirs.info("message %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        ours.exception("failed")
        theirs.exception("failed")
    assert "Zx9Zx9" not in stream.getvalue()
    assert stream.getvalue().count("[redacted]") >= 6


def test_json_lines_have_one_shape_whoever_logs() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    structlog.get_logger("ours").warning("lease_lost", holds=False)
    logging.getLogger("uvicorn.error").warning("theirs %d", 1)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("lease_lost", "warning", "ours"),
        ("theirs 1", "warning", "uvicorn.error"),
    ]
    assert lines[0]["holds"] is False
    assert all({"timestamp", "pid"} <= line.keys() for line in lines)


def test_what_is_below_the_level_is_not_logged() -> None:
    stream = io.StringIO()
    logs.configure("json", "warning", stream)
    structlog.get_logger("ours").info("quiet")
    logging.getLogger("theirs").info("quiet")
    assert stream.getvalue() == ""


def test_without_a_terminal_the_log_is_json() -> None:
    stream = io.StringIO()
    logs.configure("auto", "info", stream)
    structlog.get_logger("ours").info("here")
    assert json.loads(stream.getvalue())["event"] == "here"


def test_a_log_that_nobody_reads_any_more_ends_nothing() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    stream.close()
    structlog.get_logger("ours").info("into the void")


def test_an_answer_that_could_not_be_sent_is_no_line() -> None:
    stream = io.StringIO()
    for _ in range(2):
        logs.configure("json", "debug", stream)
    theirs = logging.getLogger("grpc._cython.cygrpc")
    theirs.error("ExecuteBatchError raised in core by servicer method [%s]", "/authsvc.v1.AuthService/Verify")
    theirs.error("something else")
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "something else"
