"""Texts made fit for paper, and the names of the files."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from hypothesis import given
from hypothesis import strategies as st

from app.reports.papers.typesetting import PaperKind, file_name, plain_text, plain_values


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("  Ada  ", "Ada"),
        ("a\x00b\x07c\td", "a b c d"),
        ("one\r\ntwo\nthree", "one\ntwo\nthree"),
        ("one\u2028two", "one\ntwo"),
        ("abc\u202edef\u2066\u200f", "abcdef"),
        ("\ud800x", "\ufffdx"),
        ("\ue000\uffff", "\ufffd\ufffd"),
        ("e\u0301", "é"),
        ("e\u202e\u0301", "é"),
        ("क्\u200dष", "क्\u200dष"),
        ("≥ “q” — Łódź Ж 中 😀", "≥ “q” — Łódź Ж 中 😀"),
    ],
)
def test_a_text_is_made_fit_for_print_and_keeps_its_letters(text: str, printed: str) -> None:
    assert plain_text(text) == printed


@given(st.text())
def test_any_text_can_be_printed_and_is_printed_the_same_twice(text: str) -> None:
    printed = plain_text(text)
    assert plain_text(printed) == printed
    assert json.loads(json.dumps(printed)) == printed
    assert printed.encode().decode() == printed


def test_a_long_run_may_break_anywhere_but_not_before_a_mark() -> None:
    assert plain_values("x" * 19) == "x" * 19
    assert plain_values("x" * 20) == "\u200b".join("x" * 20)
    broken = plain_values("ที่" * 10)
    assert broken.replace("\u200b", "") == "ที่" * 10
    assert "\u200bี" not in broken
    assert "\u200b่" not in broken


def test_an_address_is_left_whole_so_that_it_can_be_copied() -> None:
    address = "https://example.org/a-long-path/that-goes-on"
    assert plain_values(f"Source: {address}") == f"Source: {address}"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (3, 3),
        (True, True),
        ([" a", ("b\x00",)], ["a", ["b"]]),
        ({"name": {"deep": "\x07x"}}, {"name": {"deep": "x"}}),
        (_l("Not answered"), "Not answered"),
    ],
)
def test_values_keep_their_shape(value: Any, plain: Any) -> None:
    assert plain_values(value) == plain


# --- file names -----------------------------------------------------------------------------------


def test_a_file_is_named_after_its_kind_and_day_alone() -> None:
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert file_name(PaperKind.SUMMARY, noon) == "headache-summary-2026-11-22.pdf"
    assert file_name(PaperKind.EVIDENCE, noon) == "headache-evidence-2026-11-22.pdf"
    assert all(file_name(kind, noon).isascii() for kind in PaperKind)


def test_the_day_in_the_name_is_the_day_of_the_clinic() -> None:
    app = Flask("clinic")
    Babel(app, default_timezone="Pacific/Auckland")
    with app.test_request_context():
        late = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
        assert file_name(PaperKind.SUMMARY, late) == "headache-summary-2026-11-23.pdf"
