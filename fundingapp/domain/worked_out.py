"""Results of a workbook's formulas, worked out again from what is put into its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

#: A cell: the sheet's name as in the workbook, and its address.
Place = tuple[str, str]
#: What is put into a cell; None blanks it. Never a float.
Put = str | Decimal | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Worked:
    """A formula's result. *kind* is the sort as a workbook stores it: ``n`` a number, ``str`` a text, ``b`` yes or no,
    ``e`` an error; *text* is what is stored."""

    kind: str
    text: str

    @property
    def value(self) -> str | Decimal | bool:
        """The result as a value; an error as its text."""
        if self.kind == "n":
            return Decimal(self.text)
        return self.text == "1" if self.kind == "b" else self.text


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """Every formula cell that depends on what was put in, with its result, or why it could not be worked out."""

    values: Mapping[Place, Worked] = field(default_factory=dict)
    not_computed: Mapping[Place, str] = field(default_factory=dict)
