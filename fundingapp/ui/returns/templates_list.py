"""The templates of the file: what they are called, for what they are used, and how far their mapping is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.queries.templates import TemplateRow
from fundingapp.application.queries.workspace import Grant
from fundingapp.application.wording import count, short_date
from fundingapp.domain.templates import ReturnTemplate, TemplateState
from fundingapp.ui.dropped import files_of
from fundingapp.ui.evidence.drop_table import DropTable
from fundingapp.ui.forms import Form
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option

WORKBOOKS = "Excel workbooks (*.xlsx *.xlsm)"
_STATES = {
    TemplateState.IN_USE: Tone.GOOD,
    TemplateState.REPLACED: Tone.NEUTRAL,
    TemplateState.WITHDRAWN: Tone.NEUTRAL,
}


def quarters_in_words(quarters: tuple[int, ...]) -> str:
    """As “every quarter” or “Q2, Q4”."""
    return "every quarter" if set(quarters) == {1, 2, 3, 4} else ", ".join(f"Q{each}" for each in quarters)


def _state(row: TemplateRow) -> str:
    if row.template.state is TemplateState.IN_USE and row.to_review:
        return f"{row.to_review:,} to confirm"
    return row.template.state.value


def _tone(row: TemplateRow) -> Tone:
    if row.template.state is TemplateState.IN_USE and row.to_review:
        return Tone.ATTENTION
    return _STATES[row.template.state]


def _mapped(row: TemplateRow) -> str:
    said = f"{row.mapped:,} of {row.inputs:,}"
    return said + (f", {row.empty_on_purpose:,} left empty" if row.empty_on_purpose else "")


COLUMNS = (
    Column[TemplateRow](
        "Template",
        lambda row: row.template.name,
        second=lambda row: row.template.file_name,
        tip=lambda row: row.template.note or row.template.file_name,
        sort="name",
        stretch=3,
        width=240,
        least=150,
        strong=True,
    ),
    Column[TemplateRow]("Issue", lambda row: row.template.issue, sort="issue", width=60),
    Column[TemplateRow](
        "For", lambda row: row.fund_name or "any fund", sort="for", stretch=1, width=120, least=90
    ),
    Column[TemplateRow]("Used in", lambda row: quarters_in_words(row.template.quarters), width=110),
    Column[TemplateRow]("Cells with a figure", _mapped, width=130),
    Column[TemplateRow]("State", _state, pill=_tone, sort="state", width=110),
    Column[TemplateRow](
        "Added",
        lambda row: short_date(row.template.added_at.date()),
        second=lambda row: row.template.added_by,
        sort="added",
        order=lambda row: row.template.added_at,
        width=90,
        may_hide=True,
    ),
)


class TemplatesList(QWidget):
    """All templates. Enter opens a mapping; a workbook can be dropped anywhere."""

    opened = Signal(object)  # TemplateRow
    dropped = Signal(object)  # Path
    current_changed = Signal(object)  # TemplateRow or None

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._card = Card("Templates")
        self.table = DropTable("Templates", "templates", row_height=TALL_ROW_HEIGHT)
        self.table.take_drops(on_rows=False)
        self.model = ListTableModel[TemplateRow](COLUMNS, key=lambda row: row.id)
        self.table.set_model(self.model)
        self.table.row_activated.connect(self.opened)
        self.table.current_row_changed.connect(self.current_changed)
        self.table.dropped.connect(self._dropped)
        self._card.add(self.table, 1)
        column.addWidget(self._card, 1)

    @property
    def current(self) -> TemplateRow | None:
        row = self.table.current_row
        return row if isinstance(row, TemplateRow) else None

    def set_rows(self, rows: tuple[TemplateRow, ...]) -> None:
        self.model.set_rows(rows)
        self._card.set_title("Templates", count(len(rows), "template"))

    def _dropped(self, _row: object, what: QMimeData) -> None:
        for path in files_of(what):
            if path.suffix.casefold() in (".xlsx", ".xlsm"):
                self.dropped.emit(path)
                return


class TemplateForm(Form):
    """What is recorded of a template besides the file. *keep* is given name, issue, quarters, fund, and whether
    figures are to be suggested."""

    def __init__(
        self,
        accept_text: str,
        template: ReturnTemplate | None,
        path: Path | None,
        grants: tuple[Grant, ...],
        fund: object,
        keep: Callable[[str, str, tuple[int, ...], object, bool], object],
        cancel: Callable[[], object],
    ) -> None:
        super().__init__(accept_text, self._accept_template, cancel)
        self._keep = keep
        stem = path.stem.replace("_", " ") if path is not None else ""
        self._name = self.text("Name", template.name if template is not None else stem)
        self._issue = self.text(
            "Issue", template.issue if template is not None else "", "as it calls itself: v4"
        )
        funds = {grant.fund_id: grant.fund for grant in grants}
        options = [Option(None, "Any fund"), *(Option(id, name) for id, name in funds.items())]
        self._fund = self.choice("For", options, template.fund if template is not None else fund)
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        self._quarters = []
        for quarter in range(1, 5):
            box = Check(f"Q{quarter}")
            box.setChecked(template is None or quarter in template.quarters)
            row.addWidget(box)
            self._quarters.append(box)
        row.addStretch(1)
        held.setAccessibleName("Used in")
        self.add("Used in", held)
        self._suggest = Check("Suggest figures for its cells")
        self._suggest.setChecked(True)
        if path is not None:
            self.add("", self._suggest)
            self.note(
                "The file is kept as it is, with its fingerprint. Figures are suggested by the names, labels and "
                "headings of its cells; each is for you to confirm."
            )

    def _accept_template(self) -> str:
        name = self._name.text().strip()
        quarters = tuple(at for at, box in enumerate(self._quarters, 1) if box.isChecked())
        if not name:
            return "Give the template a name, such as “Locality Fund return”."
        if not quarters:
            return "Choose at least one quarter that it is used in."
        self._keep(name, self._issue.text().strip(), quarters, self._fund.key, self._suggest.isChecked())
        return ""
