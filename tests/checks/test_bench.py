"""The bench: which side of a goal is the good one, what it writes, and that it still measures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bench.figures import Figure, Goal, write
from tests.support.server import ROOT


@pytest.mark.parametrize(
    ("kind", "ratios", "holds"),
    [
        (Goal.AT_LEAST, [0.4], True),
        (Goal.AT_LEAST, [0.399], False),
        (Goal.AT_MOST, [0.4], True),
        (Goal.AT_MOST, [0.401], False),
        (Goal.AT_LEAST, [0.1, 0.41, 0.42], True),  # the median decides
        (Goal.AT_LEAST, [0.1, 0.39, 0.9], False),
    ],
)
def test_a_figure_holds_on_the_good_side_of_its_goal(kind: Goal, ratios: list[float], holds: bool) -> None:
    figure = Figure("a page", ratios, 0.4, kind)
    assert figure.holds is holds
    assert ("holds" in figure.line(), "MISSED" in figure.line()) == (holds, not holds)


def test_what_is_written_is_what_the_contract_says(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    write(file, [Figure("a page", [0.3, 0.5, 0.4], 0.4, Goal.AT_LEAST)], "python -m bench")
    written = json.loads(file.read_text("utf-8"))
    assert written["machine"]
    [figure] = written["figures"]
    assert {name: figure[name] for name in ("name", "ratio", "goal", "holds", "spread")} == {
        "name": "a page",
        "ratio": 0.4,
        "goal": 0.4,
        "holds": True,
        "spread": [0.3, 0.5],
    }


@pytest.mark.slow
def test_the_pages_can_be_measured(tmp_path: Path) -> None:
    """Whether they are fast enough is not a test's to say: it runs beside others."""
    file = tmp_path / "bench.json"
    short = ["--only", "pages", "memory", "--rounds", "1", "--seconds", "0.1", "--output"]
    command = [sys.executable, "-m", "tests.support.bench", *short, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text("utf-8"))["figures"]
    assert len(figures) == 5
    assert all(0 < each["ratio"] < 100 for each in figures)
