"""The list of preventive medicines: added, changed and removed, each on a page of its own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.questionnaire.trial_list import MOST_TRIALS, with_medicine
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.self_screening import change_answers
from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ADD_MEDICINE,
    CHECK,
    HOW_LONG,
    POSITIVE,
    PREVENTIVES,
    PROPRANOLOL,
    RESULT,
    TOPIRAMATE,
    add_medicine,
    trial_fields,
    walk_to,
)
from tests.support.page import link_by_text

EXAMPLE = f"{PREVENTIVES}/0a1b2c3d4e5f"
TOLD_BEFORE = "You have told us about this medicine. Change what is not right: it is kept once."
CHOOSE = "Choose the medicine you mean, or “Another medicine”"


def page_of(client: WebClient, name: str) -> str:
    """The address of the page of one medicine, from the list."""
    return link_by_text(client.open(PREVENTIVES).html, f"Change {name}")


def remove_form(client: WebClient, name: str) -> str:
    return f"{page_of(client, name)}/remove"


@pytest.fixture
def client(patient_client: WebClient) -> WebClient:
    """At the page that asks for the name of the first medicine."""
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    page = patient_client.submit("Continue", preventives="yes")
    assert (page.address, page.h1) == (ADD_MEDICINE, "Which medicine was it?")
    return patient_client


def stored_trials(client: WebClient, store: Store) -> list[dict[str, Any]]:
    page = walk_on(client)
    record = open_record(store, find_by_reference_code(store, page.code))
    trials: list[dict[str, Any]] = record.screening.answers["preventives"]
    return trials


def walk_on(client: WebClient) -> Page:
    client.open(PREVENTIVES)
    client.submit("That is all: continue")
    return client.submit("Send my answers")


@pytest.mark.parametrize(
    "typed", ["propranolol", "PROPRANOLOL", " Inderal ", "inderal", "Propranolol (Inderal)"]
)
def test_a_known_name_or_brand_leads_straight_to_its_page(typed: str, client: WebClient) -> None:
    page = client.submit("Continue", name_given=typed)
    assert (page.h1, page.values()["weeks"]) == ("Propranolol", [""])


def test_every_suggestion_of_the_box_is_a_name_that_is_understood(client: WebClient) -> None:
    page = client.current
    suggested = [each.get("value", "") for each in page.html.iter("option")]
    assert len(suggested) > 20
    for name in suggested[:5]:
        reply = client.post(ADD_MEDICINE, {"name_given": name})
        assert (reply.status, reply.location.startswith(f"{PREVENTIVES}/")) == (303, True)


def test_a_misspelt_name_is_offered_and_never_guessed(client: WebClient) -> None:
    page = client.submit("Continue", name_given="propanolol", status=422)
    assert (page.address, page.errors) == (ADD_MEDICINE, {"medicine": CHOOSE})
    assert page.title.startswith("Error: ")
    assert "Propranolol (Inderal)" in page.main
    assert "Another medicine: keep the name as I typed it" in page.main
    assert page.values()["name_given"] == ["propanolol"]
    assert client.submit("Continue", medicine="propranolol").h1 == "Propranolol"


def test_a_choice_that_was_offered_has_to_be_made(client: WebClient) -> None:
    client.submit("Continue", name_given="propanolol", status=422)
    page = client.submit("Continue", status=422)
    assert page.errors == {"medicine": CHOOSE}
    assert page.text_of("medicine-error") == f"Error: {CHOOSE}"


def test_a_name_changed_after_the_offer_is_looked_up_anew(client: WebClient) -> None:
    client.submit("Continue", name_given="propanolol", status=422)
    page = client.submit("Continue", name_given="topiramat", status=422)
    assert "Topiramate (Topamax)" in page.main
    assert "Propranolol" not in page.main


def test_a_choice_that_was_not_offered_is_refused(client: WebClient) -> None:
    client.submit("Continue", name_given="propanolol", status=422)
    page = client.submit("Continue", extra={"medicine": "erenumab"}, status=422)
    assert page.errors == {"medicine": CHOOSE}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the name of the medicine. If you do not know it, enter “not known”"),
        ("   ", "Enter the name of the medicine. If you do not know it, enter “not known”"),
        ("x" * 61, "Enter a name of at most 60 letters"),
    ],
)
def test_a_name_that_cannot_be_is_refused(typed: str, sentence: str, client: WebClient) -> None:
    page = client.submit("Continue", name_given=typed, status=422)
    assert page.errors == {"name_given": sentence}
    assert page.text_of("name_given-error") == f"Error: {sentence}"


def test_another_medicine_keeps_the_name_that_was_typed(client: WebClient, sqlite_store: Store) -> None:
    trial = {**PROPRANOLOL, "medicine": "other", "name_given": "Grandmother’s tea"}
    page = add_medicine(client, trial)
    assert "Grandmother’s tea. 12 weeks. It did not help enough" in page.main
    assert stored_trials(client, sqlite_store) == [trial]


def test_a_medicine_for_attacks_is_taken_and_explained(client: WebClient) -> None:
    add_medicine(client, {**PROPRANOLOL, "medicine": "sumatriptan"})
    page = walk_on(client)
    assert "None of the medicines you named counts" in page.main
    assert "it treats an attack and does not prevent one" in page.main


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"weeks": ""}, "weeks", "Enter how long you took it, or choose “I am not sure”"),
        ({"weeks": "x"}, "weeks", "Enter the number in digits, such as 12"),
        ({"weeks-unit": None}, "weeks", "Choose weeks, months or years"),
        ({"weeks": "101", "weeks-unit": "years"}, "weeks", "Enter at most 100 years"),
        ({"result": None}, "result", "Choose what happened, or “I am not sure”"),
        ({"taken_for": None}, "taken_for", "Choose what you took it for, or “I am not sure”"),
    ],
)
def test_the_story_of_a_medicine_is_mended_on_its_page(
    fields: dict[str, Any], field: str, sentence: str, client: WebClient
) -> None:
    client.submit("Continue", name_given="propranolol")
    page = client.submit("Continue", {**trial_fields(PROPRANOLOL), **fields}, status=422)
    assert page.errors == {field: sentence}
    assert (page.h1, page.title.startswith("Error: ")) == ("Propranolol", True)
    assert page.text_of(f"{field}-error") == f"Error: {sentence}"


@pytest.mark.parametrize(
    ("chosen", "stored"),
    [
        ("no_benefit", {"result": "no_benefit"}),
        ("side_effects", {"result": "side_effects"}),
        ("unsuitable", {"result": "unsuitable"}),
        ("helped_still_taking", {"result": "helped", "still_taking": "yes"}),
        ("helped", {"result": "helped", "still_taking": "no"}),
        ("stopped_for_other_reason", {"result": "stopped_for_other_reason"}),
        ("not_sure", {"result": "not_sure"}),
    ],
)
def test_every_story_is_stored_in_its_codes_and_shown_again(
    chosen: str, stored: dict[str, str], client: WebClient, sqlite_store: Store
) -> None:
    client.submit("Continue", name_given="propranolol")
    weeks = 0 if chosen == "unsuitable" else 12
    client.submit("Continue", {**trial_fields(PROPRANOLOL), "weeks": weeks, "result": chosen})
    assert client.follow("Change Propranolol").values()["result"] == [chosen]
    assert stored_trials(client, sqlite_store) == [
        {"medicine": "propranolol", "weeks": weeks, "taken_for": "migraine", **stored}
    ]


def test_a_medicine_never_taken_was_taken_for_no_time(client: WebClient) -> None:
    client.submit("Continue", name_given="propranolol")
    page = client.submit("Continue", {**trial_fields(PROPRANOLOL), "result": "unsuitable"}, status=422)
    assert page.errors == {"weeks": "Enter 0 weeks if you never took it, or choose another answer below"}


def test_a_story_told_anew_leaves_nothing_of_the_old_one(client: WebClient, sqlite_store: Store) -> None:
    client.submit("Continue", name_given="propranolol")
    client.submit("Continue", {**trial_fields(PROPRANOLOL), "result": "helped_still_taking"})
    client.follow("Change Propranolol")
    client.submit("Continue", {"result": "no_benefit"})
    assert stored_trials(client, sqlite_store) == [PROPRANOLOL]


@pytest.mark.parametrize(
    ("typed", "unit", "weeks", "shown"),
    [("2", "weeks", 2, "2 weeks"), ("1", "years", 52, "1 year"), ("0", "weeks", 0, "0 weeks")],
)
def test_a_length_is_stored_in_weeks(
    typed: str, unit: str, weeks: float, shown: str, client: WebClient, sqlite_store: Store
) -> None:
    client.submit("Continue", name_given="propranolol")
    fields = {**trial_fields(PROPRANOLOL), "weeks": typed, "weeks-unit": unit}
    assert f"Propranolol. {shown}" in client.submit("Continue", fields).main
    assert stored_trials(client, sqlite_store)[0]["weeks"] == weeks


def test_two_months_stay_two_months(client: WebClient) -> None:
    client.submit("Continue", name_given="propranolol")
    page = client.submit("Continue", {**trial_fields(PROPRANOLOL), "weeks": "2", "weeks-unit": "months"})
    assert "Propranolol. 2 months" in page.main
    page = client.follow("Change Propranolol")
    assert (page.values()["weeks"], page.values()["weeks-unit"]) == (["2"], ["months"])


def test_a_medicine_can_be_changed(client: WebClient, sqlite_store: Store) -> None:
    add_medicine(client, PROPRANOLOL)
    page = client.follow("Change Propranolol")
    assert page.values()["weeks"] == ["12"]
    page = client.submit("Continue", {"weeks": "4", "result": "side_effects"})
    assert page.address == PREVENTIVES
    assert stored_trials(client, sqlite_store) == [{**PROPRANOLOL, "weeks": 4, "result": "side_effects"}]


def test_a_medicine_can_be_removed(client: WebClient, sqlite_store: Store) -> None:
    add_medicine(client, PROPRANOLOL)
    client.follow("Add another medicine")
    add_medicine(client, TOPIRAMATE)
    page = client.submit("Remove Propranolol")
    assert "Propranolol" not in page.main
    assert stored_trials(client, sqlite_store) == [TOPIRAMATE]


def test_removing_the_last_medicine_opens_the_question_again(client: WebClient) -> None:
    add_medicine(client, PROPRANOLOL)
    page = client.submit("Remove Propranolol")
    assert page.address == PREVENTIVES
    assert "Have you tried a medicine to prevent headaches?" in page.main
    assert "preventives" not in page.values()
    assert client.open(CHECK).address == PREVENTIVES


@pytest.mark.parametrize(
    "medicines",
    [
        (PROPRANOLOL, TOPIRAMATE),
        tuple({**PROPRANOLOL, "medicine": "other", "name_given": name} for name in ("Feverfew", "Butterbur")),
    ],
    ids=["known", "others"],
)
def test_a_button_pressed_twice_removes_one_medicine(
    medicines: tuple[dict[str, Any], ...], client: WebClient
) -> None:
    add_medicine(client, medicines[0])
    client.follow("Add another medicine")
    add_medicine(client, medicines[1])
    first, second = (each.get("name_given", each["medicine"]).capitalize() for each in medicines)
    address = remove_form(client, first)
    for _ in range(2):
        assert client.post(address).location == PREVENTIVES
    page = client.open(PREVENTIVES)
    assert (first in page.main, second in page.main) == (False, True)


def test_a_stale_story_is_not_given_to_another_medicine(client: WebClient, sqlite_store: Store) -> None:
    """The list changed in another window after this page was opened."""
    add_medicine(client, PROPRANOLOL)
    client.follow("Add another medicine")
    add_medicine(client, TOPIRAMATE)
    stale = client.follow("Change Propranolol")
    client.post(remove_form(client, "Propranolol"))
    reply = client.post(stale.address, {**stale.values(), "weeks": "52", "result": "no_benefit"})
    assert reply.location == PREVENTIVES
    assert stored_trials(client, sqlite_store) == [TOPIRAMATE]


def test_the_same_medicine_again_opens_it(client: WebClient) -> None:
    add_medicine(client, PROPRANOLOL)
    client.follow("Add another medicine")
    page = client.submit("Continue", name_given="Inderal")
    assert (page.h1, page.values()["weeks"]) == ("Propranolol", ["12"])
    assert TOLD_BEFORE in page.main
    page = client.submit("Continue", weeks="many", status=422)
    assert TOLD_BEFORE in page.main
    assert client.open(PREVENTIVES).main.count("Propranolol") == 3, "the line and its two buttons"


def test_the_same_name_outside_the_catalogue_opens_it_too(client: WebClient) -> None:
    tea = {**PROPRANOLOL, "medicine": "other", "name_given": "Tea"}
    add_medicine(client, tea)
    client.follow("Add another medicine")
    client.submit("Continue", name_given="tea", status=422)
    page = client.submit("Continue", medicine="other")
    assert page.values()["weeks"] == ["12"]
    assert TOLD_BEFORE in page.main
    assert client.open(PREVENTIVES).main.count("Remove") == 1


def test_a_medicine_without_its_story_has_no_remark_and_opens_without_one_again(client: WebClient) -> None:
    page = client.submit("Continue", name_given="propranolol")
    assert TOLD_BEFORE not in page.main
    assert TOLD_BEFORE not in client.submit("Continue", weeks="many", status=422).main
    client.open(ADD_MEDICINE)
    page = client.submit("Continue", name_given="Inderal")
    assert (page.h1, TOLD_BEFORE in page.main) == ("Propranolol", False)
    assert client.open(PREVENTIVES).main.count("Remove") == 1


def test_two_medicines_outside_the_catalogue_are_two(client: WebClient, sqlite_store: Store) -> None:
    for number, name in enumerate(("feverfew", "butterbur")):
        if number:
            client.follow("Add another medicine")
        add_medicine(client, {**PROPRANOLOL, "medicine": "other", "name_given": name})
    assert [each["name_given"] for each in stored_trials(client, sqlite_store)] == ["feverfew", "butterbur"]


def test_a_medicine_left_without_its_story_is_asked_for(client: WebClient, sqlite_store: Store) -> None:
    client.submit("Continue", name_given="propranolol")
    page = client.open(PREVENTIVES)
    assert "Tell us what happened." in page.main
    assert client.open(CHECK).address == PREVENTIVES
    client.open(PREVENTIVES)
    page = client.submit("That is all: continue")
    assert page.h1 == "Propranolol"
    client.submit("Continue", trial_fields(PROPRANOLOL))
    assert stored_trials(client, sqlite_store) == [PROPRANOLOL]


def test_going_on_later_leads_to_the_medicine_that_is_open(client: WebClient) -> None:
    client.submit("Continue", name_given="propranolol")
    client.open("/")
    page = client.submit("Go on where you stopped")
    assert page.address == PREVENTIVES
    assert "Tell us what happened." in page.main


def test_leaving_before_the_first_name_keeps_the_question_open(client: WebClient) -> None:
    assert link_by_text(client.current.html, "‹Back") == PREVENTIVES
    page = client.follow("‹Back")
    assert "preventives" not in page.values()
    assert client.open(CHECK).address == PREVENTIVES


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ("no", "You have not tried a medicine to prevent headaches."),
        ("not_sure", "You were not sure whether you have tried a medicine to prevent headaches."),
    ],
)
def test_none_and_not_sure_are_answers(chosen: str, sentence: str, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    assert patient_client.submit("Continue", preventives=chosen).address == CHECK
    assert sentence in patient_client.submit("Send my answers").main


def test_changing_from_the_check_page_leads_back_to_it_after_every_medicine(client: WebClient) -> None:
    add_medicine(client, PROPRANOLOL)
    client.submit("That is all: continue")
    page = client.open(f"{PREVENTIVES}?change=yes")
    page = client.follow("Add another medicine")
    assert page.address == f"{ADD_MEDICINE}?change=yes"
    page = add_medicine(client, TOPIRAMATE)
    assert page.address == f"{PREVENTIVES}?change=yes"
    page = client.submit("Remove Propranolol")
    assert page.address == f"{PREVENTIVES}?change=yes"
    assert client.submit("That is all: continue").address == CHECK


@pytest.mark.parametrize("before", ["no", "not_sure"])
@pytest.mark.parametrize("change", ["", "?change=yes"])
def test_an_answer_changed_to_yes_leads_to_the_medicines(
    before: str, change: str, patient_client: WebClient
) -> None:
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    patient_client.submit("Continue", preventives=before)
    patient_client.open(f"{PREVENTIVES}{change}")
    assert patient_client.submit("Continue", preventives="yes").address == f"{ADD_MEDICINE}{change}"


def test_the_list_has_an_end(client: WebClient, sqlite_store: Store) -> None:
    token = client.cookie("screening")

    def filled(answers: dict[str, Any]) -> dict[str, Any]:
        for number in range(MOST_TRIALS):
            answers = with_medicine(answers, "other", f"tea {number}")
        return answers

    change_answers(sqlite_store, token, filled, datetime.now(UTC))
    page = client.open(PREVENTIVES)
    assert "Add another medicine" not in page.main
    assert client.open(ADD_MEDICINE).address == PREVENTIVES
    reply = client.post(ADD_MEDICINE, {"name_given": "propranolol"})
    assert (reply.status, reply.location) == (303, PREVENTIVES)
    assert client.open(PREVENTIVES).main.count("Remove tea") == MOST_TRIALS


@pytest.mark.parametrize("address", [ADD_MEDICINE, EXAMPLE])
def test_the_pages_of_medicines_wait_for_their_turn(address: str, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, HOW_LONG)
    assert patient_client.open(address).address == HOW_LONG
    for each in (address, f"{PREVENTIVES}/done", f"{EXAMPLE}/remove"):
        assert patient_client.post(each, {"medicine": "propranolol"}).location == HOW_LONG


@pytest.mark.parametrize(
    "key", ["1", "0a1b2c3d4e5f", "-1", "%00", "x" * 3000, "%F0%9F%A7%A0", "done", "None"]
)
def test_a_medicine_that_is_not_on_the_list_leads_to_the_list(
    key: str, client: WebClient, sqlite_store: Store
) -> None:
    add_medicine(client, PROPRANOLOL)
    for page in (
        client.request("GET", f"{PREVENTIVES}/{key}"),
        client.post(f"{PREVENTIVES}/{key}/remove"),
        client.post(f"{PREVENTIVES}/{key}", trial_fields(TOPIRAMATE)),
    ):
        assert page.status == 303
    assert stored_trials(client, sqlite_store) == [PROPRANOLOL]


def test_answering_the_question_again_keeps_the_medicines_that_were_named(client: WebClient) -> None:
    """A page that is out of date says “No” while another window has named medicines."""
    add_medicine(client, PROPRANOLOL)
    for stale in ("no", "not_sure", "yes"):
        client.post(PREVENTIVES, {"preventives": stale})
        assert "Propranolol" in client.open(PREVENTIVES).main


def test_the_result_tells_why_each_medicine_counts(patient_client: WebClient) -> None:
    page = walk_to(patient_client, POSITIVE, RESULT)
    assert "Propranolol (beta blocker). Counted: it did not help." in page.main
    assert "Topiramate (anti-seizure medicine). Counted: stopped because of side effects" in page.main


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("propranolol", "Also known as Inderal."),
        ("ibuprofen", "This medicine is mostly taken when a headache comes."),
    ],
)
def test_the_page_of_a_medicine_says_what_it_is(patient_client: WebClient, typed: str, words: str) -> None:
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    patient_client.submit("Continue", preventives="yes")
    assert words in patient_client.submit("Continue", name_given=typed).main
