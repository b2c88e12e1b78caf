"""The pack of a return as a PDF: our own font inside, so that £ and ŵ are there on every machine; title, language and
page numbers; tables that repeat their headings. The same return gives the same bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path

from reportlab.platypus import Flowable, KeepTogether, Spacer

from fundingapp.documents.pdf import NOTE, TITLE, PdfColumn, built, heading, prove, table, words
from fundingapp.domain.money import Money
from fundingapp.domain.return_packs import ReturnPack
from fundingapp.domain.return_proofs import CellSort, ReturnCell

__all__ = ["prove", "return_pack"]

_SHOWN = Context(prec=15)


def return_pack(pack: ReturnPack, fonts: Path) -> bytes:
    """*pack* as a PDF; *fonts* is the folder with our own fonts. Raises ExpectedError when they are not there."""
    return built(
        lambda: _story(pack),
        fonts,
        pack.title,
        f"{pack.partnership} to {pack.commissioner}",
        f"{pack.partnership} · {pack.title}",
    )


def _story(pack: ReturnPack) -> Iterable[Flowable]:
    yield words(pack.title, TITLE)
    yield words(f"{pack.partnership} to {pack.commissioner}. This return is {pack.state}.")
    yield table(
        (PdfColumn("The workbook", 0.3), PdfColumn("", 0.7)),
        [
            ("File", pack.file_name),
            ("SHA-256 of the file", pack.sha256),
            *((("Filled into", pack.template),) if pack.template else ()),
            ("Written", f"{pack.written_at.astimezone():%d/%m/%Y at %H:%M} by {pack.written_by}"),
            ("Proof", f"{pack.compared:,} cells read back by {pack.reader}, and equal"),
            ("Checksum of the figures (SHA-256)", pack.checksum or "not kept"),
            ("Spent to date", pack.spent.in_words),
        ],
    )
    yield from _certificate(pack)
    yield from heading("Reconciliation")
    if pack.agrees:
        yield table(
            (PdfColumn("Both sides of each equation, as they stood when the return was written", 1),),
            [(each,) for each in pack.agrees],
        )
    else:
        yield words("The equations of this return were not kept with it.")
    yield from heading("Variances and their reasons")
    if pack.reasons:
        yield table((PdfColumn("Project", 1),), [(each,) for each in pack.reasons])
    else:
        yield words("No project is off its budget by more than the agreement allows.")
    yield from _checks(pack)
    yield from _changes(pack)
    yield from heading("Evidence")
    if pack.papers:
        yield table(
            (PdfColumn("Supports", 0.3), PdfColumn("Paper", 0.34), PdfColumn("SHA-256", 0.36)),
            [(paper.supports, paper.name, paper.sha256 or "reference") for paper in pack.papers],
        )
    else:
        yield words("No paper is attached to what this return states.")
    yield from heading("Steps")
    yield table(
        (PdfColumn("When", 0.17), PdfColumn("Who", 0.16), PdfColumn("Became", 0.13), PdfColumn("Why", 0.54)),
        [
            (
                f"{step.at.astimezone():%d/%m/%Y %H:%M}",
                step.by,
                step.became,
                ", ".join(
                    part
                    for part in (
                        step.reason,
                        step.reference,
                        f"dated {step.dated:%d/%m/%Y}" if step.dated else "",
                    )
                    if part
                ),
            )
            for step in pack.steps
        ],
    )
    yield from _cells(pack)


def _certificate(pack: ReturnPack) -> Iterable[Flowable]:
    yield from heading("What is certified")
    certificate = pack.certificate
    if certificate is not None:
        yield words(certificate.statement)
    yield KeepTogether([words(pack.certified_in_words)])
    if pack.figures:
        yield table(
            (
                PdfColumn("Figure", 0.45),
                PdfColumn("Name in the file", 0.38),
                PdfColumn("£", 0.17, figures=True),
            ),
            [(figure.words, figure.name, figure.amount) for figure in pack.figures],
        )
    if certificate is not None:
        yield Spacer(1, 4)
        yield words(f"Checksum of the certified figures (SHA-256): {certificate.checksum}", NOTE)
        yield words(f"The history of changes ended with {certificate.journal_head}", NOTE)


def _checks(pack: ReturnPack) -> Iterable[Flowable]:
    yield from heading("Accepted exceptions")
    if pack.accepted:
        yield table(
            (PdfColumn("Where", 0.18), PdfColumn("What", 0.46), PdfColumn("Why it may stay", 0.36)),
            [(check.place, check.text, check.accepted) for check in pack.accepted],
        )
    else:
        yield words("None was needed.")
    if pack.to_look_at:
        yield from heading("Looked at")
        yield table(
            (PdfColumn("Where", 0.25), PdfColumn("What", 0.75)),
            [(check.place, check.text) for check in pack.to_look_at],
        )


def _changes(pack: ReturnPack) -> Iterable[Flowable]:
    if not pack.before:
        return
    yield from heading(f"What changed since version {pack.before}")
    if not pack.changes:
        yield words("No figure changed.")
        return
    rows: list[tuple[str | Money, ...]] = []
    for change in pack.changes:
        rows.append((change.words, change.was, change.now, change.now - change.was))
        rows += [
            (
                "   " + "\n   ".join(part for part in (part_.what, part_.where, part_.why) if part),
                "",
                "",
                part_.difference,
            )
            for part_ in change.parts
        ]
    yield table(
        (
            PdfColumn("Figure, and the lines and decisions behind it", 0.52),
            PdfColumn("Was £", 0.16, figures=True),
            PdfColumn("Is £", 0.16, figures=True),
            PdfColumn("Difference £", 0.16, figures=True),
        ),
        rows,
    )


def _value(cell: ReturnCell) -> str:
    """What a cell held, as a reader writes it; the result of a formula in the fifteen digits that spreadsheets show."""
    if not cell.value:
        return "blank"
    match cell.sort:
        case CellSort.DAY:
            with contextlib.suppress(ValueError):
                return f"{date.fromisoformat(cell.value):%d/%m/%Y}"
        case CellSort.POUNDS:
            with contextlib.suppress(InvalidOperation):
                return f"{Decimal(cell.value):,f}"
        case CellSort.RESULT:
            with contextlib.suppress(InvalidOperation):
                return f"{_SHOWN.create_decimal(cell.value).normalize():,f}"
        case _:
            pass
    return cell.value


def _cells(pack: ReturnPack) -> Iterable[Flowable]:
    yield from heading("Every cell that was filled")
    if not pack.cells:
        yield words("The cells of this return were not kept with it.")
        return
    yield table(
        (PdfColumn("Cell", 0.24), PdfColumn("What it is", 0.4), PdfColumn("Value", 0.36)),
        [
            (f"{cell.sheet}!{cell.cell}", cell.label or cell.source or cell.sort.value, _value(cell))
            for cell in pack.cells
        ],
    )
    if pack.not_computed:
        yield from heading("Left to the receiver's program to work out")
        yield table((PdfColumn("Cell", 0.3), PdfColumn("Why", 0.7)), list(pack.not_computed))
