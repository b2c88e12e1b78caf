"""Every figure says what it is made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.bids import RecordConsent
from fundingapp.application.commands.grants import AddGrant, AddProject, MoveBudget, SetForecast
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLine, ChargeLines, ChargePart
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.desk import Desk
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.why import Why, parse_figure
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.agreements import Consent
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.builders_core import (
    NEXT_YEAR,
    YEAR,
    day,
    make_download,
    make_head,
    make_line,
    money,
    put_as_sent,
    set_up_grant,
)
from tests.fakes import FakeStore
from tests.footing import assert_foots, assert_grant_foots

FUND, OTHER = FundId(1), FundId(2)
P1, P2 = ProjectId(1), ProjectId(2)
LINES = [
    make_line("T1", "10.00"),
    make_line("T2", "20.00", period=2),
    make_line("T3", "-300.00", period=3, type="GR"),
    make_line("T4", "40.00", period=5),
    make_line("T5", "8.00", period=8),
    make_line("T6", "5.00", period=9),
    make_line("T7", "1.00", period=13),
    make_line("T8", "70.00", year=NEXT_YEAR),
]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Two funds and two years; P-01 is paid from both funds and in both kinds; a return was sent, then lines moved."""
    set_up_grant(desk)
    set_up_grant(desk, year=NEXT_YEAR)
    desk.do(AddGrant("Fund: @home/abroad", "Home Office", YEAR, ((Kind.REVENUE, money("90.00")),)))
    for fund, kind in ((OTHER, Kind.REVENUE), (FUND, Kind.CAPITAL)):
        desk.do(AddProject(Project("P-01", "Project P-01"), fund, YEAR, kind, money("25.00")))
    desk.do(
        MoveBudget(
            BudgetMovement(FUND, YEAR, Kind.REVENUE, P2, P1, money("11.00"), day("2018-10-01"), "costs moved")
        )
    )
    desk.do(
        MoveBudget(
            BudgetMovement(FUND, YEAR, Kind.REVENUE, None, P1, money("3.00"), day("2018-10-01"), "more")
        )
    )
    for period, reverses in ((3, 5), (6, None)):
        desk.do(
            AddAccrual(
                Accrual(
                    P2,
                    FUND,
                    Kind.REVENUE,
                    YEAR,
                    period,
                    money("2.50"),
                    "Youth Trust",
                    "work",
                    YEAR if reverses else NEXT_YEAR,
                    reverses or 1,
                ),
                ("invoice 12",),
            )
        )
    desk.do(SetForecast(P1, FUND, Kind.REVENUE, YEAR, 10, money("33.00")))
    desk.do(ImportLedger(make_download(LINES)))
    heads = [make_head(P1, FUND), make_head(P1, OTHER), make_head(P1, FUND, Kind.CAPITAL)]
    parts = [
        ChargePart(amount, Disposition.PROJECT, head)
        for amount, head in zip(money("40.00").share([5, 2, 1]), heads, strict=True)
    ]
    desk.do(ChargeLine(LineId(4), tuple(parts), "shared"))
    desk.do(ChargeLines((LineId(2), LineId(5)), parse_target("P-02"), "theirs"))
    desk.do(ChargeLines((LineId(3),), parse_target("income"), "the grant"))
    desk.do(ChargeLines((LineId(6),), parse_target("excluded: not ours"), ""))
    saved = desk.do(SaveReturn(FUND, YEAR, 2, Path("return.xlsx"))).result
    put_as_sent(desk, saved.id)
    desk.do(ChargeLines((LineId(8),), parse_target("P-01"), "theirs"))
    moved = [LINES[0], LINES[1]._replace(amount=money("26.00")), *LINES[2:]]
    desk.do(ImportLedger(make_download(moved, "second.csv")))
    return desk


def why(desk: Desk, figure: str, **options: Any) -> Explanation:
    return desk.ask(Why(figure, **options))


@pytest.mark.parametrize("to_period", [None, 2, 3, 5, 6, 9, 12, 13])
@pytest.mark.parametrize(("fund", "year"), [(FUND, YEAR), (OTHER, YEAR), (FUND, NEXT_YEAR)])
def test_every_figure_foots_down_to_its_lines(
    desk: Desk, fund: FundId, year: FinancialYear, to_period: int | None
) -> None:
    assert_grant_foots(desk, fund, year, to_period)


def test_a_figure_ends_with_lines_that_name_their_file_sheet_and_row(desk: Desk) -> None:
    answer = why(desk, "P-02/2018/19/ledger@2")
    [line] = answer.lines
    assert (line.transaction, line.file, line.sheet, line.row) == ("T2", "second.csv", "Ledger", 2)
    assert (answer.value, line.share) == (money("26.00"), money("26.00"))
    assert why(desk, "ledger/2018/19/total", limit=3).line_count == 7
    assert len(why(desk, "ledger/2018/19/total", limit=3).lines) == 3


def test_a_project_under_several_grants_is_taken_apart_by_fund_and_kind(desk: Desk) -> None:
    answer = why(desk, "p-01/2018/19/spend")
    assert [(term.name, term.figure) for term in answer.terms] == [
        ("Locality Fund, capital", "P-01/2018/19/spend:capital"),
        ("Locality Fund, revenue", "P-01/2018/19/spend:revenue:Locality Fund"),
        ("Fund: @home/abroad, revenue", "P-01/2018/19/spend:revenue:Fund: @home/abroad"),
    ]
    assert answer.value == money("40.00")
    assert why(desk, "P-01/2018/19/spend:revenue").value == money("35.00")
    assert why(desk, "P-01/2018/19/spend:revenue:fund: @HOME/abroad@5").value == money("10.00")


def test_a_grant_s_share_of_a_project_is_its_own(desk: Desk) -> None:
    terms = {term.name: term for term in why(desk, "Locality Fund/2018/19/awarded").terms}
    assert terms["P-02 Project P-02"].figure == "P-02/2018/19/budget"
    assert assert_foots(desk, "Locality Fund/2018/19/awarded").value == money("325.00") + money("3.00")


def test_a_quarter_that_was_sent_says_what_changed_since(desk: Desk) -> None:
    answer = why(desk, "P-02/2018/19/stated/Q1")
    assert [(term.name, term.amount) for term in answer.terms] == [
        ("Spend as it is now", money("28.50")),
        ("What changed since the return was sent", money("-6.00")),
    ]
    position = desk.ask(PositionOf(FUND, YEAR, 9)).position
    assert why(desk, "Locality Fund/2018/19/stated/Q1@9").value == position.spent_in_quarter(1)


def test_what_is_awarded_beyond_the_grant_is_part_of_what_is_not_awarded(desk: Desk) -> None:
    desk.do(AddProject(Project("P-07", "Too much"), FUND, YEAR, Kind.REVENUE, money("500.00")))
    answer = assert_foots(desk, "Locality Fund/2018/19/unallocated")
    assert answer.value == Money.ZERO
    assert answer.terms[-1].name == "Awarded beyond what is available"


def test_what_is_awarded_with_consent_is_taken_apart_by_kind(desk: Desk) -> None:
    desk.do(AddProject(Project("P-07", "Too much"), FUND, YEAR, Kind.REVENUE, money("500.00")))
    consent = Consent(FUND, YEAR, Kind.REVENUE, money("100.00"), "PCC/9", date(2018, 4, 1))
    desk.do(RecordConsent(consent))
    answer = assert_foots(desk, "Locality Fund/2018/19/consented")
    assert (answer.value, answer.note) == (money("-100.00"), "By PCC/9.")
    [r2] = [each for each in desk.ask(PositionOf(FUND, YEAR)).identities if each.id == "R2"]
    assert (r2.right[-1].figure, r2.right[-1].amount) == ("Locality Fund/2018/19/consented", answer.value)


def test_an_allocation_names_its_letters(desk: Desk) -> None:
    assert why(desk, "Locality Fund/2018/19/allocation").note == "From plan.csv."
    assert why(desk, "Fund: @home/abroad/2018/19/allocation").note == ""


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ("nonsense", "no_figure"),
        ("P-01/2018/19", "no_figure"),
        ("P-01/2018/25/spend", "no_figure"),
        ("P-01/2018/19/spend@14", "no_figure"),
        ("P-01/2018/19/spend@0", "no_figure"),
        ("P-01/2018/19/happiness", "not_found"),
        ("P-01/2018/19/spend/P14", "not_found"),
        ("P-01/2018/19/spend:other", "not_found"),
        ("P-02/2020/21/spend", "not_found"),
        ("Locality Fund/2018/19/happiness", "not_found"),
        ("Another Fund/2018/19/spend", "not_found"),
        ("ledger/2018/19/happiness", "not_found"),
    ],
)
def test_what_can_t_be_asked_is_refused_in_words(desk: Desk, figure: str, code: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        why(desk, figure)
    assert refusal.value.code == code


def test_the_funds_that_there_are_are_named_when_one_is_not_found(desk: Desk, store: FakeStore) -> None:
    with pytest.raises(ExpectedError, match="Locality Fund"):
        why(desk, "Another Fund/2018/19/spend")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("LF-08/2018/19/spend", ("LF-08", YEAR, "spend", None)),
        (" A/B/2018/2019/spend/Q1@7 ", ("A/B", YEAR, "spend/Q1", 7)),
        ("ledger/2018/19/total@13", ("ledger", YEAR, "total", 13)),
    ],
)
def test_a_figure_s_name_is_taken_apart(text: str, parts: tuple[object, ...]) -> None:
    assert parse_figure(text) == parts
