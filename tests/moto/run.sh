#!/usr/bin/env bash
# Runs the suites that Python judges: netcensus against the moto server, the AWS CLI and boto3 against the sandbox.
#
# Arguments go to pytest (`tests/moto/run.sh -k peering`). $NETCENSUS_BIN names a binary to test instead of the
# one `cargo build` makes; $NETCENSUS_VENV a place for the virtual environment; $PYTHON the interpreter for it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
venv=${NETCENSUS_VENV:-$target/moto-venv}
python=${PYTHON:-python3}

cannot_run() {
    echo "tests/moto/run.sh: cannot run: $*" >&2
    exit 2
}

checksum() {
    { cat "$here/requirements.txt"; "$python" -VV; } | cksum
}

make_venv() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        cannot_run "$python is not Python 3.11 or newer (name one in \$PYTHON)"
    local wanted
    wanted=$(checksum)
    if [[ -x $venv/bin/python && $(cat "$venv/.requirements" 2>/dev/null) == "$wanted" ]]; then
        return
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv" || cannot_run "$python makes no virtual environment at $venv"
    "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes \
        --only-binary :all: --requirement "$here/requirements.txt" ||
        cannot_run "pip could not install tests/moto/requirements.txt"
    # Written last, so that a half-made environment is never taken for a whole one.
    echo "$wanted" >"$venv/.requirements"
}

find_binary() {
    if [[ -z ${NETCENSUS_BIN:-} ]]; then
        (cd "$root" && cargo build --quiet) || cannot_run "cargo build failed"
        NETCENSUS_BIN=$target/debug/netcensus
    fi
    [[ -x $NETCENSUS_BIN ]] || cannot_run "there is no program at $NETCENSUS_BIN (see \$NETCENSUS_BIN)"
    NETCENSUS_BIN=$(cd "$(dirname "$NETCENSUS_BIN")" && pwd)/$(basename "$NETCENSUS_BIN")
    export NETCENSUS_BIN
}

make_venv
find_binary
cd "$here"
# A bytecode cache in the source tree would be litter.
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" -m pytest -p no:cacheprovider "$@"
