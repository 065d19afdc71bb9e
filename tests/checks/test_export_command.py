"""`export`: the whole file or none, what was typed only with a reason, and a line about what was done."""

import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from app.commands.assess import assess_answers
from app.commands.export import export_screenings
from app.commands.init import init
from app.commands.seed_demo import seed_demo
from app.domain.answers import KINDS
from app.reports import table_files
from app.storage.audit import Action
from app.storage.database import StorageUnavailableError
from app.storage.models import Screening
from app.storage.reviews import add_review
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from config import Settings
from tests.checks.commands import (
    PROJECT,
    Run,
    environment_of,
    failed,
    failed_after_work,
    flask,
    installed,
    succeeded,
)
from tests.support.audit import entries
from tests.support.screenings import add, keep, made

NOTE: Final = "=cmd|' /C calc'!A0 canary"
WITH_TEXT: Final = ("--with-text", "--reason", "audit of the clinic")
FORMATS: Final = ("csv", "xlsx", "fhir")


@pytest.fixture
def installation(run: Run, data_dir: Path) -> Path:
    """An installation with five screenings."""
    succeeded(run(init))
    succeeded(run(seed_demo, "--count", "5"))
    return data_dir


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is written to, empty at first."""
    made = tmp_path / "taken out"
    made.mkdir()
    return made


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "temporary"
    made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


def lines_of(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events_of(data_dir: Path) -> list[tuple[str, Any, Any]]:
    """Action, actor and detail of what was taken, the oldest first."""
    store = installed(data_dir)
    noted = [
        (each.action, each.actor.kind, each.detail)
        for each in entries(store)
        if each.action not in (Action.SCREENING_STORED, Action.ACCOUNT_INVITED)
    ]
    store.database.close()
    return noted


DEMONSTRATIONS = "Demonstrations among them, not people:"


# --- what is written ------------------------------------------------------------------------------


def test_csv_has_a_row_for_every_screening(run: Run, installation: Path, folder: Path) -> None:
    file = folder / "a b.csv"
    said = succeeded(run(export_screenings, "--format", "csv", "--output", str(file)))
    assert said == f"Wrote 5 screenings to {file}. {DEMONSTRATIONS} 5.\n"
    rows = lines_of(file)
    assert len(rows) == 5
    assert {row["is_demonstration"] for row in rows} == {"true"}
    assert "received_at" not in rows[0]
    assert [path.name for path in folder.iterdir()] == ["a b.csv"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_xlsx_says_the_same_as_csv(run: Run, installation: Path, folder: Path) -> None:
    for kind in ("csv", "xlsx"):
        succeeded(run(export_screenings, "--format", kind, "--output", str(folder / f"t.{kind}"), *WITH_TEXT))
    sheet: Any = openpyxl.load_workbook(folder / "t.xlsx").active
    header, *rows = sheet.iter_rows(values_only=True)
    compared = ("outcome", "red_flags", "preventives", "rules_version", "policy_us-fda-botox-label")
    for row, line in zip(rows, lines_of(folder / "t.csv"), strict=True):
        cells = dict(zip(header, row, strict=True))
        assert [cells[name] or "" for name in compared] == [line[name] for name in compared]
        assert f"{cells['received_on']:%Y-%m-%d}" == line["received_on"]
        assert f"{cells['received_at']:%Y-%m-%dT%H:%M}+00:00" == line["received_at"]
        assert str(cells["headache_days"] or "") == line["headache_days"]


def test_fhir_has_a_bundle_a_line(run: Run, installation: Path, folder: Path) -> None:
    file = folder / "bundles.ndjson"
    succeeded(run(export_screenings, "--format", "fhir", "--output", str(file)))
    bundles = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [bundle["resourceType"] for bundle in bundles] == ["Bundle"] * 5


def test_fhir_has_the_words_of_the_language_that_the_questions_were_read_in(
    run: Run, data_dir: Path, folder: Path
) -> None:
    succeeded(run(init))
    store = installed(data_dir)
    for language in ("es", "en"):
        keep(store, replace(made(store), language=language))
    store.database.close()
    file = folder / "bundles.ndjson"
    succeeded(run(export_screenings, "--format", "fhir", "--output", str(file)))
    said = {
        bundle["language"]: json.dumps(bundle, ensure_ascii=False)
        for bundle in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    }
    asked = {"en": "On how many days did you have a headache?", "es": "¿Cuántos días tuvo dolor de cabeza?"}
    for language, other in (("en", "es"), ("es", "en")):
        assert asked[language] in said[language]
        assert asked[other] not in said[language]


def test_the_answer_columns_can_be_assessed_again(run: Run, installation: Path, folder: Path) -> None:
    succeeded(run(export_screenings, "--format", "csv", "--output", str(folder / "t.csv")))
    rows = lines_of(folder / "t.csv")
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(KINDS), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    said = succeeded(run(assess_answers, str(folder / "answers.csv")))
    again = [json.loads(line) for line in said.splitlines()]
    assert [each["outcome"] for each in again] == [row["outcome"] for row in rows]
    assert [each["urgency"] for each in again] == [row["urgency"] for row in rows]


def test_both_databases_and_the_day_of_the_clinic(
    store: Store, settings: Settings, run: Run, folder: Path
) -> None:
    for hour in (9, 10, 11, 12):  # midnight in Auckland is 11:00 UTC
        add(store, received_at=datetime(2026, 3, 2, hour, tzinfo=UTC))
    url = store.database.engine.url.render_as_string(hide_password=False)
    where = {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": url, "TIMEZONE": "Pacific/Auckland"}
    arguments = ("--format", "csv", "--output", str(folder / "t.csv"))
    succeeded(run(export_screenings, *arguments, **where))
    days = sorted(row["received_on"] for row in lines_of(folder / "t.csv"))
    assert days == ["2026-03-02"] * 2 + ["2026-03-03"] * 2
    said = succeeded(run(export_screenings, *arguments, "--since", "2026-03-03", **where))
    assert said == f"Wrote 2 screenings to {folder / 't.csv'}.\n", "people, no demonstration among them"
    assert {row["received_on"] for row in lines_of(folder / "t.csv")} == {"2026-03-03"}


def test_nothing_stored_is_a_table_without_rows(run: Run, folder: Path) -> None:
    succeeded(run(init))
    for kind in FORMATS:
        said = succeeded(run(export_screenings, "--format", kind, "--output", str(folder / kind)))
        assert said.startswith("Wrote 0 screenings")
    assert lines_of(folder / "csv") == []
    assert (folder / "fhir").read_bytes() == b""


# --- what was typed -------------------------------------------------------------------------------


@pytest.mark.requirement("IO-09", part="a reason")
def test_what_was_typed_comes_only_with_a_reason_that_is_noted(
    run: Run, installation: Path, folder: Path
) -> None:
    write_note(installation)
    for kind in FORMATS:
        arguments = ("--format", kind, "--output", str(folder / kind))
        succeeded(run(export_screenings, *arguments))
        assert "canary" not in text_in(folder / kind)
        succeeded(run(export_screenings, *arguments, *WITH_TEXT))
    assert [row["review_notes"] for row in lines_of(folder / "csv") if row["review_notes"]] == [
        f"2026-03-02 12:00 Dr Ada (reviewed): {NOTE}"
    ]
    reason = {"reason": "audit of the clinic"}
    assert events_of(installation) == [
        (action, "operator", {"format": kind, "filters": "", "rows": 5, **why})
        for kind, action in (("csv", "table_taken"), ("xlsx", "table_taken"), ("fhir", "fhir_made"))
        for why in ({}, reason)
    ]


def write_note(data_dir: Path) -> None:
    from uuid import uuid4

    from app.storage.models import Clinician

    store = installed(data_dir)
    with store.database.writing() as session:
        noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        ada = Clinician(email="ada@example.org", name="Dr Ada", password_hash="-", created_at=noon)
        session.add(ada)
        session.flush()
        add_review(
            session,
            store.cipher,
            review_id=uuid4(),
            screening_id=session.query(Screening.id).limit(1).scalar(),
            clinician_id=ada.id,
            recorded_at=noon,
            status=ScreeningStatus.REVIEWED,
            note=NOTE,
        )
    store.database.close()


def text_in(file: Path) -> str:
    if file.name != "xlsx":
        return file.read_text(encoding="utf-8")
    cells = openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return repr(list(cells))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--with-text",), "Say why with --reason"),
        (("--with-text", "--reason", "  "), "Say why with --reason"),
        (("--format", "pdf"), "'pdf' is not one of 'csv', 'xlsx', 'fhir'"),
        (("--since", "2 March"), "'2 March' does not match the format"),
        (("--since", "0001-01-01"), "from 1970-01-01 on"),
        (("--since", "9999-12-31"), "from 1970-01-01 on"),
        (("--output", "/"), "is a directory"),
        (("--output", os.devnull), "is no file"),
        (("--unheard-of",), "No such option"),
    ],
)
def test_wrong_use_ends_with_two_and_writes_nothing(
    arguments: tuple[str, ...], words: str, run: Run, folder: Path
) -> None:
    given = ("--format", "csv", "--output", str(folder / "t.csv"), *arguments)
    result = run(export_screenings, *given)
    assert result.exit_code == 2
    assert words in result.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--format", "csv"), ("--output", "t.csv")])
def test_format_and_output_must_be_said(arguments: tuple[str, ...], run: Run) -> None:
    result = run(export_screenings, *arguments)
    assert (result.exit_code, "Missing option" in result.stderr) == (2, True)


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_a_screening_that_cannot_be_read_is_counted_and_the_rest_is_written(
    kind: str, run: Run, installation: Path, folder: Path
) -> None:
    store = installed(installation)
    with store.database.writing() as session:
        for each in session.query(Screening).order_by(Screening.id).limit(2):
            each.answers = b"damaged"
    store.database.close()
    result = run(export_screenings, "--format", kind, "--output", str(folder / "t"))
    assert failed_after_work(result) == "Screenings that cannot be read: 2. They were left out."
    assert result.stdout == f"Wrote 3 screenings to {folder / 't'}. {DEMONSTRATIONS} 3.\n"
    assert (folder / "t").stat().st_size > 0


def broken_after(many: int, problem: BaseException) -> Any:
    from app.services.exporting import stored_records

    def records(*arguments: Any) -> Iterator[Any]:
        for number, record in enumerate(stored_records(*arguments)):
            if number == many:
                raise problem
            yield record

    return records


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (KeyboardInterrupt(), "Stopped. Nothing was written; run the command again."),
        (StorageUnavailableError(), "The database does not answer. Check that it runs, then try again."),
        (OSError(28, "No space left on device"), "{output} cannot be written: No space left on device."),
    ],
    ids=["stopped", "gone", "full"],
)
def test_what_stops_it_leaves_what_was_there_before(
    problem: BaseException,
    line: str,
    kind: str,
    run: Run,
    installation: Path,
    folder: Path,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = folder / "t"
    output.write_text("before")
    arguments = ("--format", kind, "--output", str(output))
    with monkeypatch.context() as patch:
        patch.setattr("app.commands.export.stored_records", broken_after(3, problem))
        assert failed(run(export_screenings, *arguments)) == line.format(output=output)
    assert ([*folder.iterdir()], output.read_text(), [*temporary.iterdir()]) == ([output], "before", [])
    assert events_of(installation) == []
    assert succeeded(run(export_screenings, *arguments)).startswith("Wrote 5 screenings")


def test_a_folder_that_is_not_there_is_one_line(run: Run, installation: Path, folder: Path) -> None:
    output = folder / "nowhere" / "t.csv"
    result = run(export_screenings, "--format", "csv", "--output", str(output))
    assert failed(result) == f"{output} cannot be written: No such file or directory."


def test_more_than_a_spreadsheet_holds_is_one_line(
    run: Run, installation: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 4)
    result = run(export_screenings, "--format", "xlsx", "--output", str(folder / "t.xlsx"))
    assert failed(result).startswith("A spreadsheet holds at most 4 rows")
    assert list(folder.iterdir()) == []


def test_an_installation_that_is_not_there_is_one_line(run: Run, folder: Path) -> None:
    assert failed(run(export_screenings, "--format", "csv", "--output", str(folder / "t.csv")))
    assert list(folder.iterdir()) == []


# --- the real command line ------------------------------------------------------------------------


def test_the_real_command_line_says_the_same(installation: Path, folder: Path) -> None:
    done = flask(installation, "export", "--format", "csv", "--output", str(folder / "t.csv"))
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"Wrote 5 screenings to {folder / 't.csv'}. {DEMONSTRATIONS} 5.\n",
        "",
    )


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it_and_nothing_is_left(
    ended_by: signal.Signals, installation: Path, folder: Path, tmp_path: Path
) -> None:
    """The rows come without end until the signal does."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    endless = (
        "import app.commands.export as export, signal; from itertools import cycle;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # a background job ignores it
        "real = export.stored_records;"
        "export.stored_records = lambda *given: cycle(list(real(*given)));"
        "export.export_screenings()"
    )
    command = [sys.executable, "-c", endless, "--format", "xlsx", "--output", str(folder / "t.xlsx")]
    environment = environment_of(installation, TMPDIR=str(temporary))
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_until_rows_are_written(temporary)
            process.send_signal(ended_by)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, said) == (1, "Stopped. Nothing was written; run the command again.\n")
    assert ([*folder.iterdir()], [*temporary.iterdir()]) == ([], [])


def wait_until_rows_are_written(temporary: Path) -> None:
    until = time.monotonic() + 30
    while not any(file.is_file() and file.stat().st_size for file in temporary.rglob("*")):
        assert time.monotonic() < until, "no row was written"
