"""`import-cohort`: each row of a file is stored once or named as wrong, on both engines."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import Result
from sqlalchemy import select

from app.commands import cohort as command
from app.commands.cohort import import_cohort
from app.services import cohort_import
from app.storage.base import Base
from app.storage.models import CohortImport, Screening
from app.storage.store import Store
from config import Settings
from tests.checks.commands import Run, failed, failed_after_work, succeeded
from tests.support.cohorts import (
    HEADER,
    ages,
    counted,
    everywhere,
    good,
    reasons,
    table,
    where,
    written,
    wrong,
)

BOM: Final = "\ufeff"


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    return tmp_path / "cohort.csv"


@pytest.fixture
def errors(tmp_path: Path) -> Path:
    return tmp_path / "wrong.csv"


class Importing:
    """The command with the store of a test."""

    def __init__(self, run: Run, settings: dict[str, str]) -> None:
        self._run, self._settings = run, settings

    def __call__(self, file: Path, *more: str | Path) -> Result:
        return self._run(import_cohort, str(file), *map(str, more), **self._settings)


@pytest.fixture
def importing(run: Run, store: Store, settings: Settings) -> Importing:
    return Importing(run, where(store, settings))


@pytest.fixture
def importing_sqlite(run: Run, sqlite_store: Store, settings: Settings) -> Importing:
    return Importing(run, where(sqlite_store, settings))


# --- what is stored -------------------------------------------------------------------------------


def test_every_row_is_stored_counted_and_noted(importing: Importing, store: Store, cohort: Path) -> None:
    begun = datetime.now(UTC)
    said = succeeded(importing(written(cohort, good(20, 30, 40)), "--language", "es"))
    assert said == "Stored 3 screenings.\n"
    everywhere(store, [20, 30, 40])
    assert counted(store, "language") == {"es": 3}
    with store.database.reading() as session:
        rows = session.scalars(select(Screening)).all()
    assert len({row.reference_mac for row in rows}) == 3
    for row in rows:
        assert begun <= row.received_at <= datetime.now(UTC)
        assert (row.language, row.visit, row.is_unread, row.status) == ("es", 1, True, "new")
        assert (row.is_demonstration, row.is_unverified, row.consent_version) == (False, False, None)


def test_without_a_language_it_is_english(importing: Importing, store: Store, cohort: Path) -> None:
    succeeded(importing(written(cohort, good(20))))
    assert counted(store, "language") == {"en": 1}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lines", "Windows", "old Mac"])
@pytest.mark.parametrize("mark", ["", BOM], ids=["plain", "byte order mark"])
def test_files_of_spreadsheet_programs_are_read(
    end: str, mark: str, importing_sqlite: Importing, sqlite_store: Store, cohort: Path
) -> None:
    cohort.write_bytes((mark + HEADER + good(20, 30)).replace("\n", end).encode())
    succeeded(importing_sqlite(cohort))
    assert ages(sqlite_store) == [20, 30]


def test_a_file_that_was_imported_is_said_to_be_so(
    importing: Importing, store: Store, cohort: Path, tmp_path: Path
) -> None:
    succeeded(importing(written(cohort, good(20, 30))))
    elsewhere = cohort.rename(tmp_path / "another name.csv")
    said = succeeded(importing(elsewhere))
    assert (
        said
        == f"{elsewhere} was imported on {datetime.now(UTC):%Y-%m-%d}: 2 screenings. Nothing was stored.\n"
    )
    everywhere(store, [20, 30])
    succeeded(importing(written(elsewhere, good(20, 30, 40))))
    assert ages(store) == [20, 20, 30, 30, 40], "another content is another file"


def test_of_the_file_nothing_is_kept_but_a_keyed_mac(
    importing: Importing, store: Store, cohort: Path
) -> None:
    importing(written(cohort, good(20), wrong(30)))
    with store.database.reading() as session:
        [kept] = session.scalars(select(CohortImport))
    assert (kept.rows_done, kept.rows_stored, kept.rows_wrong) == (2, 1, 1)
    assert kept.finished_at is not None
    assert set(Base.metadata.tables["cohort_imports"].columns.keys()) == {
        *("id", "file_mac", "rows_done", "rows_stored", "rows_wrong", "started_at", "finished_at")
    }


# --- wrong rows -----------------------------------------------------------------------------------


def test_wrong_rows_come_into_a_file_that_is_mended_and_imported(
    importing: Importing, store: Store, cohort: Path, errors: Path, tmp_path: Path
) -> None:
    result = importing(written(cohort, good(20), wrong(30), "x,,,\n", good(40)), "--errors", errors)
    assert failed_after_work(result) == (
        f"Rows with an error: 2. They are in {errors}: mend them there, and import that file."
    )
    assert result.stdout == "Stored 2 screenings.\n"
    assert table(errors) == [
        {
            **{"id": "p30", "age_years": "30", "headache_days": "31", "migraine_days": "9"},
            **{"row": "2", "field": "headache_days"},
            "error": "headache_days must be at most the 30 days counted",
        },
        {
            **{"id": "x", "age_years": "", "headache_days": "", "migraine_days": ""},
            **{"row": "3", "field": "", "error": "this row holds no answer"},
        },
    ]
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    errors.write_text(errors.read_text().replace("p30,30,31", "p30,30,21"))
    again = tmp_path / "wrong again.csv"
    assert importing(errors, "--errors", again).stdout == "Stored 1 screenings.\n"
    everywhere(store, [20, 30, 40])
    assert reasons(again) == [("2", "")]
    assert list(table(again)[0]) == [*HEADER.strip().split(","), "row", "field", "error"]


def test_without_a_file_for_them_the_first_is_named_and_they_can_be_had_later(
    importing_sqlite: Importing, sqlite_store: Store, cohort: Path, errors: Path
) -> None:
    written(cohort, good(20), wrong(30), wrong(40))
    said = failed_after_work(importing_sqlite(cohort))
    assert said.startswith("Rows with an error: 2. The first is row 2: headache_days must be at most")
    assert failed_after_work(importing_sqlite(cohort)).startswith("Rows with an error: 2. Run it again")
    assert importing_sqlite(cohort, "--errors", errors).exit_code == 1
    assert reasons(errors) == [("2", "headache_days"), ("3", "headache_days")]
    assert ages(sqlite_store) == [20]


def test_no_wrong_row_no_file(importing_sqlite: Importing, cohort: Path, errors: Path) -> None:
    succeeded(importing_sqlite(written(cohort, good(20)), "--errors", errors))
    assert list(cohort.parent.glob("*wrong*")) == []


REPEATED: Final = b',,,,2,,"this row has %d cells, the header 4. It reads: %s'
ODD: Final = {
    "a formula": (b"=1+1,20,31,9\n", b"=1+1,20,31,9,2,headache_days,"),
    "not UTF-8": (b"J\xfcrgen,20,15,9\n", b"J\xfcrgen,20,15,9,2,,this row is not UTF-8"),
    "too few cells": (b"p,20\n", REPEATED % (2, b'p,20"')),
    "too many cells": (
        b"p,20,15,9,9\n",
        REPEATED % (5, b'p,20,15,9,9"'),
    ),
    "broken quotation marks": (b'"p"q,20,15,9\n', b",,,,2,,\"this row cannot be read: ',' expected"),
    "a row of 1 MB": (b"p" * 1_000_000 + b",20,15,9\n", b",,,,2,,this row cannot be read: field larger"),
    "1 MB of cells": (
        b"p," * 500_000 + b"\n",
        REPEATED % (500_001, b"p,p"),
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_row_is_one_wrong_row_and_stays_wrong_until_it_is_mended(
    kind: str, importing_sqlite: Importing, sqlite_store: Store, cohort: Path, errors: Path
) -> None:
    row, expected = ODD[kind]
    cohort.write_bytes(HEADER.encode() + good(30).encode() + row + good(40).encode())
    failed_after_work(importing_sqlite(cohort, "--errors", errors))
    assert ages(sqlite_store) == [30, 40]
    line = errors.read_bytes().split(b"\r\n")[1]
    assert line.startswith(expected)
    assert len(line) < 1200
    assert failed_after_work(importing_sqlite(errors)).startswith("Rows with an error: 1.")
    assert ages(sqlite_store) == [30, 40]


def test_a_quotation_mark_left_open_says_which_lines_it_swallowed(
    importing_sqlite: Importing, sqlite_store: Store, cohort: Path, errors: Path
) -> None:
    importing_sqlite(written(cohort, good(20), '"p30,30,15,9\n', good(40)), "--errors", errors)
    assert ages(sqlite_store) == [20]
    assert table(errors)[0]["error"].endswith("(lines 3 to 4 of the file)")


# --- what is refused ------------------------------------------------------------------------------


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
