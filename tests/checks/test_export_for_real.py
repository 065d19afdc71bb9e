"""The export command as an operator starts it: in a process of its own, in each format."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    environment = {**os.environ, "DATA_DIR": str(data_dir)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "fhir"])
def test_the_command_writes_the_file(kind: str, tmp_path: Path) -> None:
    data_dir, file = tmp_path / "data", tmp_path / f"screenings.{kind}"
    for prepare in (("init",), ("seed-demo", "--count", "3")):
        assert run(data_dir, *prepare).returncode == 0
    done = run(data_dir, "export", "--format", kind, "--output", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    content = file.read_bytes()
    if kind == "fhir":
        assert [json.loads(line)["resourceType"] for line in content.splitlines()] == ["Bundle"] * 3
    else:
        assert content.startswith(b"PK" if kind == "xlsx" else b"\xef\xbb\xbfreceived_on,")
