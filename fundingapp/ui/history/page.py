"""The list of changes, newest first, with its filters; a change opens at the right with everything before and after."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.history_words import FieldChange
from fundingapp.application.queries.history import (
    GROUPS,
    ChainChecked,
    CheckChain,
    Choices,
    ExportHistory,
    HistoryChoices,
    HistoryDetail,
    HistoryEntry,
    HistoryFilter,
    HistoryIds,
    HistoryRow,
    HistoryRows,
)
from fundingapp.application.wording import count
from fundingapp.domain.ids import ProjectId
from fundingapp.ui.history.targets import ShowEntry, ShowProject, ShowWords
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, TextBlock, WidgetBlock
from fundingapp.ui.list_export import KINDS
from fundingapp.ui.office import Office
from fundingapp.ui.page import Page
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.paged import PagedTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.page_head import PageHead

#: Typing rests so long before the history is searched.
_PAUSE_MS = 250
#: So many fields of one change are shown in the panel; all of them are in the export.
_FIELDS_SHOWN = 400

COLUMNS = (
    Column[HistoryRow]("No.", lambda row: f"{row.sequence:,}", RIGHT, width=56),
    Column[HistoryRow]("When", lambda row: f"{row.at.astimezone():%d/%m/%Y %H:%M}", width=118),
    Column[HistoryRow]("Who", lambda row: row.by, tip=lambda row: f"{row.by} at {row.machine}", width=100),
    Column[HistoryRow](
        "What", lambda row: row.what, tip=lambda row: row.what, stretch=4, width=340, least=180, strong=True
    ),
    Column[HistoryRow](
        "About",
        lambda row: row.about,
        tip=lambda row: row.about,
        stretch=2,
        width=150,
        least=80,
        may_hide=True,
    ),
    Column[HistoryRow](
        "Why",
        lambda row: row.reason,
        tip=lambda row: row.reason,
        stretch=3,
        width=180,
        least=90,
        may_hide=True,
    ),
)


class HistoryPage(Page):
    """Nothing here can be changed: the history only grows."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self._choices: Choices | None = None
        self._shown: int | None = None
        self._wanted: int | None = None
        self._head = PageHead("History")
        self._check = button("Check the chain", self.check_chain, icon="check")
        self._export = button("Export…", self._write, icon="export")
        self._head.add(self._check)
        self._head.add(self._export)
        self.body.addWidget(self._head)
        self.body.addWidget(self._make_filters())
        self._chain = label("", wrap=True)
        self._chain.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._chain.setAccessibleName("The chain of the history")
        self._chain.hide()
        self.body.addWidget(self._chain)
        self._card = Card("Changes")
        self._table = TableView("Changes", "history.changes", office.settings, office.asker)
        self._model: PagedTableModel[HistoryRow] = PagedTableModel(COLUMNS, self._fetch, parent=self._table)
        self._table.set_model(self._model)
        self._table.setMinimumHeight(180)
        self._table.row_activated.connect(self._open)
        self._table.current_row_changed.connect(self._current_changed)
        self._table.clicked.connect(lambda _index: self._open(self._table.current_row))
        self._empty = EmptyState(
            "history",
            "No change fits",
            "Every change that is made in this file stands here, with who made it, when, what stood before and "
            "after, and why. Take a filter off to see more.",
        )
        self._empty.add_step("Show all changes", self.clear)
        self._card.add(self._table, 1)
        self._card.add(self._empty, 1)
        self._empty.hide()
        self.body.addWidget(self._card, 1)

    def _make_filters(self) -> QWidget:
        strip = QWidget()
        flow = FlowLayout(strip, 2 * STEP)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        strip.setSizePolicy(policy)
        self._text = QLineEdit()
        self._text.setPlaceholderText("Words, names, amounts")
        self._text.setAccessibleName("Search the history")
        self._text.setClearButtonEnabled(True)
        self._text.setFixedWidth(190)
        self._text.textChanged.connect(lambda _text: self._ask(_PAUSE_MS))
        flow.addWidget(self._text)
        self._by, self._project = DropDown("Person"), DropDown("Project")
        self._kind, self._field = DropDown("Kind of change"), DropDown("Field")
        self._kind.set_options([Option(None, "Everything"), *(Option(name, name) for name in GROUPS)])
        for each, width in ((self._by, 128), (self._project, 140), (self._kind, 140), (self._field, 132)):
            each.setFixedWidth(width)
            each.view().setMinimumWidth(2 * width)  # the list may be wider than the field
            each.currentIndexChanged.connect(lambda _at: self._ask())
            flow.addWidget(each)
        self._since, self._until = (
            DayField("From the day", "from day"),
            DayField("To the day", "to day"),
        )
        for day in (self._since, self._until):
            day.setFixedWidth(96)
            day.editingFinished.connect(self._ask)
            flow.addWidget(day)
        self._clear = button("Clear", self.clear)
        self._clear.setToolTip("Takes every filter off")
        flow.addWidget(self._clear)
        return strip

    # What is shown

    @property
    def where(self) -> HistoryFilter:
        """What the filters say."""
        project = self._project.key
        return HistoryFilter(
            self._text.text().strip(),
            str(self._by.key or ""),
            ProjectId(project) if isinstance(project, int) else None,
            str(self._kind.key or ""),
            str(self._field.key or ""),
            self._since.day,
            self._until.day,
        )

    def clear(self) -> None:
        """Takes every filter off."""
        for field in (self._text, self._since, self._until):
            field.blockSignals(True)
            field.clear()
            field.blockSignals(False)
        for choice in (self._by, self._project, self._kind, self._field):
            choice.blockSignals(True)
            choice.choose(None)
            choice.blockSignals(False)
        self._ask()
        self._text.setFocus()

    def shown(self) -> None:
        self._ask_choices()
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics:
            self._ask_choices()
            self._ask()

    def go_to(self, subject: object) -> None:
        """An entry, everything about a project, or all that has some words."""
        match subject:
            case ShowEntry(sequence) | int(sequence):
                self._wanted = sequence
                self.clear()
                self._ask_entry(sequence)
            case ShowWords(words):
                self.clear()
                self._text.setText(words)
            case ShowProject(project):
                self.clear()
                self._project.choose(project)
                self._ask()

    def primary_focus(self) -> QWidget:
        return self._table if self._model.ids else self._text

    def panel_closed(self) -> None:
        self._shown = None

    def _ask_choices(self) -> None:
        self.office.ask("history.choices", HistoryChoices(), self._show_choices, self)

    def _show_choices(self, choices: Choices) -> None:
        self._choices = choices
        self._by.set_options(
            [Option(None, "Anybody"), *(Option(name, name) for name in choices.people)], self._by.key
        )
        self._project.set_options(
            [Option(None, "All projects"), *(Option(id, name) for id, name in choices.projects)],
            self._project.key,
        )
        self._field.set_options(
            [Option(None, "Any field"), *(Option(name, words) for name, words in choices.fields)],
            self._field.key,
        )
        self._say_count()

    def _ask(self, pause_ms: int = 0) -> None:
        if self.office.opened is not None:
            self.office.ask("history.ids", HistoryIds(self.where), self._show_ids, self, pause_ms)

    def _show_ids(self, ids: array[int]) -> None:
        self._model.set_ids(ids)
        self._table.setVisible(bool(ids))
        self._empty.setVisible(not ids)
        self._export.setEnabled(bool(ids))
        self._say_count()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._table.select_key(wanted)

    def _say_count(self) -> None:
        shown = len(self._model.ids)
        self._card.set_title("Changes", f"{shown:,}")
        every = self._choices.entries if self._choices is not None else shown
        self._head.set_state(
            f"{count(every, 'change')}" if shown == every else f"{shown:,} of {count(every, 'change')}"
        )

    def _fetch(self, ids: Sequence[int]) -> Sequence[HistoryRow | None]:
        found = {row.sequence: row for row in self.office.fetch(HistoryRows(tuple(ids)))}
        return [found.get(id) for id in ids]

    def _current_changed(self, row: object) -> None:
        if self._shown is not None and isinstance(row, HistoryRow) and self._table.hasFocus():
            self._open(row)

    def _open(self, row: object) -> None:
        if isinstance(row, HistoryRow):
            self._ask_entry(row.sequence)

    def _ask_entry(self, sequence: int) -> None:
        self._shown = sequence
        self.office.ask("history.entry", HistoryEntry(sequence), self._show_entry, self)

    def _show_entry(self, detail: HistoryDetail) -> None:
        row = detail.row
        moment = f"{row.at.astimezone():%d/%m/%Y %H:%M:%S}"
        blocks: list[Block] = [TextBlock(f"{row.by}, {moment}, at {row.machine}", row.what)]
        if row.reason:
            blocks.append(TextBlock(row.reason, "Why"))
        shown = detail.changes[:_FIELDS_SHOWN]
        for thing, group in groupby(shown, lambda change: change.thing):
            blocks.append(WidgetBlock(partial(_table_of, thing, tuple(group))))
        if not detail.changes:
            blocks.append(TextBlock("It changed no record: the sentence above says all."))
        more = len(detail.changes) - len(shown)
        if more > 0:
            blocks.append(TextBlock(f"And {count(more, 'field')} more, which the export has in full."))
        blocks.append(StepsBlock([Step("Copy as text", partial(_copy, detail))]))
        title = f"Change {row.sequence:,}"
        self.inspect(InspectorPage(title, blocks, ("history", row.sequence), width=460))

    # What can be done

    def check_chain(self) -> None:
        """Goes through the whole history, off the window's thread."""
        desk = self.office.desk
        self._check.setEnabled(False)
        job = self.office.work(
            "Check the chain", lambda progress: desk.ask(CheckChain(), progress), self._chain_checked
        )
        job.ended.connect(lambda _job: self._check.setEnabled(True))

    def _chain_checked(self, found: ChainChecked) -> None:
        self._chain.show()
        if found.problems:
            first = " ".join(found.problems[:3])
            more = f" And {len(found.problems) - 3:,} more." if len(found.problems) > 3 else ""
            self._chain.setText(f"✗ The history is not as it was written. {first}{more}")
            self.say(
                Message(
                    f"The chain is broken in {count(len(found.problems), 'place')}.",
                    "Keep this file as it is, and compare it with the last backup.",
                    Tone.BAD,
                )
            )
            return
        self._chain.setText(
            f"✓ {count(found.entries, 'entry', 'entries')}, each as it was written and none missing. The chain ends "
            f"with {found.head}. Compare that with a certificate, a return or a backup of the same day: it tells "
            "changes, it can't prevent them."
        )
        self.say(Message("The history is whole.", "What it ends with stands above the list.", Tone.GOOD))

    def _write(self) -> None:
        ids = array("q", self._model.ids)
        out = self.office.files.to_save(self, "Export the history", "History.xlsx", KINDS)
        if out is None or not ids:
            return
        desk = self.office.desk
        question = ExportHistory(ids, out, self._about())
        self.office.work(
            f"Export {count(len(ids), 'change')}",
            lambda progress: desk.ask(question, progress),
            lambda rows: self.say(
                Message(
                    f"{count(len(ids), 'change')} in {count(rows, 'row')} written to “{out.name}”.",
                    f"It stands in {out.parent}.",
                    Tone.GOOD,
                )
            ),
        )

    def _about(self) -> tuple[tuple[str, str], ...]:
        """The filters that are on, in words."""
        said = (
            ("Searched", self._text.text().strip()),
            *(
                (name, choice.currentText() if choice.key is not None else "")
                for name, choice in (
                    ("Person", self._by),
                    ("Project", self._project),
                    ("Kind of change", self._kind),
                    ("Field", self._field),
                )
            ),
            ("From the day", self._since.text().strip()),
            ("To the day", self._until.text().strip()),
        )
        return tuple((name, words) for name, words in said if words)


def _table_of(thing: str, changes: Sequence[FieldChange]) -> QWidget:
    """Field, before and after of *thing*, as a small table; words are never cut off."""
    made = QWidget()
    outer = QVBoxLayout(made)
    outer.setContentsMargins(0, 0, 0, 0)
    if thing:
        outer.addWidget(label(thing, "strong", wrap=True))
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 2, 0, 6)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    for column, stretch in enumerate((3, 4, 4)):
        grid.setColumnStretch(column, stretch)
    for column, words in enumerate(("Field", "Before", "After")):
        grid.addWidget(label(words, "caption"), 0, column)
    for at, change in enumerate(changes, start=1):
        for column, words in enumerate((change.field, change.before or "–", change.after or "–")):
            cell = label(_broken(words), "" if column == 2 else "second", wrap=True)
            cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(cell, at, column)
    outer.addWidget(holder)
    made.setAccessibleName(
        "; ".join(f"{each.field}: {each.before or '–'} → {each.after or '–'}" for each in changes)
    )
    return made


def _broken(words: str) -> str:
    """A word that is longer than the panel is wide may be broken, as a fingerprint of a file."""
    return " ".join(
        word if len(word) <= _LONG else "\u200b".join(word[at : at + 8] for at in range(0, len(word), 8))
        for word in words.split(" ")
    )


#: A word of more letters does not fit into a third of the panel.
_LONG = 16


def _copy(detail: HistoryDetail) -> None:
    row = detail.row
    said = [f"{row.sequence}\t{row.at.astimezone():%d/%m/%Y %H:%M:%S}\t{row.by}\t{row.what}\t{row.reason}"]
    said += ["\t".join(change) for change in detail.changes]
    QGuiApplication.clipboard().setText("\n".join(said))
