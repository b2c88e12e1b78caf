"""Figures from files: what was taken in, and the review of a file or a pasted block before it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.figure_imports import FiguresImported, ImportFigures
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.figure_previews import (
    FigureImportOf,
    FigureImports,
    FigureOriginal,
    FigurePreview,
    FiguresRead,
    ImportShown,
    PreviewFigures,
    ReadFigureFile,
    ReadPastedFigures,
)
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.errors import listed
from fundingapp.domain.figure_files.contents import TableSeen
from fundingapp.domain.figure_files.placing import place_of
from fundingapp.domain.figure_files.plan import FigureChoices, PlaceSeen
from fundingapp.domain.figure_imports import FigureImport, FigureLayout, SkippedFigure
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, SumBlock, SumRow, TextBlock
from fundingapp.ui.jobs.runner import Job
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.import_columns import IMPORT_COLUMNS
from fundingapp.ui.outcomes.import_review import FigureReview
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

if TYPE_CHECKING:
    from fundingapp.application.desk import Desk
    from fundingapp.application.progress import Progress

FILES = "Files of figures (*.csv *.txt *.tsv *.xlsx *.xlsm *.xls *.xlsb *.ods *.zip);;All files (*)"
#: The names within a reason.
_NAME = re.compile(r"“[^”]*”|(?<=: ).+")


#: Reads the same file again: as that layout, and of its tables that of the sheet and part.
_Again: TypeAlias = Callable[["FigureLayout | None", "tuple[str, str] | None"], None]


class ImportView(GrantView):
    """The files of figures that were taken in; in their place, for a while, the review of a new one."""

    alone_changed = Signal(bool)  # the review has its own head, and takes the place of the page's

    def __init__(self, office: Office) -> None:
        super().__init__("import", "Imports", office)
        self._year: FinancialYear | None = None
        self._review: FigureReview | None = None
        self._copy: Path | None = None
        self._again: _Again | None = None
        self._job: Job | None = None
        self._added: list[str] = []
        self._shown: int | None = None
        self._empty = EmptyState(
            "import",
            "No figures from files yet",
            "Recorded crime by partnership (ONS), street-level months (data.police.uk), and workbooks or blocks of "
            "cells with an indicator in each row and a period in each column are read as they are published. You see "
            "every row, what it means and what would change before anything is kept.",
        )
        for text, do in (
            ("Import figures…", self.choose_file),
            ("Import months…", self.choose_folder),
            ("Paste figures", self.paste),
        ):
            self._empty.add_step(text, do).setDisabled(office.is_read_only)
        self.table = TableView("Imports of figures", "outcomes.imports", office.settings, office.asker)
        self._model = ListTableModel(IMPORT_COLUMNS, lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.row_activated.connect(self._open)
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self._card = Card("Files of figures that were taken in")
        self._card.add(self.table, 1)
        self.stack = ViewStack()
        for view in (self._empty, self._card):
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)
        self._paste_button = button("Paste figures", self.paste, icon="copy", tip="The cells that you copied")
        self._months_button = button(
            "Import months…",
            self.choose_folder,
            icon="import",
            tip="The folder with the months of a police force, as data.police.uk gives them: they are read together",
        )
        self._import_button = primary_button("Import figures…", self.choose_file, icon="import")
        self.buttons += [self._paste_button, self._months_button, self._import_button]
        self._allow_reading()

    @property
    def review(self) -> FigureReview | None:
        """The review that is shown, if any."""
        return self._review

    # What the page says

    def show_position(self, answer: PositionAnswer) -> None:
        self._year = answer.position.year

    def refresh(self, topics: Topic) -> None:
        self._allow_reading()
        if topics & Topic.RESULTS:
            self.office.ask("outcomes.imports", FigureImports(), self._show, self)
        if topics & (Topic.RESULTS | Topic.SETUP) and self._review is not None:
            self._ask_again(self._review.choices)

    def go_to(self, subject: object) -> None:
        match subject:
            case Path():
                self.open_path(subject)
            case "choose":
                # The page comes to the front first, so that the dialog stands over it.
                QTimer.singleShot(0, self, self.choose_file)
            case "paste":
                QTimer.singleShot(0, self, self.paste)

    def first_focus(self) -> QWidget:
        if self._review is not None:
            return self._review.first_focus()
        return self._empty if self.stack.currentWidget() is self._empty else self.table

    def panel_closed(self) -> None:
        self._shown = None

    # What was taken in

    def _show(self, imports: tuple[Kept[FigureImport], ...]) -> None:
        self._model.set_rows(imports)
        self._card.set_title("Files of figures that were taken in", f"{len(imports):,}")
        if self._review is None:
            self.stack.setCurrentWidget(self._card if imports else self._empty)
            if self.isVisible():
                self.state_changed.emit(count(len(imports), "file") if imports else "")
        if self._shown is not None and all(kept.id != self._shown for kept in imports):
            self._shown = None
            self.close_panel()

    def _open(self, row: object) -> None:
        if isinstance(row, Kept):
            self._shown = row.id
            self.office.ask("outcomes.import", FigureImportOf(row.id), self._show_import, self)

    def _show_import(self, answer: ImportShown) -> None:
        batch = answer.kept.value
        rows = [
            SumRow("kept", f"{batch.kept:,}"),
            SumRow("skipped", f"{batch.skipped:,}"),
            SumRow("rows read", f"{batch.read:,}", is_total=True),
        ]
        about = [
            f"Read as: {batch.layout.value}",
            f"Sheet: {batch.sheet}" if batch.sheet else "",
            f"Table: {batch.part}" if batch.part else "",
            f"Source: {batch.source}" if batch.source else "",
            f"Taken from its source on {batch.as_at:%d/%m/%Y}" if batch.as_at is not None else "",
            f"Imported by {batch.imported_by} on {batch.imported_at.astimezone():%d/%m/%Y at %H:%M}",
            "Of single crimes only the counts are kept, not the file."
            if batch.layout is FigureLayout.STREET
            else "The original is kept with the funding file."
            if batch.sha256
            else "It was pasted.",
        ]
        blocks: list[Block] = [
            TextBlock("\n".join(filter(None, about))),
            SumBlock(rows, "Every row accounted for"),
            *([TextBlock(_files_of(batch), "Files")] if batch.files else []),
            TextBlock("\n".join(answer.brought) or "Nothing of it is held any more.", "What it brought"),
        ]
        if batch.has_original:
            blocks.append(StepsBlock([Step("Open the original", lambda: self._open_original(answer.kept))]))
        if answer.skipped:
            blocks.append(SumBlock(_reasons(answer.skipped), "Why rows were skipped"))
        self.inspect(InspectorPage(batch.file_name, blocks, ("figure import", answer.kept.id)))

    def _open_original(self, kept: Kept[FigureImport]) -> None:
        desk, question = self.office.desk, FigureOriginal(kept.id)
        self.office.work(
            f"Open {kept.value.file_name}", lambda _progress: desk.ask(question), self._open_copy
        )

    def _open_copy(self, copy: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy))):
            words = "Look at the file where you took it from."
            self.say(Message(f"No program here opens “{copy.name}”.", words, Tone.ATTENTION))

    # Reading

    def choose_file(self) -> None:
        """Asks for a file of figures and reads it."""
        if not self.office.is_read_only:
            path = self.office.files.to_open(self, "Import figures", FILES)
            if path is not None:
                self.open_path(path)

    def choose_folder(self) -> None:
        """Asks for a folder of months of street-level crimes and reads them together."""
        if not self.office.is_read_only:
            path = self.office.files.to_folder(self, "Import the months in a folder")
            if path is not None:
                self.open_path(path)

    def paste(self) -> None:
        """Reads the cells that were copied."""
        if not self.office.is_read_only:
            self.open_text(QGuiApplication.clipboard().text())

    def open_path(
        self, path: Path, layout: FigureLayout | None = None, table: tuple[str, str] | None = None
    ) -> None:
        """Reads the file at *path*, or one *table* of it by its sheet and part, and shows its review."""
        sheet, part = table if table is not None else (None, None)
        question = ReadFigureFile(path, layout, sheet, self._year, part)
        self._read(
            path.name,
            layout,
            lambda desk, progress: desk.ask(question, progress),
            lambda layout, table: self.open_path(path, layout, table),
        )

    def open_text(self, text: str, layout: FigureLayout | None = None) -> None:
        """The same for pasted *text*."""
        question = ReadPastedFigures(text, layout, self._year)
        self._read(
            "what was pasted",
            layout,
            lambda desk, progress: desk.ask(question, progress),
            lambda layout, _table: self.open_text(text, layout),
        )

    def _read(
        self,
        name: str,
        layout: FigureLayout | None,
        read: Callable[[Desk, Progress], FiguresRead],
        again: _Again,
    ) -> None:
        desk = self.office.desk

        def preview(progress: Any) -> FigurePreview:
            found = read(desk, progress)
            try:
                return desk.ask(PreviewFigures(found, FigureChoices()), progress)
            except BaseException:
                _drop(found)
                raise

        for each in (self._months_button, self._import_button):
            each.setEnabled(False)
        if self._review is not None:
            self._review.set_busy(True)
        job = self.office.work(
            f"Read {name}", preview, lambda answer: self._show_review(answer, layout, again)
        )
        self._job = job
        job.ended.connect(lambda _job: self._reading_ended())

    def _stop(self) -> None:
        """What was begun in the review stops, and nothing of it is kept."""
        if self._job is not None:
            self._job.cancel()

    def _reading_ended(self) -> None:
        self._allow_reading()
        if self._review is not None:
            # A layout that the file has not was refused: the choice says again how it was read.
            self._review.set_busy(False)

    def _allow_reading(self) -> None:
        for each in (self._paste_button, self._months_button, self._import_button):
            each.setEnabled(not self.office.is_read_only)

    def _show_review(
        self,
        preview: FigurePreview,
        layout: FigureLayout | None,
        again: _Again,
    ) -> None:
        copy = preview.read.copy.path if preview.read.copy is not None else None
        self._end_review()
        self._copy = copy
        review = FigureReview(preview, self.office.settings, layout)
        review.back_requested.connect(self._leave)
        review.stop_requested.connect(self._stop)
        review.choices_changed.connect(self._ask_again)
        review.import_requested.connect(self._import)
        review.place_wanted.connect(self._add_place)
        review.layout_requested.connect(lambda layout: again(layout, None))
        review.table_requested.connect(lambda table: again(layout, table))
        self._review, self._again, self._added = review, again, []
        self.stack.addWidget(review)
        self.stack.setCurrentWidget(review)
        self.close_panel()
        self.alone_changed.emit(True)
        review.first_focus().setFocus()

    def _ask_again(self, choices: object) -> None:
        review = self._review
        if review is None or not isinstance(choices, FigureChoices):
            return
        question = PreviewFigures(review.preview.read, choices)
        self.office.ask("outcomes.import.preview", question, self._show_again, self)

    def _add_place(self, seen: object) -> None:
        """A place of the file becomes one of ours; what the import would do is then asked again."""
        if isinstance(seen, PlaceSeen):
            area = place_of(seen)
            self.office.do(AddArea(area), f"Add {area.name}", lambda _effect: self._added.append(area.name))

    def _leave(self) -> None:
        """Leaves the review without an import; what was a step of its own is told, for it stays."""
        if self._added:
            names = listed([f"“{name}”" for name in self._added], "and")
            stays = "is a place of yours now" if len(self._added) == 1 else "are places of yours now"
            self.say(Message("Nothing was imported.", f"{names} {stays}; Undo takes that back."))
        self.show_imports()

    def _show_again(self, preview: FigurePreview) -> None:
        # An answer may come when another file is shown meanwhile.
        if self._review is not None and self._review.preview.read is preview.read:
            self._review.show_preview(preview)

    def show_imports(self) -> None:
        """Goes back to the list; what was being looked at is left as if it had never been opened."""
        self._end_review()
        self.stack.setCurrentWidget(self._card if self._model.rows else self._empty)
        self.office.ask("outcomes.imports", FigureImports(), self._show, self)
        self.first_focus().setFocus()

    def _end_review(self) -> None:
        if self._review is not None:
            self.stack.removeWidget(self._review)
            self._review.hide()
            self._review.deleteLater()
            self._review = None
            self.alone_changed.emit(False)
        if self._copy is not None:
            self._copy.unlink(missing_ok=True)
            self._copy = None

    # Importing

    def _import(self, command: object) -> None:
        review = self._review
        if review is None or not isinstance(command, ImportFigures):
            return
        review.set_busy(True)
        name = command.read.file.name
        job = self._job = self.office.do(command, f"Import {name}", self._imported)
        job.ended.connect(lambda _job: self._import_ended(review))

    def _import_ended(self, review: FigureReview) -> None:
        if self._review is review:  # refused or stopped: it can be decided otherwise
            review.set_busy(False)

    def _imported(self, effect: Effect[FiguresImported]) -> None:
        made = effect.result
        news = [f"{count(made.counts, 'count')} in a table"] if made.table is not None else []
        for number, words in (
            (made.new, "new"),
            (made.changed, "in the place of what was held"),
            (made.same, "as they were"),
            (made.left, "left"),
        ):
            if number:
                news.append(f"{count(number, 'figure')} {words}")
        read = f"Import checked: {made.read:,} rows read = {made.kept:,} kept + {made.skipped:,} skipped."
        found, again = self._next_table(), self._again
        if found is None or again is None:
            self.say(Message(read, f"{', '.join(news)}.", Tone.GOOD))
        else:
            words = f"{', '.join(news)}. The file has another table: {found.in_words}."
            table = (found.sheet, found.part)
            self.say(Message(read, words, Tone.GOOD, "Look at it", lambda: again(None, table)))
        self.show_imports()

    def _next_table(self) -> TableSeen | None:
        """The next table of the file that was not taken in yet."""
        if self._review is None or len(self._review.preview.read.file.tables) < 2:
            return None
        preview = self._review.preview
        file = preview.read.file
        here = [(each.sheet, each.part) for each in file.tables].index((file.sheet, file.part))
        taken = preview.taken | {(file.sheet, file.part)}
        in_turn = (*file.tables[here:], *file.tables[:here])
        return next((each for each in in_turn if (each.sheet, each.part) not in taken), None)


def _files_of(batch: FigureImport) -> str:
    """The files that were read as one, each with the rows that are its own."""
    lines, before = [], 0
    for each in batch.files:
        lines.append(f"{each.name}: rows {before + 1:,} to {before + each.rows:,}")
        before += each.rows
    return "\n".join(lines)


def _reasons(skipped: Sequence[SkippedFigure]) -> list[SumRow]:
    """How many rows were skipped for what reason; reasons that differ only in a name are one."""
    tally: dict[str, list[SkippedFigure]] = {}
    for row in skipped:
        tally.setdefault(_NAME.sub("…", row.reason), []).append(row)
    found = []
    for reason, rows in sorted(tally.items(), key=lambda entry: -len(entry[1])):
        words = rows[0].reason if len({row.reason for row in rows}) == 1 else reason
        where = f"row {rows[0].row:,}" if len(rows) == 1 else f"rows {rows[0].row:,} to {rows[-1].row:,}"
        found.append(SumRow(words, f"{len(rows):,}", note=where))
    return found


def _drop(read: FiguresRead) -> None:
    if read.copy is not None:
        read.copy.path.unlink(missing_ok=True)
