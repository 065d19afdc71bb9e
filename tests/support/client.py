"""A browser without a screen, on top of Flask's test client: it remembers its page, presses buttons
with the page's own CSRF token, and checks every response that passes through it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from tests.support import page as reader
from tests.support.headers import header_faults
from tests.support.page import check_page

MOST_REDIRECTS = 5
NAMES = ("screening", "shared", "entrance", "desk")
COOKIES = (*NAMES, *(f"__Host-{name}" for name in NAMES))


@dataclass(frozen=True)
class Page:
    """A response as the person sees it. `document` is None when it is no HTML page."""

    address: str
    status: int
    headers: Headers
    body: str
    document: Element | None

    @property
    def html(self) -> Element:
        assert self.document is not None, f"{self.address} gave no page: {self.status} {self.headers}"
        return self.document

    @property
    def h1(self) -> str:
        return reader.h1(self.html)

    @property
    def title(self) -> str:
        return reader.title(self.html)

    @property
    def errors(self) -> dict[str, str]:
        """The error summary: field id and sentence. No field has two."""
        boxes = (each for each in self.html.iter("div") if each.get("class") == reader.SUMMARY_CLASS)
        links = [link.get("href") for box in boxes for link in box.iter("a")]
        assert len(set(links)) == len(links), f"A field has more than one error: {links}"
        return reader.errors(self.html)

    @property
    def main(self) -> str:
        """All words of the main part."""
        return " ".join(reader.text(part) for part in self.html.iter("main"))

    @property
    def answers(self) -> dict[str, str]:
        """The rows of the summary list: question and answer."""
        return dict(reader.summary_rows(self.html))

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    def by_id(self, identifier: str) -> Element:
        found = [each for each in self.html.iter() if each.get("id") == identifier]
        assert len(found) == 1, f"{len(found)} elements have the id {identifier!r}"
        return found[0]

    def text_of(self, identifier: str) -> str:
        return reader.text(self.by_id(identifier))

    def values(self, button: str | None = None) -> dict[str, list[str]]:
        """What the form with this button or action would send now."""
        return reader.form_values(self.html, _action_of(self.html, button))

    @property
    def code(self) -> str:
        """The reference code on the page, without dashes."""
        marks = [each for each in self.html.iter("span") if each.get("class") == "code"]
        assert len(marks) == 1, f"{len(marks)} reference codes on {self.address}"
        return reader.text(marks[0]).replace("-", "").replace(" ", "")


class WebClient:
    """One browser with cookies of its own. `visited` is every address it asked for."""

    def __init__(self, app: Flask, *, is_https: bool = False, host: str = "localhost") -> None:
        self.flask = app.test_client()
        self.is_https = is_https
        self.origin = f"{'https' if is_https else 'http'}://{host}"
        self.visited: list[str] = []
        self.cookies_set: list[str] = []
        self.page: Page | None = None

    # --- what a person does -----------------------------------------------------------------------

    def open(self, address: str, *, status: int = 200, follow: bool = True) -> Page:
        """Open an address, following redirects."""
        return self._arrive(self._send("GET", address), status, follow)

    def follow(self, words: str) -> Page:
        """Open the link with these words."""
        return self.open(urljoin(self.current.address, reader.link_by_text(self.current.html, words)))

    def submit(
        self,
        button: str | None = None,
        fields: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        follow: bool = True,
        extra: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Page:
        """Fill the form with this button (its words, or the form's action) and send it.

        A value may be a text, a number, a list (boxes ticked) or None (left out). Names that the form
        does not have are a mistake of the test; what a forger adds goes into `extra`.
        """
        document = self.current.html
        action = _action_of(document, button)
        typed = {**(fields or {}), **more}
        unknown = set(typed) - _control_names(document, action)
        assert not unknown, f"The form {action} has no field {unknown}"
        data: dict[str, Any] = reader.form_values(document, action)
        for name, value in {**typed, **(extra or {})}.items():
            data[name] = value
        sent = {name: _as_sent(value) for name, value in data.items() if value is not None}
        address = _own_address(document, button) or action
        return self._arrive(
            self._send("POST", urljoin(self.current.address, address), data=sent), status, follow
        )

    # --- what only a test does --------------------------------------------------------------------

    @property
    def current(self) -> Page:
        assert self.page is not None, "No page was opened yet"
        return self.page

    @property
    def csrf_token(self) -> str:
        """The token of the page that is open."""
        fields = self.current.html.iter("input")
        tokens = {each.get("value", "") for each in fields if each.get("name") == "csrf_token"}
        assert len(tokens) == 1, f"{len(tokens)} CSRF tokens on {self.current.address}"
        return tokens.pop()

    def post(
        self,
        address: str,
        data: Mapping[str, Any] | bytes | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Page:
        """Send whatever to wherever, and follow nothing. `token` None takes the page's, "" none."""
        if isinstance(data, Mapping) or data is None:
            token = self.csrf_token if token is None else token
            data = {**(data or {}), **({"csrf_token": token} if token else {})}
        response = self._send("POST", address, data=data, headers=dict(headers or {}), **options)
        return self._page(address, response)

    def request(self, method: str, address: str, **options: Any) -> Page:
        """Any request; the page that is open stays open."""
        return self._page(address, self._send(method, address, **options))

    def cookie(self, name: str) -> str | None:
        found = self.flask.get_cookie(name, domain=urlsplit(self.origin).netloc)
        return None if found is None else found.value

    def set_cookie(self, name: str, value: str) -> None:
        self.flask.set_cookie(name, value, domain=urlsplit(self.origin).netloc, path="/")

    def move_to(self, app: Flask) -> None:
        """Talk to another server from now on, with the cookies of the old one."""
        held = {name: self.cookie(name) for name in COOKIES}
        self.flask = app.test_client()
        for name, value in held.items():
            if value is not None:
                self.set_cookie(name, value)

    # --- how it is done ---------------------------------------------------------------------------

    def _send(self, method: str, address: str, **options: Any) -> TestResponse:
        address = address.partition("#")[0]
        self.visited.append(address)
        response = self.flask.open(address, method=method, base_url=self.origin, buffered=True, **options)
        self.cookies_set += response.headers.getlist("Set-Cookie")
        assert response.status_code != 500, f"{method} {address} failed: see the log"
        is_lasting = urlsplit(address).path.removeprefix("/clinic").startswith(("/static/", "/logo/"))
        may_be_kept = is_lasting and response.status_code in (200, 304) and method in ("GET", "HEAD")
        holds_picture = address.endswith("/admin/clinic/preview") and b'src="data:image/png' in response.data
        faults = list(
            header_faults(
                response.headers,
                is_https=self.is_https,
                may_be_kept=may_be_kept,
                holds_picture=holds_picture,
            )
        )
        assert not faults, f"{method} {address} ({response.status_code}):\n" + "\n".join(faults)
        return response

    def _page(self, address: str, response: TestResponse) -> Page:
        document = None
        is_redirect = 300 <= response.status_code < 400
        if response.mimetype == "text/html" and response.data and not is_redirect:
            document = check_page(response.text, response.status_code, dict(response.headers))
        body = response.text if (response.mimetype or "").startswith("text/") else ""
        return Page(address, response.status_code, response.headers, body, document)

    def _arrive(self, response: TestResponse, status: int, follow: bool) -> Page:
        address = self.visited[-1]
        for _ in range(MOST_REDIRECTS):
            if not (follow and response.status_code in (303, 308)):
                break
            address = response.headers["Location"]
            assert address.startswith("/"), f"A redirect leaves the origin: {address}"
            assert not address.startswith("//"), f"A redirect leaves the origin: {address}"
            response = self._send("GET", address)
        page = self._page(address, response)
        assert page.status == status, f"{address} answered {page.status}, not {status}:\n{page.body[:2000]}"
        self.page = page
        return page


def _as_sent(value: Any) -> Any:
    return [str(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _action_of(document: Element, button: str | None) -> str:
    """The action of the form with this button, of the form with this action, or of the only form."""
    forms = list(document.iter("form"))
    if button is None:
        forms = [form for main in document.iter("main") for form in main.iter("form")]
    elif button.startswith("/"):
        forms = [form for form in forms if form.get("action") == button]
    else:
        owners = {each.get("form") for each in _buttons(document, button)} - {None}
        forms = [form for form in forms if _buttons(form, button) or form.get("id", "") in owners]
    actions = {form.get("action", "") for form in forms}
    assert len(actions) == 1, f"{len(actions)} forms for the button {button!r}: {actions}"
    return actions.pop()


def _buttons(inside: Element, words: str | None) -> list[Element]:
    return [each for each in inside.iter("button") if reader.text(each) == words]


def _own_address(document: Element, words: str | None) -> str:
    """Where a button sends its form to, when that is elsewhere than where the form goes."""
    return next((found for each in _buttons(document, words) if (found := each.get("formaction"))), "")


def _control_names(document: Element, action: str) -> set[str]:
    forms = (form for form in document.iter("form") if form.get("action") == action)
    controls = (control for form in forms for control in form.iter())
    return {name for control in controls if (name := control.get("name"))}
