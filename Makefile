# The same few commands on a laptop and in CI.
#
#   make setup        .venv with the locked runtime and the command .venv/bin/samlink
#   make setup-agent  the same, with what the agent needs, and drivers for MySQL, MariaDB and PostgreSQL
#   make setup-dev    the same, with what the tests need
#   make test         lint, format, types, layers, tests; stops at the first that fails. The tests start MariaDB and
#                     openssl: where they are missing it says so, and as root it then installs them; TEST_MARIADB=DIR
#                     and TEST_PG_BIN=DIR name programs that are here already, INSTALL=no installs nothing
#   make coverage     the tests once more, slower, with what they reach: fails under the floors of scripts/coverage_floor.py
#   make run          a relay with a demo account and a simulated carrier; RUN_ARGS="--base-port 43300" and the like
#                     are passed on
#   make soak         the long tests
#   make bench        how fast a gateway is here; BENCH_ARGS="--json" and the like are passed on
#   make translations the Korean catalogue for the source as it is; reports a sentence that has no Korean yet
#   make lock         resolve the dependencies again
#   make clean        remove everything that these commands made
#
# Needs python3 (3.11 or newer), make, git. PYTHON=... chooses another interpreter.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := setup

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
WORKERS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=
RUN_ARGS ?=

# Exported for the scripts and the tools that they start.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: setup setup-agent setup-dev test coverage run soak bench translations lock clean

setup: $(STAMPS)/runtime
	@echo "samlink is ready: $(BIN)/samlink. See it work: make run (or $(BIN)/samlink demo)"
setup-agent: $(STAMPS)/agent
	@:
setup-dev: $(STAMPS)/dev
	@:

$(STAMPS)/venv: requirements-uv.lock scripts/venv.sh
	@echo "setup 1/2: a virtual environment in $(VENV)"
	@bash scripts/venv.sh create "$(PYTHON)" "$(VENV)"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: $(STAMPS)/venv requirements.lock pyproject.toml
	@echo "setup 2/2: the locked packages, about half a minute"
	@bash scripts/venv.sh install "$(VENV)" requirements.lock
	@touch $@

$(STAMPS)/agent: $(STAMPS)/runtime requirements-agent.lock
	@echo "setup: the agent's packages"
	@bash scripts/venv.sh install "$(VENV)" requirements-agent.lock
	@touch $@

$(STAMPS)/dev: $(STAMPS)/runtime requirements-dev.lock
	@echo "setup: what the tests need"
	@bash scripts/venv.sh install "$(VENV)" requirements-dev.lock
	@touch $@

test: setup-dev
	@echo "== ruff check" && $(BIN)/ruff check .
	@echo "== ruff format --check" && $(BIN)/ruff format --check .
	@echo "== mypy" && $(BIN)/mypy
	@echo "== lint-imports" && $(BIN)/lint-imports
	@echo "== servers for the tests" && bash scripts/test_servers.sh
	@echo "== pytest" && $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

coverage: setup-dev
	@bash scripts/test_servers.sh
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal --timeout 600 $(PYTEST_ARGS)
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report --skip-covered | tail -n 1
	@$(BIN)/coverage json -q -o - | $(BIN)/python scripts/coverage_floor.py

run: $(STAMPS)/runtime
	@$(BIN)/samlink demo $(RUN_ARGS)

soak: setup-dev
	@bash scripts/test_servers.sh
	@$(BIN)/python -m pytest -m soak --timeout 0 $(PYTEST_ARGS)

bench: $(STAMPS)/runtime
	@$(BIN)/samlink bench $(BENCH_ARGS)

translations: setup-dev
	@$(BIN)/python -m scripts.translations prune

# The other locks take the runtime's versions, so that what is tested is what is installed.
lock: $(STAMPS)/venv
	@bash scripts/lock.sh "$(BIN)/uv"

clean:
	@rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.egg-info' -type d -prune -exec rm -rf {} +
