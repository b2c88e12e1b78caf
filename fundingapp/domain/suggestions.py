"""Suggestions: where a waiting line probably belongs, how sure that is, and why.

A suggestion is never a charge: a person accepts it, or rejects it for good. Its evidence is what was charged before
(by supplier, coding, description and amount), projects that a description names, accruals and awards of the same
amount, and journals with their reversals. Each piece gives a chance in thousandths; pieces that agree add up, pieces
that speak against each other keep the suggestion below the accept line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
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
#: With fewer charges of its own a supplier may lean on one whose name looks alike.
FEW = 4
#: So many charges in one respect, all to one place, outweigh what went elsewhere in other respects.
_SETTLED = 5
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


#: Stands among the numbers of goals for a split, or for a goal that can't be charged any more.
_NOWHERE = -1

#: In which respect lines are like this one, in words.
_SUPPLIER, _NO_SUPPLIER = "from this supplier", "without a supplier"
_CODING, _CENTRE = "with this cost centre and account", "in this cost centre"
_WORDS, _AMOUNT = "with the same description", "of the same amount"

_SMALL = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")

#: A charge as evidence: when (year, period, line), and the number of its goal.
_Event = tuple[tuple[int, int, int], int]


class Past:
    """What was charged before, by what a new line may share with it; only the newest charges in each respect."""

    def __init__(self, names: Names) -> None:
        self.names = names
        #: The goals by number: whole numbers are compared a hundred thousand times where goals would take too long.
        self.goals: list[Goal] = []
        self._numbers: dict[Goal, int] = {}
        self._events: dict[tuple[object, ...], list[_Event]] = {}

    def number_of(self, goal: Goal) -> int:
        """The number that stands for *goal* here."""
        number = self._numbers.get(goal)
        if number is None:
            number = self._numbers[goal] = len(self.goals)
            self.goals.append(goal)
        return number

    def add(self, id: LineId, line: LedgerLine, goal: Goal | None) -> None:
        """Takes in a line that was charged to *goal*, or split (None)."""
        event = ((line.year.start, line.period, id), _NOWHERE if goal is None else self.number_of(goal))
        for key in respects(line, self.names.family(line.supplier)):
            kept = self._events.get(key)
            if kept is None:
                self._events[key] = [event]
            elif len(kept) < NEWEST or event > kept[-1]:
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
        ("year", family, year),
        ("cost centre", family, year, line.cost_centre),
        ("coding", family, year, line.cost_centre, line.account),
        ("words", family, telling_words(line.description)),
        ("amount", family, line.amount.pence),
    ]


class _Chance(NamedTuple):
    """How likely a goal is by one piece of evidence, in thousandths, and what says so in a sentence when asked."""

    of_thousand: int
    reason: Callable[[], str]


class _Case:
    """All that speaks for and against one goal of one line."""

    def __init__(self, number: int, goal: Goal) -> None:
        self.number = number
        self.goal = goal
        self.chances: list[_Chance] = []
        #: What goes along with that and proves nothing more.
        self.notes: list[Callable[[], str]] = []
        #: Why a person has to look, however much speaks for it.
        self.doubts: list[str] = []

    @property
    def of_thousand(self) -> int:
        """The chance that at least one piece of the evidence is right."""
        wrong = 1000
        for chance in self.chances:
            wrong = wrong * (1000 - chance.of_thousand) // 1000
        return 1000 - wrong


class _Cases(dict[int, _Case]):
    """The cases of one line, by the number of their goal."""

    def __init__(self, past: Past) -> None:
        super().__init__()
        self._past = past

    def __missing__(self, number: int) -> _Case:
        made = self[number] = _Case(number, self._past.goals[number])
        return made

    def of(self, goal: Goal) -> _Case:
        """The case for *goal*, made when there is none yet."""
        return self[self._past.number_of(goal)]


class Proposer:
    """Proposes places for waiting lines from what was charged before (*past*) and what else is known (*setting*)."""

    def __init__(self, past: Past, setting: Setting) -> None:
        self._past = past
        self._setting = setting
        self._refs = {project.ref.casefold(): id for id, project in setting.projects.items()}
        self._rejected: dict[str, set[Rejection]] = {}
        for rejection in setting.rejected:
            self._rejected.setdefault(rejection.key, set()).add(rejection)
        self._named = [
            (words, id)
            for id, project in setting.projects.items()
            if len(words := " ".join(_MENTION.findall(project.name.casefold()))) > 8 and " " in words
        ]
        self._accruals: dict[tuple[str, int], list[Accrual]] = {}
        for accrual in setting.accruals:
            key = (past.names.family(accrual.supplier), accrual.amount.pence)
            self._accruals.setdefault(key, []).append(accrual)
        self._now: dict[int, dict[int, int]] = {}
        self._order: dict[int, tuple[str, str]] = {}
        self._budgets: dict[tuple[int, int], Money | None] = {}

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
        cases = _Cases(self._past)
        self._from_past(line, family, cases)
        self._from_words(line, cases)
        self._from_accruals(line, family, claims, cases)
        self._from_awards(line, cases)
        if partner is not None:
            self._from_partner(partner, line, cases)
        possible = list(cases.values())
        rejected = self._rejected.get(line.key)
        if rejected:
            possible = [case for case in possible if Rejection.of(line.key, case.goal) not in rejected]
        return self._ranked(id, line, possible, doubts)

    def _ranked(
        self, id: LineId, line: LedgerLine, cases: list[_Case], doubts: Sequence[str]
    ) -> tuple[Proposal, ...]:
        if not cases:
            return ()
        rated = sorted(
            ((min(case.of_thousand, _HIGHEST), case) for case in cases),
            key=lambda pair: (-pair[0], self._place(pair[1])),
        )
        found: list[Proposal] = []
        best = rated[0][0]
        rival = rated[1] if len(rated) > 1 else None
        for chance, case in rated[:MOST]:
            tied = rival is not None and best - rival[0] <= _TIE and best - chance <= _TIE
            if (found and not tied) or chance // 10 < WORTH_SAYING:
                break
            self._doubt(case, line)
            reasons = [piece.reason() for piece in sorted(case.chances, key=lambda piece: -piece.of_thousand)]
            reasons += [note() for note in case.notes]
            score = chance
            if tied:
                score = min(rated[1][0], _BELOW_THE_LINE)
                others = [
                    self._setting.name_of(other.goal)
                    for it, other in rated
                    if best - it <= _TIE and other is not case
                ]
                reasons.append(f"As much speaks for {' and '.join(others)}.")
            elif rival is not None and rival[0] >= _RIVAL:
                score = min(score, _BELOW_THE_LINE)
                reasons.append(f"Something speaks for {self._setting.name_of(rival[1].goal)} as well.")
            if case.doubts or doubts:
                score = min(score, _BELOW_THE_LINE)
                reasons += [*case.doubts, *doubts]
            if score // 10 >= WORTH_SAYING:
                found.append(Proposal(id, *case.goal, score // 10, tuple(dict.fromkeys(reasons))))
        return tuple(found)

    def _place(self, case: _Case) -> tuple[str, str]:
        """Where a case stands among others of the same chance: always the same."""
        found = self._order.get(case.number)
        if found is None:
            found = self._order[case.number] = (self._setting.name_of(case.goal), str(case.goal))
        return found

    def _this_year(self, goal: Goal, year: int) -> Goal | None:
        number = self._year_of(year, self._past.number_of(goal))
        return None if number == _NOWHERE else self._past.goals[number]

    def _year_of(self, year: int, number: int) -> int:
        """The number of a goal's place in *year*."""
        table = self._now.setdefault(year, {_NOWHERE: _NOWHERE})
        found = table.get(number)
        if found is None:
            goal = self._setting.this_year(self._past.goals[number], year)
            found = table[number] = _NOWHERE if goal is None else self._past.number_of(goal)
        return found

    def _events(self, key: tuple[object, ...], year: int) -> list[int]:
        table = self._now.get(year, {})
        return [
            table[number] if number in table else self._year_of(year, number)
            for _, number in self._past.of(key)
        ]

    def _from_past(self, line: LedgerLine, family: str, cases: _Cases) -> None:
        """Earlier charges of the supplier, and of one whose name looks alike while there are few of its own."""
        year = line.year.start
        found = [self._events(key, year) for key in respects(line, family)]
        own = found[0]
        doubt = ""
        note: Callable[[], str] | None = None
        if family and len(own) < FEW:
            for other, _ in self._past.names.alike(family):
                there = [self._events(key, year) for key in respects(line, other)]
                if not there[0]:
                    continue
                # What looks alike says nothing where the supplier's own lines went elsewhere.
                if set(own) <= set(there[0]):
                    name = self._past.names.names_of(other)[0]
                    note = partial("“{}” reads like “{}”.".format, line.supplier, name)
                    doubt = "" if own else "It is the first line under this name."
                    found = [(mine + more)[:NEWEST] for mine, more in zip(found, there, strict=True)]
                break
        self._from_family(line, family, found, cases)
        for case in cases.values():
            if note is not None:
                case.notes.append(note)
            if doubt:
                case.doubts.append(doubt)

    def _from_family(self, line: LedgerLine, family: str, found: Sequence[list[int]], cases: _Cases) -> None:
        whole, of_year, centre, coding, words, amount = found
        if not telling_words(line.description):
            words = []
        goals = dict.fromkeys((*whole, *coding, *words, *amount))
        goals.pop(_NOWHERE, None)
        alone = bool(whole) and whole.count(whole[0]) == len(whole)
        settling = [
            events
            for events in (coding, words, amount)
            if len(events) >= _SETTLED and events.count(events[0]) == len(events) and events[0] != _NOWHERE
        ]
        agreed = {events[0] for events in settling}
        for number in goals:
            # Without a supplier nothing holds the lines together but their coding, their words and their amount.
            of_supplier = _chance(number, whole, 700 if family else 200, 20)
            lean = 15 if family else 8
            of_centre = _chance(number, centre, of_supplier, lean)
            sides = [
                (of_supplier if family else 0, whole, _SUPPLIER if family else _NO_SUPPLIER),
                (_chance(number, coding, of_centre, lean), coding, _CODING),
                (_chance(number, words, of_supplier, lean), words, _WORDS),
                (_chance(number, amount, of_supplier, lean), amount, _AMOUNT),
            ]
            told = [side for side in sides if number in side[1]]
            if not told:
                continue
            if len(agreed) == 1 and number not in agreed:
                # What all lines like this one say outweighs the supplier's other business.
                told = [(_chance(number, settling[0], 0, lean), *side[1:]) for side in told]
            # Where all went to one place, the parts of it say no more than the whole.
            best = told[0] if alone and family else max(told, key=lambda side: side[0])
            case = cases[number]

            def said(
                events: list[int], how: str, number: int = number, goal: Goal = case.goal
            ) -> Callable[[], str]:
                return partial(self._said, line, goal, events.count(number), len(events), how)

            case.chances.append(_Chance(best[0], said(*best[1:])))
            case.notes += [said(*side[1:]) for side in told if side is not best and side[0] >= 700]
            if family and case.goal.head is not None and number in of_year:
                if number not in centre:
                    case.doubts.append("This year's lines from this supplier stand in another cost centre.")
                elif len(centre) >= 2 and centre.count(number) == len(centre):
                    case.chances.append(_Chance(250, said(centre, _CENTRE)))
            settled = len(best[1]) >= _SETTLED and best[1].count(number) == len(best[1])
            if not settled:
                for chance, events, how in sides:
                    if len(events) >= 2 and chance < 500 and (family or events is not whole):
                        case.doubts.append(f"Most lines {how} went elsewhere.")
            if best[1][0] != number:
                case.doubts.append(f"The newest line {best[2]} went elsewhere.")

    def _said(self, line: LedgerLine, goal: Goal, same: int, of: int, how: str) -> str:
        """How many of the lines like this one went there."""
        if how is _AMOUNT:
            how = f"of the same amount, {line.amount.in_words},"
        where = f"charged to {self._setting.name_of(goal)}" if goal.head is not None else "excluded"
        if goal.head is None and goal.disposition is Disposition.INCOME:
            where = "taken as income"
        if same < of:
            verb = "was" if same == 1 else "were"
            return f"{_SMALL[same]} of the last {_SMALL[of].lower()} lines {how} {verb} {where}."
        if same == 1:
            return f"One earlier line {how} was {where}."
        earlier = "The last eight" if same == NEWEST else f"{_SMALL[same]} earlier"
        return f"{earlier} lines {how} were {where}."

    def _from_words(self, line: LedgerLine, cases: _Cases) -> None:
        """Projects that the description names, by reference or by their whole name."""
        said = _MENTION.findall(line.description.casefold())
        found = {self._refs[word]: 850 for word in said if word in self._refs}
        if self._named and len(said) > 1:
            text = " ".join(said)
            for words, project in self._named:
                if words in text:
                    found.setdefault(project, 800)
        for project, chance in found.items():
            heads = self._setting.heads.get((project, line.year.start), ())
            reason = partial("The description names {}.".format, self._setting.projects[project].ref)
            for head in heads:
                shared = chance // (len(heads) * len(found))
                cases.of(Goal(Disposition.PROJECT, head)).chances.append(_Chance(shared, reason))

    def _from_accruals(self, line: LedgerLine, family: str, claims: int, cases: _Cases) -> None:
        """An accrual of the same supplier and amount, which this line may be the invoice of."""
        for accrual in self._accruals.get((family, line.amount.pence), ()):
            since = (line.year.start - accrual.year.start) * 12 + line.period - accrual.period
            if not 0 <= since <= 6 or not family:
                continue
            accrued = Goal(Disposition.PROJECT, BudgetHead(accrual.project, accrual.fund, accrual.kind))
            goal = self._this_year(accrued, line.year.start)
            if goal is None:
                continue
            case = cases.of(goal)
            when = f"period {accrual.period} of {accrual.year}"
            reason = partial("{} was accrued for it in {}.".format, accrual.amount.in_words, when)
            case.chances.append(_Chance(900, reason))
            if claims > 1:
                case.doubts.append(
                    f"{claims} waiting lines are of that amount; the accrual is for one of them."
                )

    def _from_awards(self, line: LedgerLine, cases: _Cases) -> None:
        """A line over exactly what a project may spend, or a quarter of it: only where something else says so too."""
        for case in cases.values():
            budget = self._budget(case, line.year.start)
            if budget is None or budget <= Money.ZERO or not 4 * line.amount.pence + 4 >= budget.pence:
                continue
            if line.amount == budget:
                reason = partial("The amount is its whole budget, {}.".format, budget.in_words)
                case.chances.append(_Chance(300, reason))
            elif line.amount in budget.share([1] * 4):
                reason = partial("The amount is a quarter of its budget, {}.".format, budget.in_words)
                case.chances.append(_Chance(300, reason))

    def _budget(self, case: _Case, year: int) -> Money | None:
        """What the head of *case* may spend in *year*."""
        key = (case.number, year)
        if key not in self._budgets:
            head = case.goal.head
            self._budgets[key] = None if head is None else self._setting.budgets.get((head, year))
        return self._budgets[key]

    def _from_partner(self, partner: Partner, line: LedgerLine, cases: _Cases) -> None:
        """The other line of a pair that cancels out: both go to one place, or both are left out."""
        said = (
            f"It {'reverses' if partner.reverses else 'is reversed by'} {partner.transaction} ({partner.why})"
        )
        if partner.goal is not None:
            goal = self._this_year(partner.goal, line.year.start)
            if goal is not None:
                where = self._setting.name_of(goal)
                verb = "was" if goal.head is None else "was charged to"
                # A reversal undoes its original wherever that went, so that nothing else is asked.
                cases.clear()
                cases.of(goal).chances.append(_Chance(985, f"{said}, which {verb} {where}.".__str__))
        elif partner.waits and not any(case.of_thousand >= 700 for case in cases.values()):
            cases.clear()
            case = cases.of(Goal(Disposition.EXCLUDED, None))
            case.chances.append(
                _Chance(940, f"{said}, which waits too: together they come to £0.00.".__str__)
            )
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


def _chance(number: int, events: Sequence[int], before: int, weight: int) -> int:
    """The share of *events* that went to a goal, in thousandths, leaning on what was thought *before* by *weight*
    tenths of an event: few events change little."""
    return (10_000 * events.count(number) + weight * before) // (10 * len(events) + weight)
