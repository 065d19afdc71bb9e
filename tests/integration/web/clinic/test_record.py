"""One screening at the desk: everything the patient said, what the rules say, and the reviews."""

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from app.clinic.forms import LONGEST_NOTE
from app.domain.assessment import RULES_VERSION
from app.domain.codes import RedFlagCode
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.questionnaire.labels import RED_FLAGS
from app.services.clinical_review import open_record
from app.storage.models import Screening
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.integration.web.clinic.record_page import record, screening_id_of, table, tiles
from tests.support.accounts import CLINICIAN, COLLEAGUE, Doorkeeper
from tests.support.client import Page, WebClient
from tests.support.journeys import BORDERLINE, EMERGENCY, NEGATIVE, NOT_SURE_EVERYWHERE, POSITIVE, Answers
from tests.support.page import text as words
from tests.support.product import row_counts
from tests.support.screenings import NOON, URGENT_ANSWERS, add, keep, made, minutes_after_noon


def test_a_record_shows_every_answer_in_the_words_of_the_patient(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    assert page.h1 == "Screen positive"
    assert page.answers == {
        "Is any of these happening now, or new in the last few days?": "None of these",
        "Do you have any of these other warning signs?": "None of these",
        "On how many days did you have a headache?": "20 days",
        "On how many of those days was it a migraine?": "10 days",
        "How did you count?": "From memory",
        "For how long have you had headaches about this often?": "2 years",
        "Is one of these true of your headaches?": "None of these",
        "Have you tried a medicine to prevent headaches?": (
            "Propranolol. 12 weeks. It did not help enough"
            "Topiramate. 4 weeks. I stopped because of side effects"
        ),
    }


def test_an_answer_of_not_sure_is_shown_as_that(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store, NOT_SURE_EVERYWHERE)
    assert page.h1 == "Cannot tell"
    assert list(page.answers.values()).count("I am not sure") == 7
    assert "Urgent: not sure about the warning signs" in page.main
    assert "Not known: the person was not asked, or was not sure." in page.main
    assert [("?" in tile, "distance not known" in tile) for tile in tiles(page)] == [(True, True)] * 3


def test_what_was_not_asked_is_shown_as_not_answered(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store, EMERGENCY)
    assert page.h1 == "Emergency sign reported"
    assert list(page.answers.values()).count("Not answered") == 7
    assert f"Emergency: {RED_FLAGS[RedFlagCode.THUNDERCLAP_ONSET]}" in page.main


def test_what_was_answered_is_never_shown_as_not_answered(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Demonstrations and imported rows may leave out which page they were unsure of."""
    answers = {name: value for name, value in URGENT_ANSWERS.items() if name != "unsure_red_flags"}
    page = record(clinic_client, sqlite_store, answers)
    sign = RED_FLAGS[RedFlagCode.ONSET_AFTER_50]
    assert f"Urgent: {sign}" in page.main
    assert page.answers["Do you have any of these other warning signs?"] == str(sign)
    assert page.answers["Is any of these happening now, or new in the last few days?"] == "None of these"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            POSITIVE,
            [
                "20≥ 15 days Reached, 5 days past the line",
                "10≥ 8 days Reached, 2 days past the line",
                "24≥ 3 months Reached, 21 months past the line",
            ],
        ),
        (
            BORDERLINE,
            [
                "14≥ 15 days Not reached, close to the line, 1 day short of the line",
                "8≥ 8 days Reached, close to the line, exactly on the line",
                "24≥ 3 months Reached, 21 months past the line",
            ],
        ),
        (
            {**NEGATIVE, "window_days": 28, "months_at_this_frequency": 2.5},
            [
                "9.6≥ 15 days Not reached, 5.4 days short of the line",
                "5.4≥ 8 days Not reached, 2.6 days short of the line",
                "2.5≥ 3 months Not reached, 0.5 months short of the line",
            ],
        ),
    ],
    ids=["positive", "borderline", "28 days"],
)
def test_each_criterion_stands_beside_its_threshold_with_the_distance(
    answers: Answers, expected: list[str], clinic_client: WebClient, sqlite_store: Store
) -> None:
    found = tiles(record(clinic_client, sqlite_store, answers))
    names = ("Headache days a month", "Migraine days a month", "How long it has been like this")
    for tile, name, rest in zip(found, names, expected, strict=True):
        assert tile.replace(" ", "") == (name + rest).replace(" ", "")


def test_each_medicine_says_why_it_counts(clinic_client: WebClient, sqlite_store: Store) -> None:
    other = {"medicine": "other", "name_given": "<i>tea</i>", "weeks": "not_sure", "result": "helped"}
    bare = {"medicine": "sumatriptan"}
    answers = {**POSITIVE, "preventives": [*POSITIVE["preventives"], other, bare]}
    page = record(clinic_client, sqlite_store, answers)
    rows = table(page, "Preventive treatment")
    assert rows[0] == [
        "Propranolol",
        "beta blocker",
        "12 weeks",
        "It did not help enough",
        "Yes",
    ]
    assert rows[1][4] == "Yes"
    assert rows[2][:3] == ["<i>tea</i>", "not known", "I am not sure"]
    assert rows[3] == [
        "Sumatriptan",
        "triptan",
        "Not answered",
        "Not answered",
        "No: it treats an attack and does not prevent one",
    ]
    assert "2 medicines counted, 2 classes" in page.main


def test_none_tried_is_said_in_words(clinic_client: WebClient, sqlite_store: Store) -> None:
    assert "None tried." in record(clinic_client, sqlite_store, NEGATIVE).main


def test_a_record_carries_its_time_language_and_versions(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, is_demonstration=True)
    for part in (
        "Received 2 Mar 2026, 12:00",
        "language English",
        f"questionnaire {QUESTIONNAIRE_VERSION}",
        f"rules {RULES_VERSION}",
        "demonstration, not a person",
        "Self-reported answers, not a diagnosis.",
    ):
        assert part in page.main


def test_a_record_shows_no_reference_code(clinic_client: WebClient, sqlite_store: Store) -> None:
    code = "0" * 17
    page = record(clinic_client, sqlite_store, code=code)
    assert code not in page.body.replace("-", "")


def test_looking_changes_nothing_but_who_has_looked(clinic_client: WebClient, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    counts, before = row_counts(sqlite_store), open_record(sqlite_store, screening_id)
    for address in ("/clinic/", "/clinic/find", f"/clinic/screenings/{screening_id}", "/clinic/?status=done"):
        clinic_client.open(address)
    after = open_record(sqlite_store, screening_id)
    assert [(each.actor_name, each.action, each.detail) for each in after.entries] == [
        (CLINICIAN.name, "screening_opened", None)
    ]
    assert row_counts(sqlite_store) == {**counts, "audit_events": 1}
    assert replace(after, entries=[], visits=before.visits) == before
    assert [replace(each, is_unread=True) for each in after.visits] == before.visits


NO_RECORDS = (
    str(uuid4()),
    "0",
    "-1",
    str(2**63),
    str(10**40),
    "NaN",
    "١٢٣",
    "x" * 5000,
    "0" * 32,
    "00000000-0000-0000-0000-00000000000g",
    "%00",
    "%F0%9F%A7%A0",
    "{00000000-0000-0000-0000-000000000000}",
)


@pytest.mark.requirement("AZ-09")
def test_the_number_of_a_record_is_random(sqlite_store: Store) -> None:
    ids = {add(sqlite_store) for _ in range(5)}
    assert {each.version for each in ids} == {4}
    assert len({each.hex[:8] for each in ids}) == 5


@pytest.mark.requirement("AZ-09")
def test_a_record_that_is_not_there_is_a_calm_404(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store)
    clinic_client.open("/clinic/find")
    for identifier in NO_RECORDS:
        address = f"/clinic/screenings/{identifier}"
        page = clinic_client.request("GET", address)
        assert (page.status, page.h1) == (404, "There is no such page"), identifier[:60]
        for form in ({"status": "closed", "note": ""}, {}):
            assert clinic_client.post(f"{address}/reviews", form).status == 404, identifier[:60]
    assert row_counts(sqlite_store)["screening_reviews"] == 0


# --- reviews --------------------------------------------------------------------------------------


def test_a_review_is_saved_with_its_author_and_time(
    clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = record(clinic_client, sqlite_store)
    assert "Nobody has recorded a review yet." in page.main
    monkeypatch.setattr("app.clinic.records.now", lambda: minutes_after_noon(90))
    page = record_review(clinic_client, page, "needs_contact", "Call on Monday.\nBring the diary.")
    assert f"Needs contact · {CLINICIAN.name} · 2 Mar 2026, 13:30" in page.main
    assert "Call on Monday. Bring the diary." in page.main
    assert page.address.endswith("?saved=review#saved")
    assert row_counts(sqlite_store)["screening_reviews"] == 1


def record_review(client: WebClient, page: Page, status: str, note: str = "") -> Page:
    client.page = page
    return client.submit("Save the review", {"status": status, "note": note})


def test_a_review_whose_button_is_pressed_twice_is_stored_once(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    form = {**page.values("Save the review"), "status": ["closed"], "note": ["once"]}
    address = f"{page.address}/reviews"
    for _ in range(2):
        assert clinic_client.post(address, form).status == 303
    assert [each.note for each in open_record(sqlite_store, screening_id_of(page)).reviews] == ["once"]


def test_a_review_that_was_corrected_with_the_back_button_is_stored_beside_the_first(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    form = {**page.values("Save the review"), "status": ["closed"], "note": ["once"]}
    for each in (form, form, {**form, "note": ["better"]}):
        assert clinic_client.post(f"{page.address}/reviews", each).status == 303
    stored = open_record(sqlite_store, screening_id_of(page)).reviews
    assert sorted(each.note for each in stored) == ["better", "once"]


def test_the_number_of_a_review_cannot_be_forged_into_a_failure(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    address = f"{page.address}/reviews"
    numbers = ("", "x", "\x00", "<b>", "0" * 32, "🧠", "x" * 5000)
    for forged in numbers:
        assert clinic_client.post(address, {"entry": forged}).status == 422, forged[:60]
        assert clinic_client.post(address, {"entry": forged, "status": "closed"}).status == 303, forged[:60]
    assert row_counts(sqlite_store)["screening_reviews"] == len(numbers)


def test_the_newest_review_comes_first_with_the_name_of_each_author(
    clinic_client: WebClient, sqlite_store: Store, app: Flask, doorkeeper: Doorkeeper
) -> None:
    page = record(clinic_client, sqlite_store)
    record_review(clinic_client, page, "in_review", "the first")
    colleague = doorkeeper.enter(app, sqlite_store, COLLEAGUE)
    page = record_review(colleague, colleague.open(page.address), "closed", "the second")
    notes = [each.text for each in page.html.iter("p") if each.get("class") == "note"]
    assert notes == ["the second", "the first"]
    (listed,) = (each for each in page.html.iter("ol") if each.get("class") == "reviews")
    authors = [words(next(each.iter("p"))).split(" · ")[1] for each in listed]
    assert authors == [COLLEAGUE.name, CLINICIAN.name]
    assert open_record(sqlite_store, screening_id_of(page)).screening.status is ScreeningStatus.CLOSED


NOTES = (
    "<script>alert(1)</script>",
    "</textarea><b>bold</b>",
    "{{ config }} {% raw %}",
    '" onfocus="alert(1)',
    "&lt;already&gt; &amp;",
    "🧠 Ünïcode – “quotes”",
    "=1+1",
    "%(num)s %s",
)


@pytest.mark.requirement("IO-01", part="a few texts in each field")
def test_a_note_is_shown_as_it_was_typed_and_is_never_markup(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    for note in NOTES:
        page = record_review(clinic_client, page, "needs_contact", note)
    shown = [each for each in page.html.iter("p") if each.get("class") == "note"]
    assert [each.text for each in shown] == list(reversed(NOTES))
    assert not [child for each in shown for child in each]
    stored = open_record(sqlite_store, screening_id_of(page)).reviews
    assert [each.note for each in stored] == list(reversed(NOTES))


def test_lines_of_a_note_are_kept(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record_review(
        clinic_client, record(clinic_client, sqlite_store), "reviewed", "\r\none\r\n\r\ntwo\r\n"
    )
    assert open_record(sqlite_store, screening_id_of(page)).reviews[0].note == "one\n\ntwo"


@pytest.mark.requirement("IO-06", part="NUL")
def test_a_note_with_a_nul_byte_is_stored_without_it(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record_review(clinic_client, record(clinic_client, sqlite_store), "reviewed", "a\x00b")
    assert open_record(sqlite_store, screening_id_of(page)).reviews[0].note == "ab"


def test_a_note_has_its_length(clinic_client: WebClient, sqlite_store: Store) -> None:
    record(clinic_client, sqlite_store)
    note = "🧠" * (LONGEST_NOTE + 1)
    page = refused_review(clinic_client, "closed", note)
    assert page.errors == {"note": "Enter a note of at most 4000 characters"}
    assert page.values("Save the review")["note"] == [note]
    assert page.values("Save the review")["status"] == ["closed"]
    assert row_counts(sqlite_store)["screening_reviews"] == 0
    page = clinic_client.submit("Save the review", {"status": "closed", "note": note[:-1]})
    assert open_record(sqlite_store, screening_id_of(page)).reviews[0].note == note[:-1]


def refused_review(client: WebClient, status: str | None, note: str = "") -> Page:
    page = client.submit("Save the review", {"status": status, "note": note}, status=422)
    assert page.title.startswith("Error: ")
    return page


@pytest.mark.parametrize("status", [None, "", "new", "unheard_of", "CLOSED"])
def test_a_review_needs_a_status_that_a_clinician_can_give(
    status: str | None, clinic_client: WebClient, sqlite_store: Store
) -> None:
    record(clinic_client, sqlite_store)
    page = refused_review(clinic_client, status, "a note")
    assert page.errors == {"status": "Choose where this screening stands"}
    assert page.text_of("status-error") == "Error: Choose where this screening stands"
    assert page.values("Save the review")["note"] == ["a note"]
    assert row_counts(sqlite_store)["screening_reviews"] == 0


@pytest.mark.requirement("PAT-18")
def test_an_author_and_a_time_cannot_be_forged(
    clinic_client: WebClient, sqlite_store: Store, app: Flask, doorkeeper: Doorkeeper
) -> None:
    other = doorkeeper.make(sqlite_store, COLLEAGUE)
    record(clinic_client, sqlite_store)
    forged = {
        "clinician_id": str(other),
        "recorded_at": "2000-01-01",
        "clinician_name": "x",
        "outcome": "negative",
        "id": str(uuid4()),
    }
    page = clinic_client.submit("Save the review", {"status": "closed"}, extra=forged)
    stored = open_record(sqlite_store, screening_id_of(page))
    assert stored.reviews[0].clinician_name == CLINICIAN.name
    assert stored.reviews[0].recorded_at > NOON.replace(year=2020)
    assert stored.screening.outcome == "positive"


def test_a_review_keeps_the_place_in_the_list(clinic_client: WebClient, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    page = clinic_client.open(f"/clinic/screenings/{screening_id}?status=any&urgency=routine")
    page = record_review(clinic_client, page, "closed")
    assert page.address == f"/clinic/screenings/{screening_id}?status=any&urgency=routine&saved=review#saved"


@pytest.mark.requirement("DAT-02", part="told calmly")
def test_a_record_that_is_damaged_is_a_calm_page_of_its_own(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """The others can still be opened, and so can the list."""
    damaged, whole = add(sqlite_store), add(sqlite_store)
    with sqlite_store.database.writing() as session:
        session.get_one(Screening, damaged).answers = b"damaged"
    assert clinic_client.open(f"/clinic/screenings/{whole}").h1 == "Screen positive"
    assert clinic_client.open("/clinic/").h1 == "Open screenings"


def test_answers_in_another_language_are_shown_as_they_were_read_one_click_away(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    english, spanish = add(sqlite_store), keep(sqlite_store, replace(made(sqlite_store), language="es"))
    page = clinic_client.open(f"/clinic/screenings/{spanish}")
    assert "In the language in which the patient read them: Spanish" in page.main
    (read,) = [each for each in page.html.iter("div") if each.get("lang") == "es"]
    assert "Lo dejé por los efectos secundarios" in words(read)
    assert "language Spanish" in page.main
    page = clinic_client.open(f"/clinic/screenings/{english}")
    assert "In the language in which" not in page.main
