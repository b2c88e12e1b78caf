"""Safe tables: what has to be hidden of a table with small numbers, why, and what was published before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.publications import PublishSafeTable
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.performance import PerformanceTables, TableRow
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.publications import LookAtTable, PublicationsOf, TableLooked
from fundingapp.application.wording import count
from fundingapp.domain.ids import PerformanceTableId
from fundingapp.domain.publications import Publication
from fundingapp.domain.safe_tables import SafeCell, Why
from fundingapp.domain.table_attacks import Undone
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView, ViewChooser, ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

FILES = "Tables (*.csv *.xlsx *.xlsm *.ods *.xls *.txt);;All files (*)"
SAFE_FILES = "Workbook (*.xlsx);;CSV (*.csv)"
#: The lowest counts that may be shown, as public bodies set them.
THRESHOLDS = (3, 5, 6, 10, 20)

Part = Enum("Part", ["TABLE", "HIDDEN", "PRINTED", "PUBLISHED"])
_PARTS = {
    Part.TABLE: "Safe table",
    Part.HIDDEN: "Hidden figures",
    Part.PRINTED: "As printed",
    Part.PUBLISHED: "Published",
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the table as it will be shown: *texts* for each column, *marks* where something is hidden."""

    row: int
    texts: tuple[str, ...]
    marks: tuple[SafeCell | None, ...]

    @property
    def hidden(self) -> tuple[SafeCell, ...]:
        return tuple(mark for mark in self.marks if mark is not None)


HIDDEN_COLUMNS = (
    Column[SafeCell](
        "Row", lambda cell: str(cell.row), RIGHT, sort="row", order=lambda cell: cell.row, width=56
    ),
    Column[SafeCell]("Label", lambda cell: cell.label, sort="label", width=190, stretch=2, least=110),
    Column[SafeCell]("Column", lambda cell: cell.column, sort="column", width=130, stretch=1, least=80),
    Column[SafeCell]("Shown", lambda cell: cell.shown, width=70),
    Column[SafeCell](
        "Why",
        lambda cell: "small count" if cell.why is Why.PRIMARY else "protects",
        sort="why",
        pill=lambda cell: Tone.BAD if cell.why is Why.PRIMARY else Tone.ATTENTION,
        width=110,
    ),
    Column[SafeCell](
        "Reason", lambda cell: cell.reason, width=260, stretch=3, least=140, tip=lambda cell: cell.reason
    ),
)
UNDONE_COLUMNS = (
    Column[Undone](
        "Row", lambda each: str(each.row), RIGHT, sort="row", order=lambda each: each.row, width=56
    ),
    Column[Undone]("Label", lambda each: each.label, sort="label", width=180, stretch=2, least=110),
    Column[Undone]("Column", lambda each: each.column, sort="column", width=120, stretch=1, least=80),
    Column[Undone]("Worked out", lambda each: each.in_words, pill=lambda _each: Tone.BAD, width=120),
    Column[Undone]("How", lambda each: each.how, width=320, stretch=4, least=160, tip=lambda each: each.how),
)
PUBLISHED_COLUMNS = (
    Column[Kept[Publication]](
        "Written",
        lambda kept: f"{kept.value.made_at.astimezone():%d/%m/%Y %H:%M}",
        sort="at",
        order=lambda kept: kept.value.made_at,
        width=130,
    ),
    Column[Kept[Publication]](
        "File",
        lambda kept: kept.value.name,
        width=170,
        stretch=2,
        least=100,
        tip=lambda kept: kept.value.name,
    ),
    Column[Kept[Publication]](
        "Published in",
        lambda kept: kept.value.series,
        sort="series",
        width=190,
        stretch=2,
        least=100,
        tip=lambda kept: kept.value.series,
    ),
    Column[Kept[Publication]]("Hides below", lambda kept: str(kept.value.threshold), RIGHT, width=90),
    Column[Kept[Publication]]("Small counts", lambda kept: str(kept.value.primary), RIGHT, width=96),
    Column[Kept[Publication]]("Protecting", lambda kept: str(kept.value.secondary), RIGHT, width=88),
    Column[Kept[Publication]]("By", lambda kept: kept.value.made_by, width=110),
    Column[Kept[Publication]](
        "Reason",
        lambda kept: kept.value.reason,
        width=200,
        stretch=2,
        least=100,
        tip=lambda kept: kept.value.reason,
    ),
)


class SafeTablesView(GrantView):
    """One table at a time: chosen, made safe, explained cell by cell, and only then written."""

    def __init__(self, office: Office) -> None:
        super().__init__("safe-tables", "Safe tables", office)
        self._looked: TableLooked | None = None
        self._question: LookAtTable | None = None
        self.open_button: Button = primary_button("Choose a table…", self.choose_file, icon="import")
        self.write_button: Button = button(
            "Write the safe table…", self.publish, tip="Written only when the solver could work nothing out"
        )
        self.buttons = [self.write_button, self.open_button]
        self.tables = DropDown("Table to make safe")
        self.tables.activated.connect(lambda _at: self._kept_chosen())
        self.threshold = DropDown("Hide counts below")
        self.threshold.set_options([Option(each, f"Hide below {each}") for each in THRESHOLDS], 5)
        self.threshold.activated.connect(lambda _at: self._look_again())
        self._parts = ViewChooser("Shown", [Option(part, title) for part, title in _PARTS.items()])
        self._parts.chosen.connect(lambda _part: self._show_part())
        self.card = Card("Safe tables")
        heads: tuple[QWidget, ...] = (self.tables, self.threshold)
        for widget in heads:
            self.card.add_head(widget)
        settings, asker = office.settings, office.asker
        self.table = TableView("Safe table", "", settings, asker)
        self.table.set_model(ListTableModel[ShownRow]((Column[ShownRow]("", lambda row: row.texts[0]),)))
        self.hidden = TableView("Hidden figures", "outcomes.safe.hidden", settings, asker)
        self._hidden_model = ListTableModel[SafeCell](HIDDEN_COLUMNS, lambda cell: cell.place, self.hidden)
        self.hidden.set_model(self._hidden_model)
        self.undone = TableView("What can be worked out", "outcomes.safe.undone", settings, asker)
        self._undone_model = ListTableModel[Undone](UNDONE_COLUMNS, lambda each: each.place, self.undone)
        self.undone.set_model(self._undone_model)
        self.published = TableView("Published safe tables", "outcomes.safe.published", settings, asker)
        self._published_model = ListTableModel[Kept[Publication]](
            PUBLISHED_COLUMNS, lambda kept: kept.id, self.published
        )
        self.published.set_model(self._published_model)
        for view in (self.table, self.hidden, self.undone, self.published):
            view.row_activated.connect(self._open)
            view.clicked.connect(partial(self._clicked, view))
        self._empty = EmptyState(
            "outcomes",
            "Publish small numbers safely",
            "Choose a table of counts. Counts from 1 to 4 are hidden, and whatever else would give them away: a total, "
            "a percentage, the year before. A solver then tries to work out what is hidden, and the table is written "
            "only when it can't.",
        )
        self._empty.add_step("Choose a table…", self.choose_file)
        self._nothing_hidden = EmptyState(
            "information",
            "Nothing to hide",
            "This table has no counts below the threshold, so it can be shown as it is.",
        )
        self._not_undone = EmptyState(
            "information",
            "Nothing can be worked out as it is printed",
            "Where a table was published with counts hidden, such as <5, this says which of them a reader could work "
            "out, and how.",
        )
        self._none_published = EmptyState(
            "information",
            "Nothing was published yet",
            "Each safe table that is written is kept here. What is published in the same paper later is protected "
            "together with it, so that a later table can't give away what an earlier one hid.",
        )
        self._stack = ViewStack()
        for each in (
            self._empty,
            self.table,
            self.hidden,
            self.undone,
            self.published,
            self._nothing_hidden,
            self._not_undone,
            self._none_published,
        ):
            self._stack.addWidget(each)
        self.card.add(self._stack, 1)
        self.body.addWidget(self._parts)
        self.body.addWidget(self.card, 1)
        self._show_part()

    # What is asked and shown

    def show_position(self, answer: PositionAnswer) -> None:
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & Topic.RESULTS:
            self._ask()

    def _ask(self) -> None:
        self.office.ask("outcomes.safe.tables", PerformanceTables(), self._show_tables, self)
        self.office.ask("outcomes.safe.published", PublicationsOf(), self._show_published, self)

    def _show_tables(self, rows: tuple[TableRow, ...]) -> None:
        options = [Option(row.kept.id, row.kept.value.name) for row in rows]
        chosen = self.tables.key if self._question is not None and self._question.table is not None else None
        self.tables.set_options([Option(None, "A kept table…"), *options], chosen)
        self.tables.setEnabled(bool(options))
        self._show_part()

    def _show_published(self, rows: tuple[Kept[Publication], ...]) -> None:
        self._published_model.set_rows(rows)
        self._show_part()

    @property
    def part(self) -> Part:
        """Which of the four is shown."""
        key = self._parts.key
        return key if isinstance(key, Part) else Part.TABLE

    def _show_part(self) -> None:
        looked = self._looked
        self.offer(self.write_button, looked is not None)
        self.write_button.setEnabled(
            looked is not None and not looked.hidden.exposed and not self.office.is_read_only
        )
        some = bool(self._published_model.rows)
        widgets: dict[Part, QWidget] = {
            Part.TABLE: self.table,
            Part.HIDDEN: self.hidden if self._hidden_model.rows else self._nothing_hidden,
            Part.PRINTED: self.undone if self._undone_model.rows else self._not_undone,
            Part.PUBLISHED: self.published if some else self._none_published,
        }
        needs_table = self.part is not Part.PUBLISHED
        self.threshold.setVisible(needs_table)
        self.card.set_title(looked.name if looked is not None and needs_table else "Safe tables")
        self._stack.setCurrentWidget(self._empty if looked is None and needs_table else widgets[self.part])
        if self.isVisible():
            self.state_changed.emit(self._sentence())

    def _sentence(self) -> str:
        looked = self._looked
        if looked is None:
            return "tables with small numbers, made so that nobody can work them out"
        hidden = looked.hidden
        if hidden.exposed:
            return f"{count(len(hidden.exposed), 'hidden figure')} could still be worked out: it can't be written"
        if hidden.given and not hidden.of(Why.PRIMARY):
            protecting = count(hidden.of(Why.SECONDARY), "more figure")
            return f"{count(hidden.given, 'figure')} hidden before, {protecting} hidden to protect them"
        before = f" · {hidden.given:,} hidden before" if hidden.given else ""
        small = count(hidden.of(Why.PRIMARY), "small count")
        return f"{small} hidden, {hidden.of(Why.SECONDARY):,} protect them{before}"

    def go_to(self, subject: object) -> None:
        """Shows a file that is to be made safe, a kept table, or one of the parts by its name."""
        match subject:
            case Path():
                self.look(LookAtTable(subject))
            case int():
                self.look(LookAtTable(table=PerformanceTableId(subject)))
            case _:
                part = next((each for each in Part if each.name.lower() == subject), None)
                if part is not None:
                    self._parts.choose(part)

    def first_focus(self) -> QWidget | None:
        return self._stack.currentWidget()

    # A table

    def choose_file(self) -> None:
        """Asks for a table, and looks at what has to be hidden of it."""
        path = self.office.files.to_open(self, "Make a table safe", FILES)
        if path is not None:
            self.look(LookAtTable(path))

    def _kept_chosen(self) -> None:
        if isinstance(self.tables.key, int):
            self.look(LookAtTable(table=PerformanceTableId(self.tables.key)))

    def _look_again(self) -> None:
        if self._question is not None:
            self.look(self._question)

    def look(self, question: LookAtTable) -> None:
        """Has the table looked at with the threshold that is chosen; nothing is kept."""
        threshold = self.threshold.key
        asked = LookAtTable(
            question.path,
            question.sheet,
            threshold if isinstance(threshold, int) else None,
            question.also,
            question.series,
            question.fund,
            question.table,
        )
        desk = self.office.desk
        self.office.work(
            "Hide small numbers",
            lambda progress: desk.ask(asked, progress),
            partial(self._show_looked, asked),
        )

    def _show_looked(self, question: LookAtTable, looked: TableLooked) -> None:
        self._question, self._looked = question, looked
        rows = _rows_of(looked)
        model = ListTableModel[ShownRow](_columns_of(looked), lambda row: row.row, self.table)
        self.table.set_model(model)
        model.set_rows(rows)
        self._hidden_model.set_rows(
            cell for cell in looked.hidden.cells if cell.place.table < len(looked.grids)
        )
        self._undone_model.set_rows(looked.undone)
        if self.part is Part.PUBLISHED:
            self._parts.choose(Part.TABLE)
        self._show_part()
        self.inspect(InspectorPage(looked.name, self._finding_blocks(looked), ("safe", looked.name)))

    def _finding_blocks(self, looked: TableLooked) -> list[Block]:
        hidden = looked.hidden
        if hidden.exposed:
            checks = [
                ("exposed", Tone.BAD, f"{each.label}, {each.column} {each.in_words}. {each.how}")
                for each in hidden.exposed[:20]
            ]
            advice = (
                "Put rows or columns together so that they count more, leave out what gives the count away, or publish "
                "for a longer time. Nothing is written before that."
            )
            return [CheckBlock(checks, "What the solver could still work out"), TextBlock(advice)]
        blocks: list[Block] = [
            CheckBlock(
                [
                    ("words", Tone.ATTENTION, looked.finding)
                    if looked.telling
                    else ("safe", Tone.GOOD, looked.finding)
                ],
                "What the solver found",
            ),
            TextBlock(looked.rule.key, "How it is shown"),
        ]
        if hidden.hides_total:
            blocks.append(
                TextBlock("It could not be protected without hiding a total of everything.", "To be told")
            )
        if looked.undone:
            said = f"{count(len(looked.undone), 'figure')} that it hides can be worked out: see “As printed”."
            blocks.append(CheckBlock([("undone", Tone.BAD, said)], "As it was printed"))
        blocks += [TextBlock(note, "Noticed") for note in looked.notes]
        return blocks

    def _clicked(self, view: TableView, _index: object) -> None:
        self._open(view.current_row)

    def _open(self, row: object) -> None:
        match row:
            case ShownRow():
                if not row.hidden:
                    self.close_panel()
                    return
                blocks: list[Block] = [
                    CheckBlock([_check_of(cell) for cell in row.hidden], "Hidden in this row"),
                ]
                self.inspect(InspectorPage(row.hidden[0].label, blocks, ("safe-row", row.row)))
            case SafeCell():
                page = InspectorPage(
                    f"{row.label}, {row.column}", [CheckBlock([_check_of(row)])], ("safe-cell", row.place)
                )
                self.inspect(page)
            case Undone():
                said = CheckBlock([("worked out", Tone.BAD, f"{row.label}, {row.column} {row.in_words}")])
                self.inspect(
                    InspectorPage(
                        f"{row.label}, {row.column}",
                        [said, TextBlock(row.how, "How a reader works it out")],
                        ("undone", row.place),
                    )
                )
            case Kept(value=Publication() as publication):
                self.inspect(
                    InspectorPage(
                        publication.name,
                        [
                            TextBlock(publication.series, "Published in"),
                            CheckBlock(
                                [("attacked", Tone.GOOD, publication.finding)], "What the solver found"
                            ),
                            TextBlock(publication.reason, "Reason"),
                        ],
                        ("publication", row.id),
                    )
                )
            case _:
                return

    # Writing

    def publish(self) -> None:
        """Opens the form that asks what the table is published in, and why."""
        if self._question is None or self._looked is None or self._looked.hidden.exposed:
            return
        series = list(dict.fromkeys(kept.value.series for kept in self._published_model.rows))
        question, name = self._question, self._looked.name

        def make() -> PublishForm:
            return PublishForm(series, partial(self._publish, question, name), self.close_panel)

        self.inspect(InspectorPage("Write the safe table", [WidgetBlock(make)], ("publish", name)))

    def _publish(self, question: LookAtTable, name: str, series: str, reason: str) -> None:
        stem = name.rpartition(".")[0] or name
        out = self.office.files.to_save(self, "Write the safe table", f"{stem}, safe.xlsx", SAFE_FILES)
        if out is None:
            return
        command = PublishSafeTable(
            question.path,
            out,
            series,
            reason,
            question.sheet,
            question.threshold,
            question.also,
            question.fund,
            question.table,
        )
        self.office.do(command, "Write the safe table", self._written)

    def _written(self, effect: Effect[Any]) -> None:
        made = effect.result
        self.close_panel()
        self.say(Message(f"The safe table was written to {made.out}.", made.finding, Tone.GOOD))
        self._ask()


class PublishForm(Form):
    """Asks what a safe table is published in, and why: both are kept with it."""

    def __init__(
        self, series: list[str], publish: Callable[[str, str], object], cancel: Callable[[], object]
    ) -> None:
        super().__init__("Choose where to…", self._accept_it, cancel)
        self._send = publish
        self.series = self.text(
            "Published in", series[0] if series else "", hint="such as Strategic assessment 2018/19"
        )
        self.reason = self.text("Reason", hint="such as: asked for by scrutiny")
        self.note(
            "What was published in the same paper before is protected together with this table; name it the same way."
        )

    def _accept_it(self) -> str:
        series, reason = self.series.text().strip(), self.reason.text().strip()
        if not series:
            return "Say what it is published in."
        if not reason:
            return "Say why it is published so."
        self._send(series, reason)
        return ""


def _check_of(cell: SafeCell) -> tuple[str, Tone, str]:
    if cell.why is Why.PRIMARY:
        return cell.shown, Tone.BAD, f"{cell.column}: {cell.reason}"
    return cell.shown, Tone.ATTENTION, f"{cell.column}: {cell.reason}"


def _rows_of(looked: TableLooked) -> list[ShownRow]:
    rows = []
    cells = {(cell.place.table, cell.place.row, cell.place.column): cell for cell in looked.hidden.cells}
    for table, grid in enumerate(looked.grids):
        for row, printed in enumerate(grid.rows):
            marks = tuple(cells.get((table, row, column)) for column in range(len(printed)))
            texts = tuple(
                mark.shown if mark is not None else cell.text
                for mark, cell in zip(marks, printed, strict=True)
            )
            rows.append(ShownRow(grid.numbers[row], texts, marks))
    return rows


def _columns_of(looked: TableLooked) -> tuple[Column[ShownRow], ...]:
    grid = looked.grids[0]

    def column(at: int) -> Column[ShownRow]:
        is_label = at in grid.labels

        def tone(row: ShownRow) -> Tone | None:
            mark = row.marks[at] if at < len(row.marks) else None
            if mark is None:
                return None
            return Tone.BAD if mark.why is Why.PRIMARY else Tone.ATTENTION

        def text(row: ShownRow) -> str:
            return row.texts[at] if at < len(row.texts) else ""

        if is_label:
            return Column[ShownRow](grid.headings[at], text, width=220, stretch=2, least=120, tip=text)
        return Column[ShownRow](grid.heading(at), text, RIGHT, width=90, tint=tone)

    return tuple(column(at) for at in range(len(grid.headings)))
