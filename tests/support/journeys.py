"""Whole sets of answers, by the names of the contract, and walking the patient's pages with one."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.domain.codes import LookAlike
from app.domain.red_flags import EMERGENCY_CODES, OTHER_CODES
from tests.support.client import Page, WebClient

Answers = Mapping[str, Any]

PROPRANOLOL: Final = {
    "medicine": "propranolol",
    "weeks": 12,
    "result": "no_benefit",
    "taken_for": "migraine",
}
TOPIRAMATE: Final = {
    "medicine": "topiramate",
    "weeks": 4,
    "result": "side_effects",
    "taken_for": "migraine",
}
POSITIVE: Final[Answers] = {
    "red_flags": [],
    "headache_days": 20,
    "migraine_days": 10,
    "counted_from": "memory",
    "months_at_this_frequency": 24,
    "preventives": [PROPRANOLOL, TOPIRAMATE],
}
BORDERLINE: Final[Answers] = {**POSITIVE, "headache_days": 14, "migraine_days": 8, "preventives": []}
NEGATIVE: Final[Answers] = {**POSITIVE, "headache_days": 9, "migraine_days": 5, "preventives": []}
CANNOT_TELL: Final[Answers] = {**POSITIVE, "migraine_days": "not_sure", "preventives": []}
NOT_SURE_EVERYWHERE: Final[Answers] = {
    "red_flags": "not_sure",
    "headache_days": "not_sure",
    "migraine_days": "not_sure",
    "counted_from": "memory",
    "months_at_this_frequency": "not_sure",
    "preventives": "not_sure",
}
EMERGENCY: Final[Answers] = {"red_flags": ["thunderclap_onset"]}
# Every journey that ends in a result, with the outcome that is stored.
WITH_RESULT: Final[dict[str, tuple[Answers, str]]] = {
    "positive": (POSITIVE, "positive"),
    "borderline": (BORDERLINE, "borderline"),
    "negative": (NEGATIVE, "negative"),
    "cannot_tell": (CANNOT_TELL, "cannot_tell"),
    "not_sure_everywhere": (NOT_SURE_EVERYWHERE, "cannot_tell"),
}
SAFETY, ASK_NOW, OTHER_SIGNS, DAYS, HOW_LONG, PREVENTIVES, CHECK, RESULT, EMERGENCY_PAGE = (
    f"/screening/{slug}"
    for slug in (
        "safety-check",
        "ask-now",
        "other-signs",
        "headache-days",
        "how-long",
        "preventives",
        "check-answers",
        "result",
        "emergency",
    )
)
ADD_MEDICINE: Final = f"{PREVENTIVES}/add"


def number_fields(name: str, value: Any) -> dict[str, Any]:
    """A number question, or its “I am not sure”."""
    if value == "not_sure":
        return {name: "", f"{name}-not-sure": "yes"}
    return {name: value}


def duration_fields(name: str, value: Any, unit: str) -> dict[str, Any]:
    """A duration in the unit of the contract."""
    fields = number_fields(name, value)
    return fields if value == "not_sure" else {**fields, f"{name}-unit": unit}


def codes_on_page(given: Any, offered: Iterable[str]) -> list[str]:
    """Which boxes of a page to tick for a list of codes."""
    if given == "not_sure":
        return ["not_sure"]
    return [code for code in given if code in set(offered)] or ["none"]


def fields_of(address: str, answers: Answers) -> dict[str, Any]:
    """What is typed and chosen on the page at this address to give these answers."""
    if address == SAFETY:
        return {"red_flags": codes_on_page(answers["red_flags"], EMERGENCY_CODES)}
    if address == OTHER_SIGNS:
        return {"other_red_flags": codes_on_page(answers.get("other", answers["red_flags"]), OTHER_CODES)}
    if address == DAYS:
        return {
            **number_fields("headache_days", answers["headache_days"]),
            **number_fields("migraine_days", answers["migraine_days"]),
            "counted_from": answers["counted_from"],
        }
    if address == HOW_LONG:
        months = duration_fields("months_at_this_frequency", answers["months_at_this_frequency"], "months")
        return {**months, "look_alikes": codes_on_page(answers.get("look_alikes", []), LookAlike)}
    if address == PREVENTIVES:
        given = answers["preventives"]
        return {"preventives": "not_sure" if given == "not_sure" else "yes" if given else "no"}
    return {}


def trial_fields(trial: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed and chosen on the page of one medicine."""
    helps_still = trial["result"] == "helped" and trial.get("still_taking") == "yes"
    return {
        **duration_fields("weeks", trial["weeks"], "weeks"),
        "result": "helped_still_taking" if helps_still else trial["result"],
        "taken_for": trial["taken_for"],
    }


def add_medicine(client: WebClient, trial: Mapping[str, Any]) -> Page:
    """From the page that asks for a name to the list with the medicine on it."""
    name = trial.get("name_given", trial["medicine"])
    if trial["medicine"] == "other":
        client.submit("Continue", name_given=name, status=422)
        client.submit("Continue", medicine="other")
    else:
        client.submit("Continue", name_given=name)
    return client.submit("Continue", trial_fields(trial))


def walk_to(client: WebClient, answers: Answers, to: str = RESULT) -> Page:
    """Walk the pages with these answers, from the start to the address given, and stay there."""
    client.open("/")
    client.submit("/start")
    while client.current.address != to:
        _answer_page(client, answers)
    return client.current


def _answer_page(client: WebClient, answers: Answers) -> None:
    address = client.current.address
    assert address not in (RESULT, EMERGENCY_PAGE), f"The journey ended at {address}"
    if address == CHECK:
        client.submit("Send my answers")
        return
    client.submit("Continue", fields_of(address, answers))
    if not client.current.address.startswith(f"{PREVENTIVES}/"):
        return
    for number, trial in enumerate(answers["preventives"]):
        if number:
            client.follow("Add another medicine")
        add_medicine(client, trial)
    client.submit("That is all: continue")
