from dataclasses import replace
from typing import Any

import pytest

from app.services.queue import queue_page
from app.services.storing import complete_listings
from app.storage.queue import QueueFilter
from app.storage.screenings import set_listing
from app.storage.store import Store
from tests.support.screenings import add, keep_unlisted, made


@pytest.mark.parametrize("damage", [{"criteria": None}, {"preventive_history": {}}, {"red_flags": None}])
def test_what_lacks_a_part_stops_nothing(damage: dict[str, Any], store: Store) -> None:
    """`reassess` counts it as unreadable and goes on; here the server would not start."""
    new = made(store)
    broken = {name: part for name, part in {**new.assessment, **damage}.items() if part is not None}
    keep_unlisted(store, replace(new, assessment=broken))
    whole = keep_unlisted(store, made(store))
    assert [*complete_listings(store)][-1] == 1
    rows = queue_page(store, QueueFilter(), None).rows
    assert [row.screening.id for row in rows if row.listing is not None] == [whole]


@pytest.mark.parametrize(
    "line",
    [
        {"days": [1, 2, 3], "preventives": 0, "overuse": None, "red_flags": ["of_tomorrow"], "unsure": False},
        {"days": [1, 2, 3], "preventives": 0, "overuse": "of_tomorrow", "red_flags": [], "unsure": False},
        {"days": [1, 2], "preventives": 0, "overuse": None, "red_flags": [], "unsure": False},
        {},
        [],
    ],
    ids=["a sign", "overuse", "days", "nothing", "a list"],
)
def test_a_line_with_a_code_that_nobody_knows_hides_only_itself(line: Any, store: Store) -> None:
    """A line that a later version wrote must not close the whole queue."""
    screening_id = add(store)
    with store.database.writing() as session:
        set_listing(session, store.cipher, screening_id, line)
    (row,) = queue_page(store, QueueFilter(), None).rows
    assert row.listing is None
