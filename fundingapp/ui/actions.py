"""Every action of the window as one row of data: id, words, shortcut, what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from fundingapp.ui.icons import icon

MENUS = ("File", "Edit", "View", "Help")


@dataclass(frozen=True, slots=True)
class Action:
    """One action. *section* separates it from its neighbours by a line.

    *choice* makes a group of radio marks.
    """

    id: str
    text: str
    menu: str
    do: Callable[[], object]
    shortcut: str = ""
    icon: str = ""
    section: int = 0
    choice: str = ""
    is_on: bool = False


class Actions(QObject):
    """Makes the actions of a window and its menus. Only what is registered is shown."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._rows: dict[str, Action] = {}
        self._made: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}

    @property
    def rows(self) -> tuple[Action, ...]:
        return tuple(self._rows.values())

    def add(self, rows: Sequence[Action]) -> None:
        """Registers *rows* in their order; an id that is already there is replaced."""
        for row in rows:
            old = self._made.pop(row.id, None)
            if old is not None:
                self._window.removeAction(old)
                old.deleteLater()
            made = QAction(row.text.replace("&", "&&"), self._window)
            if row.shortcut:
                made.setShortcut(QKeySequence(row.shortcut))
                made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            if row.choice:
                made.setCheckable(True)
                made.setChecked(row.is_on)
                group = self._groups.setdefault(row.choice, QActionGroup(self))
                group.addAction(made)
            made.triggered.connect(lambda _checked=False, do=row.do: do())
            self._window.addAction(made)
            self._rows[row.id] = row
            self._made[row.id] = made

    def __getitem__(self, id: str) -> QAction:
        return self._made[id]

    def __contains__(self, id: str) -> bool:
        return id in self._made

    def set_state(self, id: str, text: str, enabled: bool) -> None:
        """Changes the words of an action (“Undo match 3 lines”) and whether it can be used."""
        if id in self._made:
            self._made[id].setText(text.replace("&", "&&"))
            self._made[id].setEnabled(enabled)

    def fill(self, menu: QMenu) -> None:
        """Puts every menu that has actions into *menu*, as submenus."""
        for name in MENUS:
            rows = [row for row in self._rows.values() if row.menu == name]
            if not rows:
                continue
            part = menu.addMenu(f"&{name}")
            before: int | None = None
            for row in sorted(rows, key=lambda row: row.section):
                if before is not None and row.section != before:
                    part.addSeparator()
                before = row.section
                made = self._made[row.id]
                if row.icon:
                    made.setIcon(icon(row.icon))
                part.addAction(made)
