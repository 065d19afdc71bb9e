"""Sign in, sign out, and the one-time page on which a person makes their account."""

from flask import make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import current_user, hash_password, login_user, logout_user
from werkzeug.wrappers import Response

from app.clinic.accounts import Accounts, password_matches
from app.clinic.blueprint import clinic
from app.clinic.forms import SetUpForm, SignInForm
from app.services.accounts import (
    AddressTakenError,
    InvitationError,
    accept_invitation,
    end_sessions,
    find_invitation,
)
from app.web.context import now, store


def _to(endpoint: str) -> Response:
    return redirect(url_for(endpoint), code=303)


@clinic.get("/sign-in")
def sign_in() -> str | Response:
    if current_user.is_authenticated:
        return _to("clinic.queue")
    return render_template("clinic/sign_in.html", form=SignInForm())


@clinic.post("/sign-in")
def receive_sign_in() -> Response:
    """Check the password. What was wrong is not said: an address is not confirmed to a stranger."""
    form = SignInForm.received(request.form)
    if not form.validate():
        return _sign_in_again(form)
    account = Accounts().find_user(email=form.email.data)
    if not password_matches(account, form.password.data) or account is None:
        form.email.errors = [_("The address and the password do not belong together")]
        return _sign_in_again(form)
    session.clear()
    login_user(account, authn_via=["password"])
    session.permanent = True
    return _to("clinic.queue")


def _sign_in_again(form: SignInForm) -> Response:
    return make_response(render_template("clinic/sign_in.html", form=form), 422)


@clinic.post("/sign-out")
def sign_out() -> Response:
    """End this session and every other one of the account."""
    end_sessions(store(), current_user.account_id)
    logout_user()
    session.clear()
    return _to("clinic.sign_in")


@clinic.get("/set-up/<token>")
def set_up(token: str) -> str | Response:
    """The page behind a one-time link."""
    try:
        invitation = find_invitation(store(), token, now())
    except InvitationError:
        return _link_does_not_work()
    form = SetUpForm.showing({"email": invitation.email})
    return render_template("clinic/set_up.html", form=form, token=token)


@clinic.post("/set-up/<token>")
def receive_set_up(token: str) -> Response:
    """Make the account and use up the link."""
    form = SetUpForm.received(request.form)
    try:
        find_invitation(store(), token, now())
        if not form.validate():
            return _set_up_again(form, token)
        accept_invitation(
            store(),
            token,
            name=form.name.data,
            email=form.email.data,
            password_hash=hash_password(form.password.data),
            now=now(),
        )
    except InvitationError:
        return _link_does_not_work()
    except AddressTakenError:
        form.email.errors = [_("Enter another address: this one has an account")]
        return _set_up_again(form, token)
    return redirect(url_for("clinic.sign_in", made="yes"), code=303)


def _set_up_again(form: SetUpForm, token: str) -> Response:
    return make_response(render_template("clinic/set_up.html", form=form, token=token), 422)


def _link_does_not_work() -> Response:
    return make_response(render_template("clinic/link_does_not_work.html"), 410)
