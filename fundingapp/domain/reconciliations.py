"""The reconciliation of the ledger as a dated document, kept as it was when it was made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, LineId, ReconciliationId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.signing import Figures
from fundingapp.domain.states import Machine, Move, Need
from fundingapp.domain.watching import Difference


class ReconciliationState(Enum):
    """A draft can be left and taken up again; what is prepared waits for another person's review."""

    DRAFT = "draft"
    PREPARED = "prepared"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


#: The states in which a reconciliation is kept as it was, so that a later change of its figures is told.
KEPT = frozenset({ReconciliationState.PREPARED, ReconciliationState.REVIEWED})

RECONCILIATIONS = Machine(
    "reconciliation",
    (
        Move(ReconciliationState.DRAFT, ReconciliationState.PREPARED, "prepare", "preparer", (Need.AMOUNT,)),
        Move(ReconciliationState.PREPARED, ReconciliationState.REVIEWED, "review", "reviewer"),
        Move(ReconciliationState.PREPARED, ReconciliationState.DRAFT, "send back", "reviewer", (Need.REASON,)),
        Move(ReconciliationState.DRAFT, ReconciliationState.WITHDRAWN, "withdraw", "preparer", (Need.REASON,)),
        Move(ReconciliationState.PREPARED, ReconciliationState.WITHDRAWN, "withdraw", "preparer", (Need.REASON,)),
        Move(ReconciliationState.REVIEWED, ReconciliationState.WITHDRAWN, "withdraw", "reviewer", (Need.REASON,)),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The ledger of *year* up to *to_period* against what the file holds, on the day *dated*.

    *opening* is where the reconciliation before ended, *movements* what came since, *ledger_total* what the finance
    system states (None: not typed yet). The difference is what is to be explained by its items. *figures* are what
    stood behind it, kept as they were: by cost centre and by where the pounds went. Moments are in UTC.
    """

    year: FinancialYear
    to_period: int
    dated: date
    opening: Money
    movements: Money
    ledger_total: Money | None
    state: ReconciliationState
    prepared_by: str
    prepared_at: datetime
    figures: Figures = ()
    note: str = ""
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    reason: str = ""

    @property
    def held(self) -> Money:
        """What the file holds of the ledger."""
        return self.opening + self.movements

    @property
    def difference(self) -> Money:
        """The ledger's total less what is held; nought until it is typed."""
        return Money.ZERO if self.ledger_total is None else self.ledger_total - self.held

    @property
    def is_kept(self) -> bool:
        """Whether it is kept as it was: its figures are those of the day when it was prepared."""
        return self.state in KEPT

    @property
    def in_words(self) -> str:
        """“2018/19 up to period 9 (December)”."""
        return f"{self.year} up to period {self.to_period} ({period_name(self.to_period)})"


@dataclass(frozen=True, slots=True)
class ReconciliationItem:
    """A part of a reconciliation's difference that is explained; *line* names the ledger line that it is about."""

    reconciliation: ReconciliationId
    text: str
    amount: Money
    line: LineId | None = None


class CentreSum(NamedTuple):
    """The live ledger lines of one cost centre, and where their pounds went: *total* and *waiting* are sums of lines,
    the others of charges. *excluded* is by its reasons."""

    cost_centre: str
    lines: int
    total: Money
    waiting: Money
    charged: tuple[tuple[FundId, Money], ...]
    income: Money
    excluded: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class CentreRow:
    """A cost centre of the statement; what is *charged* is by the name of the grant."""

    cost_centre: str
    total: Money = Money.ZERO
    charged: Mapping[str, Money] = field(default_factory=dict)
    income: Money = Money.ZERO
    excluded: Mapping[str, Money] = field(default_factory=dict)
    waiting: Money = Money.ZERO

    @property
    def placed(self) -> Money:
        """Charged, taken as income or excluded with a reason."""
        return Money.total((*self.charged.values(), self.income, *self.excluded.values()))

    @property
    def difference(self) -> Money:
        """The ledger's balance less all that became of it; must be nil."""
        return self.total - self.placed - self.waiting


_OF_CENTRE = re.compile(
    r"centre (?P<centre>.*?)(?:/(?P<what>charged to|income|excluded:|waiting)(?: (?P<rest>.*))?)?", re.DOTALL
)
_BY_RULE = re.compile(r" \(Rule \d+: .*\)$", re.DOTALL)
_PERIOD = re.compile(r"period (\d{1,2})")


def figures_of(
    year: FinancialYear,
    to_period: int,
    periods: Mapping[int, Money],
    centres: Iterable[CentreSum],
    funds: Mapping[FundId, str],
) -> Figures:
    """What stands behind a reconciliation: the ledger's total by period and by cost centre, and where it went.

    Each name is a figure that answers “why?”. *periods* has the total of each period up to *to_period*.
    """

    def named(measure: str) -> str:
        return f"ledger/{year}/{measure}@{to_period}"

    # A download may write a cost centre once in small letters; a filter of lines does not tell them apart either.
    merged: dict[str, list[CentreSum]] = {}
    for each in centres:
        merged.setdefault(each.cost_centre.casefold(), []).append(each)
    rows = [_centre_row(group, funds) for _, group in sorted(merged.items())]
    by_fund = _sums((name, amount) for row in rows for name, amount in row.charged.items())
    found = [
        (named("total"), Money.total(periods.values())),
        *((named(f"period {period}"), amount) for period, amount in sorted(periods.items())),
        *((named(f"charged to {name}"), amount) for name, amount in sorted(by_fund.items())),
        (named("income"), Money.total(row.income for row in rows)),
        (named("excluded"), Money.total(amount for row in rows for amount in row.excluded.values())),
        (named("waiting"), Money.total(row.waiting for row in rows)),
    ]
    for row in rows:
        centre = f"centre {row.cost_centre}"
        found.append((named(centre), row.total))
        found += [(named(f"{centre}/charged to {name}"), amount) for name, amount in row.charged.items()]
        if row.income:
            found.append((named(f"{centre}/income"), row.income))
        found += [(named(f"{centre}/excluded: {reason}"), amount) for reason, amount in row.excluded.items()]
        if row.waiting:
            found.append((named(f"{centre}/waiting"), row.waiting))
    return tuple(found)


def _centre_row(group: Sequence[CentreSum], funds: Mapping[FundId, str]) -> CentreRow:
    charged = _sums((funds[fund], amount) for each in group for fund, amount in each.charged)
    excluded = _sums((_without_rule(reason), amount) for each in group for reason, amount in each.excluded)
    return CentreRow(
        group[0].cost_centre,
        Money.total(each.total for each in group),
        dict(sorted(charged.items())),
        Money.total(each.income for each in group),
        dict(sorted(excluded.items())),
        Money.total(each.waiting for each in group),
    )


def _without_rule(reason: str) -> str:
    """The reason of an exclusion without the rule that gave it: “not grant funded (Rule 4: account is “1001”)”."""
    return _BY_RULE.sub("", reason)


def _sums(pairs: Iterable[tuple[str, Money]]) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for name, amount in pairs:
        found[name] = found.get(name, Money.ZERO) + amount
    return found


def measure_of(figure: str) -> str:
    """“centre FAL01/income” of “ledger/2018/19/centre FAL01/income@9”."""
    return figure.split("/", 3)[3].rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class OfCentre:
    """What a figure of one cost centre is about; *what* is "", “charged to”, “income”, “excluded:” or “waiting”, *rest*
    the grant or the reason."""

    centre: str
    what: str
    rest: str


def of_centre(measure: str) -> OfCentre | None:
    """What *measure* (“centre FAL01/charged to Locality Fund”) is about; None when it is no cost centre's."""
    found = _OF_CENTRE.fullmatch(measure)
    return OfCentre(found["centre"], found["what"] or "", found["rest"] or "") if found else None


def of_period(measure: str) -> int | None:
    """7 of “period 7”; None when *measure* is no period's."""
    found = _PERIOD.fullmatch(measure)
    number = int(found[1]) if found else 0
    return number if 1 <= number <= CLOSING_PERIOD else None


@dataclass(frozen=True, slots=True)
class Statement:
    """A reconciliation's figures, read out of their names: the same for one that is kept and for a draft."""

    figures: Figures
    periods: tuple[tuple[int, Money], ...]
    centres: tuple[CentreRow, ...]
    held: Money
    waiting: Money

    @property
    def grants(self) -> tuple[str, ...]:
        """The grants that the ledger is charged to, by their names."""
        return tuple(sorted({name for row in self.centres for name in row.charged}))

    def total_of(self, grant: str) -> Money:
        """What all cost centres charge to *grant*."""
        return Money.total(row.charged.get(grant, Money.ZERO) for row in self.centres)


def statement_of(figures: Figures) -> Statement:
    """*figures* as the rows of a statement."""
    periods: list[tuple[int, Money]] = []
    centres: dict[str, dict[str, dict[str, Money]]] = {}
    whole = {"total": Money.ZERO, "waiting": Money.ZERO}
    for name, amount in figures:
        measure = measure_of(name)
        about = of_centre(measure)
        period = of_period(measure)
        if about is not None:
            centres.setdefault(about.centre, {}).setdefault(about.what, {})[about.rest] = amount
        elif period is not None:
            periods.append((period, amount))
        elif measure in whole:
            whole[measure] = amount
    rows = tuple(
        CentreRow(
            name,
            said.get("", {}).get("", Money.ZERO),
            said.get("charged to", {}),
            said.get("income", {}).get("", Money.ZERO),
            said.get("excluded:", {}),
            said.get("waiting", {}).get("", Money.ZERO),
        )
        for name, said in centres.items()
    )
    return Statement(figures, tuple(periods), rows, whole["total"], whole["waiting"])


def changed_since(kept: Figures, now: Figures) -> tuple[Difference, ...]:
    """The figures that differ between *kept* and *now*, in the order of *kept*; one that is missing is nought."""
    was, become = dict(kept), dict(now)
    names = [*was, *(name for name in become if name not in was)]
    found = (Difference(name, was.get(name, Money.ZERO), become.get(name, Money.ZERO)) for name in names)
    return tuple(each for each in found if each.was != each.now)


class PaperItem(NamedTuple):
    """An explained item on paper, with its ledger line in words (“T1204, Home-Start, 12/03/2019”)."""

    text: str
    amount: Money
    line: str


@dataclass(frozen=True, slots=True)
class ReconciliationPaper:
    """A reconciliation as it is printed. *before* says what it opens with, *written* is the day of printing and *head*
    the hash that the history ends with on it. *changed* is what was not any more as it was on that day."""

    partnership: str
    reconciliation: Reconciliation
    statement: Statement
    before: str
    inside_before: Money
    items: tuple[PaperItem, ...]
    papers: tuple[str, ...]
    changed: tuple[Difference, ...]
    written: date
    head: str
    #: The last period that the reconciliation before had covered, 0 where there was none.
    opens_after: int = 0

    @property
    def lines(self) -> tuple[tuple[str, Money | None], ...]:
        """The statement, line by line: from the opening to what is left to explain; None: not typed yet."""
        value = self.reconciliation
        covered = self.opens_after
        found: list[tuple[str, Money | None]] = [(self.opening_in_words, value.opening)]
        if self.inside_before:
            found.append((f"Changed since in periods 1 to {covered}", self.inside_before))
        found += [
            (f"Period {period} ({period_name(period)})", amount)
            for period, amount in self.statement.periods
            if period > covered
        ]
        explained = Money.total(item.amount for item in self.items)
        found += [
            ("Held in this file", value.held),
            ("Finance system's total", value.ledger_total),
            ("Difference", value.difference if value.ledger_total is not None else None),
            ("Explained", explained),
            ("Still to explain", value.difference - explained if value.ledger_total is not None else None),
        ]
        return tuple(found)

    @property
    def opening_in_words(self) -> str:
        """What the opening is."""
        return f"Opening: {self.before}" if self.before else f"Opening of {self.reconciliation.year}"


def opening_of(
    year: FinancialYear, to_period: int, others: Iterable[Reconciliation]
) -> Reconciliation | None:
    """The kept reconciliation that one of *year* up to *to_period* goes on from; None: it begins the year."""
    before = [each for each in others if each.is_kept and each.year == year and each.to_period < to_period]
    return max(before, key=lambda each: each.to_period, default=None)


def check_start(year: FinancialYear, to_period: int, others: Iterable[Reconciliation]) -> None:
    """Refuses a second draft of *year*, and one that would not end later than what is reconciled already."""
    if not 1 <= to_period <= CLOSING_PERIOD:
        raise ExpectedError(
            "reconciliation_period",
            f"Period {to_period} is not one of 1 to 13.",
            "Choose the last period to reconcile.",
        )
    ours = [each for each in others if each.year == year]
    draft = next((each for each in ours if each.state is ReconciliationState.DRAFT), None)
    if draft is not None:
        raise ExpectedError(
            "reconciliation_begun",
            f"The reconciliation of {draft.in_words} was begun and is a draft still.",
            "Take it up again, or withdraw it with a reason; then begin this one.",
        )
    last = max((each for each in ours if each.is_kept), key=lambda each: each.to_period, default=None)
    if last is not None and last.to_period >= to_period:
        raise ExpectedError(
            "reconciled_already",
            f"{last.in_words} is reconciled already ({last.state.value}, dated {last.dated:%d/%m/%Y}).",
            "Reconcile up to a later period, or withdraw that reconciliation with a reason first.",
        )


def check_withdrawing(id: ReconciliationId, others: Mapping[ReconciliationId, Reconciliation]) -> None:
    """Refuses to withdraw a reconciliation that a later one of its year goes on from."""
    ours = others[id]
    later = next(
        (
            each
            for other, each in others.items()
            if other != id
            and each.year == ours.year
            and each.to_period > ours.to_period
            and each.state is not ReconciliationState.WITHDRAWN
        ),
        None,
    )
    if later is not None and ours.is_kept:
        raise ExpectedError(
            "reconciliation_rests",
            f"The reconciliation of {later.in_words} opens with what this one ended with.",
            "Withdraw the later one first, with a reason.",
        )


def obstacles(
    reconciliation: Reconciliation, items: Sequence[ReconciliationItem], statement: Statement
) -> tuple[str, ...]:
    """What keeps a draft from being prepared, each in a sentence: the total that is missing, lines without a place, and
    what of the difference is not explained to the penny (L01)."""
    found: list[str] = []
    if reconciliation.ledger_total is None:
        found.append("The finance system's total is not typed yet.")
    if statement.waiting or any(row.waiting for row in statement.centres):
        found.append(
            f"Lines of {statement.waiting.in_words} wait for a project: each is charged, income, or excluded with a "
            "reason before the ledger is reconciled."
        )
    unequal = [row for row in statement.centres if row.difference]
    if unequal:
        names = ", ".join(f"{row.cost_centre or '(none)'} by {row.difference.in_words}" for row in unequal)
        found.append(f"The parts of lines do not add up to their lines in cost centre {names}.")
    if reconciliation.ledger_total is not None:
        difference = reconciliation.ledger_total - statement.held
        explained = Money.total(item.amount for item in items)
        if difference != explained:
            found.append(
                f"The difference is {difference.in_words}, and {explained.in_words} of it is explained: "
                f"{(difference - explained).in_words} is not."
            )
    return tuple(found)


def check_reviewer(reconciliation: Reconciliation, who: str) -> None:
    """Refuses a review by whoever prepared it (decision D14)."""
    if who.strip().casefold() == reconciliation.prepared_by.strip().casefold():
        raise ExpectedError(
            "own_reconciliation",
            f"{who} prepared the reconciliation of {reconciliation.in_words} and can't review it.",
            "Ask a second person to open the file and review it.",
        )


def check_item(text: str, amount: Money) -> str:
    """What an explained item says, tidied. Refuses one without words or without an amount."""
    said = " ".join(text.split())
    if not said:
        raise ExpectedError(
            "no_explanation", "An explained item needs its words.", "Say what makes the difference."
        )
    if not amount:
        raise ExpectedError(
            "no_amount",
            f"“{said}” has no amount.",
            "Type what it adds to the finance system's total, or takes off.",
        )
    return said
