"""A tick with words that wrap: the panels of forms are narrow, and Qt's own check box cuts its words off there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from fundingapp.ui.theme import Theme

_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
#: From the box to the words, and around both, as the style sheet has it for check boxes of one line.
_GAP = 8
_AROUND = 4


class Check(QCheckBox):
    """A check box whose words take as many lines as they need."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _box(self) -> QRect:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        return self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)

    def _before_words(self) -> int:
        return _AROUND + self._box().width() + _GAP

    def _words(self) -> str:
        return self.text().replace("&&", "&")

    # Qt overrides

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(20, width - self._before_words() - _AROUND), 10_000)
        words = self.fontMetrics().boundingRect(room, _FLAGS, self._words()).height()
        return max(words, self._box().height()) + 2 * _AROUND

    def sizeHint(self) -> QSize:
        lines = self._words().split("\n")
        widest = max(self.fontMetrics().horizontalAdvance(line) for line in lines)
        height = max(len(lines) * self.fontMetrics().height(), self._box().height())
        return QSize(self._before_words() + widest + _AROUND + 1, height + 2 * _AROUND)

    def minimumSizeHint(self) -> QSize:
        words = self._words().split() or [""]
        widest = max(self.fontMetrics().horizontalAdvance(word) for word in words)
        return QSize(self._before_words() + widest + _AROUND + 1, self.sizeHint().height())

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        words, option.text = self._words(), ""
        box = self._box()
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option)
        # Beside the first line of the words, not in the middle of them all.
        line = self.fontMetrics().height()
        option.rect = QRect(box.left(), _AROUND + (line - box.height()) // 2, box.width(), box.height())
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option)
        painter.setFont(self.font())
        painter.setPen(Theme.current().colour("ink" if self.isEnabled() else "third"))
        room = self.rect().adjusted(self._before_words(), _AROUND, -_AROUND, 0)
        painter.drawText(room, _FLAGS, words)
        painter.end()
