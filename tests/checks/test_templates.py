"""Templates: every one compiles, nothing in them is inline, nothing is trusted, nothing is idle."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.support.accounts import clinic_app

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
each_file = pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
# Constants that a macro puts into a tag: they hold no answer.
TRUSTED = {"components/forms.html": 2}
INLINE = {
    "a style": r"<style|\sstyle\s*=",
    "a script": r"<script(?![^>]*\ssrc=)",
    "a handler": r"\son[a-z]+\s*=\s*[\"']",
    "a script address": r"javascript:",
    "a foreign file": r"(src|srcset|poster|data)\s*=\s*[\"'](https?:)?//",
}


def name_of(file: Path) -> str:
    return file.relative_to(TEMPLATES).as_posix()


def test_there_are_templates() -> None:
    assert len(FILES) > 20


@each_file
def test_a_template_compiles(file: Path, app: Flask) -> None:
    environment = (clinic_app(app) if name_of(file).startswith("clinic/") else app).jinja_env
    environment.compile(file.read_text(), name_of(file))


@pytest.mark.requirement("WEB-02")
@each_file
@pytest.mark.parametrize("what", INLINE)
def test_a_template_holds_nothing_inline(what: str, file: Path) -> None:
    assert not re.search(INLINE[what], file.read_text(), re.IGNORECASE)


@pytest.mark.requirement("IO-02")
@each_file
def test_a_template_trusts_no_value(file: Path) -> None:
    text = file.read_text()
    assert len(re.findall(r"\|\s*safe\b", text)) == TRUSTED.get(name_of(file), 0)
    assert "autoescape" not in text
    assert "Markup" not in text


@each_file
def test_a_template_uses_every_macro_it_imports(file: Path, app: Flask) -> None:
    tree = app.jinja_env.parse(file.read_text())
    used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    for statement in tree.find_all(nodes.FromImport):
        for each in statement.names:
            known_as = each if isinstance(each, str) else each[1]
            assert known_as in used, f"{known_as} of {statement.template}"


@each_file
def test_a_form_that_changes_something_sends_a_token(file: Path) -> None:
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", file.read_text(), re.DOTALL | re.IGNORECASE)
    assert all("csrf_token()" in form for form in forms)


def test_every_template_is_used() -> None:
    program = "\n".join(path.read_text() for path in (TEMPLATES.parent).rglob("*.py"))
    everything = program + "\n".join(file.read_text() for file in FILES)
    for file in FILES:
        name = name_of(file)
        if not name.startswith("patient/result/"):  # named by the outcome
            assert re.search(rf"[\"']{re.escape(name)}[\"']", everything), name


@pytest.mark.requirement("IO-02")
@pytest.mark.parametrize("name", ["patient", "clinic"])
def test_what_a_template_shows_is_escaped(name: str, app: Flask) -> None:
    environment = (app if name == "patient" else clinic_app(app)).jinja_env
    for template in ("base.html", "patient/start.html", "clinic/record.html", "error.html"):
        autoescape = environment.autoescape
        assert autoescape(template) if callable(autoescape) else autoescape


@pytest.mark.requirement("IO-02")
def test_no_python_file_renders_a_string_or_trusts_markup() -> None:
    allowed = {"templating.py"}  # cite: a macro's own output
    for path in TEMPLATES.parent.rglob("*.py"):
        text = path.read_text()
        assert "render_template_string" not in text, path
        assert path.name in allowed or "Markup(" not in text, path
