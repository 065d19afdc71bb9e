"""One-time codes: those of RFC 6238, however they are typed."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from app.services.one_time_codes import SEED_BYTES, address_of, digits_of, key_of, new_seed, step_of_code

SEED = b"12345678901234567890"  # RFC 6238, appendix B


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.requirement("AUTH-09")
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert step_of_code(SEED, code, at(seconds)) == seconds // 30


@pytest.mark.requirement("AUTH-09")
@pytest.mark.parametrize(
    "typed", ["287082", " 287 082 ", "287-082", "２８７０８２", "28 70\u00a082", "code: 287082"]
)
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert digits_of(typed) == "287082"
    assert step_of_code(SEED, typed, at(59)) == 1


@pytest.mark.requirement("AUTH-09")
@pytest.mark.parametrize(
    ("later", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_one_step_before_and_after_is_taken_and_no_more(later: int, is_taken: bool) -> None:
    step = step_of_code(SEED, "081804", at(1111111109 + later))
    assert step == (1111111109 // 30 if is_taken else None)


@pytest.mark.parametrize(
    "typed", ["", "x", "28708", "2870820", "287083", "²⁸⁷⁰⁸³", "٢٨٧٠٨٢", "\x00", "9" * 40]
)
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert step_of_code(SEED, typed, at(59)) is None


@pytest.mark.requirement("AUTH-11")
def test_a_seed_has_160_random_bits() -> None:
    seeds = {new_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert {len(seed) for seed in seeds} == {SEED_BYTES} == {20}


def test_an_app_reads_the_same_key_from_picture_and_letters() -> None:
    address = urlsplit(address_of(SEED, "ada@example.org"))
    asked = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert asked["secret"] == [key_of(SEED).replace(" ", "")]
    assert asked["issuer"] == ["Headache screening"]
    assert "ada%40example.org" in address.path
