"""The optional sections, as somebody fills them in who has much to tell."""

from typing import Final

from playwright.sync_api import Page

from tests.journeys.pages import CHECK, choose, follow, give, press, see

HEADACHES: Final = "About your headaches"
MEDICINES: Final = "The medicines you take when it hurts"
BOTULINUM: Final = "If botulinum toxin were considered"
COST: Final = "What it costs you"

HOURS: Final = "On a headache day, how many hours does it last if you take nothing?"
ATTACKS: Final = "Have you had 5 or more attacks of migraine in your life?"
FREE_DAYS: Final = "In the last 30 days, on how many days were you free of any headache?"
ANY_MEDICINE: Final = "In the last 30 days, on how many days did you take any medicine for a headache?"
TAKEN_FOR_LONG: Final = "For how long have you taken it about this often?"
TRIPTANS: Final = "On how many days did you take a triptan?"
SIMPLE: Final = "On how many days did you take a simple painkiller?"
PLAN: Final = "Have you made a plan with a clinician about taking this medicine on fewer days?"
SAFETY: Final = "Which of these are true for you?"
MISSED: Final = "In the last 30 days, how many days of work, school or housework did headache take?"
HALF_DONE: Final = "On how many other days did you get half or less of it done?"

LOOK_AGAIN: Final = "Some of your answers do not seem to fit together"
THEY_ARE_RIGHT: Final = "They are right: go on"
# The pages of each section: heading, and what is answered there.
Pages = tuple[tuple[str, dict[str, str]], ...]
ABOUT_HEADACHES: Final[Pages] = (
    ("How your headaches go", {HOURS: "6.5", ATTACKS: "Yes", FREE_DAYS: "10"}),
    ("Where and how it hurts", {"Is the pain mostly on one side of your head?": "Yes"}),
    ("How strong it is", {"Is the pain medium or strong?": "Yes"}),
    ("What comes with the pain", {"Do you feel sick or throw up?": "Yes"}),
    ("Signs before the pain, and your age", {"How old are you?": "42"}),
)
ABOUT_MEDICINES: Final[Pages] = (
    ("Days with any medicine", {ANY_MEDICINE: "18", TAKEN_FOR_LONG: "7 months"}),
    ("Medicines made for migraine, in the last 30 days", {TRIPTANS: "12"}),
    ("Painkillers, in the last 30 days", {SIMPLE: "4"}),
    ("A plan for your medicine", {PLAN: "No"}),
)
ABOUT_BOTULINUM: Final[Pages] = (
    ("What a clinician must know first", {SAFETY: "Trouble swallowing or breathing"}),
    ("Your care so far", {"Does a neurologist or a headache specialist treat you?": "Yes"}),
)
ABOUT_COST: Final[Pages] = (("Work, school and home", {MISSED: "4", HALF_DONE: "6"}),)
SECTIONS: Final = {
    HEADACHES: ABOUT_HEADACHES,
    MEDICINES: ABOUT_MEDICINES,
    BOTULINUM: ABOUT_BOTULINUM,
    COST: ABOUT_COST,
}


def answer(page: Page, answers: dict[str, str]) -> None:
    """Types numbers, and chooses everything else by its words."""
    for question, words in answers.items():
        if words[0].isdigit():
            give(page, question, words)
        else:
            choose(page, question, words)


def fill_section(page: Page, title: str) -> None:
    """From the check page through one section and back to the check page."""
    follow(page, title)
    for heading, answers in SECTIONS[title]:
        see(page, heading)
        answer(page, answers)
        press(page, "Continue")
    see(page, CHECK)


def fill_all_sections(page: Page) -> None:
    for title in SECTIONS:
        fill_section(page, title)
