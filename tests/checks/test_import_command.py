"""`import-cohort`: each row of a file is stored once or named as wrong, on both engines."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from app.storage.base import Base
from app.storage.models import CohortImport, Screening
from app.storage.store import Store
from tests.checks.commands import Importing, failed_after_work, succeeded
from tests.support.cohorts import (
    HEADER,
    ages,
    counted,
    everywhere,
    good,
    reasons,
    table,
    written,
    wrong,
)

BOM: Final = "\ufeff"


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
