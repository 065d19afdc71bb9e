"""The list of preventive medicines: add, change and remove, each a page of its own, without JavaScript."""

from typing import Any, Final

from flask import abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.medicines import OTHER
from app.patient import browser
from app.patient.blueprint import patient
from app.patient.journey import MOST_TRIALS, after, is_change, place_for
from app.questionnaire.steps import STEP_BY_SLUG
from app.questionnaire.summary import name_of_trial
from app.questionnaire.trial_forms import MedicineForm, TrialForm
from app.services.self_screening import save_answers
from app.storage.drafts import Draft
from app.web.context import now, store

_STEP: Final = STEP_BY_SLUG["preventives"]


def _trials(draft: Draft) -> list[dict[str, Any]]:
    given = draft.answers.get("preventives")
    return list(given) if isinstance(given, list) else []


def _keep(trials: list[dict[str, Any]]) -> dict[str, Any]:
    """Store the list; an empty one means that the question is open again."""
    return save_answers(store(), browser.token(), {"preventives": trials or None}, now())


def _change() -> str | None:
    return "yes" if is_change() else None


def _to_list() -> Response:
    return browser.go_to("patient.show_step", slug=_STEP.slug, change=_change())


def _medicine_page(form: MedicineForm) -> str:
    back = url_for("patient.show_step", slug=_STEP.slug, change=_change())
    return render_template("patient/medicine.html", form=form, back=back, change=_change())


@patient.get("/screening/preventives/add")
def add_medicine() -> str | Response:
    """Which medicine was it?"""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    if len(_trials(draft)) >= MOST_TRIALS:
        return _to_list()
    return _medicine_page(MedicineForm.showing({}))


@patient.post("/screening/preventives/add")
def receive_medicine() -> Response:
    """Find the medicine. One that is on the list already is opened, not added again."""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    form = MedicineForm.received(request.form)
    if not form.name_is_usable():
        return make_response(_medicine_page(form), 422)
    if form.found is None:
        if form.was_offered(request.form):
            form.medicine.validate(form)
        return make_response(_medicine_page(form), 422 if form.errors_in_order else 200)
    trials = _trials(draft)
    number = _place_in(trials, form.found)
    if number is None and len(trials) < MOST_TRIALS:
        trials.append(_new_trial(form))
        number = len(trials)
        _keep(trials)
    if number is None:
        return _to_list()
    return browser.go_to("patient.show_trial", number=number, change=_change())


def _new_trial(form: MedicineForm) -> dict[str, Any]:
    if form.found == OTHER:
        return {"medicine": OTHER, "name_given": form.name_given.data}
    return {"medicine": form.found}


def _place_in(trials: list[dict[str, Any]], medicine: str) -> int | None:
    """Which number a medicine has on the list. Medicines outside the catalogue are never the same."""
    names = [trial["medicine"] for trial in trials]
    return names.index(medicine) + 1 if medicine != OTHER and medicine in names else None


def _trial_page(form: TrialForm, trial: dict[str, Any], number: int) -> str:
    back = url_for("patient.show_step", slug=_STEP.slug, change=_change())
    return render_template(
        "patient/trial.html",
        form=form,
        medicine=name_of_trial(trial),
        number=number,
        back=back,
        change=_change(),
    )


def _trial_or_404(draft: Draft, number: int) -> dict[str, Any]:
    trials = _trials(draft)
    return trials[number - 1] if 0 < number <= len(trials) else abort(404)


@patient.get("/screening/preventives/<int:number>")
def show_trial(number: int) -> str | Response:
    """What happened with one medicine?"""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    trial = _trial_or_404(draft, number)
    return _trial_page(TrialForm.showing(trial), trial, number)


@patient.post("/screening/preventives/<int:number>")
def receive_trial(number: int) -> Response:
    """Keep what happened with one medicine."""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    trial = _trial_or_404(draft, number)
    form = TrialForm.received(request.form)
    if not form.validate():
        return make_response(_trial_page(form, trial, number), 422)
    trials = _trials(draft)
    trials[number - 1] = form.trial(trial["medicine"], trial.get("name_given"))
    _keep(trials)
    return _to_list()


@patient.post("/screening/preventives/<int:number>/remove")
def remove_trial(number: int) -> Response:
    """Take one medicine off the list, if it still is the one the page showed."""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    trial = _trial_or_404(draft, number)
    if trial["medicine"] == request.form.get("medicine"):
        trials = _trials(draft)
        del trials[number - 1]
        _keep(trials)
    return _to_list()


@patient.post("/screening/preventives/done")
def medicines_done() -> Response:
    """Go on from the list. A medicine without its story is asked for first."""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    for number, trial in enumerate(_trials(draft), start=1):
        if "result" not in trial:
            return browser.go_to("patient.show_trial", number=number, change=_change())
    return after(_STEP, draft.answers)
