"""The return of a quarter before it is written: its figures as they would go, what to see to first, and writing it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.returns import ReturnSaved, SaveReturn
from fundingapp.application.effect import Effect
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.returns import ReturnAnswer, ReturnDraft
from fundingapp.application.wording import count
from fundingapp.domain.parties import Contact
from fundingapp.domain.periods import quarter_of
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.returns import lacks_reason
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure
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
from fundingapp.ui.returns.choice import ReturnChoice
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.message_bar import Message

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


class ReturnView(GrantView):
    """The figures of the quarter's return, each with its why, and what to see to before it goes."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("return", "Return", office)
        self._choice = choice
        self._answer: ReturnAnswer | None = None
        self._position: GrantPosition | None = None
        self._closed = False
        self._save = primary_button("Save the return…", self._choose_place, icon="export")
        self.buttons = [self._save]
        self._sheet = Card("Projects")
        self._table = TableView("The return's projects", "returns.projects", office.settings, office.asker)
        self._model = ListTableModel[ProjectPosition](
            COLUMNS, lambda row: (row.project_id, row.kind), self._table
        )
        self._table.set_model(self._model)
        self._table.why_requested.connect(self._why)
        self._table.selection_summarised.connect(self.selection_summarised)
        self._sheet.add(self._table, 1)
        self.body.addWidget(self._sheet, 1)
        choice.quarter_changed.connect(self._quarter_changed)

    def show_position(self, answer: PositionAnswer) -> None:
        self._save.setEnabled(not self.office.is_read_only)
        self._position = answer.position
        self._ask()

    def _quarter_changed(self, _quarter: int) -> None:
        self._closed = False
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        of = self._position
        if of is not None:
            draft = ReturnDraft(of.fund_id, of.year, self._choice.quarter)
            self.office.ask_of_grant("returns.draft", draft, self._show, self)

    def _show(self, answer: ReturnAnswer) -> None:
        self._answer = answer
        document = answer.document
        position = document.position
        self.pill_changed.emit((f"draft {document.version}", Tone.ATTENTION))
        self.state_changed.emit(f"{document.fund} {document.year} · to {document.commissioner}")
        stops = sum(check.stops for check in answer.checks)
        self._sheet.set_title(
            "Projects",
            f"{count(stops, 'thing')} to settle" if stops else f"{len(document.identities)} checks agree",
            Tone.BAD if stops else Tone.GOOD,
        )
        self._model.set_rows(position.projects, total_of(position) if position.projects else None)
        if self.isVisible() and not self._closed:
            self._show_checks()

    def panel_closed(self) -> None:
        self._closed = True

    def _show_checks(self) -> None:
        """Opens the inspector on what to see to before the return goes."""
        answer = self._answer
        if answer is None:
            return
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
            measure = MEASURES.get(column.title, f"stated/Q{self._choice.quarter}")
            self.ask_why(figure_of(project, position, measure))

    # Writing

    def _choose_place(self) -> None:
        answer = self._answer
        if answer is None:
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
            SaveReturn(document.position.fund_id, document.year, document.quarter, path),
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

    def first_focus(self) -> QWidget:
        return self._table

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():  # it comes to the front, rather than the window out of the task bar
            self._closed = False
        super().showEvent(event)
