"""How the file of each released version and its totals are made, by the program that writes that version:

    python -m tests.data.files.make_released FOLDER

Two downloads cut out of Charnwood's, matched, with something of every kind of record. Once its version is released,
a file is never made anew.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundingapp import paths
from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.agreements import AddAgreement
from fundingapp.application.commands.allocations import ConfirmAllocation
from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    CreateBid,
    DecideBid,
    MakeOffer,
    OfferCondition,
    RecordConsent,
    SetBidCosts,
    SetBidTexts,
    StartBid,
    SubmitBid,
)
from fundingapp.application.commands.budgets import GiveReason, KeepForecast, SetProfile
from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlanCarryForward,
    PlannedCarry,
)
from fundingapp.application.commands.claims import (
    ApproveClaim,
    Decision,
    OpenClaim,
    PrepareClaim,
    RecordPayment,
    RecordRepayment,
    ReleaseRetention,
    RequestPayment,
    SubmitClaim,
)
from fundingapp.application.commands.conditions import AddCondition, MoveCondition
from fundingapp.application.commands.deadlines import AddEntries
from fundingapp.application.commands.exceptions import AcceptException
from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.grants import (
    AddGrant,
    MoveBudget,
    RecordPlan,
    SetForecast,
    SetUpPartnership,
)
from fundingapp.application.commands.imports import ImportLedger, ReviewChanges
from fundingapp.application.commands.layouts import RememberLayout
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.match_funding import AddMatch, KeepPost, Payer
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines, ClearCharges
from fundingapp.application.commands.members import AddMember
from fundingapp.application.commands.outcomes import AddMilestone, AddOutcome, WriteStatement
from fundingapp.application.commands.papers import AddPapers, NewPaper
from fundingapp.application.commands.parties import AddContact, SucceedParty
from fundingapp.application.commands.performance import AcceptFinding, ImportPerformanceTable, TableChoices
from fundingapp.application.commands.plan import AddPriority, AddTheme, SetShares
from fundingapp.application.commands.publications import PublishSafeTable
from fundingapp.application.commands.reconciliations import (
    ExplainDifference,
    PrepareReconciliation,
    StartReconciliation,
    StateLedgerTotal,
)
from fundingapp.application.commands.results import AddIndicator, SetIndicatorYear, SetResultsRules
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.commands.settlements import (
    InvoiceSettlements,
    RepaySettlements,
    SettledPart,
    SettleUnderspend,
)
from fundingapp.application.commands.signing import PrepareCertificate
from fundingapp.application.commands.story import AddAsset, AddRisk, AddStatement, JudgeProject, WriteText
from fundingapp.application.commands.templates import AddTemplate
from fundingapp.application.commands.value import KeepReferenceValue, WriteSentence
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.desk import Desk
from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import LineFilter, Tools, UnitOfWork
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.performance import ReadPerformanceFile
from fundingapp.application.queries.tables import ReadPlan, ReadRules
from fundingapp.application.sample import COMMISSIONER, FUND, PARTNERSHIP, PLAN, RULES, YEAR
from fundingapp.assembly import Assembly
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.agreements import Agreement, Consent, Split as Years, Terms, share_evenly
from fundingapp.domain.allocations import AllocationStatus, Authority, BudgetMovement
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.assets import Asset
from fundingapp.domain.bids import BidCost, BidState, BidText, CostCategory, Section
from fundingapp.domain.changes import Days
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.evidence import About, Agreed, EvidenceType, Marking, PersonalData, Supported
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge, GrantCondition
from fundingapp.domain.ids import (
    AreaId,
    BatchId,
    ConditionId,
    FundId,
    LineId,
    PartnerBookId,
    PartyId,
    ProjectId,
)
from fundingapp.domain.indicators import (
    Counted,
    Due,
    FigureStatus,
    GoodDirection,
    Indicator,
    Measure,
    ResultLevel,
)
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.match_funding import MatchFunding, Post
from fundingapp.domain.matching import parse_target
from fundingapp.domain.members import Member, MemberRole
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection, ProjectStatus
from fundingapp.domain.outcomes import Milestone, Outcome, ResultsRules
from fundingapp.domain.parties import Contact, ContactRole, Party, PartyForm, PartyKind
from fundingapp.domain.partner_books import (
    BookCell,
    BookKind,
    BookState,
    CellProposal,
    PartnerBook,
    PartnerStatement,
)
from fundingapp.domain.priorities import Priority, ShareGiven, Split, Theme
from fundingapp.domain.profiles import Shape
from fundingapp.domain.rag import Rag
from fundingapp.domain.risks import Risk
from fundingapp.domain.schedules import schedule_from_terms
from fundingapp.domain.signing import Certified
from fundingapp.domain.value import ReferenceValue
from fundingapp.domain.virements import Leg
from fundingapp.persistence.database import Database, create_file, open_file
from fundingapp.persistence.upgrading import SCHEMA_VERSION
from tests.builders_core import put_as_sent

_SAMPLE = paths.resources() / "sample" / "charnwood"
#: The commissioner's first instalment, by its number; the downloads end before it.
_INCOME = b"552075/0171"
#: The kinds of records that every released version has.
_FIRST_KINDS = (
    "partnership parties funds projects allocations bids awards contingencies movements accruals forecasts "
    "rules returns"
)
#: Those that came with version 3.
_LATER_KINDS = (
    "adjustments contacts areas themes priorities shares agreements agreement_sums consents conditions "
    "schedule bid_costs bid_texts board_decisions offers steps match_funding posts post_shares profiles "
    "forecasts_kept variance_reasons claims claim_lines retention_releases payments payment_matches payment_lines "
    "repayments"
)

#: Those that came with version 4.
_LATEST_KINDS = (
    "carry_forwards settlements members reconciliations reconciliation_items certificates assertions locks"
)


#: Those that came with version 5.
_NEWEST_KINDS = (
    "outcomes outcome_statements milestones results_rules indicators indicator_years figure_imports skipped_figures "
    "indicator_figures performance_tables performance_figures performance_findings publications reference_values "
    "sentences"
)
#: Those that came with version 6.
_RETURN_KINDS = (
    "return_texts project_progress risks assets partner_statements templates mappings return_proofs "
    "accepted_exceptions partner_books cell_proposals"
)
#: What the headings of its table mean.
_YEARS = {
    "2017/18": Days(date(2017, 4, 1), date(2018, 3, 31)),
    "2018/19": Days(date(2018, 4, 1), date(2019, 3, 31)),
}


class _Clock:
    """A minute later each time."""

    def __init__(self) -> None:
        self.now = datetime(2019, 4, 12, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def _cut(folder: Path, name: str, lines: int, *, amended: bool = False) -> Path:
    """The first *lines* of Charnwood's download; *amended* leaves one out, restates one and rewords one, and has an
    instalment of the grant."""
    whole = (_SAMPLE / "GL_extract_P10_drcr.csv").read_bytes().splitlines(keepends=True)
    rows = whole[: lines + 1]
    if amended:
        rows[4] = rows[4].replace(b"1,302.50", b"1,402.50")
        rows[2] = rows[2].replace(b"Travel", b"Rail travel")
        del rows[7]
        rows.append(next(row for row in whole if row.startswith(_INCOME)))
    path = folder / name
    path.write_bytes(b"".join(rows))
    return path


def _take_in(desk: Desk, path: Path, *, apply_rules: bool) -> BatchId:
    download = desk.ask(ReadDownload(path))
    try:
        return desk.do(ImportLedger(download, apply_rules=apply_rules)).result.batch
    finally:
        download.copy.path.unlink()


def fill(database: Database, folder: Path) -> None:
    """Something of every kind of record."""
    offices = Assembly()
    clock = _Clock()
    desk = Desk(
        Tools(
            open_work=database.open_work,
            sources=database.sources,
            reader=offices.reader,
            write_return=offices.writer,
            write_table=offices.table_writer,
            write_layout=offices.layout_writer,
            write_enquiry=offices.enquiry_writer,
            write_calendar=offices.calendar_writer,
            write_pack=offices.pack_writer,
            write_certificate=offices.certificate_writer,
            write_letter=offices.letter_writer,
            write_difference=offices.difference_writer,
            write_reconciliation=offices.reconciliation_writer,
            write_safe_table=offices.safe_table_writer,
            prover=offices.prover,
            exchange=offices.exchange_books,
            papers=offices.papers,
            work_out=offices.work_out,
            write_return_pack=offices.return_pack_writer,
            write_mail=offices.mail_writer,
            write_partner_book=offices.partner_book_writer,
            read_template=offices.template_reader,
            fill_template=offices.fill_template,
            things_leaving=offices.things_leaving,
            receive=offices.receive,
            return_looks=offices.return_looks,
            clock=clock,
            who="S. Officer",
            progress=SilentProgress(),
        )
    )
    desk.do(SetUpPartnership(PARTNERSHIP))
    plan = desk.do(RecordPlan(desk.ask(ReadPlan(_SAMPLE / PLAN)), FUND, COMMISSIONER, YEAR, PLAN)).result
    one, two = ProjectId(1), ProjectId(2)
    desk.do(AddRules(desk.ask(ReadRules(_SAMPLE / RULES)).rules))
    desk.do(
        MoveBudget(
            BudgetMovement(
                plan.fund, YEAR, Kind.REVENUE, one, two, Money(10_000), date(2018, 10, 1), "costs moved"
            )
        )
    )
    headings = ("Trans No", "Posting Date", "Net Amount")
    meanings = (Meaning.TRANSACTION, Meaning.DATE, Meaning.AMOUNT)
    desk.do(RememberLayout(Layout("Another council's ledger", headings, meanings, "Unit4")))
    _take_in(desk, _cut(folder, "download 1.csv", 80), apply_rules=False)
    desk.do(ApplyRules())
    batch = _take_in(desk, _cut(folder, "download 2.csv", 110, amended=True), apply_rules=True)
    with database.open_work(reading=True) as work:
        changed = [change.line for change in work.ledger.changes(batch)]
    desk.do(ReviewChanges(batch, (changed[0],)))
    desk.do(ChargeLines((LineId(20),), parse_target("split LF-01 60%, LF-02 40%"), "as the invoice says"))
    desk.do(ClearCharges((LineId(21), LineId(22))))
    desk.do(
        AddAccrual(
            Accrual(one, plan.fund, Kind.REVENUE, YEAR, 4, Money(500), "Youth Trust", "work done"),
            ("invoice 12",),
        )
    )
    desk.do(SetForecast(two, plan.fund, Kind.REVENUE, YEAR, 5, Money(80_000)))
    _agree(desk, plan.fund)
    _plan(desk, one, two)
    _bid(desk, database)
    _budget(desk, plan.fund, one, two)
    _claim(desk, database, plan.fund)
    saved = desk.do(SaveReturn(plan.fund, YEAR, 1, folder / "return Q1.xlsx")).result
    put_as_sent(desk, saved.id)
    _year_end(desk, database, plan.fund, one, two)
    _results(desk, database, folder, plan.fund, one)
    _returns(database, desk, plan.fund, folder)


def _agree(desk: Desk, fund: FundId) -> None:
    """Bodies, an agreement for two years with its conditions, its calendar and what was allocated since."""
    funder = PartyId(1)
    desk.do(
        AddContact(
            Contact("Grant officer on duty", ContactRole.GRANT_OFFICER, funder, email="grants@example.org")
        )
    )
    terms = Terms(retention_percent=Decimal(5), own_limit=Money(100_000), board_limit=Money(500_000))
    agreement = Agreement(
        fund, "Locality Fund agreement", YEAR, YEAR.next, "PCC/LF/18", date(2018, 3, 20), terms
    )
    splits = [
        Years(kind, Money(pence), share_evenly(Money(pence), agreement.years))
        for kind, pence in ((Kind.REVENUE, 13_100_001), (Kind.CAPITAL, 2_000_000))
    ]
    desk.do(AddAgreement(agreement, tuple(splits)))
    desk.do(AddEntries(schedule_from_terms(terms, fund, YEAR)))
    limit = GrantCondition(
        fund,
        "4.2",
        "No more than £15,000 unallocated",
        ConditionKind.TOLERANCE,
        gauge=Gauge.UNALLOCATED,
        limit=Money(1_500_000),
    )
    desk.do(AddCondition(limit, ("agreement, page 4",)))
    mayor = Party("Mayor of Leicestershire", PartyKind.COMMISSIONER, form=PartyForm.MAYOR)
    desk.do(SucceedParty(funder, mayor, date(2028, 5, 7), "Transfer Order 2028"))


def _plan(desk: Desk, one: ProjectId, two: ProjectId) -> None:
    """Themes, priorities and places with shares of a project; match, and a post that several pay for."""
    theme = desk.do(AddTheme(Theme("2", "Safer streets", "Plan 2017-20", YEAR.previous, YEAR.next))).result
    first = desk.do(AddPriority(Priority("2a", "Students' safety", theme, owner_group="Task group"))).result
    second = desk.do(AddPriority(Priority("2b", "Burglary", theme))).result
    given = (
        ShareGiven(int(first), percent=Decimal("66.67")),
        ShareGiven(int(second), percent=Decimal("33.33")),
    )
    desk.do(SetShares(one, YEAR, Split.PRIORITY, given))
    town = desk.do(AddArea(Area("Loughborough", AreaKind.DISTRICT))).result
    beat = Area("Loughborough East", AreaKind.BEAT, parent=town, aliases=("N65", "NL65", "Beat 65"))
    place = desk.do(AddArea(beat)).result
    desk.do(SetShares(one, YEAR, Split.AREA, (ShareGiven(int(place), percent=Decimal(100)),)))
    desk.do(AddMatch(MatchFunding(one, YEAR, "Police", Money(200_000), is_secured=True, spent=Money(50_000))))
    desk.do(AddMatch(MatchFunding(one, YEAR, "Volunteers' hours", Money(30_000), is_in_kind=True)))
    payers = (Payer(Decimal(60), fund=FundId(1)), Payer(Decimal("39.5"), source="Borough council"))
    desk.do(KeepPost(Post(two, YEAR, "Project officer", Decimal("0.6"), 9, Money(1_800_000)), payers))


def _bid(desk: Desk, database: Database) -> None:
    """A grant that was hoped for first, and a bid for it from its draft to its start."""
    known = AddGrant(
        "Knife Crime Fund",
        COMMISSIONER,
        YEAR,
        ((Kind.REVENUE, Money(1_500_000)),),
        "letter 1",
        date(2018, 2, 1),
        AllocationStatus.INDICATIVE,
        divides_labour=False,
    )
    fund = desk.do(known).result
    sure = ((Kind.REVENUE, Money(1_000_000)), (Kind.CAPITAL, Money(400_000)))
    desk.do(ConfirmAllocation(fund, YEAR, sure, date(2018, 3, 10), "letter 2"))
    desk.do(
        RecordConsent(
            Consent(fund, YEAR, Kind.REVENUE, Money(5_000), "letter 3", date(2018, 3, 11)), ("letter 3",)
        )
    )
    project = Project("KC-01", "Mentoring", lead="Youth lead", starts_on=date(2018, 5, 1))
    bid = desk.do(
        CreateBid(project, fund, YEAR, Kind.REVENUE, Money(900_000), "B/7", evidence=("form 7",))
    ).result
    costs = (
        BidCost(bid, CostCategory.STAFF, "mentor", 1, Money(600_000)),
        BidCost(bid, CostCategory.TRAVEL, "bus passes", 2, Money(300_000)),
    )
    desk.do(SetBidCosts(bid, costs))
    desk.do(SetBidTexts(bid, (BidText(bid, Section.NEED, "Knife injuries rose by a third in 2017."),)))
    desk.do(BoardDecides(bid, "Joint action group", date(2018, 3, 12), "minute 7", "one member, who left"))
    desk.do(SubmitBid(bid, date(2018, 3, 14)))
    desk.do(
        DecideBid(bid, BidState.PART_APPROVED, date(2018, 4, 3), "PCC/12", Money(750_000), reason="no travel")
    )
    before = (
        OfferCondition("3.1", "Safeguarding policy seen", ConditionKind.SAFEGUARDING, before_release=True),
    )
    desk.do(MakeOffer(bid, "Offer 12", date(2018, 4, 9), conditions=before))
    desk.do(AcceptOffer(bid, date(2018, 4, 20), "The section 151 officer", ("signed offer",)))
    with database.open_work(reading=True) as work:
        held = next(kept.id for kept in work.conditions.all() if kept.value.before_release)
    desk.do(
        MoveCondition(ConditionId(held), ConditionState.MET, date(2018, 4, 24), evidence=("policy of 2018",))
    )
    desk.do(StartBid(bid, date(2018, 5, 1)))


def _budget(desk: Desk, fund: FundId, one: ProjectId, two: ProjectId) -> None:
    """Virements by the board and not decided yet, a profile, a forecast that is kept, and why a project is off it."""
    legs = (Leg(Kind.REVENUE, one, two, Money(120_000)), Leg(Kind.REVENUE, None, two, Money(600)))
    desk.do(
        DraftVirement(
            fund,
            YEAR,
            legs,
            date(2018, 6, 20),
            "work moved",
            True,
            Authority.BOARD,
            "minute 12",
            ("minute 12",),
        )
    )
    desk.do(
        DraftVirement(
            fund, YEAR, (Leg(Kind.REVENUE, one, two, Money(5_000)),), date(2018, 6, 28), "more of it"
        )
    )
    desk.do(
        SetProfile(
            two, fund, Kind.REVENUE, YEAR, Shape.SEASONAL, weights=(1, 1, 2, 2, 3, 3, 2, 2, 1, 1, 1, 1)
        )
    )
    desk.do(KeepForecast(fund, YEAR, "quarter 1", 3))
    desk.do(GiveReason(one, fund, Kind.REVENUE, YEAR, 3, "the worker began in June"))


def _claim(desk: Desk, database: Database, fund: FundId) -> None:
    """A claim that is cut and retained, released in part and paid by an instalment of the ledger; money given back."""
    claim = desk.do(OpenClaim(fund, YEAR, to_period=3)).result
    desk.do(PrepareClaim(claim))
    desk.do(SubmitClaim(claim, date(2018, 7, 20), "two lines wait", evidence=("claim form",)))
    with database.open_work(reading=True) as work:
        cut = next(kept.id for kept in work.claim_lines.all() if kept.value.claimed > Money(2_000))
        income = next(entry.id for entry in work.ledger.held().values() if entry.line.amount < Money.ZERO)
    desk.do(ChargeLines((income,), parse_target("income"), "an instalment of the grant"))
    decision = Decision(cut, Money(2_000), "refreshments")
    desk.do(ApproveClaim(claim, date(2018, 8, 3), "PCC/31", (decision,), ("letter 31",)))
    desk.do(ReleaseRetention(claim, date(2018, 8, 10), Money(1_000), "letter 32"))
    desk.do(RequestPayment(claim, date(2018, 8, 10)))
    received = Payment(fund, YEAR, date(2018, 8, 20), Money(1_887_500), "remittance 5")
    desk.do(
        RecordPayment(received, ((claim, Money(500_000)),), ((income, Money(1_887_500)),), ("remittance 5",))
    )
    desk.do(
        RecordRepayment(
            Repayment(fund, YEAR, date(2019, 4, 2), Money(10_000), "invoice 9", "advance not used")
        )
    )


def _year_end(desk: Desk, database: Database, fund: FundId, one: ProjectId, two: ProjectId) -> None:
    """Money agreed to in part, the rest repaid; a reconciliation, a certificate, locks and people."""
    asked = desk.do(
        AskCarryForward(
            fund,
            YEAR,
            (
                PlannedCarry(one, Kind.REVENUE, Money(60_000), "the contract runs to June", "mentors"),
                PlannedCarry(two, Kind.REVENUE, Money(10_000), "two schools start in May"),
            ),
            date(2019, 1, 21),
            "letter 40",
            ("letter 40",),
        )
    ).result
    first, second = asked.ids
    decided = (DecidedCarry(first, Money(45_000)), DecidedCarry(second, Money(0)))
    desk.do(DecideCarryForward(decided, date(2019, 3, 1), "PCC/77", ("letter 77",), settle_refused=False))
    desk.do(PlanCarryForward(fund, YEAR, (PlannedCarry(two, Kind.REVENUE, Money(2_500)),), anticipated=True))
    owed = SettledPart(one, Kind.REVENUE, Money(15_000), False, first)
    settled = desk.do(SettleUnderspend(fund, YEAR, (owed,), "refused", date(2019, 3, 4))).result
    desk.do(InvoiceSettlements(settled, "INV 3", date(2019, 4, 9)))
    desk.do(RepaySettlements(settled, date(2019, 4, 30), "INV 3"))
    for login, role in (("S. Officer", MemberRole.FINANCE_LEAD), ("A. Treasurer", MemberRole.SECTION_151)):
        desk.do(AddMember(Member(login, login, role)))
    with database.open_work(reading=True) as work:
        waiting = tuple(line for line, _ in work.ledger.waiting())
    desk.do(ChargeLines(waiting, parse_target("excluded: not of this grant"), ""))
    kept = desk.do(StartReconciliation(YEAR, 3, date(2018, 7, 31))).result
    with database.open_work(reading=True) as work:
        held = work.reconciliations.get(kept).value.held
    desk.do(StateLedgerTotal(kept, held + Money(675)))
    desk.do(ExplainDifference(kept, "posted after the download was made", Money(675)))
    desk.do(PrepareReconciliation(kept))
    desk.do(PrepareCertificate(Certified.YEAR_END, fund, YEAR, 13))
    desk.do(LockPeriods(YEAR, 2, "quarter 1 is agreed"))
    desk.do(LockPeriods(YEAR, 3, "the month is closed", LockedFor.ALL_BUT_FINANCE_LEAD))


def _results(desk: Desk, database: Database, folder: Path, fund: FundId, project: ProjectId) -> None:
    """A results chain with figures and papers, a performance table, a safe one, and what the money bought."""
    area = desk.do(AddArea(Area("Shepshed", AreaKind.BEAT, "N64", aliases=("Beat 64",)))).result
    outcome = desk.do(AddOutcome(Outcome("Fewer burglaries", project, code="O1"), ("plan 2018",))).result
    desk.do(
        WriteStatement(outcome, YEAR, 1, "homes feel safer", "survey", "few answers", "packs", "evenings")
    )
    packs = desk.do(
        AddIndicator(
            Indicator("Packs given out", project, "packs", GoodDirection.UP, target="360", outcome=outcome)
        )
    ).result
    safe = desk.do(
        AddIndicator(
            Indicator(
                "Feel safe",
                project,
                "%",
                GoodDirection.UP,
                Measure.STOCK,
                "61%",
                "rise",
                "survey",
                "CSM",
                outcome,
                ResultLevel.OUTCOME,
                Counted.SHARE,
                AreaId(area),
                is_sensitive=True,
                due=Due.YEAR,
                summed_over=AreaKind.BEAT,
            )
        )
    ).result
    desk.do(SetIndicatorYear(packs, YEAR, "", "400", "asked for more"))
    desk.do(SetResultsRules(ResultsRules(fund, (Decimal(100), Decimal(85)), Decimal(3), 5, 10)))
    desk.do(
        AddMilestone(
            Milestone(project, "Packs bought", date(2018, 6, 30), outcome, done_on=date(2018, 6, 12))
        )
    )
    cells = (
        FigureCell.of_quarter(packs, YEAR, 1, "120", source="delivery notes", evidence=("delivery note 7",)),
        FigureCell.of_quarter(packs, YEAR, 2, "95 [p]", status=FigureStatus.PROVISIONAL),
        FigureCell.of_quarter(safe, YEAR, 1, "176 of 288", note="by day", as_at=date(2018, 7, 20)),
    )
    figures = desk.do(RecordFigures(cells)).result.figures
    survey = folder / "survey.csv"
    survey.write_text("answer,people\nsafe by day,176\nnot safe,112\n", encoding="utf-8")
    about = About(
        "Client survey",
        EvidenceType.SURVEY,
        date(2018, 7, 1),
        PersonalData.NONE,
        Agreed.HELD,
        "asked on the form",
        Marking.OFFICIAL,
        retain_until=date(2029, 3, 31),
        sample=288,
    )
    desk.do(
        AddPapers(
            (NewPaper(survey, about),), (Supported("figure", figures[2]), Supported("outcome", outcome))
        )
    )
    table = folder / "crime.csv"
    table.write_text(
        "Crime type,2017/18,2018/19,% change\nRobbery,90,75,-16.7%\nArson,3,12,+300%\nBurglary,823,954,+51.9%\n",
        encoding="utf-8",
    )
    read = desk.ask(ReadPerformanceFile(table))
    kept = desk.do(ImportPerformanceTable(read, TableChoices("Crime of the borough", _YEARS))).result
    with database.open_work(reading=True) as work:
        (finding,) = work.performance_findings.all()
    desk.do(AcceptFinding(finding.id, "a printer's error, told to the force"))
    desk.do(PublishSafeTable(table, folder / "safe.csv", "Board", "for the board", table=kept.table))
    value = ReferenceValue("Burglary of a home", Money(593_000), "2015/16", "a press report", "an average")
    desk.do(KeepReferenceValue(value))
    desk.do(
        WriteSentence(project, YEAR, "{spent} → {output}, target {output target} → {outcome}", packs, safe)
    )


def _returns(database: Database, desk: Desk, fund: FundId, folder: Path) -> None:
    """A return in the commissioner's own workbook with its proof, what it says in words, and what went to a partner."""
    project, at = ProjectId(1), datetime(2018, 10, 10, 9, 0, tzinfo=UTC)
    desk.do(WriteText(fund, YEAR, 1, NarrativeSection.PROGRESS, "Patrols began in May."))
    desk.do(
        JudgeProject(
            project, YEAR, 1, ProjectStatus.IN_PROGRESS, Rag.GREEN, Rag.AMBER, "one post is not filled"
        )
    )
    desk.do(
        AddRisk(
            Risk(
                fund,
                "Staff leave",
                "the post is for a year only",
                3,
                4,
                "a second person is trained",
                2,
                3,
                "people",
            )
        )
    )
    desk.do(
        AddAsset(
            Asset(
                project,
                fund,
                "A camera",
                Money(120_000),
                Money(100_000),
                date(2018, 6, 1),
                "CSM",
                "the store",
            )
        )
    )
    desk.do(AddStatement(PartnerStatement(project, fund, YEAR, "A Trust", Money(50_000), date(2018, 10, 1))))
    template = desk.do(AddTemplate(_SAMPLE / "OPCC_monitoring_template.xlsx", "Monitoring return")).result.id
    filled = desk.do(SaveReturn(fund, YEAR, 2, folder / "return Q2.xlsx", template=template)).result
    desk.do(
        AcceptException(
            fund, YEAR, 2, "cell.blank|Cover|C10", "Cover!C10 is blank.", "the commissioner knows the address"
        )
    )
    with database.open_work() as work:
        book = work.partner_books.add(
            PartnerBook(
                BookKind.PARTNER,
                fund,
                YEAR,
                2,
                "mark-1",
                "LF-01 Q2.xlsx",
                "ab" * 32,
                (BookCell("Forecast", "C7", "forecast/LF-01/revenue/11", "12.00"),),
                BookState.BACK,
                "S. Officer",
                at,
                project,
                filled.id,
                "the lead",
                date(2018, 10, 20),
            )
        )
        work.cell_proposals.add(
            CellProposal(PartnerBookId(book), "Forecast", "C7", "forecast/LF-01/revenue/11", "12.00", "15.00")
        )
        work.commit(JournalRecord("MakePartnerBook", "send a workbook to a project's lead"))


def totals(database: Database) -> dict[str, Any]:
    """What every later program must find in the file, in whole pence."""
    with database.open_work(reading=True) as work:
        refs = {kept.id: kept.value.ref for kept in work.projects.all()}
        counts = work.ledger.counts(LineFilter())
        charged: dict[str, int] = {}
        for entry in work.ledger.charge_sums(YEAR):
            charged[refs[entry.project]] = charged.get(refs[entry.project], 0) + entry.amount.pence
        later = {kind: len(getattr(work, kind).all()) for kind in _LATER_KINDS.split()}
        later |= {kind: len(getattr(work, kind).all()) for kind in _LATEST_KINDS.split()}
        later |= {kind: len(getattr(work, kind).all()) for kind in _NEWEST_KINDS.split()}
        later |= {kind: len(getattr(work, kind).all()) for kind in _RETURN_KINDS.split()}
        supported = (
            "bid",
            "condition",
            "movement",
            "consent",
            "claim",
            "payment",
            "adjustment",
            "carry_forward",
            "outcome",
            "figure",
        )
        later |= {
            f"papers of {field}": sum(getattr(kept.value, field) is not None for kept in work.supports.all())
            for field in supported
        }
        # A file of an earlier version has none of these, and its upgrade makes none.
        amounts = {
            "agreed": [kept.value.amount for kept in work.agreement_sums.all() if kept.value.year],
            "costed": [kept.value.amount for kept in work.bid_costs.all()],
            "moved": [kept.value.amount for kept in work.movements.all() if kept.value.number > 1],
            "profiled": [month for kept in work.profiles.all() for month in kept.value.months],
            "matched": [kept.value.planned for kept in work.match_funding.all()],
            "posts": [kept.value.cost for kept in work.posts.all()],
            "claimed": [kept.value.claimed for kept in work.claim_lines.all()],
            "disallowed": [kept.value.disallowed for kept in work.claim_lines.all()],
            "retained": [kept.value.retained for kept in work.claim_lines.all()],
            "received": [kept.value.amount for kept in work.payments.all()],
            "repaid": [kept.value.amount for kept in work.repayments.all()],
            "carried": [kept.value.carried for kept in work.carry_forwards.all()],
            "settled": [kept.value.amount for kept in work.settlements.all()],
            "certified": [pence for kept in work.certificates.all() for _, pence in kept.value.figures],
            "reconciled": [kept.value.held for kept in work.reconciliations.all()],
            "valued": [kept.value.amount for kept in work.reference_values.all()],
            "bought": [kept.value.cost for kept in work.assets.all()],
            "passed on": [kept.value.passed_on for kept in work.partner_statements.all()],
            "proved": [Money(each.pence) for kept in work.return_proofs.all() for each in kept.value.basis],
        }
        records = {kind: len(getattr(work, kind).all()) for kind in _FIRST_KINDS.split()}
        records |= {kind: number for kind, number in later.items() if number}
        return {
            "records": records,
            "awards": sum(kept.value.amount.pence for kept in work.awards.all()),
            "lines": counts.all,
            "waiting": counts.waiting,
            "split": counts.split,
            "changed": counts.changed,
            "ledger": counts.total.pence,
            "control": sum(entry.total.pence for entry in work.ledger.control_sums(YEAR)),
            "charged": charged,
            "imports": [kept.value.total.pence for kept in work.ledger.batches()],
            "entries": len(work.journal.lines()),
            "head": work.journal.head(),
            **_measured(work),
            **{name: Money.total(given).pence for name, given in amounts.items() if given},
        }


def _measured(work: UnitOfWork) -> dict[str, str]:
    """The sums of what was measured and counted, where there is something."""
    figures = [kept.value for kept in work.indicator_figures.all()]
    sums = {
        "measured": [each.value for each in figures if each.value is not None],
        "numerators": [each.numerator for each in figures if each.numerator is not None],
        "counted": [
            kept.value.count for kept in work.performance_figures.all() if kept.value.count is not None
        ],
    }
    return {name: str(sum(given, Decimal(0))) for name, given in sums.items() if given}


def make(folder: Path) -> Path:
    made = folder / f"v{SCHEMA_VERSION}.funding"
    create_file(made)
    database = open_file(made, _Clock(), "S. Officer")
    database._machine = "PC-1"
    fill(database, folder)
    made.with_suffix(".json").write_text(json.dumps(totals(database), indent=1) + "\n", encoding="utf-8")
    database.close()
    shutil.rmtree(f"{made}-files")
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("VACUUM")
    return made


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[1]))}\n")
