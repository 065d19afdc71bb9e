"""The questionnaire and a response to it. Both follow from the names and kinds of the answers.

A new answer of the contract is a new item by itself; its words are those of the page that asks it.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from flask_babel import gettext as _

from app.domain.answers import KINDS
from app.domain.medicines import CATALOGUE, OTHER
from app.domain.trials import PREVENTIVE_TRIALS, TRIAL_PARTS
from app.domain.values import NOT_SURE_WORD, CodeList, Kind, Number, OneCode, OneOfNumbers, WholeNumber
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.fhir.choices import INSTEAD_SYSTEM
from app.reports.fhir.codes import QUESTIONNAIRE_URL, Resource, code_system, system_of
from app.reports.fhir.shapes import CodeShape, CodesShape, GroupShape, NumberShape, Shape, TextShape
from app.reports.fhir.words import ASKED_ORDER, TRIALS
from app.web.language import in_language

MEDICINE_SYSTEM: Final = code_system("medicine")
NAME_GIVEN: Final = "name_given"
# Measures carry their unit in their name; these are the units' codes in UCUM.
_UNITS: Final = {"days": "d", "hours": "h", "mg": "mg", "months": "mo", "weeks": "wk", "years": "a"}


def _unit(link_id: str) -> str:
    return next((_UNITS[word] for word in re.split("[._]", link_id) if word in _UNITS), "")


def _systems(codes: type[StrEnum]) -> dict[str, str]:
    return {code.value: system_of(codes) for code in codes}


def _shape(link_id: str, kind: Kind) -> Shape:
    """The shape of the question that asks for an answer of this kind."""
    match kind:
        case WholeNumber():
            return NumberShape(link_id, True, (kind.lowest, kind.highest), unit=_unit(link_id))
        case OneOfNumbers():
            return NumberShape(link_id, True, allowed=kind.allowed, unit=_unit(link_id))
        case Number():
            return NumberShape(link_id, False, (0, kind.highest), unit=_unit(link_id))
        case OneCode():
            return CodeShape(link_id, {**_systems(kind.codes), NOT_SURE_WORD: INSTEAD_SYSTEM})
        case CodeList():
            return CodesShape(link_id, _systems(kind.codes))
    if kind is PREVENTIVE_TRIALS:
        return _trials(link_id)
    raise TypeError(f"{link_id} is of a kind that has no shape in FHIR")


def _trials(link_id: str) -> Shape:
    names = [*(medicine.name for medicine in CATALOGUE), OTHER]
    medicine = CodeShape(f"{link_id}.medicine", dict.fromkeys(names, MEDICINE_SYSTEM), is_needed=True)
    parts = {name: _shape(f"{link_id}.{name}", kind) for name, kind in TRIAL_PARTS.items()}
    name_given = TextShape(f"{link_id}.{NAME_GIVEN}")
    return GroupShape(link_id, {"medicine": medicine, **parts, NAME_GIVEN: name_given})


def _place(name: str) -> int:
    """Where a question comes: as the pages ask, then what no page asks."""
    return ASKED_ORDER.index(name) if name in ASKED_ORDER else len(ASKED_ORDER)


SHAPES: Final = {name: _shape(name, KINDS[name]) for name in sorted(KINDS, key=_place)}
QUESTIONS: Final = frozenset(link_id for shape in SHAPES.values() for link_id in shape.link_ids)
GROUPS: Final = frozenset({TRIALS})


def questionnaire(language: str) -> Resource:
    """The Questionnaire of today in a language (its HTML code)."""
    made: Resource = json.loads(_questionnaire_text(language))
    return made


@lru_cache(maxsize=8)
def _questionnaire_text(language: str) -> str:
    """Kept as text, so that every bundle has a copy of its own: making it took half the time of a bundle."""
    with in_language(language):
        return json.dumps(_questionnaire(language))


def _questionnaire(language: str) -> Resource:
    return {
        "resourceType": "Questionnaire",
        "id": str(uuid5(NAMESPACE_URL, f"{QUESTIONNAIRE_URL}|{QUESTIONNAIRE_VERSION}|{language}")),
        "language": language,
        "url": QUESTIONNAIRE_URL,
        "version": QUESTIONNAIRE_VERSION,
        "name": "HeadacheScreening",
        "title": _("Self-screening for chronic migraine"),
        "status": "active",
        "subjectType": ["Patient"],
        "description": _("Self-reported answers to compare with a published pattern. Not a diagnosis."),
        "item": [item for shape in SHAPES.values() for item in shape.defined()],
    }


def response_items(answers: Mapping[str, Any], *, with_text: bool) -> list[Resource]:
    """The answers (plain values by name) as items; without names that were typed, unless `with_text`."""
    given = dict(answers)
    if not with_text and isinstance(given.get(TRIALS), list):
        given[TRIALS] = [{**trial, NAME_GIVEN: None} for trial in given[TRIALS]]
    return [
        item
        for name, shape in SHAPES.items()
        if given.get(name) is not None
        for item in shape.written(given[name])
    ]
