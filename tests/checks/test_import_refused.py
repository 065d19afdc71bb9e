"""`import-cohort` refuses what it cannot import in one line, and stores nothing of it."""

import os
from pathlib import Path
from typing import Any, Final

import pytest

from app.commands import cohort as command
from app.commands.cohort import import_cohort
from app.services import cohort_import
from app.storage.store import Store
from tests.checks.commands import Importing, Run, failed, failed_after_work
from tests.support.cohorts import ages, good, written, wrong

REFUSED: Final = {
    "empty": (b"", "there is no header row that names the answers"),
    "blank": (b"\r\n\r\n", "there is no header row that names the answers"),
    "no answer": (b"id,row,error\np,1,x\n", "there is no header row that names the answers"),
    "semicolons": (b"id;age_years\np;20\n", "cells must be separated by commas, not by semicolons"),
    "unknown": (b"id,age\np,20\n", "the header is wrong: 'age' is not the name of an answer"),
    "without a name": (b"age_years,\n20,\n", "the header is wrong: '' is not the name of an answer"),
    "twice": (b"age_years,age_years\n20,20\n", "the header names 'age_years' twice"),
    "Latin-1": (b"a\xf1os,age_years\n20,20\n", "the header row is not UTF-8 text: save the file as UTF-8"),
    "UTF-16": ("age_years\n20\n".encode("utf-16"), "the header row is not UTF-8 text"),
    "broken": (b'"id"x,age_years\n1,20\n', "the header row cannot be read: ',' expected after '\"'"),
    "1 MB": (b"x" * 1_000_000 + b"\n", "the header row cannot be read: field larger than field limit"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_header_that_is_wrong_refuses_the_file_in_one_line(
    kind: str, importing_sqlite: Importing, sqlite_store: Store, cohort: Path, errors: Path
) -> None:
    content, why = REFUSED[kind]
    cohort.write_bytes(content)
    said = failed(importing_sqlite(cohort, "--errors", errors))
    assert said.startswith(f"Nothing of {cohort} was stored: {why}")
    assert ages(sqlite_store) == []
    assert [each.name for each in cohort.parent.glob("*.csv*")] == ["cohort.csv"]


def test_what_is_no_file_is_one_line(importing_sqlite: Importing, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for file, why in (
        (tmp_path / "none.csv", "is not there"),
        (tmp_path, "is no file"),
        (pipe, "is no file"),
    ):
        assert failed(importing_sqlite(file)).startswith(f"{file} {why}. Name a CSV file")


def test_a_file_whose_reading_fails_is_one_line(
    importing_sqlite: Importing, cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(command, "open_table", broken)
    said = failed(importing_sqlite(written(cohort, good(20))))
    assert said.startswith(f"{cohort} cannot be read: Input/output error.")
    assert "cannot be read: File name too long." in failed(importing_sqlite(Path("x" * 300)))


def test_a_file_that_is_there_is_never_written_over(
    importing_sqlite: Importing, sqlite_store: Store, cohort: Path, errors: Path
) -> None:
    written(cohort, wrong(20))
    errors.write_text("before")
    for taken in (errors, cohort):
        said = failed(importing_sqlite(cohort, "--errors", taken))
        assert said == f"{taken} is there already. Name a new file for --errors."
    assert errors.read_text() == "before"
    nowhere = cohort.parent / "nowhere" / "wrong.csv"
    said = failed(importing_sqlite(cohort, "--errors", nowhere))
    assert said.startswith(f"{nowhere} cannot be written: No such file or directory.")


def test_a_file_of_errors_that_somebody_else_makes_meanwhile_is_kept(
    importing_sqlite: Importing, cohort: Path, errors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cohort_import.begin_import

    def meanwhile(*given: Any) -> Any:
        errors.write_text("of somebody else")
        return real(*given)

    monkeypatch.setattr(command, "begin_import", meanwhile)
    said = failed_after_work(importing_sqlite(written(cohort, wrong(20)), "--errors", errors))
    assert said.startswith(f"{errors} cannot be written: File exists.")
    assert errors.read_text() == "of somebody else"


@pytest.mark.parametrize(
    "arguments", [(), ("a.csv", "b.csv"), ("a.csv", "--language", "xx"), ("--no", "a.csv")]
)
def test_wrong_use_ends_with_two(arguments: tuple[str, ...], run: Run) -> None:
    assert run(import_cohort, *arguments).exit_code == 2


def test_an_installation_that_is_not_there_is_one_line(run: Run, cohort: Path) -> None:
    assert failed(run(import_cohort, str(written(cohort, good(20)))))
