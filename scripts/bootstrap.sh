#!/bin/sh
# Makes .venv and installs a hashed lock into it: scripts/bootstrap.sh runtime|development
#
# A shell script, because the case it must explain best is a machine without a usable Python.
# A stamp named after the Python version and the lock's hash makes the next run quick.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
    runtime) lock=requirements.txt ;;
    development) lock=requirements-dev.txt ;;
    *)
        echo "usage: scripts/bootstrap.sh runtime|development" >&2
        exit 2
        ;;
esac

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

can_make_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

# Prints the first interpreter that is new enough and can make an environment, else stops with the reason.
choose_python() {
    wanted=${PYTHON:-python3}
    incomplete=
    for candidate in "$wanted" python3 python3.13 python3.12 python3.11; do
        is_new_enough "$candidate" || continue
        if can_make_venv "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
        incomplete=${incomplete:-$candidate}
    done
    [ -z "$incomplete" ] || stop "$incomplete ($(version_of "$incomplete")) lacks the venv or ensurepip module." \
        "Install it (Debian, Ubuntu: apt-get install python3-venv; Fedora: dnf install python3-libs; Alpine: apk add python3 py3-pip)."
    found=$(version_of "$wanted") || found=
    [ -z "$found" ] || stop "$wanted is Python $found, but 3.11 or newer is needed." \
        "Install one (Debian, Ubuntu: apt-get install python3.11 python3.11-venv; Fedora: dnf install python3.11; macOS: brew install python) or name one: make run PYTHON=/path/to/python3.11"
    stop "Python 3.11 or newer is needed, and $wanted was not found." \
        "Install it (Debian, Ubuntu: apt-get install python3 python3-venv; Fedora: dnf install python3; macOS: brew install python) or name one: make run PYTHON=/path/to/python3.11"
}

# Fails when .venv is missing or its interpreter has gone; then there is no stamp to trust.
stamp_name() {
    .venv/bin/python -c '
import hashlib, pathlib, sys
lock = hashlib.sha256(pathlib.Path(sys.argv[2]).read_bytes()).hexdigest()[:16]
print(".venv/.%s-%d.%d-%s" % (sys.argv[1], *sys.version_info[:2], lock))
' "$1" "$lock" 2>/dev/null
}

# A half-made environment would look finished to the next run.
making=
tidy() {
    [ -z "$making" ] || rm -rf .venv
}
trap tidy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

make_venv() {
    python=$(choose_python) || exit 1
    echo "Making the environment .venv with $python ($(version_of "$python"))."
    rm -rf .venv
    making=yes
    "$python" -m venv .venv || stop "$python could not make .venv: the reason stands above. Nothing was left behind."
}

stamp=$(stamp_name "$1") || stamp=
if [ -n "$stamp" ] && [ -e "$stamp" ]; then
    exit 0
fi

if ! is_new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    make_venv
fi
echo "Installing the packages pinned in $lock (a minute the first time)."
rm -f ".venv/.$1"-*
# The lock names every package. Left to look for dependencies, pip takes a newer release of one that is asked for
# with an extra, finds no hash for it, and stops.
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$lock" ||
    stop "The packages could not be installed: the reason stands above. Nothing half made was kept; run the same command again."
making=
stamp=$(stamp_name "$1")
: >"$stamp"
