#!/usr/bin/env bash
# Put the oldest versions that pyproject.toml allows of its direct dependencies into .venv, in the place of the locked
# ones. `make clean setup-dev` takes them back. The tests' own tools stay as they are locked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
.venv/bin/uv pip compile --quiet --resolution lowest-direct --python-version 3.11 --no-annotate --no-header \
    --extra mysql --extra postgresql pyproject.toml --output-file "$wanted"
cat "$wanted"
.venv/bin/uv pip install --quiet --python .venv/bin/python --requirement "$wanted"
.venv/bin/python -m samlink --version
