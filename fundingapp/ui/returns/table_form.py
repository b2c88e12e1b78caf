"""A table of the template: where it begins and ends, what its rows are, and how they are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fundingapp.domain.addresses import column_number
from fundingapp.domain.sendable import FigureSort, Sendable
from fundingapp.domain.templates import MappedColumn, MappedTable, RowsOf, ShownAs
from fundingapp.ui.forms import Form
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option

_LAST_ROW = 1_048_576


class TableForm(Form):
    """A new table, or one that is there already. *keep* is given the table as it is to be."""

    def __init__(
        self,
        table: MappedTable,
        catalogue: tuple[Sendable, ...],
        keep: Callable[[MappedTable], object],
        cancel: Callable[[], object],
        *,
        is_new: bool,
    ) -> None:
        super().__init__("Begin the table" if is_new else "Keep the table", self._accept_table, cancel)
        self._table = table
        self._catalogue = catalogue
        self._keep = keep
        self.name = self.text("Name of the table", table.name)
        held = [rows for rows in RowsOf if any(rows in entry.rows for entry in catalogue)]
        self._rows = self.choice("Its rows are", [Option(rows, rows.value) for rows in held], table.rows)
        self._rows.activated.connect(lambda _at: self._show_keys())
        self._first = self.text("First row", str(table.first_row))
        self._last = self.text("Last row", str(table.last_row))
        self._heading = self.text("Headings in row", str(table.heading_row or ""), "none")
        self._key = self.text("Rows are known by column", table.key_column)
        self._source = self.choice("in which stands", ())
        self._by_key = Check("The template names its rows already")
        self._by_key.setChecked(table.by_key)
        self.add("", self._by_key)
        self.note(
            "Otherwise the rows are filled from the top, in our order. Rows that do not fit go into an annex, and are "
            "named in the checks."
        )
        self._show_keys()

    def _show_keys(self) -> None:
        rows = self._rows.key
        words = [
            entry
            for entry in self._catalogue
            if rows in entry.rows and entry.sort in (FigureSort.TEXT, FigureSort.CHOICE)
        ]
        self._source.set_options(
            [Option(entry.source, entry.label) for entry in words], self._table.key_source
        )

    def _accept_table(self) -> str:
        name, key = self.name.text().strip(), self._key.text().strip().upper()
        if not name:
            return "Give the table a name: its columns are called by it."
        rows = []
        for field, what in ((self._first, "first"), (self._last, "last"), (self._heading, "heading")):
            words = field.text().strip().replace(",", "")
            if not words and field is self._heading:
                rows.append(0)
            elif words.isdecimal() and words.isascii() and 1 <= int(words) <= _LAST_ROW:
                rows.append(int(words))
            else:
                return f"“{field.text()}” is no row: the {what} row is a number, such as {self._table.first_row}."
        first, last, heading = rows
        if last < first:
            return f"Row {last:,} stands above row {first:,}: the last row comes after the first."
        if heading >= first:
            return f"The headings stand above the first row, which is {first:,}."
        if not (key.isascii() and key.isalpha() and len(key) <= 3):
            return f"“{self._key.text()}” is no column: a column is called by its letters, such as B."
        rows_of, source = self._rows.key, self._source.key
        if not isinstance(rows_of, RowsOf) or not source:
            return "Choose what the rows are known by."
        kept = self._table.columns if rows_of is self._table.rows else ()
        if all(each.column != key for each in kept):
            # Where the template names its rows, nothing is put into the column that they are known by.
            named = "" if self._by_key.isChecked() else str(source)
            kept = (*kept, MappedColumn(key, named, ShownAs.TEXT))
        self._keep(
            replace(
                self._table,
                name=name,
                first_row=first,
                last_row=last,
                heading_row=heading,
                key_column=key,
                key_source=str(source),
                rows=rows_of,
                by_key=self._by_key.isChecked(),
                columns=tuple(sorted(kept, key=lambda each: column_number(each.column))),
            )
        )
        return ""
