"""The tables of the Year end page, column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from fundingapp.application.queries.chain import ChainYear
from fundingapp.application.queries.year_end import CarryForwardRow, SettlementRow
from fundingapp.application.wording import short_date
from fundingapp.domain.carry_forwards import CarryForwardState, NotAgreed
from fundingapp.domain.chain import ChainBreak, ChainState
from fundingapp.domain.money import Money
from fundingapp.domain.settlements import SettlementState
from fundingapp.domain.year_end import HeadOutturn, SettlementProposal
from fundingapp.ui.tables.columns import RIGHT, Column, Edit
from fundingapp.ui.theme import Tone

Row = TypeVar("Row")

#: A second line fits under a figure.
ROW_HEIGHT = 40

CHAIN_TONES = {
    ChainState.CLOSED: Tone.GOOD,
    ChainState.SETTLED: Tone.GOOD,
    ChainState.AWAITED: Tone.ATTENTION,
    ChainState.UNDECIDED: Tone.ATTENTION,
    ChainState.OPEN: Tone.NEUTRAL,
    ChainState.TO_COME: Tone.NEUTRAL,
}
CARRY_TONES = {
    CarryForwardState.FORECAST: Tone.NEUTRAL,
    CarryForwardState.ANTICIPATED: Tone.NEUTRAL,
    CarryForwardState.REQUESTED: Tone.ATTENTION,
    CarryForwardState.AGREED: Tone.GOOD,
    CarryForwardState.PART_AGREED: Tone.GOOD,
    CarryForwardState.REFUSED: Tone.BAD,
    CarryForwardState.WITHDRAWN: Tone.NEUTRAL,
}
SETTLEMENT_TONES = {
    SettlementState.REPAYABLE: Tone.ATTENTION,
    SettlementState.INVOICED: Tone.ATTENTION,
    SettlementState.REPAID: Tone.GOOD,
    SettlementState.NETTED: Tone.GOOD,
    SettlementState.SURRENDERED: Tone.GOOD,
}


def not_agreed_in_words(money: NotAgreed) -> str:
    """“15,000.00 anticipated, 2,000.00 asked”; each for itself, because they are not the same."""
    parts = ((money.forecast, "forecast"), (money.anticipated, "anticipated"), (money.requested, "asked"))
    return ", ".join(f"{amount} {word}" for amount, word in parts if amount)


# The chain


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A year of the chain; *onward* is what of it may go into the next and is not agreed."""

    of: ChainYear
    onward: NotAgreed
    breaks: tuple[ChainBreak, ...] = ()


#: What “why?” asks for in the chain, by the title of the column.
CHAIN_MEASURES: dict[str, str] = {}


def _chain(
    title: str,
    measure: str,
    amount: Callable[[ChainYear], Money],
    second: Callable[[ChainRow], str] | None = None,
    *,
    may_hide: bool = False,
    turn: int = 0,
) -> Column[ChainRow]:
    CHAIN_MEASURES[title] = measure
    return Column[ChainRow].of_amounts(
        title,
        lambda row: amount(row.of),
        why=lambda row: bool(row.of.figure(measure)),
        second=second,
        may_hide=may_hide,
        turn=turn,
        width=92,
    )


def _beside(year: ChainYear) -> str:
    """What changed the allocation since."""
    parts = ((year.supplements, "+"), (year.reductions, "−"))
    return ", ".join(f"{sign} {amount}" for amount, sign in parts if amount)


CHAIN = (
    Column[ChainRow]("Year\n ", lambda row: str(row.of.year), width=76, strong=True),
    _chain("Allocation £\n ", "allocation", lambda year: year.allocation, lambda row: _beside(row.of)),
    _chain(
        "Brought\nforward £",
        "opening",
        lambda year: year.opening,
        lambda row: not_agreed_in_words(row.of.not_agreed),
    ),
    _chain("Virement £\n ", "moved", lambda year: year.moved, may_hide=True),
    _chain("Spend £\n ", "spent", lambda year: year.spent),
    _chain(
        "Carried\nforward £",
        "closing",
        lambda year: year.money.carried,
        lambda row: not_agreed_in_words(row.onward),
    ),
    _chain(
        "Repaid £\n ",
        "repaid",
        lambda year: year.repaid,
        lambda row: f"{row.of.money.owed} owed" if row.of.money.owed else "",
        may_hide=True,
        turn=1,
    ),
    _chain("Pending £\n ", "pending", lambda year: year.pending, may_hide=True, turn=2),
    _chain("Closing £\n ", "closing", lambda year: year.closing, may_hide=True),
    Column[ChainRow](
        "Commissioner\n ",
        lambda row: "chain broken" if row.breaks else row.of.state.value,
        pill=lambda row: Tone.BAD if row.breaks else CHAIN_TONES[row.of.state],
        tip=lambda row: "\n".join(each.sentence for each in row.breaks),
        stretch=1,
        width=190,
    ),
)


# What is left of a year, head by head


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A project of a year in one kind of money with its carry-forwards; also several of them together, which *can_ask*
    why only where that is the grant's own figure."""

    of: HeadOutturn
    carry: tuple[CarryForwardRow, ...] = ()
    is_total: bool = False
    can_ask: bool = True

    @property
    def key(self) -> object:
        return (self.of.project, self.of.kind, self.is_total)

    @property
    def name(self) -> str:
        if self.is_total:
            return self.of.name
        kind = self.of.kind.aside if self.of.kind is not None else ""
        return f"{self.of.ref} {self.of.name}".strip() + kind

    @property
    def live(self) -> tuple[CarryForwardRow, ...]:
        """What was not withdrawn."""
        return tuple(row for row in self.carry if row.of.state is not CarryForwardState.WITHDRAWN)

    @property
    def asked(self) -> Money:
        """What is to be carried, in every state from the forecast to the decision."""
        return Money.total(row.of.asked for row in self.live)

    @property
    def reason(self) -> str:
        return "; ".join(dict.fromkeys(row.of.reason for row in self.live if row.of.reason))

    @property
    def letters(self) -> str:
        """What leads to the papers: letters, and how many files are kept with them."""
        said = dict.fromkeys(row.of.letter for row in self.live if row.of.letter)
        files = sum(len(row.evidence) for row in self.live)
        return ", ".join(said) or (f"{files} paper{'s' if files > 1 else ''}" if files else "")


#: What “why?” asks for, by the title of the column.
MEASURES: dict[str, str] = {}


def head_money(
    title: str,
    measure: str,
    amount: Callable[[HeadOutturn], Money],
    *,
    sorts: bool = False,
    may_hide: bool = False,
    dash: bool = False,
    sign: Callable[[HeadOutturn], str] | None = None,
) -> Column[HeadRow]:
    """A column of amounts of heads; *measure* is what “why?” asks for. *dash*: nought is only a dash. What *sign* says
    of a head is its tooltip, and puts an exclamation mark before the amount."""
    MEASURES[title] = measure

    def text(row: HeadRow) -> str:
        value = amount(row.of)
        if dash and not value:
            return "–"
        return f"! {value}" if sign is not None and sign(row.of) else str(value)

    return Column[HeadRow](
        title,
        text,
        RIGHT,
        sort=measure if sorts else "",
        order=lambda row: amount(row.of).pence,
        amount=lambda row: amount(row.of),
        why=lambda row: row.can_ask and (bool(amount(row.of)) or not dash),
        tip=(lambda row: sign(row.of)) if sign is not None else None,
        may_hide=may_hide,
        width=72,
    )


_HEAD = Column[HeadRow](
    "Project",
    lambda row: row.name,
    sort="name",
    filter="name",
    stretch=3,
    width=190,
    least=120,
    wrap=True,
    tip=lambda row: row.name,
)
WHERE_FROM = (
    _HEAD,
    head_money("Budget £", "budget", lambda head: head.budget),
    head_money("Spend £", "eligible", lambda head: head.eligible),
    head_money("Left £", "left", lambda head: head.left),
    Column[HeadRow].of_amounts("Ask to\ncarry £", lambda row: row.asked, width=84),
    head_money("Agreed £", "agreed", lambda head: head.agreed, may_hide=True, dash=True),
    Column[HeadRow](
        "Reason",
        lambda row: "" if row.is_total else row.reason,
        stretch=2,
        width=130,
        least=70,
        tip=lambda row: row.reason,
    ),
    Column[HeadRow](
        "Letter",
        lambda row: "" if row.is_total else row.letters or "–",
        width=90,
        least=60,
        quiet=True,
        may_hide=True,
    ),
)


def overspent_in_words(head: HeadOutturn) -> str:
    """What nothing paid for yet, in a sentence; "" where all is paid for."""
    if not head.overspend:
        return ""
    return f"{head.overspend.in_words} more was spent than the grant gives it, and nothing pays for that."


#: The outturn's columns that are left out while every project has nought there.
_SOMETIMES: tuple[tuple[Column[HeadRow], Callable[[HeadOutturn], Money]], ...] = (
    (
        head_money("Reversed\nlast year £", "reversals", lambda head: -head.reversals),
        lambda head: head.reversals,
    ),
    (head_money("Adjusted\n£", "adjustments", lambda head: head.adjustments), lambda head: head.adjustments),
    (head_money("Ineligible\n£", "ineligible", lambda head: -head.ineligible), lambda head: head.ineligible),
)
_BEFORE = (
    replace(_HEAD, least=96),
    head_money("Budget £\n ", "budget", lambda head: head.budget, sorts=True),
    head_money("Ledger £\nP1–12", "ledger", lambda head: head.ledger),
    head_money("Ledger £\nP13", "closing", lambda head: head.closing),
    head_money("Accruals\n£", "accruals", lambda head: head.accruals),
)
_AFTER = (
    head_money("Net\neligible £", "eligible", lambda head: head.eligible, sign=overspent_in_words),
    head_money("Final\nclaim £", "final claim", lambda head: head.final_claim),
    head_money("Paid £\n ", "paid", lambda head: head.paid),
    head_money("Balance £\n ", "balance", lambda head: head.balance, sorts=True),
)
#: The outturn of a year that has nothing out of the way.
ALWAYS = (*_BEFORE, *_AFTER)


def outturn_columns(heads: Sequence[HeadOutturn]) -> tuple[Column[HeadRow], ...]:
    """The outturn's columns: from the ledger to what is due, with those in which *heads* have something."""
    found = (column for column, amount in _SOMETIMES if any(amount(head) for head in heads))
    return (*_BEFORE, *found, *_AFTER)


FORECAST, ANTICIPATED, REASON = "Forecast", "Anticipated", "Reason"


def underspend_columns(
    can_plan: Callable[[HeadRow], bool], heads: Sequence[HeadOutturn] = ()
) -> tuple[Column[HeadRow], ...]:
    """What becomes of what each project has left. What is planned is typed in place where *can_plan* says so; what none
    of *heads* has anything of is left out, so that their names have room."""
    owed = head_money("To repay\n£", "owed", lambda head: head.owed, dash=True)
    repaid = head_money("Repaid\n£", "repaid", lambda head: head.repaid, dash=True)
    surrendered = head_money("Surren-\ndered £", "surrendered", lambda head: head.surrendered, dash=True)

    def planned(title: str, measure: str, amount: Callable[[HeadOutturn], Money]) -> Column[HeadRow]:
        MEASURES[title] = measure
        return Column[HeadRow](
            title,
            lambda row: str(amount(row.of)) if amount(row.of) else "–" if row.is_total else "",
            RIGHT,
            amount=lambda row: amount(row.of),
            edit=Edit.MONEY,
            can_edit=can_plan,
            tip=lambda row: "Type what is to be carried forward; empty takes it out" if can_plan(row) else "",
            tint=lambda row: Tone.ACCENT if can_plan(row) else None,
            width=72,
        )

    return (
        replace(_HEAD, least=140),
        head_money("Left £\n ", "left", lambda head: head.left, sorts=True),
        planned(f"{FORECAST}\n£", "forecast", lambda head: head.forecast),
        planned(f"{ANTICIPATED}\n£", "anticipated", lambda head: head.anticipated),
        Column[HeadRow](
            f"{REASON}\n ",
            lambda row: "" if row.is_total else row.reason,
            edit=Edit.TEXT,
            can_edit=lambda row: can_plan(row) and bool(row.of.forecast or row.of.anticipated),
            stretch=2,
            width=120,
            least=64,
            tip=lambda row: row.reason,
        ),
        head_money("Asked\n£", "requested", lambda head: head.requested, dash=True),
        head_money("Agreed\n£", "agreed", lambda head: head.agreed, dash=True),
        head_money("Refused\n£", "refused", lambda head: head.refused, dash=True),
        *([owed] if any(head.owed for head in heads) else []),
        *([repaid] if any(head.repaid for head in heads) else []),
        *([surrendered] if any(head.surrendered for head in heads) else []),
        head_money("Pending £\n ", "pending", lambda head: head.pending, sorts=True),
    )


def some_of(rows: Sequence[HeadRow], name: str) -> HeadRow:
    """*rows* together under *name*, for the foot of a list that leaves others out."""

    def together(amount: Callable[[HeadOutturn], Money]) -> Money:
        return Money.total(amount(row.of) for row in rows)

    return HeadRow(
        HeadOutturn(
            None,
            "",
            name,
            None,
            rows[0].of.fund,
            rows[0].of.year,
            is_total=True,
            budget=together(lambda head: head.budget),
            ledger=together(lambda head: head.eligible),
            agreed=together(lambda head: head.agreed),
        ),
        tuple(each for row in rows for each in row.carry),
        is_total=True,
        can_ask=False,
    )


# Requests, and money that goes back


CARRY = (
    Column[CarryForwardRow](
        "Project",
        lambda row: f"{row.ref} {row.name}".strip() + row.of.kind.aside,
        sort="name",
        filter="name",
        stretch=3,
        width=170,
        least=100,
    ),
    Column[CarryForwardRow](
        "State",
        lambda row: row.of.state.value,
        pill=lambda row: CARRY_TONES[row.of.state],
        sort="state",
        filter="state",
        width=100,
    ),
    Column[CarryForwardRow].of_amounts("Asked £", lambda row: row.of.asked, width=84),
    Column[CarryForwardRow](
        "Agreed £",
        lambda row: str(row.of.agreed) if row.of.decided_on else "–",
        RIGHT,
        amount=lambda row: row.of.carried,
        width=84,
    ),
    Column[CarryForwardRow](
        "Decided", lambda row: short_date(row.of.decided_on), width=84, quiet=True, may_hide=True
    ),
    Column[CarryForwardRow](
        "Letter",
        lambda row: row.of.letter or "–",
        stretch=1,
        width=80,
        least=50,
        quiet=True,
        may_hide=True,
    ),
)


@dataclass(frozen=True, slots=True)
class BackRow:
    """Money that goes back, or a proposal that it should: one of the two is there."""

    settlement: SettlementRow | None = None
    proposal: SettlementProposal | None = None

    @property
    def key(self) -> object:
        if self.settlement is not None:
            return ("settlement", self.settlement.id)
        return ("proposal", self.proposed.project, self.proposed.kind, self.proposed.carry_forward)

    @property
    def proposed(self) -> SettlementProposal:
        """The proposal; only asked for where there is no settlement."""
        if self.proposal is None:
            raise AssertionError("a row is a settlement or a proposal")
        return self.proposal

    @property
    def name(self) -> str:
        if self.settlement is not None:
            return f"{self.settlement.ref} {self.settlement.name}".strip() + self.settlement.of.kind.aside
        return f"{self.proposed.ref} {self.proposed.name}".strip() + self.proposed.kind.aside

    @property
    def amount(self) -> Money:
        return self.settlement.of.amount if self.settlement is not None else self.proposed.amount

    @property
    def state(self) -> str:
        return self.settlement.of.state.value if self.settlement is not None else "to be decided"

    @property
    def tone(self) -> Tone:
        return SETTLEMENT_TONES[self.settlement.of.state] if self.settlement is not None else Tone.ATTENTION

    @property
    def why(self) -> str:
        """Why it goes back, and what leads to the paper."""
        if self.settlement is None:
            return self.proposed.why
        of = self.settlement.of
        return " · ".join(words for words in (of.invoice, of.reason) if words)


BACK = (
    Column[BackRow](
        "Project",
        lambda row: row.name,
        sort="name",
        filter="name",
        stretch=3,
        width=170,
        least=100,
    ),
    Column[BackRow](
        "State", lambda row: row.state, pill=lambda row: row.tone, sort="state", filter="state", width=110
    ),
    Column[BackRow].of_amounts("Amount £", lambda row: row.amount, width=84),
    Column[BackRow](
        "Why", lambda row: row.why, stretch=2, width=120, least=60, quiet=True, tip=lambda row: row.why
    ),
)
