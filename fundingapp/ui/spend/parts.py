"""Where a line goes: its parts, each with a project and an amount, and what is left to charge."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.commands.matching import ChargePart
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.matching import Disposition, percent_weights
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.ui.spend.columns import head_words
from fundingapp.ui.widgets.buttons import IconButton, link_button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.money_edit import MoneyField

#: A project's reference, its name, and where its money comes from, as LineAnswer lists them.
Head = tuple[str, str, BudgetHead]

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*%")


def head_options(heads: Sequence[Head], called: Mapping[BudgetHead, str]) -> list[Option]:
    """The places a part can go to, with a first option that is none of them; *called* tells a project's heads apart."""
    options = [Option(None, "Choose a project…")]
    for ref, name, head in heads:
        words = head_words(ref, name, called[head])
        options.append(Option(head, words if called[head] != ref else words + head.kind.aside))
    options.append(Option(Disposition.EXCLUDED, "Not grant money"))
    options.append(Option(Disposition.INCOME, "Income: grant received"))
    return options


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _short(ref: str) -> str:
    """A reference without what nobody types: “lf-08” is “lf8”."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", re.sub(r"[\s/.-]+", "", ref))


class PlaceChoice(DropDown):
    """A drop-down that may be narrow while its list is as wide as its words. Typing letters picks what they fit.

    The best fit is chosen with every letter, the arrows go on to the next one, Backspace takes a letter back and Esc
    all of them. What fits nothing chooses nothing, so that no project stays chosen by mistake.
    """

    sought = Signal(str)  # a sentence about the letters typed so far; empty when there are none

    def __init__(self, name: str, options: Sequence[Option], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._letters = ""
        self._before = 0
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_options(options)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.currentIndexChanged.connect(lambda _at: self.setToolTip(self.currentText()))

    @property
    def letters(self) -> str:
        """What was typed to find an option; empty when nothing was."""
        return self._letters

    def _fitting(self) -> list[int]:
        """The options that the letters fit, the best first: its reference, its name's beginning, any word of it."""
        wanted = " ".join(self._letters.casefold().split())
        plain = _short(wanted)
        found = []
        for at in range(self.count()):
            if self.itemData(at) is None:
                continue
            words = self.itemText(at).casefold()
            ref, _, name = words.partition(" ")
            short = _short(ref)
            if plain in (short, short.lstrip(_LETTERS)):
                rank = 0
            elif short.startswith(plain):
                rank = 1
            elif name.startswith(wanted):
                rank = 2
            elif re.search(rf"\b{re.escape(wanted)}", words):
                rank = 3
            elif all(part in words for part in wanted.split()):
                rank = 4
            else:
                continue
            found.append((rank, at))
        return [at for _, at in sorted(found)]

    def _seek(self, letters: str) -> None:
        if letters and not self._letters:
            self._before = self.currentIndex()
        self._letters = letters
        if not letters.strip():
            self._letters = ""
            self.setCurrentIndex(self._before)
            self.sought.emit("")
            return
        fitting = self._fitting()
        self.setCurrentIndex(fitting[0] if fitting else max(0, self.findData(None)))
        self._say(fitting)

    def _say(self, fitting: Sequence[int]) -> None:
        if not fitting:
            words = f"“{self._letters}” fits nothing here. Backspace takes a letter back."
        elif len(fitting) == 1:
            words = f"“{self._letters}” fits one."
        else:
            at = fitting.index(self.currentIndex()) + 1 if self.currentIndex() in fitting else 1
            words = f"“{self._letters}” fits {len(fitting)}: this is number {at}; the arrows show the others."
        self.setAccessibleDescription(words)
        self.sought.emit(words)

    def _step(self, by: int) -> None:
        fitting = self._fitting()
        if fitting:
            at = fitting.index(self.currentIndex()) if self.currentIndex() in fitting else -1
            self.setCurrentIndex(fitting[(at + by) % len(fitting)])
            self._say(fitting)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        # The window has a shortcut for Esc; while letters are typed the key takes them back, so it is claimed here.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self._letters
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text, letters = event.text(), self._letters
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if plain and text.isprintable() and text and (letters or not text.isspace()):
            self._seek(letters + text)
        elif letters and event.key() == Qt.Key.Key_Backspace:
            self._seek(letters[:-1])
        elif letters and event.key() == Qt.Key.Key_Escape:
            self._seek("")
        elif letters and plain and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._letters:
            self._letters = ""
            self.setAccessibleDescription("")
            self.sought.emit("")


class ShareField(MoneyField):
    """An amount in pounds, or a percentage of the line, which becomes its amount when the field is left."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._percent: Decimal | None = None
        super().__init__(name, parent)
        self.setPlaceholderText("£ or %")
        self.textEdited.connect(self._forget)

    @property
    def percent(self) -> Decimal | None:
        """The percentage that stands in the field, or of which its amount was made; None for a plain amount."""
        typed = _PERCENT.fullmatch(self.text().strip())
        return Decimal(typed[1]) if typed is not None else self._percent

    def keep_percent(self, amount: Money) -> None:
        """Shows *amount* in place of the percentage typed, which stays known."""
        percent = self.percent
        self.set_amount(amount)
        self._percent = percent
        self.setToolTip("" if percent is None else f"{percent.normalize():f}% of the line")

    def set_amount(self, amount: Money | None) -> None:
        self._percent = None
        super().set_amount(amount)

    def _forget(self) -> None:
        self._percent = None

    def _reason(self) -> str:
        return "" if _PERCENT.fullmatch(self.text().strip()) else super()._reason()

    def _accept(self) -> None:
        if not _PERCENT.fullmatch(self.text().strip()):  # the editor makes an amount of it
            super()._accept()


class PartRow(QWidget):
    """One part of a line of *whole*: where to, how much, and a cross that takes it out."""

    changed = Signal()
    left = Signal()  # the amount's field was left, or Enter pressed in it
    removed = Signal(object)  # this row

    def __init__(
        self, options: Sequence[Option], number: int, whole: Money, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._whole = whole
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.place = PlaceChoice(f"Part {number}: charge to", options)
        self.field = ShareField(f"Part {number}: amount in pounds, or percentage")
        self.field.setFixedWidth(self.fontMetrics().horizontalAdvance("−99,999.99") + 22)
        self.cross = IconButton("close", f"Take out part {number}", lambda: self.removed.emit(self))
        row.addWidget(self.place, 1)
        row.addWidget(self.field)
        row.addWidget(self.cross)
        self.place.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.field.editingFinished.connect(self.left)

    @property
    def amount(self) -> Money | None:
        """What stands in the field now; None when that is no amount."""
        text = self.field.text()
        if not text.strip():
            return Money.ZERO
        typed = _PERCENT.fullmatch(text.strip())
        if typed is not None:
            return self._whole.percent(Decimal(typed[1]))
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

    def __init__(
        self,
        amount: Money,
        heads: Sequence[Head],
        called: Mapping[BudgetHead, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._amount = amount
        self._options = head_options(heads, called)
        self._rows: list[PartRow] = []
        self._first_is_typed = False
        self._balancing = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column.addLayout(self._list)
        self._sought = label("", "note", wrap=True)
        self._sought.hide()
        column.addWidget(self._sought)
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
        empty = next((each for each in self._rows if each.place.key is None), row)
        empty.place.setFocus(Qt.FocusReason.OtherFocusReason)

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
        row = PartRow(self._options, len(self._rows) + 1, self._amount)
        row.changed.connect(lambda: self._part_changed(row))
        row.left.connect(self.settle_percentages)
        row.place.sought.connect(self._show_sought)
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

    def _show_sought(self, words: str) -> None:
        self._sought.setText(words)
        self._sought.setVisible(bool(words))

    def settle_percentages(self) -> None:
        """Makes amounts of the percentages typed; those that add up to 100 share the line to the penny."""
        percents = [row.field.percent for row in self._rows]
        known = [percent for percent in percents if percent is not None]
        if not known:
            return
        amounts = [row.amount for row in self._rows]
        if len(known) == len(percents) and sum(known) == 100:
            amounts = list(self._amount.share(percent_weights(known)))
        self._balancing = True
        for row, percent, amount in zip(self._rows, percents, amounts, strict=True):
            if percent is not None and amount is not None and row.field.text() != str(amount):
                row.field.keep_percent(amount)
        self._balancing = False
        self._settle()

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
