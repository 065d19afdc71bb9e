"""Rows as the tables of every revision can hold them, past the models of today."""

from contextlib import closing
from typing import Any

from sqlalchemy import inspect, text

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
from tests.support.screenings import NOON

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
        ScreeningReview: {**of_both, "number": 1, "status": "reviewed", "note": None},
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


def fill_new_tables(url: str, filled: set[str]) -> None:
    """Put the example row into each table that is there and not yet in `filled`, which is kept up."""
    with closing(Database(url)) as database:
        found = inspect(database.engine)
        present = set(found.get_table_names())
        for model, row in example_rows().items():
            name = model.__tablename__
            if name in present and name not in filled:
                columns = {column["name"] for column in found.get_columns(name)}
                insert_rows(database, name, [{key: row[key] for key in row if key in columns}])
                filled.add(name)


def insert_rows(database: Database, table: str, rows: list[dict[str, Any]]) -> None:
    """Rows as an older version wrote them; all of them name the same columns."""
    names = ", ".join(rows[0])
    marks = ", ".join(f":{name}" for name in rows[0])
    with database.writing() as session:
        session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), rows)  # noqa: S608
