#!/bin/sh
# Runs every test. Browser tests need a Chromium: one is looked for, then installed if that needs no question.
# Without one they are left out by name, which is a failure where CI=true.
set -u
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python

install_chromium() {
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        return 1
    fi
    if command -v apt-get >/dev/null; then
        how='apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends chromium fonts-liberation'
    elif command -v dnf >/dev/null; then
        how='dnf --quiet --assumeyes install chromium'
    elif command -v apk >/dev/null; then
        how='apk add --quiet chromium font-liberation'
    elif command -v pacman >/dev/null; then
        how='pacman --sync --refresh --noconfirm --quiet chromium'
    else
        return 1
    fi
    echo "Installing Chromium for the browser tests with the system's package manager."
    output=$($as_root sh -c "$how" </dev/null 2>&1) || printf '%s\n' "$output" | tail -n 5
}

# Two validators are packages of Node.js, each installed into its own folder where npm is there.
install_validators() {
    command -v npm >/dev/null || return 1
    for folder in tests/support/fhir_validator tests/support/html_validator; do
        output=$(npm ci --prefix "$folder" </dev/null 2>&1) || printf '%s\n' "$output" | tail -n 5
    done
}

CHROMIUM=$($python -m tests.support.browser) || { install_chromium && CHROMIUM=$($python -m tests.support.browser); }
NODE=$($python -m tests.support.node_checks) || { install_validators && NODE=$($python -m tests.support.node_checks); }

# -n logical: psutil counts physical cores otherwise, which is half of a small machine.
# worksteal: who has nothing left takes over half of what another has, so that all end together.
run_pytest() {
    $python -m pytest -n logical --dist worksteal "$@"
}

# The domain is covered by its own tests; counting lines slows all others down and shows no more.
run_domain() {
    run_pytest tests/unit/domain --cov=app/domain --cov-branch --cov-report=term --cov-fail-under=100
}

run_others() {
    run_pytest --ignore=tests/unit/domain "$@"
}

# Names the tests of a marker that cannot run here; that is a failure where CI=true.
name_left_out() {
    left_out=$($python -m pytest --collect-only --quiet -m "$1" | grep '::')
    if [ -n "$left_out" ]; then
        echo "Left out, because $2:"
        printf '%s\n' "$left_out" | sed 's/^/  /'
        [ "${CI:-}" != true ] || status=1
    fi
}

without=
if [ -n "$CHROMIUM" ]; then export CHROMIUM; else without="not browser"; fi
if [ -n "$NODE" ]; then export NODE; else without="${without:+$without and }not node"; fi

run_domain
status=$?
run_others ${without:+-m "$without"} || status=$?
[ -n "$CHROMIUM" ] || name_left_out browser "no Chromium was found (name one with CHROMIUM=/path/to/chromium)"
[ -n "$NODE" ] || name_left_out node "Node.js or its validators were not found (npm ci --prefix tests/support/fhir_validator, and html_validator)"
exit "$status"
