"""The runbook for a leaked key, executed as it stands: from a leaked string to a revoked key with a receipt."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.readme import ROOT
from tests.support.real_service import RealService


def test_the_runbook_takes_a_leaked_string_to_a_revoked_key_with_a_receipt(tmp_path: Path) -> None:
    text = (ROOT / "docs/runbooks/leaked-key.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"^```sh runbook\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    with RealService(tmp_path / "state") as service:
        secret = service.cli("keys", "create", "leaky", "--type", "sdk", "--tenant", "acme").stdout.strip()
        token = service.cli("mint", "-", stdin=secret).stdout.strip()
        (tmp_path / "leaked.txt").write_text(f"{secret}\n")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "AUTHSVC_STATE_DIR": str(service.state), "AUTHSVC_TARGET": service.grpc}
        done = subprocess.run(
            ["bash", "-e"],
            input=commands,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=100,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "effective on 1/1 processes" in said
        assert "KEY_REVOKED" in said
        assert "refused, as it should be" in said
        assert "INC-42: found in a public repository" in said
        assert secret not in said
        assert service.cli("verify", "-", stdin=token, check=False).returncode == 1
