"""From the new entries of an exchange workbook to records of the file, each after what it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.exchange_contents import WITHDRAWN, Contents
from fundingapp.application.queries.exchange_sheets import (
    BEFORE_RESULTS,
    FURTHER,
    KIND_OF_SUBJECT,
    LEFT_WITH_THE_FILE,
    OF,
)
from fundingapp.application.queries.locks import locks_of, refuse_locked_entry
from fundingapp.application.row_names import KIND_OF_ID
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.agreements import USUAL_TERMS, Agreement, CarryForwardStance, Terms, terms_in_force
from fundingapp.domain.allocations import (
    Allocation,
    AllocationStatus,
    Authority,
    Award,
    BudgetMovement,
    Contingency,
    Resource,
)
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.claims import Claim, ClaimLine, Payment, PaymentLine, PaymentMatch, Repayment
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.exchange.book import ROW, Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    CONTINGENCY,
    AccrualEntry,
    AllocationEntry,
    AwardEntry,
    BidEntry,
    CarryForwardEntry,
    ChargeEntry,
    ClaimEntry,
    FigureEntry,
    FundEntry,
    GrantKey,
    HeadKey,
    IndicatorEntry,
    PartnershipEntry,
    PartyEntry,
    PaymentEntry,
    ProfileEntry,
    ProjectEntry,
    RepaymentEntry,
    ThemeEntry,
    VirementEntry,
)
from fundingapp.domain.exchange.further import FurtherRow, FurtherSpec, Names, record_of
from fundingapp.domain.exchange.notes import Notes, Place
from fundingapp.domain.exchange.sums import Sums
from fundingapp.domain.funds import Fund, Kind, Partnership, Project, Purpose
from fundingapp.domain.grant_conditions import ConditionKind, Gauge, GrantCondition
from fundingapp.domain.ids import (
    AreaId,
    BidId,
    ClaimId,
    FigureImportId,
    FundId,
    IndicatorId,
    LineId,
    OutcomeId,
    PartyId,
    PaymentId,
    PriorityId,
    ProjectId,
    ThemeId,
)
from fundingapp.domain.indicators import (
    Counted,
    Due,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    Measure,
    ResultLevel,
)
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyForm, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import Priority, Share, Split, Theme, is_in_force, named
from fundingapp.domain.profiles import MONTHS, Profile, Shape
from fundingapp.domain.states import Step, Subject

_ZERO = Money.ZERO


class Records:
    """Adds what is new of *book* to the file. *source* is what the workbook is called."""

    def __init__(
        self,
        doing: Doing,
        tools: Tools,
        book: Book,
        contents: Contents,
        sums: Sums,
        source: str,
        notes: Notes,
    ) -> None:
        self._doing, self._tools, self._book, self._contents = doing, tools, book, contents
        self._sums, self._source, self._notes = sums, source, notes
        self._ids: dict[str, dict[str, int]] = {
            kind: {folded(name): id for id, name in names.items()} for kind, names in contents.names.items()
        }
        self._rows: dict[tuple[str, int], int] = {
            (place.sheet, place.row): contents.ids[place.sheet, there.place.row]
            for place, there in book.matched.items()
            if (place.sheet, there.place.row) in contents.ids
        }

    @property
    def _work(self) -> UnitOfWork:
        return self._doing.work

    def _add(self, kind: str, place: Place, value: Any, name: str = "") -> int:
        """Adds a record for the row at *place*; *name* is what other rows call it."""
        id = self._doing.add(kind, value)
        self._rows[place.sheet, place.row] = id
        if name:
            self._ids.setdefault(kind, {})[folded(name)] = id
        return id

    def _id(self, kind: str, name: str) -> int:
        return self._ids[kind][folded(name)]

    def _fund(self, name: str) -> FundId:
        return FundId(self._id("funds", name))

    def _project(self, ref: str) -> ProjectId:
        return ProjectId(self._id("projects", ref))

    def head(self, ref: str, fund: str) -> tuple[ProjectId, FundId]:
        """The project and the fund that a charge names."""
        return self._project(ref), self._fund(fund)

    def _lacks(self, sheet: str) -> bool:
        """Whether the workbook leaves it to us to work out what *sheet* would say."""
        return sheet not in self._book.there

    # Before the ledger

    def add_first(self) -> None:
        """Everything that ledger lines and their charges rest on."""
        self._partnership()
        self._parties()
        self._plan()
        self._funds()
        self._projects()
        self._allocations()
        self._bids()
        self._awards()
        # Before the virements, which rest on it: what goes last comes out first when the load is taken back.
        self._carry_forwards()
        self._virements()
        self._profiles()

    def _partnership(self) -> None:
        for entry in self._book.added(PartnershipEntry):
            made = Partnership(entry.name, entry.accountable_body, entry.area, entry.contact)
            held = self._work.partnership.all()
            if not held:
                self._add("partnership", entry.place, made)
                continue
            was = held[0].value
            after = Partnership(
                was.name or made.name,
                was.accountable_body or made.accountable_body,
                was.area or made.area,
                was.contact or made.contact,
            )
            self._doing.change("partnership", held[0], after)

    def _parties(self) -> None:
        waiting = list(self._book.added(PartyEntry))
        while waiting:
            # Those first whose successor is there already; no circle came through the checks.
            ready = [
                entry
                for entry in waiting
                if not entry.succeeded_by or folded(entry.succeeded_by) in self._ids.get("parties", {})
            ]
            for entry in ready or waiting:
                self._party(entry)
            waiting = [entry for entry in waiting if entry not in ready] if ready else []

    def _party(self, entry: PartyEntry) -> None:
        successor = PartyId(self._id("parties", entry.succeeded_by)) if entry.succeeded_by else None
        aliases = tuple(each.strip() for each in entry.aliases.split(";") if each.strip())
        made = Party(
            entry.party,
            entry.kind,
            entry.from_,
            entry.to,
            entry.form or PartyForm.OTHER,
            successor,
            entry.identifier,
            entry.address,
            aliases,
        )
        self._add("parties", entry.place, made, entry.party)

    def _party_named(self, name: str, kind: PartyKind) -> PartyId:
        """The party of that name; one that no sheet lists is made, where no sheet lists any."""
        known = self._ids.setdefault("parties", {})
        if folded(name) not in known:
            known[folded(name)] = self._doing.add("parties", Party(name, kind))
        return PartyId(known[folded(name)])

    def _plan(self) -> None:
        entries = self._book.added(ThemeEntry)
        there = {folded(kept.value.title): kept.id for kept in self._work.themes.all()}
        of_theme: dict[str, list[ThemeEntry]] = defaultdict(list)
        for entry in entries:
            if entry.theme:
                of_theme[folded(entry.theme)].append(entry)
        themes: dict[str, int] = {}
        for name, rows in of_theme.items():
            own = [entry for entry in rows if not entry.priority]
            if not own and name in there:
                themes[name] = there[name]
                continue
            for entry in own or [_widest(rows)]:
                made = Theme(entry.theme_code, entry.theme, entry.plan, entry.from_year, entry.to_year)
                id = self._doing.add("themes", made)
                if own:
                    self._rows[entry.place.sheet, entry.place.row] = id
                themes[name] = id
        waiting = [entry for entry in entries if entry.priority]
        while waiting:
            ready = [entry for entry in waiting if not entry.succeeded_by or self._row_of(entry.succeeded_by)]
            for entry in ready or waiting:
                theme = themes.get(folded(entry.theme))
                successor = self._row_of(entry.succeeded_by)
                priority = Priority(
                    entry.priority_code,
                    entry.priority,
                    ThemeId(theme) if theme is not None else None,
                    entry.from_year,
                    entry.to_year,
                    entry.owner_group,
                    bool(entry.cross_cutting),
                    entry.commissioner_priority,
                    PriorityId(successor) if successor is not None else None,
                )
                self._add("priorities", entry.place, priority)
            waiting = [entry for entry in waiting if entry not in ready] if ready else []

    def _row_of(self, name: str) -> int | None:
        """The record of a row that is called as in “themes 4”; None while there is none."""
        row = ROW.fullmatch(name)
        return None if row is None else self._rows.get((row[1], int(row[2])))

    def _funds(self) -> None:
        divided = self._divided_funds()
        for entry in self._book.added(FundEntry):
            funder = self._party_named(entry.funder, PartyKind.FUNDER)
            divides = bool(entry.divides_labour) or folded(entry.fund) in divided
            fund = Fund(entry.fund, funder, entry.ring_fence, entry.origin, divides)
            id = FundId(self._add("funds", entry.place, fund, entry.fund))
            years = self._years_of(entry.fund)
            if self._lacks("agreements") and years and (entry.payment_basis or entry.carry_forward):
                terms = Terms(
                    payment_basis=entry.payment_basis or USUAL_TERMS.payment_basis,
                    carry_forward=entry.carry_forward or CarryForwardStance.WITH_AGREEMENT,
                )
                title = f"{entry.fund}, as “{self._source}” states it"
                self._doing.add("agreements", Agreement(id, title, min(years), max(years), terms=terms))
            if self._lacks("conditions") and entry.unallocated_limit is not None:
                text = f"No more than {entry.unallocated_limit.in_words} may be unallocated."
                self._doing.add(
                    "conditions",
                    GrantCondition(
                        id,
                        "",
                        text,
                        ConditionKind.TOLERANCE,
                        gauge=Gauge.UNALLOCATED,
                        limit=entry.unallocated_limit,
                    ),
                )

    def _divided_funds(self) -> set[str]:
        """The funds of which the workbook holds labour and non-labour apart."""
        of_grant: Iterable[AllocationEntry | AwardEntry] = (
            *self._book.added(AllocationEntry),
            *self._book.added(AwardEntry),
        )
        return {folded(entry.fund) for entry in of_grant if entry.kind in (Kind.LABOUR, Kind.NON_LABOUR)}

    def _years_of(self, fund: str) -> set[FinancialYear]:
        """The years in which the workbook has anything of *fund*."""
        of_grant: Iterable[
            AllocationEntry | AwardEntry | BidEntry | ClaimEntry | PaymentEntry | RepaymentEntry
        ] = (
            *self._book.added(AllocationEntry),
            *self._book.added(AwardEntry),
            *self._book.added(BidEntry),
            *self._book.added(ClaimEntry),
            *self._book.added(PaymentEntry),
            *self._book.added(RepaymentEntry),
        )
        years = {entry.year for entry in of_grant if folded(entry.fund) == folded(fund)}
        carried = (each for each in self._book.added(CarryForwardEntry) if folded(each.fund) == folded(fund))
        return years | {each.from_year for each in carried}

    def _projects(self) -> None:
        awarded: dict[str, set[FinancialYear]] = defaultdict(set)
        for award in self._book.all(AwardEntry):
            awarded[award.head.ref].add(award.year)
        for entry in self._book.added(ProjectEntry):
            partner = self._party_named(entry.partner, PartyKind.PARTNER) if entry.partner else None
            project = Project(
                entry.ref,
                entry.project,
                entry.theme or entry.theme_in_words,
                entry.lead,
                entry.area,
                entry.from_,
                entry.to,
                partner,
                entry.purpose or Purpose.PRIORITY,
                entry.description,
            )
            id = ProjectId(self._add("projects", entry.place, project, entry.ref))
            if entry.priority and self._lacks("shares"):
                self._serve(id, entry, sorted(awarded[folded(entry.ref)]))

    def _serve(self, project: ProjectId, entry: ProjectEntry, years: Sequence[FinancialYear]) -> None:
        """The whole of the project's budget serves the priority that it names, in each year that it is awarded."""
        found = [
            kept
            for kept in self._work.priorities.all()
            if folded(entry.priority)
            in (folded(kept.value.title), folded(named(kept.value.code, kept.value.title)))
        ]
        for year in years:
            serving = next((kept for kept in found if is_in_force(kept.value, year)), None)
            if serving is not None:
                share = Share(project, year, Split.PRIORITY, Decimal(100), priority=PriorityId(serving.id))
                self._doing.add("shares", share)
            elif found:
                self._notes.finding(
                    "priority.not_in_force",
                    entry.place,
                    f"“{entry.priority}” is not in force in {year}, in which {entry.ref} is awarded",
                    "priority",
                )

    def _allocations(self) -> None:
        counted = {
            entry.grant
            for entry in self._book.all(AllocationEntry)
            if entry.status not in (AllocationStatus.INDICATIVE, AllocationStatus.WITHDRAWN)
        }
        for entry in self._book.added(AllocationEntry):
            resource, status, reason = Resource.ALLOCATION, entry.status, entry.reason
            if status is AllocationStatus.WITHDRAWN and not entry.withdraws and entry.grant in counted:
                # A sum that is taken off, whatever line is the newest.
                resource, status, reason = Resource.REDUCTION, AllocationStatus.CONFIRMED, WITHDRAWN
            elif entry.closed:
                status = AllocationStatus.CLOSED
            made = Allocation(
                self._fund(entry.fund),
                entry.year,
                entry.kind,
                entry.amount,
                resource,
                status,
                entry.notified,
                entry.letter,
                reason,
                entry.basis,
            )
            self._add("allocations", entry.place, made)

    def _bids(self) -> None:
        for entry in self._book.added(BidEntry):
            applicant = self._party_named(entry.applicant, PartyKind.PARTNER) if entry.applicant else None
            awarded = entry.awarded
            if awarded is None and entry.state is BidState.APPROVED:
                awarded = entry.amount
            bid = Bid(
                self._project(entry.ref),
                self._fund(entry.fund),
                entry.year,
                entry.kind,
                entry.amount,
                entry.state,
                entry.decided,
                entry.decision,
                _stored(entry.reference, entry.bid),
                applicant,
                bool(entry.outside_allocation),
                entry.submitted,
                entry.answer_due,
                awarded,
            )
            id = self._add("bids", entry.place, bid, entry.bid)
            if entry.minute and self._lacks("board decisions") and self._lacks("steps"):
                self._doing.add(
                    "steps",
                    Step(
                        Subject.BID,
                        id,
                        BidState.DRAFT.value,
                        BidState.BOARD_APPROVED.value,
                        None,
                        self._tools.clock(),
                        self._tools.who,
                        entry.minute,
                    ),
                )

    def _awards(self) -> None:
        by_head: dict[HeadKey, list[BidEntry]] = defaultdict(list)
        for bid in self._book.all(BidEntry):
            if bid.state.is_awarded:
                by_head[bid.head].append(bid)
        has_column = any(entry.bid for entry in self._book.added(AwardEntry))
        for entry in self._book.added(AwardEntry):
            answers = by_head.get(entry.head, [])
            name = entry.bid or (answers[0].bid if len(answers) == 1 and not has_column else "")
            award = Award(
                self._project(entry.ref),
                self._fund(entry.fund),
                entry.year,
                entry.kind,
                entry.amount,
                entry.dated,
                BidId(self._id("bids", name)) if name else None,
                entry.intervention_percent,
            )
            self._add("awards", entry.place, award)

    # Budgets

    def _virements(self) -> None:
        entries = self._book.added(VirementEntry)
        if self._lacks("contingency"):
            self._set_aside(entries)
        for entry in entries:
            made = BudgetMovement(
                self._fund(entry.fund),
                entry.year,
                entry.kind,
                self._end(entry.from_ref),
                self._end(entry.to_ref),
                entry.amount,
                entry.dated or entry.year.first_day,
                entry.reason or f"loaded from {self._source}, sheet virements, row {entry.place.row}",
                entry.authority,
                int(entry.number) if entry.number else 0,
                decided_by=entry.decided_by or _who_decided(entry),
                to_kind=entry.to_kind if entry.to_kind is not entry.kind else None,
            )
            id = self._add("movements", entry.place, made)
            if entry.letter and self._lacks("paper links"):
                self._doing.keep([entry.letter], movement=id)

    def _end(self, ref: str) -> ProjectId | None:
        return None if folded(ref) == CONTINGENCY else self._project(ref)

    def _set_aside(self, entries: Sequence[VirementEntry]) -> None:
        """What is awarded to nobody is the contingency of a grant whose virements name it, and has to be there."""
        there = {
            (kept.value.fund, kept.value.year, kept.value.kind) for kept in self._work.contingencies.all()
        }
        grants: dict[GrantKey, str] = {
            entry.grant: entry.fund for entry in entries if entry.source is None or entry.target is None
        }
        for grant, name in grants.items():
            fund = self._fund(name)
            if (fund, grant.year, grant.kind) in there:
                continue
            awarded = Money.total(
                amount for head, amount in self._sums.awarded.items() if head.grant == grant
            )
            left = self._sums.allocated.get(grant, _ZERO) - awarded
            if left > _ZERO:
                self._doing.add(
                    "contingencies", Contingency(fund, grant.year, grant.kind, "", "Contingency", left)
                )

    def _carry_forwards(self) -> None:
        for entry in self._book.added(CarryForwardEntry):
            agreed = entry.agreed or _ZERO
            made = CarryForward(
                self._fund(entry.fund),
                entry.from_year,
                entry.kind,
                self._project(entry.ref) if entry.ref else None,
                entry.state,
                entry.asked if entry.asked is not None else agreed,
                agreed,
                entry.reason,
                entry.plan,
                entry.spend_by,
                entry.asked_on,
                entry.decided,
                entry.letter,
            )
            self._add("carry_forwards", entry.place, made)

    def _profiles(self) -> None:
        by_head: dict[HeadKey, list[ProfileEntry]] = defaultdict(list)
        for entry in self._book.added(ProfileEntry):
            by_head[entry.head].append(entry)
        for entries in by_head.values():
            months = [_ZERO] * MONTHS
            for entry in entries:
                months[entry.period - 1] = entry.amount
            first = entries[0]
            shape = next((each for each in Shape if each.value == first.shape), Shape.TYPED)
            made = Profile(
                self._project(first.ref), self._fund(first.fund), first.kind, first.year, shape, tuple(months)
            )
            self._add("profiles", first.place, made)

    # After the ledger

    def add_rest(self, lines: dict[str, LineId]) -> None:
        """Everything that may name ledger lines; *lines* has those by their keys."""
        self._ids["lines"] = {folded(key): id for key, id in lines.items()}
        self._accruals()
        self._claims()
        self._payments()
        self._repayments()
        for spec in BEFORE_RESULTS:
            self._further(spec)
        self._results()
        for spec in FURTHER:
            if spec not in BEFORE_RESULTS:
                self._further(spec)

    def _accruals(self) -> None:
        locks = locks_of(self._work)
        for entry in self._book.added(AccrualEntry):
            year = entry.reverses_in_year
            made = Accrual(
                self._project(entry.ref),
                self._fund(entry.fund),
                entry.kind,
                entry.year,
                entry.period or 12,
                entry.amount,
                entry.supplier,
                entry.description,
                year,
                (entry.reverses_in_period or 1) if year is not None else None,
            )
            refuse_locked_entry(locks, None, made)
            id = self._add("accruals", entry.place, made, entry.accrual)
            if self._lacks("paper links") and not entry.accrual.startswith("#"):
                self._doing.keep([entry.accrual], accrual=id)

    def _claims(self) -> None:
        numbers: dict[tuple[FundId, FinancialYear], int] = defaultdict(int)
        before: dict[tuple[FundId, FinancialYear, HeadKey], Money] = defaultdict(lambda: _ZERO)
        for kept in self._work.claims.all():
            place = (kept.value.fund, kept.value.year)
            numbers[place] = max(numbers[place], kept.value.number)
        agreements = [kept.value for kept in self._work.agreements.all()]
        ordered = sorted(
            self._book.added(ClaimEntry),
            key=lambda each: (
                folded(each.fund),
                each.year,
                each.number or 0,
                each.period_from,
                each.place.row,
            ),
        )
        for entry in ordered:
            fund = self._fund(entry.fund)
            numbers[fund, entry.year] += 1
            basis = entry.basis or terms_in_force(agreements, fund, entry.year).payment_basis
            claim = Claim(
                fund,
                entry.year,
                entry.number if entry.number is not None else numbers[fund, entry.year],
                entry.period_from,
                entry.period_to,
                basis,
                entry.state,
                bool(entry.final),
                entry.submitted,
                entry.decided,
                _stored(entry.reference, entry.claim),
                entry.comment,
            )
            id = ClaimId(self._add("claims", entry.place, claim, entry.claim))
            if self._lacks("claim lines"):
                self._claim_lines(id, entry, before)

    def _claim_lines(
        self, claim: ClaimId, entry: ClaimEntry, before: dict[tuple[FundId, FinancialYear, HeadKey], Money]
    ) -> None:
        """A claim of the workbook has no projects: it is spread over them by what was spent in its periods, else by
        budget, so that its lines add up to it to the penny."""
        weights = self._weights(entry)
        if not weights:
            if entry.amount:
                self._notes.contradiction(
                    "claim.no_project",
                    entry.place,
                    f"{entry.claim} claims {entry.amount.in_words}, and {entry.fund} has no project in {entry.year}",
                    "amount",
                )
            return
        heads = list(weights)
        parts = _spread(entry.amount, list(weights.values()))
        approved = _spread(entry.stands, [abs(part.pence) for part in parts]) if entry.is_decided else parts
        for head, part, stays in zip(heads, parts, approved, strict=True):
            if not part and not stays:
                continue
            at = (self._fund(entry.fund), entry.year, head)
            earlier = before[at]
            disallowed = part - stays if entry.is_decided else _ZERO
            self._doing.add(
                "claim_lines",
                ClaimLine(
                    claim,
                    self._project(head.ref),
                    head.kind,
                    earlier + part,
                    earlier + part,
                    earlier,
                    part,
                    disallowed,
                    reason=f"as “{self._source}” states it" if disallowed else "",
                ),
            )
            if entry.is_sent:
                before[at] = earlier + (stays if entry.is_decided else part)

    def _weights(self, entry: ClaimEntry) -> dict[HeadKey, int]:
        """The heads that a claim is spread over, with their weights."""
        fund, spent = folded(entry.fund), defaultdict[HeadKey, int](int)
        for charge in self._book.all(ChargeEntry):
            line = self._sums.lines.get(folded(charge.transaction))
            if (
                line is not None
                and line.year == entry.year
                and entry.period_from <= line.period <= entry.period_to
                and charge.is_of_project
                and charge.kind is not None
                and folded(charge.fund) == fund
            ):
                spent[HeadKey(folded(charge.ref), fund, entry.year, charge.kind)] += charge.amount.pence
        for accrual in self._book.all(AccrualEntry):
            if accrual.head.fund != fund:
                continue
            if accrual.year == entry.year and entry.period_from <= (accrual.period or 12) <= entry.period_to:
                spent[accrual.head] += accrual.amount.pence
            back = accrual.reverses_in_period or 1
            if accrual.reverses_in_year == entry.year and entry.period_from <= back <= entry.period_to:
                spent[accrual.head._replace(year=entry.year)] -= accrual.amount.pence
        found = {head: pence for head, pence in sorted(spent.items(), key=_by_ref) if pence > 0}
        if found:
            return found
        budgets = [
            (head, self._sums.budget(head).pence)
            for head in self._sums.heads()
            if (head.fund, head.year) == (fund, entry.year) and head.ref
        ]
        budgets.sort(key=_by_ref)
        return {head: pence for head, pence in budgets if pence > 0} or {head: 1 for head, _ in budgets}

    def _payments(self) -> None:
        claims = {folded(each.claim): each for each in self._book.all(ClaimEntry)}
        for entry in self._book.added(PaymentEntry):
            payment = Payment(
                self._fund(entry.fund),
                entry.year,
                entry.dated or entry.year.last_day,
                entry.amount,
                _stored(entry.remittance, entry.payment),
                entry.note,
            )
            id = PaymentId(self._add("payments", entry.place, payment, entry.payment))
            if entry.claim and self._lacks("payment matches") and claims[folded(entry.claim)].is_sent:
                claim = ClaimId(self._id("claims", entry.claim))
                self._doing.add("payment_matches", PaymentMatch(id, claim, entry.amount))
            if entry.transaction and self._lacks("payment lines"):
                line = LineId(self._id("lines", entry.transaction))
                self._doing.add("payment_lines", PaymentLine(id, line, entry.amount))

    def _repayments(self) -> None:
        for entry in self._book.added(RepaymentEntry):
            made = Repayment(
                self._fund(entry.fund),
                entry.year,
                entry.dated or entry.year.last_day,
                entry.amount,
                entry.invoice,
                entry.reason,
                ClaimId(self._id("claims", entry.claim)) if entry.claim else None,
            )
            self._add("repayments", entry.place, made)

    def _results(self) -> None:
        of_parts = {
            folded(each.indicator) for each in self._book.added(FigureEntry) if each.denominator is not None
        }
        for entry in self._book.added(IndicatorEntry):
            # A workbook that does not say how it is counted says it by its unit and its figures.
            is_share = "%" in entry.unit and folded(entry.indicator) in of_parts
            outcome, area = (
                self._of_row(entry.place, kind, name)
                for kind, name in (("outcomes", entry.outcome), ("areas", entry.area))
            )
            made = Indicator(
                entry.name or entry.indicator,
                self._project(entry.ref) if entry.ref else None,
                entry.unit,
                entry.direction or GoodDirection.NONE,
                entry.flow_or_stock or Measure.FLOW,
                entry.baseline,
                entry.target,
                entry.source,
                entry.owner,
                OutcomeId(outcome) if outcome is not None else None,
                entry.level or ResultLevel.OUTPUT,
                entry.counted or (Counted.SHARE if is_share else Counted.NUMBER),
                AreaId(area) if area is not None else None,
                entry.code,
                entry.code_list,
                entry.method,
                entry.baseline_from,
                entry.baseline_to,
                not entry.not_comparable,
                entry.comparability,
                bool(entry.sensitive),
                bool(entry.closed),
                entry.due or Due.QUARTER,
                entry.summed_over,
            )
            self._add("indicators", entry.place, made, entry.indicator)
        for figure in self._book.added(FigureEntry):
            area, batch = (
                self._of_row(figure.place, kind, name)
                for kind, name in (("areas", figure.area), ("figure_imports", figure.taken_from))
            )
            value = IndicatorFigure(
                IndicatorId(self._id("indicators", figure.indicator)),
                figure.from_,
                figure.to,
                figure.value,
                figure.numerator,
                figure.denominator,
                figure.status or FigureStatus.ACTUAL,
                figure.note,
                AreaId(area) if area is not None else None,
                figure.as_at,
                figure.source,
                figure.marks,
                FigureImportId(batch) if batch is not None else None,
                figure.cell,
            )
            self._add("indicator_figures", figure.place, value)

    def _of_row(self, place: Place, kind: str, name: str) -> int | None:
        """The record of *kind* that a row names; None for "". What is not there is a contradiction."""
        if not name:
            return None
        try:
            return self._found_of(kind, name)
        except KeyError:
            self._notes.contradiction("reference.unknown", place, f"there is no “{name}” that it names")
            return None

    # What only our own workbooks have

    def _further(self, spec: FurtherSpec) -> None:
        waiting = [row for row in self._book.new.get(spec.name, []) if isinstance(row, FurtherRow)]
        names = Names(_no_writing, self._found)
        while waiting:
            left: list[FurtherRow] = []
            for row in waiting:
                try:
                    self._add_further(spec, row, names)
                except KeyError:
                    left.append(row)  # it may name a row further down
            if len(left) == len(waiting):
                for row in left:
                    self._say_lost(spec, row, names)
                return
            waiting = left

    def _add_further(self, spec: FurtherSpec, row: FurtherRow, names: Names) -> None:
        known: dict[str, Any] = dict(LEFT_WITH_THE_FILE.get(spec.kind, {}))
        if spec.kind == "steps":
            known["subject_id"] = self._found_of(KIND_OF_SUBJECT[row.values["subject"]], row.values[OF.field])
        try:
            value = record_of(spec, row.values, names, known)
            if spec.check is not None:
                spec.check(value)
        except (ValueError, TypeError) as error:
            self._notes.contradiction("cell.unreadable", row.place, f"the row can't be understood: {error}")
            return
        except ExpectedError as error:
            self._notes.contradiction("row.refused", row.place, error.message.rstrip("."))
            return
        self._add(spec.kind, row.place, value)

    def _say_lost(self, spec: FurtherSpec, row: FurtherRow, names: Names) -> None:
        lost = "something"
        try:
            self._add_further(spec, row, names)
        except KeyError as error:
            lost = f"“{error.args[0]}”" if error.args else lost
        self._notes.contradiction("reference.unknown", row.place, f"there is no {lost} that it names")

    def _found(self, type: str, name: str) -> int:
        return self._found_of(KIND_OF_ID[type], name)

    def _found_of(self, kind: str, name: str) -> int:
        known = self._ids.get(kind, {})
        of_row = self._row_of(name)
        if of_row is not None:
            return of_row
        if folded(name) not in known:
            raise KeyError(name)
        return known[folded(name)]


def _no_writing(kind: str, id: int) -> str:
    raise KeyError(kind)


def _stored(given: str | None, key: str) -> str:
    """What is kept of a row's name: what a column of its own says, else its key; a number behind “#” is no name."""
    if given is not None:
        return given
    return "" if key.startswith("#") else key


def _widest(rows: Sequence[ThemeEntry]) -> ThemeEntry:
    """A theme without a row of its own is in force as long as one of its priorities."""
    firsts, lasts = [each.from_year for each in rows], [each.to_year for each in rows]
    return replace(
        rows[0],
        from_year=None if None in firsts else min(each for each in firsts if each is not None),
        to_year=None if None in lasts else max(each for each in lasts if each is not None),
    )


def _who_decided(entry: VirementEntry) -> Authority:
    said = folded(f"{entry.authority} {entry.letter}")
    if entry.letter or any(word in said for word in ("commissioner", "pcc", "letter", "funder")):
        return Authority.COMMISSIONER
    return Authority.BOARD if "board" in said or "partnership" in said else Authority.OWN


def _by_ref(entry: tuple[HeadKey, int]) -> tuple[str, str]:
    return entry[0].ref, entry[0].kind.value


def _spread(amount: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    return amount.share(list(weights) if any(weights) else [1] * len(weights))
