"""How long a lookup takes tells nobody whether the code is known."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.slow
@pytest.mark.requirement("PAT-08")
def test_a_hit_and_a_miss_take_the_same_time() -> None:
    """A thousand pairs by turns in a process of its own; it fails where their medians are apart."""
    command = [sys.executable, "-m", "tests.support.lookups", "times"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
