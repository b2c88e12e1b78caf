"""The keys of the ledger lines, in one table: what the list takes, and the help that names it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fundingapp.ui.widgets.labels import label

#: (keys, what they do), in the order of the work; a pair without keys is a heading.
KEYS: tuple[tuple[str, str], ...] = (
    ("", "A line"),
    ("Enter", "accept what is suggested, or go to choose a project"),
    ("P", "choose a project: type its letters, ↓ for the next that fits"),
    ("S", "split: one more part, in pounds or per cent"),
    ("E", "exclude: type or pick the reason"),
    ("A", "accept all with the same suggestion, in one step"),
    ("X", "reject the suggestion"),
    ("R", "always do this: makes a rule, tried out first"),
    ("W", "make it wait again"),
    ("O", "show the row of the original file"),
    ("H", "show the history of the line"),
    ("", "The list"),
    ("↑ ↓", "go from line to line; Shift selects, Ctrl+A selects all"),
    ("1 – 7", "All, To match, Suggested, Split, Excluded, Income, Changed"),
    ("/ or Ctrl+F", "search"),
    ("Ctrl+Shift+F", "filter by column: >500, 100..200, Apr–Jun, =exactly, !not, a; b"),
    ("Ctrl+C", "copy the selected lines with headings"),
    ("Ctrl+Shift+E", "export what is shown"),
    ("", "Everywhere"),
    ("F6", "between the list and the panel"),
    ("Esc", "back to the list; once more closes the panel"),
    ("Ctrl+Z, Ctrl+Y", "take back, do again: the foot of the window says what"),
    ("? or F1", "this list"),
)


class KeyHelp(QFrame):
    """The table of keys over the page; any key or click takes it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "box")
        self.setAccessibleName("Keys of the ledger lines")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(8)
        column.addWidget(label("By keyboard", "box-title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        for at, (keys, words) in enumerate(KEYS):
            if not keys:
                grid.addWidget(label(words, "caption"), at, 0, 1, 2)
                continue
            grid.addWidget(label(keys, "strong"), at, 0)
            grid.addWidget(label(words), at, 1)
        column.addLayout(grid)

    def open_over(self, widget: QWidget) -> None:
        """Shows the help in the middle of *widget*."""
        self.adjustSize()
        middle = widget.mapToGlobal(widget.rect().center())
        self.move(middle - QPoint(self.width() // 2, self.height() // 2))
        self.show()
        self.setFocus()

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close()
