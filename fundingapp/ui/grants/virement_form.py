"""The form of a virement: from where to where, with each line before and after it, and whose decision it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.virements import ChangeVirement, DraftVirement, MoveVirement
from fundingapp.application.effect import Command
from fundingapp.application.queries.virements import VirementRow, VirementsAnswer
from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import Authority, ChangeState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Move, Need
from fundingapp.domain.virements import (
    Leg,
    Line,
    LineChange,
    before_and_after,
    check_legs,
    limits_in_words,
    moved,
    needed_authority,
)
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.bar import Share, UsedBar
from fundingapp.ui.widgets.buttons import IconButton, button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.money_edit import MoneyEdit

#: How each authority is called where one is chosen.
AUTHORITIES = (
    Option(Authority.OWN, "Own authority"),
    Option(Authority.BOARD, "The board, by its minute"),
    Option(Authority.COMMISSIONER, "The commissioner, by letter"),
)
NEEDS = {
    Authority.OWN: "own authority is enough",
    Authority.BOARD: "the board decides, with its minute reference",
    Authority.COMMISSIONER: "the commissioner decides, with the letter attached",
}


class BeforeAfter(QFrame):
    """Each line of a virement before and after it, and what of it is spent or claimed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Before and after")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, STEP, 0, STEP)
        self._grid.setHorizontalSpacing(2 * STEP)
        self._grid.setVerticalSpacing(2)
        for column in range(3):
            self._grid.setColumnStretch(column, 1)

    def show_changes(self, changes: Sequence[LineChange]) -> None:
        """Shows *changes*, with a word where a line would go below what is used of it."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, heading in enumerate(("Before £", "After £", "Used £")):
            self._put(label(heading, "caption"), 0, at)
        for number, entry in enumerate(changes):
            row = 1 + 2 * number
            short = entry.change < Money.ZERO and entry.after < entry.line.used
            self._grid.addWidget(ElidedLabel(f"{entry.line.ref} {entry.line.name}".strip()), row, 0, 1, 3)
            self._put(label(str(entry.before)), row + 1, 0)
            self._put(label(str(entry.after), "error" if short else "strong"), row + 1, 1)
            self._put(label(("! " if short else "") + str(entry.line.used), "second"), row + 1, 2)
        self.setVisible(bool(changes))

    def _put(self, widget: QWidget, row: int, column: int) -> None:
        self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignRight)


class AuthorityMeter(QWidget):
    """How much of what may be decided on own authority a virement is, and who decides it."""

    def __init__(self, terms: Terms, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms = terms
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self._bar = UsedBar()
        self._words = label("", "note", wrap=True)
        column.addWidget(self._bar)
        column.addWidget(self._words)
        self.setAccessibleName("Authority")
        self.show_amount(Money.ZERO, False)

    def show_amount(self, amount: Money, crosses: bool) -> None:
        """States who decides *amount*; *crosses*: between kinds of money."""
        terms, needed = self._terms, needed_authority(amount, self._terms, crosses)
        limit = terms.own_limit
        self._bar.setVisible(limit is not None)
        if limit is not None:
            tone = Tone.ACCENT if needed is Authority.OWN else Tone.ATTENTION
            self._bar.set_share(Share.of(amount, limit, tone))
        if crosses:
            said = "Money crosses between kinds: the commissioner decides, with the letter attached."
        elif limit is None and terms.board_limit is None:
            said = "Within own authority: the agreement states no limit for virements."
        elif needed is Authority.OWN:
            said = f"Within own authority up to {limit.in_words}." if limit is not None else ""
        else:
            said = f"{amount.in_words}: {NEEDS[needed]}; {limits_in_words(terms)}."
        self._words.setText(said)


class LegFields(QWidget):
    """One move: from, to, amount."""

    def __init__(self, lines: Sequence[Line], changed: Callable[[], object], leg: Leg | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.source, self.target = DropDown("From"), DropDown("To")
        first = lines[0].key if lines else None
        other = next((line.key for line in lines if line.key != first), first)
        self.source.set_options(
            [Option(line.key, f"{_named(line)} · {line.can_give} can leave") for line in lines],
            (leg.source, leg.kind) if leg else first,
        )
        self.target.set_options(
            [Option(line.key, f"{_named(line)} · budget {line.budget}") for line in lines],
            (leg.target, leg.target_kind) if leg else other,
        )
        self.money = MoneyEdit("Amount, £")
        self.money.set_amount(leg.amount if leg else None)
        for caption, field in (("From", self.source), ("To", self.target), ("Amount, £", self.money)):
            words = label(caption, "caption")
            words.setBuddy(field)
            column.addWidget(words)
            column.addWidget(field)
        self.source.currentIndexChanged.connect(lambda _at: changed())
        self.target.currentIndexChanged.connect(lambda _at: changed())
        self.money.field.textChanged.connect(lambda _text: changed())

    @property
    def leg(self) -> Leg | None:
        """What is said so far; None while there is no amount."""
        text = self.money.field.text()  # As it stands now: the amount is only accepted on leaving the field.
        amount = Money.parse(text) if text.strip() and self.money.is_valid else None
        match self.source.key, self.target.key:
            case (int() | None as source, Kind() as kind), (int() | None as target, Kind() as other) if (
                amount
            ):
                return Leg(
                    kind,
                    None if source is None else ProjectId(source),
                    None if target is None else ProjectId(target),
                    amount,
                    None if kind is other else other,
                )
            case _:
                return None

    @property
    def is_readable(self) -> bool:
        return amount_of(self.money) is not None


def _named(line: Line) -> str:
    return f"{line.ref} {line.name}".strip()


class VirementForm(Form):
    """Drafts a virement, changes one (*row*), or applies it at once where its authority is there."""

    def __init__(
        self,
        answer: VirementsAnswer,
        fund: FundId,
        do: Callable[[Command[object], str], object],
        cancel: Callable[[], object],
        choose: Callable[[], Path | None],
        row: VirementRow | None = None,
    ) -> None:
        super().__init__("Keep the virement", self._accepted, cancel)
        self._answer, self._fund, self._do, self._row = answer, fund, do, row
        self._legs: list[LegFields] = []
        holder = QWidget()
        self._legs_column = QVBoxLayout(holder)
        self._legs_column.setContentsMargins(0, 0, 0, 0)
        self._legs_column.setSpacing(2 * STEP)
        self._put(holder)
        more = QWidget()
        line = QHBoxLayout(more)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button("Add a leg", self._add_leg, icon="plus"))
        line.addStretch(1)
        self._put(more)
        self._table = BeforeAfter()
        self._put(self._table)
        self._problem = label("", "error", wrap=True)
        self._problem.setAccessibleName("What the lines do not allow")
        self._problem.hide()
        self._put(self._problem)
        self._meter = AuthorityMeter(answer.terms)
        self._put(self._meter)
        virement = row.virement if row is not None else None
        self._why = self.text("Why the money moves", virement.reason if virement else "")
        self._day = DayField("Dated")
        today = date.today()  # noqa: DTZ011 - the user's own day, as a letter would be dated
        self._day.set_day(virement.dated if virement else today)
        self.add("Dated", self._day)
        self._next: DropDown | None = None
        if virement is None:
            self._next = self.choice(
                "Then",
                [Option(False, "keep it as a draft, to be decided"), Option(True, "apply it at once")],
                True,
            )
            self._next.currentIndexChanged.connect(lambda _at: self._live())
            self._decided = self.choice("Decided by", AUTHORITIES, Authority.OWN)
            self._paper = self.text("Minute or letter", hint="reference of the paper")
            self._evidence = EvidenceField(choose)
            self.add("Document", self._evidence)
        legs = virement.legs if virement else (None,)
        for leg in legs:
            self._add_leg(leg)

    def grow(self) -> bool:
        """One more leg for a draft that had more; the lines of a grant bound how many there can be."""
        if len(self._legs) > len(self._answer.lines):
            return False
        self._add_leg()
        return True

    def _put(self, widget: QWidget) -> None:
        """Puts *widget* above the buttons, without a caption."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 2, widget)

    def _add_leg(self, leg: Leg | None = None) -> None:
        fields = LegFields(self._answer.lines, self._live, leg)
        if self._legs:
            cross = IconButton("close", "Leave this leg out", partial(self._leave_out, fields))
            column = fields.layout()
            assert isinstance(column, QVBoxLayout)
            column.insertWidget(0, cross)
        self._legs.append(fields)
        self._legs_column.addWidget(fields)
        self._live()

    def _leave_out(self, fields: LegFields) -> None:
        self._legs.remove(fields)
        fields.hide()
        fields.deleteLater()
        self._live()

    @property
    def legs(self) -> tuple[Leg, ...]:
        """What the legs say; those without an amount are left out."""
        return tuple(leg for fields in self._legs if (leg := fields.leg) is not None)

    def _live(self) -> None:
        """The table and the meter follow every key."""
        legs = [leg for leg in self.legs if leg.amount > Money.ZERO]
        self._table.show_changes(before_and_after(self._answer.lines, legs))
        problem = ""
        if legs:
            try:
                check_legs(self._answer.lines, legs)
            except ExpectedError as error:
                problem = error.message
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._meter.show_amount(moved(legs), any(leg.crosses for leg in legs))
        if self._next is not None:
            applies = self._next.key is True
            self.accept_button.setText("Apply the virement" if applies else "Keep the draft")

    def _accepted(self) -> str:
        if any(not fields.is_readable for fields in self._legs):
            return "Type the amount that moves, in pounds and pence."
        if not self._why.text().strip():
            return "Say why the money moves."
        day = self._day.day
        if day is None:
            return "Type the day of the virement."
        legs = self.legs
        command: Command[object]
        if self._row is not None:
            command = ChangeVirement(
                self._fund, self._answer.year, self._row.virement.number, legs, day, self._why.text()
            )
            self._do(command, f"Change virement {self._row.virement.number}")
            return ""
        applies = self._next is not None and self._next.key is True
        chosen = self._decided.key
        command = DraftVirement(
            self._fund,
            self._answer.year,
            legs,
            day,
            self._why.text(),
            applies,
            chosen if isinstance(chosen, Authority) else Authority.OWN,
            self._paper.text(),
            self._evidence.given,
        )
        self._do(command, "Move budget" if applies else "Draft the virement")
        return ""


class DecisionForm(Form):
    """What a move of a virement needs to be said: day, reason, whose decision and its paper."""

    def __init__(
        self,
        row: VirementRow,
        move: Move[ChangeState],
        fund: FundId,
        answer: VirementsAnswer,
        do: Callable[[Command[object], str], object],
        cancel: Callable[[], object],
        choose: Callable[[], Path | None],
    ) -> None:
        super().__init__(move.name.capitalize(), self._accepted, cancel)
        self._row, self._move, self._fund, self._answer, self._do = row, move, fund, answer, do
        decides = move.target in {ChangeState.APPROVED, ChangeState.APPLIED}
        self._day: DayField | None = None
        if Need.DATE in move.needs:
            self._day = DayField("Dated")
            self._day.set_day(date.today())  # noqa: DTZ011 - the user's own day
            self.add("Dated", self._day)
        self._decided: DropDown | None = None
        self._paper: QLineEdit | None = None
        self._evidence: EvidenceField | None = None
        if decides:
            virement = row.virement
            first = virement.decided_by if virement.authority else row.needed
            self._decided = self.choice("Decided by", AUTHORITIES, first)
            self._paper = self.text("Minute or letter", virement.authority, "reference of the paper")
            self._evidence = EvidenceField(choose)
            self.add("Document", self._evidence)
            self.note(f"{virement.moved.in_words}: {NEEDS[row.needed]}; {limits_in_words(answer.terms)}.")
        self._why: QLineEdit | None = None
        if Need.REASON in move.needs:
            self._why = self.text("Reason")

    def _accepted(self) -> str:
        if self._day is not None and self._day.day is None:
            return "Type the day."
        if self._why is not None and not self._why.text().strip():
            return "Say why."
        chosen = self._decided.key if self._decided is not None else None
        number = self._row.virement.number
        command: Command[object] = MoveVirement(
            self._fund,
            self._answer.year,
            number,
            self._move.target,
            self._day.day if self._day is not None else None,
            self._why.text() if self._why is not None else "",
            chosen if isinstance(chosen, Authority) else None,
            self._paper.text() if self._paper is not None else "",
            self._evidence.given if self._evidence is not None else (),
        )
        self._do(command, f"{self._move.name.capitalize()}: virement {number}")
        return ""
