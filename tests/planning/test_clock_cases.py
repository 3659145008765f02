"""Dated cases, worked by hand from the law on a wall calendar, each also counted day by day.

Weekdays off: 2024: 8-14/2, 18/4, 29/4-1/5; 2025: 1/1, 27-31/1, 7/4, 30/4-2/5, 1-2/9; 2026: 1-2/1, 16-20/2, 27/4,
30/4-1/5, 31/8-2/9, 24/11; 2027: 1/1, 4-10/2, 16/4, 30/4, 3/5. Saturdays worked: 4/5/24, 26/4/25, 10/1 and 22/8/26."""

from datetime import date, datetime

import pytest

from planning.clock import Every, Extension, Limit, Pause, Term, Unit, back, chain, due, limit, periodic
from tests.planning import naive_clock
from tests.planning.naive_clock import CALENDAR

WD, D, W, M, Y = Unit


def on(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


def p(start, end):
    return Pause(on(start), on(end) if end else None)


def ext(length, unit):
    return Extension(length, unit, "15/QĐ-SCT")


def again(length, unit):
    return Extension(length, unit, "15/QĐ-SCT", from_expiry=True)


def least(length, unit):
    return Term(length, unit, minimum=True)


def fixed(length, unit):
    return Term(length, unit, moves=False)


# what, event day, term, due day. A tuple in the term's place: the term, then its pauses and extensions.
CASES = [
    # Tết 2025 (27-31/1), New Year, Giỗ Tổ (7/4), the swap 2/5 ↔ 26/4, National Day
    ("a plain week", "06/01/2025", Term(5, WD), "13/01/2025"),  # 7 8 9 10 | 13
    ("the eve of Tết 2025, one day", "24/01/2025", Term(1, WD), "03/02/2025"),
    ("the eve of Tết 2025, a week", "24/01/2025", Term(5, WD), "07/02/2025"),  # 3-7/2
    ("across Tết 2025", "20/01/2025", Term(10, WD), "10/02/2025"),  # 21-24 (4) | 3-7/2 (9) | 10
    ("filed on the first of Tết 2025", "29/01/2025", Term(3, WD), "05/02/2025"),  # 3 4 5/2
    ("Giỗ Tổ on a Monday", "04/04/2025", Term(3, WD), "10/04/2025"),  # 8 9 10
    ("the Saturday worked for 2/5/2025 counts", "23/04/2025", Term(5, WD), "29/04/2025"),  # 24 25 Sat 26 28 29
    ("the Saturday worked for 2/5/2025 ends a term", "25/04/2025", Term(1, WD), "26/04/2025"),
    ("the long weekend of 30/4/2025", "29/04/2025", Term(1, WD), "05/05/2025"),  # 30 1 2 off, 3 4 weekend
    ("worked Saturday and long weekend", "25/04/2025", Term(5, WD), "06/05/2025"),  # Sat 26 28 29 | 5 6/5
    ("filed on the worked Saturday", "26/04/2025", Term(2, WD), "29/04/2025"),  # 28 29
    ("National Day 2025", "29/08/2025", Term(2, WD), "04/09/2025"),  # 1 2 off | 3 4
    ("2024: the swapped Monday 29/4", "26/04/2024", Term(3, WD), "04/05/2024"),  # 2 3 Sat 4
    ("Tết 2024", "07/02/2024", Term(2, WD), "16/02/2024"),  # 8 9 | 12 13 14 off | 15 16
    # the year end, the swap 2/1 ↔ 10/1/2026, Tết 2026 (16-20/2)
    ("across the year end", "29/12/2025", Term(5, WD), "07/01/2026"),  # 30 31 | 5 6 7
    ("the last day of the year", "31/12/2025", Term(1, WD), "05/01/2026"),  # Thu 1 and Fri 2 off
    ("the tenth day over the year end", "24/12/2025", Term(10, WD), "09/01/2026"),  # 25 26 | 29 30 31 (5) | 5-9/1
    ("the worked Saturday 10/1/2026 is the fifth", "05/01/2026", Term(5, WD), "10/01/2026"),  # 6-9, Sat 10
    ("the day after the worked Saturday", "05/01/2026", Term(6, WD), "12/01/2026"),
    ("the eve of Tết 2026", "13/02/2026", Term(1, WD), "23/02/2026"),
    ("across Tết 2026", "09/02/2026", Term(10, WD), "02/03/2026"),  # 10-13 (4) | 23-27 (9) | 2/3
    ("filed on the second of Tết 2026", "18/02/2026", Term(5, WD), "27/02/2026"),  # 23-27
    # Giỗ Tổ on Sunday 26/4/2026, Monday in lieu; the swap 31/8 ↔ 22/8/2026
    ("Giỗ Tổ on a Sunday", "24/04/2026", Term(1, WD), "28/04/2026"),
    ("Giỗ Tổ and 30/4 in one term", "24/04/2026", Term(5, WD), "06/05/2026"),  # 28 29 | 4 5 6
    ("the worked Saturday 22/8/2026", "20/08/2026", Term(3, WD), "24/08/2026"),  # 21 Sat 22 24
    ("one day, on the worked Saturday", "21/08/2026", Term(1, WD), "22/08/2026"),
    ("National Day 2026 with the swapped Monday", "28/08/2026", Term(1, WD), "03/09/2026"),
    ("both sides of the swap", "19/08/2026", Term(10, WD), "04/09/2026"),  # 20 21 22 (3) | 24-28 (8) | 3 4
    ("the same day", "02/10/2026", Term(0, WD), "02/10/2026"),
    ("the same day, a Saturday", "03/10/2026", Term(0, WD), "05/10/2026"),
    # Tết 2027 as the table has it now
    ("across Tết 2027", "25/01/2027", Term(20, WD), "01/03/2027"),  # 26-29 (4) 1-3 (7) 11 12 (9) 15-26 (19) 1/3
    ("Giỗ Tổ 2027", "15/04/2027", Term(1, WD), "19/04/2027"),  # Fri 16 off
    ("30/4/2027 and the Monday in lieu of 1/5", "29/04/2027", Term(2, WD), "05/05/2027"),  # Tue 4 Wed 5
    # clusters: the old set, 25 days and 7 working days
    ("CCN old, appraisal", "14/09/2026", Term(25, D), "09/10/2026"),  # 14 + 25 = 39 - 30
    ("CCN old, decision", "09/10/2026", Term(7, WD), "20/10/2026"),  # 12-16 (5) 19 20
    ("CCN old, appraisal ends on a Saturday", "08/09/2026", Term(25, D), "05/10/2026"),  # Sat 3/10
    ("CCN old, decision from the moved day", "05/10/2026", Term(7, WD), "14/10/2026"),  # 6-9 (4) 12 13 14
    ("CCN old, appraisal ends on 1/9", "07/08/2026", Term(25, D), "03/09/2026"),  # Tue 1/9, Wed 2/9 off
    ("CCN old, announced", "04/09/2026", Term(5, WD), "11/09/2026"),  # 7-11
    ("CCN old, dossiers received", "10/09/2026", Term(15, D), "25/09/2026"),
    ("CCN old, the commune submits", "25/09/2026", Term(5, WD), "02/10/2026"),  # 28 29 30 1 2
    # clusters: the new set from 15/9/2026, 20 and 5 working days
    ("CCN new, announced", "18/09/2026", Term(2, WD), "22/09/2026"),
    ("CCN new, dossiers received", "22/09/2026", Term(5, WD), "29/09/2026"),  # 23 24 25 28 29
    ("CCN new, appraisal", "15/09/2026", Term(20, WD), "13/10/2026"),  # 16-18 (3) (8) (13) 5-9 (18) 12 13
    ("CCN new, decision", "13/10/2026", Term(5, WD), "20/10/2026"),  # 14 15 16 19 20
    ("CCN new, over 24/11", "02/11/2026", Term(20, WD), "01/12/2026"),  # 3-6 (4) (9) (14) 23 (15) 25-27 (18) 30 1
    ("CCN new, over New Year 2027", "14/12/2026", Term(20, WD), "12/01/2027"),  # 15-18 (4) (9) (13) 4-8 (18) 11 12
    # policy approvals, ND 96/2026
    ("Prime Minister, sent for opinions", "20/04/2026", Term(3, WD), "23/04/2026"),
    ("Prime Minister, agencies answer", "23/04/2026", Term(10, WD), "12/05/2026"),  # 24 28 29 (3) 4-8 (8) 11 12
    ("Prime Minister, appraisal", "20/04/2026", Term(20, WD), "21/05/2026"),  # 21-24 (4) 28 29 (6) (11) (16) 18-21
    ("Prime Minister, decision", "21/05/2026", Term(5, WD), "28/05/2026"),  # 22 25 26 27 28
    ("city, sent for opinions", "02/03/2026", Term(2, WD), "04/03/2026"),
    ("city, agencies answer", "04/03/2026", Term(7, WD), "13/03/2026"),  # 5 6 | 9-13
    ("city, appraisal", "02/03/2026", Term(14, WD), "20/03/2026"),  # 3-6 (4) (9) (14)
    ("city, decision", "20/03/2026", Term(3, WD), "25/03/2026"),
    ("zone authority, report and decision", "08/04/2026", Term(17, WD), "06/05/2026"),  # 9 10 (2) (7) (12) (14) 4 5 6
    ("investment certificate", "12/06/2026", Term(5, WD), "19/06/2026"),
    # calendar days: the last day off moves, a worked Saturday does not
    ("15 days, an ordinary end", "15/01/2026", Term(15, D), "30/01/2026"),
    ("30 days into Tết", "16/01/2026", Term(30, D), "23/02/2026"),  # Sun 15/2, then the whole week off
    ("20 days to the Monday in lieu", "07/04/2026", Term(20, D), "28/04/2026"),  # Mon 27/4
    ("15 days to Giỗ Tổ on Sunday", "11/04/2026", Term(15, D), "28/04/2026"),  # Sun 26/4, Mon 27/4
    ("30 days to 1/5/2026", "01/04/2026", Term(30, D), "04/05/2026"),
    ("15 days to 1/5/2025", "16/04/2025", Term(15, D), "05/05/2025"),  # 1, swapped 2, weekend
    ("15 days to the worked Saturday 26/4/2025", "11/04/2025", Term(15, D), "26/04/2025"),
    ("5 days to the worked Saturday 10/1/2026", "05/01/2026", Term(5, D), "10/01/2026"),
    ("30 days over the year end", "30/12/2026", Term(30, D), "29/01/2027"),
    ("22 days to New Year 2027", "10/12/2026", Term(22, D), "04/01/2027"),  # Fri 1/1
    ("30 days over a leap February", "15/02/2024", Term(30, D), "18/03/2024"),  # 15 + 30 - 29 = Sat 16/3
    ("community opinions, at least 20 days", "05/10/2026", least(20, D), "25/10/2026"),  # a Sunday, stays
    ("at least 20 days into Tết", "27/01/2026", least(20, D), "16/02/2026"),
    ("community opinions, at most 30 days", "05/10/2026", Term(30, D), "04/11/2026"),
    ("a term whose rule does not move", "08/09/2026", fixed(25, D), "03/10/2026"),
    # weeks, months, years
    ("two weeks to 1/5", "17/04/2026", Term(2, W), "04/05/2026"),
    ("a week into Tết", "09/02/2026", Term(1, W), "23/02/2026"),
    ("three weeks", "04/03/2026", Term(3, W), "25/03/2026"),
    ("31/1 and a month, a Saturday", "31/01/2026", Term(1, M), "02/03/2026"),  # Sat 28/2
    ("31/1 and a month", "31/01/2025", Term(1, M), "28/02/2025"),
    ("31/1 and a month in a leap year", "31/01/2024", Term(1, M), "29/02/2024"),
    ("31/3 and a month is 30/4", "31/03/2026", Term(1, M), "04/05/2026"),  # 30/4, 1/5, weekend
    ("three months to the end of February", "30/11/2026", Term(3, M), "01/03/2027"),  # Sun 28/2
    ("the last of February is no last of August", "28/02/2025", Term(6, M), "28/08/2025"),
    ("zoning plan, nine months into Tết 2027", "10/05/2026", Term(9, M), "11/02/2027"),  # Wed 10/2 in lieu
    ("36 months from the handover of land", "12/03/2024", Term(36, M), "12/03/2027"),
    ("29/2 and a year", "29/02/2024", Term(1, Y), "28/02/2025"),
    ("29/2 and two years", "29/02/2024", Term(2, Y), "02/03/2026"),  # Sat 28/2
    ("29/2 and four years", "29/02/2024", Term(4, Y), "29/02/2028"),
    ("a year to New Year", "01/01/2026", Term(1, Y), "04/01/2027"),
    ("fifty years", "05/03/2024", Term(50, Y), "05/03/2074"),  # Tuesday + 50 + 12 leap days = Monday
    # pauses in working days; 20 working days from 15/9/2026 end on 13/10 without any
    ("a supplement of a week", "15/09/2026", (Term(20, WD), p("22/09/2026", "28/09/2026")), "20/10/2026"),  # 22-25, 28
    ("asked and brought in on one day", "15/09/2026", (Term(20, WD), p("05/10/2026", "05/10/2026")), "14/10/2026"),
    ("over a weekend only", "15/09/2026", (Term(20, WD), p("03/10/2026", "04/10/2026")), "13/10/2026"),
    ("two that overlap", "15/09/2026", (Term(20, WD), p("22/09/2026", "28/09/2026"), p("25/09/2026", "02/10/2026")),
     "26/10/2026"),  # 22/9-2/10 = 9 working days: 14-16 19-23 26
    ("one inside another", "15/09/2026", (Term(20, WD), p("22/09/2026", "02/10/2026"), p("24/09/2026", "25/09/2026")),
     "26/10/2026"),
    ("two apart", "15/09/2026", (Term(20, WD), p("22/09/2026", "23/09/2026"), p("12/10/2026", "16/10/2026")),
     "22/10/2026"),  # 2 and 5: 14-16 19-22
    ("the second reached because of the first", "15/09/2026",
     (Term(20, WD), p("22/09/2026", "28/09/2026"), p("15/10/2026", "16/10/2026")), "22/10/2026"),  # 20/10, then 21 22
    ("begun before the event", "15/09/2026", (Term(20, WD), p("10/09/2026", "18/09/2026")), "16/10/2026"),  # 16 17 18
    ("over before the event", "15/09/2026", (Term(20, WD), p("07/09/2026", "11/09/2026")), "13/10/2026"),
    ("until the event day", "15/09/2026", (Term(20, WD), p("07/09/2026", "15/09/2026")), "13/10/2026"),
    ("after the term", "15/09/2026", (Term(20, WD), p("20/10/2026", "23/10/2026")), "13/10/2026"),
    ("asked on the last day", "15/09/2026", (Term(20, WD), p("13/10/2026", "15/10/2026")), "16/10/2026"),
    ("across Tết 2026", "02/02/2026", (Term(20, WD), p("12/02/2026", "24/02/2026")), "13/03/2026"),  # 9/3; 12 13 23 24
    ("across Tết 2025", "13/01/2025", (Term(15, WD), p("22/01/2025", "04/02/2025")), "17/02/2025"),  # 10/2 + 5
    ("over a worked Saturday", "17/08/2026", (Term(10, WD), p("21/08/2026", "23/08/2026")), "04/09/2026"),  # 21 22
    ("still open", "15/09/2026", (Term(20, WD), p("01/10/2026", None)), None),
    ("closed, then open", "15/09/2026", (Term(20, WD), p("22/09/2026", "28/09/2026"), p("25/09/2026", None)), None),
    ("open, but begun when the term was over", "15/09/2026", (Term(20, WD), p("20/10/2026", None)), "13/10/2026"),
    # pauses in calendar days and months
    ("25 days, three paused", "08/09/2026", (Term(25, D), p("15/09/2026", "17/09/2026")), "06/10/2026"),  # 3/10 + 3
    ("25 days, paused into a Sunday", "14/09/2026", (Term(25, D), p("21/09/2026", "22/09/2026")), "12/10/2026"),  # Sun
    ("25 days, paused across Tết", "02/02/2026", (Term(25, D), p("12/02/2026", "24/02/2026")), "12/03/2026"),  # 27/2+13
    ("asked on the day it had moved to", "08/09/2026", (Term(25, D), p("05/10/2026", "09/10/2026")), "12/10/2026"),
    ("a month, ten days paused", "15/09/2026", (Term(1, M), p("01/10/2026", "10/10/2026")), "26/10/2026"),  # Sun 25/10
    ("a year, open", "15/09/2026", (Term(1, Y), p("01/10/2026", None)), None),
    # extensions
    ("10 more working days", "15/09/2026", (Term(20, WD), ext(10, WD)), "27/10/2026"),  # 14-16 (3) (8) 26 27
    ("10 more days, not moved between", "08/09/2026", (Term(25, D), ext(10, D)), "13/10/2026"),  # 3/10 + 10
    ("10 days from the expiry", "08/09/2026", (Term(25, D), again(10, D)), "15/10/2026"),  # 5/10 + 10
    ("2 months and 1 are 3", "31/12/2025", (Term(2, M), ext(1, M)), "31/03/2026"),
    ("2 months, 1 from the expiry", "31/12/2025", (Term(2, M), again(1, M)), "02/04/2026"),  # Sat 28/2, Mon 2/3
    ("working days after days", "08/09/2026", (Term(25, D), ext(5, WD)), "09/10/2026"),  # from 3/10: 5-9
    ("working days from the expiry", "08/09/2026", (Term(25, D), again(5, WD)), "12/10/2026"),  # from 5/10: 6-9 12
    ("one more, then one from the expiry", "08/09/2026", (Term(25, D), ext(5, D), again(10, D)), "19/10/2026"),  # Sun
    ("extended and paused", "08/09/2026", (Term(25, D), ext(10, D), p("05/10/2026", "09/10/2026")), "19/10/2026"),  # 18
    ("paused, then from the expiry", "08/09/2026", (Term(25, D), p("21/09/2026", "25/09/2026"), again(7, D)),
     "15/10/2026"),  # 8/10 + 7
    ("paused within the extension", "08/09/2026", (Term(25, D), again(10, D), p("12/10/2026", "13/10/2026")),
     "19/10/2026"),  # 15/10 + 2 = Sat 17
]  # fmt: skip


def parts(case):
    term, *more = case if isinstance(case, tuple) else (case,)
    pauses = [part for part in more if isinstance(part, Pause)]
    return term, pauses, [part for part in more if isinstance(part, Extension)]


@pytest.mark.parametrize(("event", "case", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_term_ends_on_the_day_worked_out_by_hand(event, case, expected):
    term, pauses, extensions = parts(case)
    found = due(term, on(event), CALENDAR, pauses, extensions)
    assert found.day == (on(expected) if expected else None)
    assert bool(found.unknown) == (expected is None)
    assert naive_clock.due(term, on(event), pauses, extensions) == found.day


def test_the_table_is_as_long_as_it_should_be_and_says_nothing_twice():
    assert len(CASES) >= 70
    assert len({(event, str(case)) for _, event, case, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("event", "term", "expected", "last_working"),
    [
        ("08/10/2026", Term(3, WD), "05/10/2026", None),  # 7 6 5
        ("23/02/2026", Term(3, WD), "11/02/2026", None),  # over Tết: 13 12 11
        ("02/03/2026", Term(10, WD), "09/02/2026", None),  # 27-23 (5), 13-9
        ("03/09/2026", Term(3, WD), "26/08/2026", None),  # over National Day: 28 27 26
        ("25/08/2026", Term(3, WD), "21/08/2026", None),  # 24, the worked Saturday 22, 21
        ("12/01/2026", Term(3, WD), "08/01/2026", None),  # the worked Saturday 10, 9, 8
        ("28/04/2025", Term(5, WD), "22/04/2025", None),  # the worked Saturday 26, 25 24 23 22
        ("26/04/2026", Term(3, WD), "22/04/2026", None),  # a session on a Sunday: 24 23 22
        ("08/10/2026", Term(0, WD), "08/10/2026", None),
        ("05/03/2026", Term(15, D), "18/02/2026", "13/02/2026"),  # in Tết: it stays, and one is told
        ("02/03/2026", Term(1, D), "01/03/2026", "27/02/2026"),
        ("15/10/2026", Term(2, W), "01/10/2026", None),
        ("31/03/2026", Term(1, M), "28/02/2026", "27/02/2026"),
        ("29/02/2028", Term(1, Y), "28/02/2027", "26/02/2027"),
    ],
)
def test_backwards_the_day_of_the_event_is_not_counted_and_nothing_moves(event, term, expected, last_working):
    found = back(on(event), term, CALENDAR)
    assert found.day == on(expected)
    assert found.lines[0].days == (on(expected) - on(event)).days
    assert any(f"cuối cùng trước đó là {last_working}" in doubt for doubt in found.doubts) == bool(last_working)


@pytest.mark.parametrize(
    ("kind", "day", "expected", "last_working"),
    [
        (Limit.BEFORE, "20/06/2026", "19/06/2026", None),
        (Limit.BEFORE, "20/06/2027", "19/06/2027", "18/06/2027"),  # a Saturday
        (Limit.BEFORE, "01/03/2028", "29/02/2028", None),
        (Limit.BEFORE, "01/01/2027", "31/12/2026", None),
        (Limit.BEFORE, "31/12/2026", "30/12/2026", None),  # clusters from before 5/10/2009
        (Limit.ON, "02/09/2026", "02/09/2026", "28/08/2026"),
        (Limit.ON, "22/08/2026", "22/08/2026", None),  # a worked Saturday
        (Limit.MONTH, "01/04/2016", "30/04/2016", "29/04/2016"),  # Saturday, Victory Day
        (Limit.MONTH, "20/06/2016", "30/06/2016", None),
        (Limit.MONTH, "10/02/2024", "29/02/2024", None),
        (Limit.MONTH, "28/02/2025", "28/02/2025", None),
        (Limit.MONTH, "31/12/2026", "31/12/2026", None),
        (Limit.QUARTER, "14/08/2026", "30/09/2026", None),
        (Limit.QUARTER, "01/01/2024", "31/03/2024", "29/03/2024"),  # a Sunday
        (Limit.HALF, "01/01/2026", "30/06/2026", None),
        (Limit.HALF, "01/07/2026", "31/12/2026", None),
        (Limit.YEAR, "24/11/2026", "31/12/2026", None),
        ("before", "10/10/2026", "09/10/2026", None),
    ],
)
def test_a_fixed_limit_stays_where_it_falls(kind, day, expected, last_working):
    found = limit(kind, on(day), CALENDAR)
    assert found.day == on(expected)
    assert [(line.day, line.days) for line in found.lines] == [(on(expected), (on(expected) - on(day)).days)]
    assert any(f"cuối cùng trước đó là {last_working}" in doubt for doubt in found.doubts) == bool(last_working)
    assert bool(found.doubts) == bool(last_working)


@pytest.mark.parametrize(
    ("first", "every", "until", "expected"),
    [
        # enterprises, ND 96/2026: quarterly before the 10th of the next quarter's first month, yearly before 31/3
        ("01/01/2026", Every(3, 10), "31/12/2026", "09/04/2026 09/07/2026 09/10/2026"),
        ("02/10/2026", Every(3, 10), "30/04/2027", "09/01/2027 09/04/2027"),
        ("01/01/2026", Every(12, 31, months_after=3), "31/12/2028", "30/03/2027 30/03/2028"),
        # cluster developers, TT 14/2024: before 20/6 and before 20/12
        ("01/01/2026", Every(6, 20, months_after=0), "30/06/2027", "19/06/2026 19/12/2026 19/06/2027"),
        ("20/06/2026", Every(6, 20, months_after=0), "31/12/2026", "19/12/2026"),
        ("19/06/2026", Every(6, 20, months_after=0), "19/12/2026", "19/06/2026 19/12/2026"),
        ("01/01/2026", Every(3, 15, before=False, months_after=0), "30/09/2026", "15/03/2026 15/06/2026 15/09/2026"),
        ("01/01/2027", Every(1, 31, before=False, months_after=0), "31/03/2027", "31/01/2027 28/02/2027 31/03/2027"),
        ("01/01/2027", Every(12, 1, months_after=3), "01/04/2029", "29/02/2028 28/02/2029"),  # before 1/3
        ("31/01/2027", Term(1, M), "30/04/2027", "31/01/2027 28/02/2027 31/03/2027 30/04/2027"),
        ("05/10/2026", Term(2, W), "02/11/2026", "05/10/2026 19/10/2026 02/11/2026"),
        ("29/02/2024", Term(1, Y), "28/02/2026", "29/02/2024 28/02/2025 28/02/2026"),
        ("05/10/2026", Term(1, W), "04/10/2026", ""),
    ],
)  # fmt: skip
def test_a_periodic_duty_comes_back(first, every, until, expected):
    assert list(periodic(on(first), every, on(until))) == [on(day) for day in expected.split()]


def test_each_step_runs_from_the_day_the_last_one_was_done_or_was_due():
    steps = [("thẩm định", Term(25, D)), ("quyết định", Term(7, WD)), ("gửi Bộ", Term(3, WD))]
    planned = chain(on("08/09/2026"), steps, CALENDAR, {})
    assert [one.day for one in planned] == [on("05/10/2026"), on("14/10/2026"), on("19/10/2026")]
    # appraised on 29/9: 30 1 2 | 5 6 7 8, then 9 12 13; done too late it pushes the rest: 9/10 gives 20/10, then 23/10
    early = chain(on("08/09/2026"), steps, CALENDAR, {"thẩm định": on("29/09/2026")})
    assert [one.day for one in early] == [on("05/10/2026"), on("08/10/2026"), on("13/10/2026")]
    late = chain(on("08/09/2026"), steps, CALENDAR, {"thẩm định": on("09/10/2026")})
    assert [one.day for one in late] == [on("05/10/2026"), on("20/10/2026"), on("23/10/2026")]


def test_a_chain_without_its_event_waits_step_by_step_until_one_is_really_done():
    steps = [("bàn giao", Term(30, D)), ("khởi công", Term(6, M)), ("hoàn thành", Term(36, M))]
    found = chain(None, steps, CALENDAR, {"khởi công": date(2026, 5, 15)}, waiting_for="ngày bàn giao đất")
    assert [one.day for one in found] == [None, None, date(2029, 5, 15)]
    assert [one.unknown for one in found] == [
        "Chưa biết: chờ ngày bàn giao đất.",
        "Chưa biết: chờ ngày xong bước “bàn giao”.",
        "",
    ]
