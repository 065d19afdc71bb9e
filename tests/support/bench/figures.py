"""A figure of the bench: a ratio to its limit, over several rounds of one run, beside its goal."""

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class Goal(Enum):
    """Which side of the goal is the good one."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True)
class Figure:
    """What was measured: a ratio a round. `rates` are medians of both sides, for people who read them."""

    name: str
    ratios: Sequence[float]
    goal: float
    kind: Goal
    rates: str = ""

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest round."""
        return min(self.ratios), max(self.ratios)

    @property
    def holds(self) -> bool:
        if self.kind is Goal.AT_LEAST:
            return self.ratio >= self.goal
        return self.ratio <= self.goal

    def line(self) -> str:
        sign = "≥" if self.kind is Goal.AT_LEAST else "≤"
        low, high = self.spread
        verdict = "holds" if self.holds else "MISSED"
        spread = f"{low:.3f} to {high:.3f}"
        return (
            f"{self.name:<58} {self.ratio:7.3f}  {sign} {self.goal:<5} {verdict:<7} {spread:<17} {self.rates}"
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ratio": round(self.ratio, 4),
            "goal": self.goal,
            "goal_is": self.kind.value,
            "holds": self.holds,
            "spread": [round(each, 4) for each in self.spread],
            "rounds": len(self.ratios),
            "rates": self.rates,
        }


def machine() -> str:
    """What was measured on, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def write(file: Path, figures: Sequence[Figure], command: str) -> None:
    """`bench.json`, as the contract has it."""
    content = {"machine": machine(), "command": command, "figures": [each.as_json() for each in figures]}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
