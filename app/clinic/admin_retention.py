"""How long screenings are kept, what a run would remove, a run, and its receipts."""

from datetime import datetime
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clinic.access import me, signed_in
from app.clinic.admin_forms import RetentionForm, RunForm
from app.clinic.blueprint import clinic
from app.clinic.rights import Right, rights_of
from app.reports.record_words import STATUS_LABELS
from app.services import retention as services
from app.services.audit_pages import Receipt, receipts
from app.services.keep_limits import limits, set_limit
from app.storage.audit import clinician
from app.web.context import now, store

_MOST_AT_ONCE: Final = 1000  # what a browser should wait for
_DONE: Final[dict[str, Any]] = {
    "limits": _l("The limits are saved."),
    "run": _l("The run has ended. Its receipt stands below."),
    "more": _l("The run was stopped after a while, so that you need not wait. Run it again for the rest."),
}
_OTHERS: Final[dict[str, Any]] = {
    services.DEMONSTRATION: _l("Demonstrations"),
    "drafts": _l("Unfinished answers"),
    "diaries": _l("Diaries"),
    "grants": _l("Leave to read with a code"),
    "sessions": _l("Sessions"),
    "links": _l("One-time links"),
    "throttles": _l("Counts of tries"),
}


@clinic.get("/admin/retention")
def retention() -> str:
    """The limits, what the next run removes, and what the last ones did."""
    return _page(_held_limits())


def _held_limits() -> RetentionForm:
    return RetentionForm.showing({each.status.value: each.days for each in limits(store())})


def soon_to_go() -> int:
    """How many screenings that nobody has finished go soon, for the eyes of an administrator; else none."""
    if Right.SEE_ADMINISTRATION not in rights_of(signed_in().account):
        return 0
    return services.plan(store(), now()).soon


def _page(
    form: RetentionForm, notice: str = "", clock: datetime | None = None, run: RunForm | None = None
) -> str:
    done = "" if notice or request.method == "POST" else _DONE.get(request.args.get("done", ""), "")
    plan = services.plan(store(), now())
    run = run or RunForm.about(plan.total)
    return render_template(
        "clinic/admin/retention.html",
        form=form,
        run=run,
        errors=[*run.errors_in_order, *form.errors_in_order],
        plan=plan,
        receipts=[(each.happened_at, _removed_words(each)) for each in receipts(store())],
        status_labels=STATUS_LABELS,
        notice=notice,
        clock=now() if plan.last_run is None else clock,
        done=done,
    )


def _removed_words(receipt: Receipt) -> list[str]:
    """How many of what; what a later version has noted stands under its own name."""
    words = {**{status.value: label for status, label in STATUS_LABELS.items()}, **_OTHERS}
    return [f"{words.get(what, what)}: {n}" for what, n in receipt.removed.items()]


@clinic.post("/admin/retention")
def receive_retention() -> Response:
    """Keep screenings this long from now on."""
    form = RetentionForm.received(request.form)
    if not form.validate():
        return make_response(_page(form), 422)
    for status, days in form.days().items():
        set_limit(store(), status, days, clinician(me()), now())
    return redirect(url_for("clinic.retention", done="limits"), code=303)


@clinic.post("/admin/retention/run")
def receive_purge() -> Response:
    """Remove what was kept long enough, now: as many as somebody has said yes to."""
    run = RunForm.about(services.plan(store(), now()).total, request.form)
    if not run.validate():
        return make_response(_page(_held_limits(), run=run), 422)
    try:
        services.check_clock(store(), now())
    except services.ClockSetBackError:
        sentence = _(
            "Nothing was removed: the clock of the server was set back. Tell whoever runs the server."
        )
        return _refuse(run, sentence)
    except (services.FirstRunError, services.ClockJumpedError) as problem:
        if request.form.get("clock") != "right":
            return _refuse(run, _ask_about_clock(problem), now())
    return redirect(url_for("clinic.retention", done=_run()), code=303)


def _ask_about_clock(problem: Exception) -> Any:
    if isinstance(problem, services.FirstRunError):
        sentence = _(
            "Nothing was removed: this is the first run. "
            "Check the time below, and tick the box if it is right."
        )
    else:
        sentence = _(
            "Nothing was removed: more than 48 hours have passed since the last run. "
            "Check the time below, and tick the box if it is right."
        )
    return str(sentence)


def _refuse(run: RunForm, notice: str, clock: datetime | None = None) -> Response:
    return make_response(_page(_held_limits(), notice, clock, run), 409)


def _run() -> str:
    for tally in services.purge(store(), clinician(me()), now()):
        if tally.total >= _MOST_AT_ONCE:
            return "more"
    return "run"
