"""Every figure foots: what it is said to be made of sums to it, and so does each part, down to the ledger lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from fundingapp.application.desk import Desk
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: What accruals and adjustments make.
ENTRIES = ("net", "accruals", "reversals", "host", *(type.value for type in AdjustmentType))

#: What became of claims.
CLAIMED = (
    "claimed",
    "approved",
    "disallowed",
    "queried",
    "undecided",
    "pending",
    "asked",
    "retained",
    "released",
    "withheld",
    "payable",
    "paid",
    "outstanding",
    "claimable",
)

#: What can be asked of a grant.
GRANT_MEASURES = (
    *CLAIMED,
    "claim-basis",
    "beyond-cap",
    "received",
    "advances",
    "in-transit",
    "repaid",
    "cash",
    "less/spend",
    "spend",
    "awarded",
    "award",
    "accrued",
    *ENTRIES,
    "remaining",
    "outturn",
    "profile",
    "available",
    "allocation",
    "contingency",
    "unallocated",
    "underspend",
    "variance",
    "left",
    "income",
    *(f"spend/Q{quarter}" for quarter in range(1, 5)),
    *(f"stated/Q{quarter}" for quarter in range(1, 5)),
)

#: What can be asked of a project.
PROJECT_MEASURES = (
    *CLAIMED,
    "spend",
    "ledger",
    "award",
    "budget",
    "left",
    "accrued",
    *ENTRIES,
    "remaining",
    "outturn",
    "variance",
    "profile",
    *(f"spend/Q{quarter}" for quarter in range(1, 5)),
    *(f"stated/Q{quarter}" for quarter in range(1, 5)),
    *(f"spend/P{period}" for period in range(1, 14)),
)

#: What can be asked of the ledger.
LEDGER_MEASURES = (
    "total",
    "placed",
    "charged",
    "charged/months",
    "charged/closing",
    "income",
    "excluded",
    "waiting",
    "control",
)


def assert_foots(desk: Desk, figure: str, seen: dict[str, Explanation] | None = None) -> Explanation:
    """Asks why *figure* is so, and of each of its parts in turn."""
    known = {} if seen is None else seen
    if figure in known:
        return known[figure]
    answer = desk.ask(Why(figure, limit=None))
    known[figure] = answer
    assert answer.figure == figure
    if answer.where is not None:
        assert answer.value == answer.line_total, figure
        assert answer.line_count == len(answer.lines), figure
        assert answer.line_total == Money.total(line.share for line in answer.lines), figure
        assert not answer.terms, figure
    else:
        assert answer.value == Money.total(term.amount for term in answer.terms), figure
    for term in answer.terms:
        if term.figure:
            part = assert_foots(desk, term.figure, known).value
            assert term.amount in {part, -part}, f"{figure}: {term.name}"  # minus where it is taken off
    return answer


@contextmanager
def of_one_snapshot(desk: Desk) -> Iterator[Desk]:
    """A desk that answers every question from one snapshot: nothing changes while thousands of figures are asked for,
    and a table that was read once need not be read again."""
    tools = desk._tools
    with tools.open_work(reading=True) as work:

        def opener(*, reading: bool = False) -> Any:
            assert reading, "a question changes nothing"
            return nullcontext(work)

        yield Desk(replace(tools, open_work=opener))


def assert_grant_foots(desk: Desk, fund: FundId, year: FinancialYear, to_period: int | None) -> None:
    """Every figure of a grant, its projects, its identities and its ledger up to *to_period*."""
    with of_one_snapshot(desk) as standing:
        _assert_grant_foots(standing, fund, year, to_period)


def _assert_grant_foots(desk: Desk, fund: FundId, year: FinancialYear, to_period: int | None) -> None:
    seen: dict[str, Explanation] = {}
    answer = desk.ask(PositionOf(fund, year, to_period))
    position = answer.position
    name, suffix = position.fund.name, f"@{to_period}" if to_period else ""
    for measure in GRANT_MEASURES:
        assert_foots(desk, f"{name}/{year}/{measure}{suffix}", seen)
    for ref in {project.ref for project in position.projects}:
        for measure in PROJECT_MEASURES:
            assert_foots(desk, f"{ref}/{year}/{measure}{suffix}", seen)
    for measure in LEDGER_MEASURES:
        assert_foots(desk, f"ledger/{year}/{measure}{suffix}", seen)
    for identity in answer.identities:
        sides = [(identity.left_figure, identity.left)]
        sides += [(part.figure, part.amount) for part in identity.right]
        for figure, amount in sides:
            if figure:
                asked = f"{figure}@{position.to_period}"
                assert assert_foots(desk, asked, seen).value == amount, f"{identity.id}: {figure}"
