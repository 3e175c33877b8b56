#!/usr/bin/env bash
# Gets the judges that are not in tests/moto/requirements.txt: Chromium for the page, sqlite3 for the database, promtool for
# the targets, dynalite for tables of DynamoDB, BIND for dynamic updates, cfn-lint, MiniStack and Azurite for queues of events.
# What is not there and cannot be had is named, and its tests are left out.
#
# Prints the path of promtool, if there is one: `PROMTOOL=$(tests/moto/judges.sh) tests/moto/run.sh`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
unpacked=$target/judges

say() {
    echo "tests/moto/judges.sh: $*" >&2
}

can_install() {
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null
}

# Debian's lists of packages are read once, and only when something is missing.
refresh() {
    [[ -n ${refreshed:-} ]] || apt-get update -qq >&2
    refreshed=yes
}

install() {
    local program=$1 package=$2
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null && return
    if ! can_install || ! { refresh && apt-get install -y -qq --no-install-recommends "$package" >&2; }; then
        say "left out, since it is not installed: $program (Debian's package $package)"
    fi
}

# Unpacked, not installed: the package would start a server.
find_promtool() {
    command -v promtool && return
    if [[ ! -x $unpacked/usr/bin/promtool ]] && can_install; then
        mkdir -p "$unpacked"
        refresh && (cd "$unpacked" && apt-get download -qq prometheus >&2 && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb) ||
            say "Debian's package prometheus cannot be had"
    fi
    if [[ -x $unpacked/usr/bin/promtool ]]; then
        echo "$unpacked/usr/bin/promtool"
    else
        say "left out, since it is not installed: promtool (Debian's package prometheus)"
    fi
}

# A program of a package of npm, into a directory of its own; tests/moto/judges.py finds it there.
find_npm_program() {
    local program=$1 package=$2
    command -v "$program" >/dev/null || [[ -x $unpacked/node_modules/.bin/$program ]] && return
    mkdir -p "$unpacked"
    install npm npm
    if ! command -v npm >/dev/null ||
        ! npm install --silent --no-fund --no-audit --prefix "$unpacked" "$package" >&2; then
        say "left out, since it is not installed: $program (npm's package $package)"
    fi
}

# A program of PyPI, in an environment of its own: it wants other versions than tests/moto/requirements.txt has.
find_python_program() {
    local program=$1 version=$2
    [[ -x $unpacked/$program/bin/$program ]] && return
    mkdir -p "$unpacked"
    if ! python3 -m venv "$unpacked/$program" ||
        ! "$unpacked/$program/bin/python" -m pip --disable-pip-version-check install --quiet "$program==$version" >&2; then
        rm -rf "${unpacked:?}/$program"
        say "left out, since it is not installed: $program (PyPI)"
    fi
}

install chromium chromium
install sqlite3 sqlite3
# The tests start servers of their own.
install named bind9
install nsupdate bind9-dnsutils
install faketime faketime
find_npm_program dynalite dynalite@4.0.0
# Later versions want a newer Node than Debian has.
find_npm_program azurite-queue azurite@3.35.0
find_python_program cfn-lint 1.58.0
find_python_program ministack 1.5.33
find_promtool
