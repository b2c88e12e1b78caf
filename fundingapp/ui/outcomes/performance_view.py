"""Published tables of counts: what their own counts give beside what was printed, year on year, place by place."""

from __future__ import annotations

from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from fundingapp.application.commands.performance import (
    AcceptFinding,
    ImportPerformanceTable,
    RemovePerformanceTable,
)
from fundingapp.application.effect import Command, Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.areas import AllPlaces, PlaceAnswer
from fundingapp.application.queries.performance import (
    ExportPerformanceTable,
    OtherFigure,
    PerformanceFileRead,
    PerformanceTableOf,
    PerformanceTables,
    ReadPerformanceFile,
    TableRow,
    TableShown,
    TableWritten,
    count_shown,
)
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.ids import AreaId, PerformanceTableId
from fundingapp.domain.performance import PerformanceFinding
from fundingapp.domain.printed_checks import Wrong
from fundingapp.domain.printed_totals import TotalDiffers
from fundingapp.ui.charts.plots import Chart, Lines
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.list_export import KINDS
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.performance_forms import AcceptForm, KeepTableForm, TableForm
from fundingapp.ui.outcomes.performance_rows import (
    COLUMNS,
    OTHER_COLUMNS,
    PERCENT,
    Row,
    columns_for,
    panels_of,
    rows_of,
    series_of,
    years_of,
)
from fundingapp.ui.page import Figure
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.segmented import Segmented

FILES = "Published tables (*.csv *.xlsx *.xlsm *.ods *.xls *.txt);;All files (*)"
#: So many findings are listed of a file that is only looked at.
_LISTED = 40

#: So many things that could not be judged.
_NOTED = 4

Part = Enum("Part", ["TABLE", "CHARTS", "BESIDE"])
_PARTS = {Part.TABLE: "Table", Part.CHARTS: "Charts", Part.BESIDE: "Side by side"}


class PerformanceView(GrantView):
    """One published table at a time: chosen in the head, told row by row, drawn, and put beside others."""

    def __init__(self, office: Office) -> None:
        super().__init__("performance", "Performance", office)
        self._rows: tuple[TableRow, ...] = ()
        self._shown: TableShown | None = None
        self._wanted: PerformanceTableId | None = None
        self._open_key: tuple[str, str] | None = None
        self._areas: tuple[tuple[AreaId, str], ...] = ()
        self._file: PerformanceFileRead | None = None
        self.check_button: Button = primary_button("Check a table…", self.choose_file, icon="import")
        self.export_button: Button = button("Export…", self.export, tip="The table as its counts give it")
        self.change_button: Button = button("About the table…", self.about)
        self.buttons = [self.change_button, self.export_button, self.check_button]
        self.tables = DropDown("Published table")
        self.tables.activated.connect(lambda _at: self._table_chosen())
        self._parts = Segmented("Shown", [Option(part, title) for part, title in _PARTS.items()])
        self._parts.chosen.connect(lambda _part: self._show_part())
        self._categories = DropDown("Category drawn")
        self._categories.activated.connect(lambda _at: self._draw())
        for choice, letters, least in ((self.tables, 22, 140), (self._categories, 12, 110)):
            # Beside an open panel there is room for few letters; the list has the names whole.
            choice.setMinimumContentsLength(letters)
            choice.setMinimumWidth(least)
            choice.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.card = Card("Rows")
        self._only_wrong = self._is_wrong = False
        self._look_button = button("", self._turn_wrong)
        heads: tuple[QWidget, ...] = (self._look_button, self.tables, self._categories, self._parts)
        for widget in heads:
            self.card.add_head(widget)
        self.table = TableView("Performance", "outcomes.performance", office.settings, office.asker)
        self._model = ListTableModel[Any](COLUMNS, lambda row: row.key, self.table)
        self.table.set_model(self._model)
        self.table.row_activated.connect(self._open)
        self.table.clicked.connect(lambda index: self._clicked(self._model.columns[index.column()]))
        self.table.why_requested.connect(self._why)
        self.table.selection_summarised.connect(self.selection_summarised)
        self.others = TableView(
            "The same in other tables", "outcomes.performance.others", office.settings, office.asker
        )
        self._other_model = ListTableModel[Any](OTHER_COLUMNS, lambda row: row, self.others)
        self.others.set_model(self._other_model)
        self.others.row_activated.connect(self._other_opened)
        self.others.clicked.connect(lambda _index: self._other_opened(self.others.current_row))
        self.chart = Chart()
        self._none_beside = EmptyState(
            "information",
            "No other table speaks of the same",
            "When another table has the same category for the same place and days, both figures are put side by side "
            "here, with their dates, so that nobody reports two numbers for one thing.",
        )
        self._empty = EmptyState(
            "outcomes",
            "Check what was published",
            "Take in a table of crime or other counts as it was published, from a workbook or a CSV file. Every "
            "percentage, difference and total that it prints is held against its own counts, and what they do not "
            "give is listed with both figures.",
        )
        self._empty.add_step("Check a table…", self.choose_file)
        self._stack = ViewStack()
        for view in (self._empty, self.table, self.chart, self.others, self._none_beside):
            self._stack.addWidget(view)
        self.card.add(self._stack, 1)
        self.body.addWidget(self.card, 1)
        self._show_part()

    # What is asked and shown

    def show_position(self, answer: PositionAnswer) -> None:
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.RESULTS | Topic.SETUP):
            self._ask()

    def _ask(self) -> None:
        self.office.ask("outcomes.performance", PerformanceTables(), self._show_tables, self)
        self.office.ask("outcomes.performance.areas", AllPlaces(), self._show_areas, self)

    def _show_areas(self, places: tuple[PlaceAnswer, ...]) -> None:
        self._areas = tuple((AreaId(each.kept.id), each.kept.value.name) for each in places)

    def _show_tables(self, rows: tuple[TableRow, ...]) -> None:
        self._rows = rows
        ids = [row.kept.id for row in rows]
        chosen = self._wanted if self._wanted in ids else self.tables.key
        if chosen not in ids:
            chosen = ids[0] if ids else None
        self.tables.set_options([Option(row.kept.id, row.kept.value.name) for row in rows], chosen)
        if chosen is None:
            self._shown = None
            self._model.set_rows([])
            self._show_part()
            return
        self._ask_table(PerformanceTableId(int(str(chosen))))

    def _ask_table(self, table: PerformanceTableId) -> None:
        self._wanted = table
        self.office.ask("outcomes.performance.table", PerformanceTableOf(table), self._show_table, self)

    def _table_chosen(self) -> None:
        if isinstance(self.tables.key, int):
            self.close_panel()
            self._ask_table(PerformanceTableId(self.tables.key))

    def _show_table(self, answer: TableShown) -> None:
        if self._shown is None or self._shown.kept.id != answer.kept.id:
            self._only_wrong = False
        self._shown = answer
        every = rows_of(answer)
        wrong = [row for row in every if row.waiting]
        self._only_wrong = self._only_wrong and bool(wrong)
        rows = wrong if self._only_wrong else every
        self._look_button.set_text(
            f"All {len(every):,} rows" if self._only_wrong else f"{len(wrong):,} to look at"
        )
        self._look_button.setToolTip(
            "" if self._only_wrong else "The rows with a figure that was printed wrongly"
        )
        self._is_wrong = bool(wrong)
        columns = columns_for(every)
        if columns != self._model.columns:
            self._model = ListTableModel[Any](columns, lambda row: row.key, self.table)
            self.table.set_model(self._model)
        self._model.set_rows(rows)
        self._other_model.set_rows(sorted(answer.others, key=lambda each: not each.differs))
        categories = list(dict.fromkeys(row.line.line.category for row in every))
        several = len({row.line.line.place for row in every}) > 1
        options = [Option(each, each) for each in categories] if several else [Option("", "All categories")]
        self._categories.set_options(options, self._categories.key)
        self._show_part()
        if self._open_key is not None and self.isVisible():
            row = next((row for row in rows if row.key == self._open_key), None)
            if row is not None:
                self._open(row)

    def _turn_wrong(self) -> None:
        """Only the rows with a figure that was printed wrongly, or all of them again."""
        self._only_wrong = not self._only_wrong
        if self._shown is not None:
            self._show_table(self._shown)

    @property
    def part(self) -> Part:
        """Which of the three is shown."""
        key = self._parts.key
        return key if isinstance(key, Part) else Part.TABLE

    def _show_part(self) -> None:
        shown = self._shown
        for widget in (self.tables, self._parts):
            widget.setVisible(shown is not None)
        self._look_button.setVisible(shown is not None and self._is_wrong and self.part is Part.TABLE)
        self._categories.setVisible(shown is not None and self.part is Part.CHARTS)
        for each in (self.export_button, self.change_button):
            self.offer(each, shown is not None)
        self.check_button.setEnabled(not self.office.is_read_only)
        widgets: dict[Part, QWidget] = {
            Part.TABLE: self.table,
            Part.CHARTS: self.chart,
            Part.BESIDE: self.others if self._other_model.rows else self._none_beside,
        }
        self._stack.setCurrentWidget(self._empty if shown is None else widgets[self.part])
        self.card.set_title("Rows", str(len(self._model.rows)) if shown is not None else "")
        if shown is not None and self.part is Part.CHARTS:
            self._draw()
        if self.isVisible():
            self.state_changed.emit(self._sentence())

    def _draw(self) -> None:
        chosen = self._categories.key
        every = rows_of(self._shown) if self._shown is not None else []
        rows = [row for row in every if not chosen or row.line.line.category == chosen]
        self.chart.set_drawing(panels_of(rows))

    def _sentence(self) -> str:
        shown = self._shown
        if shown is None:
            return "tables as others published them, held against their own counts"
        waiting = sum(not each.value.accepted for each in shown.findings)
        differing = sum(each.differs for each in shown.others)
        parts = [f"{waiting:,} printed wrongly" if waiting else "printed figures are right"]
        if not waiting and shown.findings:
            parts = [f"{count(len(shown.findings), 'printed figure')} accepted as wrong"]
        if differing:
            parts.append(f"{differing} {'differs' if differing == 1 else 'differ'} from other tables")
        if shown.kept.value.is_provisional:
            parts.append("provisional")
        return " · ".join(parts)

    def go_to(self, subject: object) -> None:
        """Shows the table of that identity, one of the parts by its name, or a file to be checked."""
        match subject:
            case Path():
                self.check(subject)
            case int():
                if subject != self._wanted:
                    self.close_panel()  # what it tells is of the table shown before
                self._wanted = PerformanceTableId(subject)
                self._ask()
            case _:
                part = next((each for each in Part if each.name.lower() == subject), None)
                if part is not None:
                    self._parts.choose(part)

    def panel_closed(self) -> None:
        self._open_key = None
        self._forget_file()

    def first_focus(self) -> QWidget | None:
        return self._stack.currentWidget()

    # A row

    def _clicked(self, column: Any) -> None:
        row = self.table.current_row
        if row is not None and not column.can_ask_why(row):
            self._open(row)

    def _why(self, row: object, column: object) -> None:
        if isinstance(row, Row):
            self.ask_why(row.table.figure_name(row.line, change=column is PERCENT))

    def _open(self, row: object) -> None:
        if not isinstance(row, Row):
            return
        self._open_key = row.key
        line = row.line.line
        count_name = row.table.figure_name(row.line)
        rows = []
        if line.previous is not None and line.beside is not None:
            rows.append(
                SumRow(
                    f"{line.previous.first:%d/%m/%Y} – {line.previous.last:%d/%m/%Y}",
                    count_shown(line.previous),
                )
            )
        if line.current is not None:
            said = f"{line.current.first:%d/%m/%Y} – {line.current.last:%d/%m/%Y}"
            rows.append(SumRow(said, count_shown(line.current), Figure(count_name)))
        rows.append(SumRow("Difference", row.difference))
        change = Figure(f"{count_name}/change") if line.percent is not None else None
        rows.append(SumRow("Change on the year before", row.percent, change, True))
        blocks: list[Block] = [SumBlock(rows, "As the counts give it")]
        for each in row.findings:
            blocks += self._finding_blocks(each)
        if line.note:
            blocks.append(TextBlock(line.note, "To be told beside it"))
        if line.current is not None and line.current.footnote:
            blocks.append(TextBlock(line.current.footnote, "As published"))
        if row.line.rank is not None or row.line.printed_rank:
            as_at = row.table.kept.value.rank_as_at
            dated = f", as at {as_at:%d/%m/%Y}" if as_at is not None else ""
            told = [f"Printed: {row.line.printed_rank}{dated}."] if row.line.printed_rank else []
            if row.line.rank is not None:
                told.append(f"From the members’ figures that are kept: {row.line.rank.in_words}.")
            told.append("1 has the smallest increase on the year before.")
            blocks.append(TextBlock(" ".join(told), "Family group"))
        if row.line.years:
            blocks.append(SumBlock(years_of(row), "Year on year"))
        series = series_of(row)
        if len(series.labels) > 1:
            blocks.append(WidgetBlock(partial(self._series, series), "Over the years"))
        blocks.append(papers_block(self.office, "table", row.table.kept.id))
        self.inspect(InspectorPage(row.title, blocks, ("performance", row.table.kept.id, row.key)))

    def _series(self, series: Lines) -> Chart:
        chart = Chart(series)
        chart.setMinimumHeight(170)
        return chart

    def _finding_blocks(self, finding: Kept[PerformanceFinding]) -> list[Block]:
        value = finding.value
        word, tone = ("accepted", Tone.ATTENTION) if value.accepted else ("wrong", Tone.BAD)
        left = f"Left: {value.accepted}." if value.accepted else ""
        said = " ".join(part for part in (value.text, left, value.history) if part)
        blocks: list[Block] = [
            CheckBlock([(word, tone, said)], f"Printed in row {value.row}, “{value.column}”")
        ]
        if self.office.is_read_only:
            return blocks
        if value.accepted:
            step = Step(
                "No longer accept", lambda: self._carry_out(AcceptFinding(finding.id, ""), "No longer accept")
            )
        else:
            step = Step("Accept…", partial(self._accept, finding))
        return [*blocks, StepsBlock([step])]

    def _accept(self, finding: Kept[PerformanceFinding]) -> None:
        def make() -> AcceptForm:
            return AcceptForm(
                finding, lambda command: self._carry_out(command, "Accept the figure"), self.close_panel
            )

        page = InspectorPage("Accept a wrong figure", [WidgetBlock(make)], ("accept", finding.id))
        self.inspect_deeper_requested.emit(page)

    def _other_opened(self, row: object) -> None:
        if isinstance(row, OtherFigure):
            blocks: list[Block] = [
                SumBlock(
                    [SumRow("In this table", f"{row.here:,}"), SumRow(f"In “{row.name}”", f"{row.there:,}")]
                ),
                TextBlock(row.in_words),
                StepsBlock([Step("Show the other table", lambda: self.go_to(int(row.table)))]),
            ]
            self.inspect(InspectorPage("Side by side", blocks, ("beside", row)))

    def _carry_out(self, command: Command[Any], name: str) -> None:
        self.office.do(command, name)

    # A table

    def about(self) -> None:
        """Opens what is said of the chosen table, its sums and the rows that were left out."""
        shown = self._shown
        if shown is None:
            return
        table = shown.kept.value
        where = [f"File: {shown.file}"] if shown.file else []
        where += [f"As at {shown.as_at}"] if shown.as_at else []
        where += [f"Periods: {'; '.join(days.in_words for days in shown.periods)}"]
        blocks: list[Block] = [TextBlock("\n".join(where))]
        if shown.sums:
            differing = [each for each in shown.sums if not each.holds]
            checks = [
                (
                    "differs",
                    Tone.BAD,
                    f"{each.name}, to {each.days.last:%d/%m/%Y}: {each.printed:,} printed; the {each.parts} parts sum "
                    f"to {each.summed:,}.",
                )
                for each in differing
            ]
            if holding := len(shown.sums) - len(differing):
                rest = "is what its parts allow" if holding == 1 else "are what their parts allow"
                said = f"{count(holding, 'total')} {rest}."
                checks.append(("holds", Tone.GOOD, said))
            blocks.append(CheckBlock(checks, "Totals beside their parts"))
        if shown.skipped:
            told = "\n".join(f"Row {row}: {reason}" for row, reason in shown.skipped[:_LISTED])
            blocks.append(TextBlock(told, "Rows that give no count"))
        if not self.office.is_read_only:
            blocks.append(
                WidgetBlock(
                    lambda: TableForm(
                        shown.kept,
                        lambda command: self._changed(command, "Change the table"),
                        self.close_panel,
                    )
                )
            )
            remove = RemovePerformanceTable(PerformanceTableId(shown.kept.id))
            blocks.append(
                StepsBlock([Step("Take the table out", lambda: self._changed(remove, "Take the table out"))])
            )
        self.inspect(InspectorPage(table.name, blocks, ("table", shown.kept.id)))

    def _changed(self, command: Command[Any], name: str) -> None:
        self.office.do(command, name, lambda _effect: self.close_panel())

    def export(self) -> None:
        """Asks where to, and writes the table as its counts give it, with what was printed instead."""
        shown = self._shown
        if shown is None:
            return
        name = shown.kept.value.name
        out = self.office.files.to_save(self, f"Export: {name}", f"{name}, checked.xlsx", KINDS)
        if out is None:
            return
        desk = self.office.desk
        question = ExportPerformanceTable(PerformanceTableId(shown.kept.id), out)
        self.office.work(
            f"Export to {out.name}",
            lambda progress: desk.ask(question, progress),
            lambda written: self._exported(written, out),
        )

    def _exported(self, written: TableWritten, out: Path) -> None:
        hidden = (
            f"{count(written.hidden, 'cell')} hidden for small numbers. {written.finding}"
            if written.hidden
            else ""
        )
        self.say(Message(f"{count(written.rows, 'row')} written to {out}.", hidden, Tone.GOOD))

    # A file

    def choose_file(self) -> None:
        """Asks for a published table and checks it."""
        if not self.office.is_read_only:
            path = self.office.files.to_open(self, "Check a published table", FILES)
            if path is not None:
                self.check(path)

    def check(self, path: Path) -> None:
        """Reads the table at *path* and shows what its counts do not give; nothing is kept yet."""
        desk = self.office.desk
        question = ReadPerformanceFile(path)
        self.office.work(f"Check {path.name}", lambda progress: desk.ask(question, progress), self._show_file)

    def _show_file(self, file: PerformanceFileRead, number: int = 0) -> None:
        self._forget_file()
        self._file = file
        read = file.tables[number]
        found: tuple[Wrong | TotalDiffers, ...] = (*read.check.wrong, *read.check.totals)
        held = count(read.check.verified, "printed figure")
        said = f"{count(len(read.table.rows), 'row')}; {held} held against the counts."
        blocks: list[Block] = []
        if len(file.tables) > 1:
            which = f"{file.name}: {len(file.tables):,} tables, each kept by itself; this is"
            blocks.append(WidgetBlock(partial(self._choice_of_tables, file, number), which))
        blocks.append(TextBlock(said, "" if blocks else file.name))
        if file.same_as:
            blocks.append(CheckBlock([("known", Tone.ATTENTION, f"The very file was {file.same_as}.")]))
        if found:
            checks = [
                ("wrong", Tone.BAD, f"Row {each.row}, “{each.column}”: {each.text}")
                for each in found[:_LISTED]
            ]
            if len(found) > _LISTED:
                checks.append(("more", Tone.BAD, f"and {len(found) - _LISTED} more"))
            blocks.append(CheckBlock(checks, f"{count(len(found), 'figure')} not what the counts give"))
        else:
            word = (
                "All of them are what the counts give."
                if read.check.verified
                else "Nothing in it is worked out."
            )
            blocks.append(CheckBlock([("right", Tone.GOOD, word)]))
        notes = [each.text for each in read.check.notes]
        if notes:
            more = [f"and {len(notes) - _NOTED:,} more"] if len(notes) > _NOTED else []
            lines = "\n".join([*notes[:_NOTED], *more])
            words = f"{count(len(notes), 'thing')} not judged, or let pass"
            blocks.append(WidgetBlock(partial(_quiet, lines, "\n".join(notes)), words))
        if not self.office.is_read_only:
            blocks.append(
                WidgetBlock(
                    lambda: KeepTableForm(file, number, self._areas, self._keep, self.close_panel),
                    "Keep it in the file",
                )
            )
        self.inspect(InspectorPage(read.name or file.name, blocks, ("published-file", file.name, number)))

    def _choice_of_tables(self, file: PerformanceFileRead, number: int) -> DropDown:
        made = DropDown("Table of the file")
        options = [Option(at, each.name or f"Table {at + 1}") for at, each in enumerate(file.tables)]
        made.set_options(options, number)
        # When the choice has come to rest: showing another table takes it away.
        show = partial(self._show_other, file)
        made.activated.connect(lambda at: QTimer.singleShot(0, self, partial(show, at)))
        return made

    def _show_other(self, file: PerformanceFileRead, number: int) -> None:
        self._file = None  # the copy stays for the other table
        self._show_file(file, number)

    def _keep(self, command: ImportPerformanceTable) -> None:
        def kept(effect: Any) -> None:
            made = effect.result
            self._wanted = made.table
            self.close_panel()
            command.file.read.copy.path.unlink(missing_ok=True)
            self.say(
                Message(
                    f"{count(made.read, 'row')} read = {made.kept:,} kept + {made.skipped:,} left out.",
                    f"{count(made.figures, 'count')}; {count(made.findings, 'printed figure')} not what they give.",
                    Tone.ATTENTION if made.findings else Tone.GOOD,
                )
            )
            self._ask()

        self._file = None
        self.office.do(command, f"Keep {command.choices.name}", kept)

    def _forget_file(self) -> None:
        """The private copy of a file that was only looked at goes."""
        if self._file is not None:
            self._file.read.copy.path.unlink(missing_ok=True)
            self._file = None


def _quiet(words: str, tip: str) -> QWidget:
    """A note of the panel, whole in its *tip*."""
    made = label(words, "note", wrap=True)
    made.setToolTip(tip)
    made.setAccessibleDescription(tip)
    return made
