from collections.abc import Callable

from app.storage.store import Store
from tests.integration.web.clinic.record_page import record
from tests.integration.web.clinic.test_record_clash import notice, save
from tests.support.accounts import COLLEAGUE, Person
from tests.support.client import WebClient


def test_who_is_named_in_a_clash_is_the_colleague_and_never_oneself(
    clinic_client: WebClient, enter: Callable[[Person], WebClient], sqlite_store: Store
) -> None:
    """Bo wrote, then Ada in a second window that had shown it; now Ada's first window."""
    bo = enter(COLLEAGUE)
    page = record(clinic_client, sqlite_store)
    save(bo, bo.open(page.address), "Bo’s text")
    save(clinic_client, clinic_client.open(page.address), "Ada’s second window")
    answer = save(clinic_client, page, "Ada’s first window", status=409)
    assert notice(answer).startswith(COLLEAGUE.name)
