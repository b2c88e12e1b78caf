"""Typing an amount: whatever a finance system writes is accepted, and shown as we write it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.ui.widgets.labels import label


class MoneyField(QLineEdit):
    """One line that holds an amount or nothing.

    Enter or leaving it accepts, and ``amount_changed`` speaks.
    """

    amount_changed = Signal(object)  # Money | None
    refused = Signal(object)  # why in words; "" when it is right again

    def __init__(self, name: str = "Amount in pounds", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._amount: Money | None = None
        self._refusal = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(name)
        self.setMaxLength(40)
        self.editingFinished.connect(self._accept)
        self.textEdited.connect(self._typed)

    @property
    def amount(self) -> Money | None:
        """The last accepted amount; None when the field is empty."""
        return self._amount

    @property
    def is_valid(self) -> bool:
        """Whether what stands in the field now is an amount or nothing."""
        return not self._reason()

    def set_amount(self, amount: Money | None) -> None:
        """Shows *amount* without saying that it changed."""
        self._amount = amount
        self.setText("" if amount is None else str(amount))
        self._mark("")

    def _reason(self) -> str:
        text = self.text()
        if not text.strip():
            return ""
        try:
            Money.parse(text)
        except NotMoneyError as error:
            return f"“{text.strip()}” is not an amount: {error.reason}."
        return ""

    def _typed(self) -> None:
        if self._refusal:
            self._mark(self._reason())

    def _accept(self) -> None:
        reason = self._reason()
        self._mark(reason)
        if reason:
            return
        text = self.text()
        amount = Money.parse(text) if text.strip() else None
        self.setText("" if amount is None else str(amount))
        if amount != self._amount:
            self._amount = amount
            self.amount_changed.emit(amount)

    def _mark(self, reason: str) -> None:
        if reason == self._refusal:
            return
        self._refusal = reason
        self.setProperty("invalid", bool(reason))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)
        self.refused.emit(reason)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.set_amount(self._amount)
            self.setModified(False)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("−99,999,999.99") + 24, hint.height())


class MoneyEdit(QWidget):
    """A :class:`MoneyField` with its refusal in words below it."""

    amount_changed = Signal(object)  # Money | None

    def __init__(self, name: str = "Amount in pounds", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self._field = MoneyField(name)
        self._why_not = label("", "error", wrap=True)
        self._why_not.hide()
        column.addWidget(self._field)
        column.addWidget(self._why_not)
        self.setFocusProxy(self._field)
        self._field.amount_changed.connect(self.amount_changed)
        self._field.refused.connect(self._explain)

    @property
    def field(self) -> MoneyField:
        return self._field

    @property
    def amount(self) -> Money | None:
        """The last accepted amount; None when the field is empty."""
        return self._field.amount

    @property
    def is_valid(self) -> bool:
        """Whether what stands in the field now is an amount or nothing."""
        return self._field.is_valid

    def set_amount(self, amount: Money | None) -> None:
        """Shows *amount* without saying that it changed."""
        self._field.set_amount(amount)

    def _explain(self, reason: object) -> None:
        self._why_not.setText(str(reason))
        self._why_not.setVisible(bool(reason))
