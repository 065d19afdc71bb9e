"""`doctor`: what can be wrong with an installation is said, with what to do; nothing is changed."""

import os
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.commands.doctor import doctor
from app.commands.init import init
from app.services.examination import Finding, Grade, examine_files, examine_settings
from app.services.examining_data import examine_database
from app.storage.keyring import create_keyring
from app.storage.settings import keep_setting
from app.storage.store import Store
from config import Settings, load_settings
from tests.checks.commands import Run, failed_after_work, flask, installed, succeeded
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, add_person
from tests.support.databases import unguarded
from tests.support.screenings import add

NOW = datetime.now(UTC)
Disk = namedtuple("Disk", "total used free")
MEGABYTE = 1024 * 1024


@pytest.fixture
def clinic(run: Run, data_dir: Path) -> Iterator[Store]:
    """An installation that works, with a screening and the people that it needs."""
    succeeded(run(init))
    with closing((found := installed(data_dir)).database):
        for number, person in enumerate((CLINICIAN, ADMINISTRATOR_ONLY, ADMINISTRATOR_ONLY)):
            add_person(found, replace(person, email=f"{number}@example.org"), "no password")
        add(found, received_at=NOW - timedelta(hours=1))
        with found.database.writing() as session:
            keep_setting(session, "last_purge", "done", NOW - timedelta(hours=2))
        yield found


def change(clinic: Store, statement: str) -> None:
    with unguarded(clinic.database) as connection:
        connection.execute(text(statement))


def told(output: str, grade: str) -> list[str]:
    return [line[6:] for line in output.splitlines() if line.startswith(grade.ljust(6))]


def grades(findings: Iterator[Finding]) -> dict[str, Grade]:
    return {each.about: each.grade for each in findings}


def test_a_healthy_installation_is_called_so(run: Run, clinic: Store) -> None:
    said = succeeded(run(doctor, PUBLIC_URL="https://clinic.example.org", TRUSTED_PROXIES="127.0.0.1"))
    assert told(said, "wrong") == told(said, "look") == []
    assert [line.partition(":")[0] for line in told(said, "ok")] == [
        "Data directory",
        "Room on the disk",
        "Keys",
        "Address",
        "Database",
        "Records",
        "Audit log",
        "Clock and retention",
        "People",
    ]


def test_what_is_only_worth_a_look_is_no_failure(run: Run, clinic: Store) -> None:
    said = succeeded(run(doctor))
    assert [line.partition(":")[0] for line in told(said, "look")] == ["Address"]
    assert "-> Set PUBLIC_URL" in said


def test_where_there_is_nothing_it_says_so_and_makes_nothing(run: Run, data_dir: Path) -> None:
    result = run(doctor)
    assert failed_after_work(result) == "3 things are wrong."
    assert [line.partition(":")[0] for line in told(result.stdout, "wrong")] == [
        "Data directory",
        "Keys",
        "Database",
    ]
    assert not data_dir.exists()
    data_dir.mkdir(mode=0o700)
    assert failed_after_work(run(doctor)) == "2 things are wrong."
    assert not list(data_dir.iterdir())


def test_a_setting_that_cannot_be_is_one_line(data_dir: Path) -> None:
    ended = flask(data_dir, "doctor", PORT="no")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "PORT must be a number from 1 to 65535, not 'no'.\n"


@pytest.mark.parametrize(
    ("name", "mode", "about"),
    [("", 0o755, "Data directory"), ("keyring", 0o640, "Keys"), ("screening.db", 0o644, "Database file")],
)
def test_what_others_can_open(
    name: str, mode: int, about: str, run: Run, clinic: Store, data_dir: Path
) -> None:
    (data_dir / name).chmod(mode)
    result = run(doctor)
    assert failed_after_work(result) == "1 thing is wrong."
    (line,) = told(result.stdout, "wrong")
    assert line.startswith(f"{about}: Others can ")


def test_another_keyring_reads_nothing(run: Run, clinic: Store, data_dir: Path) -> None:
    (data_dir / "keyring").unlink()
    create_keyring(data_dir / "keyring")
    result = run(doctor)
    assert failed_after_work(result) == "1 thing is wrong."
    assert told(result.stdout, "wrong") == [
        "Records: 1 of the newest 1 cannot be read: damaged, or written with a lost key."
    ]


@pytest.mark.parametrize(
    ("revision", "says"),
    [
        ("0001_create_screenings", "Its tables are of an earlier version."),
        ("9999_from_the_future", "Its tables are of a newer version (revision 9999_from_the_future)."),
    ],
)
def test_tables_of_another_version(revision: str, says: str, run: Run, clinic: Store) -> None:
    with unguarded(clinic.database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    result = run(doctor)
    assert told(result.stdout, "wrong") == [f"Database: {says}"]
    assert "Records" not in result.stdout


def test_a_file_that_is_damaged(run: Run, clinic: Store, data_dir: Path) -> None:
    file = data_dir / "screening.db"
    clinic.database.close()
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(os.urandom(file.stat().st_size // 3))
    result = run(doctor)
    failed_after_work(result)
    assert any(line.startswith("Database: ") for line in told(result.stdout, "wrong"))


def test_a_file_that_is_no_database(run: Run, clinic: Store, data_dir: Path) -> None:
    clinic.database.close()
    (data_dir / "screening.db").write_bytes(b"x" * 9000)
    assert told(run(doctor).stdout, "wrong") == [
        "Database: It cannot be read: it is damaged, or something holds it."
    ]


def test_entries_of_the_audit_log_that_were_cut_off(run: Run, clinic: Store, data_dir: Path) -> None:
    anchors = data_dir / "audit-anchors.jsonl"
    anchors.write_text(
        anchors.read_text() + '{"seq": 99, "mac": "00", "time": "2026-11-28T00:00:00+00:00"}\n'
    )
    (line,) = told(run(doctor).stdout, "wrong")
    assert "Its last entries are missing" in line
    anchors.unlink()
    assert "Audit log: No anchor can be read" in run(doctor).stdout


@pytest.mark.parametrize(("hours", "is_wrong"), [(0.05, False), (0.2, True)])
def test_a_clock_that_was_set_back(hours: float, is_wrong: bool, run: Run, clinic: Store) -> None:
    """Clocks of two machines differ by a few minutes; by more, one of them is wrong."""
    add(clinic, received_at=datetime.now(UTC) + timedelta(hours=hours))
    found = [line for line in told(run(doctor).stdout, "wrong") if "newer than this machine's clock" in line]
    assert bool(found) is is_wrong


def test_nobody_who_can_get_in(run: Run, clinic: Store) -> None:
    change(clinic, "UPDATE clinicians SET is_active = 0 WHERE email = '1@example.org'")
    assert "People: Only one person can administer the clinic." in run(doctor).stdout
    change(clinic, "UPDATE clinicians SET totp_confirmed_at = NULL WHERE email = '2@example.org'")
    assert told(run(doctor).stdout, "wrong") == ["People: Nobody can administer the clinic."]


@pytest.mark.parametrize(
    ("free", "grade"),
    [(199, Grade.WRONG), (200, Grade.LOOK), (2047, Grade.LOOK), (2048, Grade.GOOD)],
)
def test_room_on_the_disk(
    free: int, grade: Grade, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Disk(1, 1, free * MEGABYTE))
    assert grades(examine_files(settings, NOW))["Room on the disk"] is grade


@pytest.mark.parametrize(("days", "grade"), [(399, Grade.GOOD), (401, Grade.LOOK)])
def test_the_age_of_the_key(days: int, grade: Grade, tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    create_keyring(path)
    settings = load_settings({"DATA_DIR": str(tmp_path)})
    assert grades(examine_files(settings, datetime.now(UTC) + timedelta(days=days)))["Keys"] is grade


def test_https_without_a_proxy_that_is_trusted() -> None:
    settings = load_settings({"PUBLIC_URL": "https://clinic.example.org"})
    (finding,) = examine_settings(settings)
    assert (finding.grade, finding.advice[:19]) == (Grade.LOOK, "Set TRUSTED_PROXIES")


def database_findings(store: Store, settings: Settings) -> list[Finding]:
    url = store.database.engine.url.render_as_string(hide_password=False)
    findings = examine_database(replace(settings, database_url=url), store.database)
    return [each for each in findings if each.about == "Database"]


@pytest.mark.parametrize("what", ["fsync", "full_page_writes"])
def test_what_the_engine_is_asked(
    what: str, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PostgreSQL of the tests forgets at a loss of power (fsync), and is run by who owns the tables."""
    monkeypatch.setattr("app.storage.condition._MUST_BE_ON", (what,))
    (finding,) = database_findings(store, settings)
    if store.database.engine.dialect.name == "sqlite":
        assert finding.grade is Grade.GOOD
    elif what == "fsync":
        assert (finding.grade, "fsync is off" in finding.says) == (Grade.WRONG, True)
    else:
        assert (finding.grade, "owns the tables" in finding.says) == (Grade.LOOK, True)
