"""One stored screening: the record, and recording a review."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID, uuid4

from flask import abort, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clinic.access import me
from app.clinic.blueprint import clinic
from app.clinic.forms import ReviewForm, uuid_in_form
from app.clinic.measure_forms import CourseForm, ScoreForm
from app.clinic.queue import desk_context
from app.clinic.saved import Saved, back_to, saved_notice
from app.domain.codes import Outcome, YesNo, diagnosis_entry
from app.domain.comparison import differences
from app.domain.help_numbers import EUROPEAN_UNION
from app.domain.migraine_features import is_minor
from app.domain.policies import PolicyResult
from app.domain.values import NOT_SURE_WORD
from app.questionnaire import QUESTIONNAIRE_VERSION, desk_labels
from app.questionnaire.calendar import today_here
from app.questionnaire.desk_labels import confirmed_words
from app.questionnaire.labels import BOTULINUM_SAFETY, OUTCOMES, RED_FLAGS, URGENCIES
from app.reports import record_words as parts
from app.reports.answer_words import answer_groups, groups_as_read
from app.reports.diary_words import window_rows
from app.reports.history_words import history_rows, looker_rows, visit_rows
from app.reports.measure_words import course_lines, score_rows
from app.reports.policy_tables import policy_tables
from app.reports.record_words import STATUS_LABELS
from app.services.clinical_review import NoScreeningError, ScreeningRecord, note_action, open_record
from app.services.diary_beside import diary_beside
from app.services.measures import count_unreadable, going_on, latest_course, recorded_courses, recorded_scores
from app.services.reviewing import NewerReviewError, NewReview, colleagues, record_review
from app.storage.audit import Action
from app.storage.statuses import ScreeningStatus
from app.web.clinic_words import country
from app.web.context import now, store
from app.web.paper_size import other_paper

_FORMS: Final = {"form": ReviewForm, "score_form": ScoreForm, "course_form": CourseForm}


def _warnings(record: ScreeningRecord) -> dict[str, Any]:
    """What a clinician has to see before anything else."""
    assessment, answers = record.assessment, record.screening.answers
    return {
        "red_flags": [(RED_FLAGS[flag.code], URGENCIES[flag.urgency]) for flag in assessment.red_flags],
        "look_alikes": [desk_labels.LOOK_ALIKES[code] for code in assessment.look_alikes],
        "contradictions": [desk_labels.CONTRADICTIONS[code] for code in assessment.contradictions],
        "overuse_warning": parts.overuse_warning(assessment.medication_overuse),
        "is_unsure_of_look_alikes": answers.get("look_alikes") == NOT_SURE_WORD,
        "is_minor": is_minor(answers.get("age_years")),
    }


def _nearest_first(results: Iterable[PolicyResult]) -> list[PolicyResult]:
    """Policies of the clinic's own country first: their ids begin with it."""
    code = country()
    here = ("uk-",) if code == "GB" else (f"{code.lower()}-",) if code else ()
    if code in EUROPEAN_UNION:
        here = (*here, "eu-")
    return sorted(results, key=lambda result: not result.id.startswith(here) if here else False)


def _treatment(record: ScreeningRecord) -> dict[str, Any]:
    """Policies, scores, and how headache days went under treatment."""
    known = store().policies.policies
    entry = latest_course(record.measures)
    compared = (record.reassessed or record.assessment).policies
    tables = policy_tables(_nearest_first(compared), known)
    answers = record.screening.answers
    listed = answers.get("botulinum_safety")
    return {
        "is_on_cgrp": answers.get("current_cgrp_treatment") == YesNo.YES,
        "policies": tables,
        "to_ask": list(dict.fromkeys(question for table in tables for question in table.questions)),
        "is_of_today": record.reassessed is not None,
        "unreadable_measures": count_unreadable(record.measures),
        "scores": score_rows(recorded_scores(record.measures)),
        "courses": [course_lines(each) for each in recorded_courses(record.measures)],
        "going_on": policy_tables(going_on(store(), record.screening, entry.course), known) if entry else [],
        "botulinum_safety": [BOTULINUM_SAFETY[code] for code in listed] if isinstance(listed, list) else [],
        "is_unsure_of_safety": listed == NOT_SURE_WORD,
    }


def _today(record: ScreeningRecord) -> dict[str, Any]:
    """How today's rules differ from the stored assessment, when both were computed."""
    if record.reassessed is None or record.reassessment is None:
        return {"today_rows": [], "reassessed_at": None}
    changed = differences(record.assessment, record.reassessed)
    rows = parts.difference_rows(changed, record.assessment, record.reassessed)
    return {"today_rows": rows, "reassessed_at": record.reassessment.made_at}


def _desk_work(record: ScreeningRecord) -> dict[str, Any]:
    """Who has the screening and looked at it, what came before under the same code, what was confirmed."""
    others = [each for each in colleagues(store()) if each[0] != record.screening.assigned_to_id]
    diary = diary_beside(store(), record.screening.id, today_here())
    return {
        "me": me(),
        "other_paper": other_paper(),
        "colleagues": others,
        "lookers": looker_rows(record.entries),
        "history_rows": history_rows(record.entries),
        "visit_rows": visit_rows(record.visits),
        "diary": diary,
        "diary_rows": window_rows(diary.counts) if diary else [],
        "diagnosis": confirmed_words(record.diagnosis),
    }


def record_page(screening_id: UUID, *, notice: Any = "", **forms: Any) -> str:
    """The record; a form with something to mend is shown in place of an empty one.

    That it was opened is noted first. A review that was not stored keeps what its page had shown, so that
    a colleague's review in between is still told of.
    """
    if request.method != "HEAD":  # it shows nothing
        note(screening_id, Action.SCREENING_OPENED)
    record = opened(screening_id)
    newest = record.reviews[0].id if record.reviews else ""
    seen = (uuid_in_form("seen") or "") if "form" in forms and not notice else newest
    entry_ids = {name: id_from_page() if name in forms else uuid4() for name in _FORMS}
    saved = None if notice or forms else saved_notice()  # a form came back: nothing was saved
    return _record_page(record, notice=notice, saved=saved, seen_review=seen, entry_ids=entry_ids, **forms)


def note(screening_id: UUID, action: Action, detail: dict[str, str] | None = None) -> None:
    """Note what is about to be done with a screening."""
    try:
        note_action(store(), screening_id, action, me(), now(), detail)
    except NoScreeningError:
        abort(404)


def _record_page(record: ScreeningRecord, **shown: Any) -> str:
    assessment = record.assessment
    shown = {**{name: form() for name, form in _FORMS.items()}, **shown}
    if record.diagnosis is None:
        shown["form"].leave_out_taking_back()
    return render_template(
        "clinic/record.html",
        record=record,
        outcome=OUTCOMES[assessment.outcome],
        urgency=URGENCIES[assessment.urgency],
        tiles=[parts.tile(name, each) for name, each in assessment.criteria.items()],
        feature_rows=parts.feature_rows(assessment.migraine_features, record.screening.answers),
        overuse=assessment.medication_overuse,
        overuse_rows=parts.overuse_rows(assessment.medication_overuse, record.screening.answers),
        overuse_labels=desk_labels.OVERUSE_STATUSES,
        treatment_rows=parts.treatment_rows(assessment),
        answer_groups=answer_groups(record.screening.answers),
        groups_as_read=groups_as_read(record.screening),
        status_labels=STATUS_LABELS,
        confirmed_words=confirmed_words,
        is_emergency=assessment.outcome is Outcome.EMERGENCY,
        is_older=assessment.questionnaire_version != QUESTIONNAIRE_VERSION,
        **shown,
        **_warnings(record),
        **_treatment(record),
        **_today(record),
        **desk_context(record.screening.id),
        **_desk_work(record),
    )


def opened(screening_id: UUID) -> ScreeningRecord:
    try:
        return open_record(store(), screening_id)
    except NoScreeningError:
        abort(404)


@clinic.get("/screenings/<uuid:screening_id>")
def record(screening_id: UUID) -> str:
    """Everything about one screening."""
    return record_page(screening_id)


def id_from_page() -> UUID:
    """The id that the page gave to a new entry, so that sending it twice stores it once."""
    return uuid_in_form("entry") or uuid4()


def _new_review(form: ReviewForm) -> NewReview:
    return NewReview(
        id=id_from_page(),
        status=ScreeningStatus(form.status.data),
        note=form.note.data,
        diagnosis=diagnosis_entry(form.diagnosis.data) if form.diagnosis.data else None,
        seen=uuid_in_form("seen"),
    )


@clinic.post("/screenings/<uuid:screening_id>/reviews")
def receive_review(screening_id: UUID) -> Response:
    """Add a review, or show the record again with what to mend or what a colleague wrote meanwhile."""
    form = ReviewForm.received(request.form)
    if not form.validate():
        return make_response(record_page(screening_id, form=form), 422)
    try:
        record_review(store(), screening_id, _new_review(form), clinician_id=me(), now=now())
    except NoScreeningError:
        abort(404)
    except NewerReviewError as problem:
        notice = _(
            "%(name)s has recorded a review since you opened this page: it stands first under Reviews. "
            "Yours is not saved yet: it is still in the form, where you can change it and save it.",
            name=problem.review.clinician_name,
        )
        return make_response(record_page(screening_id, notice=notice, form=form), 409)
    return back_to(screening_id, Saved.REVIEW)
