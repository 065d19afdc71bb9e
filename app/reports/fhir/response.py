"""A QuestionnaireResponse of our own Questionnaire, read back as answers. Nothing is stored here."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import AnswerError, ScreeningAnswers, answers_from_mapping
from app.questionnaire import EARLIER_VERSIONS, QUESTIONNAIRE_VERSION
from app.reports.fhir.codes import QUESTIONNAIRE_URL, TEST_DATA
from app.reports.fhir.questionnaire import GROUPS, QUESTIONS, SHAPES
from app.reports.fhir.reading import FhirError, GivenItems, shown

_RESPONSE: Final = "QuestionnaireResponse"
_STATUSES: Final = ("completed", "amended")
_MOST_TRIALS: Final = 100
# The standard forbids to read on where one of these stands and is not understood.
_CHANGE_THE_MEANING: Final = ("implicitRules", "modifierExtension")


@dataclass(frozen=True)
class ReceivedAnswers:
    """The answers of a response, and the version of the questionnaire that they answer.

    `digest` tells the response from others, however its JSON is laid out.
    """

    answers: ScreeningAnswers
    questionnaire_version: str
    digest: bytes
    is_demonstration: bool = False


def answers_from_response(resource: Any) -> ReceivedAnswers:
    """The answers of a QuestionnaireResponse, or of a Bundle that holds exactly one.

    Raises:
        FhirError: it is none, is not finished, is of another questionnaire or of a later version, or holds
            something that is no answer to it. The text names the item and says what to do.
    """
    response = _the_response(resource)
    for name in _CHANGE_THE_MEANING:
        if name in response:
            raise FhirError(
                _("The response holds “%(part)s”, which is not understood: it cannot be taken in", part=name)
            )
    if response.get("status") not in _STATUSES:
        raise FhirError(_("The response is not finished: its status must be completed or amended"))
    version = _version(response.get("questionnaire"))
    given = GivenItems(response.get("item", []), questions=QUESTIONS, groups=GROUPS)
    values = {name: shape.read(given) for name, shape in SHAPES.items()}
    _check_size(values)
    try:
        return ReceivedAnswers(
            answers_from_mapping(values), version, _digest(response), _is_test_data(response)
        )
    except AnswerError as problem:
        raise FhirError(str(problem)) from None


def _digest(response: dict[str, Any]) -> bytes:
    try:
        written = json.dumps(response, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise FhirError(
            _("The response is nested deeper than can be read: leave out what is not needed")
        ) from None
    return hashlib.sha256(written.encode()).digest()


def _is_test_data(response: dict[str, Any]) -> bool:
    """Whether the response says that its person does not exist: such a one stays a demonstration."""
    meta = response.get("meta")
    labels = meta.get("security") if isinstance(meta, dict) else None
    found = labels if isinstance(labels, list) else []
    return any(isinstance(each, dict) and each.get("code") == TEST_DATA["code"] for each in found)


def _check_size(values: dict[str, Any]) -> None:
    """No more than a person can have tried."""
    tried = values.get("preventives")
    if isinstance(tried, list) and len(tried) > _MOST_TRIALS:
        raise FhirError(_("The response holds more than %(most)s preventive medicines.", most=_MOST_TRIALS))


def _the_response(resource: Any) -> dict[str, Any]:
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind == _RESPONSE:
        return dict(resource)
    if kind != "Bundle":
        raise FhirError(
            _("This is no FHIR resource that can be taken in: give a QuestionnaireResponse or a Bundle")
        )
    found = [each for each in _resources(resource.get("entry")) if each.get("resourceType") == _RESPONSE]
    if len(found) != 1:
        raise FhirError(
            _("The Bundle must hold exactly one QuestionnaireResponse, and has %(num)s", num=len(found))
        )
    return found[0]


def _resources(entries: Any) -> list[dict[str, Any]]:
    """The resources of the entries of a Bundle; what has another shape is none."""
    whole = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [entry["resource"] for entry in whole if isinstance(entry.get("resource"), dict)]


def _version(canonical: Any) -> str:
    """The version of our questionnaire that was answered. Names never change, so earlier ones can be read."""
    url, _bar, version = canonical.partition("|") if isinstance(canonical, str) else ("", "", "")
    if url != QUESTIONNAIRE_URL:
        raise FhirError(
            _(
                "The response answers another questionnaire: “questionnaire” must be %(ours)s",
                ours=f"{QUESTIONNAIRE_URL}|{QUESTIONNAIRE_VERSION}",
            )
        )
    if version not in (QUESTIONNAIRE_VERSION, *EARLIER_VERSIONS):
        raise FhirError(
            _(
                "Version “%(version)s” of the questions is not known here. The latest is %(ours)s.",
                version=shown(version),
                ours=QUESTIONNAIRE_VERSION,
            )
        )
    return version
