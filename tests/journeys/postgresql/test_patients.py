"""Journeys of patients whose answers are on PostgreSQL."""

import pytest

from tests.journeys.test_diary import test_a_diary_is_kept_for_months_and_begins_the_next_screening
from tests.journeys.test_patient_changes import (
    test_a_medicine_named_twice_is_opened_again,
    test_back_from_a_change_leads_to_the_check_page,
)
from tests.journeys.test_patient_code import test_a_person_comes_back_reads_saves_and_deletes
from tests.journeys.test_patient_interrupted import (
    phone,
    test_a_double_click_stores_once,
    test_a_killed_server_loses_nothing,
    test_a_lost_connection_while_sending_stores_once,
    test_answers_from_a_page_left_open_do_not_change_what_was_sent,
    test_sending_again_from_a_page_left_open_stores_once,
    test_somebody_who_left_goes_on_where_they_stopped,
)
from tests.journeys.test_patient_journey import (
    test_a_sign_ticked_by_mistake_leads_back_to_the_question,
    test_the_result_says_how_each_number_compares,
)
from tests.journeys.test_same_code import test_two_screenings_under_one_code_stand_side_by_side
from tests.journeys.test_shared_device import test_an_untouched_screen_goes_by_itself_and_back_shows_nothing

pytestmark = [pytest.mark.browser, pytest.mark.postgresql]
__all__ = [
    "phone",
    "test_a_diary_is_kept_for_months_and_begins_the_next_screening",
    "test_a_double_click_stores_once",
    "test_a_killed_server_loses_nothing",
    "test_a_lost_connection_while_sending_stores_once",
    "test_a_medicine_named_twice_is_opened_again",
    "test_a_person_comes_back_reads_saves_and_deletes",
    "test_a_sign_ticked_by_mistake_leads_back_to_the_question",
    "test_an_untouched_screen_goes_by_itself_and_back_shows_nothing",
    "test_answers_from_a_page_left_open_do_not_change_what_was_sent",
    "test_back_from_a_change_leads_to_the_check_page",
    "test_sending_again_from_a_page_left_open_stores_once",
    "test_somebody_who_left_goes_on_where_they_stopped",
    "test_the_result_says_how_each_number_compares",
    "test_two_screenings_under_one_code_stand_side_by_side",
]
