"""A process that owns an embedded PostgreSQL: python embedded_owner.py ROOT. Ends when its standard input does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from authsvc.embedded import EmbeddedPostgres

with EmbeddedPostgres(Path(sys.argv[1]), options={"fsync": "off"}) as postgres:
    sys.stdout.write(json.dumps({"dsn": postgres.dsn, "pid": postgres.pid, "owned": postgres.owned}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
