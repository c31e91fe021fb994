"""A supervisor with fake workers: python supervised.py FOLDER FLAGS. At its end it says which modules it imported in vain."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from authsvc import logs, settings
from authsvc.cli import serve
from authsvc.domain.errors import AuthsvcError
from authsvc.supervisor.supervise import Supervisor

FORBIDDEN = (
    "grpc",
    "google",
    "pygrpc_native",
    "asyncpg",
    "authsvc.engine",
    "authsvc.storage",
    "authsvc.transport",
    "uvloop",
)

folder, flags = sys.argv[1:]
found = settings.load(**json.loads(flags))
logs.configure(found.log, found.log_level)
code = 0
try:
    Supervisor(found, [sys.executable, str(Path(__file__).with_name("fake_worker.py")), folder]).run()
except AuthsvcError as error:
    sys.stderr.write(f"refused: {error.message}\n")
    code = 3
imported = sorted(name for name in sys.modules if name.startswith(FORBIDDEN))
Path(folder, "imported").write_text(json.dumps([serve.__name__, *imported]))
sys.exit(code)
