"""The return of a quarter: its figures as they would be written now, checks before it goes, and the saved versions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.locks import ReopenReturn
from fundingapp.application.commands.returns import ReturnSaved, SaveReturn, SubmitReturn
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.ports import Kept, SavedReturn
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.returns import QuarterChange, ReturnAnswer, ReturnDraft
from fundingapp.application.wording import count
from fundingapp.domain.ids import ReturnId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact
from fundingapp.domain.periods import quarter_due, quarter_of
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.returns import lacks_reason
from fundingapp.domain.signing import Certified
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.office_page import GrantPage
from fundingapp.ui.page import Context, Figure
from fundingapp.ui.project_columns import (
    BUDGET,
    MEASURES,
    NAME,
    OUTTURN,
    REF,
    SPENT,
    VARIANCE,
    figure_of,
    money,
    total_of,
)
from fundingapp.ui.signing.lock_forms import reason_form
from fundingapp.ui.signing.sign_off import SignOffCard
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, Tone
from fundingapp.ui.widgets.buttons import primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.page_head import PageHead
from fundingapp.ui.widgets.segmented import Segmented

QUARTER = money(
    "Quarter £",
    lambda project: project.quarters[quarter_of(project.to_period) - 1],
    width=92,
)
COLUMNS = (REF, NAME, BUDGET, QUARTER, SPENT, OUTTURN, VARIANCE)


def _person(contact: Contact) -> str:
    """“A. Grants, grant officer, grants@example.org”."""
    return ", ".join(
        part for part in (contact.name, contact.role.value, contact.email, contact.phone) if part
    )


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


class ReturnsPage(GrantPage):
    """Shows the quarter's return before it is written, and writes it."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "returns",
            "No return to prepare yet",
            "The return is made of the grant's figures: record the grant and import the ledger first.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        super().__init__(office, empty)
        self._answer: ReturnAnswer | None = None
        self._chosen_for: Context | None = None
        self._saved_shown: int | None = None
        self._closed = False
        self._head = PageHead("Monitoring return")
        self._quarter = Segmented("Quarter", [Option(number, f"Q{number}") for number in range(1, 5)])
        self._quarter.chosen.connect(lambda _quarter: self._choose_quarter())
        self._head.add(self._quarter)
        self._save = primary_button("Save the return…", self._choose_place, icon="export")
        self._head.add(self._save)
        self.content.addWidget(self._head)
        self._sheet = Card("Projects")
        self._table = TableView("The return's projects", "returns.projects", office.settings, office.asker)
        self._model = ListTableModel[ProjectPosition](
            COLUMNS, lambda row: (row.project_id, row.kind), self._table
        )
        self._table.set_model(self._model)
        self._table.why_requested.connect(self._why)
        self._table.selection_summarised.connect(self.selection_summarised)
        self._sheet.add(self._table, 1)
        self.content.addWidget(self._sheet, 5)
        self._saved_card = Card("Saved versions")
        self._saved_table = TableView("Saved versions", "returns.saved", office.settings, office.asker)
        self._saved_model = ListTableModel[SavedRow](SAVED_COLUMNS, lambda row: row.id, self._saved_table)
        self._saved_table.set_model(self._saved_model)
        self._saved_table.row_activated.connect(self._open_saved)
        self._saved_table.current_row_changed.connect(self._saved_chosen)
        self._saved_card.add(self._saved_table, 1)
        self._saved_card.setFixedHeight(44 + 3 * ROW_HEIGHT)
        self.content.addWidget(self._saved_card)
        self.sign_off = SignOffCard(office, Certified.RETURN)
        self.sign_off.inspect_requested.connect(self.inspect)
        self.sign_off.deeper_requested.connect(self.inspect_deeper_requested)
        self.sign_off.close_requested.connect(self.panel_close_requested)
        self.sign_off.message_raised.connect(self.say)
        self.content.addWidget(self.sign_off)

    def set_context(self, context: Context) -> None:
        super().set_context(context)
        if self._chosen_for is not None and self._chosen_for != context:
            self._chosen_for = None

    def show_position(self, answer: PositionAnswer) -> None:
        self._save.setEnabled(not self.office.is_read_only)
        if self._chosen_for is None:
            self._chosen_for = self.context
            self._quarter.choose(quarter_due(answer.last_period))
        self._ask()

    def refresh(self, topics: Topic) -> None:
        super().refresh(topics)
        self.sign_off.refresh(topics)

    @property
    def quarter(self) -> int:
        """The quarter that is shown, 1 to 4."""
        return self._quarter.key if isinstance(self._quarter.key, int) else 1

    def _choose_quarter(self) -> None:
        self._closed = False
        self._ask()

    def _ask(self) -> None:
        grant = self.grant
        if grant is not None and self._chosen_for is not None:
            draft = ReturnDraft(grant.fund_id, grant.year, self.quarter)
            self.office.ask_of_grant("returns.draft", draft, self._show, self)

    def _show(self, answer: ReturnAnswer) -> None:
        self._answer = answer
        document = answer.document
        position = document.position
        self._head.set_title(f"Q{document.quarter} monitoring return")
        self._head.set_pill(f"draft {document.version}", Tone.ATTENTION)
        self._head.set_state(f"{document.fund} {document.year} · to {document.commissioner}")
        stops = sum(check.stops for check in answer.checks)
        self._sheet.set_title(
            "Projects",
            f"{count(stops, 'thing')} to settle" if stops else f"{len(document.identities)} checks agree",
            Tone.BAD if stops else Tone.GOOD,
        )
        self._model.set_rows(position.projects, total_of(position) if position.projects else None)
        rows = [SavedRow(kept, answer.changed.get(kept.id, ())) for kept in reversed(answer.saved)]
        self._saved_model.set_rows(rows)
        self._saved_card.set_title("Saved versions", str(len(answer.saved)))
        self._saved_card.setVisible(bool(answer.saved))
        newest = answer.saved[-1].id if answer.saved else None
        self.sign_off.show_of(
            position.fund_id,
            position.year,
            position.to_period,
            ReturnId(newest) if newest is not None else None,
        )
        if not self.isVisible() or self._closed:
            return
        again = [row for row in rows if row.id == self._saved_shown]
        if again:
            self._open_saved(again[0])
        else:
            self._show_checks()

    def shown(self) -> None:
        self._closed = False
        self._saved_shown = None
        super().shown()

    def panel_closed(self) -> None:
        self._closed = True
        self._saved_shown = None

    def _show_checks(self) -> None:
        """Opens the inspector on what to see to before the return goes."""
        answer = self._answer
        if answer is None:
            return
        self._saved_shown = None
        document = answer.document
        position = document.position
        checks = [
            ("stop" if check.stops else "look", Tone.BAD if check.stops else Tone.ATTENTION, check.text)
            for check in answer.checks
        ]
        agreeing = sum(identity.holds for identity in document.identities)
        checks.append(
            ("✓", Tone.GOOD, f"{agreeing} of {len(document.identities)} identities agree to the penny.")
        )
        name = f"{document.fund}/{document.year}"
        suffix = f"@{position.to_period}"
        blocks: list[Block] = [
            SumBlock(
                [
                    SumRow("Available", position.available, Figure(f"{name}/available{suffix}")),
                    SumRow(
                        f"Spent in Q{document.quarter}",
                        position.spent_in_quarter(document.quarter),
                        Figure(f"{name}/stated/Q{document.quarter}{suffix}"),
                    ),
                    SumRow("Spent, year to date", position.spent, Figure(f"{name}/spend{suffix}")),
                    SumRow("Forecast outturn", position.outturn, Figure(f"{name}/outturn{suffix}")),
                    SumRow("Underspend", position.underspend, Figure(f"{name}/underspend{suffix}")),
                ],
                "What the section 151 officer certifies",
            ),
            TextBlock(
                "\n".join(
                    _person(each) + (", deputy" if each.is_deputy else "") for each in answer.certifiers
                )
                or "Nobody is recorded as section 151 officer: add the person under Settings, Contacts.",
                "Who certifies it",
            ),
            CheckBlock(checks, "Before it can be certified"),
        ]
        if document.commissioners:
            parts = [SumRow(part.name, part.spent, note=part.days) for part in document.commissioners]
            parts.append(SumRow("Together", position.spent_in_quarter(document.quarter), is_total=True))
            blocks.append(SumBlock(parts, f"Spent in Q{document.quarter} under each commissioner"))
        if answer.contacts:
            people = [_person(each) for each in answer.contacts]
            blocks.append(TextBlock("\n".join((document.commissioner, *people)), "Prepared for"))
        reasons = [f"{each.ref}: {each.reason}" for each in position.projects if each.reason]
        if reasons:
            blocks.append(TextBlock("\n".join(reasons), "Reasons for variances, as the return states them"))
        steps = []
        if any(not identity.holds for identity in document.identities):
            steps.append(Step("Open Reconcile", lambda: self.go("reconcile")))
        wanting = next((each.ref for each in position.projects if lacks_reason(each)), None)
        if wanting is not None and not self.office.is_read_only:
            steps.append(Step(f"Give the reason of {wanting}…", partial(self.go, "projects", wanting)))
        if steps:
            blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(f"Q{document.quarter} return", blocks, ("return", document.quarter)))

    def _why(self, project: object, column: object) -> None:
        if isinstance(project, ProjectPosition) and isinstance(column, Column) and self._answer is not None:
            position = self._answer.document.position
            measure = MEASURES.get(column.title, f"stated/Q{self.quarter}")
            self.ask_why(figure_of(project, position, measure))

    # Writing

    def _choose_place(self) -> None:
        answer, grant = self._answer, self.grant
        if answer is None or grant is None:
            return
        document = answer.document
        fund = "".join(letter if letter.isalnum() or letter in " -" else " " for letter in document.fund)
        year = str(document.year).replace("/", "-")
        name = f"{' '.join(fund.split())} {year} Q{document.quarter} return.xlsx"
        path = self.office.files.to_save(self, "Save the return", name, "Excel workbooks (*.xlsx)")
        if path is None:
            return
        if path.suffix.casefold() != ".xlsx":
            path = Path(f"{path}.xlsx")
        self.office.do(
            SaveReturn(grant.fund_id, grant.year, document.quarter, path),
            f"Save the Q{document.quarter} return",
            self._saved,
        )

    def _saved(self, effect: Effect[ReturnSaved]) -> None:
        made = effect.result
        folder = made.path.parent
        self.say(
            Message(
                f"{made.path.name} is saved: {made.cells_written:,} cells written and read back equal.",
                f"It is in {folder}."
                + ("" if made.document.agrees else " What is still to settle stands on its Checks."),
                Tone.GOOD if made.document.agrees else Tone.ATTENTION,
                "Open the folder",
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            )
        )

    def _saved_chosen(self, row: object) -> None:
        if isinstance(row, SavedRow) and self._saved_table.hasFocus():
            self._open_saved(row)

    def _open_saved(self, row: object) -> None:
        if not isinstance(row, SavedRow):
            return
        saved = row.value
        self._closed = False
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

    def first_focus(self) -> QWidget:
        return self._table
