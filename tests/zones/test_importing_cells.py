"""One cell: read when it is sure, asked back when it is not, and never anything but those two."""

import datetime
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.importing.cells import (
    Broken,
    Unclear,
    read_choice,
    read_day,
    read_integer,
    read_number,
    read_text,
    read_yesno,
)
from zones.importing.reading import Percent

CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text(alphabet="0123456789.,- /+%haQquýthángnăm", max_size=14),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: Decimal(repr(number))),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.builds(Broken, st.text(max_size=10)),
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("12.345.678", "12345678"),
        ("1,234,567.25", "1234567.25"),
        ("27,2", "27.2"),
        ("27.25", "27.25"),
        ("27,2 ha", "27.2"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1.2340", "1.2340"),
        ("−5", "-5"),
        ("15", "15"),
        (" 1 234 ", "1234"),
    ],
)
def test_a_number_is_read_as_people_and_machines_write_it(written, meant):
    assert read_number(written, ("ha",)) == Decimal(meant)


@pytest.mark.parametrize("written", ["1.234", "1,234", "-27.200", "999,999", "1.234 ha"])
def test_a_number_that_can_be_two_is_asked_back(written):
    with pytest.raises(Unclear, match="hay"):
        read_number(written, ("ha",))


@pytest.mark.parametrize(
    "written",
    ["1.2.3", "12.", "1,23,4", "12 34", "1.234.56", "khoảng 27", "27 m²", "1e5", "=1", "", "٣", True, "1.234 567"],
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(Unclear):
        read_number(written, ("ha",))


def test_a_percentage_counts_only_where_percents_are_meant():
    assert read_number(Percent("0.948"), ("%",)) == Decimal("94.8")
    with pytest.raises(Unclear):
        read_number(Percent("0.948"), ("ha",))


def test_a_whole_number_has_no_decimals():
    assert read_integer(Decimal("50.0")) == 50
    with pytest.raises(Unclear, match="số nguyên"):
        read_integer("50,5")


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("5/6/2025", (2025, 6, 5), "day"),
        ("05.06.2025", (2025, 6, 5), "day"),
        ("ngày 5 tháng 6 năm 2025", (2025, 6, 5), "day"),
        ("2025-06-05", (2025, 6, 5), "day"),
        ("tháng 4/2016", (2016, 4, 30), "month"),
        ("Tháng 4 năm 2016", (2016, 4, 30), "month"),
        ("04/2016", (2016, 4, 30), "month"),
        ("Quý III/2026", (2026, 9, 30), "quarter"),
        ("Q1/2025", (2025, 3, 31), "quarter"),
        ("2017", (2017, 12, 31), "year"),
        ("năm 2017", (2017, 12, 31), "year"),
        (Decimal(2017), (2017, 12, 31), "year"),
        (datetime.datetime.fromisoformat("2025-06-05"), (2025, 6, 5), "day"),
        (datetime.date(2025, 6, 5), (2025, 6, 5), "day"),
    ],
)
def test_a_day_is_read_as_exactly_as_it_is_known(written, day, precision):
    assert read_day(written) == (datetime.date(*day), precision)


@pytest.mark.parametrize(
    "written",
    ["5/6/25", "31/02/2025", "13/13/2025", "06/05", "45678", Decimal(45678), "2025-6-5", "5 tháng 6", "1/1/1026",
     datetime.datetime.fromisoformat("2025-06-05T12:30")],
)  # fmt: skip
def test_a_day_that_is_not_sure_is_refused(written):
    with pytest.raises(Unclear):
        read_day(written)


def test_yes_and_no_are_words():
    assert [read_yesno(word) for word in ("Có", "co", "X", True, "yes")] == [True] * 5
    assert [read_yesno(word) for word in ("Không", "no", False, Decimal(0))] == [False] * 4
    with pytest.raises(Unclear):
        read_yesno("có lẽ")


def test_a_choice_is_found_without_case_and_tone_marks():
    words = {"cum cong nghiep": "CCN", "ccn": "CCN"}
    assert read_choice("CỤM  CÔNG NGHIỆP", words) == read_choice("ccn", words) == "CCN"
    with pytest.raises(Unclear, match="“Khu”"):
        read_choice("Khu", words)


def test_text_goes_through_the_gate():
    assert read_text("Cụm  Lại Yên ") == "Cụm Lại Yên"
    assert read_text(Decimal("12.50")) == "12.5"
    with pytest.raises(Unclear, match="U\\+202E"):
        read_text("Lại \u202e Yên")


@given(CELLS)
def test_a_cell_is_read_or_refused_and_nothing_else_happens(cell):
    for read in (read_text, read_number, read_integer, read_day, read_yesno, lambda cell: read_choice(cell, {})):
        with suppress(Unclear):
            read(cell)


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=4))
def test_a_number_in_the_portals_own_writing_is_read_back(value):
    from reports.exporting import csv_number

    assert read_number(csv_number(value)) == value


@pytest.mark.parametrize(
    ("written", "number"), [("120 người", 120), ("1.200 Người", 1200), ("1,250", 1250), ("12.345", 12345)]
)
def test_a_whole_number_has_no_decimals_to_be_taken_for_thousands(written, number):
    assert read_integer(written, ("nguoi",)) == number


def test_a_whole_number_that_could_still_be_two_is_asked_back():
    with pytest.raises(Unclear):
        read_integer("5.000")


def test_degrees_have_no_thousands():
    assert read_number("105,789", ("°",)) == Decimal("105.789")


@pytest.mark.parametrize("written", ["C?m công nghi?p", "CÃ´ng nghiá»‡p", "c«ng nghiÖp", "Khu \ufffd"])
def test_broken_letters_are_asked_back(written):
    with pytest.raises(Unclear):
        read_text(written)


@pytest.mark.parametrize("written", ["Đã có chưa? Chưa rõ (?)", "https://a.vn/x?y=1", "«Müller» 3×4, CÔNG TY ÁO"])
def test_unusual_but_whole_letters_are_read(written):
    assert read_text(written) == written


@pytest.mark.parametrize("written", ["05 tháng 06 năm 2025", "05/06/2025 00:00", "2025/06/05"])
def test_days_as_other_programs_write_them(written):
    assert read_day(written) == (datetime.date(2025, 6, 5), "day")
