"""Somebody with the database but without the keys moves sealed values about: nothing wrong is ever shown."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services.reviewing import NewReview, record_review
from app.storage.models import Screening, ScreeningReview
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from config import Settings
from tests.support.accounts import CLINICIAN, COLLEAGUE, Doorkeeper, add_person
from tests.support.client import WebClient
from tests.support.journeys import NEGATIVE, POSITIVE
from tests.support.product import Product
from tests.support.screenings import NOON, add

MINE, THEIRS = "a canary of this person", "a canary of another person"


@pytest.fixture
def desk(store: Store, settings: Settings, product: Product, doorkeeper: Doorkeeper) -> WebClient:
    """The desk on each kind of database."""
    return doorkeeper.enter(product.make(settings, store), store, CLINICIAN)


@pytest.fixture
def two(store: Store, desk: WebClient) -> tuple[UUID, UUID]:
    """Two screenings that differ in everything, each with a note."""
    author = add_person(store, COLLEAGUE, "no password")
    ids = add(store, POSITIVE), add(store, NEGATIVE)
    for screening_id, note in zip(ids, (MINE, THEIRS), strict=True):
        new = NewReview(uuid4(), ScreeningStatus.REVIEWED, note, None, None)
        record_review(store, screening_id, new, clinician_id=author, now=NOON)
    return ids


def swap_rows(column: str) -> Callable[[Session, UUID, UUID], None]:
    def swap(session: Session, first: UUID, second: UUID) -> None:
        rows = [session.get_one(Screening, each) for each in (first, second)]
        values = [getattr(row, column) for row in rows]
        for row, value in zip(rows, reversed(values), strict=True):
            setattr(row, column, value)

    return swap


def swap_columns(session: Session, first: UUID, second: UUID) -> None:
    for each in (first, second):
        row = session.get_one(Screening, each)
        row.answers, row.assessment = row.assessment, row.answers


def swap_notes(session: Session, first: UUID, second: UUID) -> None:
    rows = {row.screening_id: row for row in session.scalars(select(ScreeningReview))}
    rows[first].note, rows[second].note = rows[second].note, rows[first].note


def raise_versions(session: Session, first: UUID, second: UUID) -> None:
    for each in (first, second):
        session.get_one(Screening, each).row_version += 1


TAMPERED = {
    "answers of another": swap_rows("answers"),
    "assessment of another": swap_rows("assessment"),
    "answers as assessment": swap_columns,
    "note of another": swap_notes,
    "another version": raise_versions,
}


@pytest.mark.requirement("DAT-02", part="told calmly")
@pytest.mark.parametrize("how", TAMPERED)
def test_the_record_cannot_be_read(how: str, desk: WebClient, store: Store, two: tuple[UUID, UUID]) -> None:
    whole = add(store)
    with store.database.writing() as session:
        TAMPERED[how](session, *two)
    for each in two:
        page = desk.open(f"/clinic/screenings/{each}", status=410)
        assert page.h1 == "This screening cannot be read"
        assert "canary" not in page.body
    assert desk.open(f"/clinic/screenings/{whole}").status == 200


@pytest.mark.requirement("DAT-02", part="told calmly")
def test_a_line_of_another_is_not_shown_in_the_list(
    desk: WebClient, store: Store, two: tuple[UUID, UUID]
) -> None:
    whole = add(store)
    with store.database.writing() as session:
        swap_rows("listing")(session, *two)
    page = desk.open("/clinic/?status=any")
    assert page.main.count("The answers cannot be read") == 2
    assert str(whole) in page.body
