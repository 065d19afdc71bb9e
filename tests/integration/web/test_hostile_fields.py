"""Whatever is typed into a field is shown as text: the same characters, and not one element more."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.trials import LONGEST_NAME
from app.services.clinic_words import problem_of, set_words, tidied
from app.services.self_screening import change_answers
from app.storage.audit import OPERATOR
from app.storage.models import Clinician
from app.storage.reviews import add_review
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from app.web.context import now
from config import Safeguards, Settings
from tests.support.accounts import ADMINISTRATOR_ONLY, Person
from tests.support.client import Page, WebClient
from tests.support.hostile import TEXTS
from tests.support.journeys import (
    ADD_MEDICINE,
    DAYS,
    NO_MEDICINE,
    POSITIVE,
    PREVENTIVES,
    PROPRANOLOL,
    walk_to,
)
from tests.support.page import text as words
from tests.support.product import Product
from tests.support.screenings import NOON, add

pytestmark = pytest.mark.slow

FEWEST: Final = 500
MEDICINES_A_PAGE: Final = 20


def elements(page: Page) -> int:
    return len(list(page.html.iter()))


def assert_echoed(client: WebClient, address: str, *fields: str) -> None:
    """Fields that are refused show again what was typed, and nothing else changes on the page."""
    usual = elements(client.post(address, dict.fromkeys(fields, "no such thing")))
    for text in TEXTS:
        page = client.post(address, dict.fromkeys(fields, text))
        assert page.status == 422, text
        assert {page.by_id(field).get("value") for field in fields} == {text}
        assert elements(page) == usual, text


def test_there_are_enough_texts_and_each_is_another() -> None:
    assert len(set(TEXTS)) == len(TEXTS) >= FEWEST


@pytest.mark.requirement("IO-01", part="fields of patients, shown again")
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        (ADD_MEDICINE, ["name_given"]),
        (DAYS, ["headache_days", "migraine_days"]),
        ("/again", ["code"]),
    ],
)
def test_what_a_patient_types_is_shown_again_as_text(
    address: str, fields: list[str], patient_client: WebClient
) -> None:
    walk_to(patient_client, NO_MEDICINE, PREVENTIVES)
    patient_client.submit("Continue", preventives="yes")
    assert_echoed(patient_client, address, *fields)


@pytest.mark.requirement("IO-01", part="the code of a poster, shown again")
def test_the_code_of_a_poster_is_shown_again_as_text(
    product: Product, settings: Settings, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.patient.entrance.count_try", lambda *_: 1)
    guarded = replace(settings, safeguards=Safeguards(access_code="SPRING27"))
    client = WebClient(product.make(guarded, sqlite_store))
    client.open("/")
    assert_echoed(client, "/access", "access_code")


@pytest.mark.requirement("IO-01", part="fields of clinicians, shown again")
def test_what_a_clinician_types_is_shown_again_as_text(
    clinic_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More often than an account may search."""
    monkeypatch.setattr("app.clinic.queue.count_search", lambda *_: None)
    clinic_client.open("/clinic/find")
    assert_echoed(clinic_client, "/clinic/find", "code")


def trials() -> Iterator[list[dict[str, Any]]]:
    """Medicines with these names, a page at a time."""
    for start in range(0, len(TEXTS), MEDICINES_A_PAGE):
        names = TEXTS[start : start + MEDICINES_A_PAGE]
        yield [
            {**PROPRANOLOL, "medicine": "other", "name_given": name[:LONGEST_NAME], "key": uuid4().hex[:12]}
            for name in names
        ]


def assert_all_shown(page: Page, names: list[str]) -> None:
    for name in names:
        assert " ".join(name.split()) in page.main, name


@pytest.mark.requirement("IO-01", part="names of medicines, stored and read back by patients and clinicians")
def test_names_that_are_kept_are_text_wherever_they_are_shown(
    patient_client: WebClient, clinic_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, NO_MEDICINE, PREVENTIVES)
    sizes: dict[int, set[int]] = {}
    for each in trials():
        names = [trial["name_given"] for trial in each]
        token = patient_client.cookie("screening")
        change_answers(sqlite_store, token, _with_trials(each), now())
        stored = [{name: value for name, value in trial.items() if name != "key"} for trial in each]
        record = f"/clinic/screenings/{add(sqlite_store, {**POSITIVE, 'preventives': stored})}"
        for client, address in ((patient_client, PREVENTIVES), (clinic_client, record)):
            page = client.open(address)
            assert_all_shown(page, names)
            assert not {"script", "img", "iframe", "base", "style"} & _tags(page)
            if client is patient_client:
                sizes.setdefault(len(each), set()).add(elements(page))
    assert all(len(found) == 1 for found in sizes.values()), "a name has added an element"


def _with_trials(each: list[dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda before: {**before, "preventives": each}


def _tags(page: Page) -> set[str]:
    return {element.tag for main in page.html.iter("main") for element in main.iter()}


@pytest.mark.requirement("IO-01", part="notes of clinicians, stored and read back")
def test_notes_are_text_in_the_record(clinic_client: WebClient, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    with sqlite_store.database.writing() as session:
        author = session.scalars(select(Clinician.id)).one()
        for text in TEXTS:
            add_review(
                session,
                sqlite_store.cipher,
                review_id=uuid4(),
                screening_id=screening_id,
                clinician_id=author,
                recorded_at=NOON,
                status=ScreeningStatus.REVIEWED,
                note=text,
            )
            session.flush()
    page = clinic_client.open(f"/clinic/screenings/{screening_id}")
    notes = [each for each in page.html.iter("p") if each.get("class") == "note"]
    assert [words(each) for each in notes] == [" ".join(text.split()) for text in reversed(TEXTS)]
    assert not any(list(each) for each in notes), "no element stands inside a note"


OWN_WORDS: Final = ("clinic_name", "clinic_contact", "introduction_en", "introduction_es")


def test_the_words_of_the_clinic_are_text_wherever_they_are_shown(
    enter: Callable[[Person], WebClient], patient_client: WebClient, sqlite_store: Store, settings: Settings
) -> None:
    """What cannot be taken is shown again; what can is looked at, kept, and read by patients."""
    administrator = enter(ADMINISTRATOR_ONLY)
    administrator.open("/clinic/admin/clinic")
    sizes, first_pages = set(), set()
    for four in batched(TEXTS):
        typed = dict(zip(OWN_WORDS, four, strict=True))
        page = administrator.post("/clinic/admin/clinic/preview", typed)
        is_preview = page.status == 200
        shown = page.values("/clinic/admin/clinic" if is_preview else "/clinic/admin/clinic/preview")
        expected = [tidied(text) for text in four] if is_preview else four
        assert [shown[name][0].strip("\n") for name in OWN_WORDS] == expected
        assert not {"script", "img", "iframe", "base", "style"} & _tags(page), four
        if page.status == 200:
            sizes.add(elements(page))
            set_words(sqlite_store, settings, tidied_all(typed), None, OPERATOR, now())
            page = patient_client.open("/")
            first_pages.add(elements(page))
            for text in four[:3]:
                assert " ".join(text.split()) in page.main, text
    assert len(first_pages) == len(sizes) == 1, "a text has added an element"


def batched(texts: tuple[str, ...]) -> Iterator[list[str]]:
    """Four at a time; those that are refused, for a sign that cannot be seen, among themselves."""
    refused = {text: bool(problem_of("clinic_contact", text)) for text in texts}
    in_order = sorted(texts, key=lambda text: refused[text])
    for start in range(0, len(in_order) - 3, 4):
        yield in_order[start : start + 4]


def tidied_all(texts: dict[str, str]) -> dict[str, str]:
    return {name: tidied(text) for name, text in texts.items()}


@pytest.mark.parametrize("field", ["clinic_country", "logo", "remove_logo"])
def test_what_is_chosen_on_the_page_of_the_clinic_is_one_of_the_choices(
    field: str, enter: Callable[[Person], WebClient]
) -> None:
    administrator = enter(ADMINISTRATOR_ONLY)
    administrator.open("/clinic/admin/clinic")
    for text in TEXTS[::10]:
        page = administrator.post("/clinic/admin/clinic", {field: text})
        assert page.status == 422, text
        assert not {"script", "img", "iframe", "base", "style"} & _tags(page), text
