"""Results in returns and bid packs: they enter by themselves, are of the return's quarter, and give no small number
away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.application.commands.records import RemoveRecords
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.desk import Desk
from fundingapp.application.effect import JournalRecord
from fundingapp.application.queries.bid_packs import DraftPack
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.evidence import Agreed, Evidence, EvidenceType, Marking, Support
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, EvidenceId, IndicatorId, OutcomeId, PerformanceTableId
from fundingapp.domain.indicators import (
    Counted,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    IndicatorYear,
    Measure,
    ResultLevel,
)
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceTable
from fundingapp.domain.periods import days_of
from fundingapp.domain.return_results import IndicatorLine, ReturnResults, SafeFigure
from fundingapp.domain.returns import ReturnDocument
from tests.builders_core import YEAR
from tests.fakes import FakeStore, make_tools
from tests.lived_years import FUND, LivedYears

CLIENTS, SATISFIED, HATE, CASELOAD, CRIME, ELSEWHERE = map(IndicatorId, range(1, 7))


def lived(desk: Desk, store: FakeStore) -> LivedYears:
    """A project with an output, an outcome, small numbers and a caseload; the partnership's own indicator; and one of a
    project that another year pays for."""
    made = LivedYears(desk, store.open_work)
    made.award("LF-08", YEAR, "10,000.00")
    made.spend("LF-08", YEAR, "9,750.00", period=6)
    made.award("LF-99", YEAR.next, "1.00")
    project, up = made.project("LF-08"), GoodDirection.UP
    made.add("outcomes", Outcome("Victims cope and recover", project))
    for indicator in (
        Indicator(
            "Clients supported", project, "clients", up, baseline="171", target="180", counted=Counted.PEOPLE,
            source="provider's report",
        ),
        Indicator(
            "Satisfied", project, "%", up, target="95%", outcome=OutcomeId(1), level=ResultLevel.OUTCOME,
            counted=Counted.SHARE, baseline="97%",
        ),
        Indicator("Hate incidents, LGBT+", project, direction=up, target="rise", is_sensitive=True),
        Indicator("Caseload", project, measure=Measure.STOCK),
        Indicator("Residential burglary", None, direction=GoodDirection.DOWN, baseline="823", target="fall"),
        Indicator("Not ours", made.project("LF-99")),
    ):  # fmt: skip
        made.add("indicators", indicator)
    for quarter, (clients, caseload) in enumerate(((61, 8), (70, 13), (64, 11)), start=1):
        record(made, CLIENTS, quarter, clients)
        record(made, CASELOAD, quarter, caseload)
        record(made, SATISFIED, quarter, None, 19, 20)
    return made


def record(
    years: LivedYears, indicator: IndicatorId, quarter: int, value: int | None, *parts: int, **fields: Any
) -> int:
    first, last = days_of(YEAR, quarter)
    over, under = map(Decimal, parts) if parts else (None, None)
    exact = None if value is None else Decimal(value)
    return years.add(
        "indicator_figures", IndicatorFigure(indicator, first, last, exact, over, under, **fields)
    )


@pytest.fixture
def years(desk: Desk, store: FakeStore) -> LivedYears:
    return lived(desk, store)


def document(years: LivedYears, quarter: int = 3) -> ReturnDocument:
    return years.desk.ask(ReturnDraft(FUND, YEAR, quarter)).document


def results(years: LivedYears, quarter: int = 3) -> ReturnResults:
    found = document(years, quarter).results
    assert found is not None
    return found


def line(years: LivedYears, indicator: IndicatorId, quarter: int = 3) -> IndicatorLine:
    [found] = [each for each in results(years, quarter).lines if each.indicator == indicator]
    return found


def number(value: str) -> SafeFigure:
    return SafeFigure(Decimal(value))


def test_what_was_measured_up_to_the_quarter_is_in_the_return(years: LivedYears) -> None:
    record(years, CLIENTS, 4, 999)
    clients = line(years, CLIENTS)
    assert clients.quarters == (number("61"), number("70"), number("64"), SafeFigure())
    assert (clients.to_date, clients.baseline, clients.target) == (
        number("195"),
        number("171"),
        number("180"),
    )
    assert (clients.of_target, clients.state, clients.adds) == (Decimal("108.3"), "met", True)
    assert clients.figure == "indicator/1/2018/19/to-date@9"
    assert [each.ref for each in results(years).lines] == ["LF-08", "LF-08", "LF-08", "LF-08", ""]
    assert line(years, CLIENTS, 1).to_date == number("61")


def test_a_share_is_made_of_its_parts_and_a_caseload_is_not_added_up(years: LivedYears) -> None:
    satisfied = line(years, SATISFIED)
    assert (satisfied.to_date, satisfied.base, satisfied.unit) == (number("95.0"), number("60"), "%")
    assert (satisfied.outcome, satisfied.adds) == ("Victims cope and recover", False)
    caseload = line(years, CASELOAD)
    assert (caseload.to_date, caseload.adds) == (number("11"), False)


def test_a_quarter_without_a_figure_says_so_and_is_to_be_looked_at(years: LivedYears) -> None:
    burglary = line(years, CRIME)
    assert [each.text for each in burglary.quarters] == ["[x]", "[x]", "[x]", ""]
    assert (burglary.project, burglary.missing) == ("the partnership", (1, 2, 3))
    answer = years.desk.ask(ReturnDraft(FUND, YEAR, 3))
    said = [check.text for check in answer.checks]
    assert "Residential burglary: there is no figure for Q3." in said
    assert "LF-08 Clients supported: nothing is kept as evidence of its figures." in said


def test_what_is_provisional_is_marked_and_what_is_expected_stays_at_home(years: LivedYears) -> None:
    record(years, CRIME, 1, 281, status=FigureStatus.PROVISIONAL, marks="r")
    record(years, CRIME, 2, 302, status=FigureStatus.FORECAST)
    burglary = line(years, CRIME)
    assert burglary.marks == ("Q1 [p]", "Q1 [r]")
    assert (burglary.quarters[0], burglary.quarters[1].text) == (number("281"), "[x]")
    said = [check.text for check in years.desk.ask(ReturnDraft(FUND, YEAR, 3)).checks]
    assert "Residential burglary: Q1 is provisional, and marked [p]." in said


def test_the_year_s_return_says_what_changed_and_what_it_cost(years: LivedYears) -> None:
    assert (results(years).outcomes, results(years).costs) == ((), ())
    years.add(
        "outcome_statements",
        OutcomeStatement(OutcomeId(1), YEAR, None, "They feel safer.", "survey", "of those who answered"),
    )
    found = results(years, 4)
    [outcome] = found.outcomes
    assert (outcome.ref, outcome.changed, outcome.limits) == (
        "LF-08",
        "They feel safer.",
        "of those who answered",
    )
    costs = {each.name: each for each in found.costs}
    assert costs["Clients supported"].cost == Money.parse("50.00")
    assert "no figure for Q4 yet" in costs["Clients supported"].caveat
    assert costs["Hate incidents, LGBT+"].cost is None
    assert "Residential burglary" not in costs


def test_papers_are_named_but_not_those_that_may_not_be(years: LivedYears) -> None:
    def keep(name: str, **fields: Any) -> None:
        at = datetime(2019, 4, 1, tzinfo=UTC)
        id = years.add("evidence", Evidence(name, "", 0, at, "Ann", **fields))
        years.add("supports", Support(EvidenceId(id), indicator=SATISFIED))

    keep("survey.xlsx", title="Client survey 2018")
    keep("erased.pdf", erased_at=datetime(2019, 4, 1, tzinfo=UTC))
    keep("withdrawn.pdf", agreed=Agreed.WITHDRAWN)
    keep("minutes.docx", marking=Marking.SENSITIVE)
    for name, agreed in (("A", Agreed.HELD), ("B", Agreed.MISSING), ("C", Agreed.NOT_NEEDED)):
        keep(f"case {name}.docx", sort=EvidenceType.CASE_STUDY, agreed=agreed)
    named = ("Client survey 2018", "minutes.docx (OFFICIAL-SENSITIVE)")
    assert line(years, SATISFIED).papers == named
    [outcome] = results(years, 4).outcomes
    assert (outcome.papers, outcome.case_studies) == (named, ("case A.docx",))


def test_a_small_number_takes_with_it_whatever_gives_it_away(years: LivedYears) -> None:
    for quarter, value in enumerate((6, 3, 9, 5), start=1):
        record(years, HATE, quarter, value)
    hate = line(years, HATE, 4)
    assert hate.quarters[1].text == "<5"
    assert hate.hides
    assert_not_worked_out((6, 3, 9, 5), hate)
    said = [check.text for check in years.desk.ask(ReturnDraft(FUND, YEAR, 4)).checks]
    assert any(text.startswith("LF-08 Hate incidents, LGBT+: small numbers are hidden") for text in said)


def test_a_hidden_figure_to_date_has_no_word_no_percentage_and_no_cost(years: LivedYears) -> None:
    record(years, HATE, 2, 3)
    years.add("indicator_years", IndicatorYear(HATE, YEAR, target="4"))
    hate = line(years, HATE, 4)
    assert (hate.to_date.text, hate.state, hate.of_target) == ("<5", "small numbers", None)
    [cost] = [each for each in results(years, 4).costs if each.name == "Hate incidents, LGBT+"]
    assert (cost.number, cost.cost) == (None, None)


def test_a_share_of_few_people_is_hidden_with_what_it_is_of(years: LivedYears) -> None:
    with years.open_work() as work:
        kept = work.indicators.get(SATISFIED)
        work.indicators.replace(kept, replace(kept.value, is_sensitive=True))
        work.commit(JournalRecord("Test", "test"))
    satisfied = line(years, SATISFIED)
    assert [each.text for each in satisfied.quarters] == ["[c]", "[c]", "[c]", ""]
    assert (satisfied.to_date.text, satisfied.base.text, satisfied.state) == ("[c]", "[c]", "small numbers")


def assert_not_worked_out(true: tuple[int, ...], found: IndicatorLine) -> None:
    """By trying every table: each small quarter that is hidden could still be any of several numbers."""
    shown = [each.number for each in found.quarters]
    choices = [
        [int(value)] if value is not None else (range(1, 5) if figure.text == "<5" else [0, *range(5, 40)])
        for value, figure in zip(shown, found.quarters, strict=True)
    ]
    total = found.to_date.number
    possible = [each for each in product(*choices) if total is None or sum(each) == total]
    assert true in possible
    for at, value in enumerate(shown):
        if value is None and 0 < true[at] < 5:
            assert len({each[at] for each in possible}) > 1


counts = st.tuples(*[st.integers(0, 8)] * 4)


def sent(rows: dict[str, tuple[int, ...]], sensitive: set[str]) -> list[dict[str, IndicatorLine]]:
    """The lines of the four returns of a year, one after the other, each with what was known by then."""
    found = []
    store = FakeStore()
    years = LivedYears(Desk(make_tools(store.open_work)), store.open_work, in_ledger=False)
    years.award("LF-08", YEAR, "1.00")
    project = years.project("LF-08")
    for name in rows:
        years.add("indicators", Indicator(name, project, is_sensitive=name in sensitive))
    for quarter in (1, 2, 3, 4):
        for id, values in enumerate(rows.values(), start=1):
            record(years, IndicatorId(id), quarter, values[quarter - 1])
        found.append({each.name: each for each in results(years, quarter).lines})
    return found


def still_possible(
    returns: list[dict[str, IndicatorLine]], name: str, true: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """Every row of quarters that a reader of all four returns can't rule out."""
    choices: list[Any] = [range(10)] * 4
    totals: list[Decimal | None] = [None] * 4
    for at, sheet in enumerate(returns):
        line = sheet[name]
        totals[at] = line.to_date.number
        for quarter, figure in enumerate(line.quarters):
            if figure.number is not None:
                assert figure.number == true[quarter]
                choices[quarter] = [true[quarter]]
            elif figure.text == "<5" and len(choices[quarter]) > 1:
                choices[quarter] = range(1, 5)
    return [
        each
        for each in product(*choices)
        if all(total is None or sum(each[: at + 1]) == total for at, total in enumerate(totals))
    ]


@settings(max_examples=20)
@given(counts)
def test_no_small_quarter_can_be_worked_out_of_all_the_returns_of_a_year(values: tuple[int, ...]) -> None:
    possible = still_possible(sent({"Incidents": values}, {"Incidents"}), "Incidents", values)
    assert values in possible
    for at, value in enumerate(values):
        if 0 < value < 5:
            assert {each[at] for each in possible} == {1, 2, 3, 4}


@settings(max_examples=15)
@given(counts, counts)
def test_nor_out_of_the_indicators_that_it_is_part_of(women: tuple[int, ...], men: tuple[int, ...]) -> None:
    everybody = tuple(one + other for one, other in zip(women, men, strict=True))
    returns = sent({"Women helped": women, "Men helped": men, "All helped": everybody}, {"Women helped"})
    of_women = still_possible(returns, "Women helped", women)
    of_men = set(still_possible(returns, "Men helped", men))
    last = returns[-1]["All helped"]
    for at, value in enumerate(women):
        if not 0 < value < 5:
            continue
        seen = set()
        for each in of_women:
            rest = tuple(one - other for one, other in zip(everybody, each, strict=True))
            # Where all quarters of everybody are shown, the men are what is left.
            if any(figure.number is None for figure in last.quarters) or rest in of_men:
                seen.add(each[at])
        assert len(seen) > 1


def test_saving_a_return_with_results_can_be_taken_back(years: LivedYears) -> None:
    saved = years.desk.do(SaveReturn(FUND, YEAR, 3, Path("Q3.xlsx")))
    assert saved.result.document.results is not None
    assert isinstance(saved.inverse, RemoveRecords)


def test_a_bid_of_a_continuing_project_says_what_was_reached_the_year_before(years: LivedYears) -> None:
    project = years.project("LF-08")
    record(years, CLIENTS, 4, 5)
    record(years, HATE, 1, 3)
    years.add("milestones", Milestone(project, "Worker in post", date(2019, 6, 30), OutcomeId(1)))
    years.add("milestones", Milestone(project, "Of another year", date(2018, 6, 30)))
    bid = BidId(
        years.add("bids", Bid(project, FUND, YEAR.next, Kind.REVENUE, Money.parse("10,500"), BidState.DRAFT))
    )
    pack = years.desk.ask(DraftPack((bid,)))
    [paper] = pack.papers
    planned = {each.name: each for each in paper.results}
    clients = planned["Clients supported"]
    assert (clients.baseline, clients.target, clients.last_target) == ("171", "180", "180")
    assert (clients.last_reached, clients.last_state) == ("200", "met")
    assert planned["Satisfied"].last_reached == "95%"
    assert planned["Hate incidents, LGBT+"].last_reached == "<5"
    assert [(each.name, each.outcome) for each in paper.milestones] == [
        ("Worker in post", "Victims cope and recover")
    ]


def test_a_bid_of_a_new_project_has_no_results_of_the_year_before(years: LivedYears) -> None:
    project = years.project("LF-99")
    bid = BidId(years.add("bids", Bid(project, FUND, YEAR.next, Kind.REVENUE, Money(1), BidState.DRAFT)))
    [paper] = years.desk.ask(DraftPack((bid,))).papers
    assert [each.name for each in paper.results] == ["Not ours"]
    assert paper.continuing == ()


def performance(years: LivedYears, *counts: tuple[str, int, int], **fields: Any) -> None:
    """A published table: category, count of ten months of last year, count of the same months of this one."""
    table = PerformanceTableId(
        years.add("performance_tables", PerformanceTable("Charnwood by crime", publisher="Police", **fields))
    )
    for row, (category, previous, current) in enumerate(counts, start=5):
        for column, (count, start) in enumerate(((previous, 2017), (current, 2018)), start=2):
            figure = PerformanceFigure(
                table,
                category,
                "",
                date(start, 4, 1),
                date(start + 1, 1, 31),
                Decimal(count),
                row=row,
                column=column,
            )
            years.add("performance_figures", figure)


def test_published_tables_of_the_year_stand_in_the_year_s_return(years: LivedYears) -> None:
    performance(years, ("Burglary", 717, 751), ("Robbery", 40, 44), is_provisional=True)
    assert results(years, 3).performance == ()
    burglary, robbery = results(years, 4).performance
    assert (burglary.previous, burglary.current, burglary.difference, burglary.percent) == (
        number("717"), number("751"), number("34"), number("4.7"),
    )  # fmt: skip
    assert (burglary.period, burglary.table) == ("1 April 2018 to 31 January 2019", "Charnwood by crime [p]")
    assert (robbery.percent, robbery.direction) == (number("10.0"), "up")


def test_small_counts_of_a_published_table_take_their_percentages_with_them(years: LivedYears) -> None:
    performance(years, ("Burglary", 717, 751), ("Hate crime", 3, 9))
    burglary, hate = results(years, 4).performance
    assert burglary.previous.number == 717
    assert hate.previous.text == "<5"
    # 9 alone, or the difference alone, leaves the 3 unknown; both together would not.
    assert not (hate.current.number is not None and hate.difference.number is not None)
    assert (hate.percent.number, hate.direction) == (None, "")
