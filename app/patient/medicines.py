"""The list of preventive medicines: add, change and remove, each a page of its own, without JavaScript."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.medicines import MEDICINES
from app.patient import browser
from app.patient.blueprint import patient
from app.patient.ways import after, is_change, place_for, shows_errors, stop_here, stops
from app.questionnaire.steps import STEP_BY_SLUG
from app.questionnaire.summary import name_of_trial
from app.questionnaire.trial_forms import MedicineForm, TrialForm
from app.questionnaire.trial_list import (
    MOST_TRIALS,
    Trial,
    find_same,
    find_trial,
    trials_of,
    with_medicine,
    with_story,
    without_trial,
)
from app.services.self_screening import Change, change_answers
from app.web.context import now, store
from app.web.display import is_choosing

_STEP: Final = STEP_BY_SLUG["preventives"]
_P = ParamSpec("_P")
Answers = dict[str, Any]


def on_the_list(view: Callable[Concatenate[Answers, _P], Response]) -> Callable[_P, Response]:
    """A view of the list: it is given the answers, if this is where the person may be now."""

    @wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Response:
        draft = browser.open_draft()
        elsewhere = place_for(draft, _STEP)
        return view(draft.answers, *args, **kwargs) if elsewhere is None else elsewhere

    return guarded


def _keep(change: Change) -> Answers:
    return change_answers(store(), browser.token(), change, now())


def _change() -> str | None:
    return "yes" if is_change() else None


def _to_list() -> Response:
    return browser.go_to("patient.show_step", slug=_STEP.slug, change=_change())


def _to_trial(trial: Trial, *, is_named_again: bool = False) -> Response:
    again = "yes" if is_named_again else None
    return browser.go_to("patient.show_trial", key=trial["key"], change=_change(), again=again)


def _page(template: str, form: MedicineForm | TrialForm, status: int, **values: Any) -> Response:
    back = url_for("patient.show_step", slug=_STEP.slug, change=_change())
    page = render_template(template, form=form, back=back, change=_change(), **values)
    return make_response(page, status)


@patient.get("/screening/preventives/add")
@on_the_list
def add_medicine(answers: Answers) -> Response:
    """Which medicine was it?"""
    if len(trials_of(answers)) >= MOST_TRIALS:
        return _to_list()
    return _page("patient/medicine.html", MedicineForm.showing({}), 200)


@patient.post("/screening/preventives/add")
@on_the_list
def receive_medicine(before: Answers) -> Response:
    """Find the medicine. One that is on the list already is opened, not added again."""
    form = MedicineForm.received(request.form)
    if is_choosing():
        if shows_errors():
            form.settles()
        return _page("patient/medicine.html", form, 200)
    medicine = form.found if form.settles() else None
    if medicine is None:
        return stop_here(is_kept=False) if stops() else _page("patient/medicine.html", form, 422)
    name = form.name_given.data
    wanted = {"medicine": medicine, "name_given": name}
    answers = _keep(lambda latest: with_medicine(latest, medicine, name))
    if stops():
        return stop_here(is_kept=True)
    trial = find_same(answers, wanted)
    is_known = "result" in (find_same(before, wanted) or {})
    return _to_list() if trial is None else _to_trial(trial, is_named_again=is_known)


def _trial_page(form: TrialForm, trial: Trial, status: int) -> Response:
    return _page(
        "patient/trial.html",
        form,
        status,
        medicine=name_of_trial(trial),
        entry=MEDICINES.get(trial["medicine"]),
        trial_key=trial["key"],
        again=request.args.get("again"),
    )


@patient.get("/screening/preventives/<key>")
@on_the_list
def show_trial(answers: Answers, key: str) -> Response:
    """What happened with one medicine?"""
    trial = find_trial(answers, key)
    return _to_list() if trial is None else _trial_page(TrialForm.showing(trial), trial, 200)


@patient.post("/screening/preventives/<key>")
@on_the_list
def receive_trial(answers: Answers, key: str) -> Response:
    """Keep what happened with one medicine; nothing when it is no longer on the list."""
    trial = find_trial(answers, key)
    if trial is None:
        return _to_list()
    form = TrialForm.received(request.form)
    if is_choosing():
        if shows_errors():
            form.validate()
        return _trial_page(form, trial, 200)
    if not form.validate():
        return stop_here(is_kept=False) if stops() else _trial_page(form, trial, 422)
    _keep(lambda before: with_story(before, key, form.story()))
    return stop_here(is_kept=True) if stops() else _to_list()


@patient.post("/screening/preventives/<key>/remove")
@on_the_list
def remove_trial(_answers: Answers, key: str) -> Response:
    """Take one medicine off the list."""
    _keep(lambda before: without_trial(before, key))
    return _to_list()


@patient.post("/screening/preventives/done")
@on_the_list
def medicines_done(answers: Answers) -> Response:
    """Go on from the list. A medicine without its story is asked for first."""
    untold = next((trial for trial in trials_of(answers) if "result" not in trial), None)
    return after(_STEP, answers) if untold is None else _to_trial(untold)
