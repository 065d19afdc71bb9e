"""The queue of stored screenings: a view of it, views kept by name, finding one by its reference code."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clinic.access import me
from app.clinic.admin_retention import soon_to_go
from app.clinic.blueprint import clinic
from app.clinic.forms import FindForm, ViewNameForm, uuid_in_form
from app.clinic.queue_words import queue_item
from app.clinic.view_filters import ME, View, known_here, read_place, read_view, written_place
from app.domain.codes import LANGUAGES, Outcome, Urgency
from app.domain.reference_code import ReferenceCodeError
from app.questionnaire.labels import OUTCOMES
from app.reports.record_words import STATUS_LABELS
from app.services.clinical_review import NoScreeningError, NotSentError, count_search, look_up
from app.services.queue import (
    TooManyViewsError,
    ViewNameTakenError,
    capped,
    desk_counts,
    forget_view,
    keep_view,
    neighbours,
    queue_page,
    saved_views,
)
from app.services.reviewing import all_clinicians, colleagues
from app.services.throttling import TooManyTriesError
from app.storage.queue import Nobody, Standing
from app.storage.views import MOST_VIEWS
from app.web.context import now, settings, store
from app.web.language import language_name

_STANDINGS: Final[dict[Standing, Any]] = {
    Standing.OPEN: _l("Open"),
    Standing.DONE: _l("Done"),
    Standing.ANY: _l("Open or done"),
}
_FILTER_LABELS: Final[dict[str, Any]] = {
    "status": _l("Status"),
    "outcome": _l("Outcome"),
    "urgency": _l("Urgency"),
    "assigned": _l("Assigned to"),
    "from": _l("Received from"),
    "until": _l("Received until"),
    "language": _l("Language"),
    "policy": _l("Policy with nothing missing"),
}
_URGENCY_FILTERS: Final[dict[Urgency, Any]] = {
    Urgency.EMERGENCY: _l("Emergency"),
    Urgency.URGENT: _l("Urgent or emergency"),
    Urgency.SOON: _l("Soon, or more urgent"),
    Urgency.ROUTINE: _l("Routine only"),
}


def view_of_request() -> View:
    """The view that the address of this request asks for."""
    view = read_view(request.args, me(), settings().timezone)
    if "policy" not in view.query and "assigned" not in view.query:
        return view
    return known_here(view, {policy.id for policy in store().policies.policies}, all_clinicians(store()))


def _options(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    return [(str(getattr(value, "value", value)), words) for value, words in choices]


def _filter_options(view: View) -> dict[str, list[tuple[str, Any]]]:
    """The choices of each filter: value and words. A colleague who left is there while chosen."""
    myself, chosen = me(), view.wanted.assigned_to
    others = [each for each in colleagues(store()) if each[0] != myself]
    if isinstance(chosen, UUID) and chosen not in {myself, *dict(others)}:
        others.append((chosen, all_clinicians(store())[chosen]))
    options = {
        "status": _options([*_STANDINGS.items(), *STATUS_LABELS.items()]),
        "outcome": _options((outcome, OUTCOMES[outcome]) for outcome in Outcome),
        "urgency": _options(_URGENCY_FILTERS.items()),
        "assigned": _options([(ME, _l("Me")), (Nobody.NOBODY, _l("Nobody")), *others]),
        "policy": [(each.id, f"{each.issuer}, {each.title}") for each in store().policies.policies],
    }
    options["language"] = [(code, language_name(code)) for code in LANGUAGES]
    return options


def _active_filters(view: View, options: dict[str, list[tuple[str, Any]]]) -> list[tuple[Any, Any]]:
    """What the view is filtered by, in words: a list that leaves something out must say so."""
    return [
        (_FILTER_LABELS[name], dict(options.get(name, [])).get(text, text))
        for name, text in view.query.items()
    ]


def _quick_views(current: dict[str, str]) -> list[dict[str, Any]]:
    """The views that are one press away, each with its count."""
    counts = desk_counts(store(), me())
    g.waiting = (counts.open, counts.unread)  # the header shows them, too
    quick: tuple[tuple[Any, dict[str, str], int], ...] = (
        (_l("Open"), {}, counts.open),
        (_l("Urgent"), {"urgency": Urgency.URGENT.value}, counts.urgent),
        (_l("Mine"), {"assigned": ME}, counts.mine),
        (_l("Nobody’s"), {"assigned": Nobody.NOBODY.value}, counts.nobodys),
        (_l("Done"), {"status": Standing.DONE.value}, counts.done),
    )
    return [
        {"words": words, "query": query, "count": capped(count), "is_current": query == current}
        for words, query, count in quick
    ]


def queue_view(view: View, name_form: ViewNameForm) -> str:
    """The page of a view."""
    after = read_place(request.args.get("after"))
    page = queue_page(store(), view.wanted, after)
    options = _filter_options(view)
    return render_template(
        "clinic/queue.html",
        items=[queue_item(row) for row in page.rows],
        view=view,
        count=capped(page.count),
        count_number=page.count,
        is_first_page=after is None,
        next_place=written_place(page.next_place) if page.next_place else None,
        quick_views=_quick_views(view.query),
        options=options,
        active_filters=_active_filters(view, options),
        saved_views=saved_views(store(), me()),
        name_form=name_form,
        soon=soon_to_go(),
    )


def desk_context(screening_id: UUID) -> dict[str, Any]:
    """What stands at the left of a record: the screenings around it in the view of the address."""
    view = view_of_request()
    around = neighbours(store(), view.wanted, screening_id)
    return {
        "items": [queue_item(row) for row in around.rows],
        "query": view.query,
        "previous_id": around.previous_id,
        "next_id": around.next_id,
    }


@clinic.get("/")
def queue() -> str:
    """The screenings that wait, the most urgent first, or another view of them."""
    return queue_view(view_of_request(), ViewNameForm())


@clinic.post("/views")
def receive_view() -> Response:
    """Keep the view of the address under a name; one that has the name is replaced only when asked."""
    view, form = view_of_request(), ViewNameForm.received(request.form)
    if form.validate():
        # The button that replaces holds the name it was offered for: another name is asked about anew.
        may_replace = request.form.get("replace") == form.name.data
        try:
            keep_view(store(), me(), form.name.data, view.address, may_replace=may_replace)
            return redirect(url_for("clinic.queue", **view.query), code=303)
        except ViewNameTakenError:
            form.offer_replacing()
        except TooManyViewsError:
            form.name.errors = [
                _("You keep %(most)s views already. Remove one before you keep another", most=MOST_VIEWS)
            ]
    return make_response(queue_view(view, form), 422)


@clinic.post("/views/remove")
def remove_view() -> Response:
    """Forget a view that was kept; one that is gone already is no mistake."""
    view_id = uuid_in_form("view")
    if view_id is not None:
        forget_view(store(), me(), view_id)
    return redirect(url_for("clinic.queue", **view_of_request().query), code=303)


@clinic.get("/find")
def find() -> str:
    return render_template("clinic/find.html", form=FindForm())


@clinic.post("/find")
def receive_find() -> Response:
    """Open the newest screening with this code, however it was typed."""
    form = FindForm.received(request.form)
    if form.validate():
        try:
            count_search(store(), me(), now())
            screening_id = look_up(store(), form.code.data, clinician_id=me(), now=now())
            return redirect(url_for("clinic.record", screening_id=screening_id), code=303)
        except ReferenceCodeError:
            form.code.errors = [
                _("Check the code: it has 17 letters and digits, and one of these is missing or wrong")
            ]
        except NotSentError:
            form.code.errors = [
                _(
                    "Answers under this code were begun and not sent yet. Ask the person to go on with "
                    "“Use your code” on the page of the clinic, and to press “Send my answers”"
                )
            ]
        except NoScreeningError:
            form.code.errors = [_("No screening of this clinic has this code. Check it with the patient")]
        except TooManyTriesError as problem:
            return _too_many_searches(form, problem)
    return make_response(render_template("clinic/find.html", form=form), 422)


def _too_many_searches(form: FindForm, problem: TooManyTriesError) -> Response:
    """What was typed stays, for later."""
    form.code.errors = [_("You have searched for many codes in a short time. Wait 10 minutes, then go on")]
    response = make_response(render_template("clinic/find.html", form=form), 429)
    response.headers["Retry-After"] = str(problem.retry_after)
    return response
