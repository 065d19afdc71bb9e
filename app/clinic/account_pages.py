"""Sign in, give a second factor, sign out, and the one-time page on which a person makes their account."""

from typing import Any, Final

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clinic import known_browser
from app.clinic.access import signed_in
from app.clinic.blueprint import clinic
from app.clinic.qr_picture import QrPicture
from app.clinic.sign_in_forms import CodeForm, SetUpForm, SignInForm
from app.clinic.way_back import address_after, checked_way_back
from app.services import sign_in as services
from app.services.accounts import AddressTakenError, InvitationError, accept_invitation, find_invitation
from app.services.one_time_codes import address_of, key_of
from app.services.passwords import hash_password
from app.services.throttling import TooManyTriesError
from app.web.context import now, store
from app.web.source import source
from app.web.token_session import browser_session, new_token

_TOO_MANY: Final = 429


def home() -> str:
    """The first page of a person."""
    return "clinic.queue" if signed_in().account.is_clinician else "clinic.account"


@clinic.get("/sign-in")
def sign_in() -> str | Response:
    if g.signed_in is not None:
        return redirect(url_for("clinic.factor", next=request.args.get("next")), code=303)
    return _sign_in_page(SignInForm())


def _sign_in_page(form: SignInForm) -> str:
    wanted = checked_way_back(request.args.get("next"))
    return render_template("clinic/sign_in.html", form=form, next=wanted)


@clinic.post("/sign-in")
def receive_sign_in() -> Response:
    """Check the password. What was wrong is not said: an address is not confirmed to a stranger."""
    form = SignInForm.received(request.form)
    if not form.validate():
        return make_response(_sign_in_page(form), 422)
    email, token = form.email.data, new_token()
    visitor = services.Visitor(source(), known_browser.mark_for(email))
    try:
        services.sign_in(store(), token, email, form.password.data, visitor, now())
    except services.WrongCredentialsError:
        form.email.errors = [_("The address and the password do not belong together")]
        return make_response(_sign_in_page(form), 422)
    except TooManyTriesError as problem:
        return _too_many(form, _sign_in_page, problem)
    if g.signed_in is not None:
        services.sign_out(store(), g.signed_in, now())  # another person, or the same once more
    browser_session().replace(token)
    return redirect(url_for("clinic.factor", next=request.args.get("next")), code=303)


def _too_many(form: Any, page: Any, problem: TooManyTriesError) -> Response:
    minutes = -(-problem.retry_after // 60)
    sentence = ngettext(
        "There were too many tries. Wait %(num)s minute, then try again",
        "There were too many tries. Wait %(num)s minutes, then try again",
        minutes,
    )
    form.questions[0].errors = [sentence]
    response = make_response(page(form), _TOO_MANY)
    response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _factor_page(form: CodeForm) -> str:
    """Asks for a code; before the first one, with what the person's app has to know."""
    account = signed_in().account
    enrolment = None
    if not account.has_factor:
        seed = services.begin_enrolment(store(), account.id)
        enrolment = {"key": key_of(seed), "picture": QrPicture(address_of(seed, account.email))}
    wanted = checked_way_back(request.args.get("next"))
    return render_template("clinic/factor.html", form=form, enrolment=enrolment, next=wanted)


@clinic.get("/factor")
def factor() -> str | Response:
    if services.has_fresh_factor(signed_in(), now()):
        return redirect(address_after(request.args.get("next"), home()), code=303)
    return _factor_page(CodeForm())


@clinic.post("/factor")
def receive_factor() -> Response:
    """Check the code, and go on under a new token."""
    form = CodeForm.received(request.form)
    if not form.validate():
        return make_response(_factor_page(form), 422)
    token = new_token()
    try:
        services.give_code(store(), signed_in(), form.code.data, token, now())
    except services.WrongCodeError:
        form.code.errors = [_("Enter the code that your app shows now. A code works once")]
        return make_response(_factor_page(form), 422)
    except TooManyTriesError as problem:
        return _too_many(form, _factor_page, problem)
    browser_session().replace(token)
    response = redirect(address_after(request.args.get("next"), home()), code=303)
    known_browser.remember(response, signed_in().account.email)
    return response


@clinic.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    services.sign_out(store(), signed_in(), now())
    browser_session().replace()
    response = redirect(url_for("clinic.sign_in"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@clinic.get("/account")
def account() -> str:
    """The person's own account."""
    return render_template("clinic/account.html", account=signed_in().account)


@clinic.post("/stay")
def stay() -> Response:
    """Somebody was asked whether they are still there, and is."""
    return make_response("", 204)


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
