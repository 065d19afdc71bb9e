"""Screenings that came as no person sends them: the desk says so in words, and hides none."""

from dataclasses import replace

from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.screenings import add, keep, made

MARK = "Not verified"


def test_the_queue_and_the_record_say_that_a_screening_is_not_verified(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    doubted = keep(sqlite_store, replace(made(sqlite_store), is_unverified=True))
    page = clinic_client.open("/clinic/")
    assert page.main.count(MARK) == 1
    page = clinic_client.open(f"/clinic/screenings/{doubted}")
    assert "Not verified: many screenings came at once" in page.main
    assert page.main.count(MARK) == 2, "once in the record, once in the list beside it"


def test_a_screening_like_any_other_has_no_mark(clinic_client: WebClient, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    for address in ("/clinic/", f"/clinic/screenings/{screening_id}"):
        assert MARK not in clinic_client.open(address).main
