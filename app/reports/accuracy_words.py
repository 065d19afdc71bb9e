"""How the screen did in this clinic, in words: beside the diagnoses that clinicians confirmed."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from app.domain.codes import ConfirmedDiagnosis, Outcome
from app.domain.small_cells import Hidden
from app.questionnaire.desk_labels import DIAGNOSES as DIAGNOSIS_LABELS
from app.questionnaire.labels import OUTCOMES
from app.reports.statistic_words import count_words, percent_words
from app.services.statistics import DIAGNOSES, AccuracyRow, Statistics
from app.web.templating import number

_PREDICTED: Final = (Outcome.POSITIVE, Outcome.BORDERLINE)
_MISSED: Final = (Outcome.NEGATIVE, Outcome.BORDERLINE, Outcome.CANNOT_TELL)


@dataclass(frozen=True)
class PredictiveValue:
    """How often chronic migraine was confirmed after an outcome. The numbers are percent.

    Where it is too few to say, `percent` is None.
    """

    title: Any
    sentence: str
    percent: float | None = None
    low: float = 0
    high: float = 100


def predictive_values(found: Statistics) -> list[PredictiveValue]:
    """After a positive and after a borderline screen."""
    return [_predictive_value(outcome, found.accuracy[outcome]) for outcome in _PREDICTED]


def _predictive_value(outcome: Outcome, row: AccuracyRow) -> PredictiveValue:
    seen = row.chronic_migraine
    if seen is None:
        return PredictiveValue(OUTCOMES[outcome], _too_few(row))
    low, high = seen.interval
    sentence = _(
        "Chronic migraine was confirmed in %(part)s of %(whole)s: %(share)s "
        "(95%% interval %(low)s to %(high)s).",
        part=number(seen.part),
        whole=number(seen.whole),
        share=percent_words(seen.value),
        low=percent_words(low),
        high=percent_words(high),
    )
    return PredictiveValue(OUTCOMES[outcome], str(sentence), 100 * seen.value, 100 * low, 100 * high)


def _too_few(row: AccuracyRow) -> str:
    if row.diagnoses.total == 0:
        return str(_("No diagnosis was confirmed yet."))
    return str(_("Too few to say: a number in it is under 5."))


def missed_lines(found: Statistics) -> list[str]:
    """Chronic migraine that was confirmed where the screen was not positive."""
    return [_missed(outcome, found.accuracy[outcome]) for outcome in _MISSED]


def _missed(outcome: Outcome, row: AccuracyRow) -> str:
    name, confirmed = OUTCOMES[outcome], row.diagnoses.cells[ConfirmedDiagnosis.CHRONIC_MIGRAINE]
    if row.diagnoses.total == 0:
        return str(_("%(name)s: no diagnosis was confirmed yet", name=name))
    if isinstance(row.diagnoses.total, Hidden):
        return str(_("%(name)s: under 5 diagnoses, too few to say", name=name))
    part, whole = count_words(confirmed), number(row.diagnoses.total)
    if isinstance(confirmed, Hidden):
        return str(_("%(name)s: %(part)s, of %(whole)s", name=name, part=part, whole=whole))
    return str(_("%(name)s: %(part)s of %(whole)s", name=name, part=part, whole=whole))


def accuracy_headers() -> list[Any]:
    """Outcome, each diagnosis, their total, and apart from it those that are unsure."""
    return [
        _("Outcome"),
        *(DIAGNOSIS_LABELS[diagnosis] for diagnosis in DIAGNOSES),
        _("Confirmed in all"),
        DIAGNOSIS_LABELS[ConfirmedDiagnosis.UNSURE],
    ]


def accuracy_rows(found: Statistics) -> list[list[Any]]:
    """A line for each outcome, below `accuracy_headers`."""
    return [
        [
            OUTCOMES[outcome],
            *(count_words(row.diagnoses.cells[diagnosis]) for diagnosis in DIAGNOSES),
            count_words(row.diagnoses.total),
            count_words(row.unsure),
        ]
        for outcome, row in found.accuracy.items()
    ]
