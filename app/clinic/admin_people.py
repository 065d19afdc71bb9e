"""The people of the clinic, for its administrators: invite, change, help who cannot get in."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clinic.access import me
from app.clinic.admin_forms import (
    ADMINISTRATOR,
    CLINICIAN,
    InvitationForm,
    RemoveFactorForm,
    RolesForm,
    ShutForm,
)
from app.clinic.admin_retention import soon_to_go
from app.clinic.blueprint import clinic
from app.clinic.forms import uuid_in_form
from app.questionnaire.page import PageForm
from app.services import open_links
from app.services import people as services
from app.services.accounts import invite
from app.storage.audit import Actor, clinician
from app.storage.clinicians import ClinicianAccount
from app.storage.store import Store
from app.web.context import now, settings, store

_DONE: Final[dict[str, Any]] = {
    "roles": _l("The roles are changed. The person is signed out and has to sign in again."),
    "shut": _l("The account is shut. The person is signed out."),
    "open": _l("The account is in use again."),
    "sessions": _l("The person is signed out everywhere."),
    "factor": _l("The second factor is removed. The next sign-in sets up a new one."),
    "unlocked": _l("The account is unlocked."),
}
_LINKS_DONE: Final[dict[str, Any]] = {
    "withdrawn": _l("The link is withdrawn. It does not work any more."),
    "over": _l("That link does not work any more: it was used or withdrawn, or its time is over."),
}
Work = Callable[[Store, UUID, Actor, datetime], Any]


@clinic.get("/admin/people")
def people() -> str:
    """Everybody who has an account, and the links that can still be used."""
    return _people_page(InvitationForm())


def _people_page(form: InvitationForm) -> str:
    found = services.list_people(store(), now())
    done = "" if request.method == "POST" else _LINKS_DONE.get(request.args.get("done", ""), "")
    return render_template(
        "clinic/admin/people.html",
        people=found,
        links=open_links.list_open_links(store(), now()),
        form=form,
        done=done,
        soon=soon_to_go(),
    )


@clinic.post("/admin/people/invitations")
def receive_invitation() -> Response:
    """Make a one-time link, and show it this once: only its digest is kept."""
    form = InvitationForm.received(request.form)
    if not form.validate():
        return make_response(_people_page(form), 422)
    token = invite(
        store(),
        email=form.email.data or None,
        is_administrator=form.role.data == ADMINISTRATOR,
        now=now(),
        actor=clinician(me()),
    )
    return _link_page("set-up", token, _("Link for a new account"))


@clinic.post("/admin/people/links")
def receive_withdrawal() -> Response:
    """Let a one-time link stop working before somebody uses it."""
    link_id = uuid_in_form("link")
    is_done = link_id is not None and open_links.withdraw_link(store(), link_id, clinician(me()), now())
    return redirect(url_for("clinic.people", done="withdrawn" if is_done else "over"), code=303)


def _link_page(path: str, token: str, title: str) -> Response:
    address = f"{settings().base_url}/clinic/{path}/{token}"
    return make_response(render_template("clinic/admin/link.html", address=address, title=title))


def _found(account_id: UUID) -> ClinicianAccount:
    try:
        return services.find_person(store(), account_id)
    except services.NoSuchPersonError:
        abort(404)


@clinic.get("/admin/people/<uuid:account_id>")
def person(account_id: UUID) -> str:
    """One account, and what can be done with it."""
    return _person_page(account_id)


def _person_page(account_id: UUID, received: PageForm | None = None, notice: str = "") -> str:
    account = _found(account_id)
    found = next(each for each in services.list_people(store(), now()) if each.account.id == account_id)
    held = {CLINICIAN: account.is_clinician, ADMINISTRATOR: account.is_administrator}
    roles = RolesForm.showing({"roles": [role for role, is_held in held.items() if is_held]})
    forms: dict[type[PageForm], PageForm] = {
        RolesForm: roles,
        ShutForm: ShutForm(),
        RemoveFactorForm: RemoveFactorForm(),
    }
    if received is not None:
        forms[type(received)] = received
    done = "" if received or notice else _DONE.get(request.args.get("done", ""), "")
    return render_template(
        "clinic/admin/person.html",
        person=found,
        account=account,
        form=forms[RolesForm],
        shut_form=forms[ShutForm],
        factor_form=forms[RemoveFactorForm],
        errors=received.errors_in_order if received else [],
        notice=notice,
        done=done,
        is_me=account_id == me(),
    )


def _do(account_id: UUID, work: Work, done: str, form: PageForm | None = None) -> Response:
    """Do it and go back to the person, or say why it cannot be."""
    try:
        work(store(), account_id, clinician(me()), now())
    except services.NoSuchPersonError:
        abort(404)
    except services.LastAdministratorError:
        notice = _("This is the only active administrator. Make another one first. Nothing was changed.")
        return make_response(_person_page(account_id, form, notice), 409)
    return redirect(url_for("clinic.person", account_id=account_id, done=done), code=303)


@clinic.post("/admin/people/<uuid:account_id>/roles")
def receive_roles(account_id: UUID) -> Response:
    """Change what a person may do."""
    form = RolesForm.received(request.form)
    if not form.validate():
        return make_response(_person_page(account_id, form), 422)
    wanted = {
        "is_administrator": ADMINISTRATOR in form.roles.data,
        "is_clinician": CLINICIAN in form.roles.data,
    }
    return _do(account_id, partial(_set_roles, wanted), "roles", form)


def _set_roles(wanted: dict[str, bool], where: Store, account_id: UUID, actor: Actor, when: datetime) -> None:
    services.set_roles(where, account_id, **wanted, actor=actor, now=when)


@clinic.post("/admin/people/<uuid:account_id>/active")
def receive_active(account_id: UUID) -> Response:
    """Shut an account, or take it back into use."""
    wanted = request.form.get("active")
    if wanted not in ("yes", "no"):
        _found(account_id)
        abort(400)
    if wanted == "yes":
        return _do(account_id, partial(_set_active, True), "open")
    form = ShutForm.received(request.form)
    if not form.validate():
        return make_response(_person_page(account_id, form), 422)
    return _do(account_id, partial(_set_active, False), "shut", form)


def _set_active(is_active: bool, where: Store, account_id: UUID, actor: Actor, when: datetime) -> None:
    services.set_active(where, account_id, is_active, actor, when)


@clinic.post("/admin/people/<uuid:account_id>/sessions")
def end_their_sessions(account_id: UUID) -> Response:
    """Sign a person out everywhere."""
    return _do(account_id, services.end_sessions_of, "sessions")


@clinic.post("/admin/people/<uuid:account_id>/factor")
def remove_their_factor(account_id: UUID) -> Response:
    """Take the lost second factor of somebody else away; one's own is replaced, never left out."""
    if account_id == me():
        notice = _(
            "This is your own account. Open it and choose “Set up your app anew”. Nothing was changed."
        )
        return make_response(_person_page(account_id, notice=notice), 409)
    form = RemoveFactorForm.received(request.form)
    if not form.validate():
        return make_response(_person_page(account_id, form), 422)
    return _do(account_id, services.remove_factor, "factor")


@clinic.post("/admin/people/<uuid:account_id>/unlock")
def unlock_them(account_id: UUID) -> Response:
    """Let a person try again."""
    return _do(account_id, services.unlock, "unlocked")


@clinic.post("/admin/people/<uuid:account_id>/password-link")
def make_their_password_link(account_id: UUID) -> Response:
    """Make a one-time link for a new password, and show it this once."""
    if not _found(account_id).is_active:
        notice = _("This account is shut. Take it back into use first.")
        return make_response(_person_page(account_id, notice=notice), 409)
    token = services.make_password_link(store(), account_id, clinician(me()), now())
    return _link_page("new-password", token, _("Link for a new password"))
