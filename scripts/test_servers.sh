#!/usr/bin/env bash
# See to it that the database servers are here which the tests start. Called by `make test`.
#
# PostgreSQL comes with a wheel of the dev lock; no wheel has MariaDB.
set -euo pipefail

die() {
    echo "samlink tests: $*" >&2
    exit 1
}

export PATH="$PATH:/usr/sbin"
command -v mariadbd >/dev/null && exit
if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    die "the tests need mariadbd; install it first (Debian: apt-get install mariadb-server)."
fi
export DEBIAN_FRONTEND=noninteractive
# The tests start a server of their own; the package's service is not wanted.
install=(apt-get install -y -q --no-install-recommends mariadb-server)
"${install[@]}" >/dev/null 2>&1 </dev/null ||
    { apt-get update -q >/dev/null </dev/null && "${install[@]}" >/dev/null </dev/null; } ||
    die "mariadb-server could not be installed."
command -v mariadbd >/dev/null || die "mariadb-server has no mariadbd."
