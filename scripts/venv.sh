#!/usr/bin/env bash
# Make the virtual environment and install locked packages into it. Called by the Makefile.
#
#   venv.sh create PYTHON VENV    a virtual environment with uv inside, if uv can be had here
#   venv.sh install VENV LOCK     the packages of LOCK, each checked against its hash, then this project, editable
#
# uv is only faster: whatever it cannot do, pip does. Indexes, proxies and caches are the environment's business.
set -euo pipefail

die() {
    echo "samlink setup: $*" >&2
    exit 1
}

# Debian leaves venv's other half, ensurepip, to a package of its own.
ensure_venv_module() {
    local python=$1
    "$python" -c 'import venv, ensurepip' 2>/dev/null && return
    if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
        die "this Python cannot make virtual environments; install it first (Debian: apt-get install python3-venv)."
    fi
    echo "samlink setup: this Python cannot make virtual environments; this will run: apt-get install python3-venv"
    export DEBIAN_FRONTEND=noninteractive
    local install=(apt-get install -y -q --no-install-recommends python3-venv)
    "${install[@]}" >/dev/null 2>&1 </dev/null ||
        { apt-get update -q >/dev/null </dev/null && "${install[@]}" >/dev/null </dev/null; } ||
        die "python3-venv could not be installed."
    "$python" -c 'import venv, ensurepip' || die "$python has no ensurepip, even with python3-venv installed."
}

create() {
    local python=$1 venv=$2
    command -v "$python" >/dev/null || die "$python was not found."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed."
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        ensure_venv_module "$python"
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
    "$venv/bin/python" -m pip install -q --require-hashes --only-binary :all: -r requirements-uv.lock 2>/dev/null ||
        echo "samlink setup: no uv for this machine; pip does the work, more slowly" >&2
}

install() {
    local venv=$1 lock=$2 tool
    for tool in uv pip; do
        if "install_with_$tool" "$venv" "$lock"; then
            # Ours too, once: where Python may not write what it has compiled, each start would compile all of it again.
            "$venv/bin/python" -m compileall -q src
            return
        fi
    done
    die "the packages of $lock could not be installed."
}

install_with_uv() {
    local venv=$1 lock=$2 uv=$1/bin/uv
    "$uv" --version >/dev/null 2>&1 || return
    "$uv" pip install -q --compile-bytecode --python "$venv/bin/python" --require-hashes -r "$lock" &&
        "$uv" pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation --editable . || {
        echo "samlink setup: uv could not install $lock; trying pip" >&2
        return 1
    }
}

install_with_pip() {
    local venv=$1 lock=$2
    "$venv/bin/python" -m pip install -q --require-hashes -r "$lock" &&
        "$venv/bin/python" -m pip install -q --no-deps --no-build-isolation --editable .
}

"$@" </dev/null
