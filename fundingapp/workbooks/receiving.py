"""A filled workbook as its receiver's program takes it: the rules of its cells tried, its formulas taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fundingapp.domain.received import Received, RuleBroken, RuleUnchecked
from fundingapp.domain.validations import RuleStyle
from fundingapp.domain.worked_out import Place, Put
from fundingapp.workbooks.formula_parts import formula_parts
from fundingapp.workbooks.formulas.book import FormulaBook
from fundingapp.workbooks.validations import validated


def receive(path: Path, puts: Mapping[Place, Put], today: date) -> Received:
    """What the receiver's program says of the workbook at *path* with *puts* in its cells.

    Raises InputRefusedError for a file that is no workbook.
    """
    return received_of(FormulaBook.read(path), puts, today)


def received_of(book: FormulaBook, puts: Mapping[Place, Put], today: date) -> Received:
    """As :func:`receive`, of a workbook that is read already."""
    found = validated(book, puts, today=today)
    return Received(
        tuple(
            RuleBroken(
                each.sheet,
                each.cell,
                each.value,
                each.should,
                each.rule.message,
                each.is_blank,
                each.rule.style is RuleStyle.STOP,
            )
            for each in found.violations
        ),
        tuple(RuleUnchecked(each.sheet, each.cell, each.why) for each in found.unchecked),
        formula_parts(book),
    )
