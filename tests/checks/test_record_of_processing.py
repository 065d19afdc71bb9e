"""The record of processing says something of every column, and calls sealed what is sealed."""

from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from app.storage.base import Base
from tests.support.record_of_processing import PROTECTED, TARGET, descriptions, document, faults

PUBLIC = {"passkeys.public_key", "clinic_pictures.content"}
TABLES = Base.metadata.sorted_tables


def columns() -> list[tuple[Column[Any], list[str]]]:
    said = descriptions()
    return [(each, said[table.name]["columns"][each.name]) for table in TABLES for each in table.columns]


def test_every_column_is_described_and_the_page_is_current() -> None:
    assert faults(TABLES, descriptions()) == []
    assert TARGET.read_text("utf-8") == document()


def test_a_column_that_nobody_described_is_named() -> None:
    new = Table("screenings", MetaData(), Column("surname", String(20)))
    found = faults([new], {"screenings": {"columns": {"gone": ["what was"]}}})
    assert found == ["not described: screenings.surname", "not there: screenings.gone"]


def test_bytes_say_how_they_are_protected_and_plain_columns_are_no_bytes() -> None:
    for column, words in columns():
        assert len(words) == 1 or words[1] in PROTECTED, column
        is_bytes = isinstance(column.type, LargeBinary)
        assert is_bytes or len(words) == 1 or words[1] == "hash", column
        assert not is_bytes or len(words) == 2 or str(column) in PUBLIC, column


def test_what_is_plain_health_data_says_so_and_is_little() -> None:
    plain = {
        str(column) for column, words in columns() if len(words) == 1 and words[0].endswith("health data")
    }
    plain |= {str(column) for column, words in columns() if len(words) == 1 and "health data," in words[0]}
    assert plain == {
        f"{table}.{name}"
        for table in ("screenings", "screening_policies")
        for name in ("outcome", "urgency_rank")
    }
