"""What the money bought: the cost of one of each output and outcome, sentences with their figures, and the reference
values for what a case is said to cost."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.value import (
    RemoveSentence,
    RestoreReferenceValue,
    RestoreShippedValues,
    WithdrawReferenceValue,
)
from fundingapp.application.effect import Command, Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.value import ReferenceRow, SentenceRow, UnitCostRow, ValueAnswer, ValueOf
from fundingapp.application.wording import count, short_date
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.personal_data import in_words, look_at_text
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.sentence_label import SentenceLabel
from fundingapp.ui.outcomes.value_forms import ReferenceForm, SentenceForm, UpratingForm
from fundingapp.ui.page import Figure
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import ChoiceButton, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.segmented import Segmented

Part = Enum("Part", ["COSTS", "SENTENCES", "VALUES"])

_KINDS = {ResultLevel.OUTPUT: ("output", Tone.NEUTRAL), ResultLevel.OUTCOME: ("outcome", Tone.ACCENT)}

_SPENT = Column[UnitCostRow].of_amounts(
    "Spend £", lambda row: row.cost.spent, sort="spend", why=True, width=92
)
_NUMBER = Column[UnitCostRow](
    "Counted",
    lambda row: row.number_text,
    RIGHT,
    sort="number",
    order=lambda row: row.cost.number or 0,
    why=lambda row: row.number_text != "–",
    width=78,
)
_COST = Column[UnitCostRow].of_amounts(
    "Cost of one £",
    lambda row: row.cost.cost,
    sort="cost",
    order=lambda row: row.cost.cost.pence if row.cost.cost is not None else -1,
    why=lambda row: row.cost.cost is not None,
    width=96,
    strong=True,
)
COST_COLUMNS = (
    Column[UnitCostRow](
        "Project",
        lambda row: row.project_name,
        second=lambda row: row.ref,
        sort="project",
        filter="project",
        width=170,
        stretch=3,
        least=110,
        tip=lambda row: f"{row.ref} {row.project_name}",
    ),
    _SPENT,
    Column[UnitCostRow](
        "Kind",
        lambda row: _KINDS[row.level][0],
        width=84,
        sort="kind",
        filter="kind",
        pill=lambda row: _KINDS[row.level][1],
        extra=True,
    ),
    Column[UnitCostRow](
        "What was counted",
        lambda row: row.name,
        second=lambda row: _KINDS[row.level][0],
        sort="name",
        filter="name",
        width=190,
        stretch=3,
        least=120,
    ),
    _NUMBER,
    _COST,
    Column[UnitCostRow](
        "To be told beside it",
        lambda row: row.told[0] if row.told else "",
        second=lambda row: "; ".join(row.told[1:]),
        width=260,
        stretch=6,
        least=180,
        may_hide=True,
        tip=lambda row: "\n".join(row.told),
    ),
)
SENTENCE_COLUMNS = (
    Column[SentenceRow](
        "Project",
        lambda row: row.ref,
        sort="project",
        filter="project",
        width=80,
        tip=lambda row: f"{row.ref} {row.project_name}",
    ),
    Column[SentenceRow](
        "Sentence",
        lambda row: row.text,
        filter="text",
        width=560,
        stretch=1,
        least=240,
        wrap=True,
        tip=lambda row: row.as_copied,
    ),
    Column[SentenceRow](
        "State",
        lambda row: "has a gap" if row.broken else "whole",
        width=90,
        sort="state",
        pill=lambda row: Tone.ATTENTION if row.broken else Tone.GOOD,
        tip=lambda row: "; ".join(row.broken),
    ),
)
_STATES = {
    "withdrawn": Tone.BAD,
    "changed": Tone.ATTENTION,
    "uprated": Tone.ATTENTION,
    "your own": Tone.ACCENT,
}


def _prices_before(row: ReferenceRow) -> str:
    """What an uprated value was at: “from 2015/16”."""
    was = row.value.prices.partition(" (")[2].partition(" uprated")
    return f"from {was[0]}" if was[1] else ""


VALUE_COLUMNS = (
    Column[ReferenceRow](
        "One case of",
        lambda row: row.value.name,
        sort="name",
        filter="name",
        width=180,
        stretch=2,
        least=110,
        wrap=True,
    ),
    Column[ReferenceRow].of_amounts(
        "Is said to cost £", lambda row: row.value.amount, sort="amount", width=116, strong=True
    ),
    Column[ReferenceRow](
        "Prices of",
        lambda row: row.value.prices.partition(" (")[0],
        sort="prices",
        width=110,
        stretch=1,
        least=104,
        second=_prices_before,
        tip=lambda row: row.value.prices,
    ),
    Column[ReferenceRow](
        "State",
        lambda row: row.state,
        width=96,
        sort="state",
        filter="state",
        pill=lambda row: _STATES.get(row.state, Tone.NEUTRAL),
    ),
    Column[ReferenceRow](
        "Source",
        lambda row: row.value.source,
        filter="source",
        width=320,
        stretch=6,
        least=180,
        wrap=True,
        tip=lambda row: f"{row.value.source}\n{row.value.caveat}",
    ),
)
_QUARTERS = tuple(Option(number, f"up to Q{number}") for number in range(1, 5))
_PARTS = {Part.COSTS: "Unit costs", Part.SENTENCES: "Sentences", Part.VALUES: "Reference values"}


def _key_of(row: object) -> object:
    """What tells a row of the three lists from the others."""
    match row:
        case UnitCostRow():
            return row.indicator
        case SentenceRow():
            return row.id
        case ReferenceRow():
            return row.value.name.casefold()
    raise AssertionError("there are three lists")


class ValueView(GrantView):
    """Three lists of one year: costs, sentences, reference values. What is chosen is told in full at the right."""

    def __init__(self, office: Office) -> None:
        super().__init__("value", "Value", office)
        self._position: GrantPosition | None = None
        self._answer: ValueAnswer | None = None
        self._shown: tuple[Part, object] | None = None
        self._quarter: int | None = None
        read_only = office.is_read_only
        self._write: Button = primary_button("Write a sentence…", self.write_sentence, icon="plus")
        self._add: Button = primary_button("Add a value…", self.add_value, icon="plus")
        self._uprate: Button = button("Uprate…", self.uprate)
        self._restore: Button = button("Restore all", self.restore_all, tip="As they shipped; your own stay")
        self._spending = ChoiceButton("Spending counted")
        self._spending.chosen.connect(lambda _fund: self._ask())
        self._quarters = ChoiceButton("Up to quarter", _QUARTERS)
        self._quarters.chosen.connect(self._quarter_chosen)
        self._parts = Segmented("Shown", [Option(part, title) for part, title in _PARTS.items()])
        self._parts.chosen.connect(lambda _part: self._part_chosen())
        for each in (self._write, self._add, self._uprate, self._restore):
            each.setDisabled(read_only)
        self.buttons = [self._restore, self._uprate, self._add, self._write]
        self.card = Card("Value")
        self.card.add_head(self._parts)
        self.card.add_head(self._spending)
        self.card.add_head(self._quarters)
        self.costs: TableView
        self.costs, self._cost_model = self._table(Part.COSTS, COST_COLUMNS)
        self.costs.why_requested.connect(self._why)
        self.sentences, self._sentence_model = self._table(Part.SENTENCES, SENTENCE_COLUMNS)
        self.values, self._value_model = self._table(Part.VALUES, VALUE_COLUMNS)
        self._no_costs = EmptyState(
            "information",
            "Nothing is counted yet",
            "What one of something cost is a project's spending over what was counted for it. Put an output or an "
            "outcome to a project under Results chain, and record its figures under Indicators.",
        )
        self._no_costs.add_step("Go to Indicators", lambda: self.go("outcomes", ("indicators", None)))
        self._no_sentences = EmptyState(
            "information",
            "No sentence yet",
            "Say in one line what the money bought: “£10,000.00 → 195 clients supported, target 180 → 100% satisfied”. "
            "You word it, the numbers come from the records, and each can be asked why.",
        )
        self._no_sentences.add_step("Write a sentence…", self.write_sentence).setDisabled(read_only)
        self._stack = ViewStack()
        for widget in (self.costs, self.sentences, self.values, self._no_costs, self._no_sentences):
            self._stack.addWidget(widget)
        self.card.add(self._stack, 1)
        self.body.addWidget(self.card, 1)
        self._show_part()

    def _table(self, part: Part, columns: tuple[Column[Any], ...]) -> tuple[TableView, ListTableModel[Any]]:
        name = f"outcomes.value.{part.name.lower()}"
        table = TableView(_PARTS[part], name, self.office.settings, self.office.asker, TALL_ROW_HEIGHT)
        model = ListTableModel[Any](columns, _key_of, table)
        table.set_model(model)
        table.row_activated.connect(partial(self._open, part))
        table.clicked.connect(lambda index: self._clicked(part, columns[index.column()], table.current_row))
        table.selection_summarised.connect(self.selection_summarised)
        return table, model

    # What is asked and shown

    @property
    def part(self) -> Part:
        """Which of the three lists is shown."""
        key = self._parts.key
        return key if isinstance(key, Part) else Part.COSTS

    def show_position(self, answer: PositionAnswer) -> None:
        position = answer.position
        before = self._position
        if before is None or (before.fund_id, before.year) != (position.fund_id, position.year):
            self._quarter = None
            self._spending.set_options(
                [Option(None, "all funds"), Option(position.fund_id, f"{position.fund.name} only")]
            )
        self._position = position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.RESULTS | Topic.CHARGES | Topic.PROJECTS):
            self._ask()

    def _ask(self) -> None:
        position = self._position
        if position is None:
            return
        fund = self._spending.key
        question = ValueOf(
            position.year, self._quarter, position.fund_id if fund == position.fund_id else None
        )
        self.office.ask_of_grant("outcomes.value", question, self._show, self)

    def _show(self, answer: ValueAnswer) -> None:
        position = self._position
        if position is None or answer.year != position.year:
            return
        self._answer = answer
        self._quarters.set_options(_QUARTERS, answer.quarter)
        ours = {project.project_id for project in position.projects}
        costs = [row for row in answer.rows if row.project in ours and self.office.lists(row.project)]
        self._cost_model.set_rows(costs)
        sentences = [
            row
            for row in answer.sentences
            if row.sentence.project in ours and self.office.lists(row.sentence.project)
        ]
        self._sentence_model.set_rows(sentences)
        self._value_model.set_rows(answer.references)
        self._show_part()
        self._show_again()

    def _show_part(self) -> None:
        part = self.part
        rows = {
            Part.COSTS: len(self._cost_model.rows),
            Part.SENTENCES: len(self._sentence_model.rows),
            Part.VALUES: len(self._value_model.rows),
        }
        widgets: dict[Part, QWidget] = {
            Part.COSTS: self.costs if rows[Part.COSTS] else self._no_costs,
            Part.SENTENCES: self.sentences if rows[Part.SENTENCES] else self._no_sentences,
            Part.VALUES: self.values,
        }
        self._stack.setCurrentWidget(widgets[part])
        self.card.set_title("Value", str(rows[part]) if rows[part] else "")
        of_values = part is Part.VALUES
        for each in (self._add, self._uprate, self._restore):
            self.offer(each, of_values)
        self.offer(self._write, part is Part.SENTENCES)
        self._spending.setVisible(not of_values)
        self._quarters.setVisible(not of_values)
        self._restore.setEnabled(
            not self.office.is_read_only and any(row.is_changed for row in self._value_model.rows)
        )
        if self.isVisible() and self._answer is not None:
            self.state_changed.emit(self._sentence_of_state())

    def _sentence_of_state(self) -> str:
        answer = self._answer
        if answer is None:
            return ""
        if self.part is Part.VALUES:
            return "estimates by others, each with its source and caveat"
        gaps = sum(bool(row.broken) for row in self._sentence_model.rows)
        if self.part is Part.SENTENCES and gaps:
            return f"{answer.year} up to Q{answer.quarter} · {count(gaps, 'sentence')} with a gap"
        return f"{answer.year} up to Q{answer.quarter}"

    def _quarter_chosen(self, quarter: object) -> None:
        self._quarter = quarter if isinstance(quarter, int) else None
        self._ask()

    def _part_chosen(self) -> None:
        self.close_panel()
        self._show_part()

    def _show_again(self) -> None:
        """What the panel shows, as it is now."""
        if self._shown is None or not self.isVisible():
            return
        part, key = self._shown
        model = {
            Part.COSTS: self._cost_model,
            Part.SENTENCES: self._sentence_model,
            Part.VALUES: self._value_model,
        }[part]
        row = next((row for row in model.rows if _key_of(row) == key), None)
        if row is None:
            self.close_panel()
        else:
            self._open(part, row)

    def go_to(self, subject: object) -> None:
        """Shows one of the lists: “costs”, “sentences” or “values”."""
        part = next((each for each in Part if each.name.lower() == subject), None)
        if part is not None:
            self._parts.choose(part)

    def panel_closed(self) -> None:
        self._shown = None

    def first_focus(self) -> QWidget | None:
        return self._stack.currentWidget()

    # What is opened at the right

    def _why(self, row: object, column: object) -> None:
        if isinstance(row, UnitCostRow):
            figures = {_SPENT.title: row.spent_figure, _NUMBER.title: row.number_figure}
            self.ask_why(figures.get(getattr(column, "title", ""), row.figure))

    def _clicked(self, part: Part, column: Column[Any], row: object) -> None:
        """A click opens the row; in a column of figures it asks why instead."""
        if row is not None and not column.can_ask_why(row):
            self._open(part, row)

    def _open(self, part: Part, row: object) -> None:
        match row:
            case UnitCostRow():
                self._open_cost(row)
            case SentenceRow():
                self._open_sentence(row)
            case ReferenceRow():
                self._open_value(row)
            case _:
                return
        self._shown = (part, _key_of(row))

    def _open_cost(self, row: UnitCostRow) -> None:
        cost = row.cost
        rows = [
            SumRow(f"{row.ref} spend", cost.spent, Figure(row.spent_figure)),
            SumRow(row.name, row.number_text, Figure(row.number_figure) if row.number_text != "–" else None),
        ]
        if cost.cost is not None:
            rows.append(SumRow(f"{cost.per[:1].upper()}{cost.per[1:]}", cost.cost, Figure(row.figure), True))
        blocks: list[Block] = [SumBlock(rows, "Spending ÷ what was counted")]
        blocks.append(TextBlock(f"{cost.in_words[:1].upper()}{cost.in_words[1:]}."))
        if cost.caveats:
            blocks.append(TextBlock("\n".join(f"• {each}" for each in cost.caveats), "To be told beside it"))
        self.inspect(InspectorPage(row.name, blocks, ("unit-cost", row.indicator)))

    def _open_sentence(self, row: SentenceRow) -> None:
        blocks: list[Block] = [WidgetBlock(partial(self._sentence_label, row), "Reads now")]
        if row.broken:
            blocks.append(TextBlock("\n".join(f"• {each}" for each in row.broken), "Gaps"))
        if row.notes:
            blocks.append(TextBlock("\n".join(f"• {each}" for each in row.notes), "To be told beside it"))
        if row.typed:
            blocks.append(TextBlock(", ".join(row.typed), "Typed, so not following the records"))
        steps = [Step("Copy", partial(self.copy_sentence, row), True)]
        if not self.office.is_read_only:
            steps += [
                Step("Change…", partial(self._change_sentence, row)),
                Step("Remove", partial(self._remove_sentence, row)),
            ]
        blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(f"{row.ref} {row.project_name}", blocks, ("sentence", row.id)))

    def _sentence_label(self, row: SentenceRow) -> SentenceLabel:
        label = SentenceLabel(row.pieces)
        label.why_requested.connect(self.ask_why)
        return label

    def _open_value(self, row: ReferenceRow) -> None:
        value = row.value
        blocks: list[Block] = [
            SumBlock([SumRow(f"One case, at {value.prices} prices", value.amount)]),
            TextBlock(value.source, "Source"),
            TextBlock(value.caveat, "What it can't tell"),
        ]
        if value.edition is not None:
            blocks.append(TextBlock(short_date(value.edition), "Published on"))
        blocks.append(
            TextBlock(
                f"In a sentence about fewer cases: {{avoided: {value.name}}}."
                if not value.is_withdrawn
                else "It is withdrawn: sentences that name it say so."
            )
        )
        if not self.office.is_read_only:
            name = value.name
            steps = [Step("Change…", partial(self._change_value, row), True)]
            if value.is_withdrawn or row.is_changed:
                said = f"Restore “{name}”"
                steps.append(Step("Restore", partial(self._carry_out, RestoreReferenceValue(name), said)))
            if not value.is_withdrawn:
                said = f"Withdraw “{name}”"
                steps.append(Step("Withdraw", partial(self._carry_out, WithdrawReferenceValue(name), said)))
            blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(value.name, blocks, ("reference", value.name.casefold())))

    # What is done

    def _carry_out(self, command: Command[Any], name: str) -> None:
        self.office.do(command, name)

    def copy_sentence(self, row: SentenceRow) -> None:
        """Puts the sentence on the clipboard, with what must be told beside it; small numbers are hidden in it."""
        QGuiApplication.clipboard().setText(row.as_copied)
        beside = "With what must be told beside it." if row.notes else ""
        gaps = " It has a gap." if row.broken else ""
        if clues := look_at_text(row.as_copied):
            beside = (
                f"It holds what looks like personal data: {in_words(clues)}. Take it out before you send it."
            )
        tone = Tone.ATTENTION if clues else Tone.GOOD
        self.say(Message(f"The sentence is on the clipboard.{gaps}", beside, tone))

    def write_sentence(self) -> None:
        """Opens the form of a new sentence."""
        answer, position = self._answer, self._position
        if answer is None or position is None:
            return
        if not answer.projects:
            self.say(
                Message("No project is paid for in this year yet.", "Record an award first.", Tone.NEUTRAL)
            )
            return
        if self.part is not Part.SENTENCES:
            self._parts.choose(Part.SENTENCES)
        self._form("Write a sentence", partial(self._sentence_form, None))

    def _change_sentence(self, row: SentenceRow) -> None:
        self._form("Change the sentence", partial(self._sentence_form, row), deeper=True)

    def _sentence_form(self, row: SentenceRow | None) -> Form:
        answer, fund = self._answer, self._spending.key
        position = self._position
        if answer is None or position is None:
            raise AssertionError("the button waits for the answer")
        chosen = self.costs.current_row
        return SentenceForm(
            self.office,
            answer,
            row,
            self._kept,
            self.close_panel,
            project=chosen.project if isinstance(chosen, UnitCostRow) else None,
            fund=position.fund_id if fund == position.fund_id else None,
        )

    def _remove_sentence(self, row: SentenceRow) -> None:
        if row.id is not None:
            self.office.do(RemoveSentence(row.id), "Remove the sentence", lambda _effect: self.close_panel())

    def add_value(self) -> None:
        """Opens the form of a new reference value."""
        self._form(
            "Add a reference value",
            lambda: ReferenceForm(self.office, None, self._value_kept, self.close_panel),
        )

    def _change_value(self, row: ReferenceRow) -> None:
        self._form(
            f"Change {row.value.name}",
            lambda: ReferenceForm(self.office, row, self._value_kept, self.close_panel),
            deeper=True,
        )

    def uprate(self) -> None:
        """Opens the form that puts the values at the prices of another year."""
        self._form(
            "Uprate the values",
            lambda: UpratingForm(self.office, lambda _effect: self.close_panel(), self.close_panel),
        )

    def restore_all(self) -> None:
        """Puts what shipped back as it was."""
        self._carry_out(RestoreShippedValues(), "Restore the reference values")

    def _form(self, title: str, build: Callable[[], Form], deeper: bool = False) -> None:
        page = InspectorPage(title, [WidgetBlock(build)], ("form", self.id, title))
        if deeper:
            self.inspect_deeper_requested.emit(page)
        else:
            self._shown = None
            self.inspect(page)

    def _kept(self, effect: Any) -> None:
        """A sentence was kept: it is shown once the list has it."""
        self._shown = (Part.SENTENCES, effect.result)
        self._ask()

    def _value_kept(self, _effect: Any) -> None:
        self.close_panel()
