"""Migrations: up and down on both engines, one at a time with rows in the tables, equal to the models."""

import ast
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import CheckConstraint, UniqueConstraint, insert, inspect, select, text

from app.storage.account_models import ClinicSession, Passkey, RecoveryCode, Throttle
from app.storage.base import Base
from app.storage.cohort_models import CohortImport, ResponseTakenIn
from app.storage.database import Database
from app.storage.diary_models import PatientDiary
from app.storage.models import (
    AuditEvent,
    Clinician,
    ClinicPicture,
    ClinicSetting,
    DeskEvent,
    ReadingGrant,
    SavedView,
    Screening,
    ScreeningDraft,
    ScreeningMeasure,
    ScreeningPolicy,
    ScreeningReassessment,
    ScreeningReview,
    SetUpLink,
    StatisticCount,
)
from app.storage.schema import (
    PROJECT,
    alembic_config,
    bring_up_to_date,
    current_revision,
    is_up_to_date,
    newest_revision,
)
from tests.support.databases import sqlite_url
from tests.support.screenings import NOON

SCRIPTS = ScriptDirectory.from_config(alembic_config(""))
OLDEST_FIRST = list(reversed(list(SCRIPTS.walk_revisions())))
REVISIONS = [script.revision for script in OLDEST_FIRST]


def tables(url: str) -> set[str]:
    with closing(Database(url)) as database:
        return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def revision(url: str) -> str | None:
    with closing(Database(url)) as database:
        return current_revision(database)


def is_current(url: str) -> bool:
    with closing(Database(url)) as database:
        return is_up_to_date(database)


# --- the scripts ----------------------------------------------------------------------------------


def test_there_is_one_head_and_one_root() -> None:
    assert len(SCRIPTS.get_heads()) == len(SCRIPTS.get_bases()) == 1
    assert newest_revision() == REVISIONS[-1]


@pytest.mark.parametrize("script", OLDEST_FIRST, ids=REVISIONS)
def test_a_script_is_named_after_its_revision_and_its_place(script: Script) -> None:
    assert Path(script.path).stem == script.revision
    number, _, words = script.revision.partition("_")
    assert number == f"{OLDEST_FIRST.index(script) + 1:04d}"
    assert words.replace("_", "").isalpha()
    assert len(script.revision) <= 32, "the column that keeps it holds 32 characters"


@pytest.mark.parametrize("script", OLDEST_FIRST, ids=REVISIONS)
def test_a_script_imports_nothing_of_the_product(script: Script) -> None:
    """The models move on; a migration must do tomorrow what it did today."""
    tree = ast.parse(Path(script.path).read_text())
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not {each for each in modules if each.split(".")[0] in ("app", "config")}


# --- on both engines ------------------------------------------------------------------------------


def test_an_empty_database_is_not_up_to_date(empty_database_url: str) -> None:
    assert revision(empty_database_url) is None
    assert not is_current(empty_database_url)


def test_up_and_down_and_up_again_ends_in_the_same_tables(empty_database_url: str) -> None:
    config = alembic_config(empty_database_url)
    bring_up_to_date(empty_database_url)
    assert tables(empty_database_url) == set(Base.metadata.tables)
    assert is_current(empty_database_url)
    command.downgrade(config, "base")
    assert tables(empty_database_url) == set()
    assert not is_current(empty_database_url)
    bring_up_to_date(empty_database_url)
    bring_up_to_date(empty_database_url)
    assert tables(empty_database_url) == set(Base.metadata.tables)
    assert is_current(empty_database_url)


def test_the_newest_tables_are_those_of_the_models(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_have_the_names_of_the_models(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        found = inspect(database.engine)
        for name, table in Base.metadata.tables.items():
            checks = {each["name"] for each in found.get_check_constraints(name)}
            assert checks == {each.name for each in table.constraints if isinstance(each, CheckConstraint)}
            unique = {each["name"] for each in found.get_unique_constraints(name)}
            assert unique == {each.name for each in table.constraints if isinstance(each, UniqueConstraint)}
            assert {each["name"] for each in found.get_indexes(name)} - unique == {
                each.name for each in table.indexes
            }
            foreign = {each["name"] for each in found.get_foreign_keys(name)}
            assert foreign == {each.name for each in table.foreign_key_constraints}
            assert found.get_pk_constraint(name)["name"] == f"pk_{name}"


def test_a_step_down_and_up_is_no_longer_and_then_again_up_to_date(database_url: str) -> None:
    config = alembic_config(database_url)
    command.downgrade(config, "-1")
    assert revision(database_url) == REVISIONS[-2]
    assert not is_current(database_url)
    command.upgrade(config, "+1")
    assert is_current(database_url)


def test_a_revision_that_nobody_knows_is_not_up_to_date(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
        assert not is_up_to_date(database)


NAIVE = NOON.replace(tzinfo=None)
SCREENING: dict[str, Any] = {
    "reference_mac": b"m" * 32,
    "received_at": NAIVE,
    "status": "new",
    "is_open": True,
    "outcome": "positive",
    "urgency_rank": 3,
    "language": "en",
    "questionnaire_version": "1.0",
    "rules_version": "1.0",
    "is_demonstration": False,
    "row_version": 1,
    "answers": b"a",
    "assessment": b"b",
}
CLINICIAN: dict[str, Any] = {
    "email": "a@example.org",
    "name": "A",
    "password_hash": "h",
    "is_active": True,
    "is_administrator": False,
    "is_clinician": True,
    "session_key": "k",
    "created_at": NAIVE,
}
DRAFT: dict[str, Any] = {
    "token_digest": b"t" * 32,
    "started_at": NAIVE,
    "expires_at": NAIVE,
    "row_version": 1,
    "content": b"c",
}
LINK: dict[str, Any] = {
    "token_digest": b"l" * 32,
    "email": None,
    "is_administrator": True,
    "created_at": NAIVE,
    "expires_at": NAIVE,
    "used_at": None,
}
COUNT: dict[str, Any] = {
    "week": NAIVE.date(),
    "measure": "m",
    "bucket": "b",
    "is_demonstration": False,
    "n": 1,
}


SESSION: dict[str, Any] = {"token_digest": b"s" * 32, "started_at": NAIVE, "last_seen_at": NAIVE}
PASSKEY: dict[str, Any] = {
    "credential_id": b"c",
    "public_key": b"p",
    "sign_count": 0,
    "name": "Phone",
    "created_at": NAIVE,
}
AUDIT: dict[str, Any] = {
    "seq": 1,
    "happened_at": NAIVE,
    "actor_kind": "operator",
    "action": "key_added",
    "request_id": "",
    "key_id": "00000000",
    "previous_mac": bytes(32),
    "mac": b"m" * 32,
}
THROTTLE: dict[str, Any] = {"key": b"k" * 32, "window_start": NAIVE, "n": 1, "expires_at": NAIVE}


def example_rows() -> dict[Any, dict[str, Any]]:
    """One row for each table, parents first."""
    identifier = {name: f"{number:032x}" for number, name in enumerate(Base.metadata.tables, start=1)}
    of_screening = {"screening_id": identifier["screenings"]}
    of_clinician = {"clinician_id": identifier["clinicians"]}
    of_both = {**of_screening, **of_clinician, "recorded_at": NAIVE}
    rows: dict[Any, dict[str, Any]] = {
        Screening: SCREENING,
        Clinician: CLINICIAN,
        ScreeningDraft: {**DRAFT, **of_screening},
        SetUpLink: LINK,
        ScreeningReview: {**of_both, "status": "reviewed", "note": None},
        ScreeningMeasure: {**of_both, "content": b"c"},
        ScreeningReassessment: {**of_screening, "made_at": NAIVE, "edition": "1.2+x", "assessment": b"b"},
        ScreeningPolicy: {**of_screening, "policy_id": "ichd-3-1.3", **of_table(ScreeningPolicy, SCREENING)},
        DeskEvent: {**of_screening, **of_clinician, "happened_at": NAIVE, "kind": "opened"},
        SavedView: {**of_clinician, "name": "Mine", "filters": "assigned=me"},
        StatisticCount: COUNT,
        ClinicSession: {**SESSION, **of_clinician},
        RecoveryCode: {**of_clinician, "digest": b"r" * 32},
        Passkey: {**PASSKEY, **of_clinician},
        Throttle: THROTTLE,
        ReadingGrant: {
            "token_digest": b"g" * 32,
            "expires_at": NAIVE,
            "ends_at": NAIVE,
            "is_shared": False,
            "content": b"c",
        },
        PatientDiary: {
            "reference_mac": b"m" * 32,
            "reference_key_id": None,
            "changed_at": NAIVE,
            "kept_until": NAIVE,
            "row_version": 1,
            "content": b"c",
        },
        AuditEvent: AUDIT,
        ClinicSetting: {"name": "keep_closed_days", "value": "90", "changed_at": NAIVE},
        CohortImport: {
            "file_mac": b"f" * 32,
            "rows_done": 3,
            "rows_stored": 2,
            "rows_wrong": 1,
            "started_at": NAIVE,
        },
        ResponseTakenIn: {**of_screening, "response_mac": b"r" * 32},
        ClinicPicture: {"name": "clinic_logo", "digest": "0" * 64, "content": b"p"},
    }
    return {
        model: {"id": identifier[model.__tablename__], **row} if "id" in model.__table__.columns else row
        for model, row in rows.items()
    }


def of_table(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The part of a row that stands in another table, too."""
    return {name: value for name, value in row.items() if name in model.__table__.columns}


def test_each_migration_keeps_the_rows_that_were_there(empty_database_url: str) -> None:
    """As on an installation that updates every time: rows are there before the next migration runs."""
    config = alembic_config(empty_database_url)
    stored: set[str] = set()
    for each in REVISIONS:
        command.upgrade(config, each)
        with closing(Database(empty_database_url)) as database:
            present = set(inspect(database.engine).get_table_names())
            for model, row in example_rows().items():
                name = model.__tablename__
                if name in present and name not in stored:
                    columns = {column["name"] for column in inspect(database.engine).get_columns(name)}
                    with database.writing() as session:
                        values = {key: value for key, value in row.items() if key in columns}
                        names = ", ".join(values)
                        marks = ", ".join(f":{key}" for key in values)
                        session.execute(text(f"INSERT INTO {name} ({names}) VALUES ({marks})"), values)  # noqa: S608
                    stored.add(name)
            with database.reading() as session:
                for name in stored:
                    assert session.scalar(text(f"SELECT count(*) FROM {name}")) == 1, (each, name)  # noqa: S608
    assert stored == set(Base.metadata.tables)


def test_what_was_stored_before_editions_were_kept_has_none(empty_database_url: str) -> None:
    config = alembic_config(empty_database_url)
    command.upgrade(config, "0005_create_screening_measures")
    row = {"id": "1" * 32, **SCREENING}
    with closing(Database(empty_database_url)) as database:
        with database.writing() as session:
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            session.execute(text(f"INSERT INTO screenings ({names}) VALUES ({marks})"), row)  # noqa: S608
        command.upgrade(config, "head")
        with database.writing() as session:
            assert session.scalars(select(Screening.edition)).all() == [None]
            session.scalars(select(Screening)).one().edition = "1.2+000000000000"
    command.downgrade(config, "0005_create_screening_measures")
    with closing(Database(empty_database_url)) as database:
        assert "edition" not in {each["name"] for each in inspect(database.engine).get_columns("screenings")}
        with database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM screenings")) == 1


def test_a_row_of_the_oldest_version_reads_through_the_models(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.writing() as session:
            row = {**example_rows()[Clinician], "created_at": NOON}
            del row["id"], row["session_key"]  # 0014 has taken it away
            session.execute(insert(Clinician).values(**row))
        with database.reading() as session:
            assert session.scalars(select(Clinician.created_at)).one() == NOON


def test_two_migrations_at_once_both_end_well(empty_database_url: str) -> None:
    program = "import sys; from app.storage.schema import bring_up_to_date; bring_up_to_date(sys.argv[1])"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_database_url],
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in running:
        _, said = each.communicate(timeout=60)
        assert each.returncode == 0, said
    assert is_current(empty_database_url)


# --- SQLite ---------------------------------------------------------------------------------------


def test_a_database_that_does_not_answer_is_not_up_to_date(tmp_path: Path) -> None:
    assert not is_current(sqlite_url(tmp_path / "missing" / "screening.db"))
    assert not is_current("postgresql+psycopg://nobody@127.0.0.1:1/nothing")


def test_a_file_that_is_no_database_is_not_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "screening.db"
    file.write_bytes(b"this is no database at all, " * 100)
    assert not is_current(sqlite_url(file))
