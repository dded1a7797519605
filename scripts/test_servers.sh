#!/usr/bin/env bash
# See to it that the programs are here which the tests start and no wheel has: MariaDB, and openssl for certificates.
# Called by `make test`. PostgreSQL comes with a wheel of the dev lock.
set -euo pipefail

die() {
    echo "samlink tests: $*" >&2
    exit 1
}

export PATH="$PATH:/usr/sbin"
packages=()
command -v mariadbd >/dev/null || packages+=(mariadb-server)
command -v openssl >/dev/null || packages+=(openssl)
[[ ${#packages[@]} -eq 0 ]] && exit
if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    die "the tests need mariadbd and openssl; install them first (Debian: apt-get install ${packages[*]})."
fi
export DEBIAN_FRONTEND=noninteractive
# The tests start a server of their own; the package's service is not wanted.
install=(apt-get install -y -q --no-install-recommends "${packages[@]}")
"${install[@]}" >/dev/null 2>&1 </dev/null ||
    { apt-get update -q >/dev/null </dev/null && "${install[@]}" >/dev/null </dev/null; } ||
    die "${packages[*]} could not be installed."
command -v mariadbd >/dev/null || die "mariadb-server has no mariadbd."
command -v openssl >/dev/null || die "the package openssl has no openssl."
