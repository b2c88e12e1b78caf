"""Grant years as they are lived, in any order: bids that are decided in full or in part, virements, claims that are
queried and cut, money that comes in part, two funds of other terms, match and shares; everything taken back and done
again, and every identity after every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from fundingapp.application.commands.areas import AddAreas, ChangeArea, RemoveArea
from fundingapp.application.commands.awards import NOT_STARTED, ChangeAward, RecordRunning
from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    CloseBid,
    CompleteBid,
    CopyForward,
    CreateBid,
    DecideBid,
    HoldBid,
    MakeOffer,
    RecordConsent,
    StartBid,
    SubmitBid,
    TakeDecisionBack,
    TerminateBid,
    WithdrawBid,
)
from fundingapp.application.commands.budgets import SetProfile
from fundingapp.application.commands.claims import (
    AnswerQuery,
    ApproveClaim,
    Decision,
    MarkNotUsed,
    OpenClaim,
    PrepareClaim,
    QueryClaim,
    RecordPayment,
    RecordRepayment,
    ReleaseRetention,
    RequestPayment,
    SubmitClaim,
)
from fundingapp.application.commands.conditions import AddCondition, MoveCondition, RemoveCondition
from fundingapp.application.commands.deadlines import AddEntries, RemoveEntry, TickOff
from fundingapp.application.commands.match_funding import AddMatch, KeepPost, Payer
from fundingapp.application.commands.parties import ChangeParty, RemoveParty, SucceedParty
from fundingapp.application.commands.plan import AddPriority, AddTheme, CopyShares, EndTheme, SetShares
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.commands.virements import DraftVirement, MoveVirement, TopUpContingency
from fundingapp.application.queries.identities import identities_of
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.agreements import Agreement, Consent, Terms
from fundingapp.domain.allocations import Allocation, Authority, ChangeState
from fundingapp.domain.bids import BidState
from fundingapp.domain.claims import Claim, Payment, Repayment
from fundingapp.domain.funds import Fund, Kind, PaymentBasis, Project
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge, GrantCondition
from fundingapp.domain.ids import (
    AreaId,
    AwardId,
    BidId,
    ClaimId,
    ConditionId,
    FundId,
    PartyId,
    ProjectId,
    ThemeId,
)
from fundingapp.domain.match_funding import MatchFunding, Post
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.places import pasted_places
from fundingapp.domain.priorities import Priority, ShareGiven, Split, Theme
from fundingapp.domain.profiles import Shape
from fundingapp.domain.schedules import schedule_from_terms
from fundingapp.domain.virements import Leg
from tests.builders_core import NEXT_YEAR, YEAR
from tests.machines import (
    YEARS,
    DeskMachine,
    NewStore,
    above_nought,
    amounts,
    periods,
    years,
)

#: Every paper of these years is of one day, so that no order of days stands in the way.
DAY = date(2018, 6, 1)
kinds = st.sampled_from(Kind)
_NAMES = st.sampled_from(("", "Beat 65", "N65", "Loughborough East", "Charnwood", "Syston"))


class YearMachine(DeskMachine):
    """Adds to the ledger's work that of a grant's year."""

    @initialize(whole=st.integers(1, 50), basis=st.sampled_from(PaymentBasis), retention=st.integers(0, 20))
    def agree(self, whole: int, basis: PaymentBasis, retention: int) -> None:
        """A second fund of other terms, which divides its revenue, over both years."""
        fund = FundId(50)
        terms = Terms(
            payment_basis=basis,
            retention_percent=Decimal(retention),
            own_limit=Money(50_00),
            board_limit=Money(100_00),
        )
        amount = Money(whole * 100_00)
        made = [
            Record("funds", fund, Fund("Serious Violence Fund", PartyId(1), divides_labour=True)),
            Record("agreements", 50, Agreement(fund, "Agreement", YEAR, NEXT_YEAR, terms=terms)),
        ]
        made += [
            Record("allocations", 50 + at, Allocation(fund, year, kind, amount))
            for at, (year, kind) in enumerate((year, kind) for year in YEARS for kind in made[0].value.kinds)
        ]
        self.do(AddRecords(tuple(made), "agree with the second funder"))

    # bids

    @rule(
        data=st.data(),
        year=years,
        kind=kinds,
        amount=above_nought,
        outside=st.booleans(),
        ref=st.sampled_from(("P-01", "P-05", "P-06")),
        stop=st.integers(0, 6),
        part=st.integers(1, 100),
    )
    def bid(
        self,
        data: st.DataObject,
        year: Any,
        kind: Kind,
        amount: Money,
        outside: bool,
        ref: str,
        stop: int,
        part: int,
    ) -> None:
        """A bid goes as far as *stop*; decided in part where *part* is less than the whole."""
        fund = self._fund(data)
        if fund is None:
            return
        with self.work() as work:
            known = {kept.value.ref: ProjectId(kept.id) for kept in work.projects.all()}
            before = {kept.id for kept in work.bids.all()}
        project = known.get(ref, Project(ref, f"Project {ref}"))
        self.do(CreateBid(project, fund, year, kind, amount, outside_allocation=outside))
        with self.work() as work:
            made = sorted({kept.id for kept in work.bids.all()} - before)
        if not made:
            return
        bid = BidId(made[0])
        given = Money(max(1, amount.pence * part // 100))
        decision = BidState.APPROVED if given == amount else BidState.PART_APPROVED
        steps = (
            BoardDecides(bid, "Board", DAY, "minute 7", "none"),
            SubmitBid(bid, DAY),
            DecideBid(bid, decision, DAY, "letter 3", None if given == amount else given),
            MakeOffer(bid, "offer 1", DAY),
            AcceptOffer(bid, DAY, "The treasurer"),
            StartBid(bid, DAY),
        )
        for step in steps[:stop]:
            self.do(step)

    @rule(data=st.data(), what=st.integers(0, 9))
    def move_bid(self, data: st.DataObject, what: int) -> None:
        for id, _ in self._some("bids", data):
            bid = BidId(id)
            commands: tuple[Any, ...] = (
                SubmitBid(bid, DAY),
                DecideBid(bid, BidState.DEFERRED, DAY, "letter", until=DAY),
                DecideBid(bid, BidState.REJECTED, DAY, "letter"),
                TakeDecisionBack(bid, "a new letter"),
                WithdrawBid(bid, DAY, "no longer needed"),
                HoldBid(bid, DAY, "staff left"),
                TerminateBid(bid, DAY, "it failed"),
                CompleteBid(bid, DAY),
                CloseBid(bid, DAY, surrender=True),
                CopyForward((bid,), Decimal(5)),
            )
            self.do(commands[what])

    @rule(data=st.data(), some=st.integers(1, 4))
    def running_already(self, data: st.DataObject, some: int) -> None:
        with self.work() as work:
            bids = [BidId(kept.id) for kept in work.bids.all() if kept.value.state in NOT_STARTED]
        self.do(RecordRunning(tuple(bids[:some]), DAY, "letter 12", "The treasurer"))

    @rule(data=st.data(), amount=above_nought)
    def award_put_right(self, data: st.DataObject, amount: Money) -> None:
        for id, award in self._some("awards", data):
            self.do(ChangeAward(AwardId(id), award, amount, "mistyped"))

    @rule(data=st.data(), year=years, kind=kinds, amount=above_nought)
    def consent(self, data: st.DataObject, year: Any, kind: Kind, amount: Money) -> None:
        fund = self._fund(data)
        if fund is not None:
            self.do(RecordConsent(Consent(fund, year, kind, amount, "letter 9", DAY), ("letter 9",)))

    # budgets

    @rule(
        data=st.data(),
        year=years,
        sums=st.lists(above_nought, min_size=1, max_size=3),
        apply=st.booleans(),
        decided_by=st.sampled_from(Authority),
    )
    def virement(
        self, data: st.DataObject, year: Any, sums: list[Money], apply: bool, decided_by: Authority
    ) -> None:
        heads = self._heads()
        fund = self._fund(data)
        if fund is None:
            return
        of_fund = [(head.project, head.kind) for head in heads if head.fund == fund]
        legs = []
        for amount in sums:
            source = data.draw(st.sampled_from([None, *of_fund]))
            kind = source[1] if source else data.draw(kinds)
            targets = [None, *(project for project, of in of_fund if of is kind)]
            legs.append(Leg(kind, source[0] if source else None, data.draw(st.sampled_from(targets)), amount))
        papers = () if decided_by is Authority.OWN else ("minute 12",)
        self.do(
            DraftVirement(fund, year, tuple(legs), DAY, "costs moved", apply, decided_by, "minute 12", papers)
        )

    @rule(data=st.data(), to=st.sampled_from(ChangeState))
    def move_virement(self, data: st.DataObject, to: ChangeState) -> None:
        for _, movement in self._some("movements", data):
            self.do(
                MoveVirement(
                    movement.fund,
                    movement.year,
                    movement.number,
                    to,
                    DAY,
                    "as agreed",
                    reference="minute 13",
                    evidence=("minute 13",),
                )
            )

    @rule(data=st.data(), year=years, kind=kinds, amount=above_nought)
    def top_up(self, data: st.DataObject, year: Any, kind: Kind, amount: Money) -> None:
        fund = self._fund(data)
        if fund is not None:
            self.do(TopUpContingency(fund, year, kind, amount, "kept back"))

    @rule(data=st.data(), year=years, weights=st.lists(st.integers(0, 5), min_size=12, max_size=12))
    def profile(self, data: st.DataObject, year: Any, weights: list[int]) -> None:
        head = self._head(data)
        if head is not None:
            self.do(
                SetProfile(head.project, head.fund, head.kind, year, Shape.SEASONAL, weights=tuple(weights))
            )

    @rule(data=st.data(), year=years, amount=above_nought, spent=above_nought, in_kind=st.booleans())
    def match(self, data: st.DataObject, year: Any, amount: Money, spent: Money, in_kind: bool) -> None:
        for id, _ in self._some("projects", data):
            self.do(
                AddMatch(MatchFunding(ProjectId(id), year, "Police", amount, is_in_kind=in_kind, spent=spent))
            )

    @rule(data=st.data(), year=years, cost=above_nought, percents=st.lists(st.integers(1, 70), max_size=3))
    def post(self, data: st.DataObject, year: Any, cost: Money, percents: list[int]) -> None:
        for id, _ in self._some("projects", data):
            payers = tuple(Payer(Decimal(percent), source="Police") for percent in percents)
            self.do(KeepPost(Post(ProjectId(id), year, "Worker", Decimal("0.5"), 6, cost), payers))

    @rule(title=st.sampled_from(("Safer", "Stronger")), year=st.none() | years, cross=st.booleans())
    def plan(self, title: str, year: Any, cross: bool) -> None:
        """A theme with a priority under it; with a year, both end in it."""
        self.do(AddTheme(Theme("", title, to_year=year)))
        with self.work() as work:
            themes = [kept.id for kept in work.themes.all()]
        if themes:
            priority = Priority(
                "", f"Aim of {title}", ThemeId(themes[-1]), to_year=year, is_cross_cutting=cross
            )
            self.do(AddPriority(priority))

    @rule(
        data=st.data(),
        year=years,
        split=st.sampled_from((Split.THEME, Split.PRIORITY)),
        percents=st.lists(st.integers(1, 9_999), max_size=2),
        in_pounds=st.booleans(),
    )
    def share(
        self, data: st.DataObject, year: Any, split: Split, percents: list[int], in_pounds: bool
    ) -> None:
        """A project's budget is shared among the newest themes or priorities, or no longer."""
        parts = [Decimal(each).scaleb(-2) for each in percents]
        if parts:
            parts[-1] += 100 - sum(parts)
        with self.work() as work:
            rows = work.themes.all() if split is Split.THEME else work.priorities.all()
        targets = [kept.id for kept in rows][-len(parts) :] if parts else []
        for id, _ in self._some("projects", data):
            given = tuple(
                ShareGiven(target, pounds=Money(int(part * 100)))
                if in_pounds
                else ShareGiven(target, percent=part)
                for target, part in zip(targets, parts, strict=False)
            )
            self.do(SetShares(ProjectId(id), year, split, given))

    @rule(data=st.data(), year=years, copied=st.booleans())
    def end(self, data: st.DataObject, year: Any, copied: bool) -> None:
        """Last year's shares are copied, or a theme ends."""
        if copied:
            self.do(CopyShares(year))
            return
        for id, _ in self._some("themes", data):
            self.do(EndTheme(ThemeId(id), year))

    # claims

    @rule(
        data=st.data(),
        year=years,
        to_period=periods,
        stop=st.integers(0, 5),
        cut=st.integers(0, 100),
        final=st.booleans(),
    )
    def claim(self, data: st.DataObject, year: Any, to_period: int, stop: int, cut: int, final: bool) -> None:
        """A claim goes as far as *stop*; *cut* per cent of its first line is disallowed."""
        fund = self._fund(data)
        if fund is None:
            return
        with self.work() as work:
            before = {kept.id for kept in work.claims.all()}
        self.do(OpenClaim(fund, year, to_period=to_period, is_final=final))
        with self.work() as work:
            made = sorted({kept.id for kept in work.claims.all()} - before)
        if not made:
            return
        claim = ClaimId(made[0])
        self.do(PrepareClaim(claim))
        with self.work() as work:
            lines = [kept for kept in work.claim_lines.all() if kept.value.claim == claim]
        cuts = tuple(
            Decision(kept.id, Money(kept.value.claimed.pence * cut // 100), "not eligible", cut % 2 == 0)
            for kept in lines[:1]
        )
        steps = (
            SubmitClaim(claim, DAY, "the rest waits"),
            ApproveClaim(claim, DAY, "letter 4", cuts if cut else ()),
            RequestPayment(claim, DAY),
            ReleaseRetention(claim, DAY),
        )
        for step in steps[:stop]:
            self.do(step)

    @rule(data=st.data(), amount=amounts, what=st.integers(0, 6))
    def move_claim(self, data: st.DataObject, amount: Money, what: int) -> None:
        for id, _ in self._some("claims", data):
            claim = ClaimId(id)
            with self.work() as work:
                lines = [kept.id for kept in work.claim_lines.all() if kept.value.claim == claim]
            commands: tuple[Any, ...] = (
                PrepareClaim(claim),
                SubmitClaim(claim, DAY, "the rest waits"),
                QueryClaim(claim, DAY, "show the invoices", tuple((line, amount) for line in lines[:1])),
                AnswerQuery(claim, DAY, "here they are"),
                ApproveClaim(claim, DAY, "letter 5"),
                MarkNotUsed(claim, "superseded"),
                ReleaseRetention(claim, DAY, amount),
            )
            self.do(commands[what])

    @rule(data=st.data(), amount=above_nought, year=years, matched=st.integers(0, 100))
    def receive(self, data: st.DataObject, amount: Money, year: Any, matched: int) -> None:
        """Money comes: for a claim, in part, or in advance; with an income line of the ledger where there is one."""
        fund = self._fund(data)
        if fund is None:
            return
        with self.work() as work:
            claims = [
                ClaimId(kept.id)
                for kept in work.claims.all()
                if (kept.value.fund, kept.value.year) == (fund, year) and isinstance(kept.value, Claim)
            ]
            income = [
                entry.id
                for entry in work.ledger.held().values()
                if entry.line.amount < Money.ZERO and entry.line.year == year
            ]
        part = Money(amount.pence * matched // 100)
        named = ((data.draw(st.sampled_from(claims)), part),) if claims and part else ()
        lines = ((data.draw(st.sampled_from(sorted(income))), amount),) if income else ()
        self.do(RecordPayment(Payment(fund, year, DAY, amount, "remittance 1"), named, lines))

    @rule(data=st.data(), amount=above_nought, year=years)
    def repay(self, data: st.DataObject, amount: Money, year: Any) -> None:
        fund = self._fund(data)
        if fund is not None:
            self.do(RecordRepayment(Repayment(fund, year, DAY, amount, "invoice 1", "not spent")))

    # bodies and places

    @rule(data=st.data(), day=st.dates(date(2018, 3, 1), date(2020, 4, 30)), number=st.integers(1, 3))
    def succeed(self, data: st.DataObject, day: date, number: int) -> None:
        for id, _ in self._some("parties", data):
            body = Party(f"Body {number}", PartyKind.COMMISSIONER)
            self.do(SucceedParty(PartyId(id), body, day, "Order"))

    @rule(data=st.data(), remove=st.booleans(), day=st.none() | st.dates(date(2018, 3, 1), date(2020, 4, 30)))
    def change_body(self, data: st.DataObject, remove: bool, day: date | None) -> None:
        for id, body in self._some("parties", data):
            if remove:
                self.do(RemoveParty(PartyId(id)))
            else:
                self.do(ChangeParty(PartyId(id), body, replace(body, valid_from=day)))

    @rule(
        rows=st.lists(st.tuples(_NAMES, st.just("beat"), st.just(""), _NAMES, _NAMES), min_size=1, max_size=4)
    )
    def places(self, rows: list[tuple[str, ...]]) -> None:
        self.do(AddAreas(pasted_places(rows), "list.csv"))

    @rule(data=st.data(), name=_NAMES, remove=st.booleans())
    def change_place(self, data: st.DataObject, name: str, remove: bool) -> None:
        for id, area in self._some("areas", data):
            if remove:
                self.do(RemoveArea(AreaId(id)))
            else:
                self.do(ChangeArea(AreaId(id), area, replace(area, aliases=(*area.aliases, name))))

    # conditions and the calendar

    @rule(
        data=st.data(),
        year=st.none() | years,
        gauge=st.none() | st.sampled_from(Gauge),
        limit=above_nought,
        percent=st.integers(0, 100),
    )
    def condition(
        self, data: st.DataObject, year: Any, gauge: Gauge | None, limit: Money, percent: int
    ) -> None:
        fund = self._fund(data)
        if fund is None:
            return
        in_percent = gauge is not None and gauge.is_percent
        given = GrantCondition(
            fund,
            "4.2",
            "as the agreement says",
            ConditionKind.REPORTING if gauge is None else ConditionKind.TOLERANCE,
            year,
            due=DAY,
            gauge=gauge,
            limit=limit if gauge is not None and not in_percent else None,
            limit_percent=Decimal(percent) if in_percent else None,
        )
        self.do(AddCondition(given, ("letter 1",) if percent % 2 else ()))

    @rule(data=st.data(), to=st.sampled_from(ConditionState), remove=st.booleans())
    def move_condition(self, data: st.DataObject, to: ConditionState, remove: bool) -> None:
        for id, _ in self._some("conditions", data):
            moved = MoveCondition(ConditionId(id), to, DAY, "letter 2", "as agreed", ("letter 2",))
            self.do(RemoveCondition(ConditionId(id)) if remove else moved)

    @rule(data=st.data(), year=years, what=st.integers(0, 3))
    def calendar(self, data: st.DataObject, year: Any, what: int) -> None:
        fund = self._fund(data)
        if fund is not None and not what:
            self.do(AddEntries(schedule_from_terms(Terms(), fund, year)))
        for id, _ in self._some("schedule", data):
            commands: tuple[Any, ...] = (TickOff(id, None), TickOff(id, DAY), RemoveEntry(id))
            if what:
                self.do(commands[what - 1])

    def failing(self, work: Any, fund: FundId, year: Any) -> set[str]:
        """The identities that fail at the end of the year, and at the half-year."""
        return {
            identity.id
            for to_period in (6, 13)
            for identity in identities_of(work, position_of(work, fund, year, to_period))
            if not identity.holds
        }

    def left_open(self, work: Any, fund: FundId, year: Any) -> set[str]:
        """Money that was received may wait for its income lines."""
        return {"R22b"} if any(kept.value.fund == fund for kept in work.payments.all()) else set()


def year_machine(new_store: NewStore) -> type[RuleBasedStateMachine]:
    """The machine for stores that *new_store* opens, each empty and closed again when the example ends."""

    class Machine(YearMachine):
        def __init__(self) -> None:
            super().__init__(new_store)

    return Machine
