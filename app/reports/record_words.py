"""An assessment in the words of the desk: tiles, features, overuse, treatment, and what has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.assessment import Assessment
from app.domain.codes import Outcome, Status, Urgency
from app.domain.comparison import Difference, requirement_part, version_part
from app.domain.criteria import Criterion
from app.domain.medication_overuse import THRESHOLDS_PER_30, MedicationOveruse, OveruseStatus
from app.domain.migraine_features import MigraineFeatures
from app.domain.policies import RequirementStatus
from app.questionnaire.desk_labels import (
    CONTRADICTIONS,
    FEATURE_STATUSES,
    FEATURES,
    LOOK_ALIKES,
    OVERUSE_STATUSES,
    PARTS,
    REQUIREMENT_STATUSES,
)
from app.questionnaire.labels import (
    ACUTE_CLASSES,
    CLOSE_TO_THE_LINE,
    CRITERIA,
    MEDICINE_CLASSES,
    OUTCOMES,
    RED_FLAGS_IN_SHORT,
    STATUSES,
    URGENCIES,
    counted_cell,
    trial_medicine,
)
from app.questionnaire.policy_words import needed_words
from app.questionnaire.summary import result_words, weeks_words
from app.storage.statuses import ScreeningStatus
from app.web.bars import Bar, bar_for
from app.web.templating import number

STATUS_LABELS: Final[dict[ScreeningStatus, Any]] = {
    ScreeningStatus.NEW: _l("New"),
    ScreeningStatus.IN_REVIEW: _l("In review"),
    ScreeningStatus.REVIEWED: _l("Reviewed"),
    ScreeningStatus.NEEDS_CONTACT: _l("Needs contact"),
    ScreeningStatus.CLOSED: _l("Closed"),
}
_UNITS: Final = {
    "headache_days": _l("≥ %(num)s days"),
    "migraine_days": _l("≥ %(num)s days"),
    "duration": _l("≥ %(num)s months"),
}


_ABOUT_FEATURES: Final = (
    "lifetime_attacks_at_least_5",
    "hours_per_headache_day",
    "unilateral_location",
    "pulsating_quality",
    "moderate_or_severe_pain",
    "aggravated_by_routine_activity",
    "nausea_or_vomiting",
    "photophobia",
    "phonophobia",
)
_ABOUT_MEDICINE: Final = (
    *(f"{name}_days" for name in THRESHOLDS_PER_30),
    "gepant_or_ditan_days",
    "any_acute_medication_days",
    "months_of_acute_medication_use",
)


@dataclass(frozen=True)
class Tile:
    """One criterion at the desk."""

    name: Any
    value: str
    threshold: str
    state: Any
    distance: str
    bar: Bar


def _past_days(count: int, num: str) -> Any:
    return ngettext("%(amount)s day past the line", "%(amount)s days past the line", count, amount=num)


def _short_days(count: int, num: str) -> Any:
    return ngettext(
        "%(amount)s day short of the line", "%(amount)s days short of the line", count, amount=num
    )


def _past_months(count: int, num: str) -> Any:
    return ngettext("%(amount)s month past the line", "%(amount)s months past the line", count, amount=num)


def _short_months(count: int, num: str) -> Any:
    return ngettext(
        "%(amount)s month short of the line", "%(amount)s months short of the line", count, amount=num
    )


_BESIDE_THE_LINE: Final = {"days": (_past_days, _short_days), "months": (_past_months, _short_months)}


def _distance(name: str, criterion: Criterion) -> str:
    distance = criterion.distance
    if distance is None:
        return str(_("distance not known"))
    if distance == 0:
        return str(_("exactly on the line"))
    past, short = _BESIDE_THE_LINE["months" if name == "duration" else "days"]
    count = 1 if abs(distance) == 1 else 2
    return str((past if distance > 0 else short)(count, number(abs(distance))))


def tile(name: str, criterion: Criterion) -> Tile:
    return Tile(
        name=CRITERIA[name],
        value="?" if criterion.value is None else number(criterion.value),
        threshold=str(_UNITS[name] % {"num": criterion.threshold}),
        state=(CLOSE_TO_THE_LINE if criterion.borderline else STATUSES)[criterion.status],
        distance=_distance(name, criterion),
        bar=bar_for(name, criterion),
    )


def treatment_rows(assessment: Assessment) -> list[list[Any]]:
    """The treatment table: medicine, class, how long, what happened, what counted and why."""
    rows = []
    for verdict in assessment.preventive_history.trials:
        medicine = verdict.trial.catalogue_entry
        rows.append(
            [
                trial_medicine(verdict),
                MEDICINE_CLASSES[medicine.medicine_class] if medicine else _("not known"),
                weeks_words(verdict.trial),
                result_words(verdict.trial),
                "; ".join(str(words) for words in counted_cell(verdict)),
            ]
        )
    return rows


def _is_answered(answers: dict[str, Any], names: Iterable[str]) -> bool:
    return any(answers.get(name) is not None for name in names)


def feature_rows(features: MigraineFeatures | None, answers: dict[str, Any]) -> list[list[Any]]:
    """ICHD-3 1.1 A to D and the whole; none when nothing about them was answered."""
    if features is None or not _is_answered(answers, _ABOUT_FEATURES):
        return []
    whole = FEATURE_STATUSES[features.whole]
    if features.misses_one:
        whole = _("%(status)s: one criterion is missing (probable migraine, ICHD-3 1.5)", status=whole)
    rows = [[words, FEATURE_STATUSES[getattr(features, name)]] for name, words in FEATURES.items()]
    return [*rows[:-1], [FEATURES["whole"], whole]]


def overuse_rows(overuse: MedicationOveruse | None, answers: dict[str, Any]) -> list[list[Any]]:
    """Class, days per 30, line, status; none when nothing about them was answered."""
    if overuse is None or not _is_answered(answers, _ABOUT_MEDICINE):
        return []
    return [
        [
            ACUTE_CLASSES[use.name],
            _("not known") if use.days is None else number(use.days),
            _("%(days)s days", days=use.threshold),
            OVERUSE_STATUSES[use.status],
        ]
        for use in overuse.classes
    ]


_CODE_WORDS: Final[dict[str, Any]] = {
    **{code.value: words for code, words in OUTCOMES.items() if code is not Outcome.CANNOT_TELL},
    **{code.value: words for code, words in URGENCIES.items() if code is not Urgency.EMERGENCY},
    **{code.value: words for code, words in FEATURE_STATUSES.items() if code is not Status.CANNOT_TELL},
    **{code.value: words for code, words in OVERUSE_STATUSES.items()},
    RequirementStatus.MISSING.value: REQUIREMENT_STATUSES[RequirementStatus.MISSING],
}


_LISTS: Final[dict[str, dict[Any, Any]]] = {
    "contradictions": CONTRADICTIONS,
    "look_alikes": LOOK_ALIKES,
    "red_flags": RED_FLAGS_IN_SHORT,
}


def _in_words(part: str, codes: str) -> Any:
    if part in _LISTS:
        return "; ".join(str(_LISTS[part][code]) for code in codes.split(", ") if code) or _("none")
    if not codes:
        return _("not there")
    code, _comma, close = codes.partition(", ")
    words = _CODE_WORDS.get(code, code)
    return _("%(status)s, close to the line", status=words) if close else words


def _requirement_names(*assessments: Assessment) -> dict[str, str]:
    """Each requirement that was compared, by the part it is in a comparison, in words."""
    policies = [policy for assessment in assessments for policy in assessment.policies]
    versions = {
        version_part(policy.id): str(_("%(policy)s: version", policy=policy.id)) for policy in policies
    }
    return versions | {
        requirement_part(policy.id, each.id): f"{policy.id}: {needed_words(each.needed)}"
        for policy in policies
        for each in policy.requirements
    }


def difference_rows(differences: Iterable[Difference], then: Assessment, now: Assessment) -> list[list[Any]]:
    """What differs, as it was stored and as it is by today's rules."""
    classes = {f"overuse/{name}": words for name, words in ACUTE_CLASSES.items()}
    names = {**PARTS, **classes, **_requirement_names(then, now)}
    return [
        [names[each.part], _in_words(each.part, each.then), _in_words(each.part, each.now)]
        for each in differences
    ]


def overuse_warning(overuse: MedicationOveruse | None) -> Any:
    """What of overuse belongs among the first things a clinician sees; empty when no line is reached."""
    if overuse is None or not overuse.reached:
        return ""
    if overuse.status is OveruseStatus.CANNOT_TELL:
        return _("Medication overuse: the days reach the line, the months or headache days are not known")
    return _("Medication overuse: %(status)s", status=OVERUSE_STATUSES[overuse.status])
