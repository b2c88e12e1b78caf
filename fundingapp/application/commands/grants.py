"""Setting a grant up: partnership, commissioner, fund, allocation, projects with bids and awards, virements and
forecasts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.agreements import add_agreement_to
from fundingapp.application.commands.allocations import first_steps
from fundingapp.application.commands.records import (
    ChangeRecord,
    Record,
    RemoveRecords,
    add_all,
    change_record,
    current,
    topics_of,
)
from fundingapp.application.commands.virements import DraftVirement, draft_virement
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import refuse_after_final
from fundingapp.application.queries.heads import refuse_unless_awarded
from fundingapp.application.queries.parties import all_parties
from fundingapp.application.wording import plain
from fundingapp.domain.adjustments import Forecast
from fundingapp.domain.agreements import Agreement, Split
from fundingapp.domain.allocations import (
    Allocation,
    AllocationStatus,
    Award,
    BudgetMovement,
    Contingency,
)
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.ids import BidId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plans import ParsedPlan, PlanLine
from fundingapp.domain.succession import is_called, likely_form, succession_of
from fundingapp.domain.virements import Leg


@dataclass(frozen=True, slots=True)
class SetUpPartnership(Command[None]):
    """Gives the file its partnership, or corrects it. Taken back by itself or by RemoveRecords."""

    partnership: Partnership


@dataclass(frozen=True, slots=True)
class RecordPlan(Command["PlanRecorded"]):
    """Records a grant as an allocation table states it: fund, allocation, projects, bids, awards, contingency.

    Taken back by RemoveRecords.
    """

    plan: ParsedPlan
    fund: str
    commissioner: str
    year: FinancialYear
    file_name: str


@dataclass(frozen=True, slots=True)
class PlanRecorded:
    """What RecordPlan made."""

    fund: FundId
    available: Money
    awarded: Money
    contingency: Money
    projects: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class AddGrant(Command[FundId]):
    """A grant without a table: the fund (new, or known by its name) and its allocation for a year."""

    fund: str
    commissioner: str
    year: FinancialYear
    amounts: tuple[tuple[Kind, Money], ...]
    letter: str = ""
    notified_on: date | None = None
    status: AllocationStatus = AllocationStatus.CONFIRMED
    basis: str = ""
    #: What is kept of a fund that is new.
    ring_fence: str = ""
    origin: str = ""
    divides_labour: bool = False
    #: The agreement in the same go, its fund not known yet, with its sums.
    agreement: Agreement | None = None
    splits: tuple[Split, ...] = ()


@dataclass(frozen=True, slots=True)
class AddProject(Command[ProjectId]):
    """A project with an approved bid and its award under a grant."""

    project: Project
    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class MoveBudget(Command[None]):
    """A virement of one move, applied at once under the next number: between two lines of a grant, or a release from
    or surrender to contingency (R5)."""

    movement: BudgetMovement


@dataclass(frozen=True, slots=True)
class SetForecast(Command[None]):
    """What a project is still expected to spend from *from_period* to March, spread evenly over the months."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    from_period: int
    amount: Money


@dataclass(frozen=True, slots=True)
class ReplaceForecasts(Command[None]):
    """Takes some months' forecasts out and puts others in: SetForecast's inverse, and its own."""

    removed: tuple[Record, ...]
    added: tuple[Record, ...]
    name: str


def set_up_partnership(command: SetUpPartnership, tools: Tools) -> Effect[None]:
    name = "set up the partnership"
    if not command.partnership.name.strip():
        raise ExpectedError("no_name", "A partnership needs a name.", "Type its name.")
    with tools.open_work() as work:
        held = work.partnership.all()
        if not held:
            record = Record("partnership", work.partnership.add(command.partnership), command.partnership)
            work.commit(JournalRecord("SetUpPartnership", name, {}, plain(command.partnership)))
            return Effect(None, Topic.SETUP, name, RemoveRecords((record,), name))
        before = held[0]
    return change_record(
        ChangeRecord("partnership", before.id, before.value, command.partnership, name), tools
    )


def _find(rows: Sequence[Kept[Any]], name: str) -> Kept[Any] | None:
    wanted = " ".join(name.casefold().split())
    return next((kept for kept in rows if " ".join(kept.value.name.casefold().split()) == wanted), None)


def _by_kind(
    received: Money, lines: Sequence[PlanLine], rest: Kind, kinds: Sequence[Kind]
) -> list[tuple[Kind, Money]]:
    """*received* by kind: each other kind as its awards, *rest* what is left; none is below nought, so that awards
    beyond the grant show as awarded too much."""
    left, found = received, {}
    for kind in reversed(kinds):
        if kind is not rest:
            awards = Money.total(line.amount for line in lines if line.kind == kind.value)
            found[kind] = min(left, awards)
            left -= found[kind]
    found[rest] = left
    return [(kind, found[kind]) for kind in kinds if found[kind]]


def _refuse_other_kinds(work: UnitOfWork, fund: FundId, kinds: Iterable[Kind]) -> None:
    """Refuses kinds of money that the fund has not."""
    held = work.funds.get(fund).value
    other = next((kind for kind in kinds if kind not in held.kinds), None)
    if other is not None:
        raise ExpectedError(
            "other_kind",
            f"{held.name} has no {other.value} money: it has {', '.join(kind.value for kind in held.kinds)}.",
            "Choose one of these, or change what kinds of money the fund has.",
        )


def _fund(
    work: UnitOfWork,
    fund: str,
    commissioner: str,
    divides_labour: bool = False,
    ring_fence: str = "",
    origin: str = "",
) -> tuple[FundId, tuple[Record, ...]]:
    """The fund of that name, made with its commissioner when it is new, and what was made; the rest counts only for a
    new one."""
    if not fund.strip():
        raise ExpectedError("no_name", "A fund needs a name.", "Type the fund's name.")
    if not commissioner.strip():
        raise ExpectedError("no_name", "A grant needs its commissioner.", "Type the commissioner's name.")
    made: tuple[Record, ...] = ()
    party = next((kept for kept in work.parties.all() if is_called(kept.value, commissioner)), None)
    party_id = party.id if party else 0
    if party is None:
        name = commissioner.strip()
        body = Party(name, PartyKind.COMMISSIONER, form=likely_form(name))
        made += add_all(work, [("parties", body)])
        party_id = made[-1].id
    known = _find(work.funds.all(), fund)
    if known is not None:
        # A body that took its place later may give the new year: the fund stays the one it was.
        if PartyId(party_id) not in succession_of(all_parties(work), known.value.funder):
            held_by = work.parties.get(known.value.funder).value.name
            raise ExpectedError(
                "other_commissioner",
                f"The fund “{known.value.name}” is kept as {held_by}'s, not {commissioner.strip()}'s.",
                "Give the fund another name, or the commissioner's name as it is kept.",
            )
        return FundId(known.id), made
    new = Fund(fund.strip(), PartyId(party_id), ring_fence.strip(), origin.strip(), divides_labour)
    made += add_all(work, [("funds", new)])
    return FundId(made[-1].id), made


def _refuse_second_grant(work: UnitOfWork, fund: FundId, name: str, year: FinancialYear) -> None:
    if any(kept.value.fund == fund and kept.value.year == year for kept in work.allocations.all()):
        raise ExpectedError(
            "grant_exists",
            f"This file holds an allocation of “{name}” for {year} already.",
            "Change it on the Grants page, or give the other fund another name.",
        )


def record_plan(command: RecordPlan, tools: Tools) -> Effect[PlanRecorded]:
    plan, year = command.plan, command.year
    errors = [finding for finding in plan.findings if finding.severity is Severity.ERROR]
    if errors:
        more = f" ({len(errors) - 1} more like it)" if len(errors) > 1 else ""
        raise ExpectedError(
            "plan_findings",
            f"“{command.file_name}” can't be used: {errors[0].text}{more}",
            "Correct the table and read it again; nothing has been recorded.",
        )
    lines = [line for line in plan.awards if line.kind != "contingency"]
    spare = [line for line in plan.awards if line.kind == "contingency"]
    if not plan.awards:
        raise ExpectedError(
            "plan_empty", f"“{command.file_name}” has no awards.", "Give a table with a row for each project."
        )
    nameless = next((line for line in lines if not line.ref.strip()), None)
    if nameless is not None:
        raise ExpectedError(
            "plan_no_ref",
            f"“{command.file_name}” can't be used: “{nameless.name}” in row {nameless.row:,} has no reference.",
            "Give each project a reference such as P-01 and read the table again; nothing has been recorded.",
        )
    awarded = Money.total(line.amount for line in lines)
    contingency = Money.total(line.amount for line in spare)
    findings = list(plan.findings)
    received = plan.received
    if received is None:
        received = awarded + contingency
        findings.append(
            Finding(
                Severity.WARNING,
                "plan.no_grant",
                "No row states the funding received; the sum of the awards was taken.",
                Source(command.file_name),
            )
        )
    kinds = {Kind(line.kind) for line in lines}
    divided = bool(kinds & {Kind.LABOUR, Kind.NON_LABOUR})
    if divided and Kind.REVENUE in kinds:
        first = next(line for line in lines if line.kind == Kind.REVENUE.value)
        raise ExpectedError(
            "plan_mixed_kinds",
            f"“{command.file_name}” can't be used: some awards are labour or non-labour, and row {first.row:,} "
            f"({first.ref}) is plain revenue.",
            "Say labour or non-labour for each award that is not capital, and read the table again.",
        )
    name = f"record {command.fund.strip()} {year}"
    with tools.open_work() as work:
        fund, made = _fund(work, command.fund, command.commissioner, divided)
        _refuse_second_grant(work, fund, command.fund.strip(), year)
        ours = work.funds.get(fund).value.kinds
        _refuse_other_kinds(work, fund, kinds)
        # What nothing else tells goes to plain revenue, or to non-labour where revenue is divided.
        rest = ours[-2]
        by_kind = _by_kind(received, lines, rest, ours)
        if len(by_kind) > 1 or kinds - {rest}:
            stated = [
                f"{kind.value} as its awards, {amount.in_words}"
                for kind, amount in by_kind
                if kind is not rest
            ]
            left = next((amount for kind, amount in by_kind if kind is rest), Money.ZERO)
            findings.append(
                Finding(
                    Severity.NOTE,
                    "plan.kinds",
                    f"The table does not split the grant: {', '.join(stated)}, and {rest.value} as the rest, "
                    f"{left.in_words}.",
                    Source(command.file_name),
                )
            )
        made += add_all(
            work,
            [
                ("allocations", Allocation(fund, year, kind, amount, letter=command.file_name))
                for kind, amount in by_kind
            ],
        )
        made += add_all(work, first_steps(tools, made))
        known = {kept.value.ref.casefold(): ProjectId(kept.id) for kept in work.projects.all()}
        for line in lines:
            kind, ref = Kind(line.kind), line.ref.casefold()
            if ref not in known:
                made += add_all(work, [("projects", Project(line.ref, line.name, line.theme))])
                known[ref] = ProjectId(made[-1].id)
            project_id = known[ref]
            made += _award_with_bid(work, Award(project_id, fund, year, kind, line.amount))
        made += add_all(
            work,
            [
                ("contingencies", Contingency(fund, year, rest, line.ref, line.name, line.amount))
                for line in spare
            ],
        )
        work.commit(JournalRecord("RecordPlan", name, {}, {"file": command.file_name, "added": plain(made)}))
    result = PlanRecorded(fund, received, awarded, contingency, len(lines), tuple(findings))
    return Effect(result, topics_of(made), name, RemoveRecords(made, name))


def add_grant(command: AddGrant, tools: Tools) -> Effect[FundId]:
    amounts = [(kind, amount) for kind, amount in command.amounts if amount]
    if not amounts or any(amount < Money.ZERO for _, amount in amounts):
        raise ExpectedError("no_amount", "A grant needs an allocation above nought.", "Type the amount.")
    if command.status not in (AllocationStatus.CONFIRMED, AllocationStatus.INDICATIVE):
        raise ExpectedError(
            "forbidden_move",
            f"An allocation begins as indicative or confirmed, not as {command.status.value}.",
            "Choose one of these.",
        )
    name = f"add {command.fund.strip()} {command.year}"
    with tools.open_work() as work:
        fund, made = _fund(
            work,
            command.fund,
            command.commissioner,
            command.divides_labour,
            command.ring_fence,
            command.origin,
        )
        _refuse_second_grant(work, fund, command.fund.strip(), command.year)
        _refuse_other_kinds(work, fund, (kind for kind, _ in amounts))
        made += add_all(
            work,
            [
                (
                    "allocations",
                    Allocation(
                        fund,
                        command.year,
                        kind,
                        amount,
                        status=command.status,
                        letter=command.letter,
                        notified_on=command.notified_on,
                        basis=command.basis.strip(),
                    ),
                )
                for kind, amount in amounts
            ],
        )
        made += add_all(work, first_steps(tools, made))
        if command.agreement is not None:
            made += add_agreement_to(work, replace(command.agreement, fund=fund), command.splits)
        work.commit(JournalRecord("AddGrant", name, {}, {"added": plain(made)}))
    return Effect(fund, topics_of(made), name, RemoveRecords(made, name))


def add_project(command: AddProject, tools: Tools) -> Effect[ProjectId]:
    project = replace(command.project, ref=command.project.ref.strip(), name=command.project.name.strip())
    if not project.ref or not project.name:
        raise ExpectedError("no_name", "A project needs a reference and a name.", "Type both.")
    if command.amount < Money.ZERO:
        raise ExpectedError("no_amount", "An award is never below nought.", "Type the amount awarded.")
    name = f"add {project.ref} {project.name}"
    with tools.open_work() as work:
        _refuse_other_kinds(work, command.fund, [command.kind])
        held = next(
            (kept for kept in work.projects.all() if kept.value.ref.casefold() == project.ref.casefold()),
            None,
        )
        made: tuple[Record, ...] = ()
        if held is None:
            made = add_all(work, [("projects", project)])
        project_id = ProjectId(held.id if held else made[-1].id)
        ref = held.value.ref if held else project.ref
        same = (project_id, command.fund, command.year, command.kind)
        for kept in work.awards.all():
            award = kept.value
            if (award.project, award.fund, award.year, award.kind) == same:
                raise ExpectedError(
                    "award_exists",
                    f"{ref} has an award of {award.amount.in_words} in {command.year} already.",
                    "Change that award instead.",
                )
        if held is not None and _find([held], project.name) is None:
            raise ExpectedError(
                "other_project",
                f"{held.value.ref} is “{held.value.name}” in this file.",
                "Give the project another reference, or the name it has.",
            )
        made += _award_with_bid(
            work,
            Award(project_id, command.fund, command.year, command.kind, command.amount, command.dated),
        )
        work.commit(JournalRecord("AddProject", name, {}, {"added": plain(made)}))
    return Effect(project_id, topics_of(made), name, RemoveRecords(made, name))


def _award_with_bid(work: UnitOfWork, award: Award) -> tuple[Record, ...]:
    """Adds *award* with the bid that it answers: one that asked for as much and was approved."""
    bid = Bid(
        award.project,
        award.fund,
        award.year,
        award.kind,
        award.amount,
        BidState.APPROVED,
        award.dated,
        awarded=award.amount,
    )
    made = add_all(work, [("bids", bid)])
    return made + add_all(work, [("awards", replace(award, bid=BidId(made[0].id)))])


def move_budget(command: MoveBudget, tools: Tools) -> Effect[None]:
    movement = command.movement
    leg = Leg(movement.kind, movement.source, movement.target, movement.amount, movement.to_kind)
    virement = DraftVirement(
        movement.fund,
        movement.year,
        (leg,),
        movement.dated,
        movement.reason,
        apply=True,
        decided_by=movement.decided_by,
        authority=movement.authority,
    )
    effect = draft_virement(virement, tools)
    return Effect(None, effect.changed, effect.name, effect.inverse)


def set_forecast(command: SetForecast, tools: Tools) -> Effect[None]:
    months = range(max(1, command.from_period), 13)
    if not months:
        raise ExpectedError(
            "no_months",
            f"No months of {command.year} are left to forecast.",
            "The outturn is what was spent.",
        )
    head = (command.project, command.fund, command.kind, command.year)
    with tools.open_work() as work:
        refuse_unless_awarded(work, command.project, command.fund, command.year, command.kind)
        ref = work.projects.get(command.project).value.ref
        refuse_after_final(work, command.fund, command.year, f"forecasting {ref}")
        name = f"forecast {command.amount.in_words} still to come for {ref}"
        removed = tuple(
            Record("forecasts", kept.id, kept.value)
            for kept in work.forecasts.all()
            if (kept.value.project, kept.value.fund, kept.value.kind, kept.value.year) == head
            and kept.value.period >= command.from_period
        )
        for record in removed:
            work.forecasts.remove(work.forecasts.get(record.id))
        parts = command.amount.share([1] * len(months))
        added = add_all(
            work,
            [
                ("forecasts", Forecast(*head, period=month, amount=part))
                for month, part in zip(months, parts, strict=True)
            ],
        )
        work.commit(JournalRecord("SetForecast", name, {"removed": plain(removed)}, {"added": plain(added)}))
    return Effect(None, Topic.PROJECTS, name, ReplaceForecasts(added, removed, name))


def replace_forecasts(command: ReplaceForecasts, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        for record in command.removed:
            work.forecasts.remove(current(work, record))
        for record in command.added:
            work.forecasts.add(record.value, record.id)
        work.commit(
            JournalRecord(
                "ReplaceForecasts",
                command.name,
                {"removed": plain(command.removed)},
                {"added": plain(command.added)},
            )
        )
    return Effect(
        None, Topic.PROJECTS, command.name, ReplaceForecasts(command.added, command.removed, command.name)
    )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    SetUpPartnership: set_up_partnership,
    RecordPlan: record_plan,
    AddGrant: add_grant,
    AddProject: add_project,
    MoveBudget: move_budget,
    SetForecast: set_forecast,
    ReplaceForecasts: replace_forecasts,
}
