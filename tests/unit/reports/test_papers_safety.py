"""Papers hold what strangers and clinicians typed: it is shown and never run, and it is left nowhere."""

import logging
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, Final

import pytest
from flask import copy_current_request_context

from app.domain.policy_files import shipped_policies
from app.domain.trials import LONGEST_NAME
from app.reports.papers.evidence import evidence_pdf
from app.reports.papers.summary import summary_pdf
from app.reports.papers.typed import TypedIdentity
from app.reports.papers.typesetting import Paper, plain_text
from app.reports.papers.words import BOXES
from tests.support.papers import (
    FULL,
    PRINTED,
    claims_accessibility,
    plain,
    read,
    record_of,
    review,
    root,
    text_of,
)

HOSTILE: Final = {
    "code": '#read("/etc/passwd") #import "@preview/x:1.0.0" #sys.inputs',
    "markup": "*bold* _thin_ `raw` $x^2$ <label> @ref = Head - item + item \\ // /* ~ -- ---",
    "brackets": "#{1+1} #[x] ] ) } \" ' \\u{41} \\n",
    "quotes": "“O’Brien” ‘x’ «y» \"z\" 'w'",
    "html": "<script>alert(1)</script> &amp; %(name)s {page} {pages} {0}",
    "accents": "Łódź Ångström Ñandú Ž ǅ ấ Ω λ Жуков ≥ ≤ – — …",
    "hebrew": "שלום",
}
JOINER: Final = "\u200d"
# Letters that only a font of the system may have; none of them may stop a paper.
FOREIGN: Final = {
    "arabic": "عربي",
    "cjk": "中文药物 かな 한글",
    "hindi": "हिन्दी",
    "thai": "ไทย",
    "emoji": "😀👩\u200d⚕",
    "half": "\ud83d",
    "private": "\ue000",
    "unassigned": "\U000ffffe",
    "unseen": "a\u202eb\u2066c\ufeffd\u00ade",
    "control": "a\x00b\x07c\x1bd\x7fe",
    "long": "Supercalifragilistic" * 25,
    "signs": "!" * 400,
    "many lines": "x\n" * 200,
    "marks": "a" + "\u0301" * 60,
}


def summary_with(text: str) -> bytes:
    name = text[:LONGEST_NAME].encode(errors="ignore").decode()  # answers hold no half characters
    trials = [{"medicine": "other", "name_given": name, "weeks": 3}]
    record = record_of({**FULL, "preventives": trials}, reviews=[review(text)])
    return summary_pdf(record, Paper.A4, clinic_name=f"Clinic {text}", now=PRINTED)


def evidence_with(text: str) -> bytes:
    texts: dict[str, Any] = {name: f"{name} {text}" for name in _typed_names()}
    typed = TypedIdentity(**texts, diagnosis_codes=(text,))
    return evidence_pdf(
        record_of(),
        "uk-nice-ta260",
        typed,
        Paper.LETTER,
        policies=shipped_policies(),
        clinic_name=f"Clinic {text}",
        now=PRINTED,
    )


def _typed_names() -> list[str]:
    blank = TypedIdentity()
    return [each.name for each in fields(TypedIdentity) if getattr(blank, each.name) == ""]


# --- shown, never run -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_stands_on_the_summary_as_it_was_typed(text: str) -> None:
    said = text_of(summary_with(text))
    assert "Clinic" in said
    assert squeezed(text[:LONGEST_NAME]) in squeezed(said)
    assert squeezed(f"“{plain_text(text[:LONGEST_NAME])}”") in squeezed(said)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_stands_in_every_field_of_the_evidence_as_it_was_typed(text: str) -> None:
    said = squeezed(text_of(evidence_with(text)))
    missing = [name for name in _typed_names() if squeezed(f"{name} {text}") not in said]
    assert not missing
    assert "root:" not in said


def squeezed(text: str) -> str:
    """Without any space: where a line breaks is not what is asked here."""
    return plain(text).replace(" ", "")


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_no_text_stops_a_paper(text: str) -> None:
    for pdf in (summary_with(text), evidence_with(text)):
        said = text_of(pdf)
        assert "Self-reported answers, not a diagnosis." in said
        assert "20 in 30 days" in said
        assert root(pdf)["/MarkInfo"]["/Marked"].value is True


@pytest.mark.parametrize("name", ["arabic", "cjk", "emoji", "thai"])
def test_letters_are_printed_or_the_paper_says_that_no_font_has_them(name: str) -> None:
    pdf = summary_with(FOREIGN[name])
    said = squeezed(text_of(pdf))
    is_printed = squeezed(FOREIGN[name]).replace(JOINER, "") in said.replace(JOINER, "")
    assert is_printed is not (squeezed(str(BOXES)) in said)
    assert is_printed is claims_accessibility(pdf)


def test_an_ordinary_paper_speaks_of_no_boxes() -> None:
    assert "boxes" not in text_of(summary_with("Łódź ≥ Жуков שלום"))


def test_a_long_run_of_letters_is_broken_and_not_cut() -> None:
    run = FOREIGN["long"]
    lines = [line for page in read(evidence_with(run)).pages for line in page.extract_text().split("\n")]
    assert max(len(line.replace("\u200b", "")) for line in lines) < 200
    assert squeezed(f"patient_name {run}") in squeezed(" ".join(lines))


# --- left nowhere ---------------------------------------------------------------------------------

_SEEN: Final[list[tuple[str, Any]]] = []
_IS_WATCHING: Final[list[bool]] = []


def _watch(event: str, arguments: Any) -> None:
    if _IS_WATCHING:
        _SEEN.append((event, arguments))


@contextmanager
def watched() -> Iterator[list[tuple[str, Any]]]:
    """What Python does meanwhile, as auditing tells it."""
    if not hasattr(_watch, "is_hooked"):
        sys.addaudithook(_watch)  # a hook stays for good, so there is one, and it mostly sleeps
        _watch.is_hooked = True  # type: ignore[attr-defined]
    _SEEN.clear()
    _IS_WATCHING.append(True)
    try:
        yield _SEEN
    finally:
        _IS_WATCHING.clear()


@contextmanager
def no_file_can_be_opened() -> Iterator[None]:
    """The system refuses every new file and socket, whichever language asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("make", [summary_with, evidence_with])
def test_a_paper_is_made_without_opening_a_file_or_a_socket(make: Any) -> None:
    make("first, so that libraries and templates are read")
    with watched() as seen:
        pdf = make("Maria Example")
    assert "Maria Example" in text_of(pdf)
    touching = ("open", "socket.", "os.", "shutil.", "tempfile.", "sqlite3.", "subprocess.", "urllib.")
    assert not [event for event in seen if event[0].startswith(touching)]


@pytest.mark.parametrize("make", [summary_with, evidence_with])
def test_a_paper_is_made_where_nothing_can_be_opened(make: Any) -> None:
    make("first, so that libraries and templates are read")
    with no_file_can_be_opened():
        with pytest.raises(OSError, match="Too many open files"):
            open(__file__).close()  # noqa: PTH123
        pdf = make("Maria Example")
    assert pdf == make("Maria Example")


def test_the_watch_would_see_a_file(tmp_path: Any) -> None:
    with watched() as seen:
        (tmp_path / "left").write_text("x")
    assert [event for event, _arguments in seen if event == "open"]


def test_nothing_that_was_typed_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        evidence_with("Maria 中文 ไทย")
    said = caplog.text + "".join(capfd.readouterr())
    assert "Maria" not in said
    assert "中" not in said


def test_the_typesetter_is_loaded_for_the_first_paper_and_not_before() -> None:
    check = (
        "import sys, app.reports.papers.summary, app.reports.papers.evidence, app.clinic.evidence_form\n"
        "sys.exit('typst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_papers_made_at_the_same_time_do_not_mix() -> None:
    names = [f"Person{n}" for n in range(6)]
    make = [copy_current_request_context(evidence_with) for _ in names]
    with ThreadPoolExecutor(4) as pool:
        papers = list(pool.map(lambda pair: pair[0](pair[1]), zip(make, names, strict=True)))
    for name, pdf in zip(names, papers, strict=True):
        assert [each for each in names if each in text_of(pdf)] == [name]
