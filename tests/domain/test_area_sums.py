"""What the figures of places come to together: never where one lacks, never as a mean of percentages (R38, R39)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, strategies as st

from fundingapp.domain.area_sums import AreaSum, area_sums, standing_for_the_whole
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, IndicatorFigure, Measure
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import Measured, result_over

YEAR = FinancialYear(2018)
Q1, Q2 = days_of(YEAR, 1), days_of(YEAR, 2)
CRIME = Indicator("Burglary", None, summed_over=AreaKind.BEAT)
SAFE = replace(CRIME, name="Feel safe", counted=Counted.SHARE)
BEATS = {
    AreaId(1): Area("Charnwood", AreaKind.DISTRICT),
    AreaId(2): Area("Beat 56", AreaKind.BEAT),
    AreaId(3): Area("Beat 57", AreaKind.BEAT),
    AreaId(4): Area("Unassigned", AreaKind.BEAT),
}


def held(*given: tuple[int, tuple[date, date], object], **more: object) -> list[Measured]:
    """Figures of a place (0: the whole); two numbers are a share."""
    found = []
    for number, (area, days, value) in enumerate(given, start=1):
        of = AreaId(area) if area else None
        parts = [Decimal(each) for each in value] if isinstance(value, tuple) else [None, None]
        single = None if isinstance(value, tuple) or value is None else Decimal(str(value))
        figure = IndicatorFigure(IndicatorId(1), *days, single, parts[0], parts[1])
        figure = replace(figure, area=of, **more)  # type: ignore[arg-type]
        found.append(Measured(FigureId(number), figure))
    return found


def one(indicator: Indicator, measured: list[Measured], areas: dict[AreaId, Area] = BEATS) -> AreaSum:
    (found,) = area_sums(indicator, measured, areas)
    return found


def test_a_whole_that_is_not_recorded_is_the_sum_of_all_of_its_places() -> None:
    measured = held((2, Q1, 30), (3, Q1, 12), (4, Q1, 1))
    found = one(CRIME, measured)
    assert found.in_words("beats") == "the sum of 3 beats, as the whole is not recorded"
    ((figure, parts),) = standing_for_the_whole(CRIME, [], [found])
    assert (figure.value, figure.first, figure.last, parts) == (Decimal(43), *Q1, (1, 2, 3))


def test_nothing_is_summed_while_a_place_lacks_its_figure() -> None:
    found = one(CRIME, held((2, Q1, 30), (3, Q1, None)))
    assert found.in_words("beats") == (
        "Beat 57 and Unassigned lack their figures, so the 3 beats are not added up"
    )
    assert standing_for_the_whole(CRIME, [], [found]) == []
    # Without the claim that beats make the whole nothing is said of them.
    assert area_sums(replace(CRIME, summed_over=None), held((2, Q1, 30)), BEATS) == ()


def test_what_is_recorded_for_the_whole_counts_and_a_difference_is_told_with_both_figures() -> None:
    measured = held((0, Q1, 45), (2, Q1, 30), (3, Q1, 12), (4, Q1, 1))
    found = one(CRIME, measured)
    assert found.differs
    assert found.in_words("beats") == "recorded as 45, which is used; the 3 beats come to 43"
    assert standing_for_the_whole(CRIME, measured[:1], [found]) == []
    agreeing = one(CRIME, held((0, Q1, 43), (2, Q1, 30), (3, Q1, 12), (4, Q1, 1)))
    assert not agreeing.differs
    assert agreeing.in_words("beats") == "recorded as a whole, and the 3 beats come to the same"


def test_a_percentage_is_made_anew_of_its_parts_and_never_averaged() -> None:
    found = one(SAFE, held((2, Q1, (9, 10)), (3, Q1, (10, 90)), (4, Q1, (0, 0))))
    assert found.total is not None
    assert found.total.shown == "19%"
    assert (found.total.numerator, found.total.denominator) == (Decimal(19), Decimal(100))
    bare = one(SAFE, held((2, Q1, (9, 10)), (3, Q1, 11), (4, Q1, (0, 0))))
    assert bare.total is None
    assert bare.in_words("beats") == (
        "the 3 beats can’t be put together: the figure of Beat 57 is known without the two numbers that it is made of"
    )
    # The same percentage of other parts is another figure.
    alike = one(SAFE, held((0, Q1, (190, 1000)), (2, Q1, (9, 10)), (3, Q1, (10, 90)), (4, Q1, (0, 0))))
    assert alike.in_words("beats") == (
        "recorded as 19% (190 of 1,000), which is used; the 3 beats come to 19% (19 of 100)"
    )


def test_a_place_belongs_to_the_set_while_it_is_one() -> None:
    closed = {**BEATS, AreaId(4): replace(BEATS[AreaId(4)], valid_to=date(2018, 6, 30))}
    measured = held((2, Q1, 1), (3, Q1, 1), (4, Q1, 1), (2, Q2, 1), (3, Q2, 1))
    assert [each.of for each in area_sums(CRIME, measured, closed)] == [3, 2]


def test_small_counts_are_never_told_and_days_never_count_twice() -> None:
    secret = replace(CRIME, is_sensitive=True)
    found = one(secret, held((0, Q1, 45), (2, Q1, 30), (3, Q1, 2), (4, Q1, 1)))
    assert not any(letter.isdigit() for letter in found.in_words("beats").replace("3 beats", ""))
    year = (YEAR.first_day, YEAR.last_day)
    measured = held((0, year, 100), (2, Q1, 1), (3, Q1, 1), (4, Q1, 1))
    sums = area_sums(CRIME, measured, BEATS)
    assert standing_for_the_whole(CRIME, measured[:1], sums) == []
    level = replace(CRIME, measure=Measure.STOCK)
    assert len(standing_for_the_whole(level, measured[:1], sums)) == 1


def test_the_weakest_status_and_all_marks_are_those_of_the_sum_and_a_forecast_is_none() -> None:
    measured = [
        *held((2, Q1, 1), marks="e"),
        *held((3, Q1, 1), (4, Q1, 1), status=FigureStatus.PROVISIONAL),
    ]
    figure = one(CRIME, measured).figure
    assert figure is not None
    assert (figure.status, figure.marks) == (FigureStatus.PROVISIONAL, "e")
    assert area_sums(CRIME, held((2, Q1, 1), status=FigureStatus.FORECAST), BEATS) == ()


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=7))
def test_the_sum_of_places_is_what_one_figure_of_everything_would_be(parts: list[tuple[int, int]]) -> None:
    """The places together give what is measured without places: for counts, shares and averages alike."""
    areas = {AreaId(n): Area(f"Beat {n}", AreaKind.BEAT) for n in range(1, len(parts) + 1)}
    pairs = [(min(pair), max(pair)) for pair in parts]
    for indicator, values, whole in (
        (CRIME, [a for a, _ in parts], sum(a for a, _ in parts)),
        (SAFE, pairs, (sum(a for a, _ in pairs), sum(b for _, b in pairs))),
        (replace(SAFE, counted=Counted.AVERAGE), pairs, (sum(a for a, _ in pairs), sum(b for _, b in pairs))),
    ):
        found = one(indicator, held(*((n, Q1, value) for n, value in enumerate(values, start=1))), areas)
        expected = result_over(indicator, held((0, Q1, whole)), *Q1)
        assert (found.total.value if found.total is not None else None) == expected.value
