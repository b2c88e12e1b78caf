"""All papers of the file: found, filtered, added to, and each in full in the inspector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.papers import (
    ChangePapers,
    LinkPapers,
    LookedAt,
    PaperAdded,
    RemovePapers,
)
from fundingapp.application.effect import Topic
from fundingapp.application.queries.evidence import (
    CheckPapers,
    PaperDetail,
    PaperRow,
    Papers,
    PapersAnswer,
    PaperShown,
)
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.supported import SupportShown
from fundingapp.application.wording import count, short_date
from fundingapp.domain.evidence import (
    Agreed,
    EvidenceType,
    FileState,
    Keeping,
    Marking,
    PersonalData,
)
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.retention import is_not_looked_at, lacks_consent
from fundingapp.ui.adding_papers import Adding, add_dropped
from fundingapp.ui.dropped import can_take
from fundingapp.ui.evidence.drop_table import DropTable
from fundingapp.ui.evidence.paper_panel import PaperPanel, ask_longer, is_shown, things_to_support
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.list_export import export_list
from fundingapp.ui.office import Office
from fundingapp.ui.paper_words import (
    AGREED_TONES,
    MARKING_TONES,
    STATE_TONES,
    in_bytes,
    personal_in_words,
    state_in_words,
)
from fundingapp.ui.papers import ANY_FILE, open_paper
from fundingapp.ui.tables.columns import Column, SelectionSummary
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.theme import STEP, TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.chips import Chips, ChipSpec
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.pick_field import PickField

#: As a subject of the view: every file is to be read and compared with what was kept.
CHECK = "check the files"
#: Typing rests so long before the papers are searched.
_PAUSE_MS = 150


def _second(row: PaperRow) -> str:
    of = row.of
    parts = [of.name] if of.title and of.title != of.name else []
    if of.is_file:
        parts.append(in_bytes(of.size))
    if row.replaced_by is not None:
        parts.append("an older version")
    elif of.replaces is not None:
        parts.append("a newer version")
    return " · ".join(parts)


def _supports(row: PaperRow) -> str:
    if not row.supports:
        return "nothing" if row.keeping is Keeping.ERASED else "nothing yet"
    first, more = row.supports[0].words, len(row.supports) - 1
    return f"{first}, and {more} more" if more else first


PAPERS = (
    Column[PaperRow](
        "Paper",
        lambda row: row.title_or_name,
        sort="name",
        filter="name",
        second=_second,
        tip=lambda row: row.of.name,
        stretch=3,
        width=210,
        least=190,
        strong=True,
    ),
    Column[PaperRow](
        "Type", lambda row: row.of.sort.value, sort="sort", filter="sort", width=78, may_hide=True, turn=1
    ),
    Column[PaperRow](
        "Date",
        lambda row: short_date(row.of.dated),
        sort="dated",
        order=lambda row: (row.of.dated is not None, row.of.dated),
        width=84,
        may_hide=True,
        turn=3,
    ),
    Column[PaperRow](
        "Supports",
        _supports,
        sort="supports",
        filter="supports",
        tip=lambda row: "\n".join(each.words for each in row.supports),
        stretch=4,
        width=220,
        least=160,
        wrap=True,
    ),
    Column[PaperRow](
        "File",
        state_in_words,
        sort="state",
        filter="state",
        pill=lambda row: STATE_TONES.get(row.state, Tone.NEUTRAL),
        width=90,
    ),
    Column[PaperRow](
        "Personal data",
        lambda row: personal_in_words(row)[0],
        sort="personal",
        filter="personal",
        pill=lambda row: personal_in_words(row)[2],
        second=lambda row: personal_in_words(row)[1],
        tip=lambda row: row.of.found or personal_in_words(row)[1],
        width=150,
    ),
    Column[PaperRow](
        "Consent",
        lambda row: "–" if row.of.agreed is Agreed.NOT_NEEDED else row.of.agreed.value,
        sort="agreed",
        filter="agreed",
        pill=lambda row: AGREED_TONES.get(row.of.agreed),
        width=104,
        may_hide=True,
        turn=2,
    ),
    Column[PaperRow](
        "Marking",
        lambda row: "–" if row.of.marking is Marking.NONE else row.of.marking.value,
        sort="marking",
        filter="marking",
        pill=lambda row: MARKING_TONES.get(row.of.marking),
        width=100,
        extra=True,
    ),
    Column[PaperRow](
        "Keep until",
        lambda row: short_date(row.of.retain_until),
        sort="until",
        order=lambda row: (row.of.retain_until is not None, row.of.retain_until),
        tint=lambda row: Tone.ATTENTION if row.due else None,
        tip=lambda row: "kept long enough: look at it again" if row.due else "",
        width=84,
        may_hide=True,
        turn=4,
    ),
    Column[PaperRow](
        "Added",
        lambda row: short_date(row.of.added_at.astimezone().date()),
        sort="added",
        order=lambda row: row.of.added_at,
        second=lambda row: f"by {row.of.added_by}",
        width=88,
        may_hide=True,
    ),
)


def _is_odd(row: PaperRow) -> bool:
    return row.state in (FileState.CHANGED, FileState.MISSING)


#: The quick filters: what they are called, which papers they keep, and how pressing those are.
CHIPS: tuple[tuple[str, Callable[[PaperRow], bool], Tone], ...] = (
    ("All", bool, Tone.NEUTRAL),
    ("Supports nothing", lambda row: not row.supports and row.keeping is not Keeping.ERASED, Tone.ATTENTION),
    ("Not looked at", lambda row: is_not_looked_at(row.of), Tone.NEUTRAL),
    (
        "Personal data",
        lambda row: (
            row.of.personal in (PersonalData.SOME, PersonalData.SPECIAL) and row.keeping is not Keeping.ERASED
        ),
        Tone.ATTENTION,
    ),
    ("Consent missing", lambda row: lacks_consent(row.of), Tone.BAD),
    ("Changed or missing", _is_odd, Tone.BAD),
    ("Erased", lambda row: row.keeping is Keeping.ERASED, Tone.NEUTRAL),
)


class _Strip(QWidget):
    """The search and the filters in a line; the long row of filters goes below where there is no room for it."""

    def __init__(self, search: QWidget, chips: QWidget, years: QWidget) -> None:
        super().__init__()
        self._parts = (search, chips, years)
        self._is_folded: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2 * STEP)
        self._grid.setColumnStretch(1, 1)
        self._place(folded=False)

    def _place(self, *, folded: bool) -> None:
        if folded == self._is_folded:
            return
        self._is_folded = folded
        search, chips, years = self._parts
        top = Qt.AlignmentFlag.AlignTop
        for each in self._parts:
            self._grid.removeWidget(each)
        self._grid.addWidget(search, 0, 0, top)
        if folded:
            self._grid.addWidget(years, 0, 1, Qt.AlignmentFlag.AlignRight | top)
            self._grid.addWidget(chips, 1, 0, 1, 3)
        else:
            self._grid.addWidget(chips, 0, 1)
            self._grid.addWidget(years, 0, 2, top)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            needed = sum(each.sizeHint().width() for each in self._parts) + 4 * STEP
            self._place(folded=self.width() < needed)
        return done


class PapersView(GrantView):
    """The list, with what adds to it; files can be dropped anywhere on it."""

    def __init__(self, office: Office) -> None:
        super().__init__("papers", "Papers", office)
        self._answer: PapersAnswer | None = None
        self._year: FinancialYear | None = None
        #: What was found when every file was read, until something changes.
        self._checked: Mapping[EvidenceId, FileState] = {}
        self._shown: EvidenceId | None = None
        self._panel: PaperPanel | None = None
        self._newest: PaperShown | None = None
        self._follows = False
        self._several: tuple[EvidenceId, ...] = ()
        self._wanted: tuple[EvidenceId, ...] = ()
        add = primary_button(
            "Add papers…", self.choose_files, icon="plus", tip="Files can be dropped here too"
        )
        words = button("Link or text…", self.add_words)
        self._check = button("Check the files", self.check_files, icon="check")
        export = button("Export…", self._export, icon="export")
        for each in (add, words):
            each.setDisabled(office.is_read_only)
        self.buttons += [self._check, export, words, add]
        self._stack = ViewStack()
        self._stack.addWidget(self._make_list())
        empty = EmptyState(
            "evidence",
            "What do the figures rest on?",
            "Keep here what shows that the money made a difference, and that it was spent as agreed: surveys, "
            "reports, invoices, minutes, letters. Each paper says what it supports; it is kept unchanged beside the "
            "file, and what is missing stands under Gaps. Drop files here to begin.",
        )
        empty.add_step("Add papers…", self.choose_files).setDisabled(office.is_read_only)
        empty.add_step("Link or text…", self.add_words).setDisabled(office.is_read_only)
        self._empty = empty
        self._stack.addWidget(empty)
        self.body.addWidget(self._stack, 1)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.paste)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _make_list(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Names, titles, words of texts")
        self.search.setAccessibleName("Search the papers")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(210)
        self.search.textChanged.connect(lambda _text: self._ask(_PAUSE_MS))
        self.chips = Chips("Which papers")
        self.chips.set_chips([ChipSpec(words, words, 0) for words, _, _ in CHIPS])
        self.chips.chosen.connect(lambda _key: self._show_rows())
        self.years = Chips("Which years")
        self.years.set_chips([ChipSpec(None, "All years", 0)])
        self.years.chosen.connect(lambda _key: self._show_rows())
        column.addWidget(_Strip(self.search, self.chips, self.years))
        settings = self.office.settings
        self.table = DropTable("Papers", "evidence.papers", settings, self.office.asker, TALL_ROW_HEIGHT)
        if not self.office.is_read_only:
            self.table.take_drops(on_rows=False)
            self.table.dropped.connect(lambda _row, dropped: self.take_drop(dropped))
        self._model = ListTableModel[PaperRow](PAPERS, lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.setMinimumHeight(180)
        self.table.selection_summarised.connect(self._selected)
        self.table.row_activated.connect(self._activated)
        self.table.current_row_changed.connect(self._current_changed)
        self.table.clicked.connect(lambda _index: self._clicked(self.table.current_row))
        card = Card()
        card.add(self.table, 1)
        column.addWidget(card, 1)
        return holder

    # What the page uses

    @property
    def panel(self) -> PaperPanel | None:
        """The paper in the inspector; None when another thing is there."""
        return self._panel

    def show_position(self, answer: PositionAnswer) -> None:
        """The year of the top bar is the one that the papers can be kept to."""
        was, self._year = self._year, answer.position.year
        if was == self._year:
            return
        is_kept_to = self.years.key is not None
        self._show_years(self._rows())
        if is_kept_to:
            self.years.choose(self._year)
        else:
            self._show_rows()

    def refresh(self, topics: Topic) -> None:
        if topics & ~Topic.SUGGESTIONS:
            if topics != Topic.EVERYTHING:
                self._checked = {}
            self._ask()

    def go_to(self, subject: object) -> None:
        """Shows the paper of that identity, whatever is filtered; the name of a chip chooses that, CHECK reads every
        file."""
        if subject == CHECK:
            self.check_files()
        elif isinstance(subject, str):
            self.search.clear()
            self.chips.choose(subject)
        elif isinstance(subject, int):
            self._wanted = (EvidenceId(subject),)
            self._unfilter()
            self._ask()

    def panel_closed(self) -> None:
        self._shown = None
        self._panel = None

    def first_focus(self) -> QWidget:
        return self._empty if self._stack.currentWidget() is self._empty else self.table

    # What is shown

    def _ask(self, pause_ms: int = 0) -> None:
        question = Papers(text=self.search.text().strip())
        self.office.ask("evidence.papers", question, self._show, self, pause_ms)

    def _show(self, answer: PapersAnswer) -> None:
        self._answer = answer
        self._stack.setCurrentIndex(0 if answer.total else 1)
        self._show_rows()
        self._tell()
        wanted, self._wanted = self._wanted, ()
        if wanted:
            self._choose(wanted)
        elif is_shown(self._panel) and self._shown is not None:
            self._ask_panel(self._shown)

    def _tell(self) -> None:
        answer = self._answer
        if answer is None or not self.isVisible():
            return
        size = sum(row.of.size for row in answer.rows if row.of.is_file)
        words = count(answer.total, "paper")
        if len(answer.rows) != answer.total:
            words = f"{len(answer.rows):,} of {words}"
        self.state_changed.emit(f"{words} · {in_bytes(size)}" if answer.total else "")
        odd = sum(map(_is_odd, self._rows()))
        self.pill_changed.emit((f"{count(odd, 'file')} changed or missing", Tone.BAD, "≠") if odd else ("",))

    def _rows(self) -> list[PaperRow]:
        """The papers as they came, with what reading every file found."""
        rows = self._answer.rows if self._answer is not None else ()
        if not self._checked:
            return list(rows)
        return [replace(row, state=self._checked.get(row.id, row.state)) for row in rows]

    def _show_rows(self) -> None:
        rows = self._rows()
        self._show_years(rows)
        if self.years.key is not None:
            rows = [row for row in rows if self.years.key in row.years]
        counted = [(words, sum(map(keeps, rows)), tone) for words, keeps, tone in CHIPS]
        self.chips.set_chips(
            [
                ChipSpec(words, words, number, tone if number else Tone.NEUTRAL)
                for words, number, tone in counted
                if number or words in (CHIPS[0][0], self.chips.key)
            ]
        )
        keeps = next((each for words, each, _ in CHIPS if words == self.chips.key), CHIPS[0][1])
        self._model.set_rows([row for row in rows if keeps(row)])

    def _show_years(self, rows: Sequence[PaperRow]) -> None:
        year = self._year
        of_year = [] if year is None else [ChipSpec(year, str(year), sum(year in row.years for row in rows))]
        self.years.set_chips([ChipSpec(None, "All years", len(rows)), *of_year])

    def _unfilter(self) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.chips.choose(CHIPS[0][0])
        self.years.choose(None)

    def _choose(self, papers: Sequence[EvidenceId]) -> None:
        """Puts the cursor on the first of *papers* and opens it; all of them are selected."""
        found = self.table.select_key(papers[0])
        if len(papers) > 1 and found:
            self.table.select_keys(papers)
            self._open_several(papers)
        else:
            self._ask_panel(papers[0])  # also an older version, which the list leaves out

    # The inspector

    def _selected(self, summary: object) -> None:
        if not isinstance(summary, SelectionSummary) or not self.isVisible():
            return
        self.selection_summarised.emit(summary)
        chosen = tuple(self.table.selected_keys())
        # Rows that come anew are selected anew: that is no choice, and must not sweep a form away.
        if summary.count > 1 and chosen != self._several:
            self._open_several(chosen)
        self._several = chosen

    def _clicked(self, row: object) -> None:
        if isinstance(row, PaperRow) and len(self.table.selected_places()) <= 1:
            self._ask_panel(row.id)

    def _current_changed(self, row: object) -> None:
        # The keyboard that arrives in the table chooses its first row: only what the user chooses is opened.
        if self.table.hasFocus() and self._follows:
            self._clicked(row)

    def _activated(self, row: object) -> None:
        if isinstance(row, PaperRow):
            open_paper(self.office, self, row)
            self._ask_panel(row.id)

    def _ask_panel(self, paper: EvidenceId) -> None:
        self._shown = paper
        self.office.ask_of_grant("evidence.paper", PaperDetail(paper), self._show_panel, self)

    def _show_panel(self, shown: PaperShown) -> None:
        if shown.row.id != self._shown:
            return
        state = self._checked.get(shown.row.id)
        if state is not None:
            shown = replace(shown, row=replace(shown.row, state=state))
        self._newest = shown
        panel = self._panel
        if panel is not None and is_shown(panel) and panel.is_of(shown):
            panel.show_paper(shown)
            return

        def make() -> QWidget:
            # Made anew by the way back from a form too, after what the form did.
            self._panel = PaperPanel(self.office, self._newest or shown)
            return self._panel

        self.inspect(InspectorPage(shown.row.title_or_name, [WidgetBlock(make)], ("paper", shown.row.id)))

    def _open_several(self, papers: Sequence[EvidenceId]) -> None:
        self._shown = None
        self._panel = None
        chosen = tuple(papers)
        build = partial(SeveralPapers, self.office, chosen)
        title = f"{count(len(chosen), 'paper')} selected"
        self.inspect(InspectorPage(title, [WidgetBlock(build)], ("papers", chosen)))

    # What is done

    def choose_files(self) -> None:
        """Asks for files and adds them."""
        paths = self.office.files.several_to_open(self, "Add papers", ANY_FILE)
        Adding(self.office, owner=self, done=self._added).files(paths)

    def add_words(self) -> None:
        """Opens the form of a link, a reference or a text."""

        def build() -> Form:
            def accept() -> str:
                if not words.toPlainText().strip():
                    return "Type or paste a link, a reference or a text."
                Adding(self.office, owner=self, done=self._added).words(
                    words.toPlainText(), title.text().strip()
                )
                self.close_panel()
                return ""

            form = Form("Keep it", accept, self.close_panel)
            words = form.long_text(
                "Link, reference or text", "", "https://…, minute 7 of 12/03/2019, or the words"
            )
            title = form.text("Title, if it is a text", "", "what the text is called")
            return form

        self.inspect(InspectorPage("Add a link or a text", [WidgetBlock(build)], ("form", "words")))

    def paste(self) -> None:
        """Adds what is on the clipboard: files, a link or a text."""
        clip = QGuiApplication.clipboard().mimeData()
        if self.office.is_read_only or clip is None:
            return
        if can_take(clip):
            add_dropped(self.office, clip, owner=self, done=self._added)
        elif clip.hasText():
            Adding(self.office, owner=self, done=self._added).words(clip.text())

    def take_drop(self, dropped: QMimeData) -> None:
        """Adds the files that were dropped somewhere on the page."""
        add_dropped(self.office, dropped, owner=self, done=self._added)

    def _added(self, added: tuple[PaperAdded, ...]) -> None:
        self._wanted = tuple(dict.fromkeys(each.id for each in added))
        # A file that was missing or changed is whole again with that, though nothing else of it is new.
        self._checked = {id: state for id, state in self._checked.items() if id not in self._wanted}
        self._unfilter()
        self._ask()

    def check_files(self) -> None:
        """Reads every file and compares it with what it was when it was kept."""
        desk = self.office.desk
        job = self.office.work(
            "Check the files", lambda progress: desk.ask(CheckPapers(), progress), self._show_checked
        )
        self._check.setEnabled(False)
        job.ended.connect(lambda _job: self._check.setEnabled(True))

    def _show_checked(self, states: tuple[tuple[EvidenceId, FileState], ...]) -> None:
        self._checked = dict(states)
        odd = [row for row in self._rows() if _is_odd(row)]
        self._show_rows()
        self._tell()
        if odd:
            names = "\n".join(
                f"“{row.of.name}” is {row.state.value}; it supports {row.supports_in_words or 'nothing yet'}."
                for row in odd[:4]
            )
            more = f"\n… and {len(odd) - 4} more." if len(odd) > 4 else ""
            self.chips.choose("Changed or missing")
            self.say(
                Message(
                    f"{count(len(odd), 'file')} of {len(states):,} changed or missing.",
                    f"{names}{more}\nAttach the same file again, or fetch it from a backup: then it is whole again.",
                    Tone.BAD,
                    "Backups…",
                    self.office.backups_wanted.emit,
                )
            )
        elif states:
            self.say(Message(f"{count(len(states), 'file')} read: all as they were kept.", "", Tone.GOOD))
        else:
            self.say(Message("There is no file to check yet."))
        if self._shown is not None and is_shown(self._panel):
            self._ask_panel(self._shown)

    def _export(self) -> None:
        years = str(self.years.key) if self.years.key is not None else "all"
        about = (
            ("Which papers", str(self.chips.key)),
            ("Years", years),
            ("Search", self.search.text().strip() or "none"),
        )
        export_list(self.office, self, "Evidence", self.table.chosen_columns, self._model, self.say, about)

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follows = False
        QTimer.singleShot(0, self, self._follow)

    def _follow(self) -> None:
        self._follows = True


class SeveralPapers(QWidget):
    """What can be done with several papers at once, each as one step of Undo."""

    def __init__(self, office: Office, papers: tuple[EvidenceId, ...]) -> None:
        super().__init__()
        self._office = office
        self._papers = papers
        self._name = count(len(papers), "paper")
        self.setAccessibleName("Several papers")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        if office.is_read_only:
            column.addWidget(label("The file is read only.", "note"))
            return
        column.addWidget(label("They all support", "caption"))
        self.picker = PickField(
            "What they support",
            "type an indicator, claim, project…",
            things_to_support(office, self, lambda: ()),
        )
        self.picker.picked.connect(self._link)
        column.addWidget(self.picker)
        for caption, field, options in (
            ("Type", "sort", EvidenceType),
            ("Marking", "marking", Marking),
            ("Consent", "agreed", Agreed),
        ):
            choice = DropDown(caption)
            choice.set_options([Option(None, "as it is"), *(Option(each, each.value) for each in options)])
            choice.activated.connect(lambda _at, name=field, of=choice: self._change(name, of.key))
            column.addWidget(label(caption, "caption"))
            column.addWidget(choice)
        steps = FlowLayout(spacing=2 * STEP)
        steps.addWidget(button("I looked: no personal data", partial(self._look, PersonalData.NONE)))
        steps.addWidget(button("Personal data", partial(self._look, PersonalData.SOME)))
        longer = partial(ask_longer, office, papers, self._name)
        steps.addWidget(button("Keep until…", longer))
        steps.addWidget(button("Remove", self._remove, tip="Takes them off the list; Undo brings them back"))
        column.addLayout(steps)

    def _link(self, thing: SupportShown) -> None:
        command = LinkPapers(self._papers, (thing.supported,))
        self._office.do(command, f"Link {self._name} to {thing.words}")

    def _change(self, field: str, value: object) -> None:
        if value is not None:
            self._office.do(ChangePapers(self._papers, ((field, value),)), f"Change {self._name}")

    def _look(self, personal: PersonalData) -> None:
        self._office.do(LookedAt(self._papers, personal), f"Look at {self._name}")

    def _remove(self) -> None:
        over = ("papers", self._papers)
        self._office.do(
            RemovePapers(self._papers),
            f"Remove {self._name}",
            lambda _effect: self._office.inspect_over.emit(over),
        )
