"""The screenings under one code beside each other, for the person who answered them."""

from flask import render_template
from werkzeug.wrappers import Response

from app.patient import browser
from app.patient.blueprint import patient
from app.patient.change_words import (
    COLUMNS,
    COUNTED_OTHERWISE,
    LINES,
    NAMES,
    TO_TALK_OVER,
    is_counted_otherwise,
    pictures,
    times,
)
from app.services.opening_by_code import MOST_BESIDE, open_beside
from app.services.reading_by_code import find_reading
from app.storage.audit import Action
from app.web.context import now, store


@patient.get("/your-screening/change")
def own_change() -> str | Response:
    """What was told each time; with one screening alone there is nothing to stand beside it."""
    token = browser.token()
    reading = find_reading(store(), token, now())
    if len(reading.screenings) < 2:
        return browser.go_to("patient.list_own")
    found = times(open_beside(store(), token, now(), Action.SCREENING_READ_BY_CODE))
    return render_template(
        "patient/own_change.html",
        times=found,
        charts=[(name, NAMES[name], LINES.get(name), pictures(found, name)) for name in NAMES],
        counted_otherwise=COUNTED_OTHERWISE if is_counted_otherwise(found) else None,
        columns=COLUMNS,
        to_talk_over=TO_TALK_OVER,
        left_out=max(0, len(reading.screenings) - MOST_BESIDE),
    )
