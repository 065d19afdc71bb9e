"""Records without a database, their bundles, and what is in them."""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from app.domain import (
    ScreeningAnswers,
    answers_from_mapping,
    answers_to_mapping,
    assess,
    assessment_to_mapping,
)
from app.domain.codes import ConfirmedDiagnosis
from app.domain.values import NOT_SURE_WORD
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.fhir.bundle import bundle_for
from app.services.assessing import opened_assessment
from app.services.clinical_review import ScreeningRecord
from app.services.demonstration import synthetic_answers
from app.storage.reviews import Review
from app.storage.screenings import StoredScreening
from app.storage.statuses import ScreeningStatus
from tests.support.journeys import POSITIVE
from tests.support.screenings import NOON, minutes_after_noon

Json = dict[str, Any]
SCREENING_ID: Final = UUID("6f2c2f6c-1d0e-4f57-8a4a-0f5b1c9d2e3f")
NAMES: Final = UUID("00000000-0000-4000-8000-000000000000")


def review(number: int, **changes: Any) -> Review:
    """A review, `number` minutes after noon, without note and diagnosis unless they are given."""
    told: dict[str, Any] = {
        "status": ScreeningStatus.REVIEWED,
        "note": "",
        "clinician_name": "Dr Ada Example",
    }
    return Review(
        id=uuid5(NAMES, f"review {number}"), recorded_at=minutes_after_noon(number), **{**told, **changes}
    )


def record_of(
    answers: Mapping[str, Any] | ScreeningAnswers = POSITIVE,
    *reviews: Review,
    is_demonstration: bool = False,
    screening_id: UUID = SCREENING_ID,
    **assessment: Any,
) -> ScreeningRecord:
    """The record of a screening with these answers. `assessment` replaces parts of the stored one."""
    given = answers if isinstance(answers, ScreeningAnswers) else answers_from_mapping(dict(answers))
    made = assess(given, QUESTIONNAIRE_VERSION)
    plain = answers_to_mapping(given)
    stored = StoredScreening(
        id=screening_id,
        received_at=NOON,
        status=ScreeningStatus.NEW,
        outcome=made.outcome,
        urgency=made.urgency,
        language="en",
        is_demonstration=is_demonstration,
        answers=plain,
        assessment={**assessment_to_mapping(made), **assessment},
    )
    newest_first = sorted(reviews, key=lambda each: each.recorded_at, reverse=True)
    return ScreeningRecord(stored, opened_assessment(stored.assessment, plain), newest_first, [], None)


def sent(bundle: Json) -> Json:
    """A bundle or resource after a way through a file."""
    received: Json = json.loads(json.dumps(bundle))
    return received


def bundle_of(
    answers: Mapping[str, Any] | ScreeningAnswers = POSITIVE,
    *reviews: Review,
    with_text: bool = True,
    **changes: Any,
) -> Json:
    """The bundle of a screening with these answers, as a file holds it."""
    return sent(bundle_for(record_of(answers, *reviews, **changes), with_text=with_text))


def resources(bundle: Json, resource_type: str) -> list[Json]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [each for each in found if each["resourceType"] == resource_type]


def the_response(bundle: Json) -> Json:
    [response] = resources(bundle, "QuestionnaireResponse")
    return response


def the_questionnaire(bundle: Json) -> Json:
    [questionnaire] = resources(bundle, "Questionnaire")
    return questionnaire


def observation(bundle: Json, name: str) -> Json:
    """The Observation with this code of ours."""
    [found] = [each for each in resources(bundle, "Observation") if each["code"]["coding"][0]["code"] == name]
    return found


def components(found: Json) -> dict[str, Json]:
    """The components of an Observation by their codes."""
    return {each["code"]["coding"][0]["code"]: each for each in found.get("component", [])}


def codes(concept: Json) -> list[str]:
    return [coding["code"] for coding in concept["coding"]]


def every(found: Any, name: str) -> Iterator[Any]:
    """Every value under a property of this name, at any depth."""
    if isinstance(found, dict):
        if name in found:
            yield found[name]
        found = list(found.values())
    if isinstance(found, list):
        for each in found:
            yield from every(each, name)


def items(questionnaire: Json) -> dict[str, Json]:
    """Every item of a Questionnaire by linkId, those in groups too. No linkId stands there twice."""
    found: dict[str, Json] = {}
    for item in questionnaire["item"]:
        within = items(item) if "item" in item else {}
        assert not found.keys() & {item["linkId"], *within}
        found |= {item["linkId"]: item, **within}
    return found


def misfits(answered: list[Json], asked: dict[str, Json]) -> list[str]:
    """What in the items of a response the Questionnaire does not allow."""
    found: list[str] = []
    for item in answered:
        question = asked[item["linkId"]]
        answers = item.get("answer", [])
        if item["text"] != question["text"]:
            found.append(f"{item['linkId']} has other words")
        if len(answers) > 1 and not question.get("repeats"):
            found.append(f"{item['linkId']} has several answers")
        found += [problem for answer in answers for problem in _misfit(answer, question)]
        found += misfits(item.get("item", []), asked)
    return found


def _misfit(answer: Json, question: Json) -> list[str]:
    [(name, value)] = answer.items()
    types = {"choice": "valueCoding", "string": "valueString"}
    wanted = types.get(question["type"], f"value{question['type'].capitalize()}")
    offered = [option.get(name) for option in question.get("answerOption", [])]
    if name != wanted or (offered and value not in offered):
        return [f"{question['linkId']} does not offer {answer}"]
    return []


def generated_records(count: int, seed: int = 20) -> Iterator[ScreeningRecord]:
    """Records of synthetic people, each third one with reviews, notes, and a name that was typed."""
    chance = random.Random(seed)
    for number in range(count):
        answers = synthetic_answers(chance)
        reviews: list[Review] = []
        if number % 3 == 0:
            reviews = [_generated_review(chance, minute) for minute in range(chance.randint(1, 3))]
            answers |= _typed_trial(chance)
        if number % 5 == 0:
            answers |= {"window_days": chance.choice([30, 90]), "unsure_red_flags": NOT_SURE_WORD}
        yield record_of(
            answers,
            *reviews,
            screening_id=uuid5(NAMES, f"screening {number}"),
            is_demonstration=number % 7 == 0,
        )


def _generated_review(chance: random.Random, minute: int) -> Review:
    diagnosis = chance.choice([None, *ConfirmedDiagnosis])
    note = chance.choice(["", "Telephoned.\nSeen “soon” <b>& again</b>", "µ"])
    return review(minute, status=chance.choice(list(ScreeningStatus)), note=note, diagnosis=diagnosis)


def _typed_trial(chance: random.Random) -> Json:
    trial = {
        "medicine": "other",
        "name_given": "Feverfew “forte”",
        "weeks": chance.choice([2.5, NOT_SURE_WORD]),
    }
    return {"preventives": [trial, {"medicine": "topiramate", "daily_dose_mg": 12.5, "still_taking": "no"}]}
