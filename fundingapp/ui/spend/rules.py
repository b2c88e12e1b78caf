"""The coding rules in their order: what each looks for, where it charges and what it placed; a form to change one, and
what that would do to the lines before it is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.commands.matching import AddRules, ApplyRules, Matched
from fundingapp.application.commands.records import Record, RemoveRecords
from fundingapp.application.commands.rules import (
    PlaceAnew,
    PlacedAnew,
    Placing,
    RuleSaved,
    SaveRule,
    SwitchRules,
)
from fundingapp.application.effect import Effect
from fundingapp.application.ports import Kept, LineRow
from fundingapp.application.queries.lines import LineRows
from fundingapp.application.queries.rules import (
    RulesAnswer,
    RulesInUse,
    TrialAnswer,
    TryRule,
    WriteRules,
)
from fundingapp.application.queries.tables import ReadRules
from fundingapp.application.wording import count
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import RuleId
from fundingapp.domain.matching import CodingRule, ToIncome
from fundingapp.domain.rule_tables import ParsedRules
from fundingapp.domain.rule_trials import Meets
from fundingapp.ui.explain import ShowLine
from fundingapp.ui.office import Office
from fundingapp.ui.spend.columns import Words
from fundingapp.ui.spend.rule_columns import TRIED_COLUMNS, RuleRow, TriedRow, becomes, rule_columns
from fundingapp.ui.spend.rule_editor import RuleEditor
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

TABLES = "Table of rules (*.csv *.xlsx *.xlsm *.xls *.ods *.txt *.tsv)"
SAVED = "Workbook (*.xlsx);;Text file (*.csv)"

#: A trial is asked for when typing has paused for so long.
_PAUSE_MS = 250
#: So many of the lines that a rule fits are shown; the sentence counts them all.
_SHOWN = 500
#: What a person looks for comes first.
_ORDER = (Meets.STUCK, Meets.CHARGES, Meets.ELSEWHERE, Meets.KEEPS, Meets.EARLIER)


def matched_in_words(matched: Matched) -> str:
    """What applying the rules did, as one sentence."""
    if not matched.placed:
        return f"The rules place none of the {count(matched.waiting, 'waiting line')}."
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
    """The rules as a table, the form of one at its right, and below the table the lines that it fits."""

    said = Signal(object)  # Message
    show_requested = Signal(object)  # ShowLine: a line that a rule fits

    def __init__(self, office: Office, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("Rules", parent)
        self._office = office
        self._answer = RulesAnswer((), {}, ())
        self._edited: Kept[CodingRule] | None = None  # None: a new rule is in the form
        self._is_known = False  # whether the rules have been asked for
        self._is_changed = False
        self._is_saving = False
        self._wanted: int | None = None  # the rule to choose when the list comes in again
        self.head.add(button("Back to the lines", self.go_back, icon="chevron-left"))
        self._save_table: Button = button("Save as a table…", self.save_table)
        self._add_table: Button = button("Add rules from a table…", self.add_table, icon="import")
        self._apply: Button = primary_button("Apply the rules", self.apply)
        for made in (self._save_table, self._add_table, self._apply):
            self.head.add(made)
        self.table = TableView("Rules", "spend.rules", office.settings)
        self._model = ListTableModel(rule_columns(words), lambda row: row.kept.id, self.table)
        self.table.set_model(self._model)
        self.table.current_row_changed.connect(lambda _row: self._row_changed())
        self.table.selection_summarised.connect(lambda _summary: self._row_changed())
        self.table.row_activated.connect(lambda _row: self.editor.first_focus().setFocus())
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setHandleWidth(12)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self._list_side())
        parts.addWidget(self._form_side())
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 0)
        parts.setSizes([700, 380])
        self.body.addWidget(parts, 1)
        for keys, do in (
            ("Alt+Up", lambda: self.move_by(-1)),
            ("Alt+Down", lambda: self.move_by(1)),
            ("Delete", self.remove_selected),
            ("Insert", self.start_new),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.table, do)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._show_new()

    def _list_side(self) -> QWidget:
        empty = EmptyState(
            "spend",
            "No rules yet",
            "A rule charges every ledger line that looks like this to that project: the first that fits wins. Write "
            "the first one at the right; below it stands what it would charge before you save it. Or add a table "
            "of rules: a column for each field, and “charge to”.",
        )
        empty.add_step("Add rules from a table…", self.add_table).setEnabled(not self._office.is_read_only)
        self._stack = ViewStack()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        box = Card("Tried in this order")
        self._new: Button = button("New rule", self.start_new, icon="plus", tip="Insert")
        self._up: Button = button("Up", lambda: self.move_by(-1), tip="Try it earlier (Alt+Up)")
        self._down: Button = button("Down", lambda: self.move_by(1), tip="Try it later (Alt+Down)")
        self._switch: Button = button("Switch off", self.switch_selected)
        self._remove: Button = button("Remove", self.remove_selected, tip="Delete")
        for made in (self._new, self._up, self._down, self._switch, self._remove):
            box.add_head(made)
        box.add(self._stack, 1)
        box.setMinimumHeight(150)
        self.tried = TableView("Lines that the rule fits", "spend.rules.tried", self._office.settings)
        self._tried_model = ListTableModel(TRIED_COLUMNS, lambda row: row.row.id, self.tried)
        self.tried.set_model(self._tried_model)
        self.tried.row_activated.connect(self._show_line)
        self._tried_box = Card("Lines that this rule fits")
        self._tried_box.add(self.tried, 1)
        self._tried_box.setMinimumHeight(110)
        side = QSplitter(Qt.Orientation.Vertical)
        side.setHandleWidth(12)
        side.setChildrenCollapsible(False)
        side.addWidget(box)
        side.addWidget(self._tried_box)
        side.setStretchFactor(0, 3)
        side.setStretchFactor(1, 2)
        return side

    def _form_side(self) -> QWidget:
        self._form = Card("New rule")
        self.editor = RuleEditor()
        self.editor.changed.connect(self._form_changed)
        inner = QWidget()
        inner.setProperty("kind", "plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 14, 12)
        column.addWidget(self.editor)
        column.addStretch(1)
        area = QScrollArea()
        area.setProperty("kind", "plain")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self._form.add(area, 1)
        foot = QVBoxLayout()
        foot.setSpacing(8)
        self._sentence = label("", "second", wrap=True)
        self._sentence.setAccessibleName("What the rule would do")
        self._sentence.setMinimumHeight(3 * self._sentence.fontMetrics().lineSpacing())
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._sentence)
        self.placing = DropDown("When it is saved")
        foot.addWidget(self.placing)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._save: Button = primary_button("Add the rule", self.save)
        self._revert: Button = button("Undo changes", self.revert)
        row.addWidget(self._save)
        row.addWidget(self._revert)
        row.addStretch(1)
        foot.addLayout(row)
        self._form.add_padded(foot)
        self._form.setMinimumWidth(340)
        return self._form

    # What the page uses

    def refresh(self) -> None:
        """Asks for the rules again."""
        self._office.ask("spend.rules", RulesInUse(), self._show, self)

    def first_focus(self) -> QWidget:
        is_empty = self._is_known and not self._answer.rules
        return self.editor.first_focus() if is_empty else self.table

    def start_new(self, rule: CodingRule | None = None) -> None:
        """Puts a new rule into the form: an empty one after the last, or *rule* as it was proposed."""
        if rule is None and self._is_changed and self._edited is None:
            self.editor.first_focus().setFocus()
            return
        self._is_changed = False
        self.table.clearSelection()
        self._show_new(rule)
        self.editor.first_focus().setFocus()

    # Showing

    def _show(self, answer: RulesAnswer) -> None:
        self._answer = answer
        self.editor.target.set_projects(answer.projects)
        rows = [RuleRow(kept, answer.uses.get(RuleId(kept.id))) for kept in answer.rules]
        current = self.table.current_row
        wanted = self._wanted
        if wanted is None and isinstance(current, RuleRow):
            wanted = current.kept.id
        self._wanted = None
        self._is_saving = False
        self._model.set_rows(rows)
        had_focus = self.table.hasFocus()
        self._is_known = True
        self._stack.setCurrentIndex(0 if rows else 1)
        if had_focus and not rows:
            self.editor.first_focus().setFocus()
        off = sum(not kept.value.on for kept in answer.rules)
        words = count(len(rows), "rule") + (f", {off:,} switched off" if off else "")
        self.head.set_state(words if rows else "")
        if wanted is not None and not self._is_changed:
            self.table.select_key(wanted)
        self._row_changed(anew=True)

    def _row_changed(self, *, anew: bool = False) -> None:
        """Shows the chosen rule in the form; *anew* also when it is there already."""
        row = self.table.current_row
        if self._is_changed or self._is_saving:
            self._show_state()  # what is being typed stays until it is saved or undone
            return
        chosen = row.kept if isinstance(row, RuleRow) and self.table.selected_places() else None
        if chosen is not None and chosen == self._edited and not anew:
            self._show_state()
        elif chosen is not None:
            self._edited = chosen
            self.editor.show_rule(chosen.value, is_new=False)
            self._after_showing()
        elif self._edited is not None:
            self._show_new()
        else:
            if self.editor.is_blank:
                self.editor.order.blockSignals(True)
                self.editor.order.setText(str(self._last + 1))
                self.editor.order.blockSignals(False)
            self._show_state()

    @property
    def _last(self) -> int:
        return max((kept.value.order for kept in self._answer.rules), default=0)

    def _show_new(self, rule: CodingRule | None = None) -> None:
        self._edited = None
        self.editor.show_rule(rule or CodingRule(self._last + 1, ToIncome()), is_new=True)
        self._is_changed = rule is not None
        self._after_showing()

    def _after_showing(self) -> None:
        placed = self._placed
        options = [
            Option(Placing.NOTHING, "Keep it, and charge nothing yet"),
            Option(Placing.WAITING, "Keep it, and charge the lines that wait"),
        ]
        if placed:
            options.append(
                Option(Placing.ANEW, f"Keep it, and place its {count(placed, 'line')} anew as well")
            )
        self.placing.set_options(options, Placing.NOTHING)
        self._try()
        self._show_state()

    @property
    def _placed(self) -> int:
        """How many lines the rule in the form placed so far."""
        use = self._answer.uses.get(RuleId(self._edited.id)) if self._edited is not None else None
        return use.lines if use is not None else 0

    def _form_changed(self) -> None:
        self._is_changed = True
        self._try()
        self._show_state()

    def _rule(self) -> CodingRule | str:
        """The rule of the form, or what is wrong with it."""
        try:
            return self.editor.rule()
        except ValueError as error:
            return str(error)

    def _try(self) -> None:
        rule = self._rule()
        if isinstance(rule, str):
            self._office.asker.forget("spend.rules.trial")
            self._tried_model.set_rows([])
            self._tried_box.set_title("Lines that this rule fits")
            quiet = self._edited is None and self.editor.is_blank
            self._say(
                "Fill it in, and what it would charge is shown here before it is saved." if quiet else rule
            )
            return
        self._say("Looking at the lines…")
        replacing = RuleId(self._edited.id) if self._edited is not None else None
        self._office.ask(
            "spend.rules.trial", TryRule(rule, replacing), self._show_trial, self, pause_ms=_PAUSE_MS
        )

    def _say(self, sentence: str) -> None:
        self._sentence.setText(sentence)

    def _show_trial(self, answer: TrialAnswer) -> None:
        placed = self._placed if self._is_changed else 0
        so_far = f" It placed {count(placed, 'line')} so far." if placed else ""
        self._say(answer.sentence + so_far)
        first = sorted(answer.trial.lines, key=lambda line: _ORDER.index(line.meets))
        tried = {line.id: line for line in first[:_SHOWN]}
        shown = len(answer.trial.lines)
        words = f"{_SHOWN:,} of {shown:,}" if shown > _SHOWN else f"{shown:,}"
        self._tried_box.set_title("Lines that this rule fits", words)

        def show(rows: list[LineRow]) -> None:
            self._tried_model.set_rows(
                [TriedRow(row, tried[row.id], becomes(tried[row.id], answer.numbers)) for row in rows]
            )

        self._office.ask("spend.rules.tried", LineRows(tuple(tried)), show, self)

    def _show_line(self, row: object) -> None:
        if isinstance(row, TriedRow):
            self.show_requested.emit(ShowLine(row.row.id))

    def _show_state(self) -> None:
        can_write = not self._office.is_read_only
        chosen = self._chosen()
        rule = self._rule()
        one = len(chosen) == 1 and not self._is_changed and not self._is_saving
        places = [kept.id for kept in self._answer.rules]
        at = places.index(chosen[0].id) if one and chosen[0].id in places else -1
        self._up.setEnabled(can_write and one and at > 0)
        self._down.setEnabled(can_write and one and 0 <= at < len(places) - 1)
        self._switch.setEnabled(can_write and bool(chosen) and not self._is_changed)
        self._switch.set_text("Switch on" if chosen and not chosen[0].value.on else "Switch off")
        self._remove.setEnabled(can_write and bool(chosen) and not self._is_changed)
        self._new.setEnabled(can_write)
        self._apply.setEnabled(can_write and bool(self._answer.rules))
        self._add_table.setEnabled(can_write)
        self._save_table.setEnabled(bool(self._answer.rules))
        is_new = self._edited is None
        title = "New rule" if self._edited is None else f"Rule {self._edited.value.order}"
        self._form.set_title(title, "not saved" if self._is_changed else "", Tone.ATTENTION)
        self._save.set_text("Add the rule" if is_new else "Save the rule")
        ready = isinstance(rule, CodingRule) and not self._is_saving
        same = not is_new and self._edited is not None and rule == self._edited.value
        self._save.setEnabled(can_write and ready and not same)
        self._revert.setEnabled(self._is_changed)
        self._revert.set_text("Clear it" if is_new else "Undo changes")
        self.editor.setEnabled(can_write)
        self.placing.setEnabled(can_write)

    def _chosen(self) -> list[Kept[CodingRule]]:
        return [row.kept for row in self.table.selected_rows()]

    # What the user does with the form

    def save(self) -> None:
        """Keeps the rule of the form."""
        rule = self._rule()
        if not isinstance(rule, CodingRule) or not self._save.isEnabled():
            return
        placing = self.placing.key
        edited = self._edited
        command = SaveRule(
            rule,
            RuleId(edited.id) if edited is not None else None,
            edited.value if edited is not None else None,
            placing if isinstance(placing, Placing) else Placing.NOTHING,
        )
        self._send(command, "Add the rule" if edited is None else "Save the rule", self._saved)

    def _send(self, command: Any, name: str, done: Any) -> None:
        """Carries a change of the rules out; until the list comes in again no other is begun."""
        self._is_saving = True
        self._show_state()
        job = self._office.do(command, name, done)
        job.ended.connect(lambda _job: self._ended())

    def _ended(self) -> None:
        self._is_saving = False
        self._show_state()

    def _saved(self, effect: Effect[RuleSaved]) -> None:
        result, was_new = effect.result, self._edited is None
        self._is_changed = False
        placed = self._placed
        self._wanted = result.id
        self.table.setFocus()
        words = f"Rule {result.order} {'added' if was_new else 'saved'}."
        if result.placed or result.waiting:
            wait = (
                f"; {count(result.waiting, 'line')} of those that it had placed wait now"
                if result.waiting
                else ""
            )
            self.said.emit(
                Message(f"{words} {count(result.placed, 'line')} placed with it{wait}.", "", Tone.GOOD)
            )
        elif placed:
            self.said.emit(
                Message(
                    f"{words} {count(placed, 'line')} that it placed before stay as they are.",
                    "Place them anew if the change is meant for them too.",
                    Tone.ATTENTION,
                    "Place them anew",
                    lambda: self.place_anew((result.id,)),
                )
            )
        else:
            self.said.emit(
                Message(
                    words,
                    "Apply the rules to charge the lines that wait.",
                    Tone.GOOD,
                    "Apply the rules",
                    self.apply,
                )
            )
        self.refresh()

    def revert(self) -> None:
        """Forgets what was typed since the rule was shown."""
        self._is_changed = False
        if self._edited is None:
            self._show_new()
        self._row_changed(anew=True)
        (self.table if self._answer.rules else self.editor.first_focus()).setFocus()

    def place_anew(self, rules: tuple[RuleId, ...]) -> None:
        """Has the lines that *rules* placed placed again by the rules as they are."""
        self._office.do(PlaceAnew(rules), "Place the lines anew", self._placed_anew)

    def _placed_anew(self, effect: Effect[PlacedAnew]) -> None:
        result = effect.result
        wait = f"; {count(result.waiting, 'line')} of them wait now" if result.waiting else ""
        self.said.emit(Message(f"{count(result.lines, 'line')} placed anew{wait}.", "", Tone.GOOD))

    # What the user does with the list

    def move_by(self, by: int) -> None:
        """Moves the chosen rule up (−1) or down (1) by one place."""
        if not (self._up if by < 0 else self._down).isEnabled():
            return
        [kept] = self._chosen()
        rules = list(self._answer.rules)
        places = [each.id for each in rules]
        other = rules[places.index(kept.id) + by]
        order = other.value.order
        if order == kept.value.order:  # of two with one number the older goes first
            order += by
        moved = replace(kept.value, order=max(1, order))
        self._wanted = kept.id
        self._send(SaveRule(moved, RuleId(kept.id), kept.value), "Move the rule", lambda _effect: None)

    def switch_selected(self) -> None:
        """Switches the selected rules off, or on when the first of them is off."""
        chosen = self._chosen()
        if chosen and self._switch.isEnabled():
            on = not chosen[0].value.on
            rules = tuple(RuleId(kept.id) for kept in chosen)
            self._send(
                SwitchRules(rules, on), "Switch rules on or off", lambda _effect: self._left(rules, on)
            )

    def remove_selected(self) -> None:
        """Takes the selected rules out; what they charged stays as it is unless that is asked for."""
        chosen = self._chosen()
        if chosen and self._remove.isEnabled():
            records = tuple(Record("rules", kept.id, kept.value) for kept in chosen)
            name = f"remove {count(len(chosen), 'rule')}"
            rules = tuple(RuleId(kept.id) for kept in chosen)
            self._send(
                RemoveRecords(records, name), "Remove rules", lambda _effect: self._left(rules, on=False)
            )

    def _left(self, rules: tuple[RuleId, ...], on: bool) -> None:
        """Offers to place anew what rules placed that hold no more."""
        uses = self._answer.uses
        lines = sum(uses[rule].lines for rule in rules if rule in uses)
        if on or not lines:
            return
        self.said.emit(
            Message(
                f"{count(lines, 'line')} that {'it' if len(rules) == 1 else 'they'} placed "
                f"{'stays' if lines == 1 else 'stay'} as before.",
                "Place them anew by the other rules if they no longer belong there.",
                Tone.ATTENTION,
                "Place them anew",
                lambda: self.place_anew(rules),
            )
        )

    def apply(self) -> None:
        """Applies the rules to every line that waits."""
        self._office.do(ApplyRules(), "Apply the rules", self._applied)

    def _applied(self, effect: Effect[Matched]) -> None:
        is_stuck = bool(effect.result.waiting and not effect.result.placed)
        # What a rule fits may not be chargeable yet, as with a bid that is not decided: the line itself says so.
        advice = (
            "A line on Spend says which rule fits it, and why that one can't place it." if is_stuck else ""
        )
        self.said.emit(
            Message(matched_in_words(effect.result), advice, Tone.ATTENTION if is_stuck else Tone.GOOD)
        )

    # Tables of rules

    def save_table(self) -> None:
        """Asks where to, and writes the rules as a table that can be added again."""
        path = self._office.files.to_save(self, "Save the rules as a table", "coding rules.xlsx", SAVED)
        if path is not None:
            desk = self._office.desk
            self._office.work(
                f"Write {path.name}",
                lambda progress: desk.ask(WriteRules(path), progress),
                lambda number: self.said.emit(
                    Message(f"{count(number, 'rule')} written to “{path.name}”.", "", Tone.GOOD)
                ),
            )

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
        last = max((kept.value.order for kept in self._answer.rules), default=0)
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

    def _is_in_form(self) -> bool:
        focused = QApplication.focusWidget()
        return isinstance(focused, QWidget) and self._form.isAncestorOf(focused)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_changed:
            self.revert()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._is_in_form():
            self.save()
        else:
            super().keyPressEvent(event)
