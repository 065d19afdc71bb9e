"""Two clinicians, a screening, and the reviews they save."""

from uuid import UUID, uuid4

import pytest

from app.domain.codes import DiagnosisEntry
from app.services.clinical_review import open_record
from app.services.reviewing import NewReview, record_review
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.reviews import Save
from tests.support.screenings import add, minutes_after_noon


@pytest.fixture
def ada(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


@pytest.fixture
def bo(store: Store) -> UUID:
    return add_person(store, COLLEAGUE, "no password")


@pytest.fixture
def screening_id(store: Store) -> UUID:
    return add(store)


@pytest.fixture
def save(store: Store, screening_id: UUID) -> Save:
    """Saves a review of the screening, each a minute after the one before."""
    minutes = iter(range(1, 1000))

    def save(
        author: UUID,
        note: str = "",
        status: ScreeningStatus = ScreeningStatus.REVIEWED,
        *,
        diagnosis: DiagnosisEntry | None = None,
        seen: UUID | None = None,
        entry: UUID | None = None,
    ) -> UUID:
        new = NewReview(entry or uuid4(), status, note, diagnosis, seen)
        record_review(store, screening_id, new, clinician_id=author, now=minutes_after_noon(next(minutes)))
        return open_record(store, screening_id).reviews[0].id

    return save
