"""An update that is killed at any step: the database is as before or as after, and the copy is good."""

import re
import subprocess
import sys

import pytest

from app.storage.schema import PROJECT
from tests.conftest import BOTH_ENGINES


@pytest.mark.slow
@pytest.mark.parametrize("engine", BOTH_ENGINES)
def test_an_update_is_all_or_nothing_wherever_it_is_killed(engine: str) -> None:
    """In a process of its own, which makes others and kills them. Each revision by itself takes minutes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_migrations", "--newest", "3", "--only-changes"]
        + ["--postgresql"] * (engine == "postgresql"),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    kills = re.search(r"^(\d+) kills, each left all or nothing", done.stdout, re.MULTILINE)
    assert kills, done.stdout
    assert int(kills[1]) > 10
