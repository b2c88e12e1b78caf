"""Where a line goes: its parts, each with a project and an amount, and what is left to charge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.commands.matching import ChargePart
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.ui.widgets.buttons import IconButton, link_button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.money_edit import MoneyField

#: A project's reference, its name, and where its money comes from, as LineAnswer lists them.
Head = tuple[str, str, BudgetHead]


def head_options(heads: Sequence[Head]) -> list[Option]:
    """The places a part can go to, with a first option that is none of them."""
    options = [Option(None, "Choose a project…")]
    for ref, name, head in heads:
        kind = " (capital)" if head.kind is Kind.CAPITAL else ""
        options.append(Option(head, f"{ref} {name}{kind}"))
    options.append(Option(Disposition.EXCLUDED, "Not grant money"))
    options.append(Option(Disposition.INCOME, "Income: grant received"))
    return options


class PlaceChoice(DropDown):
    """A drop-down that may be narrow while its list is as wide as its words."""

    def __init__(self, name: str, options: Sequence[Option], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(9)
        self.setMaxVisibleItems(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_options(options)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.currentIndexChanged.connect(lambda _at: self.setToolTip(self.currentText()))


class PartRow(QWidget):
    """One part: where to, how much, and a cross that takes it out."""

    changed = Signal()
    removed = Signal(object)  # this row

    def __init__(self, options: Sequence[Option], number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.place = PlaceChoice(f"Part {number}: charge to", options)
        self.field = MoneyField(f"Part {number}: amount in pounds")
        self.field.setFixedWidth(self.fontMetrics().horizontalAdvance("−999,999.99") + 24)
        self.cross = IconButton("close", f"Take out part {number}", lambda: self.removed.emit(self))
        row.addWidget(self.place, 1)
        row.addWidget(self.field)
        row.addWidget(self.cross)
        self.place.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.field.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def amount(self) -> Money | None:
        """What stands in the field now; None when that is no amount."""
        text = self.field.text()
        if not text.strip():
            return Money.ZERO
        try:
            return Money.parse(text)
        except NotMoneyError:
            return None

    def part(self) -> ChargePart | None:
        """The part as a command takes it; None while something is missing."""
        key, amount = self.place.key, self.amount
        if amount is None or key is None:
            return None
        if isinstance(key, Disposition):
            return ChargePart(amount, key)
        if isinstance(key, BudgetHead):
            return ChargePart(amount, Disposition.PROJECT, key)
        return None


class PartsEditor(QWidget):
    """The parts of one line. The first part takes the rest until its own amount is typed."""

    changed = Signal()

    def __init__(self, amount: Money, heads: Sequence[Head], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._amount = amount
        self._options = head_options(heads)
        self._rows: list[PartRow] = []
        self._first_is_typed = False
        self._balancing = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column.addLayout(self._list)
        self._split = link_button("+ split", self.add_part, "Charge a part of the line elsewhere")
        self._split.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setContentsMargins(-4, 0, 0, 0)  # a link keeps room for its focus ring
        row.addWidget(self._split)
        row.addStretch(1)
        column.addLayout(row)
        line = QFrame()
        line.setProperty("kind", "total-line")
        column.addWidget(line)
        left = QHBoxLayout()
        left.setSpacing(6)
        left.addWidget(label("Left to charge", "strong"))
        left.addStretch(1)
        self._left = label("0.00", "strong")
        self._left.setAccessibleName("Left to charge")
        left.addWidget(self._left)
        column.addLayout(left)

    # What panels use

    def set_parts(self, parts: Sequence[tuple[object, Money]]) -> None:
        """Shows *parts*, each where to (a head, a disposition or None) and how much."""
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        self._first_is_typed = len(parts) > 1
        for key, amount in parts:
            row = self._append()
            row.place.choose(key)
            row.field.set_amount(amount)
        self._settle()

    def set_place(self, key: object) -> None:
        """One part, the whole line, to *key*."""
        self.set_parts([(key, self._amount)])

    def add_part(self) -> None:
        """One more part, of what is left; the keyboard goes there."""
        row = self._append()
        left = self.left
        if left:
            row.field.set_amount(left)
        self._settle()
        row.place.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def left(self) -> Money | None:
        """What is not charged yet; None while an amount cannot be read."""
        amounts = [row.amount for row in self._rows]
        known = [amount for amount in amounts if amount is not None]
        return self._amount - Money.total(known) if len(known) == len(amounts) else None

    @property
    def places(self) -> list[object]:
        """Where the parts go, None for those that have no place yet."""
        return [row.place.key for row in self._rows]

    @property
    def rows(self) -> tuple[PartRow, ...]:
        return tuple(self._rows)

    def parts(self) -> tuple[ChargePart, ...]:
        """The parts when they are ready, nothing otherwise."""
        found = [row.part() for row in self._rows]
        ready = [part for part in found if part is not None]
        return tuple(ready) if len(ready) == len(found) and self.problem() == "" else ()

    def problem(self) -> str:
        """What is still missing, in words; empty when the parts are ready."""
        if any(row.amount is None for row in self._rows):
            return "One of the amounts can’t be read."
        if any(place is None for place in self.places):
            return "Choose a project for each part." if len(self._rows) > 1 else "Choose a project."
        left = self.left
        if left:
            verb = (
                "is left to charge"
                if (left.pence > 0) == (self._amount.pence >= 0)
                else "is charged too much"
            )
            return f"{abs(left).in_words} {verb}."
        if len(self._rows) > 1 and any(not row.amount for row in self._rows):
            return "A part has no amount."
        return ""

    def focus_place(self) -> None:
        """The keyboard goes to the first place to choose."""
        if self._rows:
            self._rows[0].place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _append(self) -> PartRow:
        row = PartRow(self._options, len(self._rows) + 1)
        row.changed.connect(lambda: self._part_changed(row))
        row.removed.connect(self._remove)
        self._rows.append(row)
        self._list.addWidget(row)
        before = self._rows[-2].cross if len(self._rows) > 1 else None
        if before is not None:
            self.setTabOrder(before, row.place)
        self.setTabOrder(row.place, row.field)
        self.setTabOrder(row.field, row.cross)
        self.setTabOrder(row.cross, self._split)
        return row

    def _remove(self, row: object) -> None:
        if isinstance(row, PartRow) and row in self._rows and len(self._rows) > 1:
            self._rows.remove(row)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
            if len(self._rows) == 1:
                self._first_is_typed = False
            self._settle()
            self._rows[0].place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _part_changed(self, row: PartRow) -> None:
        if self._balancing:
            return
        if row is self._rows[0] and row.field.hasFocus() and row.field.isModified():
            self._first_is_typed = True
        self._settle()

    def _settle(self) -> None:
        """Gives the rest to the first part, and shows what is left."""
        if not self._first_is_typed and self._rows:
            others = [row.amount for row in self._rows[1:]]
            known = [amount for amount in others if amount is not None]
            if len(known) == len(others):
                rest = self._amount - Money.total(known)
                if self._rows[0].amount != rest:
                    self._balancing = True
                    self._rows[0].field.set_amount(rest)
                    self._balancing = False
        for row in self._rows:
            row.cross.setVisible(len(self._rows) > 1)
        left = self.left
        self._left.setText("?" if left is None else str(left))
        self.changed.emit()
