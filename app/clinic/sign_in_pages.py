"""Sign in with a password, and sign out."""

from collections.abc import Callable
from typing import Any, Final

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clinic import known_browser
from app.clinic.access import signed_in
from app.clinic.blueprint import clinic
from app.clinic.sign_in_forms import SignInForm
from app.clinic.way_back import checked_way_back
from app.questionnaire.page import PageForm
from app.services import sign_in as services
from app.services.throttling import TooManyTriesError
from app.web.context import now, store
from app.web.source import source
from app.web.token_session import browser_session, new_token

_TOO_MANY: Final = 429
_ONE_DAY: Final = 86_400


def home() -> str:
    """The first page of a person."""
    account = signed_in().account
    if account.is_clinician:
        return "clinic.queue"
    return "clinic.people" if account.is_administrator else "clinic.account"


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
        return too_many(form, _sign_in_page, problem)
    if g.signed_in is not None:
        services.sign_out(store(), g.signed_in, now())  # another person, or the same once more
    browser_session().replace(token)
    return redirect(url_for("clinic.factor", next=request.args.get("next")), code=303)


def too_many(form: PageForm, page: Callable[[Any], str], problem: TooManyTriesError) -> Response:
    """The page again, with how long to wait."""
    next(form.questions).errors = [_how_long_to_wait(problem.retry_after)]
    response = make_response(page(form), _TOO_MANY)
    response.headers["Retry-After"] = str(min(problem.retry_after, _ONE_DAY))
    return response


def _how_long_to_wait(seconds: int) -> str:
    """In minutes; where time alone does not help, who does."""
    if seconds > _ONE_DAY:
        return str(_("There were too many tries. Ask your administrator to unlock your account"))
    sentence = ngettext(
        "There were too many tries. Wait %(num)s minute, then try again",
        "There were too many tries. Wait %(num)s minutes, then try again",
        -(-seconds // 60),
    )
    return str(sentence)


@clinic.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    services.sign_out(store(), signed_in(), now())
    browser_session().replace()
    response = redirect(url_for("clinic.sign_in"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@clinic.post("/stay")
def stay() -> Response:
    """Somebody was asked whether they are still there, and is."""
    return make_response("", 204)
