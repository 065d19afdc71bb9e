"""A long CSV file is assessed in several processes: the same lines in their order, and no process stays."""

import io
import multiprocessing
import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from app.domain.policy_files import shipped_policies
from app.reports import cohort_processes
from app.reports.cohort_csv import RawRow
from app.reports.cohort_lines import Assessed
from app.reports.cohort_processes import LostWorkerError, assessed_csv

HEADER: Final = "id,headache_days,migraine_days\n"
WRONG: Final = ('"open\n', "w,31,1\n", "w,1\n", "\udcff,1,1\n")


@pytest.fixture(autouse=True)
def _short_files_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_processes, "_ALONE", 5)
    monkeypatch.setattr(cohort_processes, "_CHUNK_ROWS", 3)


def people(rows: int) -> str:
    return "".join(f"p{row},{row % 31},{row % 31 // 2}\n" for row in range(rows))


def parts(text: str, folder: Path, jobs: int) -> list[Assessed]:
    file = io.StringIO(HEADER + text, newline="")
    with closing(assessed_csv(file, shipped_policies(), folder, jobs)) as found:
        return list(found)


def test_the_lines_are_those_of_one_process(tmp_path: Path) -> None:
    text = people(10) + "".join(WRONG[1:]) + people(10) + WRONG[0] + "never closed\n"
    alone, shared = parts(text, tmp_path, 1), parts(text, tmp_path, 2)
    assert len(shared) < len(alone) == 24
    assert "".join(each.text for each in shared) == "".join(each.text for each in alone)
    assert (sum(each.rows for each in shared), sum(each.wrong for each in shared)) == (24, 4)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("rows", [0, 4])
def test_a_short_file_is_worth_no_process(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_processes, "_workers", None)
    assert sum(each.rows for each in parts(people(rows), tmp_path, 2)) == rows


def test_a_policy_of_the_clinic_counts_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "us-wa-lni.withdrawn").touch()
    assert not any("us-wa-lni" in each.text for each in parts(people(6), tmp_path, 2))


def test_a_process_that_is_lost_is_said_to_be_so(tmp_path: Path) -> None:
    file = io.StringIO(HEADER + people(30), newline="")
    with closing(assessed_csv(file, shipped_policies(), tmp_path, 2)) as found:
        next(found)
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        with pytest.raises(LostWorkerError):
            list(found)
    assert multiprocessing.active_children() == []


def test_who_stops_reading_leaves_no_process(tmp_path: Path) -> None:
    file = io.StringIO(HEADER + people(30), newline="")
    with closing(assessed_csv(file, shipped_policies(), tmp_path, 2)) as found:
        next(found)
        assert len(multiprocessing.active_children()) == 2
    assert multiprocessing.active_children() == []


def test_a_chunk_is_short_when_its_rows_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_processes, "_CHUNK_CHARACTERS", 10)
    rows = [RawRow(number, ["x" * 6], "") for number in range(5)]
    assert [len(chunk) for chunk in cohort_processes._chunks(rows)] == [2, 2, 1]
