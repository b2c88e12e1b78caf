"""The form in which the commissioner's published table is pasted, and what it says of the grant (R30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fundingapp.application.commands.published import KeepPublished, RemovePublished
from fundingapp.application.effect import Command, Effect
from fundingapp.application.queries.published import PublishedAnswer, PublishedOf, ReadPublished
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart
from fundingapp.ui.forms import Form, amount_of
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
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.message_bar import Message


class PublishedForm:
    """Opens beside a view of grants: the table that is kept, and a place to paste another."""

    def __init__(self, view: GrantView) -> None:
        self._view = view

    def open(self, fund: FundId, year: FinancialYear) -> None:
        """Shows what is kept of *fund* and *year*."""
        self._view.office.ask(
            "grants.published",
            PublishedOf(fund, year),
            lambda answer: self._show(fund, year, answer),
            self._view,
        )

    def _show(self, fund: FundId, year: FinancialYear, answer: PublishedAnswer) -> None:
        blocks: list[Block] = []
        if answer.rows:
            rows = [kept.value for kept in answer.rows]
            blocks.append(
                SumBlock([SumRow(f"{row.body}{' (us)' if row.is_ours else ''}", row.amount) for row in rows])
            )
            for each in answer.identities:
                said = (
                    "agrees to the penny"
                    if each.holds
                    else f"differs by {abs(each.difference).in_words}. {each.advice}"
                )
                blocks.append(TextBlock(f"{each.name}: {said}", each.id))
        else:
            blocks.append(
                TextBlock(
                    "Paste the table in which the commissioner publishes what each partnership gets: it is held "
                    "against its own total, and your row against your allocation."
                )
            )
        if not self._view.office.is_read_only:
            blocks.append(WidgetBlock(lambda: self._form(fund, year)))
            if answer.rows:
                take_out = Step(
                    "Take the table out", lambda: self._do(RemovePublished(fund, year), fund, year)
                )
                blocks.append(StepsBlock([take_out]))
        self._view.inspect(InspectorPage(f"As published, {year}", blocks, ("published", fund, year)))

    def _form(self, fund: FundId, year: FinancialYear) -> Form:
        def accept() -> str:
            parsed = self._view.office.desk.ask(
                ReadPublished(text=pasted.toPlainText(), ours=ours.text().strip())
            )
            if parsed.errors or not parsed.rows:
                return parsed.errors[0].text if parsed.errors else "Paste the table with its headings."
            rows = parsed.of(fund, year, source.text().strip())
            total = amount_of(line)
            if total is not None:
                stated = PublishedAllocation(fund, year, PublishedPart.TOTAL, "Budget line", total)
                kept = tuple(row for row in rows if row.part is not PublishedPart.TOTAL)
                rows = (*kept, replace(stated, source=source.text().strip()))
            self._do(KeepPublished(fund, year, rows), fund, year)
            return ""

        form = Form("Keep the table", accept, self._view.close_panel)
        pasted = form.long_text("Table", hint="paste it with its headings: partnership, amount")
        ours = form.text("Our name in it", hint="where it is not the partnership's own")
        line = form.money("Budget line, where no row states it, £")
        source = form.text("Source", hint="where it is published, and when")
        return form

    def _do(self, command: Command[None], fund: FundId, year: FinancialYear) -> None:
        def done(_effect: Effect[None]) -> None:
            self._view.say(Message("The published table was recorded.", "", Tone.GOOD))
            self.open(fund, year)

        name = (
            "Take the published table out"
            if isinstance(command, RemovePublished)
            else "Keep the published table"
        )
        carry_out: Callable[[Effect[None]], None] = done
        self._view.office.do(command, name, carry_out)
