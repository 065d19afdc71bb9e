"""The pages behind one-time links: to make an account, and to choose a new password."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clinic.account_forms import NewPasswordForm
from app.clinic.blueprint import clinic
from app.clinic.sign_in_forms import SetUpForm
from app.services.accounts import AddressTakenError, InvitationError, accept_invitation, find_invitation
from app.services.passwords import hash_password
from app.services.people import choose_password, find_password_link
from app.web.context import now, store


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


@clinic.get("/new-password/<token>")
def new_password(token: str) -> str | Response:
    """The page behind a link with which a person chooses a new password."""
    try:
        account = find_password_link(store(), token, now())
    except InvitationError:
        return _link_does_not_work()
    form = NewPasswordForm.showing({})
    return render_template("clinic/new_password.html", form=form, token=token, account=account)


@clinic.post("/new-password/<token>")
def receive_new_password(token: str) -> Response:
    """Keep the new password and use up the link. The second factor stays as it is."""
    form = NewPasswordForm.received(request.form)
    try:
        form.owner = account = find_password_link(store(), token, now())
        if not form.validate():
            page = render_template("clinic/new_password.html", form=form, token=token, account=account)
            return make_response(page, 422)
        choose_password(store(), token, hash_password(form.password.data), now())
    except InvitationError:
        return _link_does_not_work()
    return redirect(url_for("clinic.sign_in", changed="yes"), code=303)
