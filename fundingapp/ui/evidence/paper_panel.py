"""One paper in the inspector: what it looks like, what it supports, all that is known of it, edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.papers import (
    ChangePaper,
    ChangePapers,
    CleanPaper,
    ErasePaper,
    KeepLonger,
    LinkPapers,
    LookedAt,
    RemovePapers,
    UnlinkPapers,
)
from fundingapp.application.queries.evidence import PaperShown, ThingsToSupport
from fundingapp.application.queries.papers_due import Erasing, WhatErasingTakes
from fundingapp.application.queries.supported import SupportShown
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import listed
from fundingapp.domain.evidence import About, Agreed, EvidenceType, Keeping, Marking, PersonalData, about_of
from fundingapp.domain.ids import EvidenceId
from fundingapp.ui.adding_papers import Adding
from fundingapp.ui.dropped import can_take, handed_over, places_of
from fundingapp.ui.evidence.places import go_to_supported
from fundingapp.ui.evidence.previews import Preview
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import Inspector, InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.page import Target
from fundingapp.ui.paper_words import MARKING_TONES, in_bytes, pills_of
from fundingapp.ui.papers import ANY_FILE, open_paper, paint_drop_frame, save_copy
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import IconButton, button, primary_button
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.leaving_text import LeavingText
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.pick_field import PickField
from fundingapp.ui.widgets.pill import Pill

#: Of these it is worth saying how strong they are: how many were asked, how, and what it cannot show.
_STRONG = frozenset(
    {
        EvidenceType.CASE_STUDY,
        EvidenceType.SURVEY,
        EvidenceType.DATASET,
        EvidenceType.EVALUATION,
        EvidenceType.REPORT,
    }
)
_CAPTION_WIDTH = 92
#: So many lines of what happened to the paper; all of it is on the page History.
_HISTORY = 8
#: So much of the list of what can be supported is offered at once.
_OFFERED = 50


def is_shown(panel: QWidget | None) -> bool:
    """Whether *panel* is still there and can be seen."""
    return panel is not None and shiboken6.isValid(panel) and panel.isVisible()


def things_to_support(
    office: Office, owner: QWidget, here: Callable[[], Sequence[SupportShown]]
) -> Callable[[str, Callable[[Sequence[tuple[str, Any]]], object]], None]:
    """What a :class:`PickField` offers: everything of the file that a paper can support, but what *here* names."""

    def ask(text: str, offer: Callable[[Sequence[tuple[str, Any]]], object]) -> None:
        def answered(found: tuple[SupportShown, ...]) -> None:
            known = {each.supported for each in here()}
            offer([(each.words, each) for each in found if each.supported not in known])

        office.ask(
            f"evidence.things.{id(owner)}", ThingsToSupport(text.strip(), _OFFERED), answered, owner, 120
        )

    return ask


class PaperPanel(QWidget):
    """Shows a :class:`PaperShown`; every field that is left is kept at once, each as one step of Undo. A file dropped
    on it is taken as the new version."""

    def __init__(self, office: Office, shown: PaperShown) -> None:
        super().__init__()
        self._office = office
        self._shown = shown
        self._can_write = not office.is_read_only and shown.row.of.erased_at is None
        self._hovered = False
        #: What is known of the paper, group by group; of an erased one nothing is.
        self._groups: list[QWidget] = []
        self.setAcceptDrops(self._can_write and shown.row.keeping is Keeping.FILE)
        self.setAccessibleName("Paper")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        self._column = column
        self._preview = Preview(office)
        column.addWidget(self._preview)
        self._pills = QWidget()
        self._pills_in = FlowLayout(self._pills, STEP + 2, 4)
        column.addWidget(self._pills)
        self._note = label("", "note", wrap=True)
        column.addWidget(self._note)
        self._steps = QWidget()
        self._steps_in = FlowLayout(self._steps, 2 * STEP)
        column.addWidget(self._steps)
        column.addLayout(self._make_supports())
        self._make_fields()
        self._more = QVBoxLayout()
        self._more.setSpacing(3 * STEP)
        column.addLayout(self._more)
        self.show_paper(shown)

    @property
    def shown(self) -> PaperShown:
        """What is shown."""
        return self._shown

    def is_of(self, shown: PaperShown) -> bool:
        """Whether *shown* is the same paper, kept in the same way, so that it can be shown here."""
        row = self._shown.row
        return (row.id, row.keeping) == (shown.row.id, shown.row.keeping)

    # Parts

    def _make_supports(self) -> QVBoxLayout:
        group = QVBoxLayout()
        group.setSpacing(STEP)
        group.addWidget(label("Supports", "caption"))
        self._supports = QVBoxLayout()
        self._supports.setSpacing(2)
        group.addLayout(self._supports)
        self.picker = PickField(
            "What it supports",
            "type an indicator, claim, project…",
            things_to_support(self._office, self, lambda: self._shown.row.supports),
        )
        self.picker.picked.connect(self._link)
        self.picker.setVisible(self._can_write)
        group.addWidget(self.picker)
        return group

    def _grid(self, caption: str) -> QGridLayout:
        holder = QWidget()
        self._groups.append(holder)
        group = QVBoxLayout(holder)
        group.setContentsMargins(0, 0, 0, 0)
        group.setSpacing(STEP)
        group.addWidget(label(caption, "caption"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnMinimumWidth(0, _CAPTION_WIDTH)
        grid.setColumnStretch(1, 1)
        group.addLayout(grid)
        self._column.addWidget(holder)
        return grid

    def _field(self, grid: QGridLayout, caption: str, field: QWidget) -> QWidget:
        at = grid.rowCount()
        words = label(caption, "second")
        words.setBuddy(field)
        is_tall = isinstance(field, LeavingText)
        beside = Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(words, at, 0, beside)
        grid.addWidget(field, at, 1)
        field.setEnabled(self._can_write)
        return words

    def _line(self, grid: QGridLayout, caption: str, field: str, hint: str = "") -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(caption)
        made.setPlaceholderText(hint)
        made.editingFinished.connect(lambda: self._change(field, made.text().strip()))
        self._field(grid, caption, made)
        return made

    def _choice(self, grid: QGridLayout, caption: str, field: str, options: Sequence[Any]) -> DropDown:
        made = DropDown(caption)
        made.set_options([Option(each, _capital(each.value)) for each in options])
        made.activated.connect(lambda _at: self._change(field, made.key))
        self._field(grid, caption, made)
        return made

    def _day(self, grid: QGridLayout, caption: str, take: Callable[[DayField], object]) -> DayField:
        made = DayField(caption)
        made.editingFinished.connect(lambda: take(made))
        self._field(grid, caption, made)
        return made

    def _make_fields(self) -> None:
        what = self._grid("What it is")
        self.title = self._line(what, "Title", "title", "as it is to be called")
        self.sort = self._choice(what, "Type", "sort", tuple(EvidenceType))
        self.dated = self._day(what, "Date", lambda field: self._take_day(field, "dated"))
        self.marking = self._choice(what, "Marking", "marking", tuple(Marking))
        self.body = LeavingText("Text", "the text itself")
        self.body.setFixedHeight(110)
        self.body.left.connect(self._change_body)
        self._body_caption = self._field(what, "Text", self.body)
        people = self._grid("People")
        self.personal = self._choice(people, "Personal data", "personal", tuple(PersonalData))
        self.personal.activated.disconnect()
        self.personal.activated.connect(lambda _at: self._look(self.personal.key))
        self._found = label("", "note", wrap=True)
        people.addWidget(self._found, people.rowCount(), 1)
        self._looked = LinkLabel("I looked: no personal data", lambda: self._look(PersonalData.NONE))
        self._looked.setToolTip("Says that a person has looked at it and found none")
        people.addWidget(self._looked, people.rowCount(), 1)
        self.agreed = self._choice(people, "Consent", "agreed", tuple(Agreed))
        self.agreed_note = self._line(
            people, "Consent note", "agreed_note", "where the forms are, until when"
        )
        self.basis = self._line(people, "Lawful basis", "lawful_basis", "such as public task")
        keep = self._grid("Keeping")
        self.until = self._day(keep, "Keep until", lambda field: self._take_day(field, "retain_until"))
        self._proposed = label("", "note", wrap=True)
        keep.addWidget(self._proposed, keep.rowCount(), 1)
        self._take = LinkLabel("Keep it until then", self._take_proposal)
        keep.addWidget(self._take, keep.rowCount(), 1)
        self._strength = QWidget()
        self._column.addWidget(self._strength)
        strength = QVBoxLayout(self._strength)
        strength.setContentsMargins(0, 0, 0, 0)
        strength.setSpacing(STEP)
        strength.addWidget(label("How strong it is", "caption"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnMinimumWidth(0, _CAPTION_WIDTH)
        grid.setColumnStretch(1, 1)
        strength.addLayout(grid)
        self.sample = QLineEdit()
        self.sample.setAccessibleName("Sample")
        self.sample.setPlaceholderText("how many were asked")
        self.sample.editingFinished.connect(self._take_sample)
        self._field(grid, "Sample", self.sample)
        self.method = self._line(grid, "Method", "method", "how it was found out")
        self.limits = self._line(grid, "Limits", "limits", "what it cannot show")

    # What is shown

    def show_paper(self, shown: PaperShown) -> None:
        """Shows the same paper as it is now; a field that is being typed into is left alone."""
        self._shown = shown
        row, of = shown.row, shown.row.of
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, Inspector):
                above.set_title(row.title_or_name)
            above = above.parentWidget()
        if row.keeping is Keeping.TEXT:
            self._preview.show_text("")
        elif row.keeping is Keeping.FILE:
            hidden = of.personal in (PersonalData.SOME, PersonalData.SPECIAL)
            self._preview.show_file(row.id, of.name, of.media_type, of.size, hidden=hidden)
        else:
            self._preview.show_text("")
        _fill(self._pills_in, self._pills, [Pill(*each) for each in self._pills_now()])
        self._note.setText(self._said())
        _fill(self._steps_in, self._steps, self._buttons())
        self._show_supports()
        self._fill_fields(about_of(of))
        self.body.setVisible(row.keeping is Keeping.TEXT)
        self._body_caption.setVisible(row.keeping is Keeping.TEXT)
        if not self.body.hasFocus():
            self.body.set_text(of.body)
        self._found.setText(of.found)
        self._found.setVisible(bool(of.found))
        self._looked.setVisible(self._can_write and of.personal is PersonalData.UNKNOWN)
        strong = of.sort in _STRONG or of.sample is not None or bool(of.method or of.limits)
        self._proposed.setText(f"Proposed: {short_date(shown.keep.until)}, {shown.keep.reason}.")
        differs = of.retain_until != shown.keep.until
        self._proposed.setVisible(differs)
        self._take.setVisible(differs and self._can_write)
        is_there = row.keeping is not Keeping.ERASED
        self._strength.setVisible(strong and is_there)
        for group in self._groups:
            group.setVisible(is_there)
        self._show_more()

    def _pills_now(self) -> list[tuple[str, Tone]]:
        of = self._shown.row.of
        found = list(pills_of(self._shown.row))
        if of.erased_at is None:
            if of.personal is PersonalData.UNKNOWN:
                found.append(("personal data: not looked at", Tone.NEUTRAL))
            if of.marking is not Marking.NONE:
                found.append((of.marking.value, MARKING_TONES[of.marking]))
            if self._shown.row.due:
                found.append(("kept long enough", Tone.ATTENTION))
        return found

    def _said(self) -> str:
        row, of = self._shown.row, self._shown.row.of
        added = f"added by {of.added_by} on {short_date(of.added_at.astimezone().date())}"
        if of.erased_at is not None:
            day = short_date(of.erased_at.astimezone().date())
            return (
                f"It was erased by {of.erased_by} on {day}: {of.erased_why}\n"
                f"Its content is gone; what remains is that it was there ({of.sha256[:12]}…), {added}."
            )
        parts = [of.name]
        if of.is_file:
            parts.append(in_bytes(of.size))
        parts.append(added)
        said = " · ".join(parts)
        if of.cleaned_from:
            said += "\nWhat it told beside its content was taken out."
        if row.replaced_by is not None:
            said += "\nA newer version took its place."
        if self._shown.why_not:
            said += f"\nIt {self._shown.why_not}: it is never opened from here, only saved as a copy."
        told = [each.text for each in self._shown.told if each.kind in ("empty", "differs", "hidden")]
        return "\n".join([said, *told])

    def _buttons(self) -> list[QWidget]:
        row = self._shown.row
        if row.keeping is Keeping.ERASED:
            return []
        made: list[QWidget] = []
        if row.keeping is Keeping.FILE:
            if self._shown.opens:
                made.append(
                    primary_button(
                        "Open a copy", partial(open_paper, self._office, self, row), tip="Read-only"
                    )
                )
            made.append(button("Save a copy…", partial(save_copy, self._office, row.id, row.of.name)))
        elif row.keeping is Keeping.LINK:
            made.append(primary_button("Open the link…", partial(open_paper, self._office, self, row)))
        if not self._can_write:
            return made
        if row.keeping is Keeping.FILE and row.replaced_by is None:
            made.append(button("New version…", self._choose_version, tip="A file can be dropped here too"))
        if self._shown.can_clean:
            tells = listed(self._shown.can_clean, "and")
            made.append(
                button(
                    f"Take out {tells}",
                    lambda: self._office.do(CleanPaper(row.id), f"Take out {tells}"),
                    tip="The picture or the words stay as they are",
                )
            )
        if row.due:
            made.append(
                button("Keep longer…", partial(ask_longer, self._office, (row.id,), row.title_or_name))
            )
        made.append(button("Erase…", self.erase, tip="Takes its content out for good"))
        made.append(button("Remove", self._remove, tip="Takes it off the list; Undo brings it back"))
        return made

    def _show_supports(self) -> None:
        while (item := self._supports.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for each in self._shown.row.supports:
            line = QWidget()
            across = QHBoxLayout(line)
            across.setContentsMargins(0, 0, 0, 0)
            across.setSpacing(STEP)
            across.addWidget(LinkLabel(each.words, partial(self._go, each)), 1)
            if self._can_write:
                off = IconButton("close", f"Take it off {each.words}", partial(self._unlink, each))
                across.addWidget(off)
            self._supports.addWidget(line)
        if not self._shown.row.supports:
            said = "Nothing yet: say below what it shows." if self._can_write else "Nothing."
            self._supports.addWidget(label(said, "note", wrap=True))

    def _fill_fields(self, about: About) -> None:
        lines = (
            (self.title, about.title),
            (self.agreed_note, about.agreed_note),
            (self.basis, about.lawful_basis),
            (self.method, about.method),
            (self.limits, about.limits),
            (self.sample, "" if about.sample is None else str(about.sample)),
        )
        for field, text in lines:
            if not (field.hasFocus() and field.isModified()):
                field.setText(text)
                field.setCursorPosition(0)  # a long text is read from its beginning
        for day, value in ((self.dated, about.dated), (self.until, about.retain_until)):
            if not (day.hasFocus() and day.isModified()):
                day.set_day(value)
        self.sort.choose(about.sort)
        self.marking.choose(about.marking)
        self.personal.choose(about.personal)
        self.agreed.choose(about.agreed)

    def _show_more(self) -> None:
        while (item := self._more.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = self._shown
        others = [each for each in shown.versions if each.id != shown.row.id]
        if others:
            self._more.addWidget(_group("Versions", [self._version(each) for each in others]))
        if shown.history:
            lines: list[QWidget] = [
                label(
                    f"{entry.at.astimezone():%d/%m/%Y %H:%M} · {entry.by}: {entry.sentence}",
                    "note",
                    wrap=True,
                )
                for entry in shown.history[-_HISTORY:]
            ]
            self._more.addWidget(_group("History", lines))

    def _version(self, row: Any) -> QWidget:
        day = short_date(row.of.added_at.astimezone().date())
        newer = row.of.added_at > self._shown.row.of.added_at
        words = f"{'newer' if newer else 'older'}: {row.of.name}, {in_bytes(row.of.size)}, {day}"
        go = partial(self._office.go_wanted.emit, Target("evidence", ("papers", row.id)))
        return LinkLabel(words, go)

    # What is done

    def _go(self, to: SupportShown) -> None:
        go_to_supported(self._office, to.supported, self)

    def _link(self, thing: SupportShown) -> None:
        command = LinkPapers((self._shown.row.id,), (thing.supported,))
        self._office.do(command, f"Link the paper to {thing.words}")

    def _unlink(self, thing: SupportShown) -> None:
        command = UnlinkPapers((self._shown.row.id,), (thing.supported,))
        self._office.do(command, f"Take the paper off {thing.words}")

    def _change(self, field: str, value: object) -> None:
        if getattr(self._shown.row.of, field) == value:
            return
        # That field alone: another may have been left a moment ago, and its change is not shown here yet.
        command = ChangePapers((self._shown.row.id,), ((field, value),))
        self._office.do(command, f"Change {self._shown.row.title_or_name}")

    def _change_body(self, text: str) -> None:
        command = ChangePaper(self._shown.row.id, about_of(self._shown.row.of), body=text)
        self._office.do(command, f"Change {self._shown.row.title_or_name}")

    def _take_day(self, field: DayField, name: str) -> None:
        if field.is_valid:
            self._change(name, field.day)

    def _take_proposal(self) -> None:
        self._change("retain_until", self._shown.keep.until)

    def _take_sample(self) -> None:
        text = self.sample.text().strip().replace(",", "")
        if text and not (text.isascii() and text.isdigit()):
            self._office.told.emit(
                Message(f"“{text}” is not a sample.", "Type how many were asked, such as 288.", Tone.BAD)
            )
            self._fill_fields(about_of(self._shown.row.of))
            return
        self._change("sample", int(text) if text else None)

    def _look(self, personal: object) -> None:
        if isinstance(personal, PersonalData) and personal is not self._shown.row.of.personal:
            if personal is PersonalData.UNKNOWN:
                self._change("personal", personal)
            else:
                self._office.do(LookedAt((self._shown.row.id,), personal), "Look at the paper")

    def _choose_version(self) -> None:
        path = self._office.files.to_open(self, "The new version", ANY_FILE)
        if path is not None:
            self._take_version(path)

    def _take_version(self, path: Path) -> None:
        office = self._office

        def go_there(added: tuple[Any, ...]) -> None:
            office.go_wanted.emit(Target("evidence", ("papers", added[0].id)))

        Adding(office, owner=self, done=go_there).replacement(self._shown.row.id, path)

    def _remove(self) -> None:
        row = self._shown.row
        self._office.do(RemovePapers((row.id,)), f"Remove {row.title_or_name}")

    def erase(self) -> None:
        """Asks first, in the panel, with all that goes and all that stays."""
        row = self._shown.row
        ask_erase(self._office, row.id, row.title_or_name, self)

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_take(event.mimeData()) and self._shown.row.replaced_by is None:
            event.acceptProposedAction()
            self._hovered = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hovered = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hovered = False
        self.update()
        event.acceptProposedAction()
        paths = places_of(event.mimeData())
        if len(paths) == 1:
            self._take_version(paths[0])
        elif handed_over(event.mimeData()):
            self._office.told.emit(
                Message(
                    "A new version is taken from a folder, and this file stands in none.",
                    "Save it from the other program first, and drop it here from there.",
                    Tone.ATTENTION,
                )
            )
        else:
            self._office.told.emit(
                Message(
                    "One file can be the new version of a paper.",
                    "Drop several files on the list instead: each becomes a paper of its own.",
                    Tone.ATTENTION,
                )
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._hovered:
            paint_drop_frame(self)


def ask_erase(office: Office, paper: EvidenceId, name: str, owner: QWidget) -> None:
    """Asks in the inspector, with all that goes and all that stays, whether *paper* is to be erased for good."""

    def ask(erasing: Erasing) -> None:
        build = partial(erase_form, office, paper, name, erasing)
        office.inspect_wanted.emit(InspectorPage(f"Erase {name}", [WidgetBlock(build)], ("erase", paper)))

    office.ask("evidence.erase", WhatErasingTakes(paper), ask, owner)


def ask_longer(office: Office, papers: tuple[Any, ...], name: str) -> None:
    """Asks until when *papers* are kept now, and why."""

    def build() -> Form:
        def accept() -> str:
            if until.day is None:
                return "Type the day until which it is kept, such as 31/03/2030."
            if not why.text().strip():
                return "Say why it is kept longer: that stays in the history."

            def kept(_effect: object) -> None:
                office.inspect_over.emit(subject)

            office.do(KeepLonger(papers, until.day, why.text().strip()), f"Keep {name} longer", kept)
            return ""

        form = Form("Keep", accept, lambda: office.inspect_over.emit(subject))
        until = form.day("Keep until")
        why = form.text("Why", "", "the audit of the grant is not over")
        return form

    subject = ("keep longer", papers)
    office.inspect_wanted.emit(InspectorPage(f"Keep {name} longer", [WidgetBlock(build)], subject))


def erase_form(office: Office, paper: Any, name: str, erasing: Erasing) -> Form:
    """What is asked before the content of a paper is taken out for good."""

    def accept() -> str:
        if not why.text().strip():
            return "Say why it is erased: that stays in the history."
        if not sure.isChecked():
            return "Mark that you know that this can’t be undone."

        def erased(_effect: object) -> None:
            office.inspect_over.emit(("erase", paper))
            office.told.emit(Message(f"“{name}” is erased for good.", "", Tone.GOOD))

        command = ErasePaper(paper, why.text().strip(), request.isChecked())
        office.do(command, f"Erase {name}", erased)
        return ""

    form = Form("Erase for good", accept, lambda: office.inspect_over.emit(("erase", paper)))
    form.add("What goes", label("\n".join(f"• {each}" for each in erasing.goes), "", wrap=True))
    form.add("What stays", label("\n".join(f"• {each}" for each in erasing.stays), "", wrap=True))
    why = form.text("Why", "", "kept long enough; the person asked for it")
    request = Check("Somebody whom it tells of asked for it")
    form.add("", request)
    sure = Check("I know that Undo can’t bring it back")
    form.add("", sure)
    return form


def _group(caption: str, widgets: Sequence[QWidget]) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    column.addWidget(label(caption, "caption"))
    for each in widgets:
        column.addWidget(each)
    return made


def _fill(layout: FlowLayout, holder: QWidget, widgets: Sequence[QWidget]) -> None:
    """Puts *widgets* where others were."""
    old = [layout.itemAt(at) for at in range(layout.count())]
    layout.clear()
    for item in old:
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    for each in widgets:
        each.setParent(holder)
        layout.addWidget(each)
        each.show()
    holder.setVisible(bool(widgets))
    holder.updateGeometry()


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
