"""The return of a quarter before it is written: the workbook as it will be, the why of each cell, what to see to first,
and filling it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QShowEvent
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.exceptions import AcceptException, WithdrawException
from fundingapp.application.commands.returns import ReturnSaved, SaveReturn
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.queries.leaving import WhatLeaves
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.return_looks import LookedReturn, ReturnLook
from fundingapp.application.queries.returns import ReturnAnswer, ReturnDraft
from fundingapp.application.queries.sending_checks import ChecksAnswer, ChecksBeforeSending
from fundingapp.application.queries.sent_returns import (
    ComparedWithBefore,
    QuarterCompared,
    ReturnVersions,
    VersionShown,
)
from fundingapp.application.queries.templates import TemplateRow, TemplatesOf
from fundingapp.application.queries.why import Why
from fundingapp.application.wording import count
from fundingapp.domain.ids import ReturnId, TemplateId
from fundingapp.domain.leaving import LeavingThing
from fundingapp.domain.parties import Contact
from fundingapp.domain.periods import last_period_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.return_proofs import CellSort
from fundingapp.domain.returns import lacks_reason
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.sheet_looks import SheetState
from fundingapp.domain.signing import Certified
from fundingapp.domain.templates import TemplateState
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
from fundingapp.ui.page import Figure
from fundingapp.ui.returns.checks_list import ChecksList, sentence_of
from fundingapp.ui.returns.choice import PlaceInReturn, ReturnChoice
from fundingapp.ui.returns.moves import NextStep, needs_signing
from fundingapp.ui.returns.on_disk import OnDisk, found_in
from fundingapp.ui.returns.why_cell import (
    blocks_of,
    blocks_of_result,
    blocks_of_words,
    only_part,
    title_of,
)
from fundingapp.ui.sheets.marks import CellAt, CellMark
from fundingapp.ui.sheets.view import SheetView
from fundingapp.ui.signing.lock_forms import reason_form
from fundingapp.ui.signing.sign_off import SignOffCard
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.message_bar import Message

#: So long the cursor rests on a cell before its why is worked out: arrows held down ask once, at their end.
_PAUSE_MS = 90
_ADD = "add a template"
_LEAVES = "What leaves with it beside the sheets"
#: So many differences to the quarter before are listed; those beyond are marked in the sheet.
_MOST_COMPARED = 40
#: A sheet with so many figures is one of those that the return is about.
_MANY = 10


def person_in_words(contact: Contact) -> str:
    """“A. Grants, grant officer, grants@example.org”."""
    return ", ".join(
        part for part in (contact.name, contact.role.value, contact.email, contact.phone) if part
    )


class ReturnView(GrantView):
    """The workbook as it would be written now; the inspector says why of its cells and what to see to first."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("return", "Return", office)
        self._choice = choice
        self._position: GrantPosition | None = None
        self._templates: tuple[TemplateRow, ...] = ()
        self._chose: tuple[object, ...] = ()
        self._by_hand = False
        self._draft: ReturnAnswer | None = None
        self._looked: LookedReturn | None = None
        self._checks: ChecksAnswer | None = None
        self._compared: QuarterCompared | None = None
        self._wanted: PlaceInReturn | None = None
        self._at: CellAt | None = None
        self._why: tuple[CellAt, list[Block]] | None = None
        self._closed = False
        self._showing = False
        #: What was found in the workbook that was just filled, and whether it is shown: a cell of it may be.
        self._report: InspectorPage | None = None
        self._reports = False
        self.on_disk = OnDisk(self)
        self._compare = button("Compare with Q1", self._toggle_comparison)
        self._compare.setCheckable(True)
        self._check = button("Check", self.show_checks)
        self._save = primary_button("Save the return…", self.fill, icon="export")
        self.buttons = [self._compare, self._check, self._save]
        self._card = Card("The return")
        self._workbook = DropDown("Workbook that the return is written into")
        self._workbook.setMinimumContentsLength(26)
        self._workbook.activated.connect(lambda _at: self._choose_workbook())
        self._card.add_head(self._workbook)
        self.sheet = SheetView("The return's sheets")
        self.sheet.current_changed.connect(self._current_changed)
        self.sheet.why_requested.connect(self._ask_cell)
        self.sheet.chosen.connect(self._ask_cell)
        self.sheet.sheet_changed.connect(lambda _name: self._name_card())
        self.sheet.set_menu(self._menu)
        self._card.add(self.sheet, 1)
        self.body.addWidget(self._card, 1)
        self.next = NextStep(self)
        self.next.hide()
        self.body.addWidget(self.next)
        self.sign_off = SignOffCard(office, Certified.RETURN)
        self.sign_off.inspect_requested.connect(self.inspect)
        self.sign_off.deeper_requested.connect(self.inspect_deeper_requested)
        self.sign_off.close_requested.connect(self.panel_close_requested)
        self.sign_off.message_raised.connect(self.say)
        self.sign_off.hide()
        self.body.addWidget(self.sign_off)
        choice.quarter_changed.connect(self._other_return)
        choice.template_changed.connect(self._other_return)

    # What the page uses

    def show_position(self, answer: PositionAnswer) -> None:
        same = self._position is not None and (self._position.fund_id, self._position.year) == (
            answer.position.fund_id,
            answer.position.year,
        )
        self._position = answer.position
        if not same:
            self._forget()
        self.office.ask_of_grant(
            "returns.templates", TemplatesOf(answer.position.fund_id), self._templates_known, self
        )

    def refresh(self, topics: Topic) -> None:
        # What changes a figure comes with a new position; words, exceptions and mappings do not.
        self.sign_off.refresh(topics)
        if self._position is not None and topics & (Topic.RETURNS | Topic.SIGNING):
            self.office.ask_of_grant(
                "returns.templates", TemplatesOf(self._position.fund_id), self._templates_known, self
            )

    def go_to(self, subject: object) -> None:
        if isinstance(subject, PlaceInReturn):
            self._closed = False
            self._wanted = subject
            self._go_to_wanted()

    def first_focus(self) -> QWidget:
        return self.sheet

    def panel_closed(self) -> None:
        self._closed = True

    def link_followed(self, link: object) -> None:
        if isinstance(link, PlaceInReturn):
            self.go_to(link)

    # Which return

    @property
    def _template(self) -> TemplateRow | None:
        return next((row for row in self._templates if row.id == self._choice.template), None)

    def _templates_known(self, rows: Sequence[TemplateRow]) -> None:
        self._templates = tuple(
            row
            for row in rows
            if row.template.state is TemplateState.IN_USE
            or row.id == self._choice.template  # it was replaced while it is shown
        )
        self._choose_usual()
        options = [Option(None, "Our own workbook")]
        options += [Option(row.id, row.template.file_name) for row in self._templates]
        if not self.office.is_read_only:
            options.append(Option(_ADD, "Another workbook of the Commissioner…"))
        self._workbook.set_options(options, self._choice.template)
        self._ask()

    def _choose_usual(self) -> None:
        """Of a grant and quarter that come up: the newest of its templates; what was chosen by hand stays, in the other
        quarters of the year too, while it is for them."""
        position = self._position
        if position is None:
            return
        of = (position.fund_id, position.year)
        if self._chose != of:
            self._chose, self._by_hand = of, False
        usable = {row.id for row in self._templates if self._choice.quarter in row.template.quarters}
        chosen = self._choice.template
        if not self._by_hand or (chosen is not None and chosen not in usable):
            newest = max(usable, default=None)
            self._choice.choose_template(TemplateId(newest) if newest is not None else None)

    def _choose_workbook(self) -> None:
        key = self._workbook.key
        if key == _ADD:
            self._workbook.choose(self._choice.template)
            self.go("returns", ("templates", None))
        else:
            self._by_hand = True
            self._choice.choose_template(TemplateId(key) if isinstance(key, int) else None)

    def _other_return(self, _what: object) -> None:
        self._forget()
        if self.isVisible():
            self._choose_usual()
            self._workbook.choose(self._choice.template)
            self._ask()

    def _forget(self) -> None:
        self._closed = False
        self._at = self._why = self._compared = self._checks = self._looked = self._report = None
        self._compare.setChecked(False)

    def _ask(self) -> None:
        of, quarter, template = self._position, self._choice.quarter, self._choice.template
        if of is None:
            return
        grant = (of.fund_id, of.year, quarter)
        self.office.ask_of_grant("returns.draft", ReturnDraft(*grant), self._drafted, self)
        self.office.ask_of_grant("returns.look", ReturnLook(*grant, template), self._look_known, self)
        self.office.ask_of_grant(
            "returns.checks", ChecksBeforeSending(*grant, template), self._checks_known, self
        )
        self.office.ask_of_grant("returns.newest", ReturnVersions(*grant), self._versions_known, self)
        if self._compare.isChecked():
            self._ask_comparison()
        self._name_buttons()

    # What is shown

    def _versions_known(self, versions: Sequence[VersionShown]) -> None:
        newest, of = (versions[0] if versions else None), self._position
        self.next.show_version(newest)
        self.next.setVisible(newest is not None)
        signs = newest is not None and needs_signing(newest)
        self.sign_off.setVisible(signs)
        if newest is not None and of is not None and signs:
            self.sign_off.show_of(
                of.fund_id, of.year, last_period_of(newest.value.quarter), ReturnId(newest.id)
            )

    def _drafted(self, answer: ReturnAnswer) -> None:
        self._draft = answer
        document = answer.document
        self.pill_changed.emit((f"draft {document.version}", Tone.ATTENTION))
        template = self._template
        if template is None:
            to = f"in our own workbook, to {document.commissioner}"
        else:
            to = f"in the Commissioner’s own workbook: {template.template.file_name}"
        self.state_changed.emit(to)
        self._show_panel()

    def _look_known(self, looked: LookedReturn) -> None:
        first = self._looked is None
        self._looked = looked
        self._showing = True
        self.sheet.show_sheets(looked.sheets, self._marks())
        if first:
            self._go_to_figures(looked)
        self._showing = False
        self._name_card()
        self._go_to_wanted()
        if self._at is not None:
            self._ask_cell(self._at, deliberate=False)

    def _go_to_figures(self, looked: LookedReturn) -> None:
        """Begins with the first sheet that is about money, rather than with a cover."""
        for sheet in looked.sheets:
            ours = [cell for (name, _), cell in looked.cells.items() if name == sheet.name and cell.figure]
            if len(ours) >= _MANY and sheet.state is SheetState.VISIBLE:
                self.sheet.go_to(sheet.name, ours[0].cell)
                return

    def _checks_known(self, checks: ChecksAnswer) -> None:
        self._checks = checks
        self.sheet.set_marks(self._marks())
        notes: dict[str, tuple[str, Tone]] = {}
        for check in (*checks.looks, *checks.errors):
            if check.sheet:
                number = sum(each.sheet == check.sheet and each.grade is check.grade for each in checks.open)
                tone = Tone.BAD if check.grade is Grade.ERROR else Tone.ATTENTION
                notes[check.sheet] = (str(number), tone)
        self.sheet.set_tab_notes(notes)
        self._name_buttons()
        self._show_panel()

    def _name_card(self) -> None:
        self._card.set_title(self.sheet.sheet or "The return", self.sheet.sheets_in_words)

    def _name_buttons(self) -> None:
        quarter, checks, template = self._choice.quarter, self._checks, self._template
        self._compare.set_text(f"Compare with Q{quarter - 1}" if quarter > 1 else "Compare")
        self._compare.setEnabled(quarter > 1)
        self._compare.setToolTip("" if quarter > 1 else "The first quarter of a year has none before it")
        self._check.set_text(f"Check ({len(checks.open)})" if checks is not None else "Check")
        self._save.set_text("Fill and save…" if template is not None else "Save the return…")
        self._save.setEnabled(not self.office.is_read_only and self._draft is not None)
        errors = len(checks.errors) if checks is not None else 0
        self._save.setToolTip(
            f"{count(errors, 'error')} to settle or accept first: it is saved as a draft that can't be certified yet"
            if errors
            else ""
        )

    def _marks(self) -> Mapping[tuple[str, str], CellMark]:
        """The figures that answer why, what is to be seen to, and what is another than in the quarter before."""
        marks: dict[tuple[str, str], CellMark] = {}
        looked, checks = self._looked, self._checks
        if looked is None:
            return marks
        before = {}
        if self._compared is not None and self._compared.before is not None:
            before = {row.figure: row for row in self._compared.rows}
        hints: dict[tuple[str, str], list[str]] = {}
        tones: dict[tuple[str, str], Tone] = {}
        for check in checks.open if checks is not None else ():
            if check.cell:
                place = (check.sheet, check.cell)
                bad = check.grade is Grade.ERROR or tones.get(place) is Tone.BAD
                tones[place] = Tone.BAD if bad else Tone.ATTENTION
                hints.setdefault(place, []).append(check.text)
        changed = set()
        for place, cell in looked.cells.items():
            row = before.get(cell.figure) if cell.figure else None
            if row is not None and row.difference and self._compared is not None:
                changed.add(place)
                hints.setdefault(place, []).append(
                    f"Q{self._choice.quarter - 1}: {row.before}, {row.difference.in_words} since"
                )
        for place, why_not in looked.not_computed.items():
            hints.setdefault(place, []).append(f"No result yet: {why_not}")
        for place in {*looked.cells, *hints}:
            own = looked.cells.get(place)
            derived = own is not None and (bool(own.figure) or own.sort is CellSort.RESULT)
            marks[place] = CellMark(
                derived, tones.get(place), place in changed, hint="\n".join(hints.get(place, ()))
            )
        return marks

    # Why of a cell

    def _current_changed(self, at: object) -> None:
        if isinstance(at, CellAt) and self.sheet.grid.hasFocus() and not self._showing:
            self._closed = False
            self._ask_cell(at, deliberate=False, pause_ms=_PAUSE_MS)

    def _ask_cell(self, at: object, *, deliberate: bool = True, pause_ms: int = 0) -> None:
        """Shows what is known of a cell; one that was asked for on purpose opens the inspector again."""
        looked = self._looked
        if not isinstance(at, CellAt) or looked is None:
            return
        self._closed = self._closed and not deliberate
        self._at, self._reports = at, False
        cell = looked.cells.get((at.sheet, at.cell))
        if cell is not None and cell.figure:
            question = Why(cell.figure, None)
            self.office.ask("returns.why", question, partial(self._explained, at), self, pause_ms)
            return
        self.office.asker.forget("returns.why")
        look = self.sheet.look(at)
        blocks: list[Block] = []
        if look is not None and look.formula:
            blocks = blocks_of_result(looked, at.sheet, look)
        elif cell is not None:
            blocks = blocks_of_words(cell)
        elif look is not None and look.is_input and looked.template is not None:
            blocks = [TextBlock("Nothing of ours is put here.", look.label)]
        self._why = (at, blocks)
        self._show_panel()

    def _explained(self, at: CellAt, explanation: Explanation) -> None:
        if at != self._at:
            return
        deeper = only_part(explanation)
        if deeper and deeper != explanation.figure:
            self.office.ask("returns.why", Why(deeper, None), partial(self._explained, at), self)
        else:
            self._why = (at, blocks_of(explanation, self.go_requested.emit))
            self._show_panel()

    def _menu(self, at: CellAt) -> Sequence[QAction]:
        actions = [QAction("Why?\tF2", self)]
        actions[0].triggered.connect(partial(self._ask_cell, at))
        if self._choice.template is not None:
            mapping = QAction("What is put here…", self)
            mapping.triggered.connect(partial(self._show_mapping, at))
            actions.append(mapping)
        return actions

    def _show_mapping(self, at: CellAt, _checked: bool = False) -> None:
        self.go("returns", ("templates", PlaceInReturn(at.sheet, at.cell)))

    def _go_to_wanted(self) -> None:
        wanted = self._wanted
        if wanted is None or self._looked is None:
            return
        self._wanted = None
        if self.sheet.go_to(wanted.sheet, wanted.cell):
            self.sheet.setFocus()
            self._ask_cell(self.sheet.current)

    # The inspector

    def show_checks(self) -> None:
        """Opens the inspector on the whole return and what to see to."""
        self._closed = False
        self._at = self._why = self._report = None
        self._show_panel()

    def _show_report(self) -> None:
        self._at = self._why = None
        self._reports = True
        self._show_panel()

    def _show_panel(self) -> None:
        if not self.isVisible() or self._closed or self._draft is None:
            return
        if self._report is not None and self._reports:
            self.inspect(self._report)
            return
        blocks: list[Block] = []
        title = f"Q{self._choice.quarter} return"
        if self._why is not None and self._why[0] == self._at:
            at, of_cell = self._why
            look = self.sheet.look(at)
            title = self._title_of(at)
            blocks += of_cell
            if of_cell == [] and look is not None:
                blocks.append(TextBlock("The workbook's own words: nothing of ours stands here."))
            steps = []
            if self._report is not None:
                steps.append(Step("Back to what was found", self._show_report))
            if self._choice.template is not None and look is not None and look.is_input:
                steps.append(Step("What is put here…", partial(self._show_mapping, at)))
            if steps:
                blocks.append(StepsBlock(steps))
            blocks += self._checks_blocks()
        else:
            blocks += self._whole(self._draft)
        self.inspect(InspectorPage(title, blocks, ("return", self._choice.quarter)))

    def _title_of(self, at: CellAt) -> str:
        looked, look = self._looked, self.sheet.look(at)
        own = looked.cells.get((at.sheet, at.cell)) if looked is not None else None
        shown = " ".join(look.shown.split()) if look is not None else ""
        is_figure = (own is not None and bool(own.figure)) or (look is not None and bool(look.formula))
        return title_of(at.cell, shown) if is_figure else f"{at.cell} · {shown}".removesuffix(" · ")

    def _checks_blocks(self) -> list[Block]:
        checks = self._checks
        if checks is None:
            return [TextBlock("Being checked…", "Before it can be certified")]
        return [WidgetBlock(partial(self._checks_list, checks), "Before it can be certified")]

    def _checks_list(self, checks: ChecksAnswer) -> QWidget:
        made = ChecksList(checks, self._held(checks), may_write=not self.office.is_read_only)
        made.chosen.connect(self._go_to_check)
        made.accept_wanted.connect(self._accept)
        made.withdraw_wanted.connect(self._withdraw)
        return made

    def _held(self, checks: ChecksAnswer) -> list[str]:
        """What was checked and holds."""
        held = []
        if self._draft is not None:
            identities = self._draft.document.identities
            agreeing = sum(identity.holds for identity in identities)
            if agreeing:
                held.append(f"{agreeing} of {len(identities)} identities agree to the penny.")
        if checks.cells:
            held.append(f"{count(checks.cells, 'cell')} looked at.")
        looked = self._looked
        if looked is not None:
            results = sum(cell.sort is CellSort.RESULT for cell in looked.cells.values())
            if results:
                held.append(f"{count(results, 'formula')} of the workbook worked out anew.")
        return held

    def _go_to_check(self, check: object) -> None:
        if not isinstance(check, SendingCheck):
            return
        if check.cell and self.sheet.go_to(check.sheet, check.cell):
            self.sheet.setFocus()
            self._ask_cell(self.sheet.current)
        elif check.figure:
            self.ask_why(check.figure)

    def _accept(self, check: object) -> None:
        if not isinstance(check, SendingCheck) or self._position is None:
            return
        of, quarter = self._position, self._choice.quarter
        form = partial(
            reason_form,
            self.office,
            "Accept it",
            lambda why: AcceptException(of.fund_id, of.year, quarter, check.key, check.text, why),
            "Accept a check",
            self._back_to_checks,
            "for example: agreed with the Commissioner on 12 April",
            f"{sentence_of(check)}\nIt stays in the list with this reason, goes into the pack, and is open again when "
            "what it says changes.",
        )
        page = InspectorPage(
            f"Accept with a reason · Q{quarter} {of.year}", [WidgetBlock(form)], ("accept", check.key)
        )
        self.inspect_deeper_requested.emit(page)

    def _withdraw(self, check: object) -> None:
        if isinstance(check, SendingCheck) and self._position is not None:
            of = self._position
            self.office.do(
                WithdrawException(of.fund_id, of.year, self._choice.quarter, check.key),
                "Take an acceptance back",
            )

    def _back_to_checks(self) -> None:
        self._closed = False
        self._show_panel()

    def _whole(self, answer: ReturnAnswer) -> list[Block]:
        """What is certified, by whom, and for whom it is."""
        document = answer.document
        position = document.position
        name = f"{document.fund}/{document.year}"
        suffix = f"@{position.to_period}"
        quarter = position.spent_in_quarter(document.quarter)
        blocks: list[Block] = [
            SumBlock(
                [
                    SumRow("Available", position.available, Figure(f"{name}/available{suffix}")),
                    SumRow(
                        f"Spent in Q{document.quarter}",
                        quarter,
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
                    person_in_words(each) + (", deputy" if each.is_deputy else "")
                    for each in answer.certifiers
                )
                or "Nobody is recorded as section 151 officer: add the person under Settings, Contacts.",
                "Who certifies it",
            ),
            *self._checks_blocks(),
        ]
        steps = []
        row = self._template
        if row is not None:
            of = (position.fund_id, position.year, document.quarter, TemplateId(row.id))
            steps.append(Step("Check the file on disk…", partial(self.on_disk.choose_of, of)))
        if any(not identity.holds for identity in document.identities):
            steps.append(Step("Open Reconcile", lambda: self.go("reconcile")))
        wanting = next((each.ref for each in position.projects if lacks_reason(each)), None)
        if wanting is not None and not self.office.is_read_only:
            steps.append(Step(f"Give the reason of {wanting}…", partial(self.go, "projects", wanting)))
        if steps:
            blocks.append(StepsBlock(steps))
        if self._compared is not None:
            blocks.insert(0, self._comparison(self._compared))
        if document.commissioners:
            parts = [SumRow(part.name, part.spent, note=part.days) for part in document.commissioners]
            parts.append(SumRow("Together", quarter, is_total=True))
            blocks.append(SumBlock(parts, f"Spent in Q{document.quarter} under each commissioner"))
        if answer.contacts:
            people = [person_in_words(each) for each in answer.contacts]
            blocks.append(TextBlock("\n".join((document.commissioner, *people)), "Prepared for"))
        reasons = [f"{each.ref}: {each.reason}" for each in position.projects if each.reason]
        if reasons:
            blocks.append(TextBlock("\n".join(reasons), "Reasons for variances, as the return states them"))
        return blocks

    # Beside the quarter before

    def _toggle_comparison(self) -> None:
        self._compared = None
        self._at = self._why = self._report = None
        self._closed = False
        if self._compare.isChecked():
            self._ask_comparison()
        else:
            self.sheet.set_marks(self._marks())
            self._show_panel()

    def _ask_comparison(self) -> None:
        of = self._position
        if of is not None:
            question = ComparedWithBefore(of.fund_id, of.year, self._choice.quarter)
            self.office.ask_of_grant("returns.compared", question, self._compared_known, self)

    def _compared_known(self, compared: QuarterCompared) -> None:
        if self._compare.isChecked():
            self._compared = compared
            self.sheet.set_marks(self._marks())
            self._show_panel()

    def _comparison(self, compared: QuarterCompared) -> Block:
        """What is another than it was in the quarter before, the largest first."""
        quarter = self._choice.quarter
        if compared.before is None:
            return TextBlock(
                f"No return of Q{quarter - 1} was saved: there is nothing to hold this one against.",
                f"Beside Q{quarter - 1}",
            )
        before = compared.before.value
        rows = sorted(
            (row for row in compared.rows if row.difference), key=lambda row: -abs(row.difference.pence)
        )
        caption = f"Beside Q{quarter - 1}, version {before.version}, {compared.before.state_in_words}"
        if not rows:
            return TextBlock("No figure is another.", caption)
        return SumBlock(
            [
                SumRow(
                    row.label if row.group == "Grant" else f"{row.group}: {row.label}",
                    row.difference,
                    Figure(row.figure) if row.figure else None,
                    note=f"Q{quarter - 1} {row.before}, now {row.now}",
                )
                for row in rows[:_MOST_COMPARED]
            ],
            caption,
        )

    # Writing

    def fill(self) -> None:
        """Says what is about to be filled, for which year, and what is in the way; our own workbook needs none."""
        if self._draft is None:
            return
        if self._template is None:
            self.choose_place()
            return
        self._closed = False
        self._show_filling(None)
        question = WhatLeaves(TemplateId(self._template.id))
        self.office.ask("returns.leaving", question, self._show_filling, self)

    def _show_filling(self, leaving: Sequence[LeavingThing] | None) -> None:
        row = self._template
        if row is not None and self._draft is not None and self.isVisible():
            blocks = self._filling_blocks(row, leaving)
            self.inspect(InspectorPage(f"Fill and save · {self._named}", blocks, ("fill", self._named)))

    @property
    def _named(self) -> str:
        """As “Locality Fund 2018/19 Q3”: a return is never written without its year being read (U06)."""
        if self._draft is None:
            raise AssertionError("nothing is shown yet")
        document = self._draft.document
        return f"{document.fund} {document.year} Q{document.quarter}"

    def _filling_blocks(self, row: TemplateRow, leaving: Sequence[LeavingThing] | None) -> list[Block]:
        looked, checks = self._looked, self._checks
        ours = (
            []
            if looked is None
            else [each for each in looked.cells.values() if each.sort is not CellSort.RESULT]
        )
        results = 0 if looked is None else len(looked.cells) - len(ours)
        rows = [
            SumRow("Workbook", row.template.file_name, note=row.fund_name),
            SumRow("Return", self._named),
            SumRow("Cells of ours", f"{len(ours):,}"),
            SumRow("Formulas worked out anew", f"{results:,}"),
        ]
        if looked is not None and looked.not_computed:
            rows.append(
                SumRow(
                    "Formulas left to Excel",
                    f"{len(looked.not_computed):,}",
                    note="they show nothing until the workbook is opened",
                )
            )
        blocks: list[Block] = [SumBlock(rows, "What is written")]
        said: list[tuple[str, Tone, str]] = []
        if checks is not None and checks.errors:
            errors = count(len(checks.errors), "error")
            said.append(
                (
                    "stop",
                    Tone.BAD,
                    f"{errors} to settle or accept before it can be certified: it is saved as a draft.",
                )
            )
        if row.to_review:
            said.append(
                ("ask", Tone.ATTENTION, f"{count(row.to_review, 'place')} of the mapping not yet looked at.")
            )
        said.append(
            (
                "✓",
                Tone.GOOD,
                "Everything else of the workbook stays byte for byte; the file is read back and compared before it "
                "takes its place.",
            )
        )
        blocks.append(CheckBlock(said, "Before it is saved"))
        blocks.append(StepsBlock([Step("Choose where to save it…", self.choose_place, True)]))
        if leaving is None:
            blocks.append(TextBlock("Being looked at…", _LEAVES))
        elif leaving:
            things = [
                (
                    "to decide" if each.is_open else "stays",
                    Tone.ATTENTION if each.is_open else Tone.NEUTRAL,
                    f"{each.place}: {each.what}. {each.justification}".strip(),
                )
                for each in sorted(leaving, key=lambda each: not each.is_open)
            ]
            blocks.append(CheckBlock(things, _LEAVES))
        return blocks

    def choose_place(self) -> None:
        """Asks where, in a dialogue that names the workbook and the year, and writes the return there."""
        answer = self._draft
        if answer is None:
            return
        document, row = answer.document, self._template
        fund = "".join(letter if letter.isalnum() or letter in " -" else " " for letter in document.fund)
        year = str(document.year).replace("/", "-")
        suffix = Path(row.template.file_name).suffix if row is not None else ".xlsx"
        base = f"{' '.join(fund.split())} {year} Q{document.quarter} return"
        stem = base if row is None else f"{Path(row.template.file_name).stem} {base}"
        into = "" if row is None else f" in {row.template.file_name}"
        path = self.office.files.to_save(
            self, f"Save the return of {self._named}{into}", f"{stem}{suffix}", f"Excel workbooks (*{suffix})"
        )
        if path is None:
            return
        if path.suffix.casefold() != suffix.casefold():
            path = Path(f"{path}{suffix}")
        position = document.position
        of = (position.fund_id, position.year, document.quarter)
        save = SaveReturn(*of, path, TemplateId(row.id) if row is not None else None)
        name = f"Save the Q{document.quarter} return"
        self._closed = False
        self.on_disk.may_write(path, of, lambda: self.office.do(save, name, self._saved), self.choose_place)

    def _saved(self, effect: Effect[ReturnSaved]) -> None:
        made = effect.result
        folder = made.path.parent
        said = "" if made.document.agrees else " What is still to settle stands in its list of checks."
        self.say(
            Message(
                f"{made.path.name} is saved: {made.cells_written:,} cells written and read back equal.",
                f"It is in {folder}.{said}",
                Tone.GOOD if made.document.agrees else Tone.ATTENTION,
                "Open the folder",
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            )
        )
        self._report = self._found_page(made)
        self._show_report()

    def _found_page(self, made: ReturnSaved) -> InspectorPage | None:
        """What the filler found in the workbook, each thing leading to its cell; None when there is nothing."""
        found = found_in(made)
        if not found and not made.annexes:
            return None
        held = [f"{made.cells_written:,} cells written and read back equal."]
        held += [f"{path.name} holds the rows that its tables have no room for." for path in made.annexes]
        return InspectorPage(
            f"Saved: {made.path.name}",
            [
                WidgetBlock(partial(self._found_list, found, held), "What was found while it was filled"),
                StepsBlock([Step("Show what is still to settle", self.show_checks)]),
            ],
            ("filled", made.id),
        )

    def _found_list(self, found: tuple[SendingCheck, ...], held: Sequence[str]) -> QWidget:
        made = ChecksList(ChecksAnswer(found), held, may_write=False)
        made.chosen.connect(self._go_to_check)
        return made

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():  # it comes to the front, rather than the window out of the task bar
            self._closed = False
        super().showEvent(event)
