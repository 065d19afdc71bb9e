"""The code as a picture: on the summary and where somebody stops, read by a camera or at the desk."""

import re

import segno

from app.domain.reference_code import format_reference_code
from app.storage.store import Store
from app.web.qr_picture import QrPicture
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, DAYS, POSITIVE, answer_page, fields_of, walk_to


def drawing(page: Page) -> str:
    (picture,) = (each for each in page.html.iter() if each.get("class") == "qr")
    assert "picture for a camera" in picture.get("aria-label", "")
    (path,) = picture
    return path.get("d", "")


def modules(path: str, width: int) -> list[list[int]]:
    """What the path paints, module by module."""
    painted = [[0] * width for _ in range(width)]
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        for place in range(int(column), int(column) + int(length)):
            painted[int(row)][place] = 1
    return painted


def test_a_picture_paints_what_the_code_says() -> None:
    picture = QrPicture("https://clinic.example/your-screening#7KQ2-M9XD-4TRB-ZP3V-N")
    expected = segno.make("https://clinic.example/your-screening#7KQ2-M9XD-4TRB-ZP3V-N", error="m")
    rows = [list(row) for row in expected.matrix_iter(border=4)]
    assert modules(picture.path, picture.width) == rows


def test_the_picture_holds_the_page_for_the_code_and_nothing_else(
    patient_client: WebClient, settings: Settings
) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    page = patient_client.submit("Stop now, go on later", fields_of(DAYS, POSITIVE))
    address = f"{settings.base_url}/your-screening#{format_reference_code(page.code)}"
    assert drawing(page) == QrPicture(address).path
    patient_client.open("/")
    patient_client.submit("Go on where you stopped")
    assert drawing(walk_on(patient_client)) == QrPicture(address).path


def walk_on(client: WebClient) -> Page:
    while client.current.address != CHECK:
        answer_page(client, POSITIVE)
    return client.submit("Send my answers")


def test_what_a_reader_at_the_desk_types_opens_the_record(
    patient_client: WebClient, clinic_client: WebClient, sqlite_store: Store, settings: Settings
) -> None:
    code = walk_to(patient_client, POSITIVE).code
    clinic_client.open("/clinic/find")
    page = clinic_client.submit(
        "Find", code=f"{settings.base_url}/your-screening#{format_reference_code(code)}"
    )
    assert page.address.startswith("/clinic/screenings/")
    patient_client.open("/your-screening")
    page = patient_client.submit("Find my screening", code=f"https://elsewhere.example/x#{code.lower()}")
    assert page.address == "/your-screening/list"
