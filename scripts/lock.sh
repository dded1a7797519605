#!/usr/bin/env bash
# Resolve the dependencies of pyproject.toml into the four lock files. Called by `make lock`.
#
# The locks hold versions and hashes for every platform, and neither an index nor a path of the machine they were made on.
set -euo pipefail

uv=$1
compile() {
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "make lock" "$@"
}

compile --group installer --output-file requirements-uv.lock
compile pyproject.toml --group build --output-file requirements.lock
# Each lock constrains the next, so that what is tested is what is installed.
compile pyproject.toml --group build --extra mysql --extra postgresql --constraint requirements.lock \
    --output-file requirements-agent.lock
compile pyproject.toml --group build --extra mysql --extra postgresql --extra dev --constraint requirements-agent.lock \
    --output-file requirements-dev.lock
