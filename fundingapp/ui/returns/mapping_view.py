"""Templates and their mapping: the commissioner's sheet as it looks, beside it our figures, and what goes where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from fundingapp.application.commands.templates import (
    AcceptSuggestions,
    AddTemplate,
    ChangeTemplate,
    LeaveEmpty,
    MapCell,
    MapTable,
    ReplaceTemplate,
    ReviewMapping,
    TemplateAdded,
    TemplateReplaced,
    Unmap,
    WithdrawTemplate,
)
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.templates import (
    CellsToFill,
    OpenedTemplate,
    TemplateChangesOf,
    TemplateFill,
    TemplateOpened,
    TemplateRow,
    TemplatesOf,
)
from fundingapp.application.queries.workspace import Grant
from fundingapp.application.wording import count
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.sendable import Sendable
from fundingapp.domain.template_changes import TemplateChanges
from fundingapp.domain.templates import MappedCell, MappedTable, TemplateState
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, TextBlock, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.returns.cell_panel import CellPanel
from fundingapp.ui.returns.choice import PlaceInReturn, ReturnChoice
from fundingapp.ui.returns.figure_list import FIGURE
from fundingapp.ui.returns.mapping_state import MappingState, known, label_of
from fundingapp.ui.returns.mapping_subjects import TemplateInList
from fundingapp.ui.returns.table_form import TableForm
from fundingapp.ui.returns.templates_list import (
    WORKBOOKS,
    TemplateForm,
    TemplatesList,
    quarters_in_words,
)
from fundingapp.ui.returns.to_confirm import ChangesList, ToConfirmList
from fundingapp.ui.sheets.marks import CellAt
from fundingapp.ui.sheets.view import SheetView
from fundingapp.ui.signing.lock_forms import reason_form
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, link_button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.segmented import Segmented

_FIGURE, _TABLE, _CONFIRM, _CHANGES = "figure", "table", "confirm", "changes"
_PANEL_WIDTH = 372
_LEAST_HEIGHT = 430


class MappingView(GrantView):
    """The list of templates, or one of them with its mapping. Enter on a cell leads to the figures, Enter on a figure
    puts it there and goes on to the next cell."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("templates", "Templates and mapping", office)
        self._choice = choice
        self._rows: tuple[TemplateRow, ...] = ()
        self._asked = False
        self._template: TemplateId | None = None
        self._opened: OpenedTemplate | None = None
        self._fill: TemplateFill | None = None
        self._state: MappingState | None = None
        self._wanted: CellAt | None = None
        self._goes_on = False
        self._part_wanted = _FIGURE
        self._position: GrantPosition | None = None
        self._add = primary_button("Add a template…", self.add_template)
        self._renew = button("New issue…", self.new_issue)
        self.buttons = [self._renew, self._add]
        self._stack = ViewStack()
        self._nothing = QWidget()
        self._empty = EmptyState(
            "returns",
            "The return in the commissioner's own workbook",
            "Add the workbook as the commissioner sent it. You see its sheets as they look, and say once which of your "
            "figures belongs in which cell; from then on each quarter is filled in, proved and ready to certify.",
        )
        self._empty.add_step("Add a template…", self.add_template)
        self.list = TemplatesList()
        self.list.opened.connect(self._open_row)
        self.list.dropped.connect(self._add_file)
        self.list.current_changed.connect(self._row_chosen)
        self._mapping = self._made_mapping()
        for each in (self._nothing, self._empty, self.list, self._mapping):
            self._stack.addWidget(each)
        self.body.addWidget(self._stack, 1)
        self.setAcceptDrops(True)
        choice.quarter_changed.connect(lambda _quarter: self._ask_fill() if self.isVisible() else None)

    def _made_mapping(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        head = QHBoxLayout()
        head.setSpacing(3 * STEP)
        head.addWidget(link_button("‹ All templates", self.show_list))
        self._name = ElidedLabel("", "box-title")
        head.addWidget(self._name)
        self._progress = ElidedLabel("", "second")
        self._progress.setAccessibleName("How far the mapping is")
        head.addWidget(self._progress, 1)
        self._next = button(
            "Next without a figure", self.go_to_next, tip="The next cell to fill that has no figure (Ctrl J)"
        )
        head.addWidget(self._next)
        column.addLayout(head)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(10)
        self._card = Card("Sheet")
        self.sheet = SheetView("The commissioner's sheet", accepts=FIGURE)
        self._card.add(self.sheet, 1)
        split.addWidget(self._card)
        side = Card("What goes there")
        self._parts = Segmented("What is shown beside the sheet")
        self._parts.chosen.connect(self._show_part)
        side.set_title("")
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(10, 8, 10, 4)
        row.addWidget(self._parts)
        row.addStretch(1)
        side.add(holder)
        self.panel = CellPanel()
        self._table_holder = QWidget()
        self._table_column = QVBoxLayout(self._table_holder)
        self._table_column.setContentsMargins(14, 10, 14, 12)
        self.confirm = ToConfirmList()
        self.changes = ChangesList()
        self._side = ViewStack()
        self._table_scroll = QScrollArea()
        self._table_scroll.setProperty("kind", "plain")
        self._table_scroll.setWidgetResizable(True)
        self._table_scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._table_scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table_holder.setProperty("kind", "plain")
        self._table_scroll.setWidget(self._table_holder)
        for each in (self.panel, self._table_scroll, self.confirm, self.changes):
            self._side.addWidget(each)
        side.add(self._side, 1)
        side.setMinimumWidth(310)
        split.addWidget(side)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setSizes([900, _PANEL_WIDTH])
        column.addWidget(split, 1)
        self._set_parts()
        sheet, panel = self.sheet, self.panel
        sheet.current_changed.connect(self._cell_shown)
        sheet.sheet_changed.connect(lambda _name: self._title_sheet())
        sheet.chosen.connect(lambda _at: self._begin_picking())
        sheet.why_requested.connect(self._why_of)
        sheet.delete_requested.connect(lambda _at: self._remove())
        sheet.dropped.connect(self._dropped)
        sheet.set_menu(self._menu)
        panel.picked.connect(self._picked)
        panel.changed.connect(self._keep)
        panel.removed.connect(self._remove)
        panel.emptied.connect(self._leave_empty)
        panel.accepted.connect(lambda key: self._confirm((key,), ()))
        panel.confirmed.connect(lambda key: self._confirm((), (key,)))
        panel.why_requested.connect(self.ask_why)
        panel.table_wanted.connect(self.begin_table)
        panel.left.connect(sheet.setFocus)
        self.confirm.shown.connect(self._look_at)
        self.confirm.opened.connect(self._correct)
        self.confirm.confirmed.connect(self._confirm)
        self.confirm.left_out.connect(self._unmap)
        self.changes.shown.connect(self._look_at)
        on = QShortcut(QKeySequence("Ctrl+J"), page, self.go_to_next)
        on.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return page

    # What the page asks

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        self._ask_list()
        self._ask_fill()

    def refresh(self, topics: Topic) -> None:
        if topics & Topic.RETURNS:
            self._ask_list()
            if self._template is not None:
                self._ask_opened(self._template)

    def go_to(self, subject: object) -> None:
        match subject:
            case TemplateInList(id):
                self.open_template(id)
            case PlaceInReturn(sheet, cell):
                self._wanted = CellAt(sheet, cell)
                template = self._choice.template if self._choice.template is not None else self._template
                if template is not None:
                    self.open_template(template)
            case None:
                self.show_list()

    def first_focus(self) -> QWidget | None:
        shown = self._stack.currentWidget()
        if shown is self._mapping:
            return self.sheet
        return self.list.table if shown is self.list else self._empty

    # The list

    def _ask_list(self) -> None:
        if self.office.opened is not None:
            self.office.ask("templates", TemplatesOf(), self._show_rows, self)

    def _show_rows(self, rows: tuple[TemplateRow, ...]) -> None:
        first = not self._asked
        self._asked = True
        self._rows = rows
        self.list.set_rows(rows)
        if self._template is not None and all(row.id != self._template for row in rows):
            self._template = None  # it was undone
            self._stack.setCurrentWidget(self.list)
        if not rows:
            self._stack.setCurrentWidget(self._empty)
        elif self._template is None:
            used = self._choice.template
            if first and used is not None and any(row.id == used for row in rows):
                self.open_template(used)
            else:
                self._stack.setCurrentWidget(self.list)
        self._enable()
        self._say_state()

    def show_list(self) -> None:
        """All templates again."""
        self._template, self._opened, self._fill, self._state = None, None, None, None
        self._stack.setCurrentWidget(self.list if self._rows else self._empty)
        if self.list.current is None and self._rows:
            self.list.table.selectRow(0)
        self.list.table.setFocus()
        self._enable()
        self._say_state()

    def _open_row(self, row: object) -> None:
        if isinstance(row, TemplateRow):
            self.open_template(row.id)

    def _row_chosen(self, row: object) -> None:
        self._enable()
        if isinstance(row, TemplateRow) and self.list.table.hasFocus():
            self._inspect_row(row)

    def _inspect_row(self, row: TemplateRow) -> None:
        of = row.template
        kept = f"{of.file_name}, {of.size:,} bytes\nFingerprint (SHA-256): " + " ".join(
            of.sha256[at : at + 8] for at in range(0, len(of.sha256), 8)
        )
        said = f"{row.mapped:,} of {count(row.inputs, 'cell')} to fill have a figure"
        if row.to_review:
            said += f"; {row.to_review:,} still to confirm"
        blocks: list[Block] = [
            TextBlock(f"{said}. Used for {row.fund_name or 'any fund'}, {quarters_in_words(of.quarters)}."),
            TextBlock(kept, "The file as it was sent"),
        ]
        if of.note:
            blocks.append(TextBlock(of.note, "Note"))
        steps = [Step("Open the mapping", partial(self._open_row, row), True)]
        if not self.office.is_read_only:
            steps.append(Step("Change…", partial(self._change_row, row)))
            if of.state is TemplateState.IN_USE:
                steps.append(Step("New issue…", self.new_issue))
                steps.append(Step("Withdraw…", partial(self._withdraw_row, row)))
        blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(of.name, blocks, ("template", row.id)))

    def _change_row(self, row: TemplateRow) -> None:
        of = row.template

        def keep(name: str, issue: str, quarters: tuple[int, ...], fund: object, _suggest: bool) -> None:
            wanted = FundId(fund) if isinstance(fund, int) else None
            command = ChangeTemplate(row.id, name, issue, quarters, wanted, of.party, of.note)
            self.office.do(command, f"Change {of.name}", lambda _effect: self.close_panel())

        def build() -> Form:
            return TemplateForm("Keep", of, None, self._grants, of.fund, keep, self.close_panel)

        self._form("Change the template", ("change template", row.id), build)

    def _withdraw_row(self, row: TemplateRow) -> None:
        def build() -> Form:
            return reason_form(
                self.office,
                "Withdraw it",
                lambda why: WithdrawTemplate(row.id, why),
                f"Withdraw {row.template.name}",
                self.close_panel,
                "for example: the commissioner asks for another workbook",
                "No return is filled into it any more. What was filled stays as it is, and the file is kept.",
            )

        self._form("Withdraw the template", ("withdraw template", row.id), build)

    def _form(self, title: str, subject: object, build: object) -> None:
        page = InspectorPage(title, [WidgetBlock(build)], subject)  # type: ignore[arg-type]  # it makes a Form
        self.inspect_deeper_requested.emit(page)

    # A template taken in

    def add_template(self) -> None:
        """Asks for the commissioner's workbook, and what it is called."""
        path = self.office.files.to_open(self, "Add the commissioner's workbook", WORKBOOKS)
        if path is not None:
            self._add_file(path)

    def _add_file(self, path: object) -> None:
        if not isinstance(path, Path) or self.office.is_read_only:
            return

        def keep(name: str, issue: str, quarters: tuple[int, ...], fund: object, suggest: bool) -> None:
            wanted = FundId(fund) if isinstance(fund, int) else None
            command = AddTemplate(path, name, wanted, None, issue, quarters, suggest)
            self.office.do(command, f"Add {name}", self._added)

        def build() -> Form:
            fund = self._position.fund_id if self._position is not None else None
            return TemplateForm("Add it", None, path, self._grants, fund, keep, self.close_panel)

        self.inspect(InspectorPage(f"Add {path.name}", [WidgetBlock(build)], ("add template", str(path))))

    def _added(self, effect: Effect[TemplateAdded]) -> None:
        made = effect.result
        self.open_template(made.id)
        found = len(made.suggested)
        self.say(
            Message(
                "The template is kept.",
                f"{count(found, 'figure')} {'is' if found == 1 else 'are'} suggested for its cells: look at each under "
                "To confirm."
                if found
                else "Choose a cell and press Enter to pick its figure; what is to be filled is gone through in turn.",
                Tone.GOOD,
            )
        )

    def new_issue(self) -> None:
        """Asks for the new issue of the template that is shown or chosen."""
        row = self._row_in_hand
        if row is None:
            return
        path = self.office.files.to_open(self, f"The new issue of {row.template.name}", WORKBOOKS)
        if path is not None:
            command = ReplaceTemplate(row.id, path)
            self.office.do(command, f"Take the new issue of {row.template.name}", self._replaced)

    def _replaced(self, effect: Effect[TemplateReplaced]) -> None:
        made = effect.result
        if self._choice.template is not None:
            self._choice.choose_template(made.id)
        self.open_template(made.id, _CONFIRM)
        left = len(made.to_review)
        self.say(
            Message(
                f"The new issue is kept, with {count(len(made.changes.changes), 'change')} against the one before.",
                f"The mapping is carried over; {count(left, 'place')} of it to be looked at under To confirm."
                if left
                else "The mapping is carried over whole.",
                Tone.ATTENTION if left else Tone.GOOD,
            )
        )

    @property
    def _row_in_hand(self) -> TemplateRow | None:
        if self._template is not None:
            return next((row for row in self._rows if row.id == self._template), None)
        return self.list.current

    @property
    def _grants(self) -> tuple[Grant, ...]:
        workspace = self.office.workspace
        return () if workspace is None else tuple(workspace.grants)

    # One template

    def open_template(self, template: TemplateId, part: str = _FIGURE) -> None:
        """Shows that template beside our figures."""
        self.close_panel()
        if template != self._template:
            self._template, self._opened, self._fill, self._state = template, None, None, None
            self.sheet.clear()
            self._name.set_text("")
            self._progress.set_text("Reading the workbook…")
        self._part_wanted = part
        self._stack.setCurrentWidget(self._mapping)
        self._ask_opened(template)
        self._enable()

    def _ask_opened(self, template: TemplateId) -> None:
        self.office.ask("template", TemplateOpened(template), self._show_opened, self)
        self._ask_fill()

    def _ask_fill(self) -> None:
        position = self._position
        if self._template is not None and position is not None:
            question = CellsToFill(self._template, position.fund_id, position.year, self._choice.quarter)
            self.office.ask("template's cells", question, self._show_fill, self)

    def _show_opened(self, opened: OpenedTemplate) -> None:
        if opened.id != self._template:
            return
        is_new = self._opened is None or self._opened.id != opened.id
        self._opened = opened
        if is_new:
            self.changes.set_rows(())
            if opened.template.replaces is not None:
                self.office.ask("template's changes", TemplateChangesOf(opened.id), self._show_changes, self)
        self._renew_state(is_new)
        if is_new and self._wanted is None:
            self._go_to_first()
            if self.isVisible():
                self.sheet.setFocus()

    def _go_to_first(self) -> None:
        """To what is to be done first: what is to be filled comes before the guidance."""
        state = self._state
        if state is None:
            return
        rows = state.to_confirm
        at = rows[0].at if rows else state.next_open(None) or state.first_input
        if at is not None:
            self.sheet.go_to(at.sheet, at.cell)

    def _show_fill(self, fill: TemplateFill) -> None:
        self._fill = fill
        if self._opened is not None and fill.mapping.template == self._opened.id:
            self._renew_state(False)

    def _show_changes(self, changes: TemplateChanges) -> None:
        self.changes.set_rows(changes.changes)
        self._set_parts()

    def _renew_state(self, is_new: bool) -> None:
        opened = self._opened
        if opened is None:
            return
        fill = self._fill if self._fill is not None and self._fill.mapping.template == opened.id else None
        state = self._state = MappingState(opened, fill)
        if is_new or self.sheet.sheets is not opened.look.sheets:
            self.sheet.show_sheets(opened.look.sheets, state.marks())
        else:
            self.sheet.set_marks(state.marks())
        self.sheet.highlight([(table.sheet, state.area_of(table)) for table in opened.mapping.tables])
        rows = state.to_confirm
        self.confirm.set_rows(rows, read_only=self.office.is_read_only)
        self._name.set_text(opened.template.name)
        self._progress.set_text(state.progress.in_words)
        self._set_parts()
        if is_new and self._part_wanted == _CONFIRM and rows:
            self._parts.choose(_CONFIRM)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and not self.sheet.go_to(wanted.sheet, wanted.cell):
            self.say(Message(f"{wanted.in_words} is no cell of this template.", "", Tone.ATTENTION))
        if self._goes_on:
            self._goes_on = False
            self._go_on()
        self._title_sheet()
        self._show_cell()
        self._say_state()
        self._enable()

    def _title_sheet(self) -> None:
        self._card.set_title(
            self.sheet.sheet or "Sheet", self.sheet.sheets_in_words if self.sheet.sheets else ""
        )

    def _say_state(self) -> None:
        if self._stack.currentWidget() is not self._mapping or self._opened is None:
            self.state_changed.emit("")
            self.pill_changed.emit(("",))
            return
        of = self._opened.template
        left = len(self._opened.mapping.to_review)
        self.state_changed.emit(f"in {of.file_name}" + (f", issue {of.issue}" if of.issue else ""))
        if of.state is not TemplateState.IN_USE:
            self.pill_changed.emit((of.state.value, Tone.NEUTRAL))
        elif left:
            self.pill_changed.emit((f"{left:,} to confirm", Tone.ATTENTION))
        else:
            self.pill_changed.emit(("confirmed", Tone.GOOD, "✓"))

    def _enable(self) -> None:
        can = not self.office.is_read_only and self.office.opened is not None
        row = self._row_in_hand
        self._add.setEnabled(can)
        self._renew.setEnabled(can and row is not None and row.template.state is TemplateState.IN_USE)
        self._next.setEnabled(self._state is not None and self._state.next_open(None) is not None)

    # The parts beside the sheet

    def _set_parts(self) -> None:
        state = self._state
        options = [Option(_FIGURE, "Figure"), Option(_TABLE, "Table")]
        rows = len(state.to_confirm) if state is not None else 0
        options.append(Option(_CONFIRM, f"To confirm ({rows:,})" if rows else "To confirm"))
        if self._opened is not None and self._opened.template.replaces is not None:
            options.append(Option(_CHANGES, f"Changes ({len(self.changes.model.rows):,})"))
        before = self._parts.key
        self._parts.set_options(options, before)
        if self._parts.key != before:
            self._show_part(self._parts.key)

    def _show_part(self, part: object) -> None:
        shown = {
            _FIGURE: self.panel,
            _TABLE: self._table_scroll,
            _CONFIRM: self.confirm,
            _CHANGES: self.changes,
        }[str(part)]
        self._side.setCurrentWidget(shown)
        if part == _TABLE:
            self._fill_table_part()
        elif part == _CONFIRM:
            self.confirm.show_current()

    def _cell_shown(self, _at: object) -> None:
        self._show_cell()
        if self._parts.key == _TABLE:
            self._fill_table_part()

    def _show_cell(self) -> None:
        at, state = self.sheet.current, self._state
        if at is not None and state is not None:
            self.panel.show_cell(state, at, read_only=self._is_fixed)

    @property
    def _is_fixed(self) -> bool:
        """Whether nothing of the mapping may be changed: another's issue took its place, or the file is read-only."""
        of = self._opened
        return self.office.is_read_only or of is None or of.template.state is not TemplateState.IN_USE

    # Picking

    def _begin_picking(self) -> None:
        at, state = self.sheet.current, self._state
        if at is None or state is None or self._is_fixed:
            return
        self._parts.choose(_FIGURE)
        self.panel.figures.begin()

    def _picked(self, entry: object) -> None:
        at = self.panel.at
        if isinstance(entry, Sendable) and at is not None:
            self._put(at, entry, goes_on=True)

    def _dropped(self, at: object, source: str) -> None:
        entry = known(source)
        if isinstance(at, CellAt) and entry is not None and not self._is_fixed:
            self.sheet.setFocus()
            self._put(at, entry, goes_on=False)

    def _put(self, at: CellAt, entry: Sendable, *, goes_on: bool) -> None:
        state = self._state
        if state is None:
            return
        inside = state.in_table(at)
        if entry.rows and (inside is None or inside.table.rows not in entry.rows):
            self.say(
                Message(
                    f"“{entry.label}” has a value for each of several rows, and {at.cell} is in no such table.",
                    "Begin a table in the row where the first of them belongs.",
                    Tone.ATTENTION,
                    "A table begins here…",
                    self.begin_table,
                )
            )
            return
        kept = state.is_kept(at)
        self._goes_on = goes_on
        self._keep(state.with_figure(at, entry))
        if kept:
            self.say(
                Message(
                    f"{at.in_words}: {kept[0].lower()}{kept[1:]}, and “{entry.label}” is written over it.",
                    "Every return says so in its checks. Take the mark off under the figure to leave it alone.",
                    Tone.ATTENTION,
                )
            )

    def _keep(self, mapped: object) -> None:
        template = self._template
        if template is None or self._is_fixed:
            return
        if isinstance(mapped, MappedCell):
            words = label_of(mapped.source) if mapped.source else "nothing"
            self.office.do(MapCell(template, mapped), f"Put {words} into {mapped.place.cell}")
        elif isinstance(mapped, MappedTable):
            self.office.do(MapTable(template, mapped), f"Map the table {mapped.name}")

    def _go_on(self) -> None:
        """To the next cell that has nothing yet, on this sheet or after it; the keyboard is in the sheet again."""
        state, at = self._state, self.sheet.current
        following = state.next_open(at) if state is not None else None
        if following is not None:
            self.sheet.go_to(following.sheet, following.cell)
        self.sheet.setFocus()

    def go_to_next(self) -> None:
        """To the next cell to be filled that has no figure."""
        self._parts.choose(_FIGURE)
        self._go_on()

    def _remove(self) -> None:
        at, state = self.sheet.current, self._state
        if at is None or state is None or self._is_fixed or not state.has_figure(at):
            return
        self._unmap(state.key_at(at))

    def _unmap(self, key: str) -> None:
        if self._template is not None and not self._is_fixed:
            self.office.do(Unmap(self._template, key), f"Take the figure off {key}")

    def _leave_empty(self) -> None:
        at, state = self.sheet.current, self._state
        if at is None or state is None or self._template is None or self._is_fixed:
            return
        self._goes_on = True
        table = state.left_empty(at)
        if table is not None:
            name = f"Leave column {state.look(at).cell.rstrip('0123456789')} of {table.name} empty"
            self.office.do(MapTable(self._template, table), name)
        else:
            self.office.do(LeaveEmpty(self._template, at.sheet, at.cell), f"Leave {at.cell} empty")

    def _confirm(self, suggested: Sequence[str], carried: Sequence[str]) -> None:
        template = self._template
        if template is None or self._is_fixed:
            return
        if suggested:
            name = f"Accept {count(len(suggested), 'suggestion')}"
            self.office.do(AcceptSuggestions(template, tuple(suggested)), name)
        if carried:
            name = f"Confirm {count(len(carried), 'figure')} of the mapping"
            self.office.do(ReviewMapping(template, tuple(carried)), name)

    def _look_at(self, at: object) -> None:
        if isinstance(at, CellAt):
            self.sheet.go_to(at.sheet, at.cell)

    def _correct(self, at: object) -> None:
        if isinstance(at, CellAt) and self.sheet.go_to(at.sheet, at.cell):
            self._begin_picking()

    def _why_of(self, at: object) -> None:
        planned = self._state.planned(at) if isinstance(at, CellAt) and self._state is not None else None
        if planned is not None and planned.figure:
            self.ask_why(planned.figure)

    def _menu(self, at: CellAt) -> list[QAction]:
        state = self._state
        if state is None:
            return []
        found: list[QAction] = []

        def offer(words: str, do: object, enabled: bool = True) -> None:
            action = QAction(words, self)
            action.setEnabled(enabled)
            action.triggered.connect(lambda _checked=False: do())  # type: ignore[operator]  # each is called bare
            found.append(action)

        planned = state.planned(at)
        if planned is not None and planned.figure:
            offer("Why?\tF2", partial(self._why_of, at))
        if self._is_fixed:
            return found
        offer("Pick its figure…\tEnter", self._begin_picking)
        suggested = state.suggested(at)
        if suggested is not None:
            offer("Accept what is suggested", partial(self._confirm, (suggested.key,), ()))
        if state.review_of(at):
            offer("Confirm its figure", partial(self._confirm, (), (state.review_key(at),)))
        has = state.has_figure(at)
        offer("Take the figure off\tDel", self._remove, has)
        offer("Leave it empty on purpose", self._leave_empty, state.look(at).is_input)
        if state.in_table(at) is None:
            offer("A table begins here…", self.begin_table)
        return found

    # Tables

    def begin_table(self) -> None:
        """Opens the form of a table that begins in the row of the current cell."""
        self._parts.choose(_TABLE)
        self._fill_table_part()
        form = self._table_holder.findChild(TableForm)
        if form is not None:
            form.name.setFocus()

    def _fill_table_part(self) -> None:
        while self._table_column.count():
            item = self._table_column.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        at, state = self.sheet.current, self._state
        if at is None or state is None:
            return
        inside = state.in_table(at)
        if self._is_fixed:
            words = "This issue is no longer in use: its mapping stays as it was."
            self._table_column.addWidget(label(words, "second", wrap=True))
        elif inside is None and state.sheet(at.sheet) is not None:
            words = (
                f"A table that begins in row {state.look(at).row}: rows of ours are filled in below one another. Then "
                "choose a cell of each column and pick its figure."
            )
            self._table_column.addWidget(label(words, "second", wrap=True))
            table = state.new_table(at)
            form = TableForm(table, state.opened.catalogue, self._begin_with, self._end_table, is_new=True)
            self._table_column.addWidget(form)
        elif inside is not None:
            filled = count(len(inside.table.columns), "column")
            words = f"{inside.table.name}: {inside.table.rows.value}, {filled} with a figure."
            self._table_column.addWidget(label(words, "second", wrap=True))
            form = TableForm(
                inside.table, state.opened.catalogue, self._keep_table, self._end_table, is_new=False
            )
            self._table_column.addWidget(form)
            self._table_column.addWidget(
                link_button("Take the whole table off", partial(self._unmap, inside.table.name))
            )
        self._table_column.addStretch(1)

    def _begin_with(self, table: MappedTable) -> None:
        self._keep(table)
        self._end_table()

    def _keep_table(self, table: MappedTable) -> None:
        self._keep(table)
        self._end_table()

    def _end_table(self) -> None:
        self._parts.choose(_FIGURE)
        self.sheet.setFocus()

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.office.opened is not None and not self._asked:
            self._ask_list()

    def sizeHint(self) -> QSize:
        """The page gives a view the height that it hints at, and scrolls where there is less."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(self.minimumSizeHint().height(), _LEAST_HEIGHT))
