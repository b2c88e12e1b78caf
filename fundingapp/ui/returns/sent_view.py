"""The returns of a quarter that were written: their versions, what has changed since, and their sign-off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.locks import ReopenReturn
from fundingapp.application.commands.returns import SubmitReturn
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Kept, SavedReturn
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.returns import QuarterChange, ReturnAnswer, ReturnDraft
from fundingapp.domain.ids import ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.signing import Certified
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.returns.choice import ReturnChoice, SavedInList
from fundingapp.ui.signing.lock_forms import reason_form
from fundingapp.ui.signing.sign_off import SignOffCard
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.card import Card


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved return, and what has changed since in the quarters that it states."""

    kept: Kept[SavedReturn]
    changed: tuple[QuarterChange, ...]

    @property
    def id(self) -> int:
        return self.kept.id

    @property
    def value(self) -> SavedReturn:
        return self.kept.value

    @property
    def state(self) -> str:
        if not self.value.state.is_out:
            return "draft"
        return "changed since submission" if self.changed else "sent"

    @property
    def tone(self) -> Tone:
        if not self.value.state.is_out:
            return Tone.ATTENTION
        return Tone.BAD if self.changed else Tone.GOOD


SAVED_COLUMNS = (
    Column[SavedRow]("Version", lambda row: str(row.value.version), RIGHT, width=72),
    Column[SavedRow](
        "State",
        lambda row: row.state,
        pill=lambda row: row.tone,
        width=176,
    ),
    Column[SavedRow]("Saved", lambda row: f"{row.value.made_at.astimezone():%d/%m/%Y %H:%M}", width=128),
    Column[SavedRow]("By", lambda row: row.value.made_by, width=110),
    Column[SavedRow](
        "Spent £", lambda row: str(row.value.spent), RIGHT, amount=lambda row: row.value.spent, width=96
    ),
    Column[SavedRow]("File", lambda row: row.value.file_name, stretch=1, width=220, least=120),
)


class SentView(GrantView):
    """Every version that was written of the quarter's return, and what became of it."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("sent", "Sent and saved", office)
        self._choice = choice
        self._position: GrantPosition | None = None
        self._answer: ReturnAnswer | None = None
        self._saved_shown: int | None = None
        self._saved_card = Card("Saved versions")
        self._saved_table = TableView("Saved versions", "returns.saved", office.settings, office.asker)
        self._saved_model = ListTableModel[SavedRow](SAVED_COLUMNS, lambda row: row.id, self._saved_table)
        self._saved_table.set_model(self._saved_model)
        self._saved_table.row_activated.connect(self._open_saved)
        self._saved_table.current_row_changed.connect(self._saved_chosen)
        self._saved_card.add(self._saved_table, 1)
        self.body.addWidget(self._saved_card, 1)
        self.sign_off = SignOffCard(office, Certified.RETURN)
        self.sign_off.inspect_requested.connect(self.inspect)
        self.sign_off.deeper_requested.connect(self.inspect_deeper_requested)
        self.sign_off.close_requested.connect(self.panel_close_requested)
        self.sign_off.message_raised.connect(self.say)
        self.body.addWidget(self.sign_off)
        choice.quarter_changed.connect(self._quarter_changed)

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        self.sign_off.refresh(topics)

    def go_to(self, subject: object) -> None:
        if isinstance(subject, SavedInList):
            self._saved_shown = subject.id
            self._ask()

    def first_focus(self) -> QWidget:
        return self._saved_table

    def panel_closed(self) -> None:
        self._saved_shown = None

    def _quarter_changed(self, _quarter: int) -> None:
        self._saved_shown = None
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        of = self._position
        if of is not None:
            draft = ReturnDraft(of.fund_id, of.year, self._choice.quarter)
            self.office.ask_of_grant("returns.sent", draft, self._show, self)

    def _show(self, answer: ReturnAnswer) -> None:
        self._answer = answer
        position = answer.document.position
        rows = [SavedRow(kept, answer.changed.get(kept.id, ())) for kept in reversed(answer.saved)]
        self._saved_model.set_rows(rows)
        self._saved_card.set_title("Saved versions", str(len(answer.saved)))
        newest = answer.saved[-1].id if answer.saved else None
        self.sign_off.show_of(
            position.fund_id,
            position.year,
            position.to_period,
            ReturnId(newest) if newest is not None else None,
        )
        again = [row for row in rows if row.id == self._saved_shown]
        if again and self.isVisible():
            self._open_saved(again[0])

    def _saved_chosen(self, row: object) -> None:
        if isinstance(row, SavedRow) and self._saved_table.hasFocus():
            self._open_saved(row)

    def _open_saved(self, row: object) -> None:
        if not isinstance(row, SavedRow):
            return
        saved = row.value
        self._saved_shown = row.id
        sent = saved.state.is_out
        total = Money.total(amount for _, _, amounts in saved.quarters for amount in amounts)
        # In groups, so that it is wrapped rather than cut.
        hash_ = " ".join(saved.sha256[at : at + 8] for at in range(0, len(saved.sha256), 8))
        blocks: list[Block] = [
            CheckBlock(
                [
                    (
                        "changed" if row.changed else "sent" if sent else "draft",
                        row.tone,
                        "Changed since submission: its quarters keep their figures, and what changed is stated as a "
                        "prior-period adjustment in the next return."
                        if row.changed
                        else "Its quarters keep their figures; later postings are shown as prior-period adjustments."
                        if sent
                        else "Not recorded as sent: its figures still follow the ledger.",
                    )
                ]
            ),
            *(
                [
                    SumBlock(
                        [
                            SumRow(
                                f"{change.ref}, Q{change.quarter}",
                                change.now - change.stated,
                                note=f"stated {change.stated}, now {change.now}",
                            )
                            for change in row.changed
                        ],
                        "What changed since it was sent",
                    )
                ]
                if row.changed
                else []
            ),
            SumBlock(
                [
                    SumRow("Spent as stated", saved.spent),
                    SumRow("Quarters as stated", total),
                ],
                saved.file_name,
            ),
            SumBlock(
                [
                    SumRow(
                        "Cells written and read back",
                        f"{saved.cells:,}",
                        note=f"Fingerprint (SHA-256): {hash_}",
                    )
                ]
            ),
        ]
        if not sent and not self.office.is_read_only:
            step = Step("Record as sent", partial(self._submit, ReturnId(row.id), saved.quarter), True)
            blocks.append(StepsBlock([step]))
        elif not self.office.is_read_only:
            form = partial(
                reason_form,
                self.office,
                "Reopen it",
                lambda why: ReopenReturn(ReturnId(row.id), why),
                "Reopen the return",
                self.panel_close_requested.emit,
                "for example: the commissioner asks for changes",
                "The return becomes a draft again, and certificates that rest on it become void.",
            )
            page = InspectorPage("Reopen the return", [WidgetBlock(form)], ("reopen", row.id))
            blocks.append(StepsBlock([Step("Reopen…", partial(self.inspect_deeper_requested.emit, page))]))
        self.inspect(
            InspectorPage(f"Q{saved.quarter} return, version {saved.version}", blocks, ("saved", row.id))
        )

    def _submit(self, saved: ReturnId, quarter: int) -> None:
        self.office.do(SubmitReturn(saved), f"Record the Q{quarter} return as sent")
