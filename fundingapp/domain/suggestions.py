"""Suggestions: where a waiting line probably belongs, how sure that is, and why.

A suggestion is never a charge: a person accepts it, or rejects it for good. Its evidence is what was charged before
(by supplier, coding, description and amount), projects that a description names, accruals and awards of the same
amount, and journals with their reversals. Each piece gives a chance in thousandths; pieces that agree add up, pieces
that speak against each other keep the suggestion below the accept line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.suppliers import Names

#: From this score on suggestions of a group may be accepted together; on the labelled ledger of the tests at least 99
#: of 100 such suggestions are right. What is below wants a look at each line.
ACCEPT_LINE = 90

#: Below this score nothing is said.
WORTH_SAYING = 50
#: How many of the newest charges in one respect are looked at: a project that ended is forgotten after as many.
NEWEST = 8
#: The most proposals that are kept for a line.
MOST = 3

_BELOW_THE_LINE = ACCEPT_LINE * 10 - 1
_HIGHEST = 990
#: Two chances closer than this are a tie.
_TIE = 30
#: A rival with at least this chance keeps the best below the accept line.
_RIVAL = 300

_WORD = re.compile(r"[a-z]{3,}")
_NO_TELLING_WORDS = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october")
    + (
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    )
    + (
        "inv",
        "invoice",
        "ref",
        "the",
        "for",
        "and",
        "from",
        "payment",
        "period",
        "month",
        "year",
        "quarter",
        "no",
    )
)
_MENTION = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")


class Goal(NamedTuple):
    """Where a line can go: to a budget head, or (None) as *disposition* says."""

    disposition: Disposition
    head: BudgetHead | None


class Proposal(NamedTuple):
    """A place that a line probably belongs to; never charged before a person accepts it.

    *score* is 0 to 100; *reasons* are sentences, the strongest first. *head* is None for income and exclusions.
    """

    line: LineId
    disposition: Disposition
    head: BudgetHead | None
    score: int
    reasons: tuple[str, ...]

    @property
    def goal(self) -> Goal:
        return Goal(self.disposition, self.head)

    @property
    def reason(self) -> str:
        """All reasons as one text."""
        return " ".join(self.reasons)

    @property
    def certain(self) -> bool:
        """Whether it stands above the accept line."""
        return self.score >= ACCEPT_LINE


@dataclass(frozen=True, slots=True)
class Rejection:
    """A line, by its key in the ledger, and a place that a person says it does not belong to.

    By the key, so that it is not suggested again when the line was taken back and comes once more.
    """

    key: str
    disposition: Disposition
    project: ProjectId | None = None
    fund: FundId | None = None
    kind: Kind | None = None

    @classmethod
    def of(cls, key: str, goal: Goal) -> Rejection:
        head = goal.head
        if head is None:
            return cls(key, goal.disposition)
        return cls(key, goal.disposition, head.project, head.fund, head.kind)


class Partner(NamedTuple):
    """The other line of a pair that cancels out. *goal* is where it went (None: it waits, or it was split)."""

    line: LineId
    transaction: str
    goal: Goal | None
    waits: bool
    reverses: bool
    same_year: bool
    why: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What the file says besides its ledger lines: heads by project and start of the year, and so on.

    *short* holds the heads (with the start of the year) that have nothing left to spend; *budgets* what each may spend.
    """

    heads: Mapping[tuple[ProjectId, int], Sequence[BudgetHead]]
    projects: Mapping[ProjectId, Project]
    accruals: Sequence[Accrual] = ()
    budgets: Mapping[tuple[BudgetHead, int], Money] = field(default_factory=dict)
    short: Collection[tuple[BudgetHead, int]] = frozenset()
    rejected: Collection[Rejection] = frozenset()

    def this_year(self, goal: Goal, year: int) -> Goal | None:
        """*goal* in the year that starts in *year*: the same head, or the project's only one; else None.

        A project is known by its identity, so a code or reference that stands for another next year misleads nobody.
        """
        if goal.head is None:
            return goal
        heads = self.heads.get((goal.head.project, year), ())
        if goal.head in heads:
            return goal
        return Goal(goal.disposition, heads[0]) if len(heads) == 1 else None

    def name_of(self, goal: Goal) -> str:
        """How *goal* is called in a sentence."""
        if goal.head is None:
            return "excluded" if goal.disposition is Disposition.EXCLUDED else "income"
        return self.projects[goal.head.project].ref


def telling_words(description: str) -> str:
    """The words of a description that come again with the next line of its kind: no numbers, months, “invoice”."""
    words = _WORD.findall(description.casefold())
    return " ".join([word for word in words if word not in _NO_TELLING_WORDS][:6])


#: A charge as evidence: when (year, period, line), and where (None: it was split, or can't be charged there any more).
_Event = tuple[tuple[int, int, int], Goal | None]


class Past:
    """What was charged before, by what a new line may share with it; only the newest charges in each respect."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._events: dict[tuple[object, ...], list[_Event]] = {}

    def add(self, id: LineId, line: LedgerLine, goal: Goal | None) -> None:
        """Takes in a line that was charged to *goal*, or split (None)."""
        event = ((line.year.start, line.period, id), goal)
        for key in respects(line, self.names.family(line.supplier)):
            kept = self._events.setdefault(key, [])
            kept.append(event)
            kept.sort(reverse=True)
            del kept[NEWEST:]

    def of(self, key: tuple[object, ...]) -> Sequence[_Event]:
        """The newest charges under *key*, newest first."""
        return self._events.get(key, ())


def respects(line: LedgerLine, family: str) -> list[tuple[object, ...]]:
    """What *line* shares with others of its supplier: the supplier, its coding of the year, its words, its amount."""
    year = line.year.start
    return [
        ("supplier", family),
        ("cost centre", family, year, line.cost_centre),
        ("coding", family, year, line.cost_centre, line.account),
        ("words", family, telling_words(line.description)),
        ("amount", family, line.amount.pence),
    ]


class _Chance(NamedTuple):
    """How likely a goal is by one piece of evidence, in thousandths, and the sentence that says so."""

    of_thousand: int
    reason: str


class _Case:
    """All that speaks for and against one goal of one line."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self.chances: list[_Chance] = []
        #: Why a person has to look, however much speaks for it.
        self.doubts: list[str] = []

    @property
    def of_thousand(self) -> int:
        """The chance that at least one piece of the evidence is right."""
        wrong = 1000
        for chance in self.chances:
            wrong = wrong * (1000 - chance.of_thousand) // 1000
        return 1000 - wrong


class Proposer:
    """Proposes places for waiting lines from what was charged before (*past*) and what else is known (*setting*).

    *claims* says how many waiting lines there are of a supplier's family and an amount in pence.
    """

    def __init__(self, past: Past, setting: Setting) -> None:
        self._past = past
        self._setting = setting
        self._refs = {project.ref.casefold(): id for id, project in setting.projects.items()}
        self._rejected = frozenset(setting.rejected)
        self._named = [
            (words, id)
            for id, project in setting.projects.items()
            if len(words := " ".join(_MENTION.findall(project.name.casefold()))) > 8 and " " in words
        ]
        self._now: dict[tuple[Goal, int], Goal | None] = {}

    def propose(
        self,
        id: LineId,
        line: LedgerLine,
        partner: Partner | None = None,
        doubts: Sequence[str] = (),
        claims: int = 1,
    ) -> tuple[Proposal, ...]:
        """The proposals for a waiting *line*, best first; several when they tie or nearly do.

        *doubts* are sentences that keep it below the accept line. *claims* counts the waiting lines of the same
        supplier and amount: two lines can't both be the one that an accrual was made for (L11).
        """
        family = self._past.names.family(line.supplier)
        cases: dict[Goal, _Case] = {}
        self._from_past(line, family, cases)
        self._from_words(line, cases)
        self._from_accruals(line, family, claims, cases)
        self._from_awards(line, cases)
        if partner is not None:
            self._from_partner(partner, line, cases)
        for case in cases.values():
            self._doubt(case, line)
            case.doubts += doubts
        possible = [
            case
            for case in cases.values()
            if not self._rejected or Rejection.of(line.key, case.goal) not in self._rejected
        ]
        return self._ranked(id, possible)

    def _ranked(self, id: LineId, cases: list[_Case]) -> tuple[Proposal, ...]:
        rated = sorted(
            ((min(case.of_thousand, _HIGHEST), case) for case in cases),
            key=lambda pair: (-pair[0], self._setting.name_of(pair[1].goal), str(pair[1].goal)),
        )
        found: list[Proposal] = []
        if not rated:
            return ()
        best = rated[0][0]
        rival = rated[1] if len(rated) > 1 else None
        for chance, case in rated[:MOST]:
            reasons = [piece.reason for piece in sorted(case.chances, key=lambda piece: -piece.of_thousand)]
            tied = rival is not None and best - rival[0] <= _TIE and best - chance <= _TIE
            score = chance
            if tied:
                score = min(rated[1][0], _BELOW_THE_LINE)
                others = [
                    self._setting.name_of(other.goal)
                    for it, other in rated
                    if best - it <= _TIE and other is not case
                ]
                reasons.append(f"As much speaks for {' and '.join(others)}.")
            elif rival is not None and case is rated[0][1] and rival[0] >= _RIVAL:
                score = min(score, _BELOW_THE_LINE)
                reasons.append(f"Something speaks for {self._setting.name_of(rival[1].goal)} as well.")
            if case.doubts:
                score = min(score, _BELOW_THE_LINE)
                reasons += case.doubts
            if found and not tied:
                break
            if score // 10 >= WORTH_SAYING:
                found.append(Proposal(id, *case.goal, score // 10, tuple(dict.fromkeys(reasons))))
        return tuple(found)

    def _this_year(self, goal: Goal, year: int) -> Goal | None:
        key = (goal, year)
        if key not in self._now:
            self._now[key] = self._setting.this_year(goal, year)
        return self._now[key]

    def _events(self, key: tuple[object, ...], year: int) -> list[Goal | None]:
        return [None if goal is None else self._this_year(goal, year) for _, goal in self._past.of(key)]

    def _from_past(self, line: LedgerLine, family: str, cases: dict[Goal, _Case]) -> None:
        """Earlier charges of the supplier, or of one whose name looks alike when there are none of its own."""
        if not family or self._past.of(("supplier", family)):
            self._from_family(line, family, 1000, "", cases)
        else:
            for other, like in self._past.names.alike(family)[:1]:
                names = self._past.names.names_of(other)
                if names:
                    note = f"“{line.supplier}” reads like “{names[0]}”."
                    self._from_family(line, other, like * 10 - 20, note, cases)

    def _from_family(
        self, line: LedgerLine, family: str, trust: int, note: str, cases: dict[Goal, _Case]
    ) -> None:
        year = line.year.start
        whole, centre, coding, words, amount = (self._events(key, year) for key in respects(line, family))
        if not telling_words(line.description):
            words = []
        for goal in dict.fromkeys(event for event in (*whole, *coding, *words, *amount) if event is not None):
            of_supplier = _chance(goal, whole, 750 if family else 200, 10)
            of_centre = _chance(goal, centre, of_supplier, 15)
            respects_found = [
                (
                    of_supplier if family else 0,
                    whole,
                    "from this supplier" if family else "without a supplier",
                ),
                (_chance(goal, coding, of_centre, 15), coding, "with this cost centre and account"),
                (_chance(goal, words, of_supplier, 15), words, "with the same description"),
                (
                    _chance(goal, amount, of_supplier, 15),
                    amount,
                    f"of the same amount, {line.amount.in_words},",
                ),
            ]
            told = [entry for entry in respects_found if goal in entry[1]]
            if not told:
                continue
            best = max(told, key=lambda entry: entry[0])
            case = cases.setdefault(goal, _Case(goal))
            case.chances.append(_Chance(best[0] * trust // 1000, _said(goal, *best[1:], self._setting)))
            for entry in told:
                if entry is not best and entry[0] >= 700:
                    case.chances.append(_Chance(0, _said(goal, *entry[1:], self._setting)))
            if note:
                case.chances.append(_Chance(0, note))
            for chance, events, how in respects_found:
                if len(events) >= 2 and chance < 500 and (family or events is not whole):
                    case.doubts.append(f"Most lines {how.rstrip(',')} went elsewhere.")
            if family and whole and whole[0] != goal:
                case.doubts.append("The newest line from this supplier went elsewhere.")
            elif coding and coding[0] != goal:
                case.doubts.append("The newest line with this cost centre and account went elsewhere.")

    def _from_words(self, line: LedgerLine, cases: dict[Goal, _Case]) -> None:
        """Projects that the description names, by reference or by their whole name."""
        said = _MENTION.findall(line.description.casefold())
        found = {self._refs[word]: 930 for word in said if word in self._refs}
        if self._named and len(said) > 1:
            text = " ".join(said)
            for words, project in self._named:
                if words in text:
                    found.setdefault(project, 880)
        for project, chance in found.items():
            heads = self._setting.heads.get((project, line.year.start), ())
            for head in heads:
                goal = Goal(Disposition.PROJECT, head)
                shared = chance if len(heads) * len(found) == 1 else chance // (len(heads) * len(found))
                reason = f"The description names {self._setting.projects[project].ref}."
                cases.setdefault(goal, _Case(goal)).chances.append(_Chance(shared, reason))

    def _from_accruals(self, line: LedgerLine, family: str, claims: int, cases: dict[Goal, _Case]) -> None:
        """An accrual of the same supplier and amount, which this line may be the invoice of."""
        for accrual in self._setting.accruals:
            since = (line.year.start - accrual.year.start) * 12 + line.period - accrual.period
            if accrual.amount != line.amount or not 0 <= since <= 6 or not family:
                continue
            if self._past.names.family(accrual.supplier) != family:
                continue
            accrued = Goal(Disposition.PROJECT, BudgetHead(accrual.project, accrual.fund, accrual.kind))
            goal = self._this_year(accrued, line.year.start)
            if goal is None:
                continue
            case = cases.setdefault(goal, _Case(goal))
            case.chances.append(
                _Chance(
                    900,
                    f"{accrual.amount.in_words} was accrued for it in period {accrual.period} of {accrual.year}.",
                )
            )
            if claims > 1:
                case.doubts.append(
                    f"{claims} waiting lines are of that amount; the accrual is for one of them."
                )

    def _from_awards(self, line: LedgerLine, cases: dict[Goal, _Case]) -> None:
        """A line over exactly what a project may spend, or a quarter of it: only where something else says so too."""
        for goal, case in cases.items():
            if goal.head is None or not line.amount:
                continue
            budget = self._setting.budgets.get((goal.head, line.year.start))
            if budget is None or budget <= Money.ZERO:
                continue
            if line.amount == budget:
                case.chances.append(_Chance(300, f"The amount is its whole budget, {budget.in_words}."))
            elif line.amount in budget.share([1] * 4):
                case.chances.append(
                    _Chance(300, f"The amount is a quarter of its budget, {budget.in_words}.")
                )

    def _from_partner(self, partner: Partner, line: LedgerLine, cases: dict[Goal, _Case]) -> None:
        """The other line of a pair that cancels out: both go to one place, or both are left out."""
        said = (
            f"It {'reverses' if partner.reverses else 'is reversed by'} {partner.transaction} ({partner.why})"
        )
        if partner.goal is not None:
            goal = self._this_year(partner.goal, line.year.start)
            if goal is not None:
                where = self._setting.name_of(goal)
                verb = "was" if goal.head is None else "was charged to"
                reason = f"{said}, which {verb} {where}."
                # A reversal undoes its original wherever that went, so that nothing else is asked.
                cases.clear()
                cases[goal] = _Case(goal)
                cases[goal].chances.append(_Chance(985, reason))
        elif partner.waits and not any(case.of_thousand >= 700 for case in cases.values()):
            cases.clear()
            goal = Goal(Disposition.EXCLUDED, None)
            case = cases.setdefault(goal, _Case(goal))
            case.chances.append(_Chance(940, f"{said}, which waits too: together they come to £0.00."))
            if not partner.same_year:
                case.doubts.append("The two stand in different years.")

    def _doubt(self, case: _Case, line: LedgerLine) -> None:
        """What makes a place unlikely or wrong, whatever was charged there before."""
        head = case.goal.head
        if head is None:
            return
        project = self._setting.projects[head.project]
        if line.posted_on is not None:
            if project.starts_on is not None and line.posted_on < project.starts_on:
                case.doubts.append(f"{project.ref} began on {project.starts_on:%d/%m/%Y}, after this line.")
            if project.ends_on is not None and line.posted_on > project.ends_on:
                case.doubts.append(f"{project.ref} ended on {project.ends_on:%d/%m/%Y}, before this line.")
        key = (head, line.year.start)
        if line.amount > Money.ZERO:
            budget = self._setting.budgets.get(key)
            if key in self._setting.short:
                case.doubts.append(f"Nothing is left of the budget of {project.ref}.")
            elif budget is not None and line.amount > budget:
                case.doubts.append(f"It is more than the whole budget of {project.ref}, {budget.in_words}.")


def _chance(goal: Goal, events: Sequence[Goal | None], before: int, weight: int) -> int:
    """The share of *events* that went to *goal*, in thousandths, leaning on what was thought *before* by *weight*
    tenths of an event: few events change little."""
    same = sum(event == goal for event in events)
    return (10_000 * same + weight * before) // (10 * len(events) + weight)


_SMALL = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")


def _said(goal: Goal, events: Sequence[Goal | None], how: str, setting: Setting) -> str:
    same, of = sum(event == goal for event in events), len(events)
    where = f"charged to {setting.name_of(goal)}" if goal.head is not None else "excluded"
    if goal.head is None and goal.disposition is Disposition.INCOME:
        where = "taken as income"
    if same < of:
        return f"{_SMALL[same]} of the last {_SMALL[of].lower()} lines {how} {'was' if same == 1 else 'were'} {where}."
    if same == 1:
        return f"One earlier line {how} was {where}."
    earlier = "The last eight" if same == NEWEST else f"{_SMALL[same]} earlier"
    return f"{earlier} lines {how} were {where}."
