"""Two validators of FHIR R4 that know nothing of each other, and of which each misses what the other finds.

One is Python (fhir.resources, its R4B models): it misses codes that do not exist. The other runs in Node.js
(the package `fhir`): it misses two values where one may stand, and dates that cannot be.
`python -m tests.support.fhir_checks` prints the program and exits with 0 where the second can run.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

FOLDER: Final = Path(__file__).with_name("fhir_validator")
_INSTALLED: Final = FOLDER / "node_modules" / "fhir" / "package.json"
_TIME_LIMIT_S: Final = 300


def node_path() -> str | None:
    """The program named by NODE, else `node`; None where it or the pinned package is missing."""
    program = shutil.which(os.environ.get("NODE") or "node")
    return program if program and _has_pinned_package() else None


def _has_pinned_package() -> bool:
    """Whether the validator is installed as it is pinned: another version would judge otherwise."""
    pinned = json.loads((FOLDER / "package.json").read_text())["dependencies"]["fhir"]
    return _INSTALLED.is_file() and json.loads(_INSTALLED.read_text())["version"] == pinned


def python_errors(resource: dict[str, Any]) -> list[str]:
    """What the Python validator finds wrong; empty when all is well."""
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as problem:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problem.errors()]
    return []


def node_errors(resources: Iterable[dict[str, Any]]) -> list[list[str]]:
    """What the validator in Node.js finds wrong with each resource. One process looks at all of them."""
    program = node_path()
    if program is None:
        raise RuntimeError(f"Node.js or its package is missing: npm ci --prefix {FOLDER}")
    lines = [json.dumps(resource) for resource in resources]
    done = subprocess.run(
        [program, str(FOLDER / "validate.js")],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_S,
        check=True,
    )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    if len(verdicts) != len(lines):
        raise RuntimeError(f"{len(verdicts)} verdicts on {len(lines)} resources")
    return verdicts


def main() -> int:
    program = node_path()
    if program:
        print(program)
        return 0
    if os.environ.get("NODE"):
        print(f"NODE={os.environ['NODE']} is not a program, or its package is missing.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
