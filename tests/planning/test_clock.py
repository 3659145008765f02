"""The clock: working days, what a due day says about itself, its doubts, and what is late, left and used."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.clock import (
    Calendar,
    DayOff,
    Due,
    Every,
    Extension,
    Lateness,
    Limit,
    Pause,
    Spent,
    Term,
    Unit,
    back,
    chain,
    due,
    lateness,
    limit,
    periodic,
    spent,
)
from tests.planning import naive_clock
from tests.planning.naive_clock import CALENDAR, ONE_DAY, works

WD, D, W, M, Y = Unit
RECEIVED = date(2026, 9, 15)

table_days = st.dates(date(2023, 1, 1), date(2027, 9, 30))


# Working days --------------------------------------------------------------------------------------------------------


@given(table_days, st.integers(0, 120))
def test_working_days_agree_with_a_wall_calendar(day, length):
    assert CALENDAR.is_working(day) == works(day)
    assert bool(CALENDAR.why_off(day)) != works(day)
    end = day + timedelta(days=length)
    counted = sum(works(each) for each in naive_clock.days(day, end))
    assert CALENDAR.working_between(day, end) == counted
    assert CALENDAR.working_between(end, day) == -counted


@given(table_days, st.integers(1, 300))
def test_adding_and_taking_away_working_days_are_inverse(day, n):
    assert CALENDAR.add_working(day, 0) == day
    assert CALENDAR.working_between(day, CALENDAR.add_working(day, n)) == n
    assert CALENDAR.add_working(CALENDAR.add_working(day, n), -n) == CALENDAR.last_working(day)
    assert CALENDAR.add_working(CALENDAR.add_working(day, -n), n) == CALENDAR.next_working(day)
    assert works(CALENDAR.add_working(day, n)) and works(CALENDAR.add_working(day, -n))


@given(table_days)
def test_the_nearest_working_days_have_none_between(day):
    last, following = CALENDAR.last_working(day), CALENDAR.next_working(day)
    assert last <= day <= following
    assert works(last) and works(following)
    assert not any(works(each) for each in naive_clock.days(last, following - ONE_DAY) if last < following)


def test_a_day_off_says_why():
    assert CALENDAR.why_off(date(2026, 2, 17)) == "Tết Bính Ngọ - Mùng 1"
    assert CALENDAR.why_off(date(2026, 4, 26)) == "Giỗ Tổ Hùng Vương (10/3 Bính Ngọ)"
    assert CALENDAR.why_off(date(2026, 10, 3)) == "thứ Bảy"
    assert CALENDAR.why_off(date(2026, 10, 4)) == "Chủ nhật"
    assert CALENDAR.why_off(date(2026, 8, 22)) == ""


def test_an_empty_table_knows_weekends_only():
    empty = Calendar([])
    assert due(Term(5, WD), date(2026, 2, 13), empty).day == date(2026, 2, 20)


def test_a_holiday_on_a_sunday_takes_nothing_away():
    twice = Calendar([DayOff(date(2026, 4, 26), "holiday", "Giỗ Tổ", True)])
    assert twice.working_between(date(2026, 4, 24), date(2026, 5, 1)) == 5


# The explanation -----------------------------------------------------------------------------------------------------


def test_a_paused_and_extended_term_is_explained_line_by_line():
    found = due(
        Term(25, D),
        date(2026, 9, 8),
        CALENDAR,
        [Pause(date(2026, 9, 21), date(2026, 9, 22), "bổ sung hồ sơ"), Pause(date(2027, 1, 4), date(2027, 1, 5))],
        [Extension(10, D, "15/QĐ-SCT"), Extension(5, WD, from_expiry=True)],
        waiting_for="ngày nhận hồ sơ",
    )
    assert [(line.text, line.day, line.days) for line in found.lines] == [
        ("Bắt đầu tính từ 09/09/2026, ngày sau ngày nhận hồ sơ 08/09/2026 (Điều 147 BLDS)", date(2026, 9, 9), 0),
        ("25 ngày, đến 03/10/2026", date(2026, 10, 3), 25),
        ("Gia hạn 10 ngày, đến 13/10/2026 (15/QĐ-SCT)", date(2026, 10, 13), 10),
        ("Tạm dừng 21/09-22/09/2026 (bổ sung hồ sơ): cộng 2 ngày, đến 15/10/2026", date(2026, 10, 15), 2),
        ("Gia hạn 5 ngày làm việc kể từ ngày hết hạn 15/10/2026, đến 22/10/2026", date(2026, 10, 22), 7),
        ("Tạm dừng 04/01-05/01/2027 nằm ngoài thời hạn: không cộng", date(2026, 10, 22), 0),
    ]
    assert found.day == date(2026, 10, 22)
    assert found.doubts == ()


def test_days_off_within_working_days_are_named_and_saturdays_worked_too():
    found = due(Term(15, WD), date(2026, 8, 19), CALENDAR)
    assert found.lines[1].text == (
        "15 ngày làm việc, đến 11/09/2026 (trừ 3 ngày nghỉ: 31/08/2026 Hoán đổi, 01/09-02/09/2026 Quốc khánh; "
        "tính ngày làm bù: 22/08/2026)"
    )


def test_a_moved_day_names_the_article_and_both_days():
    moved = due(Term(25, D), date(2026, 9, 8), CALENDAR).lines[-1]
    text = "Ngày cuối 03/10/2026 rơi vào thứ Bảy: chuyển sang thứ Hai 05/10/2026 (khoản 5 Điều 148 BLDS)"
    assert (moved.text, moved.day, moved.days) == (text, date(2026, 10, 5), 2)


def test_a_month_without_that_day_says_so():
    text = due(Term(1, M), date(2025, 1, 31), CALENDAR).lines[1].text
    assert text == "1 tháng, đến 28/02/2025 (tháng không có ngày 31: lấy ngày cuối tháng, Điều 148 BLDS)"


def test_a_shortest_time_and_a_rule_that_does_not_move_say_that_they_stay():
    least = due(Term(20, D, minimum=True), date(2026, 10, 5), CALENDAR)
    assert least.lines[-1].text == "Ngày cuối 25/10/2026 rơi vào Chủ nhật: thời hạn tối thiểu, không chuyển"
    assert least.doubts == ()
    fixed = due(Term(20, D, moves=False), date(2026, 10, 5), CALENDAR)
    assert fixed.lines[-1].text == "Ngày cuối 25/10/2026 rơi vào Chủ nhật: thời hạn này không chuyển"
    assert "cuối cùng trước đó là 23/10/2026" in fixed.doubts[0]


def test_overlapping_pauses_are_one_line_with_both_reasons():
    found = due(
        Term(20, WD),
        RECEIVED,
        CALENDAR,
        [
            Pause(date(2026, 9, 25), date(2026, 10, 2), "xác minh"),
            Pause(date(2026, 9, 22), date(2026, 9, 28), "bổ sung"),
        ],
    )
    assert [line.text for line in found.lines if line.text.startswith("Tạm dừng")] == [
        "Tạm dừng 22/09-02/10/2026 (bổ sung; xác minh): cộng 9 ngày làm việc, đến 26/10/2026"
    ]


def test_a_pause_that_ends_on_the_event_day_lies_outside_of_the_term():
    found = due(Term(20, WD), RECEIVED, CALENDAR, [Pause(date(2026, 9, 10), RECEIVED)])
    assert found.lines[-1].text == "Tạm dừng 10/09-15/09/2026 nằm ngoài thời hạn: không cộng"


def test_a_chain_says_whether_a_step_was_done_or_only_due():
    steps = [("thẩm định", Term(20, WD)), ("quyết định", Term(5, WD))]
    planned = chain(RECEIVED, steps, CALENDAR, {})
    done = chain(RECEIVED, steps, CALENDAR, {"thẩm định": date(2026, 10, 9)})
    assert "ngày sau ngày đến hạn bước “thẩm định” 13/10/2026" in planned[1].lines[0].text
    assert "ngày sau ngày xong bước “thẩm định” 09/10/2026" in done[1].lines[0].text


@pytest.mark.parametrize("term", [Term(36, M), Term(20, WD), Term(0, D)])
def test_without_its_event_a_term_waits(term):
    for found in (
        due(term, None, CALENDAR, waiting_for="ngày bàn giao đất"),
        back(None, term, CALENDAR, waiting_for="ngày bàn giao đất"),
    ):
        assert found.day is None
        assert found.unknown == "Chưa biết: chờ ngày bàn giao đất."
        assert found.lines[0].text.endswith("kể từ ngày bàn giao đất")


def test_an_open_pause_says_since_when_and_why():
    found = due(Term(20, WD), RECEIVED, CALENDAR, [Pause(date(2026, 10, 1), None, "bổ sung hồ sơ")])
    assert (found.day, found.unknown) == (
        None,
        "Đang tạm dừng từ 01/10/2026 (bổ sung hồ sơ): có ngày đến hạn khi hết tạm dừng.",
    )
    assert found.lines[-1].text == found.unknown


def test_each_fixed_limit_is_told_in_the_words_of_the_text():
    day = date(2016, 4, 20)
    assert [limit(kind, day, CALENDAR).lines[0].text for kind in Limit] == [
        "Trước ngày 20/04/2016: chậm nhất hết ngày 19/04/2016",
        "Đến hết ngày 20/04/2016: chậm nhất hết ngày 20/04/2016",
        "Trong tháng 4/2016: chậm nhất hết ngày 30/04/2016",
        "Trong quý II/2016: chậm nhất hết ngày 30/06/2016",
        "Trong 6 tháng đầu năm 2016: chậm nhất hết ngày 30/06/2016",
        "Trong năm 2016: chậm nhất hết ngày 31/12/2016",
    ]


def test_labels_are_words():
    assert [str(unit.label) for unit in Unit] == ["ngày làm việc", "ngày", "tuần", "tháng", "năm"]
    assert [str(kind.label) for kind in Limit][:2] == ["trước ngày", "đến hết ngày"]


# Doubts --------------------------------------------------------------------------------------------------------------

NOT_SURE = "Chưa chắc 24/11/2026 là ngày nghỉ (Ngày Văn hóa Việt Nam)."


def test_the_day_off_of_24_november_is_doubted_where_it_counts():
    assert due(Term(20, WD), date(2026, 11, 2), CALENDAR).doubts == (NOT_SURE,)
    assert due(Term(1, D), date(2026, 11, 23), CALENDAR).doubts == (NOT_SURE,)  # the last day: moved or not
    assert back(date(2026, 11, 30), Term(5, WD), CALENDAR).doubts == (NOT_SURE,)
    assert NOT_SURE in limit(Limit.ON, date(2026, 11, 24), CALENDAR).doubts
    assert due(Term(10, WD), date(2026, 11, 24), CALENDAR).doubts[1:] == ()  # the event day itself is not counted
    assert due(Term(5, WD), date(2026, 11, 2), CALENDAR).doubts == ()
    assert due(Term(25, D), date(2026, 11, 9), CALENDAR).doubts == ()  # calendar days pass over it either way
    assert back(date(2026, 11, 30), Term(7, D), CALENDAR).doubts == ()


def test_tet_of_2027_is_doubted_in_one_sentence_a_name():
    assert CALENDAR.doubts(date(2027, 1, 25), date(2027, 3, 1)) == (
        "Chưa chắc 04/02-05/02/2027, 08/02/2027 là ngày nghỉ (Tết Đinh Mùi).",
        "Chưa chắc 09/02-10/02/2027 là ngày nghỉ (Nghỉ bù Tết Đinh Mùi).",
    )


def test_a_saturday_that_may_be_worked_is_doubted_as_a_working_day():
    unsure = Calendar([DayOff(date(2027, 5, 8), "swapped_workday", "Làm bù", False)])
    assert unsure.doubts(date(2027, 5, 8), date(2027, 5, 8)) == ("Chưa chắc 08/05/2027 là ngày làm việc (Làm bù).",)


def test_years_without_a_table_are_named():
    assert due(Term(20, WD), date(2027, 12, 20), CALENDAR).doubts == (
        "Chưa có bảng ngày nghỉ năm 2028: chỉ trừ thứ Bảy, Chủ nhật.",
    )
    assert due(Term(36, M), date(2026, 5, 4), CALENDAR).doubts == (
        "Chưa có bảng ngày nghỉ năm 2029: chỉ trừ thứ Bảy, Chủ nhật.",
    )


def test_a_start_on_a_day_off_leaves_the_question_of_online_filing_open():
    found = due(Term(5, WD), date(2026, 10, 3), CALENDAR)
    assert found.day == date(2026, 10, 9)
    assert found.doubts == (
        "03/10/2026 là ngày nghỉ (thứ Bảy): hồ sơ nộp trực tuyến vào ngày nghỉ được tính từ ngày nào là chưa rõ.",
    )


# Late, left, used ----------------------------------------------------------------------------------------------------


def test_late_and_left_count_calendar_and_working_days():
    due_day = date(2026, 2, 13)  # the Friday before Tết
    assert lateness(due_day, date(2026, 2, 23), CALENDAR) == Lateness(10, 1, 0, 0)
    assert lateness(due_day, due_day, CALENDAR) == Lateness(0, 0, 0, 0)
    assert lateness(date(2026, 2, 23), due_day, CALENDAR) == Lateness(0, 0, 10, 1)


def test_days_used_leave_out_pauses_and_an_open_one_to_the_end():
    end = date(2026, 10, 13)
    assert spent(RECEIVED, end, CALENDAR) == Spent(28, 20)
    assert spent(RECEIVED, end, CALENDAR, [Pause(date(2026, 9, 22), date(2026, 9, 28))]) == Spent(21, 15)
    assert spent(RECEIVED, end, CALENDAR, [Pause(date(2026, 10, 5), None)]) == Spent(19, 13)
    assert spent(RECEIVED, end, CALENDAR, [Pause(date(2026, 9, 1), date(2026, 9, 18))]) == Spent(25, 17)
    assert spent(RECEIVED, RECEIVED, CALENDAR) == spent(end, RECEIVED, CALENDAR) == Spent(0, 0)


# What cannot be meant ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Term(-1, D),
        lambda: Term(101, Y),
        lambda: Extension(30_000, WD),
        lambda: Pause(date(2026, 9, 2), date(2026, 9, 1)),
        lambda: Every(5, 10),
        lambda: Every(3, 0),
        lambda: limit("sometime", RECEIVED, CALENDAR),
        lambda: list(periodic(RECEIVED, Term(5, WD), RECEIVED)),
        lambda: list(periodic(RECEIVED, Term(0, M), RECEIVED)),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()


def test_the_longest_term_still_ends():
    assert isinstance(due(Term(26_000, WD), date(2100, 12, 31), CALENDAR), Due)
