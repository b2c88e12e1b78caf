"""The words, risks, assets and statements of a return: kept, taken back, held against the ledger, and in the return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fundingapp.application.commands.agreements import AddAgreement
from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLine, ChargePart
from fundingapp.application.commands.parties import AddParty
from fundingapp.application.commands.story import (
    AddAsset,
    AddRisk,
    AddStatement,
    ChangeAsset,
    ChangeRisk,
    ChangeStatement,
    CloseRisk,
    CopyWords,
    ForgetJudgement,
    JudgeProject,
    MoveAsset,
    ReceiveStatement,
    RemoveAsset,
    RemoveRisk,
    RemoveStatement,
    ReopenRisk,
    TakeStoryTable,
    WriteText,
)
from fundingapp.application.commands.suggestions import AddAlias
from fundingapp.application.desk import Desk
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.story import PassedOnTo, StoryAnswer, StoryOf
from fundingapp.domain.agreements import USUAL_TERMS, Agreement
from fundingapp.domain.assets import Asset, AssetState
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.ids import AssetId, FundId, LineId, ProjectId, RiskId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection, ProjectProgress, ProjectStatus, limit_name
from fundingapp.domain.parties import Party, PartyForm, PartyKind
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag
from fundingapp.domain.risks import Risk
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import make_download, make_line, money
from tests.fakes import FakeStore

YEAR, FUND = FinancialYear(2018), FundId(1)
YOUTH, CCTV = ProjectId(1), ProjectId(2)
PROGRESS = NarrativeSection.PROGRESS


@pytest.fixture
def grant(desk: Desk) -> Desk:
    """£1,000 revenue for a youth trust, £500 capital for cameras; the trust got £120.00 in two lines under two names, a
    camera cost £400.00."""
    sums = ((Kind.REVENUE, money("1,000.00")), (Kind.CAPITAL, money("500.00")))
    desk.do(AddGrant("Locality Fund", "PCC", YEAR, sums))
    trust = desk.do(
        AddParty(Party("Youth Trust", PartyKind.PARTNER, form=PartyForm.CHARITY, identifier="GB-CHC-123"))
    ).result
    youth = Project("LF-01", "Youth bus", lead="Youth Trust", partner=trust)
    desk.do(AddProject(youth, FUND, YEAR, Kind.REVENUE, money("1,000.00")))
    desk.do(AddProject(Project("LF-02", "Cameras"), FUND, YEAR, Kind.CAPITAL, money("500.00")))
    desk.do(
        ImportLedger(
            make_download(
                (
                    make_line("T1", "100.00", year=YEAR, period=2, supplier="Youth Trust Ltd"),
                    make_line("T2", "20.00", year=YEAR, period=3, supplier="YT Trading"),
                    make_line(
                        "T3", "400.00", year=YEAR, period=4, supplier="Secure Ltd", description="Camera"
                    ),
                )
            )
        )
    )
    for line, project, kind, amount in (
        (1, YOUTH, Kind.REVENUE, "100.00"),
        (2, YOUTH, Kind.REVENUE, "20.00"),
        (3, CCTV, Kind.CAPITAL, "400.00"),
    ):
        part = ChargePart(money(amount), Disposition.PROJECT, BudgetHead(project, FUND, kind))
        desk.do(ChargeLine(LineId(line), (part,), "as agreed"))
    return desk


def story(desk: Desk, quarter: int = 4) -> StoryAnswer:
    return desk.ask(StoryOf(FUND, YEAR, quarter))


def write(text: str, quarter: int = 4, section: NarrativeSection = PROGRESS) -> WriteText:
    return WriteText(FUND, YEAR, quarter, section, text)


def judge(project: ProjectId = YOUTH, quarter: int = 4, **fields: Any) -> JudgeProject:
    given = {"status": ProjectStatus.IN_PROGRESS, "explanation": "a slow start", **fields}
    return JudgeProject(project, YEAR, quarter, **given)


RISK = Risk(FUND, "Flood", "the river", 3, 4, project=YOUTH, raised=date(2018, 5, 1))
VAN = Asset(YOUTH, FUND, "Youth bus", money("80.00"), money("60.00"), date(2018, 6, 1))
CAMERA = Asset(CCTV, FUND, "Camera", money("400.00"), money("400.00"), date(2018, 7, 1), line=LineId(3))
STATEMENT = PartnerStatement(YOUTH, FUND, YEAR, "Youth Trust", money("120.00"))


class TestTakenBack:
    @pytest.mark.parametrize(
        ("first", "command"),
        [
            ((), write("All went well.")),
            ((write("All went well."),), write("Not all.")),
            ((write("All went well."),), write(" ")),
            ((write("Begun.", 3), judge(quarter=3)), CopyWords(FUND, YEAR, 4)),
            ((), judge(delivery_rag=Rag.RED)),
            ((judge(),), judge(status=ProjectStatus.COMPLETE)),
            ((judge(),), ForgetJudgement(YOUTH, YEAR, 4)),
            ((), AddRisk(RISK)),
            ((AddRisk(RISK),), ChangeRisk(RiskId(1), replace(RISK, impact=5))),
            ((AddRisk(RISK),), CloseRisk(RiskId(1), date(2018, 9, 1))),
            ((AddRisk(replace(RISK, closed=date(2018, 9, 1))),), ReopenRisk(RiskId(1))),
            ((AddRisk(RISK),), RemoveRisk(RiskId(1))),
            ((), AddAsset(CAMERA, ("invoice 7",))),
            ((AddAsset(VAN),), ChangeAsset(AssetId(1), replace(VAN, location="depot"))),
            ((AddAsset(VAN),), MoveAsset(AssetId(1), AssetState.REQUESTED, date(2019, 1, 2))),
            (
                (AddAsset(VAN), MoveAsset(AssetId(1), AssetState.REQUESTED, date(2019, 1, 2))),
                RemoveAsset(AssetId(1)),
            ),
            ((), AddStatement(STATEMENT, ("letter",))),
            ((AddStatement(STATEMENT),), ReceiveStatement(1, date(2019, 4, 2), "Ann", date(2019, 4, 1))),
            ((AddStatement(STATEMENT),), ChangeStatement(1, replace(STATEMENT, passed_on=money("1.00")))),
            ((AddStatement(STATEMENT),), RemoveStatement(1)),
            (
                (judge(),),
                TakeStoryTable(
                    (ProjectProgress(YOUTH, YEAR, 4, ProjectStatus.COMPLETE), RISK, VAN, STATEMENT), "t.csv"
                ),
            ),
        ],
    )
    def test_every_command_is_taken_back_and_done_again(
        self, grant: Desk, store: FakeStore, first: tuple[Any, ...], command: Any
    ) -> None:
        for each in first:
            grant.do(each)
        assert_taken_back_and_done_again(grant, store, command)

    @pytest.mark.parametrize(
        ("first", "command", "code"),
        [
            ((), write("x", 5), "no_quarter"),
            ((), CopyWords(FUND, YEAR, 4), "nothing_to_copy"),
            ((), ForgetJudgement(YOUTH, YEAR, 4), "not_found"),
            ((), AddRisk(replace(RISK, impact=6)), "off_scale"),
            ((AddRisk(RISK),), CloseRisk(RiskId(1), date(2018, 4, 30)), "closed_before"),
            ((), AddAsset(replace(VAN, share=money("80.01"))), "asset_share"),
            ((AddAsset(CAMERA),), AddAsset(CAMERA), "asset_there"),
            (
                (AddAsset(VAN),),
                MoveAsset(AssetId(1), AssetState.DISPOSED, date(2019, 1, 1), "L"),
                "forbidden_move",
            ),
            (
                (AddAsset(VAN), MoveAsset(AssetId(1), AssetState.REQUESTED, date(2019, 1, 1))),
                MoveAsset(AssetId(1), AssetState.DISPOSED, date(2019, 1, 1)),
                "move_needs",
            ),
            (
                (AddStatement(STATEMENT),),
                AddStatement(replace(STATEMENT, partner="youth trust")),
                "statement_there",
            ),
            ((), AddStatement(replace(STATEMENT, signed_by="Ann")), "statement_awaited"),
            ((), TakeStoryTable((RISK, replace(VAN, cost=Money.ZERO)), "t.csv"), "asset_cost"),
        ],
    )
    def test_a_refusal_leaves_no_trace(
        self, grant: Desk, store: FakeStore, first: tuple[Any, ...], command: Any, code: str
    ) -> None:
        for each in first:
            grant.do(each)
        assert refusal_of(grant, store, command).code == code


class TestWords:
    def test_the_agreement_limits_the_words_and_too_many_are_kept(self, grant: Desk) -> None:
        terms = replace(USUAL_TERMS, section_words=((limit_name(PROGRESS), 2),))
        grant.do(AddAgreement(Agreement(FUND, "Terms", YEAR, YEAR, terms=terms)))
        grant.do(write("one two three"))
        line = story(grant).story.sections[0]
        assert (line.text, line.counted, line.over) == ("one two three", "3 of 2 words", 1)
        assert "narrative_long" in {gap.code for gap in story(grant).gaps}

    def test_the_last_quarter_is_a_start_and_overwrites_nothing(self, grant: Desk) -> None:
        grant.do(write("Begun.", 3))
        grant.do(write("None.", 3, NarrativeSection.CHANGES))
        grant.do(judge(quarter=3, spend_rag=Rag.GREEN, delivery_rag=Rag.AMBER))
        grant.do(write("Going on."))
        assert story(grant).before.section(PROGRESS) == "Begun."
        assert grant.do(CopyWords(FUND, YEAR, 4)).result == 2
        said = story(grant).story
        assert (said.section(PROGRESS), said.section(NarrativeSection.CHANGES)) == ("Going on.", "None.")
        youth = said.progress_of(YOUTH)
        assert youth is not None
        assert (youth.delivery_rag, youth.spend_rag) == (Rag.AMBER, None), (
            "figures of this quarter suggest anew"
        )

    def test_the_first_quarter_begins_with_the_last_of_the_year_before(self, grant: Desk) -> None:
        grant.do(WriteText(FUND, YEAR.previous, 4, PROGRESS, "Last year."))
        assert story(grant, 1).before.section(PROGRESS) == "Last year."


class TestAgainstTheLedger:
    def test_a_statement_is_held_against_the_partner_s_lines_under_all_its_names(self, grant: Desk) -> None:
        grant.do(AddStatement(STATEMENT))
        [line] = story(grant).story.statements
        assert (line.in_ledger, line.difference) == (money("100.00"), money("20.00"))
        grant.do(AddAlias("YT Trading", "Youth Trust Ltd"))
        [line] = story(grant).story.statements
        assert (line.in_ledger, line.difference) == (money("120.00"), Money.ZERO)

    def test_what_went_to_a_partner_without_a_statement_is_told(self, grant: Desk) -> None:
        [passed] = grant.ask(PassedOnTo(FUND, YEAR))
        assert (passed.ref, passed.partner, passed.amount, passed.lines) == (
            "LF-01",
            "Youth Trust Ltd",
            money("100.00"),
            1,
        )
        grant.do(AddStatement(STATEMENT))
        assert grant.ask(PassedOnTo(FUND, YEAR)) == ()

    def test_a_capital_line_without_an_asset_is_told_until_it_has_one(self, grant: Desk) -> None:
        [purchase] = story(grant).unlisted
        assert (purchase.line, purchase.ref, purchase.cost) == (LineId(3), "LF-02", money("400.00"))
        grant.do(AddAsset(CAMERA, ("invoice 7",)))
        answer = story(grant)
        assert answer.unlisted == ()
        assert answer.story.assets[0].papers == ("invoice 7",), "the papers of its ledger line"


class TestInTheReturn:
    def test_the_return_of_the_year_has_all_of_it_and_a_quarter_s_has_the_quarter_s(
        self, grant: Desk
    ) -> None:
        for command in (write("Well."), judge(), AddRisk(RISK), AddAsset(CAMERA), AddStatement(STATEMENT)):
            grant.do(command)
        year = grant.ask(ReturnDraft(FUND, YEAR, 4)).document.story
        assert year.section(PROGRESS) == "Well."
        assert [len(each) for each in (year.risks, year.assets, year.statements, year.given)] == [1, 1, 1, 1]
        quarter = grant.ask(ReturnDraft(FUND, YEAR, 2)).document.story
        assert not quarter.has_words
        assert [len(each) for each in (quarter.risks, quarter.assets, quarter.statements)] == [1, 0, 0]

    def test_a_closed_risk_is_in_the_return_of_its_quarter_and_in_no_later_one(self, grant: Desk) -> None:
        grant.do(AddRisk(RISK))
        grant.do(CloseRisk(RiskId(1), date(2018, 8, 1)))
        assert [len(story(grant, quarter).story.risks) for quarter in range(1, 5)] == [1, 1, 0, 0]
        assert len(story(grant).risks) == 1

    def test_only_a_voluntary_body_s_grant_is_published(self, grant: Desk) -> None:
        [given] = grant.ask(ReturnDraft(FUND, YEAR, 4)).document.story.given
        assert (given.beneficiary, given.number, given.amount) == ("Youth Trust", "123", money("1,000.00"))
        assert given.identifier.startswith("360G-")
