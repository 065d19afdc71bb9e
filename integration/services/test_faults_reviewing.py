from uuid import UUID, uuid4

from app.services.clinical_review import open_record
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.reviews import Save

REVIEWED, CLOSED = ScreeningStatus.REVIEWED, ScreeningStatus.CLOSED


def test_a_correction_that_was_taken_back_holds(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    """The back button twice: first, corrected, and the first words again. What was saved last must hold."""
    entry = uuid4()
    for note, status in (("one", REVIEWED), ("two", CLOSED), ("one", REVIEWED)):
        save(ada, note, status, entry=entry)
    record = open_record(store, screening_id)
    assert record.screening.status is REVIEWED
    assert record.reviews[0].note == "one"
