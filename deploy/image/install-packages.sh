#!/bin/sh
# Installs packages of the distribution that are not there yet; a base that has them all needs no network: install-packages.sh PACKAGE...
set -eu
missing=
for package; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $missing
rm -rf /var/lib/apt/lists/*
