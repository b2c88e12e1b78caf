"""What is suggested for waiting lines, by line and in groups; invoices charged twice; reversals without an original."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, LineRow, Tools, UnitOfWork
from fundingapp.application.queries.heads import budgeted, head_names, standing_in
from fundingapp.application.wording import plain
from fundingapp.domain.allocations import Award, BudgetMovement, budget_of
from fundingapp.domain.carry_forwards import carried_of
from fundingapp.domain.doubles import double_charges
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.suggestions import Goal, Proposal, Setting
from fundingapp.domain.suppliers import Names, SupplierAlias


@dataclass(frozen=True, slots=True)
class SuggestionsOf(Question["tuple[Proposal, ...]"]):
    """The proposals for a waiting line, best first; several where they tie (L11)."""

    line: LineId


@dataclass(frozen=True, slots=True)
class SuggestionGroup(Question["Group | None"]):
    """The waiting lines of this line's supplier with the same suggestion; None when it has none."""

    line: LineId


@dataclass(frozen=True, slots=True)
class SuggestionGroups(Question["list[Group]"]):
    """All suggestions of a year (None: of all years) by supplier and place, the most lines first."""

    year: FinancialYear | None = None


class Group(NamedTuple):
    """Waiting lines of one supplier with the same suggestion. *proposal* is that of the first; *least* the lowest score
    among them."""

    supplier: str
    proposal: Proposal
    lines: tuple[LineId, ...]
    total: Money
    least: int


@dataclass(frozen=True, slots=True)
class SuggestionCount(Question[int]):
    """How many waiting lines have a suggestion."""


@dataclass(frozen=True, slots=True)
class SuggestionsDue(Question[bool]):
    """Whether suggestions are still to be worked out."""


@dataclass(frozen=True, slots=True)
class DoubleCharges(Question["list[DoubleCharge]"]):
    """Charged lines of a year that look like one invoice charged twice, without those that were dismissed."""

    year: FinancialYear


class DoubleCharge(NamedTuple):
    """Two lines side by side and what they share."""

    first: LineRow
    second: LineRow
    why: str

    @property
    def finding(self) -> Finding:
        """As a finding, at the place of the second line."""
        projects = " and to ".join(" and ".join(row.projects) for row in (self.first, self.second))
        line = self.second.line
        return Finding(
            Severity.WARNING,
            "charge.double",
            f"{line.supplier} {line.amount.in_words} is charged to {projects} ({self.first.line.transaction} and "
            f"{line.transaction}: {self.why}).",
            Source(self.second.file, line.sheet, line.row),
        )


@dataclass(frozen=True, slots=True)
class ReversalFindings(Question["list[ReversalFinding]"]):
    """Lines of a year that reverse a line which is not held, or one that another line reversed already (L06)."""

    year: FinancialYear


class ReversalFinding(NamedTuple):
    """A reversal that fits nothing. *original* is the line that is reversed twice."""

    line: LineRow
    original: LineRow | None

    @property
    def finding(self) -> Finding:
        """As a finding, at the place of the line."""
        line = self.line.line
        said = f"{line.transaction} {line.amount.in_words} (“{line.description}”)"
        if self.original is None:
            kind, text = "reversal.no_original", f"{said} reverses a line that the ledger here does not hold."
        else:
            kind = "reversal.twice"
            text = (
                f"{said} reverses {self.original.line.transaction}, which an earlier line reversed already."
            )
        return Finding(Severity.WARNING, kind, text, Source(self.line.file, line.sheet, line.row))


@dataclass(frozen=True, slots=True)
class LinesToLookAt(Question["list[Finding]"]):
    """The findings of the two questions above together, for lists of what is to be looked at."""

    year: FinancialYear


@dataclass(frozen=True, slots=True)
class ProjectRefs(Question["dict[int, str]"]):
    """The reference of every project, by its identity: how a suggestion's head is called."""


@dataclass(frozen=True, slots=True)
class HeadNames(Question["dict[tuple[BudgetHead, int], str]"]):
    """What a target calls each budget head in the year that starts then: “LF-01”, or “LF-01:capital”."""


@dataclass(frozen=True, slots=True)
class Aliases(Question["list[Kept[SupplierAlias]]"]):
    """The other names of suppliers that people told."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What suggestions rest on besides lines and charges: a *digest* of all that changes seldom, and the heads (with
    the start of the year) that have nothing left."""

    digest: str
    short: frozenset[tuple[BudgetHead, int]]

    @classmethod
    def parse(cls, text: str) -> Basis | None:
        """The basis out of the file; None when there is none that this program understands."""
        try:
            digest, short = json.loads(text)
            heads = [
                (BudgetHead(ProjectId(project), FundId(fund), Kind(kind)), year)
                for project, fund, kind, year in short
            ]
        except (ValueError, TypeError):
            return None
        return cls(digest, frozenset(heads))

    def __str__(self) -> str:
        listed = sorted((head.project, head.fund, head.kind.value, year) for head, year in self.short)
        return json.dumps([self.digest, listed])


def basis_of(work: UnitOfWork) -> tuple[Setting, Basis]:
    """What suggestions rest on now besides lines and charges: itself, and as it is told apart from another time's."""
    awards = [kept.value for kept in work.awards.all()]
    place_of = attrgetter("fund", "year", "kind")
    awarded: dict[object, list[Award]] = {}
    for award in awards:
        awarded.setdefault(place_of(award), []).append(award)
    moved: dict[object, list[BudgetMovement]] = {}
    for kept in work.movements.all():
        moved.setdefault(place_of(kept.value), []).append(kept.value)
    heads: dict[tuple[ProjectId, int], list[BudgetHead]] = {}
    budgets: dict[tuple[BudgetHead, int], Money] = {}
    blocked = standing_in(work).obstacles
    carried = [kept.value for kept in work.carry_forwards.all()]
    for head, year in budgeted(work):
        if (head, year.start) in blocked:
            continue
        known = heads.setdefault((head.project, year.start), [])
        if head not in known:
            known.append(head)
            place = (head.fund, year, head.kind)
            brought = carried_of(
                (each for each in carried if (each.fund, each.into_year) == place[:2]),
                head.project,
                head.kind,
            )
            budget = budget_of(
                head.project, awarded.get(place, ()), moved.get(place, ()), brought_forward=brought
            )
            budgets[head, year.start] = budget.current
    spent: dict[tuple[BudgetHead, int], Money] = {}
    for year in {year for _, year in budgeted(work)}:
        for charge in work.ledger.charge_sums(year):
            key = (BudgetHead(charge.project, charge.fund, charge.kind), year.start)
            spent[key] = spent.get(key, Money.ZERO) + charge.amount
    short = frozenset(
        key for key, sum in budgets.items() if sum > Money.ZERO and spent.get(key, Money.ZERO) >= sum
    )
    projects = {ProjectId(kept.id): kept.value for kept in work.projects.all()}
    accruals = tuple(kept.value for kept in work.accruals.all())
    rejected = frozenset(kept.value for kept in work.rejections.all())
    seldom = [
        sorted(
            (head.project, head.fund, head.kind.value, year, sum.pence)
            for (head, year), sum in budgets.items()
        ),
        sorted((id, plain(project)) for id, project in projects.items()),
        [plain(accrual) for accrual in accruals],
        [plain(kept.value) for kept in work.aliases.all()],
    ]
    digest = hashlib.sha256(json.dumps(seldom, sort_keys=True).encode()).hexdigest()
    return Setting(heads, projects, accruals, budgets, short, rejected), Basis(digest, short)


def is_due(work: UnitOfWork) -> bool:
    """Whether suggestions may be other than they stand in the file."""
    due = work.suggestions.due()
    if due.everything or due.suppliers:
        return True
    return bool(work.ledger.years()) and work.suggestions.basis() != str(basis_of(work)[1])


def answer_of(question: SuggestionsOf, tools: Tools) -> tuple[Proposal, ...]:
    with tools.open_work(reading=True) as work:
        if work.ledger.charges_of([question.line])[question.line]:
            return ()
        return work.suggestions.of([question.line]).get(question.line, ())


def answer_group(question: SuggestionGroup, tools: Tools) -> Group | None:
    with tools.open_work(reading=True) as work:
        proposals = work.suggestions.of([question.line]).get(question.line, ())
        if not proposals or work.ledger.charges_of([question.line])[question.line]:
            return None
        held = work.ledger.held_line(question.line).line
        aliases = {kept.value.name: kept.value.same_as for kept in work.aliases.all()}
        names = Names(work.suggestions.names(), aliases)
        family = names.names_of(names.family(held.supplier))
        groups = _groups(work, held.year, family, names)
    return next((group for group in groups if question.line in group.lines), None)


def answer_groups(question: SuggestionGroups, tools: Tools) -> list[Group]:
    with tools.open_work(reading=True) as work:
        aliases = {kept.value.name: kept.value.same_as for kept in work.aliases.all()}
        names = Names(work.suggestions.names(), aliases)
        return _groups(work, question.year, None, names)


def _groups(
    work: UnitOfWork, year: FinancialYear | None, suppliers: list[str] | None, names: Names
) -> list[Group]:
    found: dict[tuple[str, Goal], list[tuple[str, Money, Proposal]]] = {}
    for supplier, amount, proposal in work.suggestions.first(year, suppliers):
        key = (names.family(supplier), proposal.goal)
        found.setdefault(key, []).append((supplier, amount, proposal))
    groups = [
        Group(
            entries[0][0],
            entries[0][2],
            tuple(proposal.line for _, _, proposal in entries),
            Money.total(amount for _, amount, _ in entries),
            min(proposal.score for _, _, proposal in entries),
        )
        for entries in found.values()
    ]
    return sorted(groups, key=lambda group: (-len(group.lines), group.supplier, group.lines[0]))


def answer_count(question: SuggestionCount, tools: Tools) -> int:
    with tools.open_work(reading=True) as work:
        return sum(1 for _ in work.suggestions.first(None))


def answer_due(question: SuggestionsDue, tools: Tools) -> bool:
    with tools.open_work(reading=True) as work:
        return is_due(work)


def answer_doubles(question: DoubleCharges, tools: Tools) -> list[DoubleCharge]:
    with tools.open_work(reading=True) as work:
        return _doubles(work, question.year)


def _doubles(work: UnitOfWork, year: FinancialYear) -> list[DoubleCharge]:
    dismissed = {(kept.value.first, kept.value.second) for kept in work.dismissals.all()}
    doubles = [
        double
        for double in double_charges(work.suggestions.repeated(year), work.suggestions.cancelled(year))
        if tuple(sorted((double.first.line.key, double.second.line.key))) not in dismissed
    ]
    ids = [entry.id for double in doubles for entry in (double.first, double.second)]
    rows = {row.id: row for row in work.ledger.line_rows(list(dict.fromkeys(ids)))}
    return [DoubleCharge(rows[double.first.id], rows[double.second.id], double.why) for double in doubles]


def answer_reversals(question: ReversalFindings, tools: Tools) -> list[ReversalFinding]:
    with tools.open_work(reading=True) as work:
        return _reversals(work, question.year)


def _reversals(work: UnitOfWork, year: FinancialYear) -> list[ReversalFinding]:
    pairs = work.suggestions.lone_reversals(year)
    ids = [id for pair in pairs for id in (pair.line, pair.original) if id is not None]
    rows = {row.id: row for row in work.ledger.line_rows(list(dict.fromkeys(ids)))}
    return [
        ReversalFinding(rows[pair.line], rows[pair.original] if pair.original is not None else None)
        for pair in pairs
    ]


def answer_to_look_at(question: LinesToLookAt, tools: Tools) -> list[Finding]:
    with tools.open_work(reading=True) as work:
        return lines_to_look_at(work, question.year)


def lines_to_look_at(work: UnitOfWork, year: FinancialYear) -> list[Finding]:
    """The invoices that are charged twice in *year*, and the reversals whose original is missing or reversed before."""
    found: list[DoubleCharge | ReversalFinding] = [*_doubles(work, year), *_reversals(work, year)]
    return [entry.finding for entry in found]


def answer_head_names(question: HeadNames, tools: Tools) -> dict[tuple[BudgetHead, int], str]:
    with tools.open_work(reading=True) as work:
        return head_names(work)


def answer_refs(question: ProjectRefs, tools: Tools) -> dict[int, str]:
    with tools.open_work(reading=True) as work:
        return {kept.id: kept.value.ref for kept in work.projects.all()}


def answer_aliases(question: Aliases, tools: Tools) -> list[Kept[SupplierAlias]]:
    with tools.open_work(reading=True) as work:
        return work.aliases.all()


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    SuggestionsOf: answer_of,
    SuggestionGroup: answer_group,
    SuggestionGroups: answer_groups,
    SuggestionCount: answer_count,
    SuggestionsDue: answer_due,
    DoubleCharges: answer_doubles,
    ReversalFindings: answer_reversals,
    LinesToLookAt: answer_to_look_at,
    ProjectRefs: answer_refs,
    HeadNames: answer_head_names,
    Aliases: answer_aliases,
}
