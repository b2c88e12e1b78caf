"""The tables of the Rules view as data: the rules with what they placed, and the lines that a rule on trial fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fundingapp.application.ports import Kept, LineRow, RuleUse
from fundingapp.application.wording import short_date
from fundingapp.domain.ids import RuleId
from fundingapp.domain.matching import CodingRule, ToIncome, ToProjects
from fundingapp.domain.money import Money
from fundingapp.domain.rule_trials import Meets, TriedLine
from fundingapp.ui.spend.columns import Words
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone


class RuleRow(NamedTuple):
    """A rule and what it has placed; None when that is nothing."""

    kept: Kept[CodingRule]
    use: RuleUse | None


class TriedRow(NamedTuple):
    """A line that a rule on trial fits, and what would become of it, in words."""

    row: LineRow
    tried: TriedLine
    words: str


def charged_to(rule: CodingRule, words: Words) -> str:
    """Where a rule charges, in words."""
    target = rule.target
    if isinstance(target, ToProjects) and len(target.splits) == 1:
        return words.project(target.splits[0].ref)
    if isinstance(target, ToIncome):
        return "Income: grant received"
    text = str(target)
    return text[:1].upper() + text[1:]


def rule_columns(words: Words) -> tuple[Column[RuleRow], ...]:
    """The columns of the coding rules; *words* names the projects."""

    def when(row: RuleRow) -> str:
        rule = row.kept.value
        text = rule.when[:1].upper() + rule.when[1:]
        return f"{rule.name}: {text}" if rule.name else text

    return (
        Column[RuleRow](
            "Order",
            lambda row: str(row.kept.value.order),
            RIGHT,
            width=60,
            sort="order",
            order=lambda row: (row.kept.value.order, row.kept.id),
        ),
        Column[RuleRow](
            "When a line’s …", when, width=250, stretch=3, least=200, sort="when", filter="when", tip=when
        ),
        Column[RuleRow](
            "Charge it to",
            lambda row: charged_to(row.kept.value, words),
            width=150,
            stretch=2,
            least=105,
            sort="target",
            filter="target",
            tip=lambda row: charged_to(row.kept.value, words),
        ),
        Column[RuleRow](
            "Lines",
            lambda row: f"{row.use.lines:,}" if row.use is not None else "0",
            RIGHT,
            width=58,
            sort="lines",
            order=lambda row: row.use.lines if row.use is not None else 0,
        ),
        Column[RuleRow].of_amounts(
            "Placed £",
            lambda row: row.use.total if row.use is not None else Money.ZERO,
            width=88,
            sort="placed",
            may_hide=True,
        ),
        Column[RuleRow](
            "State",
            lambda row: "On" if row.kept.value.on else "Off",
            width=58,
            pill=lambda row: None if row.kept.value.on else Tone.ATTENTION,
            sort="state",
        ),
    )


def becomes(tried: TriedLine, numbers: Mapping[RuleId, int]) -> str:
    """What becomes of a line, in words; *numbers* gives the order of each rule."""
    number = numbers.get(tried.rule) if tried.rule is not None else None
    other = f"rule {number}" if number is not None else "a rule that was removed"
    match tried.meets:
        case Meets.CHARGES:
            return "Would be charged"
        case Meets.KEEPS:
            return "Charged by this rule"
        case Meets.EARLIER:
            return f"Taken first by {other}"
        case Meets.STUCK:
            return f"Would wait: {tried.reason}"
        case Meets.ELSEWHERE:
            return "Charged by hand" if tried.rule is None else f"Charged by {other}"


_TONES = {Meets.CHARGES: Tone.GOOD, Meets.KEEPS: Tone.GOOD, Meets.STUCK: Tone.ATTENTION}

TRIED_COLUMNS: tuple[Column[TriedRow], ...] = (
    Column[TriedRow]("Date", lambda row: short_date(row.row.line.posted_on), width=84),
    Column[TriedRow](
        "Supplier", lambda row: row.row.line.supplier, width=150, stretch=2, least=90, filter="supplier"
    ),
    Column[TriedRow](
        "Description",
        lambda row: row.row.line.description,
        width=150,
        stretch=2,
        least=80,
        filter="description",
        may_hide=True,
    ),
    Column[TriedRow].of_amounts("£", lambda row: row.row.line.amount, width=88),
    Column[TriedRow](
        "What becomes of it",
        lambda row: row.words,
        width=150,
        stretch=1,
        least=120,
        pill=lambda row: _TONES.get(row.tried.meets, Tone.NEUTRAL),
        tip=lambda row: row.words,
    ),
)
