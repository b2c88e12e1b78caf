"""An eye that finds what a person would see at a glance: words cut off, controls over one another or beyond their
panel, controls without a name, and what the Tab key does not reach. Each finding is a sentence that names its place."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QStackedWidget,
    QWidget,
)

from fundingapp.ui.frame.rail import RailButton
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.chips import Chip
from fundingapp.ui.widgets.figure import FigureLabel
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.pill import Pill

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
#: Widths are whole pixels, text is not.
_SLACK = 1


def words_of(widget: QWidget) -> str:
    """What *widget* is called in a finding."""
    text = ""
    if isinstance(widget, QAbstractButton | QLabel):
        text = widget.text()
    if isinstance(widget, QComboBox):
        text = widget.currentText()
    said = widget.accessibleName() or text or widget.objectName()
    return f"{type(widget).__name__} “{said[:60]}”"


def _seen(root: QWidget) -> Iterator[QWidget]:
    for each in root.findChildren(QWidget):
        if each.isVisible() and each.window() is root.window():
            yield each


def _is_inside_a_table(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QAbstractItemView | QHeaderView):
            return True
        above = above.parentWidget()
    return False


def _need(widget: QWidget) -> tuple[int, int]:
    """The width and height that *widget* needs for its words; 0 where it needs none in particular."""
    if isinstance(widget, ElidedLabel) or (isinstance(widget, QLabel) and widget.text() == ""):
        return 0, 0
    if isinstance(widget, Check) or (isinstance(widget, QLabel) and widget.wordWrap()):
        return 0, widget.heightForWidth(widget.width())
    if isinstance(widget, Pill) and widget.toolTip() == widget.text:
        return 0, 0  # it may be shortened, and says it all when the pointer rests on it
    if isinstance(widget, QLabel | Pill):
        return widget.sizeHint().width(), 0
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton):
        return widget.sizeHint().width(), widget.minimumSizeHint().height()
    return 0, 0


def cut_off(root: QWidget) -> list[str]:
    """What is narrower or lower than its words need, or stands beyond the edge of what it stands in."""
    found = []
    for each in _seen(root):
        if _is_inside_a_table(each) or isinstance(each, QScrollBar):
            continue
        width, height = _need(each)
        if each.width() + _SLACK < width:
            found.append(f"{words_of(each)} needs {width} pixels and has {each.width()}")
        elif each.height() + _SLACK < height:
            found.append(f"{words_of(each)} needs {height} pixels in height and has {each.height()}")
        if isinstance(each, QLineEdit) and not each.text() and each.placeholderText():
            hint = each.fontMetrics().horizontalAdvance(each.placeholderText())
            if hint > each.width() - 12 and each.placeholderText() not in each.toolTip():
                found.append(f"{words_of(each)}: its hint “{each.placeholderText()}” is cut off")
        inside = each.widget() if isinstance(each, QScrollArea) else None
        if isinstance(each, QScrollArea) and inside is not None:
            over = inside.width() - each.viewport().width()
            off = each.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if over > _SLACK and off:
                found.append(f"{words_of(each)}: its content is {over} pixels too wide")
            elif over > _SLACK:
                found.append(f"{words_of(each)} scrolls sideways, by {over} pixels")
        above = each.parentWidget()
        if above is not None and not isinstance(above, QAbstractScrollArea) and not each.isWindow():
            is_scrolled = isinstance(above.parentWidget(), QAbstractScrollArea)
            beyond = each.geometry().right() - above.rect().right()
            if beyond > _SLACK and not is_scrolled:
                found.append(f"{words_of(each)} stands {beyond} pixels beyond {words_of(above)}")
    return found


def overlapping(root: QWidget) -> list[str]:
    """Controls and words that stand over one another."""
    found = []
    for holder in [root, *_seen(root)]:
        if isinstance(holder, QStackedWidget | QAbstractScrollArea) or _is_inside_a_table(holder):
            continue
        parts = [
            each
            for each in holder.children()
            if isinstance(each, QWidget) and each.isVisible() and not each.isWindow()
        ]
        parts = [each for each in parts if isinstance(each, (*_CONTROLS, QLabel, Pill))]
        for at, one in enumerate(parts):
            for other in parts[at + 1 :]:
                both: QRect = one.geometry().intersected(other.geometry())
                if both.width() > 2 and both.height() > 2:
                    found.append(f"{words_of(one)} and {words_of(other)} overlap")
    return found


def nameless(root: QWidget) -> list[str]:
    """Controls that a screen reader would have no name for."""
    found = []
    for each in _seen(root):
        if not isinstance(each, _CONTROLS) or isinstance(each, QHeaderView | QScrollBar):
            continue
        if each.accessibleName() or (isinstance(each, QAbstractButton) and each.text().strip()):
            continue
        if isinstance(each.parentWidget(), QComboBox | QAbstractSpinBox) or _is_inside_a_table(each):
            continue
        if each.focusPolicy() == Qt.FocusPolicy.NoFocus and not isinstance(each, QAbstractButton):
            continue
        place = each.mapTo(root, QPoint(0, 0))
        found.append(f"{type(each).__name__} at {place.x()}, {place.y()} has no name")
    return found


def unreached(root: QWidget, limit: int = 400) -> list[str]:
    """Controls that can be used and that Tab does not come to on its way round; of those of which one is chosen (rail,
    chips), the arrow keys lead from the chosen one to the others."""
    wanted = {
        each
        for each in _seen(root)
        if isinstance(each, _CONTROLS)
        and each.isEnabled()
        and each.focusProxy() is None
        and not (isinstance(each, FigureLabel) and each.focusPolicy() is Qt.FocusPolicy.NoFocus)
        and not isinstance(each, QHeaderView | QScrollBar)
        and not isinstance(each.parentWidget(), QComboBox | QAbstractSpinBox)
        and not _is_inside_a_table(each)
    }
    reached: list[QWidget] = []
    for _ in range(limit):
        root.focusNextPrevChild(True)
        focus: QWidget | None = root.focusWidget()
        if focus is None or focus in reached:
            break
        reached.append(focus)
    kinds = {(type(each), each.parentWidget()) for each in reached if isinstance(each, RailButton | Chip)}
    return [
        f"Tab does not reach {words_of(each)}"
        for each in wanted
        if each not in reached and (type(each), each.parentWidget()) not in kinds
    ]


def looked_over(root: QWidget) -> list[str]:
    """All that the eye finds in *root* as it stands."""
    return [*cut_off(root), *overlapping(root), *nameless(root)]
