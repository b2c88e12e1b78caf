"""The papers behind something: one way to look at them, to open them and to add to them, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.commands.papers import LinkPapers, UnlinkPapers
from fundingapp.application.effect import Topic
from fundingapp.application.queries.evidence import EvidenceCopy, PaperRow, Papers, PapersOf, SavePaper
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Keeping, Supported
from fundingapp.domain.ids import EvidenceId
from fundingapp.ui.adding_papers import Adding, add_dropped
from fundingapp.ui.dropped import can_take
from fundingapp.ui.inspector import Block, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.page import Target
from fundingapp.ui.paper_words import in_bytes, pills_of
from fundingapp.ui.theme import BOX_RADIUS, STEP, Theme, Tone
from fundingapp.ui.widgets.buttons import IconButton, button
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.pick_field import PickField
from fundingapp.ui.widgets.pill import Pill

ANY_FILE = "Evidence (*)"
#: So many papers are offered for what was typed.
_OFFERED = 20


def papers_block(office: Office, what: str, id: int, caption: str = "Papers") -> Block:
    """The papers of the thing that :class:`~fundingapp.domain.evidence.Support` names as *what* (“claim”), as they are
    at any time, with what adds to them."""
    return WidgetBlock(lambda: PapersBox(office, Supported(what, id)), caption)


def open_file(office: Office, owner: QObject, paper: EvidenceId, name: str) -> None:
    """Opens a read-only copy of the file of *paper*. Of what might run when it is opened a copy can be saved."""

    def failed(error: Exception) -> None:
        if isinstance(error, ExpectedError) and error.code == "not_opened":
            save = partial(save_copy, office, paper, name)
            office.told.emit(Message(error.message, error.advice, Tone.ATTENTION, "Save a copy…", save))
        else:
            office.asker.failed.emit(error)

    office.ask("papers.copy", EvidenceCopy(paper), show_paper, owner, failed=failed)


def save_copy(office: Office, paper: EvidenceId, name: str) -> None:
    """Asks where to, and writes a copy of the file of *paper* there."""
    window = QApplication.activeWindow()
    out = office.files.to_save(window, f"Save a copy of {name}", name, "All files (*)")  # type: ignore[arg-type]  # Qt takes no parent too
    if out is None:
        return
    desk = office.desk

    def saved(where: Path) -> None:
        office.told.emit(Message(f"A copy is saved as “{where.name}” in “{where.parent}”.", "", Tone.GOOD))

    office.work(f"Save a copy of {name}", lambda progress: desk.ask(SavePaper(paper, out), progress), saved)


def show_paper(path: Path) -> None:
    """Opens the copy at *path* in its own program; what is never opened has been refused before."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def open_paper(office: Office, owner: QObject, row: PaperRow) -> None:
    """Does with a paper what its name promises: a file is opened as a copy; of a link it is asked first, since it leads
    out of the file (bad-inputs S08); any other is shown on the page Evidence."""
    if row.keeping is Keeping.FILE:
        open_file(office, owner, row.id, row.of.name)
    elif row.keeping is Keeping.LINK:
        address = row.of.name
        office.told.emit(
            Message(
                f"The link leads to {address}",
                "It is opened in your browser, outside the funding file.",
                Tone.ATTENTION,
                "Open the link",
                lambda: QDesktopServices.openUrl(QUrl.fromUserInput(address)),
            )
        )
    else:
        office.go_wanted.emit(Target("evidence", ("papers", row.id)))


class PapersBox(QWidget):
    """The papers of one thing; asks for them itself, takes what is dropped on it and follows every change."""

    papers_changed = Signal(object)  # how many there are now

    def __init__(
        self, office: Office, supported: Supported, about: str = "", parent: QWidget | None = None
    ) -> None:
        """*about* names the thing in messages (“claim 2”)."""
        super().__init__(parent)
        self._office = office
        self._supported = supported
        self._about = about
        self._key = f"papers.{supported.what}.{supported.id}.{id(self)}"
        self._rows: tuple[PaperRow, ...] = ()
        self._hovered = False
        self.setAccessibleName("Papers")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * STEP)
        column.addLayout(self._list)
        self._none = label("", "note", wrap=True)
        column.addWidget(self._none)
        self._none.hide()
        if not office.is_read_only:
            self.setAcceptDrops(True)
            column.addLayout(self._adding())
        office.runner.changed.connect(self._changed)
        self._ask()

    def _adding(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        self.field = PickField("Add a paper", "reference or link", self._offer)
        self.field.setToolTip("A reference, a link, or words of a paper that is kept already")
        self.field.picked.connect(self._link)
        self.field.typed.connect(self._add_words)
        row.addWidget(self.field, 1)
        row.addWidget(button("Attach…", self.attach, icon="evidence", tip="Files can be dropped here too"))
        return row

    @property
    def rows(self) -> tuple[PaperRow, ...]:
        """The papers that are shown."""
        return self._rows

    # What is shown

    def _changed(self, topics: object) -> None:
        if isinstance(topics, Topic) and topics & ~Topic.SUGGESTIONS and self._office.opened is not None:
            self._ask()

    def _ask(self) -> None:
        self._office.ask_of_grant(self._key, PapersOf(self._supported), self._show, self)

    def _show(self, rows: tuple[PaperRow, ...]) -> None:
        is_first = not self._list.count() and not self._none.text()
        if rows == self._rows and not is_first:
            return
        self._rows = rows
        focus: QWidget | None = self.window().focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus) and not isinstance(focus, PickField)
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._list.addWidget(self._line(row))
        drop = "" if self._office.is_read_only else " Drop a file here, or attach it."
        self._none.setText(f"No paper yet.{drop}")
        self._none.setVisible(not rows)
        if had_focus and not self._office.is_read_only:
            self.field.setFocus()
        self.papers_changed.emit(len(rows))

    def _line(self, row: PaperRow) -> QWidget:
        made = QWidget()
        across = QHBoxLayout(made)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(STEP)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = LinkLabel(row.title_or_name, partial(open_paper, self._office, self, row))
        name.setToolTip(_tip(row))
        words.addWidget(name)
        pills = FlowLayout(spacing=STEP, line_spacing=2)
        for text, tone in pills_of(row):
            pills.addWidget(Pill(text, tone))
        words.addLayout(pills)
        across.addLayout(words, 1)
        top = Qt.AlignmentFlag.AlignTop
        shown = row.title_or_name
        details = IconButton("chevron-right", f"Details of {shown}", partial(self._details, row))
        across.addWidget(details, 0, top)
        if not self._office.is_read_only:
            off = IconButton("close", f"Take {shown} off", partial(self._take_off, row))
            across.addWidget(off, 0, top)
        return made

    def _details(self, row: PaperRow) -> None:
        self._office.go_wanted.emit(Target("evidence", ("papers", row.id)))

    # What is done

    def _offer(self, text: str, offer: Callable[[Sequence[tuple[str, Any]]], object]) -> None:
        if not text.strip():
            return
        here = {row.id for row in self._rows}

        def answered(found: Any) -> None:
            rows = [row for row in found.rows if row.id not in here and row.of.erased_at is None]
            offer([(f"{row.title_or_name} · {row.of.sort.value}", row.id) for row in rows[:_OFFERED]])

        self._office.ask(f"{self._key}.offer", Papers(text=text.strip()), answered, self, 150)

    def _link(self, paper: EvidenceId) -> None:
        self._office.do(LinkPapers((paper,), (self._supported,)), "Link the paper")

    def _add_words(self, words: str) -> None:
        self.field.clear()
        Adding(self._office, (self._supported,), self._about, self).words(words)

    def attach(self) -> None:
        """Asks for a file and adds it."""
        path = self._office.files.to_open(self, "Attach a paper", ANY_FILE)
        if path is not None:
            Adding(self._office, (self._supported,), self._about, self).files([path])

    def _take_off(self, row: PaperRow) -> None:
        command = UnlinkPapers((row.id,), (self._supported,))
        self._office.do(command, f"Take {row.title_or_name} off")

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_take(event.mimeData()):
            event.acceptProposedAction()
            self._hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        event.acceptProposedAction()
        add_dropped(self._office, event.mimeData(), (self._supported,), self._about, self)

    def _hover(self, hovered: bool) -> None:
        self._hovered = hovered
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._hovered:
            paint_drop_frame(self)


def paint_drop_frame(widget: QWidget) -> None:
    """Shows on *widget* that what hovers over it can be dropped there."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(Theme.current().colour("accent"), 2, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(widget.rect().toRectF().adjusted(1, 1, -1, -1), BOX_RADIUS, BOX_RADIUS)
    painter.end()


def _tip(row: PaperRow) -> str:
    of = row.of
    size = f" · {in_bytes(of.size)}" if of.is_file else ""
    return f"{of.name}{size}\nadded by {of.added_by} on {short_date(of.added_at.astimezone().date())}"
