"""Numbers as typed, targets as worded, what figures of several periods come to (R39), and how they are judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.ids import FigureId, FundId, IndicatorId
from fundingapp.domain.indicators import (
    Counted,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    Measure,
)
from fundingapp.domain.judging import Judgement, Standing, baseline_of, check_bands, judged
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.rag import Rag
from fundingapp.domain.results import (
    Measured,
    Result,
    clashes,
    number_shown,
    quarter_result,
    result_over,
    rules_for,
    same_days_before,
    to_date,
    trend_between,
)
from fundingapp.domain.targets import Aim, Target, target_of
from fundingapp.domain.typed_figures import NotANumberError, Typed, number_in, typed_figure

YEAR = FinancialYear(2018)
RULES = ResultsRules()
UP, DOWN = GoodDirection.UP, GoodDirection.DOWN
CLIENTS = Indicator("Clients supported", None, direction=UP, target="180")
SATISFIED = Indicator("Satisfied", None, direction=UP, target="95%", counted=Counted.SHARE)
CASELOAD = Indicator("Caseload", None, measure=Measure.STOCK)
BURGLARY = Indicator(
    "Burglary",
    None,
    direction=DOWN,
    baseline="823",
    target="reduction",
    baseline_first=date(2017, 4, 1),
    baseline_last=date(2018, 1, 31),
)


def figure(
    first: date, last: date, value: object = None, over: object = None, under: object = None, **more: object
) -> IndicatorFigure:
    numbers = [Decimal(str(each)) if each is not None else None for each in (value, over, under)]
    return IndicatorFigure(IndicatorId(1), first, last, *numbers, **more)  # type: ignore[arg-type]


def held(*figures: IndicatorFigure) -> list[Measured]:
    return [Measured(FigureId(id), each) for id, each in enumerate(figures, start=1)]


def quarters(*values: object) -> list[Measured]:
    """A figure for each quarter from the first on; None leaves one out."""
    return held(
        *(
            figure(*days_of(YEAR, number), value)
            for number, value in enumerate(values, start=1)
            if value is not None
        )
    )


def judge(
    indicator: Indicator, measured: list[Measured], quarter: int, rules: ResultsRules = RULES
) -> Judgement:
    result = to_date(indicator, measured, YEAR, quarter)
    before = same_days_before(indicator, measured, result)
    target = target_of(indicator.target, indicator.direction)
    return judged(indicator, target, baseline_of(indicator, indicator.baseline), result, YEAR, rules, before)


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        ("  ", None),
        ("195", "195"),
        ("1,445", "1445"),
        (" 15,974 ", "15974"),
        ("95%", "95"),
        ("97.4 %", "97.4"),
        ("£12.50", "12.50"),
        ("−3", "-3"),
        ("-£1,200", "-1200"),
        (".5", "0.5"),
        ("0", "0"),
    ],
)
def test_numbers_are_read_as_they_are_typed(text: str, number: str | None) -> None:
    assert number_in(text) == (Decimal(number) if number is not None else None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("£1.2m", "is shortened"),
        ("3k", "is shortened"),
        ("<5", "hides a count"),
        ("about 20", "is not a number"),
        ("1,44", "is not a number"),
        ("12 345", "is not a number"),
        ("12.3.4", "is not a number"),
        ("--3", "is not a number"),
        ("1e5", "is not a number"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
        ("٣", "is not a number"),
        ("n/a", "is no number: leave the cell empty, or write [x]"),
        ("-", "is no number"),
        ("9" * 16, "too many digits"),
    ],
)
def test_what_is_no_number_is_quoted_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NotANumberError) as refused:
        number_in(text)
    assert f"“{text}”" in str(refused.value)
    assert why in str(refused.value)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_finite_number_or_refused(text: str) -> None:
    try:
        number = number_in(text)
    except NotANumberError:
        return
    assert number is None or number.is_finite()


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_number_that_is_shown_reads_back(number: Decimal) -> None:
    assert number_in(number_shown(number)) == number


@pytest.mark.parametrize(
    ("text", "counted", "typed"),
    [
        ("61", Counted.PEOPLE, Typed(Decimal(61))),
        ("1,445 [p]", Counted.NUMBER, Typed(Decimal(1445), marks="p")),
        ("12 [r] [e]", Counted.NUMBER, Typed(Decimal(12), marks="re")),
        ("45/50", Counted.SHARE, Typed(None, Decimal(45), Decimal(50))),
        ("45 of 50", Counted.SHARE, Typed(None, Decimal(45), Decimal(50))),
        ("45 out of 50", Counted.SHARE, Typed(None, Decimal(45), Decimal(50))),
        ("100%", Counted.SHARE, Typed(Decimal(100))),
        ("210/50", Counted.AVERAGE, Typed(None, Decimal(210), Decimal(50))),
        ("[c]", Counted.PEOPLE, Typed(marks="c")),
        ("", Counted.PEOPLE, Typed()),
    ],
)
def test_a_cell_states_a_number_its_parts_and_its_marks(text: str, counted: Counted, typed: Typed) -> None:
    assert typed_figure(text, counted) == typed


@pytest.mark.parametrize(
    ("text", "counted", "why"),
    [
        ("12.5", Counted.PEOPLE, "it is not whole"),
        ("-1", Counted.CONTACTS, "below nought"),
        ("60/50", Counted.SHARE, "more than the whole"),
        ("3/0", Counted.SHARE, "more than the whole"),
        ("101%", Counted.SHARE, "not a percentage from 0 to 100"),
        ("3/4", Counted.NUMBER, "made of two numbers"),
        ("5%", Counted.NUMBER, "is a percentage"),
        ("[q]", Counted.NUMBER, "not a mark"),
        ("[p]", Counted.NUMBER, "a mark and no number"),
        ("4/", Counted.SHARE, "is not a number"),
        ("n/a", Counted.PEOPLE, r"write \[x\] for not available"),
        ("N/A", Counted.SHARE, r"write \[x\] for not available"),
        ("£1,200", Counted.PEOPLE, "is money"),
        ("£45/50", Counted.SHARE, "is money"),
    ],
)
def test_a_cell_that_can_not_be_such_a_figure_says_why(text: str, counted: Counted, why: str) -> None:
    with pytest.raises(NotANumberError, match=why):
        typed_figure(text, counted)


@pytest.mark.parametrize("unit", ["", "£", "£ saved", "cost in pounds"])
def test_a_number_that_may_be_money_is_taken_with_its_sign(unit: str) -> None:
    assert typed_figure("£1,200", Counted.NUMBER, unit) == Typed(Decimal(1200))


def test_money_is_no_number_of_packs() -> None:
    with pytest.raises(NotANumberError, match="“£1,200” is money, and this indicator counts packs"):
        typed_figure("£1,200", Counted.NUMBER, "packs")


# Targets


@pytest.mark.parametrize(
    ("text", "direction", "aim", "number", "is_least"),
    [
        ("180", UP, Aim.NUMBER, 180, True),
        ("180", GoodDirection.NONE, Aim.NUMBER, 180, True),
        ("180", DOWN, Aim.NUMBER, 180, False),
        ("1,200", UP, Aim.NUMBER, 1200, True),
        ("95%", UP, Aim.NUMBER, 95, True),
        ("at least 12", DOWN, Aim.NUMBER, 12, True),
        ("no more than 40", UP, Aim.NUMBER, 40, False),
        ("fewer than 5", DOWN, Aim.NUMBER, 4, False),
        ("more than 10", UP, Aim.NUMBER, 11, True),
        ("12+", DOWN, Aim.NUMBER, 12, True),
        ("reduction", DOWN, Aim.DIRECTION, None, False),
        ("Reduction.", DOWN, Aim.DIRECTION, None, False),
        ("fall", DOWN, Aim.DIRECTION, None, False),
        ("rise", UP, Aim.DIRECTION, None, True),
        ("increase reporting", UP, Aim.DIRECTION, None, True),
        ("a reduction in domestic burglary", DOWN, Aim.DIRECTION, None, False),
        ("10% reduction", DOWN, Aim.CHANGE, -10, False),
        ("reduce by 5%", DOWN, Aim.CHANGE, -5, False),
        ("increase of 15 per cent", UP, Aim.CHANGE, 15, True),
        ("-10%", DOWN, Aim.CHANGE, -10, False),
        ("+5%", UP, Aim.CHANGE, 5, True),
        ("no increase", DOWN, Aim.CHANGE, 0, False),
        ("maintain", UP, Aim.CHANGE, 0, True),
        ("maintain", DOWN, Aim.CHANGE, 0, False),
        ("12 sessions", UP, Aim.NUMBER, 12, True),
        ("at least 20 people trained", DOWN, Aim.NUMBER, 20, True),
        ("95% of clients", UP, Aim.NUMBER, 95, True),
        ("12 packs per month", UP, Aim.WORDS, None, True),
        ("12 sessions by March", UP, Aim.WORDS, None, True),
        ("5 fewer", DOWN, Aim.WORDS, None, True),
        ("3 more sessions", UP, Aim.WORDS, None, True),
        ("5 percentage points", UP, Aim.WORDS, None, True),
        ("between 5 and 10", UP, Aim.WORDS, None, True),
        ("5-10 sessions", UP, Aim.WORDS, None, True),
        ("to be agreed", UP, Aim.WORDS, None, True),
        ("fall by five", DOWN, Aim.WORDS, None, True),
        ("", UP, Aim.NONE, None, True),
    ],
)
def test_targets_are_read_as_they_are_worded(
    text: str, direction: GoodDirection, aim: Aim, number: int | None, is_least: bool
) -> None:
    target = target_of(text, direction)
    assert (target.aim, target.number, target.is_least) == (aim, number, is_least)
    assert target.text == text


@given(st.text(max_size=30), st.sampled_from(GoodDirection))
def test_any_wording_is_some_target(text: str, direction: GoodDirection) -> None:
    target = target_of(text, direction)
    assert isinstance(target, Target)
    assert (target.number is not None) is (target.aim in (Aim.NUMBER, Aim.CHANGE))


# What figures come to


@st.composite
def tilings(draw: st.DrawFn) -> list[tuple[date, date]]:
    """The year cut into periods of any length."""
    cuts = draw(st.sets(st.integers(1, 364), max_size=12))
    edges = [0, *sorted(cuts), 365]
    first = YEAR.first_day
    return [
        (first + timedelta(days=one), first + timedelta(days=other - 1)) for one, other in pairwise(edges)
    ]


@given(tilings(), st.data())
def test_a_flow_over_any_tiling_is_the_sum_and_takes_in_the_whole(
    days: list[tuple[date, date]], data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.integers(0, 10**6), min_size=len(days), max_size=len(days)))
    figures = [figure(*span, value) for span, value in zip(days, values, strict=True)]
    whole = result_over(CLIENTS, held(*figures), YEAR.first_day, YEAR.last_day)
    assert whole.value == sum(values)
    assert (whole.first, whole.last) == (YEAR.first_day, YEAR.last_day)
    assert not whole.is_part
    order = data.draw(st.permutations(held(*figures)))
    assert result_over(CLIENTS, order, YEAR.first_day, YEAR.last_day) == whole


@given(tilings(), st.data())
def test_a_share_over_periods_is_the_share_of_the_sums(
    days: list[tuple[date, date]], data: st.DataObject
) -> None:
    parts = data.draw(
        st.lists(
            st.tuples(st.integers(0, 500), st.integers(1, 500)).map(lambda pair: (min(pair), max(pair))),
            min_size=len(days),
            max_size=len(days),
        )
    )
    figures = [figure(*span, None, *part) for span, part in zip(days, parts, strict=True)]
    whole = result_over(SATISFIED, held(*figures), YEAR.first_day, YEAR.last_day)
    over, under = (sum(part[at] for part in parts) for at in (0, 1))
    assert (whole.numerator, whole.denominator) == (Decimal(over), Decimal(under))
    assert whole.exact == Fraction(over * 100, under)
    assert whole.value is not None
    assert abs(whole.exact - Fraction(whole.value)) <= Fraction(1, 20)
    order = data.draw(st.permutations(held(*figures)))
    assert result_over(SATISFIED, order, YEAR.first_day, YEAR.last_day) == whole


@given(
    st.lists(st.tuples(st.integers(0, 360), st.integers(0, 50)), min_size=1, unique_by=lambda pair: pair[0])
)
def test_of_a_stock_the_latest_counts(taken: list[tuple[int, int]]) -> None:
    figures = [
        figure(YEAR.first_day + timedelta(days=day), YEAR.first_day + timedelta(days=day), value)
        for day, value in taken
    ]
    assert result_over(CASELOAD, held(*figures), YEAR.first_day, YEAR.last_day).value == max(taken)[1]


def test_the_service_of_the_seed_supported_195_in_three_quarters() -> None:
    cumulative = held(figure(date(2018, 4, 1), date(2018, 12, 31), 195))
    assert to_date(CLIENTS, cumulative, YEAR, 2).value is None
    assert to_date(CLIENTS, cumulative, YEAR, 3).value == 195
    assert quarter_result(CLIENTS, cumulative, YEAR, 3).value is None
    to_year_end = to_date(CLIENTS, cumulative, YEAR, 4)
    assert (to_year_end.shown, to_year_end.is_part) == ("195", True)


def test_a_quarter_of_months_is_their_sum_and_says_when_one_lacks() -> None:
    april, may = (figure(date(2018, month, 1), date(2018, month, 30 + month % 2), 20) for month in (4, 5))
    assert quarter_result(CLIENTS, held(april, may), YEAR, 1).is_part
    june = figure(date(2018, 6, 1), date(2018, 6, 30), 1)
    quarter = quarter_result(CLIENTS, held(april, may, june), YEAR, 1)
    assert (quarter.shown, quarter.is_part) == ("41", False)


def test_actual_beats_provisional_beats_forecast_for_the_same_days() -> None:
    days = days_of(YEAR, 1)
    forecast, provisional, actual = (
        figure(*days, value, status=status)
        for value, status in (
            (50, FigureStatus.FORECAST),
            (60, FigureStatus.PROVISIONAL),
            (61, FigureStatus.ACTUAL),
        )
    )
    assert quarter_result(CLIENTS, held(forecast), YEAR, 1).value == 50
    assert to_date(CLIENTS, held(forecast), YEAR, 1).value is None
    both = quarter_result(CLIENTS, held(forecast, provisional), YEAR, 1)
    assert (both.value, both.shown) == (Decimal(60), "60 [p]")
    assert to_date(CLIENTS, held(forecast, provisional, actual), YEAR, 1).value == 61


def test_what_is_expected_of_a_quarter_gives_way_to_a_month_of_it_that_was_measured() -> None:
    quarter = figure(*days_of(YEAR, 1), 60, status=FigureStatus.FORECAST)
    april = figure(date(2018, 4, 1), date(2018, 4, 30), 25)
    result = quarter_result(CLIENTS, held(quarter, april), YEAR, 1)
    assert (result.shown, result.is_part) == ("25", True)


def test_figures_of_the_same_days_are_never_added() -> None:
    quarter, april = figure(*days_of(YEAR, 1), 61), figure(date(2018, 4, 1), date(2018, 4, 30), 20)
    result = to_date(CLIENTS, held(quarter, april), YEAR, 1)
    assert result.value is None
    assert "01/04/2018 to 30/04/2018 and 01/04/2018 to 30/06/2018" in result.why_not


def test_a_printed_percentage_stands_alone_and_is_put_together_only_with_its_equals() -> None:
    first, second = (figure(*days_of(YEAR, number), 100) for number in (1, 2))
    assert to_date(SATISFIED, held(first), YEAR, 2).shown == "100%"
    assert to_date(SATISFIED, held(first, second), YEAR, 2).value == 100
    other = replace(second, value=Decimal(90))
    both = to_date(SATISFIED, held(first, other), YEAR, 2)
    assert both.value is None
    assert "without the numbers that it is made of" in both.why_not
    parted = figure(*days_of(YEAR, 2), None, 9, 10)
    assert to_date(SATISFIED, held(first, parted), YEAR, 2).value is None


def test_a_share_out_of_nought_is_none() -> None:
    nobody = to_date(SATISFIED, held(figure(*days_of(YEAR, 1), None, 0, 0)), YEAR, 1)
    assert (nobody.value, nobody.why_not) == (None, "a share out of nought is none")


def test_an_average_is_the_sum_divided_by_the_number() -> None:
    scale = Indicator("Distance", None, counted=Counted.AVERAGE)
    figures = held(
        *(figure(*days_of(YEAR, at), None, over, under) for at, over, under in ((1, 10, 3), (2, 20, 6)))
    )
    assert to_date(scale, figures, YEAR, 2).shown == "3.33"
    assert to_date(scale, held(figure(*days_of(YEAR, 1), None, 1, 8)), YEAR, 1).value == Decimal("0.13")


def test_a_figure_that_is_not_there_is_shown_by_its_mark() -> None:
    missing = quarter_result(CLIENTS, held(figure(*days_of(YEAR, 1), marks="x")), YEAR, 1)
    assert (missing.value, missing.shown) == (None, "[x]")
    beside = to_date(
        CLIENTS, held(figure(*days_of(YEAR, 1), marks="x"), figure(*days_of(YEAR, 2), 7)), YEAR, 2
    )
    assert (beside.is_part, beside.shown) == (True, "7 [x]")


@pytest.mark.parametrize(("value", "is_small"), [(0, False), (1, True), (4, True), (5, False), (40, False)])
def test_counts_of_one_to_four_are_small_where_they_are_sensitive(value: int, is_small: bool) -> None:
    sensitive = replace(CLIENTS, is_sensitive=True)
    result = quarter_result(sensitive, quarters(value), YEAR, 1)
    assert (result.is_small, result.hidden) == (is_small, "<5" if is_small else str(value))
    assert not quarter_result(CLIENTS, quarters(value), YEAR, 1).is_small


@pytest.mark.parametrize(
    ("over", "under", "is_small"),
    [(2, 50, True), (48, 50, True), (50, 50, False), (0, 50, False), (2, 4, True)],
)
def test_a_share_is_small_by_those_in_it_and_those_left(over: int, under: int, is_small: bool) -> None:
    sensitive = replace(SATISFIED, is_sensitive=True)
    result = quarter_result(sensitive, held(figure(*days_of(YEAR, 1), None, over, under)), YEAR, 1)
    assert result.is_small is is_small
    assert (result.hidden == "[c]") is is_small


# How they are judged


def test_before_the_years_end_a_number_is_judged_against_the_whole_year() -> None:
    sessions = replace(CLIENTS, target="12")
    near = judge(sessions, quarters(3, 4, 3), 3)
    assert (near.standing, near.word, near.percent, near.rag) == (
        Standing.NEAR,
        "83%",
        Decimal("83.3"),
        Rag.AMBER,
    )
    met = judge(CLIENTS, quarters(61, 70, 64), 3)
    assert (met.word, met.percent, met.rag) == ("met", Decimal("108.3"), Rag.GREEN)
    assert judge(sessions, quarters(3), 1).standing is Standing.NOT_MET


def test_burglary_of_the_seed_rose_by_15_9_per_cent_on_the_same_days() -> None:
    figures = held(
        figure(date(2018, 4, 1), date(2019, 1, 31), 954), figure(date(2017, 4, 1), date(2018, 1, 31), 823)
    )
    found = judge(BURGLARY, figures, 4)
    assert (found.word, found.change, found.rag) == ("not met", Decimal("15.9"), Rag.RED)
    assert judge(BURGLARY, figures, 3).standing is Standing.NO_FIGURE
    undated = replace(BURGLARY, baseline="", baseline_first=None, baseline_last=None)
    assert judge(undated, figures, 4).change == Decimal("15.9")
    less = [*figures[:1], Measured(FigureId(2), replace(figures[1].figure, value=Decimal(954)))]
    assert judge(undated, less, 4).standing is Standing.NOT_MET  # as many as before is no fall


def test_a_ceiling_is_met_so_far_until_the_year_is_over() -> None:
    ceiling = replace(BURGLARY, target="no more than 40", baseline="")
    assert judge(ceiling, quarters(10), 1).word == "met so far"
    assert judge(ceiling, quarters(10, 10, 10, 10), 4).word == "met"
    near = judge(ceiling, quarters(10, 10, 10, 14), 4)
    assert (near.word, near.percent) == ("90%", Decimal("90.9"))
    assert judge(ceiling, quarters(60), 1).word == "not met"


def test_a_part_of_the_year_is_not_compared_with_a_whole_year_before() -> None:
    whole_year = replace(BURGLARY, baseline_first=None, baseline_last=None)
    assert judge(whole_year, quarters(200), 1).word == "met so far"
    assert judge(whole_year, quarters(200), 1).change is None
    assert judge(whole_year, quarters(900), 1).word == "not met"
    full = judge(whole_year, quarters(200, 200, 200, 200), 4)
    assert (full.word, full.change) == ("met", Decimal("-2.8"))


def test_more_days_than_the_baseline_has_are_compared_only_where_that_is_certain() -> None:
    assert judge(BURGLARY, quarters(200, 200, 200, 200), 4).standing is Standing.MET
    assert judge(BURGLARY, quarters(300, 300, 300, 300), 4).standing is Standing.NOT_COMPARABLE
    rising = replace(BURGLARY, direction=UP, target="increase")
    assert judge(rising, quarters(300, 300, 300, 300), 4).standing is Standing.NOT_COMPARABLE
    assert judge(rising, quarters(100, 100, 100, 100), 4).standing is Standing.NOT_MET


def test_more_hate_crime_reports_are_good() -> None:
    reports = Indicator(
        "Reports", None, direction=UP, baseline="98", target="increase", measure=Measure.STOCK
    )
    assert judge(reports, quarters(135), 1).word == "met"
    assert judge(reports, quarters(98), 1).word == "not met"
    assert judge(reports, quarters(90), 1).word == "not met"


@pytest.mark.parametrize(
    ("target", "value", "word"),
    [
        ("10% reduction", 90, "met"),
        ("10% reduction", 91, "98%"),
        ("no increase", 100, "met"),
        ("+5%", 105, "met"),
    ],
)
def test_a_change_is_against_the_baseline(target: str, value: int, word: str) -> None:
    direction = UP if target.startswith("+") else DOWN
    stock = Indicator(
        "Open cases", None, direction=direction, baseline="100", target=target, measure=Measure.STOCK
    )
    assert judge(stock, quarters(value), 1).word == word


def test_what_can_not_be_compared_says_why() -> None:
    changed = replace(BURGLARY, is_comparable=False, comparability="Recording rules changed in 2018.")
    found = judge(changed, held(figure(date(2018, 4, 1), date(2019, 1, 31), 954)), 4)
    assert (found.standing, found.note) == (Standing.NOT_COMPARABLE, "Recording rules changed in 2018.")
    worded = replace(BURGLARY, baseline="about 800", baseline_first=None, baseline_last=None)
    assert "“about 800” is not a number" in judge(worded, quarters(1, 1, 1, 1), 4).note
    percent = replace(CLIENTS, target="95%")
    assert judge(percent, quarters(100), 1).standing is Standing.NOT_COMPARABLE


def test_a_target_in_words_is_left_to_a_person() -> None:
    found = judge(replace(CLIENTS, target="as agreed with the board"), quarters(4), 1)
    assert (found.standing, found.word) == (Standing.NO_TARGET, "not judged")
    assert judge(replace(CLIENTS, target=""), quarters(4), 1).word == "no target"


def test_small_numbers_are_not_judged() -> None:
    assert judge(replace(CLIENTS, is_sensitive=True), quarters(3), 1).word == "small numbers"


def test_nobody_reads_a_hundred_per_cent_where_it_is_less() -> None:
    found = judge(replace(CLIENTS, target="1000"), quarters(999), 1)
    assert (found.word, found.standing) == ("99%", Standing.NEAR)
    shares = held(figure(*days_of(YEAR, 1), None, 9496, 10000))
    assert judge(replace(SATISFIED, target="95%"), shares, 1).standing is Standing.NEAR


def test_five_steps_have_five_words_of_the_returns() -> None:
    five = ResultsRules(bands=tuple(map(Decimal, (100, 90, 80, 60))))
    hundred = replace(CLIENTS, target="100")
    rags = [judge(hundred, quarters(value), 1, five).rag for value in (100, 90, 80, 60, 59)]
    assert rags == list(Rag)
    assert [judge(hundred, quarters(value), 1, five).word for value in (100, 60, 59)] == [
        "met",
        "60%",
        "not met",
    ]


@pytest.mark.parametrize("bands", [(), (100,), (100, 100), (80, 100), (100, 0), (100, 90, 80)])
def test_bands_fall_and_are_two_or_four(bands: tuple[int, ...]) -> None:
    assert check_bands(tuple(map(Decimal, bands)))
    assert not check_bands((Decimal(100), Decimal(80)))


def test_a_fund_has_its_own_rules_or_the_files_or_the_usual_ones() -> None:
    own, files = ResultsRules(FundId(1), threshold=10), ResultsRules(None, threshold=3)
    assert rules_for([own, files], FundId(1)) == own
    assert rules_for([own, files], FundId(2)) == files
    assert rules_for([replace(own, threshold=3)], None) == ResultsRules()
    assert rules_for([own, files], None).threshold == 10


@given(st.integers(0, 1000), st.integers(1, 1000), st.booleans())
def test_more_is_never_judged_worse_where_up_is_good(value: int, target: int, is_down: bool) -> None:
    order = (Standing.NOT_MET, Standing.NEAR, Standing.MET)
    indicator = replace(CLIENTS, target=str(target), direction=DOWN if is_down else UP)
    one, other = (order.index(judge(indicator, quarters(each), 1).standing) for each in (value, value + 1))
    assert one >= other if is_down else one <= other


# Trend, gaps, clashes


def test_a_trend_has_a_band_in_which_it_is_steady() -> None:
    def trend(before: int, now: int, indicator: Indicator = BURGLARY) -> tuple[str, bool | None]:
        found = trend_between(indicator, Result(Decimal(before)), Result(Decimal(now)), "Q1", RULES.steady)
        assert found is not None
        return found.sign, found.is_good

    assert trend(1000, 1036) == ("≈", None)
    assert trend(1000, 1037) == ("↑", False)
    assert trend(1000, 900) == ("↓", True)
    assert trend(0, 3) == ("↑", False)
    assert trend(0, 0) == ("≈", None)
    assert trend(1000, 1100, replace(BURGLARY, direction=GoodDirection.NONE)) == ("↑", None)


def test_a_trend_of_shares_is_in_percentage_points() -> None:
    before, now = (Result(Decimal(value), counted=Counted.SHARE) for value in (61, 70))
    found = trend_between(SATISFIED, before, now, "2017/18", RULES.steady)
    assert found is not None
    assert found.in_words == "↑ 9 percentage points against 2017/18"


def test_no_trend_over_a_break_in_the_series_or_of_small_numbers() -> None:
    one, other = Result(Decimal(10)), Result(Decimal(20))
    assert trend_between(CLIENTS, one, replace(other, marks="b"), "Q1", RULES.steady) is None
    assert trend_between(CLIENTS, replace(one, is_small=True), other, "Q1", RULES.steady) is None


def test_a_quarter_and_its_month_can_not_stand_beside_each_other() -> None:
    quarter, month = figure(*days_of(YEAR, 1), 60), figure(date(2018, 5, 1), date(2018, 5, 31), 20)
    (text,) = clashes("Clients", Measure.FLOW, [("", quarter), ("", month)])
    assert text == (
        "“Clients”: the figure for 01/05/2018 to 31/05/2018 is partly of the same days as that for 01/04/2018 to "
        "30/06/2018"
    )
    assert not clashes("Clients", Measure.FLOW, [("", quarter), ("Beat 62", month)])
    assert not clashes("Clients", Measure.STOCK, [("", quarter), ("", month)])
    assert not clashes(
        "Clients", Measure.FLOW, [("", quarter), ("", replace(month, status=FigureStatus.FORECAST))]
    )
    (twice,) = clashes("Clients", Measure.STOCK, [("Beat 62", quarter), ("Beat 62", quarter)])
    assert twice == "“Clients” in Beat 62 has two actual figures for 01/04/2018 to 30/06/2018"


@given(tilings())
def test_a_tiling_never_clashes(days: list[tuple[date, date]]) -> None:
    assert clashes("Clients", Measure.FLOW, [("", figure(*span, 1)) for span in days]) == ()
