"""File, Backups…: every backup with why it was made, a look inside, and the way back to one."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.offices import Offices
from fundingapp.application.ports import JournalLine
from fundingapp.application.safety import GrantTotals, Inside
from fundingapp.application.wording import count
from fundingapp.domain.backups import Backup
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.labels import label

_RULE = (
    "One is made before the first change of a day, before each risky step and every half hour of work, and proved when "
    "it is made. The newest of each of the last 7 days, 5 weeks and 24 months stay, and the one of each return that "
    "was submitted."
)


def in_megabytes(size: int) -> str:
    """A size in bytes as people compare sizes."""
    return f"{size / 1_000_000:,.1f} MB"


BACKUPS = (
    Column[Backup]("Made", lambda row: f"{row.at.astimezone():%d/%m/%Y %H:%M}", sort="at", width=130),
    Column[Backup]("Why", lambda row: row.why[0].upper() + row.why[1:], width=300, stretch=3, least=160),
    Column[Backup]("By", lambda row: row.who, width=110, stretch=1, least=70, may_hide=True),
    Column[Backup]("Rows", lambda row: f"{row.row_count:,}", align=RIGHT, width=80),
    Column[Backup]("Entries of the history", lambda row: f"{row.entries:,}", align=RIGHT, width=140),
    Column[Backup]("Size", lambda row: in_megabytes(row.size), align=RIGHT, width=80),
)
GRANTS = (
    Column[GrantTotals]("Grant", lambda row: row.grant, width=220, stretch=2, least=140),
    Column[GrantTotals](
        "Available £", lambda row: str(row.available), align=RIGHT, amount=lambda row: row.available
    ),
    Column[GrantTotals](
        "Awarded £", lambda row: str(row.awarded), align=RIGHT, amount=lambda row: row.awarded
    ),
    Column[GrantTotals]("Spent £", lambda row: str(row.spent), align=RIGHT, amount=lambda row: row.spent),
    Column[GrantTotals](
        "Agrees",
        lambda row: "✓ to the penny" if row.agrees else "≠ something to explain",
        pill=lambda row: Tone.GOOD if row.agrees else Tone.ATTENTION,
        width=150,
    ),
)
LATER = (
    Column[JournalLine]("When", lambda row: f"{row.at.astimezone():%d/%m/%Y %H:%M}", width=130),
    Column[JournalLine]("By", lambda row: row.by, width=110),
    Column[JournalLine]("What", lambda row: row.sentence, width=420, stretch=3, least=200),
)


class BackupsWindow(QDialog):
    """The backups of one file; not modal, the work goes on beside it."""

    restore_wanted = Signal(object)  # Backup, looked into and confirmed

    def __init__(self, office: Office, offices: Offices, target: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._office = office
        self._offices = offices
        self._target = target
        self._inside: Inside | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Backups of {name}")
        self.resize(940, 680)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(label(f"Backups of {name}", "heading"))
        column.addWidget(label(_RULE, "second", wrap=True))
        self.list = TableView("Backups", "safety.backups", office.settings, office.asker)
        self._backups = ListTableModel(BACKUPS, key=lambda row: row.id)
        self.list.set_model(self._backups)
        self.list.current_row_changed.connect(self._chosen)
        self.list.row_activated.connect(lambda _row: self.look_inside())
        self.list.setMinimumHeight(132)
        column.addWidget(self.list, 3)
        self.said = label("", "second", wrap=True)
        column.addWidget(self.said)
        self._detail = QWidget()
        detail = QVBoxLayout(self._detail)
        detail.setContentsMargins(0, 0, 0, 0)
        detail.setSpacing(8)
        self._grants = ListTableModel(GRANTS)
        self.grants = TableView("Grants in this backup", "safety.grants", office.settings, office.asker)
        self.grants.set_model(self._grants)
        self.grants.setMinimumHeight(98)
        detail.addWidget(self.grants, 1)
        self._later = ListTableModel(LATER)
        self.later_said = label("", "strong", wrap=True)
        detail.addWidget(self.later_said)
        self.later = TableView("Entries that came after it", "safety.later", office.settings, office.asker)
        self.later.set_model(self._later)
        self.later.setMinimumHeight(98)
        detail.addWidget(self.later, 1)
        self._detail.hide()
        column.addWidget(self._detail, 4)
        self._sure = self._make_sure()
        column.addWidget(self._sure)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.now = button("Back up now", self.back_up_now)
        self.now.setVisible(self._safety is not None)
        row.addWidget(self.now)
        row.addStretch(1)
        self.look = primary_button("Look inside", self.look_inside)
        self.back = button("Restore this one…", self._ask_if_sure)
        row.addWidget(self.look)
        row.addWidget(self.back)
        row.addWidget(button("Close", self.close))
        column.addLayout(row)
        self._chosen(None)
        self.refresh()

    @property
    def _safety(self) -> Any:
        opened = self._office.opened
        return opened.safety if opened is not None and opened.place == self._target else None

    def _make_sure(self) -> QFrame:
        sure = QFrame()
        sure.setProperty("kind", "box")
        row = QHBoxLayout(sure)
        row.setContentsMargins(14, 10, 14, 10)
        self.sure_said = label("", wrap=True)
        row.addWidget(self.sure_said, 1)
        self.yes = primary_button("Restore it", self._restore)
        self.no = button("Leave the file as it is", self._not_sure)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        sure.hide()
        return sure

    # The list

    def refresh(self) -> None:
        """Lists the backups anew."""
        offices, target = self._offices, self._target
        self._office.work("List the backups", lambda _progress: offices.backups(target), self._show)

    def _show(self, backups: object) -> None:
        found = backups if isinstance(backups, list) else []
        self._backups.set_rows(found)
        if not found:
            self.say(
                "There is no backup yet. The first one is made by itself, before the first change of another day or "
                "the first risky step; “Back up now” makes one at once."
            )
            return
        trouble = self._safety.trouble if self._safety is not None else ""
        self.say(
            f"The last backup could not be made: {trouble}" if trouble else count(len(found), "backup") + "."
        )
        self.list.select_key(found[0].id)
        self.list.setFocus()

    def say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setAccessibleName(text)

    def _chosen(self, row: object) -> None:
        chosen = isinstance(row, Backup)
        self.look.setEnabled(chosen)
        if self._inside is None or not chosen or self._inside.backup != row:
            self._inside = None
            self._detail.hide()
            self._sure.hide()
        self.back.setEnabled(self._inside is not None)
        self.back.setToolTip("" if self._inside is not None else "Look inside first")
        if isinstance(row, Backup) and row.notice:
            self.say(row.notice)

    @property
    def chosen(self) -> Backup | None:
        row = self.list.current_row
        return row if isinstance(row, Backup) else None

    def back_up_now(self) -> None:
        safety = self._safety
        if safety is not None:
            job = self._office.work(
                "Make a backup", lambda progress: safety.back_up("", progress), lambda _made: self.refresh()
            )
            job.succeeded.connect(lambda _made: self._office.saved.emit())

    # Looking inside

    def look_inside(self) -> None:
        """Opens the chosen backup beside the file and shows what it holds."""
        backup, offices, target = self.chosen, self._offices, self._target
        if backup is None:
            return
        self.say("Opening the backup…")
        self._office.work(
            f"Look into the backup of {backup.at.astimezone():%d/%m/%Y %H:%M}",
            partial(_look, offices, target, backup.id),
            self._show_inside,
        ).failed.connect(lambda error: self.say(str(error)))

    def _show_inside(self, inside: object) -> None:
        if not isinstance(inside, Inside):
            return
        self._inside = inside
        backup = inside.backup
        self.say(
            f"The backup of {backup.at.astimezone():%d/%m/%Y %H:%M} opens and is whole: "
            f"{inside.partnership or 'no partnership yet'}, {count(len(inside.grants), 'grant')}, "
            f"{count(inside.lines, 'ledger line')}."
        )
        self._grants.set_rows(inside.grants)
        lost = inside.lost
        self._later.set_rows(lost or ())
        self.later.setVisible(bool(lost))
        self.later_said.setText(what_would_be_lost(inside))
        self._detail.show()
        self.back.setEnabled(True)
        self.back.setToolTip("")

    # Restoring

    def _ask_if_sure(self) -> None:
        if self._inside is None:
            return
        self.sure_said.setText(
            f"{what_would_be_lost(self._inside)} What is in the file now is backed up first, so you can come back."
        )
        self._sure.show()
        self.no.setFocus()

    def _not_sure(self) -> None:
        self._sure.hide()
        self.back.setFocus()

    def _restore(self) -> None:
        if self._inside is not None:
            self.restore_wanted.emit(self._inside.backup)
            self.close()


def _look(offices: Offices, target: str, id: str, progress: Any) -> Inside:
    return offices.look_inside(target, id, progress)


def what_would_be_lost(inside: Inside) -> str:
    """What the present file holds and the backup does not, in a sentence."""
    if inside.lost is None:
        return (
            "The file itself can't be read any more, so nothing can be said of what came after this backup."
        )
    if not inside.same_history:
        return (
            f"This backup does not belong to the history of the file that is there now: all of its "
            f"{count(len(inside.lost), 'entry', 'entries')} would no longer be in it."
        )
    if not inside.lost:
        return "Nothing was entered after this backup."
    people = sorted({line.by for line in inside.lost})
    return (
        f"{count(len(inside.lost), 'entry', 'entries')} by {', '.join(people)} came after this backup and would no "
        "longer be in the file."
    )
