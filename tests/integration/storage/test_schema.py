"""Migrations: up and down on both engines, one at a time with rows in the tables, equal to the models."""

import ast
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import CheckConstraint, UniqueConstraint, insert, inspect, select, text

from app.storage.base import Base
from app.storage.database import Database
from app.storage.models import Clinician, Screening
from app.storage.schema import (
    PROJECT,
    alembic_config,
    bring_up_to_date,
    current_revision,
    is_up_to_date,
    newest_revision,
)
from tests.support.content import Rows, columns_of, narrowed, rows_at, schema_at
from tests.support.databases import sqlite_url, take_back
from tests.support.example_rows import SCREENING, example_rows, fill_new_tables, insert_rows
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


def equals_the_models(url: str) -> bool:
    with closing(Database(url)) as database, database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return not compare_metadata(context, Base.metadata)


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
    bring_up_to_date(empty_database_url)
    assert tables(empty_database_url) == set(Base.metadata.tables)
    assert is_current(empty_database_url)
    take_back(empty_database_url, "base")
    assert tables(empty_database_url) == set()
    assert not is_current(empty_database_url)
    bring_up_to_date(empty_database_url)
    bring_up_to_date(empty_database_url)
    assert tables(empty_database_url) == set(Base.metadata.tables)
    assert is_current(empty_database_url)


def test_the_newest_tables_are_those_of_the_models(database_url: str) -> None:
    assert equals_the_models(database_url)


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
    take_back(database_url, "-1")
    assert revision(database_url) == REVISIONS[-2]
    assert not is_current(database_url)
    command.upgrade(config, "+1")
    assert is_current(database_url)


def test_a_revision_that_nobody_knows_is_not_up_to_date(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
        assert not is_up_to_date(database)


def assert_kept(before: Rows, after: Rows) -> None:
    """What tables and columns of both hold is the same."""
    assert narrowed(before, columns_of(after)) == narrowed(after, columns_of(before))


@pytest.mark.slow
def test_each_migration_goes_up_down_and_up_with_rows_in_the_tables(empty_database_url: str) -> None:
    """As where every update is made: what the tables of both sides can hold stays as it was."""
    url, config, filled = empty_database_url, alembic_config(empty_database_url), set[str]()
    command.upgrade(config, REVISIONS[0])
    fill_new_tables(url, filled)
    schema = schema_at(url)
    for earlier, later in pairwise(REVISIONS):
        rows = rows_at(url)
        command.upgrade(config, later)
        newer_schema = schema_at(url)
        assert_kept(rows, rows_at(url))
        fill_new_tables(url, filled)
        newer_rows = rows_at(url)
        take_back(url, earlier, may_lose=True)
        assert schema_at(url) == schema, later
        assert_kept(newer_rows, rows_at(url))
        command.upgrade(config, later)
        assert schema_at(url) == newer_schema, later
        again = rows_at(url)
        assert_kept(rows, again)
        filled = {name for name, found in again.items() if found}
        fill_new_tables(url, filled)
        schema = newer_schema
    assert filled >= set(Base.metadata.tables)
    assert equals_the_models(url)


@pytest.mark.parametrize("earlier", ["0022_keep_drafts_for_codes", "0015_add_patient_safeguards", "base"])
def test_a_way_down_that_would_lose_something_says_what_and_changes_nothing(
    earlier: str, database_url: str
) -> None:
    fill_new_tables(database_url, set())
    schema, rows = schema_at(database_url), rows_at(database_url)
    with pytest.raises(RuntimeError, match=r"would lose .*patient_diaries \(1\).*Restore the backup"):
        take_back(database_url, earlier)
    assert (schema_at(database_url), rows_at(database_url)) == (schema, rows)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ("UPDATE screenings SET edition = '1.2'", r"screenings\.edition \(1\)"),
        ("UPDATE screenings SET is_unverified = (1 = 1)", r"screenings\.is_unverified \(1\)"),
        ("UPDATE screenings SET removed_at = received_at", r"screenings \(1\)"),
    ],
    ids=["a value", "more than the default", "a row that goes with it"],
)
def test_a_column_counts_as_lost_where_it_says_something(change: str, lost: str, database_url: str) -> None:
    with closing(Database(database_url)) as database:
        insert_rows(database, "screenings", [{"id": "1" * 32, **SCREENING}])
        with database.writing() as session:
            session.execute(text(change))
    with pytest.raises(RuntimeError, match=f"would lose {lost}\\."):
        take_back(database_url, "0005_create_screening_measures")
    assert is_current(database_url)


def test_what_says_no_more_than_its_default_can_go(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        insert_rows(database, "screenings", [{"id": "1" * 32, **SCREENING}])
    take_back(database_url, "0005_create_screening_measures")
    assert len(rows_at(database_url)["screenings"]) == 1


def test_what_was_stored_before_editions_were_kept_has_none(empty_database_url: str) -> None:
    config = alembic_config(empty_database_url)
    command.upgrade(config, "0005_create_screening_measures")
    row = {"id": "1" * 32, **SCREENING}
    with closing(Database(empty_database_url)) as database:
        insert_rows(database, "screenings", [row])
        command.upgrade(config, "head")
        with database.writing() as session:
            assert session.scalars(select(Screening.edition)).all() == [None]
            session.scalars(select(Screening)).one().edition = "1.2+000000000000"
    take_back(empty_database_url, "0005_create_screening_measures", may_lose=True)
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
