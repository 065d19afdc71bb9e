"""A person's own account: password, sessions, and what they have to hear of."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clinic.access import signed_in
from app.clinic.account_forms import ChangePasswordForm, OwnPasswordForm
from app.clinic.blueprint import clinic
from app.clinic.passkey_site import passkey_site
from app.clinic.sign_in_pages import home, too_many
from app.clinic.way_back import address_after
from app.services import own_account as services
from app.services.passkeys import own_passkeys
from app.services.passwords import hash_password
from app.services.recovery_codes import codes_left
from app.services.sign_in import WrongCredentialsError
from app.services.throttling import TooManyTriesError
from app.web.context import now, store


@clinic.get("/account")
def account() -> str:
    """The person's own account."""
    found = signed_in()
    return render_template(
        "clinic/account.html",
        account=found.account,
        this_session=found.id,
        sessions=services.own_sessions(store(), found, now()),
        history=services.sign_in_history(store(), found),
        codes_left=codes_left(store(), found),
        passkeys=own_passkeys(store(), found),
        can_have_passkeys=passkey_site() is not None,
    )


@clinic.post("/account/notices")
def receive_notices() -> Response:
    """The person has seen what they had to hear of."""
    seen = request.form.get("seen", "")
    if seen.isascii() and seen.isdigit() and len(seen) < 19:
        services.put_away_notices(store(), signed_in(), int(seen))
    return redirect(address_after(request.args.get("next"), home()), code=303)


@clinic.post("/account/sessions")
def receive_sessions() -> Response:
    """Sign one other browser out, or all others."""
    wanted = request.form.get("session", "")
    if wanted == "others":
        services.end_other_sessions(store(), signed_in(), now())
    else:
        _end_one(wanted)
    return redirect(url_for("clinic.account"), code=303)


def _end_one(wanted: str) -> None:
    try:
        session_id = UUID(wanted)
    except ValueError:
        return
    services.end_own_session(store(), signed_in(), session_id, now())


def refusal(form: OwnPasswordForm, page: Callable[[Any], str]) -> Response | None:
    """The page again where something is wrong with it or with the password; None when both are right."""
    if not form.validate():
        return make_response(page(form), 422)
    try:
        services.check_own_password(store(), signed_in(), form.old_password.data, now())
    except WrongCredentialsError:
        form.old_password.errors = [_("Enter the password with which you sign in now")]
        return make_response(page(form), 422)
    except TooManyTriesError as problem:
        return too_many(form, page, problem)
    return None


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("clinic/password.html", form=form)


@clinic.get("/account/password")
def password() -> str:
    return _password_page(ChangePasswordForm())


@clinic.post("/account/password")
def receive_password() -> Response:
    """Change the password; every other browser is signed out."""
    form = ChangePasswordForm.received(request.form)
    form.owner = signed_in().account
    refused = refusal(form, _password_page)
    if refused is not None:
        return refused
    services.change_password(store(), signed_in(), hash_password(form.password.data), now())
    return redirect(url_for("clinic.account", done="password"), code=303)
