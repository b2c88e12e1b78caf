"""“Why?” in the inspector: an explanation of the application as blocks of the panel."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.application.ports import LineFilter, LineShare
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.wording import count, short_date
from fundingapp.domain.ids import LineId
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.page import Figure, Target


@dataclass(frozen=True, slots=True)
class ShowLines:
    """The subject of a Target to Spend: these lines, under this title."""

    where: LineFilter
    title: str


@dataclass(frozen=True, slots=True)
class ShowLine:
    """The subject of a Target to Spend: one ledger line."""

    line: LineId


@dataclass(frozen=True, slots=True)
class ShowAdjustments:
    """The subject of a Target to Spend: the grant's accruals and adjustments."""


@dataclass(frozen=True, slots=True)
class BeginImport:
    """The subject of a Target to Spend: choose a ledger download to take in."""


def source_of(share: LineShare) -> str:
    """Where a line stands: row first, so that it is never cut off, then sheet and file."""
    sheet = f" of “{share.sheet}”" if share.sheet else ""
    return f"row {share.row:,}{sheet} · {share.file}"


def page_of(explanation: Explanation, go: object) -> InspectorPage:
    """The inspector's view of *explanation*; *go* is called with a Target to open its lines on Spend."""
    blocks: list[Block] = []
    if explanation.terms:
        rows = [
            SumRow(term.name, term.shown or term.amount, Figure(term.figure) if term.figure else None)
            for term in explanation.terms
            if term.shown or term.amount or len(explanation.terms) <= 6
        ]
        hidden = len(explanation.terms) - len(rows)
        note = f"{count(hidden, 'part')} of 0.00 not shown" if hidden else ""
        together = explanation.shown or explanation.value
        title = "Comes to" if explanation.shown else "Together"
        rows.append(SumRow(title, together, None, is_total=True, note=note))
        blocks.append(SumBlock(rows))
    if explanation.sources:
        blocks.append(
            SumBlock(
                [SumRow(source.name, source.shown, note=source.where) for source in explanation.sources],
                "Figures",
            )
        )
    if explanation.evidence:
        blocks.append(
            SumBlock(
                [
                    SumRow(
                        entry.evidence.value.name,
                        f"file, {entry.state}" if entry.state else "reference",
                        note=f"for {entry.supports}",
                    )
                    for entry in explanation.evidence
                ],
                "Evidence",
            )
        )
        if callable(go):
            paper = explanation.evidence[0].evidence.id
            words = f"Open the evidence ({len(explanation.evidence)})"
            blocks.append(StepsBlock([Step(words, lambda: go(Target("evidence", ("papers", paper))))]))
    if explanation.note:
        blocks.append(TextBlock(explanation.note))
    if explanation.where is not None:
        where, title = explanation.where, explanation.title
        blocks.append(
            SumBlock(
                [SumRow(count(explanation.line_count, "ledger line"), explanation.line_total, is_total=True)]
            )
        )
        if explanation.lines:
            shown = len(explanation.lines)
            caption = "Ledger lines" if shown == explanation.line_count else f"The first {shown:,}"
            blocks.append(
                LinesBlock(
                    [
                        SourceLine(
                            f"{short_date(line.posted_on)} {line.supplier or line.description}",
                            line.share,
                            source_of(line),
                            Target("spend", ShowLine(line.id)),
                        )
                        for line in explanation.lines
                    ],
                    caption,
                )
            )
            if callable(go):
                blocks.append(
                    StepsBlock(
                        [Step("Open the lines", lambda: go(Target("spend", ShowLines(where, title))), True)]
                    )
                )
    return InspectorPage(
        f"{explanation.in_words} · {explanation.title}", blocks, subject=Figure(explanation.figure)
    )
