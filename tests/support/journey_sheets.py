"""The journey of a patient as contact sheets: the same states, in each way that somebody may see them.

A part of `python -m tests.support.screenshots`.
"""

import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.journeys.diary_tour import table_of
from tests.journeys.shortcut import reach, send
from tests.support.desk_pictures import take_paper
from tests.support.studio import PHONE, Studio, open_studio

_SHOWN_WIDTH: Final = 230
_SHOWN_HEIGHT: Final = 640
_A_ROW: Final = 5
EMPTY: Final = "Save the empty calendar as PDF"
_QUALITY: Final = 72
Way = Callable[[Page], Any]


def _set(script: str) -> Way:
    return lambda page: page.evaluate(f"() => {{ const root = document.documentElement; {script} }}")


# How the document is changed before it is looked at; the language is another address.
WAYS: Final[dict[str, Way]] = {
    "standard": _set("root.dataset.palette = 'standard'"),
    "dim": _set("root.dataset.palette = 'dim'"),
    "dark": _set("root.dataset.palette = 'dark'"),
    "spanish": _set(""),
    "doubled": _set("root.style.fontSize = '200%'"),
    "forced": lambda page: page.emulate_media(forced_colors="active"),
    "mirrored": _set("root.dir = 'rtl'"),
}


def take_journey_sheets(folder: Path) -> None:
    """One sheet a way, as `journey-WAY.jpg`."""
    with open_studio(0) as studio:
        for name, way in WAYS.items():
            page = studio.window(PHONE)
            pictures = [
                _seen(page, way) for _state in _states(studio, page, "es" if name == "spanish" else "en")
            ]
            page.context.close()
            _compose(studio, pictures, folder / f"journey-{name}.jpg")


def _seen(page: Page, way: Way) -> bytes:
    page.wait_for_load_state()
    way(page)
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot(full_page=True, type="jpeg", quality=90)


def _states(studio: Studio, page: Page, language: str) -> Iterator[str]:
    """Walks on and stops at each state; words are not needed, so that any language can be walked in."""
    reach(page, studio.origin, "check-answers")
    page.goto(f"{studio.origin}/?lang={language}")
    yield "the first page"
    for address in ("safety-check", "headache-days", "calendar", "preventives"):
        page.goto(f"{studio.origin}/screening/{address}?change=yes")
        if address == "headache-days":
            page.locator("#migraine_days").fill("31")
            page.locator("#question .button").click()
            page.locator(".error-summary").wait_for()
        yield address
    for address in ("later", "check-answers"):
        page.goto(f"{studio.origin}/screening/{address}")
        yield address
    page.locator("form[action$='/submit'] .button").click()
    page.locator(".result").wait_for()
    yield "the result"
    page.locator("form[action$='/result/diary'] button").click()
    page.goto(f"{studio.origin}/your-screening/diary/files")
    table = {"name": "diary.csv", "mimeType": "text/csv", "buffer": table_of(90).encode()}
    page.locator("#file").set_input_files(table)  # type: ignore[arg-type]
    page.locator("form[enctype] .button").click()
    page.locator(".calendar").wait_for()
    yield "the diary"
    page.goto(f"{studio.origin}/your-screening/diary/counts")
    yield "what it adds up to"


def _compose(studio: Studio, pictures: list[bytes], file: Path) -> None:
    """The pictures beside each other, the top of each."""
    cells = "".join(
        f"<div><img src='data:image/jpeg;base64,{b64encode(each).decode()}'></div>" for each in pictures
    )
    style = (
        f"body {{ display: grid; grid-template-columns: repeat({_A_ROW}, {_SHOWN_WIDTH}px); gap: 12px; "
        f"margin: 12px; background: #83867B }} div {{ height: {_SHOWN_HEIGHT}px; overflow: hidden }} "
        f"img {{ display: block; width: {_SHOWN_WIDTH}px }}"
    )
    width = _A_ROW * (_SHOWN_WIDTH + 12) + 12
    page = studio.browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(f"<!doctype html><style>{style}</style>{cells}")
    page.screenshot(path=file, full_page=True, type="jpeg", quality=_QUALITY)
    page.close()


def take_patient_papers(folder: Path) -> None:
    """The patient's own paper, the poster of the waiting room and the empty calendar."""
    with tempfile.TemporaryDirectory() as papers, open_studio(0) as studio:
        context = studio.browser.new_context(accept_downloads=True)
        page = context.new_page()
        send(page, studio.origin)
        for button, name in (("Save as PDF", "paper-patient"), (EMPTY, "paper-diary")):
            with page.expect_download() as waiting:
                page.get_by_role("button", name=button).first.click()
            waiting.value.save_as(Path(papers) / f"{name}.pdf")
            take_paper(Path(papers) / f"{name}.pdf", folder / f"{name}.jpg")
        poster = Path(papers) / "paper-poster.pdf"
        made = studio.server.command("poster", "--output", str(poster))
        assert made.returncode == 0, made.stderr
        take_paper(poster, folder / "paper-poster.jpg")
