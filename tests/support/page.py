"""What every HTML page must be, checked on each one a test is given, and readers of a page.

`check_page` names all the faults of a page at once. The readers take the document it returns.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

REFERENCES = (
    "for",
    "form",
    "list",
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-errormessage",
)
ADDRESSES = ("src", "href", "action", "formaction", "srcset", "poster", "data")
BUTTON_TYPES = {"button", "image", "reset", "submit"}
SUMMARY_CLASS = "error-summary"


def parse(response_text: str) -> Element:
    """The document, or an AssertionError naming the first thing that is not strict HTML5."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        document: Element = parser.parse(response_text)
    except ParseError as error:
        line = parser.tokenizer.stream.position()[0]
        near = response_text.splitlines()[max(line - 2, 0) : line + 1]
        message = f"Not strict HTML5 at line {line}: {error}\n" + "\n".join(near)
        raise AssertionError(message) from error
    return document


def check_page(response_text: str, status: int, headers: Mapping[str, str]) -> Element:
    """Parses the page and checks all that holds for every page of the product."""
    document = parse(response_text)
    checks = (_headings, _identifiers, _references, _forms, _labels, _inline_code, _origins)
    faults = [fault for check in checks for fault in check(document)]
    faults += _header_faults(headers)
    assert not faults, f"Faults in this page (status {status}):\n" + "\n".join(faults)
    return document


# --- readers --------------------------------------------------------------------------------------


def text(element: Element) -> str:
    """All text inside, with white space as a browser would show it."""
    return " ".join("".join(element.itertext()).split())


def h1(document: Element) -> str:
    return text(_only(document, "h1"))


def title(document: Element) -> str:
    return text(_only(document, "title"))


def summary_rows(document: Element) -> list[tuple[str, str]]:
    """Each term of each definition list with the first description after it."""
    rows = []
    for summary in document.iter("dl"):
        term = ""
        for part in summary.iter():
            if part.tag == "dt":
                term = text(part)
            elif part.tag == "dd" and term:
                rows.append((term, text(part)))
                term = ""  # what follows in the same row is its "Change" link
    return rows


def errors(document: Element) -> dict[str, str]:
    """The error summary: for each id that it links to, the sentence. Empty without a summary."""
    links = (link for box in _summaries(document) for link in box.iter("a"))
    return {link.get("href", "").removeprefix("#"): text(link) for link in links}


def link_by_text(document: Element, wanted: str) -> str:
    """The address of the only link with this text."""
    links = [(text(link), link.get("href", "")) for link in document.iter("a")]
    found = {address for words, address in links if words == wanted}
    assert len(found) == 1, f"{len(found)} addresses for {wanted!r} among {links}"
    return found.pop()


def form_values(document: Element, action: str | None = None) -> dict[str, list[str]]:
    """What a browser would send for the form with this action, or for the only form in <main>."""
    values: dict[str, list[str]] = {}
    for control in _find_form(document, action).iter():
        name = control.get("name")
        if name and control.get("disabled") is None:
            sent = _sent_values(control)
            if sent:
                values.setdefault(name, []).extend(sent)
    return values


def _find_form(document: Element, action: str | None) -> Element:
    forms = [
        form
        for place in ([document] if action is not None else document.iter("main"))
        for form in place.iter("form")
        if action is None or form.get("action", "") == action
    ]
    assert len(forms) == 1, f"{len(forms)} forms for action {action!r}"
    return forms[0]


def _sent_values(control: Element) -> list[str]:
    if control.tag == "textarea":
        return ["".join(control.itertext())]
    if control.tag == "select":
        return _selected(control)
    if control.tag != "input" or control.get("type") in BUTTON_TYPES | {"file"}:
        return []
    if control.get("type") in {"radio", "checkbox"}:
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def _selected(control: Element) -> list[str]:
    options = list(control.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and control.get("multiple") is None:
        chosen = options[:1]
    return [option.get("value", text(option)) for option in chosen]


# --- checks: each yields one sentence a fault -----------------------------------------------------


def _headings(document: Element) -> Iterator[str]:
    language = document.get("lang", "")
    if not language:
        yield "<html> has no lang"
    found = [text(heading) for heading in document.iter("h1")]
    if len(found) != 1 or not found[0]:
        yield f"one h1 is wanted, with text: {found}"
        return
    words = title(document)
    if found[0] not in words:
        yield f"the title {words!r} lacks the heading {found[0]!r}"
    if _summaries(document) and not _announces_error(words, found[0], language):
        yield f'a page with an error summary needs a title beginning "Error:", not {words!r}'


def _announces_error(words: str, heading: str, language: str) -> bool:
    """In English the word is known; in a translation, something must stand before the heading."""
    if language.partition("-")[0] == "en":
        return words.startswith("Error:")
    return not words.startswith(heading)


def _identifiers(document: Element) -> Iterator[str]:
    counts = Counter(element.get("id") for element in document.iter() if element.get("id") is not None)
    for identifier, count in counts.items():
        if count > 1:
            yield f"{count} elements have the id {identifier!r}"
        if not identifier or re.search(r"\s", identifier):
            yield f"{identifier!r} is no id"


def _references(document: Element) -> Iterator[str]:
    known = {element.get("id") for element in document.iter()}
    for element in document.iter():
        for attribute in REFERENCES:
            for identifier in element.get(attribute, "").split():
                if identifier not in known:
                    yield f"{_tag(element)} {attribute} names {identifier!r}: not on the page"
        target = element.get("href", "") if element.tag == "a" else ""
        if target.startswith("#") and target[1:] not in known:
            yield f"a link leads to {target!r}, which is not on the page"


def _forms(document: Element) -> Iterator[str]:
    for form in document.iter("form"):
        method = form.get("method", "").lower()
        if method not in {"get", "post"}:
            yield f"{_tag(form)} needs a method"
        if method == "post" and not any(map(_is_csrf_token, form.iter("input"))):
            yield f"{_tag(form)} posts without a hidden csrf_token"
        if method == "get" and any(map(_is_csrf_token, form.iter("input"))):
            yield f"{_tag(form)} puts its csrf_token into the address"


def _is_csrf_token(control: Element) -> bool:
    return (
        control.get("name") == "csrf_token" and control.get("type") == "hidden" and bool(control.get("value"))
    )


def _labels(document: Element) -> Iterator[str]:
    named = {label.get("for") for label in document.iter("label") if text(label)}
    wrapped = {id(part) for label in document.iter("label") if text(label) for part in label.iter()}
    for control in document.iter():
        if control.tag not in {"input", "select", "textarea"}:
            continue
        if control.get("type") in BUTTON_TYPES | {"hidden"} or id(control) in wrapped:
            continue
        aria = control.get("aria-label") or control.get("aria-labelledby")
        if not aria and (control.get("id") is None or control.get("id") not in named):
            yield f"{_tag(control)} has no label"
    for button in document.iter("button"):
        if not text(button) and not button.get("aria-label"):
            yield f"{_tag(button)} has no words"


def _inline_code(document: Element) -> Iterator[str]:
    for element in document.iter():
        for attribute in element.keys():  # noqa: SIM118 - an Element is no mapping
            if attribute == "style" or attribute.startswith("on"):
                yield f"{_tag(element)} has the inline attribute {attribute}"
        if _local(element) == "style":
            yield "a <style> element stands in the page"
        if _local(element) == "script" and not element.get("src"):
            yield "a <script> without src stands in the page"


def _origins(document: Element) -> Iterator[str]:
    for element in document.iter():
        if element.tag == "a":
            yield from _foreign_link(element)
            continue
        for attribute in element.keys():  # noqa: SIM118 - an Element is no mapping
            address = element.get(attribute, "")
            if attribute.rpartition("}")[2] in ADDRESSES and _is_foreign(element, address):
                yield f"{_tag(element)} {attribute} leaves the origin: {address[:80]}"


def _foreign_link(link: Element) -> Iterator[str]:
    parts = urlsplit(link.get("href", ""))
    if parts.scheme in {"mailto", "tel"} or not (parts.scheme or parts.netloc):
        return
    if parts.scheme != "https":
        yield f"the link to {link.get('href')!r} is not https"
    if "noreferrer" not in link.get("rel", "").split():
        yield f"the link to {link.get('href')!r} lacks rel=noreferrer"


def _is_foreign(element: Element, address: str) -> bool:
    parts = urlsplit(address.strip())
    # An image inside the page (the code for an authenticator app) is fetched from nowhere.
    if parts.scheme == "data" and element.tag == "img":
        return False
    return bool(parts.scheme or parts.netloc)


def _header_faults(headers: Mapping[str, str]) -> Iterator[str]:
    content_type = headers.get("Content-Type", "")
    if content_type.replace(" ", "").lower() != "text/html;charset=utf-8":
        yield f"the content type is {content_type!r}"
    policy = headers.get("Content-Security-Policy", "")
    if not policy or "unsafe-" in policy:
        yield f"the content security policy is {policy!r}"


# --- small parts ----------------------------------------------------------------------------------


def _summaries(document: Element) -> list[Element]:
    return [box for box in document.iter() if SUMMARY_CLASS in box.get("class", "").split()]


def _only(document: Element, name: str) -> Element:
    # An SVG may have a <title> of its own; with namespaces kept apart it is not found here.
    found = list(document.iter(name))
    assert len(found) == 1, f"{len(found)} <{name}> elements"
    return found[0]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _tag(element: Element) -> str:
    """The start tag, for a message."""
    attributes = "".join(f' {name}="{value[:60]}"' for name, value in list(element.items())[:5])
    return f"<{_local(element)}{attributes}>"
