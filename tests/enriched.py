"""The filled sample with what a lived year has: a second grant, match, a post, a plan, places, conditions with limits,
a virement, a kept forecast, people, a new commissioner, and a claim that was paid in part."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.agreements import AddAgreement
from fundingapp.application.commands.areas import AddArea
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
    SubmitClaim,
)
from fundingapp.application.commands.conditions import AddCondition
from fundingapp.application.commands.grants import AddGrant, AddProject, RecordPlan
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.match_funding import AddMatch, KeepPost, Payer
from fundingapp.application.commands.members import AddMember
from fundingapp.application.commands.parties import AddContact, SucceedParty
from fundingapp.application.commands.plan import AddPriority, AddTheme, SetShares
from fundingapp.application.commands.reconciliations import (
    ExplainDifference,
    PrepareReconciliation,
    StartReconciliation,
    StateLedgerTotal,
)
from fundingapp.application.commands.signing import AssertBalance
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.desk import Desk
from fundingapp.application.queries.claims import ClaimsOf
from fundingapp.application.queries.parties import Bodies
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.reconciliations import ReconciliationStatement
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.agreements import Agreement, Split as AgreedSplit, Terms
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.claims import Payment
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.grant_conditions import ConditionKind, Gauge, GrantCondition
from fundingapp.domain.ids import FundId, PartyId, ProjectId
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.match_funding import MatchFunding, Post
from fundingapp.domain.members import Member, MemberRole
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole, Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.priorities import Priority, ShareGiven, Split, Theme
from fundingapp.domain.profiles import Shape
from fundingapp.domain.virements import Leg
from tests.bought import buy, uprate

YEAR = FinancialYear.parse("2018/19")


def _pounds(amount: int) -> Money:
    return Money(amount * 100)


def enrich(desk: Desk) -> FundId:
    """Fills the sample on; returns the sample's own fund."""
    fund = desk.ask(WorkspaceOf()).grants[0].fund_id
    heads = {each.ref: each for each in desk.ask(PositionOf(fund, YEAR)).position.projects}
    first, second, third = (heads[ref].project_id for ref in ("LF-01", "LF-02", "LF-03"))
    _agree(desk, fund)
    other = desk.do(
        AddGrant(
            "Youth Intervention Fund",
            "Home Office",
            YEAR,
            ((Kind.REVENUE, _pounds(30_000)), (Kind.CAPITAL, _pounds(2_000))),
            "HO/18/7",
        )
    ).result
    desk.do(
        AddProject(Project("YI-01", "Youth intervention workers"), other, YEAR, Kind.REVENUE, _pounds(25_000))
    )
    _people(desk)
    _plan(desk, first, second, third)
    _match(desk, fund, other, first, third)
    desk.do(SetProfile(first, fund, heads["LF-01"].kind, YEAR, Shape.SEASONAL, weights=(1,) * 6 + (2,) * 6))
    leg = Leg(heads["LF-03"].kind, third, heads["LF-12"].project_id, _pounds(100))
    desk.do(DraftVirement(fund, YEAR, (leg,), date(2019, 1, 28), "more burglary packs", True))
    desk.do(KeepForecast(fund, YEAR, "P10 forecast"))
    desk.do(GiveReason(second, fund, heads["LF-02"].kind, YEAR, 10, "A post was empty until November."))
    _conditions(desk, fund, first)
    _claim(desk, fund)
    _reconcile(desk)
    _years_before(desk, fund, heads["LF-01"], heads["LF-02"])
    _year_end(desk, fund, heads)
    _sign(desk, fund, first)
    buy(desk)
    uprate(desk)
    return fund


def _agree(desk: Desk, fund: FundId) -> None:
    terms = Terms(retention_percent=Decimal(5), own_limit=_pounds(500), board_limit=_pounds(5_000))
    following = YEAR.next
    desk.do(
        AddAgreement(
            Agreement(
                fund, "Locality Fund agreement", YEAR, following, "PCC/LF/18", date(2018, 4, 12), terms
            ),
            (
                AgreedSplit(
                    Kind.REVENUE,
                    _pounds(151_000),
                    ((YEAR, _pounds(75_500)), (following, _pounds(75_500))),
                ),
            ),
        )
    )


def _sign(desk: Desk, fund: FundId, project: ProjectId) -> None:
    """Two periods locked, the first quarter prepared for its signature, and a balance that a recharge has broken."""
    desk.do(AddMember(Member("p.lead", "P. Lead", MemberRole.FINANCE_LEAD)))
    desk.do(AddMember(Member("t.officer", "T. Officer", MemberRole.SECTION_151, date(2018, 4, 1))))
    desk.do(LockPeriods(YEAR, 2, "May is agreed with the budget holders"))
    desk.do(LockPeriods(YEAR, 6, "September is closing", LockedFor.ALL_BUT_FINANCE_LEAD))
    desk.do(AssertBalance(fund, YEAR, 9, "agreed with the budget holders on 8 January"))
    late = Adjustment(
        AdjustmentType.RECHARGE, project, fund, Kind.REVENUE, YEAR, 9, _pounds(12), "room hire in December"
    )
    desk.do(AddAdjustment(late, ("recharge note 31",)))


def _reconcile(desk: Desk) -> None:
    """The ledger reconciled up to period 2 and prepared; up to period 6 begun, with a difference in part explained."""
    done = desk.do(StartReconciliation(YEAR, 2, date(2018, 6, 8))).result
    held = desk.ask(ReconciliationStatement(done)).reconciliation.held
    desk.do(StateLedgerTotal(done, held + _pounds(125), ("trial balance of 7 June 2018",)))
    desk.do(ExplainDifference(done, "posted to May after the download of 4 June", _pounds(125)))
    desk.do(PrepareReconciliation(done))
    begun = desk.do(StartReconciliation(YEAR, 6, date(2018, 10, 9))).result
    held = desk.ask(ReconciliationStatement(begun)).reconciliation.held
    desk.do(StateLedgerTotal(begun, held - _pounds(310), ("trial balance of 8 October 2018",)))
    desk.do(ExplainDifference(begun, "journal of the depot, reversed in October", -_pounds(250)))


def _people(desk: Desk) -> None:
    parties = {each.kept.value.name: PartyId(each.kept.id) for each in desk.ask(Bodies())}
    commissioner = next(id for name, id in parties.items() if "Commissioner" in name)
    desk.do(
        AddContact(
            Contact("A. Treasurer", ContactRole.SECTION_151, email="s151@example.org", phone="01509 000000")
        )
    )
    desk.do(
        AddContact(Contact("A. Grants", ContactRole.GRANT_OFFICER, commissioner, email="grants@example.org"))
    )
    desk.do(
        SucceedParty(
            commissioner,
            Party("Leicestershire Combined Mayor", PartyKind.COMMISSIONER),
            date(2018, 11, 15),
            "SI 2018/1",
        )
    )


def _plan(desk: Desk, first: ProjectId, second: ProjectId, third: ProjectId) -> None:
    district = desk.do(AddArea(Area("Charnwood", AreaKind.DISTRICT, "E07000130"))).result
    desk.do(AddArea(Area("Melton", AreaKind.DISTRICT, "E07000133")))
    desk.do(AddArea(Area("Loughborough East", AreaKind.BEAT, "N65", district, ("NL65", "Beat 65"))))
    theme = desk.do(AddTheme(Theme("T1", "Protecting people from violence"))).result
    violence = desk.do(AddPriority(Priority("1.1", "Serious violence among young people", theme))).result
    asb = desk.do(AddPriority(Priority("1.2", "Anti-social behaviour in town centres", theme))).result
    thirds = (ShareGiven(violence, Decimal("33.33")), ShareGiven(asb, Decimal("66.67")))
    desk.do(SetShares(first, YEAR, Split.PRIORITY, thirds))
    for project in (first, second, third):
        desk.do(SetShares(project, YEAR, Split.AREA, (ShareGiven(district, Decimal(100)),)))


def _match(desk: Desk, fund: FundId, other: FundId, first: ProjectId, third: ProjectId) -> None:
    desk.do(
        AddMatch(
            MatchFunding(
                first,
                YEAR,
                "Loughborough University",
                _pounds(4_000),
                received=_pounds(4_000),
                spent=_pounds(2_500),
            )
        )
    )
    desk.do(
        AddMatch(
            MatchFunding(
                third, YEAR, "Churches Together", _pounds(1_800), is_in_kind=True, spent=_pounds(1_200)
            )
        )
    )
    payers = (
        Payer(Decimal(60), fund),
        Payer(Decimal("33.33"), other),
        Payer(Decimal("6.67"), source="Police"),
    )
    desk.do(
        KeepPost(Post(first, YEAR, "Student liaison officer", Decimal("0.5"), 12, _pounds(16_000)), payers)
    )


def _conditions(desk: Desk, fund: FundId, project: ProjectId) -> None:
    tolerance = ConditionKind.TOLERANCE
    for condition in (
        GrantCondition(
            fund,
            "7.2",
            "No more than £15,000 may be unallocated at any time.",
            tolerance,
            YEAR,
            gauge=Gauge.UNALLOCATED,
            limit=_pounds(15_000),
        ),
        GrantCondition(
            fund,
            "7.4",
            "At least half of the cost is met by match.",
            tolerance,
            YEAR,
            gauge=Gauge.MATCH_PERCENT,
            at_most=False,
            limit_percent=Decimal(50),
        ),
        GrantCondition(
            fund,
            "4.1",
            "Six-monthly report of outcomes",
            ConditionKind.REPORTING,
            YEAR,
            due=date(2018, 10, 31),
        ),
        GrantCondition(
            fund,
            "9",
            "Safeguarding policy seen",
            ConditionKind.SAFEGUARDING,
            YEAR,
            project,
            owner="A. Grants",
            due=date(2018, 6, 30),
        ),
    ):
        desk.do(AddCondition(condition))


#: What the table of awards of a year before said; the grant's first years had two projects.
_TABLE = "Ref,Bid,Funding received,Funding allocated\n,Grant,{},\nLF-01,{},,{}\nLF-02,{},,{}\n"


def _years_before(desk: Desk, fund: FundId, outreach: ProjectPosition, schools: ProjectPosition) -> None:
    """Two years before the sample's: one that was spent to the penny, one with £15,000.00 left. Of one request
    the commissioner agreed to a part, the other waits; some was never asked for."""
    two, one = YEAR.previous.previous, YEAR.previous
    first, second = outreach.project_id, schools.project_id
    commissioner = "Leicestershire Police and Crime Commissioner"
    with tempfile.TemporaryDirectory() as folder:
        for year, received, one_award, other_award in (
            (two, 62_000, 40_000, 22_000),
            (one, 65_000, 41_000, 24_000),
        ):
            table = Path(folder) / "awards.csv"
            named = (f'"{outreach.project.name}"', one_award, f'"{schools.project.name}"', other_award)
            table.write_text(_TABLE.format(received, *named), encoding="utf-8")
            desk.do(RecordPlan(desk.ask(ReadPlan(table)), "Locality Fund", commissioner, year, table.name))
    for year, project, amount in (
        (two, first, 40_000),
        (two, second, 22_000),
        (one, first, 31_500),
        (one, second, 18_500),
    ):
        spent = Adjustment(
            AdjustmentType.CORRECTION,
            project,
            fund,
            Kind.REVENUE,
            year,
            12,
            _pounds(amount),
            "spend of a year before the ledger that is in this file",
        )
        desk.do(AddAdjustment(spent, (f"ledger of {year}",)))
    revenue = Kind.REVENUE
    asked = desk.do(
        AskCarryForward(
            fund,
            one,
            (
                PlannedCarry(
                    first,
                    revenue,
                    _pounds(8_500),
                    "contract runs to June",
                    "the same work until June",
                    date(2018, 6, 30),
                ),
                PlannedCarry(second, revenue, _pounds(4_000), "two schools start in May"),
            ),
            date(2018, 1, 20),
            "mail of 20 January",
        )
    ).result
    decided = (DecidedCarry(asked.ids[0], _pounds(6_000)),)
    desk.do(DecideCarryForward(decided, date(2018, 7, 3), "PCC/18/44", ("letter of 3 July 2018",)))


def _year_end(desk: Desk, fund: FundId, heads: Mapping[str, ProjectPosition]) -> None:
    """What the sample's own year will leave, as it is seen in January."""
    planned = [
        PlannedCarry(heads[ref].project_id, heads[ref].kind, _pounds(amount), reason)
        for ref, amount, reason in (
            ("LF-03", 700, "the last session is in May"),
            ("LF-05", 400, "packs come in April"),
        )
    ]
    desk.do(PlanCarryForward(fund, YEAR, tuple(planned[:1])))
    desk.do(PlanCarryForward(fund, YEAR, tuple(planned[1:]), anticipated=True))


def _claim(desk: Desk, fund: FundId) -> None:
    claim = desk.do(OpenClaim(fund, YEAR, to_period=6)).result
    desk.do(PrepareClaim(claim))
    sent = date(2018, 10, 20)
    desk.do(SubmitClaim(claim, sent, "the rest waits"))
    row = desk.ask(ClaimsOf(fund, YEAR)).claims[0]
    cut = Decision(row.lines[0].id, _pounds(50), "no invoice", True)
    desk.do(ApproveClaim(claim, date(2018, 11, 20), "PCC/18/55", (cut,)))
    income = desk.ask(ClaimsOf(fund, YEAR)).income
    amount = _pounds(20_000)
    lines = ((income[0].line.id, min(amount, -income[0].line.amount)),) if income else ()
    desk.do(
        RecordPayment(Payment(fund, YEAR, date(2018, 12, 3), amount, "BACS 4410"), ((claim, amount),), lines)
    )
