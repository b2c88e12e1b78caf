"""The form of one coding rule: its conditions, one to a row, and where it charges."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.domain.conditions import OPERATORS, Condition, Field, Operator, usual_operator
from fundingapp.domain.matching import (
    CodingRule,
    Exclude,
    FixedSum,
    Split,
    Target,
    ToIncome,
    ToProjects,
    ToSums,
)
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.ui.widgets.buttons import IconButton, link_button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label

_HINTS = {
    Field.DATE: "31/03/2019",
    Field.AMOUNT: "1,234.50",
    Field.PERIOD: "1 to 13",
    Field.YEAR: "2018/19",
    Field.ACCOUNT: "3201",
    Field.COST_CENTRE: "CS4411",
}
_PROJECT, _PERCENT, _SUMS, _INCOME, _EXCLUDED = "project", "percent", "sums", "income", "excluded"
_AIMS = (
    Option(_PROJECT, "One project"),
    Option(_PERCENT, "Several projects, by percentage"),
    Option(_SUMS, "Several projects, by fixed sums"),
    Option(_INCOME, "Income: grant received"),
    Option(_EXCLUDED, "Not grant money"),
)
_THE_REST = "the rest"


def _sentence(words: object) -> str:
    text = str(words)
    return f"{text[:1].upper()}{text[1:]}."


class ConditionRow(QWidget):
    """One condition: the field, the operator, and as many values as that takes."""

    changed = Signal()
    removed = Signal(object)  # this row

    def __init__(
        self, number: int, condition: Condition | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        self.field = DropDown(f"Condition {number}: field")
        self.field.set_options([Option(field, _words(field)) for field in Field], Field.SUPPLIER)
        self.operator = DropDown(f"Condition {number}: how")
        self.value = QLineEdit()
        self.value.setAccessibleName(f"Condition {number}: value")
        self.last = QLineEdit()
        self.last.setAccessibleName(f"Condition {number}: last value")
        self._to = label("to", "second")
        self.cross = IconButton("close", f"Take out condition {number}", lambda: self.removed.emit(self))
        grid.addWidget(self.field, 0, 0, 1, 2)
        grid.addWidget(self.operator, 0, 2, 1, 2)
        grid.addWidget(self.cross, 0, 4)
        values = QHBoxLayout()
        values.setSpacing(6)
        values.addWidget(self.value, 1)
        values.addWidget(self._to)
        values.addWidget(self.last, 1)
        grid.addLayout(values, 1, 0, 1, 4)
        for drop_down in (self.field, self.operator):
            drop_down.setMinimumContentsLength(6)  # long words are shortened, and whole in the list
        for column in range(4):
            grid.setColumnStretch(column, 1)
        self._show_operators()
        if condition is not None:
            self._show(condition)
        self.field.currentIndexChanged.connect(lambda _at: self._field_changed())
        self.operator.currentIndexChanged.connect(lambda _at: self._operator_changed())
        for edit in (self.value, self.last):
            edit.textChanged.connect(lambda _text: self.changed.emit())
        self._show_values()

    def _show(self, condition: Condition) -> None:
        self.field.choose(condition.field)
        self._show_operators()
        self.operator.choose(condition.operator)
        values = condition.values
        if condition.operator is Operator.ONE_OF:
            self.value.setText("; ".join(_quoted(value) for value in values))
        else:
            self.value.setText(values[0] if values else "")
            self.last.setText(values[1] if len(values) > 1 else "")

    @property
    def chosen_field(self) -> Field:
        key = self.field.key
        return key if isinstance(key, Field) else Field.SUPPLIER

    @property
    def chosen_operator(self) -> Operator:
        key = self.operator.key
        return key if isinstance(key, Operator) else usual_operator(self.chosen_field)

    def condition(self) -> Condition:
        """The condition as it stands. Raises ValueError in words."""
        operator, text = self.chosen_operator, self.value.text()
        values: tuple[str, ...] = (text,)
        if operator is Operator.BETWEEN:
            values = (text, self.last.text())
        elif operator is Operator.ONE_OF:
            [found] = csv.reader([" ".join(text.split())], delimiter=";", skipinitialspace=True)
            values = tuple(found)
        elif operator in (Operator.EMPTY, Operator.FILLED):
            values = ()
        return Condition(self.chosen_field, operator, values)

    def _show_operators(self) -> None:
        field = self.chosen_field
        options = [Option(operator, operator.value) for operator in OPERATORS[field]]
        known = self.operator.key
        kept = known if known in OPERATORS[field] and self.operator.count() else usual_operator(field)
        self.operator.set_options(options, kept)

    def _field_changed(self) -> None:
        self.operator.blockSignals(True)
        self._show_operators()
        self.operator.choose(usual_operator(self.chosen_field))
        self.operator.blockSignals(False)
        self._operator_changed()

    def _operator_changed(self) -> None:
        self._show_values()
        self.changed.emit()

    def _show_values(self) -> None:
        operator = self.chosen_operator
        between = operator is Operator.BETWEEN
        self.value.setVisible(operator not in (Operator.EMPTY, Operator.FILLED))
        self._to.setVisible(between)
        self.last.setVisible(between)
        hint = _HINTS.get(self.chosen_field, "")
        if operator is Operator.ONE_OF:
            hint = "one; another; a third"
        self.value.setPlaceholderText("from the lowest" if between else hint)
        self.last.setPlaceholderText("to the highest")


def _words(field: Field) -> str:
    return field.value[:1].upper() + field.value[1:]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if ";" in value or value[:1] == '"' else value


class ShareRow(QWidget):
    """One project of a split: which, and how much of the line."""

    changed = Signal()
    removed = Signal(object)  # this row

    def __init__(self, number: int, options: Sequence[Option], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.project = DropDown(f"Part {number}: project")
        self.project.set_options(options)
        self.project.setMaxVisibleItems(20)
        self.project.setMinimumContentsLength(6)
        self.share = QLineEdit()
        self.share.setAccessibleName(f"Part {number}: how much")
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.share.setFixedWidth(self.fontMetrics().horizontalAdvance("999,999.99 %") + 24)
        self.cross = IconButton("close", f"Take out part {number}", lambda: self.removed.emit(self))
        row.addWidget(self.project, 1)
        row.addWidget(self.share)
        row.addWidget(self.cross)
        self.project.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.share.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def ref(self) -> str:
        """The project's reference; "" while none is chosen."""
        key = self.project.key
        return key if isinstance(key, str) else ""


class TargetEditor(QWidget):
    """Where a rule charges: one project, several by percentage or by sums, income, or not grant money."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: list[Option] = []
        self._showing = False
        self._shares: list[ShareRow] = []
        self.aim = DropDown("Charge it to")
        self.aim.set_options(_AIMS)
        self.project = DropDown("Project")
        self.project.setMaxVisibleItems(20)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Why it is not grant money")
        self.reason.setPlaceholderText("Why is it not grant money?")
        self.more = link_button("Another project", self.add_share)
        self._note = label("", "note", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        for part in (self.aim, self.project, self.reason):
            self._column.addWidget(part)
        self._column.addLayout(self._rows)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._note)
        self.aim.currentIndexChanged.connect(lambda _at: self._aim_changed())
        self.project.currentIndexChanged.connect(lambda _at: self._say_changed())
        self.reason.textChanged.connect(lambda _text: self._say_changed())
        self._show_parts()

    def _say_changed(self) -> None:
        if not self._showing:
            self.changed.emit()

    def set_projects(self, projects: Sequence[tuple[str, str]]) -> None:
        """The projects that can be chosen: (what a target calls it, name)."""
        self._options = [Option("", "Choose a project…")]
        self._options += [Option(ref, f"{ref.partition(':')[0]} {name}".strip()) for ref, name in projects]
        for drop_down in (self.project, *(row.project for row in self._shares)):
            self._fill(drop_down, drop_down.key)

    def _fill(self, drop_down: DropDown, ref: object) -> None:
        """The projects, and *ref* even when no project has it any more."""
        options = list(self._options) or [Option("", "Choose a project…")]
        known = {str(option.key).casefold(): option.key for option in options}
        if isinstance(ref, str) and ref.casefold() not in known:
            options.append(Option(ref, f"{ref} (there is no such project)"))
        key = known.get(ref.casefold(), ref) if isinstance(ref, str) else ""
        was = self._showing
        self._showing = True
        drop_down.set_options(options, key)
        drop_down.view().setMinimumWidth(drop_down.view().sizeHintForColumn(0) + 24)
        self._showing = was

    def show_target(self, target: Target | None) -> None:
        """Shows *target*; None is a project that is yet to be chosen."""
        self._showing = True
        while self._shares:
            self._take_out(self._shares[-1])
        self.reason.clear()
        ref = ""
        match target:
            case ToIncome():
                self.aim.choose(_INCOME)
            case Exclude(reason):
                self.aim.choose(_EXCLUDED)
                self.reason.setText(reason)
            case ToSums(sums, rest):
                self.aim.choose(_SUMS)
                for entry in sums:
                    self._add_share(entry.ref, str(entry.amount))
                if rest:
                    self._add_share(rest, _THE_REST)
            case ToProjects(splits) if len(splits) > 1:
                self.aim.choose(_PERCENT)
                for split in splits:
                    self._add_share(split.ref, f"{split.percent.normalize():f} %")
            case ToProjects(splits):
                self.aim.choose(_PROJECT)
                ref = splits[0].ref
            case _:
                self.aim.choose(_PROJECT)
        self._fill(self.project, ref)
        self._showing = False
        self._show_parts()

    def target(self) -> Target:
        """The target as it stands. Raises ValueError in words."""
        match self.aim.key:
            case "income":
                return ToIncome()
            case "excluded":
                if not self.reason.text().strip():
                    raise ValueError("say why it is not grant money")
                return Exclude(" ".join(self.reason.text().split()))
            case "percent":
                return self._by_percentage()
            case "sums":
                return self._by_sums()
        ref = self.project.key
        if not isinstance(ref, str) or not ref:
            raise ValueError("choose the project that it charges")
        return ToProjects((Split(ref, Decimal(100)),))

    def _by_percentage(self) -> ToProjects:
        splits = []
        for row in self._chosen():
            text = row.share.text().replace("%", "").strip()
            try:
                percent = Decimal(text)
            except InvalidOperation:
                percent = Decimal(0)
            if not percent.is_finite() or percent <= 0:
                raise ValueError(f"“{text}” is not a percentage for {row.ref}")
            splits.append(Split(row.ref, percent))
        whole = sum((split.percent for split in splits), Decimal(0))
        if whole != 100:
            raise ValueError(f"the shares add up to {whole.normalize():f}%, not 100%")
        return ToProjects(tuple(splits))

    def _by_sums(self) -> ToSums:
        sums: list[FixedSum] = []
        rest = ""
        for row in self._chosen():
            text = row.share.text().strip()
            if text.casefold() in (_THE_REST, "rest"):
                if rest:
                    raise ValueError("only one project can have the rest")
                rest = row.ref
                continue
            try:
                amount = Money.parse(text)
            except NotMoneyError:
                amount = Money.ZERO
            if amount <= Money.ZERO:
                raise ValueError(f"“{text}” is neither a sum above 0.00 for {row.ref} nor “the rest”")
            sums.append(FixedSum(row.ref, amount))
        if not sums:
            raise ValueError("give at least one project a sum")
        return ToSums(tuple(sums), rest)

    def _chosen(self) -> list[ShareRow]:
        if any(not row.ref for row in self._shares):
            raise ValueError("choose the project of each part")
        refs = {row.ref.casefold() for row in self._shares}
        if len(refs) < len(self._shares):
            raise ValueError("a project stands twice in the split")
        if len(self._shares) < 2:
            raise ValueError("a split needs two projects or more")
        return self._shares

    def _aim_changed(self) -> None:
        splits = self.aim.key in (_PERCENT, _SUMS)
        if splits and not self._showing:
            ref = self.project.key
            while self._shares:
                self._take_out(self._shares[-1])
            self._add_share(ref if isinstance(ref, str) else "", "")
            self._add_share("", _THE_REST if self.aim.key == _SUMS else "")
        self._show_parts()
        self._say_changed()

    def _show_parts(self) -> None:
        aim = self.aim.key
        splits = aim in (_PERCENT, _SUMS)
        self.project.setVisible(aim == _PROJECT)
        self.reason.setVisible(aim == _EXCLUDED)
        self.more.setVisible(splits)
        for row in self._shares:
            row.setVisible(splits)
            row.share.setPlaceholderText("60 %" if aim == _PERCENT else "100.00")
        self._note.setVisible(aim == _SUMS)
        self._note.setText(
            "A credit note is shared with the same sums, each negative. A line that is too small for the sums waits."
        )

    def add_share(self) -> None:
        """One more project."""
        row = self._add_share("", "")
        self._show_parts()
        row.project.setFocus()
        self._say_changed()

    def _add_share(self, ref: str, share: str) -> ShareRow:
        row = ShareRow(len(self._shares) + 1, self._options)
        self._fill(row.project, ref)
        row.share.setText(share)
        row.changed.connect(self._say_changed)
        row.removed.connect(self._removed)
        self._shares.append(row)
        self._rows.addWidget(row)
        return row

    def _removed(self, row: ShareRow) -> None:
        self._take_out(row)
        self._say_changed()

    def _take_out(self, row: ShareRow) -> None:
        self._shares.remove(row)
        self._rows.removeWidget(row)
        row.hide()
        row.deleteLater()

    @property
    def shares(self) -> list[ShareRow]:
        """The parts of a split."""
        return self._shares


class RuleEditor(QWidget):
    """The form of a rule; it says when anything in it is changed by the user."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = CodingRule(1, ToIncome())
        self._fits_all = False
        self._showing = False
        self._rows: list[ConditionRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        top = QGridLayout()
        top.setHorizontalSpacing(8)
        top.setVerticalSpacing(3)
        self.order = QLineEdit()
        self.order.setAccessibleName("Order")
        self.order.setFixedWidth(64)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name")
        self.name.setPlaceholderText("none needed")
        for at, (words, field) in enumerate((("Order", self.order), ("Name", self.name))):
            caption = label(words, "caption")
            caption.setBuddy(field)
            top.addWidget(caption, 0, at)
            top.addWidget(field, 1, at)
        top.setColumnStretch(1, 1)
        column.addLayout(top)
        column.addWidget(label("When all of this is true of a line", "caption"))
        self._conditions = QVBoxLayout()
        self._conditions.setSpacing(8)
        column.addLayout(self._conditions)
        self.more = link_button("Another condition", self.add_condition)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(label("Charge it to", "caption"))
        self.target = TargetEditor()
        column.addWidget(self.target)
        for edit in (self.order, self.name):
            edit.textChanged.connect(lambda _text: self._say_changed())
        self.target.changed.connect(self._say_changed)

    @property
    def rows(self) -> list[ConditionRow]:
        """The conditions, from the top."""
        return self._rows

    def show_rule(self, rule: CodingRule, *, is_new: bool) -> None:
        """Shows *rule*; a new one has its target yet to be chosen unless it has conditions already."""
        self._showing = True
        self._shown = rule
        self._fits_all = not is_new and not rule.conditions
        self.order.setText(str(rule.order))
        self.name.setText(rule.name)
        while self._rows:
            self._take_out(self._rows[-1])
        for condition in rule.conditions:
            self._add_row(condition)
        if is_new and not rule.conditions:
            self._add_row(None)
        self.target.show_target(None if is_new and not rule.conditions else rule.target)
        self._showing = False

    def rule(self) -> CodingRule:
        """The rule as it stands. Raises ValueError with a sentence."""
        text = self.order.text().strip()
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1_000_000):
            raise ValueError(f"“{text}” is not a place in the order, such as 1.")
        try:
            conditions = tuple(row.condition() for row in self._rows)
            if not conditions and not self._fits_all:
                raise ValueError("say which lines it fits: add at least one condition")
            target = self.target.target()
        except ValueError as error:
            raise ValueError(_sentence(error)) from error
        name = " ".join(self.name.text().split())
        return replace(self._shown, order=int(text), target=target, conditions=conditions, name=name)

    @property
    def is_blank(self) -> bool:
        """Whether nothing has been said yet about which lines are meant."""
        return all(not row.value.text().strip() and row.value.isVisibleTo(row) for row in self._rows)

    def first_focus(self) -> QWidget:
        """Where typing begins."""
        return self._rows[0].value if self._rows else self.more

    def add_condition(self) -> None:
        """One more condition, on a field that has none yet."""
        used = {row.chosen_field for row in self._rows}
        usual = (
            Field.SUPPLIER,
            Field.DESCRIPTION,
            Field.ACCOUNT,
            Field.COST_CENTRE,
            Field.AMOUNT,
            Field.DATE,
        )
        row = self._add_row(None)
        row.field.choose(next((field for field in usual if field not in used), Field.SUPPLIER))
        row.value.setFocus()
        self._say_changed()

    def _add_row(self, condition: Condition | None) -> ConditionRow:
        row = ConditionRow(len(self._rows) + 1, condition)
        row.changed.connect(self._say_changed)
        row.removed.connect(self._removed)
        self._rows.append(row)
        self._conditions.addWidget(row)
        return row

    def _removed(self, row: ConditionRow) -> None:
        self._take_out(row)
        (self._rows[-1].value if self._rows else self.more).setFocus()
        self._say_changed()

    def _take_out(self, row: ConditionRow) -> None:
        self._rows.remove(row)
        self._conditions.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _say_changed(self) -> None:
        if not self._showing:
            self.changed.emit()
