"""One ledger line in the inspector: where it came from, where it goes, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QEvent, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.commands.matching import ChargePart
from fundingapp.application.ports import Change, Charged, LineChange
from fundingapp.application.queries.line_story import difference
from fundingapp.application.queries.lines import LineAnswer
from fundingapp.application.queries.rules import LineExplanation, TrialAnswer
from fundingapp.application.queries.suggestions import Group
from fundingapp.application.wording import count, short_date
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import (
    CodingRule,
    Disposition,
    Exclude,
    How,
    Split,
    Target,
    ToIncome,
    ToProjects,
)
from fundingapp.domain.rule_reasons import RuleCheck
from fundingapp.domain.rule_trials import Meets
from fundingapp.domain.suggestions import ACCEPT_LINE, Proposal
from fundingapp.ui.spend.columns import coding_of
from fundingapp.ui.spend.parts import PartsEditor
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import Button, button, link_button, primary_button
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill

BY_HAND = "Charged by hand"
SPLIT_BY_HAND = "Split by hand"
INCOME_BY_HAND = "Grant income, placed by hand"


#: So many rules that nearly fit are told of; more are noise.
_NEARLY = 2


@dataclass(frozen=True, slots=True)
class Placing:
    """What the user wants done with a line.

    *as_suggested*: as the suggestion has it, with its reasons. *rule* is kept with it, if wanted; *by_rule* says that
    the rule by itself charges this line just so.
    """

    line: LineId
    parts: tuple[ChargePart, ...]
    reason: str
    as_suggested: bool = False
    rule: CodingRule | None = None
    by_rule: bool = False
    #: As a prior-period adjustment: the line came after its period was locked.
    late: bool = False


class ReasonField(QLineEdit):
    """A line for a reason. Reasons given before are completed by their first letters when *remembered* are set."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._model = QStringListModel([], self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)

    def set_remembered(self, reasons: Sequence[str]) -> None:
        """The reasons to complete from; none turns completing off."""
        self._model.setStringList(list(reasons))
        # PySide's stubs forget that None takes the completer off.
        self.setCompleter(self._completer if reasons else None)  # type: ignore[arg-type]

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # Qt keeps the key that takes a completion; here it accepts as well


class Panel(QWidget):
    """A panel beside the list: F6 and Esc lead back to the list before the window takes them."""

    left = Signal(bool)  # back to the list; True when what was begun here is given up

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        # The window has shortcuts for both keys; in here they are ours, so they are claimed before it looks.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F6)
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F6):
            self.left.emit(event.key() == Qt.Key.Key_Escape)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.accept()
        else:
            super().keyPressEvent(event)

    def accept(self) -> None:
        """What Enter does."""

    def bring_to_view(self, widget: QWidget) -> None:
        """Scrolls the inspector so that *widget* of this panel is seen."""
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()


class LinePanel(Panel):
    """Shows a :class:`LineAnswer`, and edits where the line is charged. Enter accepts."""

    place_requested = Signal(object)  # Placing
    clear_requested = Signal(object)  # LineId
    decide_requested = Signal(object)  # (LineChange, take)
    reviewed_requested = Signal(object)  # LineChange
    accept_requested = Signal(object)  # tuple of LineId: as each is suggested
    reject_requested = Signal(object, object)  # LineId, BudgetHead or None: it does not belong there
    trial_requested = Signal(object)  # Target: a rule that does the same is to be tried
    original_requested = Signal()
    history_requested = Signal()

    def __init__(
        self, answer: LineAnswer, imported: str, can_write: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.answer = answer
        self._line = answer.row.line
        self._can_write = can_write
        self._reason_typed = False
        self._first: tuple[tuple[ChargePart, ...], str] = ((), "")
        self._remembered: tuple[str, ...] = ()
        self._proposals: tuple[tuple[Proposal, str], ...] = ()
        self._group: Group | None = None
        self._tried: tuple[CodingRule, TrialAnswer] | None = None
        self._tried_for: Target | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._add_source(imported)
        if answer.change is not None:
            self._add_change(answer.change)
        self.editor = PartsEditor(self._line.amount, answer.heads, answer.called, self)
        self.reason = ReasonField("Reason of the charge", self)
        self._always = Check("Always do this for lines like it", self)
        self._rule = label("", "note", wrap=True)
        self._accept_button = primary_button("Accept (Enter)", self.accept)
        self._problem = label("", "note", wrap=True)
        self._explained = label("", "note", wrap=True)
        self.is_gone = (
            answer.change is not None and answer.change.change is Change.VANISHED and answer.change.taken
        )
        if self.is_gone:
            for part in (self.editor, self.reason, self._always, self._rule, self._explained):
                part.hide()
        else:
            self._add_editor()
            self._show_charges(answer.row.charges)

    # Parts of the panel

    def _add(self, caption: str, words: str, beside: QWidget | None = None) -> None:
        group = QVBoxLayout()
        group.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(label(caption, "caption"), 1)
        if beside is not None:
            head.addWidget(beside)
        group.addLayout(head)
        text = label(words, wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        group.addWidget(text)
        self._column.addLayout(group)

    def _add_source(self, imported: str) -> None:
        line = self._line
        sheet = f" · sheet “{line.sheet}”" if line.sheet else ""
        journal = f"journal {line.transaction} · " if line.transaction else ""
        when = f"imported {imported}" if imported else "imported"
        self._add(
            "Came from",
            f"{self.answer.row.file}{sheet} · row\u00a0{line.row:,}\n{journal}{when}".strip(" ·\n"),
            self._links(),
        )
        posted = short_date(line.posted_on)
        coding = " · ".join(part for part in (coding_of(line), line.type) if part)
        period = f"{posted} · period {line.period} of {line.year}"
        who = " · ".join(word for word in (line.supplier, line.description) if word)
        self._add("Ledger", "\n".join(word for word in (who, period, coding) if word))

    def _links(self) -> QWidget:
        """Where more is told of the line."""
        links = QWidget()
        row = QHBoxLayout(links)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(
            link_button("Show the row", self.original_requested.emit, "The row of the kept original (O)")
        )
        row.addWidget(link_button("History", self.history_requested.emit, "What happened to this line (H)"))
        return links

    def _add_change(self, change: LineChange) -> None:
        group = QVBoxLayout()
        group.setSpacing(6)
        looked = "looked at" if change.reviewed else "since last import"
        group.addWidget(
            Pill(f"{change.change.value} {looked}", Tone.NEUTRAL if change.reviewed else Tone.BAD)
        )
        group.addWidget(label(difference(change.before, change.after), wrap=True))
        taken = "The new download’s word is taken." if change.taken else "The line is kept as it was before."
        group.addWidget(label(taken, "note", wrap=True))
        if change.change is Change.VANISHED and change.taken and change.charges_before:
            group.addWidget(label("What it was charged to counts no longer.", "note", wrap=True))
        if change.change is Change.AMOUNT and change.taken and change.charges_before:
            followed = (
                "Its charges followed in proportion."
                if change.charges_after
                else "Its charges could not follow, so it waits again."
            )
            group.addWidget(label(followed, "note", wrap=True))
        row = FlowLayout(spacing=8)
        words = "Keep the old" if change.taken else "Take the new"
        decide = button(words, lambda: self.decide_requested.emit((change, not change.taken)))
        reviewed = button("Looked at", lambda: self.reviewed_requested.emit(change))
        decide.setEnabled(self._can_write)
        reviewed.setEnabled(self._can_write and not change.reviewed)
        row.addWidget(reviewed)
        row.addWidget(decide)
        group.addLayout(row)
        self._column.addLayout(group)

    def _add_editor(self) -> None:
        answer = self.answer
        charge = QVBoxLayout()
        charge.setSpacing(4)
        charge.addWidget(label("Charge to", "caption"))
        charge.addWidget(self.editor)
        self._column.addLayout(charge)
        charges = answer.row.charges
        self._explained.hide()
        if charges:
            self._add("Why it is so", _said(charges))
        elif answer.suggestion is not None:
            self._add_suggestion(answer.suggestion)
        else:
            self._add("Why it waits", answer.waiting_because)
        reason = QVBoxLayout()
        reason.setSpacing(4)
        reason.addWidget(label("Reason", "caption"))
        reason.addWidget(self.reason)
        self._column.addLayout(reason)
        self._always.setToolTip("Makes a rule that is tried out before it is kept (R)")
        always = QVBoxLayout()
        always.setSpacing(3)
        always.addWidget(self._always)
        always.addWidget(self._rule)
        self._rule.hide()
        self._column.addLayout(always)
        row = FlowLayout(spacing=8)
        row.addWidget(self._accept_button)
        self._buttons: list[Button] = [self._accept_button]
        self._buttons.append(
            button("Exclude…", self.start_excluding, tip="It is not grant money; say why (E)")
        )
        self._buttons.append(button("Income", self.place_as_income, tip="It is grant received, not spending"))
        if answer.suggestion is not None and not charges:
            self._buttons.append(
                button("Reject", self.reject, tip="It does not belong there; it is not suggested again (X)")
            )
        if charges:
            wait = button("Make it wait again", self.clear, tip="Takes it back from where it is charged (W)")
            self._buttons.append(wait)
        for made in self._buttons[1:]:
            row.addWidget(made)
        self._column.addLayout(row)
        self._column.addWidget(self._problem)
        self._column.addWidget(self._explained)
        self.editor.changed.connect(self._parts_changed)
        self.reason.textEdited.connect(self._reason_edited)
        self.reason.textChanged.connect(lambda _text: self._show_state())
        self._always.toggled.connect(lambda _on: self._show_state())
        self.editor.setEnabled(self._can_write)
        self.reason.setEnabled(self._can_write)
        self._always.setEnabled(self._can_write)
        for made in self._buttons:
            made.setEnabled(self._can_write)

    def _add_suggestion(self, proposal: Proposal) -> None:
        """Its score and its reasons, each on a line; what else is suggested comes later."""
        group = QVBoxLayout()
        group.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(label("Why suggested", "caption"), 1)
        head.addWidget(Pill(f"{proposal.score} of 100", Tone.ACCENT if proposal.certain else Tone.ATTENTION))
        group.addLayout(head)
        self._reasons = label("\n".join(proposal.reasons), wrap=True)
        self._reasons.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        group.addWidget(self._reasons)
        self._others = QVBoxLayout()
        self._others.setSpacing(2)
        group.addLayout(self._others)
        self._column.addLayout(group)

    def _show_charges(self, charges: tuple[Charged, ...]) -> None:
        if charges:
            self.editor.set_parts(
                [
                    (charge.head if charge.head is not None else charge.disposition, charge.amount)
                    for charge in (entry.charge for entry in charges)
                ]
            )
            # A rule's reason goes with the rule: what a person changes gets a person's reason.
            by_rule = charges[0].how is How.RULE
            self.reason.setText("" if by_rule else charges[0].charge.reason)
        else:
            suggestion = self.answer.suggestion
            self.editor.set_place(None if suggestion is None else _place_of(suggestion))
            if suggestion is not None:
                self.reason.setText(suggestion.reason)
        self._first = (self.editor.parts(), self.reason.text())
        self.reason.setCursorPosition(0)
        self._show_state()

    # What is in the panel now

    @property
    def is_ready(self) -> bool:
        """Whether Accept would do something."""
        return self._accept_button.isEnabled() and bool(self.editor.parts())

    @property
    def has_edits(self) -> bool:
        """Whether the user has begun to change something."""
        return (self.editor.parts(), self.reason.text()) != self._first

    def _reason_edited(self) -> None:
        self._reason_typed = True

    def _parts_changed(self) -> None:
        if not self._reason_typed:
            self.reason.setText(self._default_reason())
        self._show_state()

    def _default_reason(self) -> str:
        places = self.editor.places
        suggestion = self.answer.suggestion
        if len(places) > 1:
            return SPLIT_BY_HAND
        if places in ([Disposition.EXCLUDED], [None]):
            return suggestion.reason if suggestion is not None and places == [_place_of(suggestion)] else ""
        if suggestion is not None and places == [_place_of(suggestion)]:
            return suggestion.reason
        return INCOME_BY_HAND if places == [Disposition.INCOME] else BY_HAND

    def _show_state(self) -> None:
        places = self.editor.places
        excluding = places == [Disposition.EXCLUDED]
        self.reason.setPlaceholderText("Why is it not grant money?" if excluding else "Why it goes there")
        self.reason.set_remembered(self._remembered if excluding else ())
        problem = self.editor.problem()
        changed = not self.answer.row.charges or self.has_edits
        if changed and not problem and not self.reason.text().strip():
            problem = "Say why it is not grant money." if excluding else "Say why it goes there."
        target = None if problem else self._always_target()
        self._always.setVisible(self._can_write and (target is not None or len(places) == 1))
        self._always.setEnabled(target is not None or self._always.isChecked())
        always = self._always.isChecked() and target is not None
        if always and target != self._tried_for:
            self._tried, self._tried_for = None, target
            self.trial_requested.emit(target)
        self._show_trial(always)
        if always and self._tried is None and not problem:
            problem = "Trying the rule…"
        verb = "Accept" if not self.answer.row.charges else "Save the change"
        if excluding and changed and not self._is_as_suggested:
            verb = "Exclude"
        if always and not changed:
            verb = "Keep the rule"
        elif self.answer.is_late and not excluding:
            verb = "Charge as a prior-period adjustment"
        self._accept_button.set_text(f"{verb} (Enter)")
        self._accept_button.setEnabled(self._can_write and not problem and (changed or always))
        self._problem.setText(problem if self._can_write else "The file can only be read.")
        self._problem.setVisible(bool(self._problem.text()))

    def _show_trial(self, always: bool) -> None:
        if always and self._tried is not None:
            rule, trial = self._tried
            self._rule.setText(f"Rule {rule.order}: when {rule.when}, then {rule.target}. {trial.sentence}")
        self._rule.setVisible(always and self._tried is not None)

    @property
    def _is_as_suggested(self) -> bool:
        """Whether what stands here is a suggestion, place and reasons and all."""
        proposal = self._chosen_proposal()
        return proposal is not None and not self._reason_typed and not self.answer.row.charges

    def _chosen_proposal(self) -> Proposal | None:
        """The proposal whose place is chosen for the whole line."""
        places = self.editor.places
        known = [proposal for proposal, _ in self._proposals]
        if not known and self.answer.suggestion is not None:
            known = [self.answer.suggestion]
        return next((proposal for proposal in known if places == [_place_of(proposal)]), None)

    # What comes later

    def set_proposals(self, proposals: Sequence[tuple[Proposal, str]]) -> None:
        """Everything that is suggested for the line, best first, each with its place in words; ties are shown side by
        side, and none of them is chosen."""
        self._proposals = tuple(proposals)
        if len(proposals) < 2 or self.answer.suggestion is None:
            return
        self._reasons.setText("Two places fit it equally well: choose one.")
        for proposal, words in proposals:
            pick = link_button(f"{words} · {proposal.score}", partial(self._pick, proposal))
            pick.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._others.addWidget(pick)
            self._others.addWidget(label("\n".join(proposal.reasons), "note", wrap=True))
        if not self.has_edits:
            self.editor.set_place(None)
            self.reason.clear()
            self._first = (self.editor.parts(), self.reason.text())
            self._show_state()

    def _pick(self, proposal: Proposal) -> None:
        self._reason_typed = False
        self.editor.set_place(_place_of(proposal))
        self.reason.setText(proposal.reason)
        self._accept_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_group(self, group: Group) -> None:
        """The other lines with the same suggestion, which can be accepted together when all of them are certain."""
        if len(group.lines) < 2 or not self._can_write:
            return
        self._group = group
        words = (
            f"{count(len(group.lines), 'line')} of this supplier, {group.total.in_words}: the same suggestion"
        )
        if group.least >= ACCEPT_LINE:
            all_of_them = button(
                f"Accept all {len(group.lines)}",
                self.accept_suggestions,
                tip="In one step, which one Undo takes back (A)",
            )
            all_of_them.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._others.addWidget(label(f"{words}.", "note", wrap=True))
            self._others.addWidget(all_of_them)
        else:
            low = f"{words}, the weakest with {group.least}: look at each."
            self._others.addWidget(label(low, "note", wrap=True))

    def set_remembered(self, reasons: Sequence[str]) -> None:
        """The reasons that exclusions were given before."""
        self._remembered = tuple(reasons)
        self._show_state()

    def set_trial(self, target: Target, rule: CodingRule, trial: TrialAnswer) -> None:
        """What the rule that does the same to lines like this one would do; nothing is kept yet."""
        if target == self._tried_for and not self.is_gone:
            self._tried = (rule, trial)
            self._show_state()
            # Once the sentence has its room, which moves the button.
            QTimer.singleShot(0, self, lambda: self.bring_to_view(self._accept_button))

    def drop_trial(self) -> None:
        """No rule can be made of this."""
        self._tried_for = None
        self._always.setChecked(False)

    def set_explanation(self, explanation: LineExplanation) -> None:
        """Which rule fits the line and which nearly did."""
        words = explained(explanation)
        self._explained.setText(words)
        self._explained.setVisible(bool(words))

    # What the user does

    def accept(self) -> None:
        """Asks for the charge as it stands, when it is ready."""
        self.editor.settle_percentages()
        parts = self.editor.parts()
        if not parts or not self._accept_button.isEnabled():
            return
        rule: CodingRule | None = None
        by_rule = False
        if self._always.isChecked() and self._tried is not None:
            rule, trial = self._tried
            takes = {line.id for line in trial.trial.of(Meets.CHARGES)}
            by_rule = self.answer.row.id in takes
        if self.answer.row.charges and not self.has_edits:
            by_rule = True  # it stays as it is charged; only the rule is wanted
        as_suggested = self._is_as_suggested
        self.place_requested.emit(
            Placing(
                self.answer.row.id,
                parts,
                self.reason.text().strip(),
                as_suggested,
                rule,
                by_rule,
                self.answer.is_late,
            )
        )

    def accept_suggestions(self) -> None:
        """Accepts the suggestion of this line and of all others that have the same, when all are certain."""
        group = self._group
        if group is not None and group.least >= ACCEPT_LINE:
            self.accept_requested.emit(group.lines)
        elif self._is_as_suggested:
            self.accept()

    def reject(self) -> None:
        """Says that the line does not belong where it is suggested."""
        proposal = self._chosen_proposal() or self.answer.suggestion
        if self._can_write and proposal is not None and not self.answer.row.charges:
            self.reject_requested.emit(self.answer.row.id, proposal.head)

    def first_focus(self) -> QWidget:
        """Where the keyboard comes to."""
        return self if self.is_gone else self.editor.rows[0].place

    def start_choosing(self) -> None:
        """The keyboard goes to where the project is chosen."""
        if not self.is_gone:
            self.editor.focus_place()

    def start_splitting(self) -> None:
        """One more part; the keyboard goes there."""
        if self._can_write and not self.is_gone:
            self.editor.add_part()

    def start_excluding(self) -> None:
        """Makes it one part that is not grant money; only its reason is still to be said."""
        if not self._can_write or self.is_gone:
            return
        self._reason_typed = False
        self.editor.set_place(Disposition.EXCLUDED)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reason.selectAll()  # a suggested reason is typed over, never added to
        self.bring_to_view(self._accept_button)
        self.bring_to_view(self.reason)

    def turn_always(self) -> None:
        """Wants a rule that always does this, or not any more."""
        if self._always.isVisibleTo(self) and self._always.isEnabled():
            self._always.setChecked(not self._always.isChecked())
            self.bring_to_view(self._accept_button)

    def place_as_income(self) -> None:
        """Asks for the whole line to be income."""
        part = ChargePart(self._line.amount, Disposition.INCOME)
        self.place_requested.emit(
            Placing(self.answer.row.id, (part,), INCOME_BY_HAND, late=self.answer.is_late)
        )

    def clear(self) -> None:
        """Asks for the line to wait again."""
        if self._can_write and self.answer.row.charges:
            self.clear_requested.emit(self.answer.row.id)

    def _always_target(self) -> Target | None:
        """What a rule would have to do to do the same; None where no rule can."""
        names = {head: self.answer.called[head] for _, _, head in self.answer.heads}
        places = self.editor.places
        if places == [Disposition.EXCLUDED]:
            return Exclude(self.reason.text().strip())
        if places == [Disposition.INCOME]:
            return ToIncome()
        heads = [place for place in places if isinstance(place, BudgetHead) and place in names]
        if len(heads) != len(places):
            return None
        if len(heads) == 1:
            return ToProjects((Split(names[heads[0]], Decimal(100)),))
        percents = [row.field.percent for row in self.editor.rows]
        known = [percent for percent in percents if percent is not None]
        if percents[0] is None and len(known) == len(percents) - 1:  # the first part takes the rest
            known.insert(0, Decimal(100) - sum(known))
        if len(known) != len(heads) or sum(known) != 100 or min(known) <= 0:
            return None
        return ToProjects(tuple(Split(names[head], part) for head, part in zip(heads, known, strict=True)))


def explained(explanation: LineExplanation) -> str:
    """Which rule fits a line and which nearly did, in sentences; empty when there is nothing to tell."""
    today = explanation.today
    words = []
    if explanation.removed:
        words.append("The rule that charged it is not among the rules any more.")
    by = explanation.charged_by
    if by is not None and (today.fits is None or today.fits.known.id != by.id):
        words.append(f"It was charged by rule {by.rule.order}, which would not take it today.")
    if today.fits is not None:
        fits = today.fits.known.rule
        words.append(f"Rule {fits.order} fits it: {fits.when}.")
        if today.problem:
            words.append(today.problem)
    words += [
        f"Rule {check.known.rule.order} nearly fits: {_missed(check)}." for check in today.nearly[:_NEARLY]
    ]
    return "\n".join(words)


def _missed(check: RuleCheck) -> str:
    return "; ".join(str(failed) for failed in check.failed)


def _place_of(proposal: Proposal) -> object:
    """What to choose in the editor for a suggestion."""
    return proposal.head if proposal.head is not None else proposal.disposition


def _said(charges: tuple[Charged, ...]) -> str:
    first = charges[0]
    how = "a rule" if first.how is How.RULE else "hand"
    reasons = "\n".join(dict.fromkeys(entry.charge.reason for entry in charges))
    return f"{reasons}\nPlaced by {how} · {first.by} · {first.at.astimezone():%d/%m/%Y %H:%M}"
