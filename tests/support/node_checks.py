"""Validators that run on Node.js: each a pinned package in a folder of its own, and a few lines around it.

`python -m tests.support.node_checks` prints the program and exits with 0 where all of them can run.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_TIME_LIMIT_S: Final = 300


@dataclass(frozen=True)
class NodeValidator:
    """One validator: `validate.js` in its folder reads lines of JSON and writes a line of faults for each."""

    folder: Path
    package: str

    @property
    def is_installed(self) -> bool:
        """Whether it is installed as it is pinned: another version would judge otherwise."""
        pinned = json.loads((self.folder / "package.json").read_text())["dependencies"][self.package]
        installed = self.folder / "node_modules" / self.package / "package.json"
        return installed.is_file() and json.loads(installed.read_text())["version"] == pinned

    def faults(self, values: Iterable[Any]) -> list[list[str]]:
        """What is wrong with each value. One process looks at all of them.

        Raises:
            RuntimeError: the validator cannot run here, or did not look at all of them.
        """
        program = node_path()
        if program is None:
            raise RuntimeError(f"Node.js or a package is missing: npm ci --prefix {self.folder}")
        lines = [json.dumps(value) for value in values]
        done = subprocess.run(
            [program, str(self.folder / "validate.js")],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT_S,
            check=True,
        )
        verdicts: list[list[str]] = [json.loads(line) for line in done.stdout.splitlines()]
        if len(verdicts) != len(lines):
            raise RuntimeError(f"{len(verdicts)} verdicts on {len(lines)} values")
        return verdicts


_HERE: Final = Path(__file__).parent
FHIR: Final = NodeValidator(_HERE / "fhir_validator", "fhir")
HTML: Final = NodeValidator(_HERE / "html_validator", "html-validate")


def node_path() -> str | None:
    """The program named by NODE, else `node`; None where it or one of the pinned packages is missing."""
    program = shutil.which(os.environ.get("NODE") or "node")
    return program if program and FHIR.is_installed and HTML.is_installed else None


def main() -> int:
    program = node_path()
    if program:
        print(program)
        return 0
    if os.environ.get("NODE"):
        print(f"NODE={os.environ['NODE']} is not a program, or a package is missing.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
