"""Whole sets of answers, by the names of the contract, and walking the patient's pages with one."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from app.domain.answers import KINDS
from app.domain.codes import LookAlike
from app.domain.red_flags import EMERGENCY_CODES, OTHER_CODES
from app.domain.values import CodeList, OneCode
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
    "unsure_red_flags": [],
    "headache_days": 20,
    "migraine_days": 10,
    "counted_from": "memory",
    "months_at_this_frequency": 24,
    "look_alikes": [],
    "preventives": [PROPRANOLOL, TOPIRAMATE],
}
BORDERLINE: Final[Answers] = {**POSITIVE, "headache_days": 14, "migraine_days": 8, "preventives": []}
NEGATIVE: Final[Answers] = {**POSITIVE, "headache_days": 9, "migraine_days": 5, "preventives": []}
CANNOT_TELL: Final[Answers] = {**POSITIVE, "migraine_days": "not_sure", "preventives": []}
NOT_SURE_EVERYWHERE: Final[Answers] = {
    "red_flags": "not_sure",
    "unsure_red_flags": ["emergency", "other"],
    "headache_days": "not_sure",
    "migraine_days": "not_sure",
    "counted_from": "memory",
    "months_at_this_frequency": "not_sure",
    "look_alikes": "not_sure",
    "preventives": "not_sure",
}
NO_MEDICINE: Final[Answers] = {**POSITIVE, "preventives": []}
EMERGENCY: Final[Answers] = {"red_flags": ["thunderclap_onset"]}
# Every journey that ends in a result, with the outcome that is stored.
WITH_RESULT: Final[dict[str, tuple[Answers, str]]] = {
    "positive": (POSITIVE, "positive"),
    "borderline": (BORDERLINE, "borderline"),
    "negative": (NEGATIVE, "negative"),
    "cannot_tell": (CANNOT_TELL, "cannot_tell"),
    "not_sure_everywhere": (NOT_SURE_EVERYWHERE, "cannot_tell"),
}
SAFETY, ASK_NOW, OTHER_SIGNS, ASK_TODAY, DAYS, HOW_LONG, PREVENTIVES, CHECK, RESULT, EMERGENCY_PAGE = (
    f"/screening/{slug}"
    for slug in (
        "safety-check",
        "ask-now",
        "other-signs",
        "ask-today",
        "headache-days",
        "how-long",
        "preventives",
        "check-answers",
        "result",
        "emergency",
    )
)
# What a draft holds once its pages of advice were read; nothing of it is an answer of the contract.
ADVICE_READ: Final[Answers] = {"safety_advice": "read", "today_advice": "read"}
ADD_MEDICINE: Final = f"{PREVENTIVES}/add"
LOOK_AGAIN: Final = "/screening/look-again"
(
    UNTREATED,
    PAIN,
    STRENGTH,
    COMPANY,
    AURA,
    MEDICINE_DAYS,
    MIGRAINE_MEDICINE,
    PAINKILLERS,
    MEDICINE_PLAN,
    BOTULINUM_SAFETY,
    CARE_SO_FAR,
    WORK,
) = (
    f"/screening/{slug}"
    for slug in (
        "untreated",
        "pain",
        "strength",
        "company",
        "aura",
        "medicine-days",
        "migraine-medicine",
        "painkillers",
        "medicine-plan",
        "botulinum-safety",
        "care-so-far",
        "work",
    )
)
ABOUT_HEADACHES, MEDICINES, BOTULINUM, COST = (
    "About your headaches",
    "The medicines you take when it hurts",
    "If botulinum toxin were considered",
    "What it costs you",
)
# The optional sections in their order: title, and answers that fit those of POSITIVE, page by page.
SECTIONS: Final[dict[str, dict[str, Answers]]] = {
    ABOUT_HEADACHES: {
        UNTREATED: {
            "hours_per_headache_day": 7.5,
            "lifetime_attacks_at_least_5": "yes",
            "headache_free_days": 10,
        },
        PAIN: {"unilateral_location": "yes", "pulsating_quality": "no"},
        STRENGTH: {"moderate_or_severe_pain": "yes", "aggravated_by_routine_activity": "not_sure"},
        COMPANY: {"nausea_or_vomiting": "no", "photophobia": "yes", "phonophobia": "yes"},
        AURA: {"aura": "no", "age_years": 42},
    },
    MEDICINES: {
        MEDICINE_DAYS: {"any_acute_medication_days": 12, "months_of_acute_medication_use": 18},
        MIGRAINE_MEDICINE: {"triptan_days": 10, "ergot_days": 0, "gepant_or_ditan_days": "not_sure"},
        PAINKILLERS: {"simple_analgesic_days": 4, "combination_analgesic_days": 1, "opioid_days": 0},
        MEDICINE_PLAN: {"medication_overuse_managed": "yes"},
    },
    BOTULINUM: {
        BOTULINUM_SAFETY: {"botulinum_safety": ["bleeding_or_anticoagulant"]},
        CARE_SO_FAR: {"current_cgrp_treatment": "no", "specialist_involved": "yes", "diary_months": 2.5},
    },
    COST: {WORK: {"work_days_missed": 3, "work_days_half_done": 5}},
}
OPTIONAL_PAGES: Final[dict[str, Answers]] = {
    address: answers for pages in SECTIONS.values() for address, answers in pages.items()
}


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


_SIGNS: Final[dict[str, tuple[str, str, Iterable[str]]]] = {
    SAFETY: ("red_flags", "emergency", EMERGENCY_CODES),
    OTHER_SIGNS: ("other_red_flags", "other", OTHER_CODES),
}


def signs_on_page(address: str, answers: Answers) -> dict[str, list[str]]:
    """Which boxes of a page of warning signs to tick."""
    name, group, offered = _SIGNS[address]
    if group in answers.get("unsure_red_flags", ()):
        return {name: ["not_sure"]}
    ticked = answers["red_flags"]
    return {name: codes_on_page([] if ticked == "not_sure" else ticked, offered)}


def fields_of(address: str, answers: Answers) -> dict[str, Any]:
    """What is typed and chosen on the page at this address to give these answers."""
    if address in OPTIONAL_PAGES:
        return optional_fields({name: answers.get(name) for name in OPTIONAL_PAGES[address]})
    if address in _SIGNS:
        return signs_on_page(address, answers)
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


def optional_fields(answers: Answers) -> dict[str, Any]:
    """What is typed and chosen on optional pages; an answer of None leaves its question empty."""
    fields: dict[str, Any] = {}
    for name, value in answers.items():
        kind: Any = KINDS[name]
        if value is None:
            fields[name] = "" if not isinstance(kind, OneCode | CodeList) else None
        elif isinstance(kind, CodeList):
            offered: type[StrEnum] = kind.codes
            fields[name] = codes_on_page(value, offered)
        elif isinstance(kind, OneCode):
            fields[name] = value
        elif name == "months_of_acute_medication_use":
            fields |= duration_fields(name, value, "months")
        else:
            fields |= number_fields(name, value)
    return fields


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
        answer_page(client, answers)
    return client.current


def answer_page(client: WebClient, answers: Answers) -> None:
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


def answers_of(section: str) -> dict[str, Any]:
    """All answers of an optional section, by the names of the contract."""
    return {name: value for page in SECTIONS[section].values() for name, value in page.items()}


def fill_section(client: WebClient, section: str, answers: Answers | None = None) -> Page:
    """From the check page through an optional section, to where its last page leads.

    `answers` are those of the whole section, POSITIVE's unless given; what is not in them stays empty.
    """
    given = answers_of(section) if answers is None else answers
    client.follow(section)
    while client.current.address in SECTIONS[section]:
        client.submit("Continue", fields_of(client.current.address, given))
    return client.current


def open_optional(client: WebClient, address: str, answers: Answers = NO_MEDICINE) -> Page:
    """Walk to the check page and open an optional page from there. The plan is for much medicine only."""
    walk_to(client, answers, CHECK)
    if address == MEDICINE_PLAN:
        fill_section(client, MEDICINES, {**answers_of(MEDICINES), "medication_overuse_managed": None})
    return client.open(address)
