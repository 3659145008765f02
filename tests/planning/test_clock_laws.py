"""Laws of the clock that hold for every day, length, pause and extension, over the real days off."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from planning.clock import Every, Extension, Limit, Pause, Term, Unit, back, chain, due, limit, periodic, spent
from tests.planning import naive_clock
from tests.planning.naive_clock import CALENDAR, ONE_DAY, works

WD, D, W, M, Y = Unit

table_days = st.dates(date(2023, 1, 1), date(2027, 9, 30))
any_days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@st.composite
def terms(draw, units=tuple(Unit)):
    unit = draw(st.sampled_from(units))
    length = draw(st.integers(0, {WD: 60, D: 90, W: 12, M: 14, Y: 2}[unit]))
    return Term(length, unit, moves=draw(st.booleans()), minimum=draw(st.booleans()))


@st.composite
def pauses(draw, around, most=3, may_be_open=False):
    result = []
    for _ in range(draw(st.integers(0, most))):
        start = around + timedelta(days=draw(st.integers(-20, 80)))
        open_end = may_be_open and draw(st.booleans())
        result.append(Pause(start, None if open_end else start + timedelta(days=draw(st.integers(0, 40)))))
    return result


extensions = st.builds(
    Extension,
    st.integers(0, 20),
    st.sampled_from([WD, D, M]),
    st.sampled_from(["", "15/QĐ-SCT"]),
    st.booleans(),
)


@given(st.data(), table_days, terms())
def test_every_term_agrees_with_a_count_day_by_day(data, event, term):
    stops = data.draw(pauses(event, may_be_open=True))
    more = data.draw(st.lists(extensions, max_size=2))
    mixed = {Unit.DAY, Unit.MONTH, Unit.WORKING_DAY}
    assume(term.unit in mixed or not any(one.unit.base[0] == term.unit.base[0] for one in more))
    # a term of no days is over on its event day: no pause can fall into it
    assume(term.length and all(one.length for one in more))
    assert due(term, event, CALENDAR, stops, more).day == naive_clock.due(term, event, stops, more)


@given(st.data(), any_days, terms())
def test_the_lines_sum_to_the_due_day_and_nothing_fails_from_1990_to_2100(data, event, term):
    stops = data.draw(pauses(event, may_be_open=True))
    more = data.draw(st.lists(extensions, max_size=3))
    found = due(term, event, CALENDAR, stops, more)
    assert bool(found.unknown) == (found.day is None)
    if found.day:
        assert found.day >= event
        assert event + timedelta(days=sum(line.days for line in found.lines)) == found.day == found.lines[-1].day


@given(any_days, terms(), st.sampled_from(Limit))
def test_backwards_and_fixed_limits_hold_from_1990_to_2100(event, term, kind):
    found = back(event, term, CALENDAR)
    assert found.day <= event
    assert event + timedelta(days=found.lines[0].days) == found.day
    last = limit(kind, event, CALENDAR)
    assert last.day + ONE_DAY >= event
    assert bool(last.doubts) != CALENDAR.is_working(last.day)
    assert limit(kind, last.day, CALENDAR).day == last.day or kind == Limit.BEFORE


@given(table_days, terms(), st.integers(1, 40))
def test_later_events_and_longer_terms_never_end_earlier(event, term, more):
    day = due(term, event, CALENDAR).day
    assert due(term, event + timedelta(days=more), CALENDAR).day >= day
    longer = Term(term.length + more, term.unit, term.moves, term.minimum)
    assert due(longer, event, CALENDAR).day >= day
    assert due(term, event, CALENDAR, extensions=[Extension(more, term.unit)]).day == due(longer, event, CALENDAR).day


@given(st.data(), table_days, terms(units=(WD, D, W)), st.integers(1, 40))
def test_with_pauses_too_a_later_event_never_ends_earlier(data, event, term, more):
    stops = data.draw(pauses(event))
    assume(term.length)
    day = due(term, event, CALENDAR, stops).day
    assert due(term, event + timedelta(days=more), CALENDAR, stops).day >= day


@given(table_days, st.integers(1, 60), st.integers(1, 60), st.integers(0, 40))
def test_a_pause_adds_exactly_its_working_days(event, length, after, long):
    plain = due(Term(length, WD), event, CALENDAR).day
    pause = Pause(event + timedelta(days=after), event + timedelta(days=after + long))
    assume(pause.start <= plain)
    paused = due(Term(length, WD), event, CALENDAR, [pause]).day
    inside = sum(works(day) for day in naive_clock.days(pause.start - ONE_DAY, pause.end))
    assert sum(works(day) for day in naive_clock.days(plain, paused)) == inside
    assert not pause.covers(paused)


@given(table_days, st.integers(1, 60), st.integers(1, 60), st.integers(0, 40))
def test_in_calendar_days_a_pause_adds_all_its_days(event, length, after, long):
    term = Term(length, D, moves=False)
    plain = due(term, event, CALENDAR).day
    pause = Pause(event + timedelta(days=after), event + timedelta(days=after + long))
    assume(pause.start <= plain)
    assert due(term, event, CALENDAR, [pause]).day == plain + timedelta(days=long + 1)
    moving = due(Term(length, D), event, CALENDAR, [pause]).day
    assert moving == CALENDAR.next_working(plain + timedelta(days=long + 1))


@given(table_days, st.integers(1, 60))
def test_backwards_from_the_due_day_leads_to_the_event(event, length):
    assert back(due(Term(length, WD), event, CALENDAR).day, Term(length, WD), CALENDAR).day == (
        CALENDAR.last_working(event)
    )
    unmoved = due(Term(length, D, moves=False), event, CALENDAR).day
    assert back(unmoved, Term(length, D), CALENDAR).day == event


@given(table_days, terms())
def test_a_term_begun_on_the_latest_day_is_over_by_the_event(event, term):
    assume(term.unit != WD or works(event))
    latest = back(event, term, CALENDAR).day
    unmoved = Term(term.length, term.unit, moves=False)
    assert due(unmoved, latest, CALENDAR).day <= event
    following = CALENDAR.next_working(latest + ONE_DAY)
    if term.unit == WD:
        assert due(unmoved, following, CALENDAR).day > event


@given(table_days, st.lists(terms(), min_size=1, max_size=4))
def test_a_chain_is_each_term_from_the_end_of_the_last(event, steps):
    found = chain(event, [(str(n), term) for n, term in enumerate(steps)], CALENDAR, {})
    for term, one in zip(steps, found, strict=True):
        assert one.day == due(term, event, CALENDAR).day
        event = one.day


@given(table_days, st.sampled_from([1, 3, 6, 12]), st.integers(1, 31), st.booleans(), st.integers(-6, 12))
def test_a_periodic_duty_comes_back_as_often_as_its_period(first, months, day, before, after):
    until = date(first.year + 4, 12, 31)
    found = list(periodic(first, Every(months, day, before, after), until))
    assert found == sorted(set(found))
    assert first <= found[0] and found[-1] <= until
    named = [each + ONE_DAY if before else each for each in found]
    steps = {(later.year - earlier.year) * 12 + later.month - earlier.month for earlier, later in pairwise(named)}
    assert steps <= {months}


@given(st.data(), table_days, st.integers(1, 40))
def test_on_its_due_day_a_term_has_used_exactly_its_length(data, event, length):
    stops = data.draw(pauses(event))
    day = due(Term(length, WD), event, CALENDAR, stops).day
    assert spent(event, day, CALENDAR, stops).working_days == length
    unmoved = due(Term(length, D, moves=False), event, CALENDAR, stops).day
    assert spent(event, unmoved, CALENDAR, stops).days == length
