"""A diary as a table, and back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.diary import LONGEST_DAYS, DayKind, DayMark
from app.reports.diary_file import DiaryFileError, read_diary, write_diary

TODAY = date(2026, 3, 2)
HEAD = "date,kind,took_medicine\n"
_days = st.dictionaries(
    st.integers(0, LONGEST_DAYS).map(lambda back: TODAY - timedelta(days=back)),
    st.builds(DayMark, st.sampled_from(DayKind), st.booleans()),
    min_size=1,
)


def problems(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(DiaryFileError) as caught:
        read_diary(content, TODAY)
    return caught.value.problems


@given(_days)
def test_what_is_written_is_read_again(days: dict[date, DayMark]) -> None:
    assert read_diary(write_diary(days).encode("utf-8-sig"), TODAY) == days


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "2026-03-01,migraine,yes\n2026-02-28,none,no\n",
        HEAD + "2026-03-01,Migraine, YES \n2026-02-28,none,\n\n2026-02-27,,\n",
        "Date;Kind;Took_Medicine\r\n2026-03-01;migraine;yes\r\n2026-02-28;none;no\r\n",
        HEAD + '"2026-03-01","migraine","yes"\n2026-02-28,none',
    ],
)
def test_tables_as_spreadsheets_write_them(text: str) -> None:
    assert read_diary(text.encode(), TODAY) == {
        date(2026, 3, 1): DayMark(DayKind.MIGRAINE, took_medicine=True),
        date(2026, 2, 28): DayMark(DayKind.NONE),
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("03/01/2026,none,no", "Line 2: Write the date as year, month and day, such as 2026-11-03"),
        ("2026-W09-7,none,no", "Line 2: Write the date as year, month and day, such as 2026-11-03"),
        ("20260301,none,no", "Line 2: Write the date as year, month and day, such as 2026-11-03"),
        ("2026-02-30,none,no", "Line 2: Write the date as year, month and day, such as 2026-11-03"),
        (",none,no", "Line 2: Write the date as year, month and day, such as 2026-11-03"),
        ("2026-03-03,none,no", "Line 2: This day is still to come. Take it out of the file"),
        (
            "2025-03-02,none,no",
            "Line 2: A diary holds the last 364 days. Take earlier days out of the file",
        ),
        (
            "2026-03-01,bad,no",
            "Line 2: Write none, headache or migraine for “kind”, or leave it empty",
        ),
        ("2026-03-01,none,2", "Line 2: Write yes or no for “took_medicine”, or leave it empty"),
        ("2026-03-01,,yes", "Line 2: Fill in “kind”, too: none, headache or migraine"),
        ("2026-03-01,,", "No day is noted in the file. Fill in “kind” for at least one day"),
        (
            "2026-03-01,none,no\n2026-03-01,none,no",
            "Line 3: This day is there twice. Keep one line for it",
        ),
    ],
)
def test_what_cannot_be_taken_says_where_and_how_to_mend_it(line: str, says: str) -> None:
    assert problems(f"{HEAD}{line}\n") == [says]


@pytest.mark.parametrize("day", ["2026-03-02", "2025-03-03"])
def test_the_first_and_the_last_day_of_a_diary_are_taken(day: str) -> None:
    assert list(read_diary(f"{HEAD}{day},none,no\n".encode(), TODAY)) == [date.fromisoformat(day)]


@pytest.mark.parametrize("text", ["", "\n", "day,kind\n", "2026-03-01,none,no\n", HEAD.replace("kind", "x")])
def test_another_table_is_not_taken(text: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith("The first line has to be: date,kind,took_medicine.")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x89PNG", f"{HEAD}{'x' * 200_000}".encode()])
def test_what_is_no_table_is_not_taken(content: bytes) -> None:
    assert problems(content)


def test_no_more_than_ten_lines_are_named() -> None:
    assert len(problems(HEAD + "x,none,no\n" * 50)) == 10
