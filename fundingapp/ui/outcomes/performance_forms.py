"""The forms of the Performance view: what a published table can't say itself, and why a wrong figure is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from fundingapp.application.commands.performance import (
    AcceptFinding,
    ChangePerformanceTable,
    ImportPerformanceTable,
    TableChoices,
)
from fundingapp.application.ports import Kept
from fundingapp.application.queries.performance import PerformanceFileRead
from fundingapp.domain.changes import Days
from fundingapp.domain.ids import AreaId, PerformanceTableId
from fundingapp.domain.performance import PerformanceFinding, PerformanceTable
from fundingapp.domain.published_counts import rows_are_places
from fundingapp.ui.forms import Form
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField


class KeepTableForm(Form):
    """Asks for what the file leaves open: the days that its headings mean, and whose table it is."""

    def __init__(
        self,
        file: PerformanceFileRead,
        number: int,
        areas: tuple[tuple[AreaId, str], ...],
        keep: Callable[[ImportPerformanceTable], object],
        cancel: Callable[[], object],
    ) -> None:
        super().__init__("Keep the table", self._keep, cancel)
        self._file, self._number, self._send = file, number, keep
        self._read = file.tables[number]
        self.name = self.text("Name", self._read.name or file.name.rpartition(".")[0])
        self.publisher = self.text("Published by", hint="such as Leicestershire Police")
        self._days: list[tuple[str, DayField, DayField]] = []
        for period in self._read.periods:
            if period.is_sure:
                continue
            said = f"“{period.text}”" if period.text else "Counts"
            first = self.day(f"{said} from", period.days.first if period.days else None)
            last = self.day(f"{said} to", period.days.last if period.days else None)
            self._days.append((period.text, first, last))
        if self._days:
            self.note("The headings do not say these days for sure: look at them before you keep the table.")
        self.area = self.choice(
            "Area that the whole table is of",
            [Option(None, "not said"), *(Option(id, name) for id, name in areas)],
        )
        down = rows_are_places(self._read.table)
        self.down: DropDown = self.choice(
            "Rows are", [Option(True, "places"), Option(False, "categories")], down
        )
        self.as_at = self.day("Taken from its source on", None)
        self.family = self.text("Family group", hint="members, separated by semicolons")

    def _keep(self) -> str:
        periods: dict[str, Days] = {}
        for text, first, last in self._days:
            if first.day is None or last.day is None:
                return (
                    f"Say from which to which day “{text}” counts." if text else "Say which days are meant."
                )
            if last.day < first.day:
                return f"“{text}” would end on {last.day:%d/%m/%Y}, before it begins on {first.day:%d/%m/%Y}."
            periods[text] = Days(first.day, last.day)
        area = self.area.key
        choices = TableChoices(
            self.name.text(),
            periods,
            self.publisher.text(),
            AreaId(area) if isinstance(area, int) else None,
            bool(self.down.key),
            family=self.family.text(),
            as_at=self.as_at.day,
            again=bool(self._file.same_as),
        )
        self._send(ImportPerformanceTable(self._file, choices, self._number))
        return ""


class AcceptForm(Form):
    """Asks why a figure that was printed wrongly is left as it is."""

    def __init__(
        self,
        finding: Kept[PerformanceFinding],
        accept: Callable[[AcceptFinding], object],
        cancel: Callable[[], object],
    ) -> None:
        super().__init__("Accept", self._accept_it, cancel)
        self._finding, self._send = finding, accept
        self.reason = self.text(
            f"Why {finding.value.printed} is left", hint="such as: corrected in the next report"
        )

    def _accept_it(self) -> str:
        if not self.reason.text().strip():
            return "Say why it is left as it was printed."
        self._send(AcceptFinding(self._finding.id, self.reason.text()))
        return ""


class TableForm(Form):
    """What is said of a kept table: its name, footnotes, whether its periods compare, its family group."""

    def __init__(
        self,
        kept: Kept[PerformanceTable],
        change: Callable[[ChangePerformanceTable], object],
        cancel: Callable[[], object],
    ) -> None:
        super().__init__("Keep", self._change, cancel)
        self._kept, self._send = kept, change
        table = kept.value
        self.name = self.text("Name", table.name)
        self.publisher = self.text("Published by", table.publisher)
        self.comparable = self.choice(
            "Its periods",
            [Option(True, "can be compared"), Option(False, "can't be compared")],
            table.is_comparable,
        )
        self.why = self.text("Why not", table.comparability, "such as: recording rules changed")
        self.provisional = self.choice(
            "Its counts are", [Option(False, "final"), Option(True, "provisional")], table.is_provisional
        )
        self.family = self.text("Family group", table.family, "members, separated by semicolons")
        self.rank_as_at: DayField = self.day("Ranks as at", table.rank_as_at)
        self.footnotes = self.long_text("Footnotes", table.footnotes)

    def _change(self) -> str:
        if not self.comparable.key and not self.why.text().strip():
            return "Say why its periods can't be compared."
        ranked: date | None = self.rank_as_at.day
        after = replace(
            self._kept.value,
            name=self.name.text(),
            publisher=self.publisher.text().strip(),
            is_comparable=bool(self.comparable.key),
            comparability=self.why.text().strip(),
            is_provisional=bool(self.provisional.key),
            family=self.family.text().strip(),
            rank_as_at=ranked,
            footnotes=self.footnotes.toPlainText().strip(),
        )
        self._send(ChangePerformanceTable(PerformanceTableId(self._kept.id), after))
        return ""
