#!/bin/sh
# Runs every check even when one fails, so that one run shows all there is to mend.
set -u
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python
summary=
failed=0

check() {
    name=$1
    shift
    printf '\n%s\n' "--- $name"
    if "$@"; then
        result=ok
    else
        result=FAILED
        failed=1
    fi
    summary="$summary$(printf '  %-10s %s' "$name" "$result")
"
}

check lint $python -m ruff check --quiet --output-format concise .
check format $python -m ruff format --check --quiet .
check types $python -m mypy
check layers .venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command(["--no-logo"])'
check templates $python -m djlint app/templates --lint --quiet
check messages $python -m tests.support.catalogue --check
check languages $python -m tests.support.translations --check
check dictionary $python -m tests.support.data_dictionary --check
check record $python -m tests.support.record_of_processing --check
check rules $python -m tests.support.clinical_rules --check
check security $python -m tests.support.security_report --check
check reading $python -m tests.support.reading_level --check

printf '\n%s' "$summary"
exit "$failed"
