"""What people do in the browser and what they see there, in the words of the page.

Everything is found by its text, as a person finds it. Every helper waits for what it needs, so that
none ever acts on the page that is just being left.
"""

import re
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

SIGNS: Final = "Is any of these happening now, or new in the last few days?"
OTHER_SIGNS: Final = "Do you have any of these other warning signs?"
LOOK_ALIKES: Final = "Is one of these true of your headaches?"
HEADACHE_DAYS: Final = "On how many days did you have a headache?"
MIGRAINE_DAYS: Final = "On how many of those days was it a migraine?"
COUNTED: Final = "How did you count?"
HOW_LONG: Final = "For how long have you had headaches about this often?"
TRIED: Final = "Have you tried a medicine to prevent headaches?"
MEDICINE: Final = "Name of the medicine"
WHICH: Final = "Which of these is it?"
TOOK: Final = "For how long did you take it?"
HAPPENED: Final = "What happened?"
TAKEN_FOR: Final = "What did you take it for?"

NONE: Final = "None of these"
NOT_SURE: Final = "I am not sure"
SUDDEN: Final = "A sudden, very bad headache that reached its worst within a minute"
DOUBLE_VISION: Final = "New blurred or double sight"
MEMORY: Final = "From memory"
DIARY: Final = "From a diary or calendar"
NO_HELP: Final = "It did not help enough"
SIDE_EFFECTS: Final = "I stopped because of side effects"
TO_PREVENT: Final = "To prevent migraine or headache"

POSITIVE: Final = "Your answers match the pattern of chronic migraine"
BORDERLINE: Final = "Your answers are close to the pattern of chronic migraine"
NEGATIVE: Final = "Your answers do not match the pattern of chronic migraine today"
CANNOT_TELL: Final = "Your answers do not yet show whether the pattern fits"
GET_HELP: Final = "Get help now"
CHECK: Final = "Check your answers"
LIST: Final = "Medicines to prevent headaches"
NO_DRAFT: Final = "We cannot find your answers here"
YOUR_SCREENING: Final = "Use your code: go on, read, copy or delete"
YOUR_SCREENINGS: Final = "Your screenings"
NOTHING_UNDER_CODE: Final = "There is no screening under this code"
DELETE_EVERYTHING: Final = "Delete everything under your code"
GONE: Final = "Everything under your code is deleted"
YOUR_CODE: Final = "Your reference code"
SURE: Final = "Are you sure?"
YES_DELETE: Final = "Yes, delete all my answers and results"

CODE: Final = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]")


@dataclass(frozen=True)
class Tried:
    """One medicine and what became of it."""

    name: str
    took: str = "12 weeks"
    happened: str = NO_HELP
    taken_for: str = TO_PREVENT


@dataclass(frozen=True)
class Person:
    """What somebody answers. `tried` is a choice, or the medicines named after "Yes"."""

    signs: str = NONE
    other_signs: str = NONE
    headache_days: str = "20"
    migraine_days: str = "10"
    counted: str = MEMORY
    how_long: str = "7 months"
    look_alike: str = NONE
    tried: str | tuple[Tried, ...] = "No"


TWO_MEDICINES: Final = (Tried("Inderal"), Tried("topiramate", "3 months", SIDE_EFFECTS))
UNSURE: Final = Person(NOT_SURE, NOT_SURE, NOT_SURE, NOT_SURE, MEMORY, NOT_SURE, NOT_SURE, NOT_SURE)


# --- given ----------------------------------------------------------------------------------------


def begin(page: Page, origin: str) -> None:
    """Opens the first page and starts."""
    page.goto(origin + "/")
    press(page, "Start")
    see(page, "First, a safety check")


def answer_safety(page: Page, person: Person) -> None:
    choose(page, SIGNS, person.signs)
    press(page, "Continue")
    if person.signs == NOT_SURE:
        see(page, "Ask someone now, before you go on")
        press(page, "Continue")


def answer_other_signs(page: Page, person: Person) -> None:
    see(page, "A few more signs")
    choose(page, OTHER_SIGNS, person.other_signs)
    press(page, "Continue")
    if person.other_signs in (NOT_SURE, DOUBLE_VISION):
        see(page, "See a clinician today")
        press(page, "Continue")


def answer_days(page: Page, person: Person) -> None:
    give(page, HEADACHE_DAYS, person.headache_days)
    give(page, MIGRAINE_DAYS, person.migraine_days)
    choose(page, COUNTED, person.counted)
    press(page, "Continue")


def answer_how_long(page: Page, person: Person) -> None:
    give(page, HOW_LONG, person.how_long)
    choose(page, LOOK_ALIKES, person.look_alike)
    press(page, "Continue")


def answer_tried(page: Page, person: Person) -> None:
    medicines = () if isinstance(person.tried, str) else person.tried
    choose(page, TRIED, "Yes" if medicines else str(person.tried))
    press(page, "Continue")
    for count, medicine in enumerate(medicines):
        if count:
            follow(page, "Add another medicine")
        add_medicine(page, medicine)
    if medicines:
        press(page, "That is all: continue")


def add_medicine(page: Page, medicine: Tried) -> None:
    """Names a medicine that the product knows, and tells its story."""
    see(page, "Which medicine was it?")
    type_in(page, MEDICINE, medicine.name)
    press(page, "Continue")
    tell_story(page, medicine)


def tell_story(page: Page, medicine: Tried) -> None:
    give(page, TOOK, medicine.took)
    choose(page, HAPPENED, medicine.happened)
    choose(page, TAKEN_FOR, medicine.taken_for)
    press(page, "Continue")
    see(page, LIST)


def reach_check_page(page: Page, origin: str, person: Person) -> None:
    """Answers everything and stops before sending."""
    begin(page, origin)
    answer_all(page, person)


def answer_all(page: Page, person: Person) -> None:
    """From the first question to the page before sending."""
    answer_safety(page, person)
    answer_other_signs(page, person)
    answer_days(page, person)
    answer_how_long(page, person)
    answer_tried(page, person)
    see(page, CHECK)


def reach_result(page: Page, origin: str, person: Person) -> str:
    """Answers everything and sends it; the reference code."""
    reach_check_page(page, origin, person)
    press(page, "Send my answers")
    expect(page.locator(".result")).to_be_visible()
    return code_on(page)


# --- when -----------------------------------------------------------------------------------------


def asked(page: Page, question: str) -> Locator:
    """The part of the page that asks this question."""
    label = page.locator(".label", has_text=re.compile(f"^{re.escape(question)}$"))
    return page.locator(".field").filter(has=label)


def type_in(page: Page, question: str, text: str) -> None:
    asked(page, question).locator(".input").fill(text)


def choose(page: Page, question: str, *choices: str) -> None:
    for choice in choices:
        asked(page, question).get_by_label(choice, exact=True).check()


def give(page: Page, question: str, answer: str) -> None:
    """Types a number, with its unit where one is asked for, or is not sure."""
    if answer == NOT_SURE:
        choose(page, question, NOT_SURE)
        return
    number, _, unit = answer.partition(" ")
    type_in(page, question, number)
    if unit:
        choose(page, question, unit)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def press_and_wait(page: Page, button: str) -> None:
    """Presses a button that leads to a page which looks like the one that is being left."""
    with page.expect_navigation():
        press(page, button)


def follow(page: Page, link: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()


def change(page: Page, question: str) -> None:
    """Follows the link beside an answer of the check page."""
    follow(page, f"Change {question}")


# --- then -----------------------------------------------------------------------------------------


def see(page: Page, heading: str) -> None:
    expect(page.locator("h1")).to_have_text(heading)


def see_answer(page: Page, question: str, *lines: str) -> None:
    """The check page (or the clinician's record) gives this answer to the question."""
    row = page.locator(".summary > div").filter(has=page.get_by_text(question, exact=True))
    found = row.locator("dd").first
    if len(lines) == 1:
        expect(found).to_have_text(lines[0])
    else:
        expect(found.locator("li")).to_have_text(list(lines))


def see_typed(page: Page, question: str, text: str) -> None:
    expect(asked(page, question).locator(".input")).to_have_value(text)


def see_chosen(page: Page, question: str, choice: str) -> None:
    expect(asked(page, question).get_by_label(choice, exact=True)).to_be_checked()


def see_errors(page: Page, *sentences: str) -> None:
    """The page says in its title, at the top and at each question what has to be mended."""
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator(".error-summary li")).to_have_text(list(sentences))
    expect(page.locator(".field .error p")).to_have_text([f"Error: {each}" for each in sentences])


def see_criterion(page: Page, name: str, state: str) -> None:
    row = page.locator(".criterion").filter(has=page.get_by_role("heading", name=name))
    expect(row.locator(".criterion-head p")).to_have_text(state)


def code_on(page: Page) -> str:
    """The reference code that the page shows."""
    shown = page.locator(".code")
    expect(shown).to_have_text(CODE)
    return "".join(shown.inner_text().split())
