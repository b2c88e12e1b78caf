"""The coding rules in their order: which lines they fit, where they charge them, and adding one or a table of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QStackedWidget, QWidget

from fundingapp.application.commands.matching import AddRules, ApplyRules, Matched
from fundingapp.application.commands.records import Record, RemoveRecords
from fundingapp.application.effect import Effect
from fundingapp.application.ports import Kept
from fundingapp.application.queries.rules import Rules
from fundingapp.application.queries.tables import ReadRules
from fundingapp.application.wording import count
from fundingapp.domain.conditions import fits
from fundingapp.domain.findings import Severity
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.rule_tables import ParsedRules
from fundingapp.ui.office import Office
from fundingapp.ui.spend.columns import Words, rule_columns
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

TABLES = "Table of rules (*.csv *.xlsx *.xlsm *.xls *.ods *.txt *.tsv)"

_CONDITIONS = (
    ("supplier", "Supplier contains"),
    ("description", "Description contains"),
    ("cost_centre", "Cost centre is"),
    ("account", "Account is"),
    ("type", "Type is"),
)


def matched_in_words(matched: Matched) -> str:
    """What applying the rules did, as one sentence."""
    if not matched.placed:
        return f"The rules fit none of the {count(matched.waiting, 'waiting line')}."
    parts = [
        f"{number:,} {word}"
        for number, word in (
            (matched.charged, "charged"),
            (matched.income, "income"),
            (matched.excluded, "excluded"),
        )
        if number
    ]
    waiting = f"{count(matched.waiting, 'line')} still {'waits' if matched.waiting == 1 else 'wait'}"
    return f"The rules placed {count(matched.placed, 'line')}: {', '.join(parts)}; {waiting}."


class RulesView(SubView):
    """The rules as a table, with a form for a new one below it."""

    said = Signal(object)  # Message

    def __init__(self, office: Office, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("Rules", parent)
        self._office = office
        self._rules: list[Kept[CodingRule]] = []
        self.head.add(button("Back to the lines", self.go_back, icon="chevron-left"))
        self._remove: Button = button("Remove", self.remove_selected)
        self._add_table: Button = button("Add rules from a table…", self.add_table, icon="import")
        self._apply: Button = primary_button("Apply the rules", self.apply)
        for made in (self._remove, self._add_table, self._apply):
            self.head.add(made)
        self.table = TableView("Rules", "spend.rules", office.settings)
        self._model = ListTableModel(rule_columns(words), lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.selection_summarised.connect(lambda _summary: self._show_state())
        empty = EmptyState(
            "spend",
            "No rules yet",
            "A rule charges every ledger line that looks like this to that project: the first that fits wins. "
            "Keep them in a table with the columns order, cost centre, account, supplier contains, description "
            "contains, type and charge to, or add them one by one below.",
        )
        empty.add_step("Add rules from a table…", self.add_table).setEnabled(not office.is_read_only)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        box = Card()
        box.add(self._stack, 1)
        box.setMinimumHeight(200)
        self.body.addWidget(box, 1)
        self._fields: dict[str, QLineEdit] = {}
        self.body.addWidget(self._form())
        self._show_state()

    def _form(self) -> Card:
        card = Card("Add a rule after the last")
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        for at, (name, words) in enumerate((*_CONDITIONS, ("target", "Charge it to"))):
            field = QLineEdit()
            field.setAccessibleName(words)
            field.returnPressed.connect(self.add_rule)
            field.textChanged.connect(lambda _text: self._show_state())
            self._fields[name] = field
            grid.addWidget(label(words, "caption"), 0, at)
            grid.addWidget(field, 1, at)
            grid.setColumnStretch(at, 3 if name in {"supplier", "description", "target"} else 2)
        self._fields["target"].setPlaceholderText("LF-09")
        self._add: Button = button("Add the rule", self.add_rule, icon="plus")
        grid.addWidget(self._add, 1, len(_CONDITIONS) + 1)
        self._why_not = label("", "note", wrap=True)
        grid.addWidget(self._why_not, 2, 0, 1, len(_CONDITIONS) + 2)
        card.add_padded(grid)
        return card

    # What the page uses

    def refresh(self) -> None:
        """Asks for the rules again."""
        self._office.ask("spend.rules", Rules(), self._show, self)

    def first_focus(self) -> QWidget:
        return self.table if self._rules else self._fields["supplier"]

    def field(self, name: str) -> QLineEdit:
        """A field of the form, by the name of its condition or “target”."""
        return self._fields[name]

    def _show(self, rules: list[Kept[CodingRule]]) -> None:
        self._rules = rules
        self._model.set_rows(rules)
        self._stack.setCurrentIndex(0 if rules else 1)
        self.head.set_state(
            f"{count(len(rules), 'rule')}, tried in this order: the first that fits wins" if rules else ""
        )
        self._show_state()

    def _rule(self) -> CodingRule | str:
        """The rule of the form, or what is wrong with it."""
        values = {name: " ".join(field.text().split()) for name, field in self._fields.items()}
        target = values.pop("target")
        if not target and not any(values.values()):
            return ""
        if not any(values.values()):
            return "Say which lines it fits: fill in at least one condition."
        try:
            aim = parse_target(target)
        except ValueError as error:
            if not target:
                return "Say where to charge it: a project’s reference, “income” or “excluded: reason”."
            words = str(error)
            return f"{words[:1].upper()}{words[1:]}."
        order = max((kept.value.order for kept in self._rules), default=0) + 1
        return CodingRule(order, aim, fits(**values))

    def _show_state(self) -> None:
        can_write = not self._office.is_read_only
        rule = self._rule()
        self._add.setEnabled(can_write and isinstance(rule, CodingRule))
        usual = "Charge it to a project’s reference, “income”, “excluded: reason”, or “split LF-06 60%, LF-11 40%”."
        if isinstance(rule, CodingRule):
            self._why_not.setText(f"Rule {rule.order}: when {rule.when}, then {rule.target}.")
        else:
            self._why_not.setText(rule or usual)
        self._apply.setEnabled(can_write and bool(self._rules))
        self._add_table.setEnabled(can_write)
        self._remove.setEnabled(can_write and bool(self.table.selected_places()))

    # What the user does

    def add_rule(self) -> None:
        """Adds the rule of the form."""
        rule = self._rule()
        if isinstance(rule, CodingRule) and self._add.isEnabled():
            name = f"add the rule for {rule.when}"
            self._office.do(AddRules((rule,), name), "Add a rule", self._added)

    def _added(self, _effect: object) -> None:
        for field in self._fields.values():
            field.clear()
        self._fields["supplier"].setFocus(Qt.FocusReason.OtherFocusReason)

    def add_table(self) -> None:
        """Asks for a table of rules and adds them after those that are there."""
        path = self._office.files.to_open(self, "Add rules from a table", TABLES)
        if path is not None:
            desk = self._office.desk
            self._office.work(
                f"Read {path.name}",
                lambda progress: desk.ask(ReadRules(path), progress),
                lambda parsed: self._table_read(path, parsed),
            )

    def _table_read(self, path: Path, parsed: ParsedRules) -> None:
        wrong = [finding for finding in parsed.findings if finding.severity is Severity.ERROR]
        if wrong:
            more = f" {count(len(wrong) - 1, 'more row')} can’t be read either." if len(wrong) > 1 else ""
            self.said.emit(
                Message(
                    f"“{path.name}”: {wrong[0].text}{more}",
                    "Correct the table and choose it again; no rule was added.",
                    Tone.BAD,
                )
            )
            return
        last = max((kept.value.order for kept in self._rules), default=0)
        rules = parsed.rules
        if last:
            ordered = sorted(rules, key=lambda rule: rule.order)
            rules = tuple(replace(rule, order=last + at) for at, rule in enumerate(ordered, start=1))
        notes = [finding.text for finding in parsed.findings]
        self._office.do(
            AddRules(rules, f"add rules from {path.name}"),
            f"Add the rules of {path.name}",
            lambda effect: self._table_added(path, effect, notes),
        )

    def _table_added(self, path: Path, effect: Effect[int], notes: list[str]) -> None:
        self.said.emit(
            Message(
                f"{count(effect.result, 'rule')} added from “{path.name}”.",
                " ".join(notes[:1]) or "Apply the rules to charge the lines that wait.",
                Tone.ATTENTION if notes else Tone.GOOD,
                "Apply the rules",
                self.apply,
            )
        )

    def apply(self) -> None:
        """Applies the rules to every line that waits."""
        self._office.do(ApplyRules(), "Apply the rules", self._applied)

    def _applied(self, effect: Effect[Matched]) -> None:
        self.said.emit(Message(matched_in_words(effect.result), "", Tone.GOOD))

    def remove_selected(self) -> None:
        """Takes the selected rules out; what they charged stays as it is."""
        chosen: list[Kept[CodingRule]] = self.table.selected_rows()
        if chosen:
            records = tuple(Record("rules", kept.id, kept.value) for kept in chosen)
            name = f"remove {count(len(chosen), 'rule')}"
            self._office.do(RemoveRecords(records, name), "Remove rules")
