"""Treatment in words: preventives tried, scores, headache days under treatment, and what was typed."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.codes import NotSure
from app.domain.preventive_history import CountedTrial
from app.domain.scores import Instrument
from app.questionnaire.desk_labels import INSTRUMENTS
from app.questionnaire.labels import named_medicine
from app.questionnaire.number_words import number_words
from app.reports.measure_words import course_lines, score_rows
from app.reports.papers.typesetting import plain_text
from app.reports.papers.words import NOT_KNOWN, NOT_SURE
from app.reports.record_words import treatment_rows
from app.services.clinical_review import ScreeningRecord
from app.services.measures import RecordedScore, count_unreadable, latest_course, recorded_scores


@dataclass(frozen=True)
class Trial:
    """One preventive medicine: a row of the treatment table."""

    medicine: str
    medicine_class: str
    dose: str
    how_long: str
    happened: str
    counted: str


def treatment_words(record: ScreeningRecord) -> str:
    """How many medicines and classes count, or why there are none."""
    history = record.assessment.preventive_history
    if not history.asked:
        return str(_("Not known: the person was not asked, or was not sure."))
    if not history.trials:
        return str(_("None tried."))
    medicines = ngettext("%(num)s medicine counted", "%(num)s medicines counted", history.medicines)
    classes = ngettext("%(num)s class", "%(num)s classes", history.classes)
    return f"{medicines}, {classes}"


def _named(verdict: CountedTrial) -> str:
    """The medicine; a name that holds nothing to print is as good as none."""
    trial = verdict.trial
    return named_medicine(trial.medicine, plain_text(trial.name_given or ""))


def _dose(verdict: CountedTrial) -> str:
    dose = verdict.trial.daily_dose_mg
    if dose is None:
        return str(NOT_KNOWN)
    return str(NOT_SURE) if isinstance(dose, NotSure) else str(_("%(dose)s mg", dose=number_words(dose)))


def trials(record: ScreeningRecord) -> tuple[Trial, ...]:
    """Every preventive that was named, whether it counts or not."""
    history = record.assessment.preventive_history
    rows = zip(history.trials, treatment_rows(record.assessment), strict=True)
    return tuple(
        Trial(_named(verdict), str(row[1]), _dose(verdict), *(str(cell) for cell in row[2:]))
        for verdict, row in rows
    )


def own_words(record: ScreeningRecord) -> tuple[tuple[str, str], ...]:
    """What the patient typed in words of their own, each with what it is about."""
    given = (verdict.trial for verdict in record.assessment.preventive_history.trials)
    return tuple(
        (named_medicine(trial.medicine, None), plain_text(trial.name_given))
        for trial in given
        if plain_text(trial.name_given or "")
    )


def scores(record: ScreeningRecord) -> tuple[tuple[str, ...], ...]:
    """The newest score of each instrument: instrument, total, meaning, when."""
    newest = _newest_scores(record)
    rows: list[list[Any]] = score_rows(newest.values())
    return tuple((str(row[0]), str(row[1]), str(row[2]), str(row[4])) for row in rows)


def scores_missing(record: ScreeningRecord) -> str:
    """The instruments without a score, in a sentence; empty when each has one."""
    newest = _newest_scores(record)
    names = [str(INSTRUMENTS[each]) for each in Instrument if each not in newest]
    return str(_("Not entered: %(names)s.", names=", ".join(names))) if names else ""


def _newest_scores(record: ScreeningRecord) -> dict[Instrument, RecordedScore]:
    entries = recorded_scores(record.measures)
    newest = {entry.score.instrument: entry for entry in reversed(entries)}
    return {each: newest[each] for each in Instrument if each in newest}


def course(record: ScreeningRecord) -> tuple[str, ...]:
    """The newest course of treatment in sentences; none when none was entered."""
    entry = latest_course(record.measures)
    return tuple(course_lines(entry)) if entry else ()


def unreadable(record: ScreeningRecord) -> str:
    """That entries are damaged; empty when none is."""
    count = count_unreadable(record.measures)
    return (
        str(ngettext("%(num)s entry cannot be read.", "%(num)s entries cannot be read.", count))
        if count
        else ""
    )
