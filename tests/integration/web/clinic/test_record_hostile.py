"""Whatever is sent to the forms for measures is stored, explained or not there: never a failure."""

from uuid import uuid4

import pytest

from app.storage.store import Store
from config import Settings
from tests.support.accounts import CLINICIAN, Doorkeeper
from tests.support.client import WebClient
from tests.support.product import Product, row_counts
from tests.support.screenings import add

SCORE = {"instrument": "midas", "total": "21"}
COURSE = {"window_days": "30", "baseline": "20", "later": "14, 12, 9", "cycles": "2"}
FORMS = {"scores": SCORE, "courses": COURSE}
STRANGE = (
    "",
    "\x00",
    "1\x00",
    "-1",
    "9" * 40,
    "9" * 5000,
    "1e400",
    "NaN",
    "Infinity",
    "١٢",
    "½",
    "0.1",
    "00",
    ",",
    ",,;;",
    "1," * 400,
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1 --",
    "🧠",
    "\N{RIGHT-TO-LEFT OVERRIDE}12",
    "\r\n\r\n",
    "%(num)s %s",
    "not_sure",
)


@pytest.fixture
def client(store: Store, settings: Settings, product: Product, doorkeeper: Doorkeeper) -> WebClient:
    """A clinician at a desk on each kind of database."""
    return doorkeeper.enter(product.make(settings, store), store, CLINICIAN)


@pytest.mark.parametrize("part", FORMS)
def test_strange_values_are_taken_or_explained_on_both_databases(
    part: str, client: WebClient, store: Store
) -> None:
    address = f"/clinic/screenings/{add(store)}"
    client.open(address)
    taken = 0
    for name in FORMS[part]:
        for value in STRANGE:
            page = client.post(f"{address}/{part}", {**FORMS[part], name: value})
            assert page.status in (303, 422), (name, value[:40])
            assert "<script>alert" not in page.body
            taken += page.status == 303
    assert row_counts(store)["screening_measures"] == taken
    assert client.open(address).h1 == "Screen positive"


@pytest.mark.parametrize("part", FORMS)
@pytest.mark.parametrize("value", ["yes", "no", "", "\x00", "not_sure"])
def test_a_forged_box_for_not_sure_stores_no_not_sure(
    value: str, part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = f"/clinic/screenings/{add(sqlite_store)}"
    clinic_client.open(address)
    boxes = {f"{name}-not-sure": value for name in FORMS[part]}
    assert clinic_client.post(f"{address}/{part}", {**FORMS[part], **boxes}).status == 303
    empty = dict.fromkeys(FORMS[part], "")
    assert clinic_client.post(f"{address}/{part}", {**empty, **boxes}).status == 422
    assert row_counts(sqlite_store)["screening_measures"] == 1
    clinic_client.open(address)


@pytest.mark.parametrize("part", FORMS)
def test_several_values_of_one_name_and_names_that_are_none_are_refused(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = f"/clinic/screenings/{add(sqlite_store)}"
    clinic_client.open(address)
    doubled = {name: [value, "999", "\x00"] for name, value in FORMS[part].items()}
    assert clinic_client.post(f"{address}/{part}", doubled).status == 422
    assert clinic_client.post(f"{address}/{part}", {"x" * 3000: "y", "__class__": "z"}).status == 422
    assert clinic_client.post(f"{address}/{part}", {"total[]": "1", "later[0]": "1"}).status == 422


NO_RECORDS = (
    str(uuid4()),
    "0",
    "-1",
    str(10**40),
    "NaN",
    "x" * 5000,
    "0" * 32,
    "00000000-0000-0000-0000-00000000000g",
    "%00",
    "%F0%9F%A7%A0",
)


@pytest.mark.parametrize("part", FORMS)
def test_a_screening_that_does_not_exist_is_a_calm_404(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store)
    clinic_client.open("/clinic/find")
    for identifier in NO_RECORDS:
        address = f"/clinic/screenings/{identifier}/{part}"
        for form in (FORMS[part], {}):
            page = clinic_client.post(address, form)
            assert (page.status, page.h1) == (404, "There is no such page"), identifier[:60]
    assert row_counts(sqlite_store)["screening_measures"] == 0


@pytest.mark.parametrize("part", FORMS)
def test_what_takes_an_entry_cannot_be_read(part: str, clinic_client: WebClient, sqlite_store: Store) -> None:
    address = f"/clinic/screenings/{add(sqlite_store)}/{part}"
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert clinic_client.request(method, address).status in (400, 405), method
    assert row_counts(sqlite_store)["screening_measures"] == 0
