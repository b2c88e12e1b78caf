"""What has no paper yet that should have one: each kind of gap, what closes it, and where it stands in the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.allocations import Authority, BudgetMovement, ChangeState
from fundingapp.domain.claims import Claim, ClaimState
from fundingapp.domain.evidence import Agreed, Evidence, EvidenceType, FileState, PersonalData, Supported
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.gaps import Gap, GapKind, GapRecords, gaps, quarter_of_days
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, GrantCondition
from fundingapp.domain.ids import (
    EvidenceId,
    FigureId,
    FigureImportId,
    FundId,
    IndicatorId,
    OutcomeId,
    ProjectId,
)
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, IndicatorFigure
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.periods import FinancialYear

YEAR = FinancialYear(2018)
TODAY = date(2019, 2, 10)  # three quarters of the year are over
NOW = datetime(2019, 2, 1, 12, tzinfo=UTC)
PAPER = Evidence("report.pdf", "a" * 64, 9, NOW, "Ann", personal=PersonalData.NONE)
ERASED = replace(PAPER, erased_at=NOW, erased_by="Ann", erased_why="asked for")
Q1, Q2, Q3 = (
    (date(2018, 4, 1), date(2018, 6, 30)),
    (date(2018, 7, 1), date(2018, 9, 30)),
    (date(2018, 10, 1), date(2018, 12, 31)),
)
Q4 = (date(2019, 1, 1), date(2019, 3, 31))
SESSIONS = Indicator("Sessions held", ProjectId(1), outcome=OutcomeId(1))
FIGURE = Supported("figure", 1)


def figure(first: date, last: date, value: int = 12, of: int = 1, **more: Any) -> IndicatorFigure:
    return IndicatorFigure(IndicatorId(of), first, last, Decimal(value), **more)


def records(
    *figures: IndicatorFigure, papers: dict[Supported, Evidence] | None = None, **more: Any
) -> GapRecords:
    """Figures of one indicator under one outcome; each of *papers* supports the thing that it stands for."""
    given = list((papers or {}).items())
    held = {
        "outcomes": {OutcomeId(1): Outcome("Fewer assaults")},
        "indicators": {IndicatorId(1): SESSIONS},
        "figures": {FigureId(number): each for number, each in enumerate(figures, 1)},
        "evidence": {EvidenceId(number): paper for number, (_, paper) in enumerate(given, 1)},
        "papers": {supported: [EvidenceId(number)] for number, (supported, _) in enumerate(given, 1)},
        "refs": {1: "LF-08"},
        "funds": {1: "Police grant"},
    }
    return GapRecords(TODAY, **held | more)  # type: ignore[arg-type]  # each as its field wants it


def only(found: list[Gap]) -> Gap:
    [gap] = found
    return gap


# Figures


def test_a_figure_of_a_quarter_that_is_over_wants_a_paper() -> None:
    gap = only(gaps(records(figure(*Q1))))
    assert gap == Gap(GapKind.FIGURE, "Sessions held", YEAR, 1, FIGURE, group="Fewer assaults", figure="12")


@pytest.mark.parametrize(
    ("indicator", "shown"),
    [
        (replace(SESSIONS, counted=Counted.SHARE), "12%"),
        (replace(SESSIONS, unit="£ saved"), "£12"),
    ],
)
def test_a_gap_shows_its_figure_with_its_sign(indicator: Indicator, shown: str) -> None:
    assert only(gaps(records(figure(*Q1), indicators={IndicatorId(1): indicator}))).figure == shown


def test_a_paper_of_the_figure_closes_it_and_one_that_was_erased_opens_it_again() -> None:
    assert gaps(records(figure(*Q1), papers={FIGURE: PAPER})) == []
    assert only(gaps(records(figure(*Q1), papers={FIGURE: ERASED}))).kind is GapKind.ERASED


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (figure(*Q4), "its quarter is not over"),
        (figure(*Q3, status=FigureStatus.FORECAST), "it is only expected"),
        (figure(date(2019, 1, 1), date(2019, 1, 31)), "its month is over, its quarter is not"),
        (figure(*Q1, batch=FigureImportId(7)), "its file is kept"),
    ],
)
def test_what_wants_no_paper_yet(of: IndicatorFigure, why: str) -> None:
    assert gaps(records(of, imported={7})) == [], why


def test_a_figure_of_an_import_whose_file_is_gone_wants_a_paper() -> None:
    assert only(gaps(records(figure(*Q1, batch=FigureImportId(7)), imported={8}))).kind is GapKind.FIGURE


def test_the_day_after_a_quarter_its_figure_wants_a_paper() -> None:
    on_time = records(figure(*Q1))
    assert gaps(replace(on_time, today=Q1[1])) == []
    assert len(gaps(replace(on_time, today=Q2[0]))) == 1


def test_the_months_of_a_quarter_are_one_gap_until_each_has_its_paper() -> None:
    months = [figure(date(2018, month, 1), date(2018, month, 28)) for month in (4, 5, 6)]
    gap = only(gaps(records(*months)))
    assert (gap.supported, gap.quarter, gap.figure) == (FIGURE, 1, "")
    gap = only(gaps(records(*months, papers={FIGURE: PAPER})))
    assert gap.supported == Supported("figure", 2)
    each = {Supported("figure", number): PAPER for number in (1, 2, 3)}
    assert gaps(records(*months, papers=each)) == []


def test_a_sensitive_count_is_not_repeated_in_the_list() -> None:
    sensitive = {IndicatorId(1): replace(SESSIONS, is_sensitive=True)}
    assert only(gaps(records(figure(*Q1, value=3), indicators=sensitive))).figure == ""


@pytest.mark.parametrize("what", ["indicator", "outcome"])
@pytest.mark.parametrize(
    ("dated", "open_quarters"),
    [
        (None, []),
        (date(2019, 1, 20), []),
        (date(2018, 10, 5), [3]),  # made before the third quarter was over
        (date(2018, 6, 30), [2, 3]),  # on the last day of the first
        (date(2017, 5, 1), [1, 2, 3]),
    ],
)
def test_an_evaluation_of_the_whole_covers_what_was_over_when_it_was_made(
    what: str, dated: date | None, open_quarters: list[int]
) -> None:
    paper = {Supported(what, 1): replace(PAPER, dated=dated)}
    found = gaps(records(figure(*Q1), figure(*Q2), figure(*Q3), papers=paper))
    assert [gap.quarter for gap in found] == open_quarters


def test_an_evaluation_of_an_earlier_year_covers_nothing_of_this_one() -> None:
    paper = {Supported("outcome", 1): replace(PAPER, dated=date(2018, 5, 1))}
    assert only(gaps(records(figure(*Q1), papers=paper))).kind is GapKind.FIGURE


def test_a_figure_of_the_partnership_stands_under_its_name() -> None:
    crimes = {IndicatorId(1): Indicator("Recorded crime", None)}
    assert only(gaps(records(figure(*Q1), indicators=crimes))).group == "Partnership"
    of_project = {IndicatorId(1): Indicator("Sessions", ProjectId(1))}
    assert only(gaps(records(figure(*Q1), indicators=of_project))).group == "LF-08"


# Statements


SAID = OutcomeStatement(OutcomeId(1), YEAR, 1, "Assaults fell.")


def test_what_is_said_to_have_changed_wants_a_paper() -> None:
    gap = only(gaps(records(statements={1: SAID})))
    assert gap == Gap(
        GapKind.STATEMENT, "Fewer assaults", YEAR, 1, Supported("outcome", 1), group="Fewer assaults"
    )


@pytest.mark.parametrize(
    ("statement", "papers", "is_open"),
    [
        (replace(SAID, changed=" "), {}, False),
        (replace(SAID, quarter=4), {}, False),  # not over yet
        (replace(SAID, quarter=None), {}, False),  # nor is its year
        (SAID, {Supported("outcome", 1): PAPER}, False),
        (SAID, {Supported("indicator", 1): PAPER}, False),
        (SAID, {FIGURE: PAPER}, False),
        (replace(SAID, quarter=2), {FIGURE: PAPER}, True),  # the figure is of the first quarter
        (SAID, {Supported("indicator", 2): PAPER}, True),  # of another outcome
        (SAID, {Supported("outcome", 1): ERASED}, True),
    ],
)
def test_what_a_statement_rests_on(
    statement: OutcomeStatement, papers: dict[Supported, Evidence], is_open: bool
) -> None:
    indicators = {IndicatorId(1): SESSIONS, IndicatorId(2): Indicator("Visits", ProjectId(1))}
    found = gaps(
        records(figure(*Q1), statements={1: statement}, indicators=indicators, imported=(), papers=papers)
    )
    assert any(gap.kind is GapKind.STATEMENT for gap in found) is is_open


# Money


CLAIM = Claim(FundId(1), YEAR, 2, 1, 6, PaymentBasis.ARREARS, ClaimState.SUBMITTED)
CONDITION = GrantCondition(
    FundId(1), "4.2", "Report each quarter", ConditionKind.REPORTING, YEAR, state=ConditionState.MET
)
MOVED = BudgetMovement(
    FundId(1), YEAR, Kind.REVENUE, ProjectId(1), ProjectId(2), Money(5_000), NOW.date(), "more need", "",
    number=3, decided_by=Authority.COMMISSIONER,
)  # fmt: skip
OWED = Accrual(ProjectId(1), FundId(1), Kind.REVENUE, YEAR, 12, Money(11_39), "Taxis Ltd", "March hire")


@pytest.mark.parametrize(
    ("held", "kind", "name", "what"),
    [
        ({"claims": {1: CLAIM}}, GapKind.CLAIM, "claim 2", "claim"),
        ({"conditions": {1: CONDITION}}, GapKind.CONDITION, "4.2", "condition"),
        (
            {"conditions": {1: replace(CONDITION, clause="")}},
            GapKind.CONDITION,
            "Report each quarter",
            "condition",
        ),
        ({"movements": {1: MOVED}}, GapKind.VIREMENT, "virement 3", "movement"),
        ({"accruals": {1: OWED}}, GapKind.ACCRUAL, "LF-08 Taxis Ltd, £11.39", "accrual"),
        (
            {"accruals": {1: replace(OWED, supplier="")}},
            GapKind.ACCRUAL,
            "LF-08 March hire, £11.39",
            "accrual",
        ),
    ],
)
def test_what_money_rests_on(held: dict[str, Any], kind: GapKind, name: str, what: str) -> None:
    supported = Supported(what, 1)
    gap = only(gaps(records(**held)))
    assert (gap.kind, gap.name.casefold(), gap.year) == (kind, name.casefold(), YEAR)
    assert (gap.quarter, gap.supported, gap.group) == (None, supported, "Police grant")
    assert gaps(records(**held, papers={supported: PAPER})) == []
    assert only(gaps(records(**held, papers={supported: ERASED}))).kind is GapKind.ERASED
    elsewhere = {Supported(what, 2): PAPER}
    assert only(gaps(records(**held, papers=elsewhere))).kind is kind


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        (ClaimState.NEW, False),
        (ClaimState.DRAFT, False),
        (ClaimState.SUBMITTED, True),
        (ClaimState.QUERIED, True),
        (ClaimState.AWAITING_CERTIFICATE, True),
        (ClaimState.PAYMENT_REQUESTED, True),
        (ClaimState.APPROVED, True),
        (ClaimState.PAID, True),
        (ClaimState.NOT_USED, False),
    ],
)
def test_a_claim_that_was_not_sent_wants_no_papers(state: ClaimState, is_open: bool) -> None:
    assert bool(gaps(records(claims={1: replace(CLAIM, state=state)}))) is is_open


@pytest.mark.parametrize("state", [state for state in ConditionState if state is not ConditionState.MET])
def test_a_condition_that_is_not_met_wants_no_papers(state: ConditionState) -> None:
    assert gaps(records(conditions={1: replace(CONDITION, state=state)})) == []


@pytest.mark.parametrize(
    "movement",
    [
        replace(MOVED, decided_by=Authority.OWN),
        *(replace(MOVED, state=state) for state in ChangeState if state is not ChangeState.APPLIED),
    ],
)
def test_a_virement_of_our_own_or_not_made_wants_no_papers(movement: BudgetMovement) -> None:
    assert gaps(records(movements={1: movement})) == []


def test_a_paper_on_any_movement_of_a_virement_is_enough() -> None:
    legs = {4: MOVED, 5: replace(MOVED, target=ProjectId(3))}
    assert only(gaps(records(movements=legs))).supported == Supported("movement", 4)
    assert gaps(records(movements=legs, papers={Supported("movement", 5): PAPER})) == []


def test_virements_of_the_same_number_in_two_years_are_two() -> None:
    legs = {4: MOVED, 5: replace(MOVED, year=YEAR.next)}
    found = gaps(records(movements=legs, papers={Supported("movement", 4): PAPER}))
    assert only(found).year == YEAR.next


def test_movements_made_before_changes_were_numbered_are_each_one() -> None:
    legs = {4: replace(MOVED, number=0), 5: replace(MOVED, number=0)}
    found = gaps(records(movements=legs, papers={Supported("movement", 4): PAPER}))
    assert only(found).supported == Supported("movement", 5)


# Papers


@pytest.mark.parametrize(
    ("paper", "kind", "group"),
    [
        (replace(PAPER, agreed=Agreed.MISSING), GapKind.CONSENT, "missing"),
        (replace(PAPER, agreed=Agreed.WITHDRAWN), GapKind.CONSENT, "withdrawn"),
        (
            replace(PAPER, sort=EvidenceType.CASE_STUDY, personal=PersonalData.SOME),
            GapKind.CONSENT,
            Agreed.MISSING.value,
        ),
        (replace(PAPER, personal=PersonalData.UNKNOWN), GapKind.PERSONAL, ""),
    ],
)
def test_a_paper_with_which_something_is_wrong_is_a_gap(paper: Evidence, kind: GapKind, group: str) -> None:
    gap = only(gaps(records(papers={Supported("project", 1): paper})))
    assert (gap.kind, gap.name, gap.paper) == (kind, "report.pdf", EvidenceId(1))
    assert group in gap.group


@pytest.mark.parametrize("state", [FileState.MISSING, FileState.CHANGED])
def test_a_file_that_is_not_whole_comes_first(state: FileState) -> None:
    found = gaps(records(figure(*Q1), papers={Supported("project", 1): PAPER}, states={EvidenceId(1): state}))
    assert [gap.kind for gap in found] == [GapKind.MISSING, GapKind.FIGURE]
    assert found[0].group == state.value


def test_of_a_paper_only_its_newest_version_counts_and_an_erased_one_not_at_all() -> None:
    old = replace(PAPER, personal=PersonalData.UNKNOWN)
    new = replace(PAPER, replaces=EvidenceId(1))
    things = (Supported("project", 1), Supported("project", 2))
    assert gaps(records(papers=dict(zip(things, (old, new), strict=True)))) == []
    assert gaps(records(papers={things[0]: replace(ERASED, personal=PersonalData.UNKNOWN)})) == []


def test_the_gaps_of_a_year_are_those_with_what_is_wrong_with_papers() -> None:
    earlier = tuple(day.replace(year=2017) for day in Q1)
    everything = records(
        figure(*Q1),
        figure(earlier[0], earlier[1]),
        claims={1: CLAIM},
        papers={Supported("project", 1): replace(PAPER, personal=PersonalData.UNKNOWN)},
    )
    assert [(gap.kind, gap.year) for gap in gaps(everything)] == [
        (GapKind.FIGURE, FinancialYear(2017)),
        (GapKind.FIGURE, YEAR),
        (GapKind.CLAIM, YEAR),
        (GapKind.PERSONAL, None),
    ]
    assert [gap.kind for gap in gaps(everything, FinancialYear(2017))] == [GapKind.FIGURE, GapKind.PERSONAL]


@pytest.mark.parametrize(
    ("first", "last", "of"),
    [
        (*Q1, (YEAR, 1)),
        (*Q4, (YEAR, 4)),
        (date(2018, 5, 1), date(2018, 5, 31), (YEAR, 1)),
        (date(2018, 6, 30), date(2018, 7, 1), None),
        (date(2018, 4, 1), date(2019, 6, 30), None),  # the same quarter of two years
    ],
)
def test_the_quarter_that_days_lie_in(first: date, last: date, of: tuple[FinancialYear, int] | None) -> None:
    assert quarter_of_days(first, last) == of
