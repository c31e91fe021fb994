"""A worker that serves nothing: python fake_worker.py FOLDER PARENT. What it does is in files of FOLDER, what it did as well.

- `mode` holds one word for each worker started, the last one for all that follow: `serve`, `die` (at once), `fail` (cannot
  start), `silent` (ready, then no sign of life), `stubborn` (does not end when asked), `hang` (never ready).
- `started` gets a line of JSON for each worker: pid, environment, configuration.
- `told` gets a line for each order.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from authsvc.worker import parent

folder = Path(sys.argv[1])
parent.end_with(int(sys.argv[2]))
channel = socket.socket(fileno=0)
lines = channel.makefile("rb", buffering=0)


def say(**message: Any) -> None:
    channel.sendall(json.dumps(message).encode() + b"\n")


def note(name: str, text: str) -> None:
    with (folder / name).open("a") as file:
        file.write(text + "\n")


def beat() -> None:
    while True:
        say(event="beat")
        time.sleep(0.2)


config = json.loads(lines.readline())
number = len((folder / "started").read_text().splitlines()) if (folder / "started").exists() else 0
modes = (folder / "mode").read_text().split()
mode = modes[min(number, len(modes) - 1)]
note("started", json.dumps({"pid": os.getpid(), "environment": dict(os.environ), "config": config}))
if mode == "die":
    sys.exit(7)
if mode == "fail":
    say(event="failed", message="the reason why it cannot start")
    sys.exit(3)
if mode != "hang":
    say(event="ready", grpc=config["grpc"], http=config["http"], admin=config["admin"])
if mode != "silent":
    threading.Thread(target=beat, daemon=True).start()
while line := lines.readline():
    order = json.loads(line)["do"]
    note("told", order)
    if mode != "stubborn" and order != "reload":
        sys.exit(0)
