"""What is available: the notices of allocations, each with its history, and the forms that move them on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

from fundingapp.application.commands.allocations import (
    ConfirmAllocation,
    ConfirmResource,
    CorrectAllocation,
    Noted,
    NotifyAllocation,
    ReviseAllocation,
    WithdrawAllocation,
)
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept
from fundingapp.application.queries.agreements import AllocationPapers, AllocationSteps
from fundingapp.application.queries.workspace import GrantAnswer
from fundingapp.application.wording import count, short_date
from fundingapp.domain.allocations import Allocation, AllocationStatus, Resource, standing_of
from fundingapp.domain.cells import parse_date
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AllocationId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Step as StateStep
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.grants.published_form import PublishedForm
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
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import Column, Edit
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.money_edit import MoneyEdit

DATE_HINT = "dd/mm/yyyy"
PAPERS = "Letters (*)"
_INDICATIVE, _CLOSED = AllocationStatus.INDICATIVE, AllocationStatus.CLOSED
_WITHDRAWN = AllocationStatus.WITHDRAWN
_TONES = {
    AllocationStatus.INDICATIVE: Tone.ATTENTION,
    AllocationStatus.CONFIRMED: Tone.GOOD,
    AllocationStatus.REVISED: Tone.GOOD,
    AllocationStatus.CLOSED: Tone.NEUTRAL,
    AllocationStatus.WITHDRAWN: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """The notice that stands, and those that it took the place of, oldest first."""

    kept: Kept[Allocation]
    earlier: tuple[Kept[Allocation], ...] = ()

    @property
    def title(self) -> str:
        value = self.kept.value
        return f"{value.kind.value.capitalize()} {value.resource.value} {value.year}"


NOTICES = (
    Column[NoticeRow](
        "What", lambda row: row.kept.value.resource.value.capitalize(), stretch=1, width=130, least=96
    ),
    Column[NoticeRow]("Kind", lambda row: row.kept.value.kind.value, width=86),
    Column[NoticeRow](
        "Status",
        lambda row: row.kept.value.status.value,
        pill=lambda row: _TONES[row.kept.value.status],
        width=104,
    ),
    Column[NoticeRow]("Notified", lambda row: short_date(row.kept.value.notified_on), width=92),
    Column[NoticeRow](
        "From",
        lambda row: row.kept.value.letter or row.kept.value.reason or "–",
        stretch=2,
        width=180,
        least=90,
        quiet=True,
        tip=lambda row: "\n".join(
            words for words in (row.kept.value.letter, row.kept.value.reason, row.kept.value.basis) if words
        ),
    ),
    Column[NoticeRow](
        "History",
        lambda row: count(len(row.earlier), "earlier notice") if row.earlier else "–",
        width=118,
        quiet=True,
        may_hide=True,
    ),
    Column[NoticeRow].of_amounts(
        "Amount £",
        lambda row: row.kept.value.amount,
        edit=Edit.MONEY,
        tip=lambda _row: "Type the new amount: its reason is asked, and what stood before is kept",
        can_edit=lambda row: row.kept.value.status not in (_WITHDRAWN, _CLOSED),
        width=106,
    ),
)


def notice_rows(allocations: Sequence[Kept[Allocation]], kinds: Sequence[Kind]) -> list[NoticeRow]:
    """The notices that stand, allocations first by *kinds*; withdrawn ones last."""
    standing = {id(each) for each in standing_of(kept.value for kept in allocations)}
    rows = [
        NoticeRow(
            kept,
            tuple(
                other
                for other in allocations
                if other.value.resource is Resource.ALLOCATION is kept.value.resource
                and other.value.kind is kept.value.kind
                and other is not kept
            ),
        )
        for kept in allocations
        if id(kept.value) in standing
    ]
    order = {kind: at for at, kind in enumerate(kinds)}
    resources = list(Resource)
    return sorted(
        rows,
        key=lambda row: (
            row.kept.value.status is _WITHDRAWN,
            resources.index(row.kept.value.resource),
            order.get(row.kept.value.kind, len(order)),
        ),
    )


def day_in(field: QLineEdit) -> date | None:
    """The day typed into *field*, None when it is empty or no date."""
    try:
        return parse_date(field.text(), short_years=True)
    except ValueError:
        return None


def today() -> date:
    return date.today()  # noqa: DTZ011 - the user's own day, as a letter is dated


class NoticesCard(Card):
    """The table of what stands; a row opens its history with what can be done next."""

    def __init__(self, view: GrantView) -> None:
        super().__init__("Available")
        self._view = view
        self._detail: GrantAnswer | None = None
        self._position: GrantPosition | None = None
        office = view.office
        self.table = TableView("Allocations", "grants.notices", office.settings, office.asker)
        self._model = ListTableModel[NoticeRow](NOTICES, lambda row: row.kept.id, self.table)
        self.table.set_model(self._model)
        self.table.row_activated.connect(self._open)
        self.table.edited.connect(self._edited)
        self.table.selection_summarised.connect(view.selection_summarised)
        self.add(self.table, 1)
        self._confirm = button("Confirm…", self._open_confirm)
        self._notify = button("Record a notice…", partial(self._open_notify, None))
        self._close = button("Close the year…", partial(view.go, "year-end", "close"))
        self._close.setToolTip("Opens Year end, where the checklist says what has to be done first")
        for each in (self._confirm, self._notify, self._close):
            each.setDisabled(office.is_read_only)
            self.add_head(each)
        self.add_head(button("As published…", self._open_published))
        if office.is_read_only:
            self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def show_notices(self, detail: GrantAnswer, position: GrantPosition) -> None:
        """Shows the notices of *detail*, whose figures are in *position*."""
        self._detail, self._position = detail, position
        rows = notice_rows(detail.allocations, position.fund.kinds)
        self._model.set_rows(rows)
        hoped = position.resources.indicative
        words = [position.available.in_words]
        carried = position.resources.brought_forward - position.resources.opening
        if carried:
            words.append(f"{carried.in_words} of it carried forward from {position.year.previous}")
        if position.not_agreed:
            words.append(f"{position.not_agreed.total.in_words} not yet agreed")
        if hoped:
            words.append(f"{hoped.in_words} indicative")
        self.set_title("Available", " · ".join(words))
        states = [row.kept.value.status for row in rows]
        can_write = not self._view.office.is_read_only
        self._confirm.setVisible(
            any(
                row.kept.value.status is _INDICATIVE and row.kept.value.resource is Resource.ALLOCATION
                for row in rows
            )
        )
        closed = _CLOSED in states
        self._close.setVisible(can_write and not closed)
        self._notify.setVisible(not closed)
        self.setFixedHeight(92 + ROW_HEIGHT * max(1, min(5, len(rows))))

    def _open_published(self) -> None:
        if self._position is not None:
            PublishedForm(self._view).open(self._position.fund_id, self._position.year)

    # One notice and its history

    def _open(self, row: object) -> None:
        if not isinstance(row, NoticeRow):
            return
        office, grant = self._view.office, (row.kept.value.fund, row.kept.value.year)

        def show(steps: dict[int, tuple[StateStep, ...]]) -> None:
            papers = partial(self._show_history, row, steps)
            office.ask("grants.papers", AllocationPapers(*grant), papers, self)

        office.ask("grants.steps", AllocationSteps(*grant), show, self)

    def _show_history(
        self,
        row: NoticeRow,
        steps: dict[int, tuple[StateStep, ...]],
        papers: dict[int, tuple[Kept[Evidence], ...]],
    ) -> None:
        notices = [
            SumRow(
                kept.value.status.value.capitalize()
                + (f", {short_date(kept.value.notified_on)}" if kept.value.notified_on else ""),
                kept.value.amount,
                note=" · ".join(
                    words for words in (kept.value.letter, kept.value.reason, kept.value.basis) if words
                ),
            )
            for kept in (*row.earlier, row.kept)
        ]
        ours = [step for kept in (*row.earlier, row.kept) for step in steps.get(kept.id, ())]
        blocks: list[Block] = [SumBlock(notices, "Notices, the newest last")]
        if ours:
            blocks.append(TextBlock("\n".join(map(step_in_words, ours)), "History"))
        for kept in row.earlier:
            if kept.id in papers:
                day = f" of {short_date(kept.value.notified_on)}" if kept.value.notified_on else ""
                blocks.append(
                    papers_block(self._view.office, "allocation", kept.id, f"Papers of the notice{day}")
                )
        blocks.append(papers_block(self._view.office, "allocation", row.kept.id))
        if not self._view.office.is_read_only:
            blocks.append(StepsBlock(self._steps(row)))
        self._view.inspect(InspectorPage(row.title, blocks, ("notice", row.kept.id)))

    def _steps(self, row: NoticeRow) -> list[Step]:
        status, is_allocation = row.kept.value.status, row.kept.value.resource is Resource.ALLOCATION
        if status in (_WITHDRAWN, _CLOSED):
            return []
        steps = [
            Step("Withdraw…", partial(self._open_withdraw, row)),
            Step("Correct…", partial(self._open_correct, row)),
        ]
        if status is _INDICATIVE:
            confirm = self._open_confirm if is_allocation else partial(self._open_confirm_one, row)
            return [Step("Confirm…", confirm, True), *steps]
        return [Step("Revise…", partial(self._open_revise, row), True), *steps] if is_allocation else steps

    def _edited(self, row: object, _column: object, amount: object) -> None:
        if not isinstance(row, NoticeRow) or not isinstance(amount, Money):
            return
        if amount < Money.ZERO:
            self._view.say(
                Message("An allocation is never below nought.", "Type the amount allocated.", Tone.BAD)
            )
            return
        if amount == row.kept.value.amount:
            return
        if row.kept.value.resource is not Resource.ALLOCATION:
            self._open_correct(row, amount)
        elif row.kept.value.status is _INDICATIVE:
            self._open_notify(replace(row.kept.value, amount=amount))
        else:
            self._open_revise(row, amount)

    # Forms

    def _form(self, title: str, build: Callable[[], QWidget], *more: Block) -> None:
        self._view.inspect(InspectorPage(title, [WidgetBlock(build), *more], ("form", title)))

    def _do(self, command: Command[Any], name: str) -> None:
        self._view.office.do(command, name, self._done)

    def _done(self, effect: Effect[Any]) -> None:
        self._view.close_panel()
        if isinstance(effect.result, Noted) and effect.result.sentence:
            advice = "Move or reduce awards, or record the commissioner's consent."
            self._view.say(Message(effect.result.sentence, advice, Tone.ATTENTION))

    def _open_revise(self, row: NoticeRow, amount: Money | None = None) -> None:
        def build() -> Form:
            def accept() -> str:
                typed, day = amount_of(money), day_in(dated)
                if typed is None:
                    return "Type the new amount."
                if day is None:
                    return f"Type the day of the change, {DATE_HINT}."
                if not reason.text().strip():
                    return "Say why the allocation is revised."
                key = AllocationId(row.kept.id)
                self._do(
                    ReviseAllocation(key, row.kept.value, typed, day, reason.text(), letter.text()),
                    "Revise the allocation",
                )
                return ""

            form = Form("Revise", accept, self._view.close_panel)
            money = form.money("New amount, £", amount or row.kept.value.amount)
            dated = form.text("Dated", short_date(today()), DATE_HINT)
            reason = form.text("Reason", hint="for example yearly cut, uplift of 2.6%")
            letter = form.text("Letter", hint="reference of the commissioner's letter")
            form.note(f"{row.kept.value.amount.in_words} stays in the history.")
            return form

        self._form(
            f"Revise: {row.title}",
            build,
            TextBlock(
                "Was it only mistyped today? Then correct it; what was typed is kept in the history too."
            ),
            StepsBlock([Step("Correct a typing error…", partial(self._open_correct, row, amount))]),
        )

    def _open_correct(self, row: NoticeRow, amount: Money | None = None) -> None:
        value = row.kept.value

        def build() -> Form:
            def accept() -> str:
                typed, day = amount_of(money), day_in(dated)
                if typed is None:
                    return "Type the right amount."
                if dated.text().strip() and day is None:
                    return f"Type the day of the notice, {DATE_HINT}."
                if not reason.text().strip():
                    return "Say what was mistyped."
                after = replace(
                    value,
                    amount=typed,
                    notified_on=day,
                    letter=letter.text().strip(),
                    basis=basis.text().strip(),
                )
                self._do(
                    CorrectAllocation(AllocationId(row.kept.id), value, after, reason.text()),
                    "Correct the notice",
                )
                return ""

            form = Form("Correct", accept, self._view.close_panel)
            money = form.money("Amount, £", amount or value.amount)
            dated = form.text(
                "Notified", short_date(value.notified_on) if value.notified_on else "", DATE_HINT
            )
            letter = form.text("Letter", value.letter)
            basis = form.text("Basis", value.basis, "historic, formula, flat or bid")
            reason = form.text("What was mistyped")
            return form

        self._form(f"Correct: {row.title}", build)

    def _open_withdraw(self, row: NoticeRow) -> None:
        def build() -> Form:
            def accept() -> str:
                day = day_in(dated)
                if day is None:
                    return f"Type the day of the letter, {DATE_HINT}."
                if not reason.text().strip():
                    return "Say why it is withdrawn."
                self._do(
                    WithdrawAllocation(AllocationId(row.kept.id), row.kept.value, day, reason.text()),
                    "Withdraw the notice",
                )
                return ""

            form = Form("Withdraw", accept, self._view.close_panel)
            dated = form.text("Dated", short_date(today()), DATE_HINT)
            reason = form.text("Reason", hint="the commissioner's letter, and why")
            return form

        self._form(f"Withdraw: {row.title}", build)

    def _open_confirm_one(self, row: NoticeRow) -> None:
        def build() -> Form:
            def accept() -> str:
                typed, day = amount_of(money), day_in(dated)
                if typed is None or not typed:
                    return "Type the amount that the letter confirms."
                if day is None:
                    return f"Type the day of the letter, {DATE_HINT}."
                if not letter.text().strip():
                    return "Type the letter's reference."
                self._do(
                    ConfirmResource(AllocationId(row.kept.id), row.kept.value, typed, day, letter.text()),
                    "Confirm the notice",
                )
                return ""

            form = Form("Confirm", accept, self._view.close_panel)
            money = form.money("Amount, £", row.kept.value.amount)
            dated = form.text("Dated", short_date(today()), DATE_HINT)
            letter = form.text("Letter", hint="reference of the commissioner's letter")
            return form

        self._form(f"Confirm: {row.title}", build)

    def _open_confirm(self) -> None:
        position = self._position
        if position is None:
            return
        indicated = {
            row.kept.value.kind: row.kept.value.amount
            for row in self._model.rows
            if row.kept.value.status is _INDICATIVE and row.kept.value.resource is Resource.ALLOCATION
        }

        def build() -> Form:
            def accept() -> str:
                day = day_in(dated)
                amounts = [(kind, amount_of(field) or Money.ZERO) for kind, field in fields]
                if not any(amount for _, amount in amounts):
                    return "Type what the letter confirms, kind by kind."
                if day is None:
                    return f"Type the day of the letter, {DATE_HINT}."
                if not letter.text().strip():
                    return "Type the letter's reference."
                self._do(
                    ConfirmAllocation(
                        position.fund_id, position.year, tuple(amounts), day, letter.text(), basis.text()
                    ),
                    "Confirm the allocation",
                )
                return ""

            form = Form("Confirm", accept, self._view.close_panel)
            fields: list[tuple[Kind, MoneyEdit]] = [
                (kind, form.money(f"{kind.value.capitalize()}, £", indicated.get(kind)))
                for kind in position.fund.kinds
                if kind in indicated or not position.resources_by_kind[kind].allocation
            ]
            dated = form.text("Dated", short_date(today()), DATE_HINT)
            letter = form.text("Letter", hint="reference of the commissioner's letter")
            basis = form.text("Basis", hint="historic, formula, flat or bid")
            whole = Money.total(indicated.values())
            form.note(f"{whole.in_words} was indicated. The letter says how it is split into kinds of money.")
            return form

        self._form(f"Confirm {position.fund.name} {position.year}", build)

    def _open_notify(self, like: Allocation | None) -> None:
        position = self._position
        if position is None:
            return

        def build() -> Form:
            def accept() -> str:
                typed, day = amount_of(money), day_in(dated)
                if typed is None or not typed:
                    return "Type the amount above nought."
                if day is None:
                    return f"Type the day of the notice, {DATE_HINT}."
                if not letter.text().strip():
                    return "Type what it rests on: the letter's reference, or where the figure is from."
                notice = Allocation(
                    position.fund_id,
                    position.year,
                    Kind(kind.key),
                    typed,
                    Resource(what.key),
                    AllocationStatus(status.key),
                    day,
                    letter.text(),
                    basis=basis.text(),
                )
                self._do(NotifyAllocation(notice), "Record the notice")
                return ""

            form = Form("Record the notice", accept, self._view.close_panel)
            resource = like.resource if like else Resource.SUPPLEMENT
            what = form.choice(
                "What", [Option(each.value, each.value.capitalize()) for each in Resource], resource.value
            )
            kind = form.choice(
                "Kind of money",
                [Option(each.value, each.value.capitalize()) for each in position.fund.kinds],
                like.kind.value if like else None,
            )
            status = form.choice(
                "Status",
                [
                    Option("confirmed", "Confirmed: it counts as available"),
                    Option("indicative", "Indicative: known, not yet confirmed"),
                ],
                "indicative" if like and like.status is _INDICATIVE else "confirmed",
            )
            money = form.money("Amount, £", like.amount if like else None)
            dated = form.text("Dated", short_date(today()), DATE_HINT)
            letter = form.text("From", hint="the letter's reference, or where the figure is from")
            basis = form.text("Basis", like.basis if like else "", "historic, formula, flat or bid")
            return form

        self._form(f"Record a notice for {position.fund.name} {position.year}", build)


def step_in_words(step: StateStep) -> str:
    """“01/03/2018 indicative → confirmed (CSF/7): indicated at £60,000.00 · Ann, recorded 15/01/2019”."""
    moved = f"{step.before} → {step.after}" if step.before else step.after
    paper = f" ({step.reference})" if step.reference else ""
    why = f": {step.reason}" if step.reason else ""
    day = f"{short_date(step.dated)} " if step.dated else ""
    return f"{day}{moved}{paper}{why} · {step.by}, recorded {short_date(step.at.date())}"
