"""What the money bought: costs and sentences are made of what is recorded, follow it, and hide small numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fundingapp.application.commands.value import KeepReferenceValue, WithdrawReferenceValue, WriteSentence
from fundingapp.application.desk import Desk
from fundingapp.application.queries.value import (
    SentencePreview,
    UnitCostOf,
    ValueOf,
)
from fundingapp.application.queries.why import Why
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.indicators import (
    Counted,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    IndicatorYear,
    ResultLevel,
)
from fundingapp.domain.money import Money
from fundingapp.domain.periods import days_of
from fundingapp.domain.sentences import NAMES, USUAL
from fundingapp.domain.unit_costs import SHIPPED
from fundingapp.domain.value import ReferenceValue, Sentence
from tests.builders_core import YEAR
from tests.fakes import FakeStore
from tests.lived_years import FUND, NAME, LivedYears

CLIENTS, SATISFIED, ROBBERIES, SMALL = map(IndicatorId, (1, 2, 3, 4))
DA = ProjectId(1)


@pytest.fixture
def years(desk: Desk, store: FakeStore) -> LivedYears:
    """The domestic abuse service of seed C: £10,000.00, 195 clients in three quarters, 100% satisfied; the quarters and
    the robberies are invented."""
    made = LivedYears(desk, store.open_work)
    made.award("LF-08", YEAR, "10,000.00")
    made.spend("LF-08", YEAR, "10,000.00", period=6)
    up, down = GoodDirection.UP, GoodDirection.DOWN
    made.add(
        "indicators",
        Indicator(
            "Clients supported", DA, direction=up, target="180", baseline="171", counted=Counted.PEOPLE
        ),
    )
    made.add(
        "indicators",
        Indicator(
            "Satisfied (good or excellent)", DA, "%", up, level=ResultLevel.OUTCOME, counted=Counted.SHARE
        ),
    )
    made.add(
        "indicators",
        Indicator(
            "Robbery", None, direction=down, level=ResultLevel.OUTCOME, baseline="44",
            baseline_first=date(2017, 4, 1), baseline_last=date(2017, 12, 31),
        ),
    )  # fmt: skip
    made.add("indicators", Indicator("Hate incidents, LGBT+", DA, direction=up, is_sensitive=True))
    for quarter, clients in ((1, 61), (2, 70), (3, 64)):
        record(made, CLIENTS, quarter, clients)
        record(made, SATISFIED, quarter, None, 10, 10)
    for quarter, number in ((1, 15), (2, 15), (3, 10)):
        record(made, ROBBERIES, quarter, number)
    record(made, SMALL, 1, 3)
    return made


def record(
    years: LivedYears,
    indicator: IndicatorId,
    quarter: int,
    value: int | None,
    *parts: int,
    **fields: Any,
) -> None:
    first, last = days_of(YEAR, quarter)
    over, under = map(Decimal, parts) if parts else (None, None)
    exact = None if value is None else Decimal(value)
    years.add("indicator_figures", IndicatorFigure(indicator, first, last, exact, over, under, **fields))


def test_a_unit_cost_is_what_was_spent_over_what_was_counted(years: LivedYears) -> None:
    answer = years.desk.ask(ValueOf(YEAR, 3))
    clients, small, satisfied = answer.rows
    assert clients.cost.in_words == "£51.28 per client supported · £10,000.00 ÷ 195"
    assert (clients.ref, clients.number_text, clients.level) == ("LF-08", "195", ResultLevel.OUTPUT)
    assert clients.spent_figure == "LF-08/2018/19/spend@9"
    assert clients.number_figure == "indicator/1/2018/19/to-date@9"
    assert clients.figure == "unit-cost/1/2018/19/cost@9"
    assert satisfied.cost.in_words.startswith("£333.33 for each one satisfied")
    assert (small.cost.cost, small.number_text) == (None, "<5")
    assert "3" not in small.caveat.replace("Q2 and Q3", "")


def test_spending_and_figures_are_of_the_same_quarters(years: LivedYears) -> None:
    first = years.desk.ask(UnitCostOf(CLIENTS, YEAR, 1))
    assert first is not None
    assert (first.cost.spent, first.cost.number) == (Money.ZERO, Decimal(61))
    assert "nothing is charged yet" in first.cost.caveats
    fourth = years.desk.ask(UnitCostOf(CLIENTS, YEAR, 4))
    assert fourth is not None
    assert "no figure for Q4 yet, though the spending counts" in fourth.cost.caveats


def test_the_partnership_s_own_indicators_have_no_unit_cost(years: LivedYears) -> None:
    assert years.desk.ask(UnitCostOf(ROBBERIES, YEAR, 3)) is None
    with pytest.raises(NotFoundError):
        years.desk.ask(UnitCostOf(IndicatorId(99), YEAR, 3))


def test_one_fund_s_spending_is_told_from_that_of_all(years: LivedYears) -> None:
    row = years.desk.ask(UnitCostOf(CLIENTS, YEAR, 3, FUND))
    assert row is not None
    assert row.figure == f"unit-cost/1/2018/19/cost:{NAME}@9"
    assert row.spent_figure == f"LF-08/2018/19/spend::{NAME}@9"
    assert row.cost.caveats == ("people may be counted in more than one period",)


def sentence(
    years: LivedYears, wording: str, outcome: IndicatorId | None = SATISFIED, quarter: int = 3
) -> str:
    return years.desk.ask(SentencePreview(Sentence(DA, YEAR, wording, CLIENTS, outcome), quarter)).text


def test_the_usual_sentence_says_what_the_records_say_and_follows_them(years: LivedYears) -> None:
    assert (
        sentence(years, USUAL)
        == "£10,000.00 → 195 clients supported, target 180 → 100% satisfied (good or excellent)"
    )
    record(years, CLIENTS, 4, 5, status=FigureStatus.PROVISIONAL)
    years.spend("LF-08", YEAR, "0.01", period=12)
    years.add("indicator_years", IndicatorYear(CLIENTS, YEAR, target="190"))
    assert sentence(years, "{spent} → {output}, target {output target}", quarter=4) == (
        "£10,000.01 → 200 clients supported [p], target 190"
    )


def test_every_number_of_a_sentence_can_be_asked_why(years: LivedYears) -> None:
    wording = (
        "{project} {year} {quarter}: {spent} of {budget}; {output} against {output baseline}, {output progress}, "
        "{output cost}; {outcome number}"
    )
    row = years.desk.ask(SentencePreview(Sentence(DA, YEAR, wording, CLIENTS, SATISFIED), 3))
    assert row.text == (
        "Project LF-08 2018/19 Q3: £10,000.00 of £10,000.00; 195 clients supported against 171, met, "
        "£51.28 per client supported · £10,000.00 ÷ 195; 100%"
    )
    assert [piece.figure for piece in row.pieces if piece.figure] == [
        "LF-08/2018/19/spend@9",
        "LF-08/2018/19/budget@9",
        "indicator/1/2018/19/to-date@9",
        "indicator/1/2018/19/baseline",
        "indicator/1/2018/19/progress@9",
        "unit-cost/1/2018/19/cost@9",
        "indicator/2/2018/19/to-date@9",
    ]
    assert row.broken == ()
    assert row.notes == ("people may be counted in more than one period", "30 of 30")
    assert row.as_copied == f"{row.text}\n({'; '.join(row.notes)})"


def test_a_sentence_hides_small_numbers_with_all_that_gives_them_away(years: LivedYears) -> None:
    wording = "{output} for {spent}: {output cost}, {output progress}"
    row = years.desk.ask(SentencePreview(Sentence(DA, YEAR, wording, SMALL), 3))
    assert row.text == (
        "<5 hate incidents, LGBT+ for £10,000.00: [no cost per hate incident, LGBT+: small numbers are hidden, and the "
        "cost would give them away], small numbers"
    )


def test_a_gap_says_what_is_missing(years: LivedYears) -> None:
    row = years.desk.ask(SentencePreview(Sentence(ProjectId(1), YEAR, USUAL), 3))
    assert row.broken == ("no output is chosen", "no outcome is chosen")
    other = years.project("LF-99")
    unpaid = years.desk.ask(SentencePreview(Sentence(other, YEAR, "{spent} of {budget}"), 3))
    assert unpaid.text == "[no grant of 2018/19 pays for LF-99] of [no grant of 2018/19 pays for LF-99]"
    assert sentence(years, "{output number}", quarter=1) == "61"


def test_a_cost_avoided_is_of_the_same_days_or_it_is_not_said(years: LivedYears) -> None:
    assert sentence(years, "{avoided: Robbery}", ROBBERIES) == (
        "£45,280.00 · 4 fewer × £11,320.00 (robbery, 2015/16 prices)"
    )
    assert sentence(years, "{avoided: Robbery}", ROBBERIES, 2) == (
        "[no cost avoided: the baseline is of 1 April 2017 to 31 December 2017, the figure of 1 April 2018 to "
        "30 September 2018]"
    )
    row = years.desk.ask(SentencePreview(Sentence(DA, YEAR, "{avoided:robbery}", None, ROBBERIES), 3))
    [note] = row.notes
    assert "not money saved by anybody" in note
    assert "South Wales Echo" in note
    years.desk.do(WithdrawReferenceValue("Robbery"))
    assert sentence(years, "{avoided: Robbery}", ROBBERIES) == (
        "[no cost avoided: the reference value “Robbery” is withdrawn]"
    )


def test_a_file_s_own_value_counts_in_place_of_the_one_that_shipped(years: LivedYears) -> None:
    robbery = next(value for value in SHIPPED if value.name == "Robbery")
    years.desk.do(KeepReferenceValue(replace(robbery, amount=Money.parse("1,000"), source="ours"), "Robbery"))
    own = ReferenceValue("Begging", Money(100), "2018/19", "own study", "one town")
    years.desk.do(KeepReferenceValue(own))
    states = {row.value.name: row.state for row in years.desk.ask(ValueOf(YEAR, 3)).references}
    assert (states["Robbery"], states["Begging"], states["Arson"]) == ("changed", "your own", "as shipped")
    assert sentence(years, "{avoided: Robbery}", ROBBERIES).startswith("£4,000.00")


def test_kept_sentences_stand_in_the_answer_with_what_was_typed(years: LivedYears) -> None:
    years.desk.do(WriteSentence(DA, YEAR, "{spent}, 12 sessions each", CLIENTS))
    [row] = years.desk.ask(ValueOf(YEAR, 3)).sentences
    assert (row.ref, row.text, row.typed) == ("LF-08", "£10,000.00, 12 sessions each", ("12",))
    assert years.desk.ask(ValueOf(YEAR.next, 3)).sentences == ()


def test_a_unit_cost_is_explained_down_to_ledger_lines_and_figures(years: LivedYears) -> None:
    why = years.desk.ask(Why("unit-cost/1/2018/19/cost@9"))
    assert (why.in_words, why.title) == ("£51.28", "LF-08: cost per client supported up to Q3 of 2018/19")
    spent, number = why.terms
    assert (spent.amount, number.shown) == (Money.parse("10,000"), "÷ 195")
    assert years.desk.ask(Why(spent.figure)).line_count == 1
    assert [source.shown for source in years.desk.ask(Why(number.figure)).sources] == ["61", "70", "64"]
    assert "People may be counted in more than one period." in why.note
    assert years.desk.ask(Why("unit-cost/1/2018/19")).terms[0].figure == "LF-08/2018/19/spend@13"
    of_fund = years.desk.ask(Why(f"unit-cost/1/2018/19/cost:{NAME}@9"))
    assert years.desk.ask(Why(of_fund.terms[0].figure)).line_total == Money.parse("10,000")


def test_every_figure_that_an_answer_names_can_be_asked_why(years: LivedYears) -> None:
    wording = " ".join(f"{{{name}}}" for name in NAMES) + " {avoided: Robbery}"
    years.desk.do(WriteSentence(DA, YEAR, wording, CLIENTS, ROBBERIES))
    years.desk.do(WriteSentence(DA, YEAR, USUAL, SMALL, SATISFIED))
    for fund in (None, FUND):
        answer = years.desk.ask(ValueOf(YEAR, 3, fund))
        figures = {piece.figure for row in answer.sentences for piece in row.pieces if piece.figure}
        figures |= {
            figure for row in answer.rows for figure in (row.figure, row.spent_figure, row.number_figure)
        }
        assert len(figures) > 10
        for figure in sorted(figures):
            assert years.desk.ask(Why(figure)).title


def test_a_cost_avoided_is_explained_with_its_source(years: LivedYears) -> None:
    why = years.desk.ask(Why("avoided/3/2018/19/Robbery@9"))
    assert why.in_words == "£45,280.00"
    assert [(term.name, term.shown) for term in why.terms] == [
        ("Baseline", "44"),
        ("Robbery now", "40"),
        ("Fewer", "4"),
        ("Robbery, one case at 2015/16 prices", "× £11,320.00"),
    ]
    assert "(02/08/2019)" in why.note


def test_what_hides_a_number_hides_it_when_asked_why_too(years: LivedYears) -> None:
    why = years.desk.ask(Why("unit-cost/4/2018/19/cost@3"))
    assert (why.in_words, why.terms[1].shown) == ("–", "÷ <5")


@pytest.mark.parametrize(
    "figure",
    [
        "unit-cost/99/2018/19/cost",
        "unit-cost/3/2018/19/cost",
        "unit-cost/1/2018/20/cost",
        "unit-cost/1/2018/19/cost@14",
        "unit-cost/1/2018/19/cost:No Fund",
        "unit-cost/x",
        "avoided/3/2018/19/Piracy",
        "avoided/99/2018/19/Robbery",
    ],
)
def test_a_figure_that_there_is_not_is_refused(years: LivedYears, figure: str) -> None:
    with pytest.raises(NotFoundError):
        years.desk.ask(Why(figure))


def test_a_figure_that_gives_a_small_quarter_away_is_hidden_too(years: LivedYears) -> None:
    """The returns show the quarters; what they add up to would tell the one that is hidden."""
    record(years, SMALL, 2, 9)
    row = years.desk.ask(UnitCostOf(SMALL, YEAR, 2))
    assert row is not None
    assert (row.number_text, row.cost.cost) == ("[c]", None)
    text = years.desk.ask(SentencePreview(Sentence(DA, YEAR, "{output}, {output progress}", SMALL), 2)).text
    assert text == "[c] hate incidents, LGBT+, small numbers"
    why = years.desk.ask(Why("unit-cost/4/2018/19/cost@6"))
    assert (why.in_words, why.terms[1].shown) == ("–", "÷ [c]")
