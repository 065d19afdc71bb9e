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

CHROMIUM=$($python -m tests.support.browser) || { install_chromium && CHROMIUM=$($python -m tests.support.browser); }

# -n logical: psutil counts physical cores otherwise, which is half of a small machine.
run_pytest() {
    $python -m pytest -n logical --cov=app/domain --cov-branch --cov-report=term --cov-fail-under=100 "$@"
}

if [ -n "$CHROMIUM" ]; then
    export CHROMIUM
    run_pytest
    exit
fi

run_pytest -m "not browser"
status=$?
left_out=$($python -m pytest --collect-only --quiet -m browser | grep '::')
if [ -n "$left_out" ]; then
    echo "Left out, because no Chromium was found (name one with CHROMIUM=/path/to/chromium):"
    printf '%s\n' "$left_out" | sed 's/^/  /'
    [ "${CI:-}" != true ] || status=1
fi
exit "$status"
