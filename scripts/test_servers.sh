#!/usr/bin/env bash
# See to it that the programs are here which the tests start and no wheel has: MariaDB, PgBouncer, and openssl for
# certificates.
# Called by `make test`. PostgreSQL comes with a wheel of the dev lock.
#
#   TEST_MARIADB=DIR  use the mariadbd and mariadb-install-db of this directory
#   TEST_PG_BIN=DIR   use the PostgreSQL programs of this directory (tests/agent/servers.py reads it)
#   INSTALL=no        install nothing: say what is missing, and end
#
# Nothing is installed before it was said; a person at a terminal is asked, unless CI is set.
set -euo pipefail

die() {
    echo "samlink tests: $*" >&2
    exit 1
}

export PATH="${TEST_MARIADB:+$TEST_MARIADB:}$PATH:/usr/sbin"
packages=()
if [[ -n ${TEST_MARIADB:-} ]]; then
    [[ -x $TEST_MARIADB/mariadbd ]] || die "TEST_MARIADB: there is no mariadbd in $TEST_MARIADB."
fi
if [[ -n ${TEST_PG_BIN:-} ]]; then
    [[ -x $TEST_PG_BIN/initdb ]] || die "TEST_PG_BIN: there is no initdb in $TEST_PG_BIN."
fi
command -v mariadbd >/dev/null || packages+=(mariadb-server)
command -v openssl >/dev/null || packages+=(openssl)
command -v pgbouncer >/dev/null || packages+=(pgbouncer)
[[ ${#packages[@]} -eq 0 ]] && exit
by_hand="apt-get install --no-install-recommends ${packages[*]}"
if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null || [[ ${INSTALL:-} = no ]]; then
    die "the tests start mariadbd, pgbouncer and openssl, and ${packages[*]} is missing; install it (Debian: $by_hand)," \
        "or name programs that are here with TEST_MARIADB=DIR."
fi
echo "samlink tests: ${packages[*]} is missing; this will run: $by_hand"
if [[ -t 0 && -z ${CI:-} && ${INSTALL:-} != yes ]]; then
    read -r -p "Go on? [y/N] " answer
    [[ $answer = [yY]* ]] || die "nothing was installed."
fi
export DEBIAN_FRONTEND=noninteractive
# The tests start a server of their own; the package's service is not wanted.
install=(apt-get install -y -q --no-install-recommends "${packages[@]}")
"${install[@]}" >/dev/null 2>&1 </dev/null ||
    { apt-get update -q >/dev/null </dev/null && "${install[@]}" >/dev/null </dev/null; } ||
    die "${packages[*]} could not be installed."
command -v mariadbd >/dev/null || die "mariadb-server has no mariadbd."
command -v pgbouncer >/dev/null || die "the package pgbouncer has no pgbouncer."
command -v openssl >/dev/null || die "the package openssl has no openssl."
