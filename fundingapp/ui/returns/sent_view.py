"""The returns of a quarter that were written: their versions and states, the cells as they went with the why of then,
what changed from one to the next, queries and answers, the pack and the e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from textwrap import shorten

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.sent_returns import (
    CellKept,
    CellWhy,
    Decision,
    FigureDifference,
    OpenedReturn,
    PartChange,
    ReturnCompared,
    ReturnDifferences,
    ReturnOpened,
    ReturnVersions,
    VersionShown,
    WhyOfCell,
)
from fundingapp.application.wording import count
from fundingapp.domain.figures_to_send import entry_of, is_known
from fundingapp.domain.ids import ReturnId
from fundingapp.domain.periods import last_period_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.returns import ReturnState
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
)
from fundingapp.ui.office import Office
from fundingapp.ui.papers import papers_block
from fundingapp.ui.returns.choice import ReturnChoice, SavedInList
from fundingapp.ui.returns.moves import BACK, TONES, WORDS, NextStep, named, needs_signing, short_name
from fundingapp.ui.returns.on_disk import OnDisk
from fundingapp.ui.returns.why_cell import as_shown, blocks_of, blocks_of_words, result_in_words, title_of
from fundingapp.ui.signing.sign_off import SignOffCard
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState

#: So many differences are listed in the inspector; the rest are counted.
_MOST = 60
#: So much of a text stands in the list of cells; the inspector has all of it.
_SHORT = 26


def _what(row: CellKept) -> tuple[str, str]:
    """What a cell is, and of what: “Q1 £” of “LF-01 Street Pastors”. Where the workbook has no words, those of the
    catalogue."""
    of, _, what = row.cell.label.rpartition(" · ")
    entry = entry_of(row.cell.source) if is_known(row.cell.source) else None
    if not of and entry is not None and entry.rows:
        # A table of the commissioner's: “LF-01 Street Pastors: Q1 actual”.
        of, _, what = row.cell.label.rpartition(": ")
    if not what:
        what = entry.label if entry is not None else row.cell.source
    return what, of


def changed_since(version: VersionShown) -> str:
    """What changed of a quarter that was sent: “LF-01, Q3 −49.31 and 1 more”."""
    first, *more = version.changed or (None,)
    if first is None:
        return ""
    said = f"{first.ref}, Q{first.quarter} {first.now - first.stated}"
    return f"{said} and {len(more):,} more" if more else said


VERSIONS = (
    Column[VersionShown]("Version", lambda row: str(row.value.version), RIGHT, width=72),
    Column[VersionShown](
        "State",
        lambda row: row.state_in_words,
        pill=lambda row: TONES[row.value.state],
        width=92,
    ),
    Column[VersionShown](
        "Changed since",
        changed_since,
        pill=lambda row: Tone.BAD if row.changed else None,
        width=186,
        tip=lambda row: "\n".join(
            f"{each.ref}, Q{each.quarter}: stated {each.stated}, now {each.now}" for each in row.changed
        ),
    ),
    Column[VersionShown]("Saved", lambda row: f"{row.value.made_at.astimezone():%d/%m/%Y %H:%M}", width=128),
    Column[VersionShown]("By", lambda row: row.value.made_by, width=110, may_hide=True),
    Column[VersionShown].of_amounts("Spent £", lambda row: row.value.spent, width=96),
    Column[VersionShown](
        "File", lambda row: row.value.file_name, stretch=1, width=220, least=56, may_hide=True
    ),
)
CELLS = (
    Column[CellKept]("Sheet", lambda row: row.cell.sheet, width=120, sort="sheet", filter="sheet"),
    Column[CellKept]("Cell", lambda row: row.cell.cell, width=64),
    Column[CellKept](
        "What it is",
        lambda row: _what(row)[0],
        width=130,
        least=80,
        filter="what",
        tip=lambda row: row.cell.label,
    ),
    Column[CellKept](
        "Of",
        lambda row: _what(row)[1],
        width=200,
        stretch=1,
        least=90,
        filter="of",
        tip=lambda row: row.cell.label,
    ),
    Column[CellKept](
        "As it was written",
        lambda row: shorten(as_shown(row.cell), _SHORT, placeholder="…"),
        RIGHT,
        width=130,
        least=96,
        tip=lambda row: row.cell.value,
        why=lambda row: bool(row.cell.figure),
    ),
    Column[CellKept](
        "Now",
        lambda row: "" if row.now is None else str(row.now),
        RIGHT,
        width=100,
        pill=lambda row: Tone.ATTENTION if row.now is not None else None,
    ),
)


class SentView(GrantView):
    """Every version that was written of the quarter's return, its cells as they went, and what became of it."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("sent", "Sent and saved", office)
        self._choice = choice
        self._position: GrantPosition | None = None
        self._versions: tuple[VersionShown, ...] = ()
        self._opened: OpenedReturn | None = None
        self._wanted: int | None = None
        self._panel: int | None = None
        self._stack = ViewStack()
        self._stack.addWidget(self._lists())
        self._empty = EmptyState(
            "returns",
            "Nothing is saved of this quarter yet",
            "Each time the return is written a version is kept here: the very file, the value of every cell, and the "
            "ledger lines behind it as they were then. It is checked, certified by another person, sent, and what the "
            "commissioner asks of it is answered from here.",
        )
        self._empty.add_step("Show the return", lambda: self.go("returns", ("return", None)))
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        choice.quarter_changed.connect(self._quarter_changed)

    def _lists(self) -> QWidget:
        office = self.office
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._saved_card = Card("Saved versions")
        self.table = TableView("Saved versions", "returns.saved", office.settings, office.asker)
        self._model = ListTableModel[VersionShown](VERSIONS, lambda row: row.id, self.table)
        self.table.set_model(self._model)
        self.table.row_activated.connect(self._open_row)
        self.table.current_row_changed.connect(self._row_chosen)
        self._saved_card.add(self.table, 1)
        column.addWidget(self._saved_card)
        self._cells_card = Card("Cells as they were written")
        self.cells = TableView("Cells as they were written", "returns.cells", office.settings, office.asker)
        self._cells = ListTableModel[CellKept](CELLS, lambda row: (row.cell.sheet, row.cell.cell), self.cells)
        self.cells.set_model(self._cells)
        self.cells.why_requested.connect(lambda row, _column: self._why(row))
        self.cells.row_activated.connect(self._why)
        self.cells.selection_summarised.connect(self.selection_summarised)
        self._cells_card.add(self.cells, 1)
        column.addWidget(self._cells_card, 1)
        self.next = NextStep(self)
        self.on_disk = OnDisk(self)
        column.addWidget(self.next)
        self.sign_off = SignOffCard(office, Certified.RETURN)
        self.sign_off.inspect_requested.connect(self.inspect)
        self.sign_off.deeper_requested.connect(self.inspect_deeper_requested)
        self.sign_off.close_requested.connect(self.panel_close_requested)
        self.sign_off.message_raised.connect(self.say)
        column.addWidget(self.sign_off)
        return holder

    # What the page uses

    def show_position(self, answer: PositionAnswer) -> None:
        position = answer.position
        if self._position is None or (self._position.fund_id, self._position.year) != (
            position.fund_id,
            position.year,
        ):
            self._opened = self._panel = None
        self._position = position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        self.sign_off.refresh(topics)
        if self._position is not None and topics & (Topic.RETURNS | Topic.SIGNING):
            self._ask()

    def go_to(self, subject: object) -> None:
        if isinstance(subject, SavedInList):
            self._wanted = subject.id
            self._ask()

    def first_focus(self) -> QWidget:
        return self._empty if self._stack.currentWidget() is self._empty else self.table

    def panel_closed(self) -> None:
        self._panel = None

    def _quarter_changed(self, _quarter: int) -> None:
        self._opened = self._panel = None
        if self.isVisible():
            self.close_panel()
            self._ask()

    def _ask(self) -> None:
        of = self._position
        if of is not None:
            question = ReturnVersions(of.fund_id, of.year, self._choice.quarter)
            self.office.ask_of_grant("returns.versions", question, self._versions_known, self)

    # What is shown

    @property
    def version(self) -> VersionShown | None:
        """The version whose cells are shown."""
        chosen = self._opened.version.id if self._opened is not None else None
        return next((each for each in self._versions if each.id == chosen), None)

    def _versions_known(self, versions: Sequence[VersionShown]) -> None:
        self._versions = tuple(versions)
        self._stack.setCurrentIndex(0 if versions else 1)
        self._model.set_rows(self._versions)
        self._saved_card.set_title("Saved versions", str(len(versions)))
        # Three are seen at once; more of them scroll, and the cells below get the room.
        self._saved_card.setFixedHeight(80 + min(3, max(1, len(versions))) * ROW_HEIGHT)
        newest = versions[0] if versions else None
        position = self._position
        self.pill_changed.emit(
            (newest.state_in_words, TONES[newest.value.state]) if newest is not None else ("",)
        )
        of = newest.value if newest is not None else None
        self.state_changed.emit(f"{of.year}, version {of.version}" if of is not None else "")
        if newest is None or position is None:
            return
        self.next.show_version(newest)
        self.sign_off.setVisible(needs_signing(newest))
        self.sign_off.show_of(
            position.fund_id, position.year, last_period_of(newest.value.quarter), ReturnId(newest.id)
        )
        chosen = self._wanted or (self._opened.version.id if self._opened is not None else newest.id)
        shown = next((each for each in versions if each.id == chosen), newest)
        open_panel = self._wanted is not None or self._panel == shown.id
        self._wanted = None
        self._open(shown, panel=open_panel)

    def _row_chosen(self, row: object) -> None:
        if isinstance(row, VersionShown) and self.table.hasFocus():
            self._open(row, panel=True)

    def _open_row(self, row: object) -> None:
        if isinstance(row, VersionShown):
            self._open(row, panel=True)

    def _open(self, version: VersionShown, *, panel: bool) -> None:
        self._panel = version.id if panel else None
        self.office.ask_of_grant(
            "returns.opened", ReturnOpened(ReturnId(version.id)), self._opened_known, self
        )

    def _opened_known(self, opened: OpenedReturn) -> None:
        self._opened = opened
        value = opened.version.value
        differ = sum(each.now is not None for each in opened.cells)
        # Headings and what the workbook says by itself are no figures of ours.
        ours = [each for each in opened.cells if each.cell.figure or each.cell.source]
        self._cells.set_rows(ours or opened.cells)
        self._cells_card.set_title(
            f"Version {value.version}, cells as they were written",
            f"{count(differ, 'cell')} other now" if differ else f"{len(ours or opened.cells):,}",
            Tone.ATTENTION if differ else Tone.NEUTRAL,
        )
        if self._panel == opened.version.id and self.isVisible():
            self._show_panel(opened)

    # One version, in the inspector

    def _show_panel(self, opened: OpenedReturn) -> None:
        version, value, proof = opened.version, opened.version.value, opened.proof
        # In groups, so that it is wrapped rather than cut.
        hash_ = " ".join(value.sha256[at : at + 8] for at in range(0, len(value.sha256), 8))
        blocks: list[Block] = [CheckBlock(_standing(version))]
        if version.changed:
            rows = [
                SumRow(
                    f"{change.ref}, Q{change.quarter}",
                    change.now - change.stated,
                    note=f"stated {change.stated}, now {change.now}",
                )
                for change in version.changed
            ]
            blocks.append(SumBlock(rows, "What changed since it was sent"))
        steps = self._steps(version)
        if steps:
            blocks.append(StepsBlock(steps))
        if version.steps:
            moves = [
                f"{(step.dated or step.at.astimezone().date()):%d/%m/%Y} {_word(step.after)}, {step.by}"
                + (f": {step.reason}" if step.reason else "")
                for step in version.steps
            ]
            blocks.append(TextBlock("\n".join(moves), "What became of it"))
        file = [
            SumRow("Spent as stated", value.spent),
            SumRow("Cells written and read back", f"{value.cells:,}", note=f"Fingerprint (SHA-256): {hash_}"),
        ]
        if proof is not None and proof.parts:
            same = sum(part.is_same for part in proof.parts)
            file.append(
                SumRow("Parts of the workbook that stayed as they were", f"{same:,} of {len(proof.parts):,}")
            )
        if proof is not None and proof.not_computed:
            file.append(SumRow("Formulas left to the receiver’s program", f"{len(proof.not_computed):,}"))
        blocks.append(SumBlock(file, value.file_name))
        accepted = [check for check in proof.checks if check.accepted] if proof is not None else []
        if accepted:
            words = [f"{check.text}\nAccepted: {check.accepted}" for check in accepted]
            blocks.append(TextBlock("\n".join(words), "What was accepted with a reason"))
        blocks.append(papers_block(self.office, "saved_return", version.id, "Papers"))
        self.inspect(InspectorPage(short_name(version), blocks, ("saved", version.id)))

    def _steps(self, version: VersionShown) -> list[Step]:
        moves = self.next.moves
        steps = []
        if version.value.replaces is not None:
            words = "What changed since the version before…"
            steps.append(Step(words, partial(self._compare, version.value.replaces, ReturnId(version.id))))
        if not version.is_current:
            steps.append(Step("What changed since…", partial(self._compare, ReturnId(version.id), None)))
        if version.is_kept:
            steps.append(Step("Save a copy of the file…", partial(moves.save_copy, version)))
            steps.append(Step("Pack (PDF)…", partial(moves.write_pack, version)))
            steps.append(Step("E-mail draft…", partial(moves.write_mail, version)))
        if version.value.template is not None:
            steps.append(Step("Check the file on disk…", partial(self.on_disk.choose, version.value)))
        if not self.office.is_read_only:
            first = True
            for move in version.moves:
                if not move.why_not and move.name in WORDS:
                    is_next = first and move.name not in BACK
                    steps.append(Step(WORDS[move.name], partial(moves.make, version, move), is_next))
                    first = first and not is_next
            if version.value.state is ReturnState.QUERIED and version.replaced_by is None:
                steps.append(Step("Write a new version…", lambda: self.go("returns", ("return", None))))
        return steps

    # Why of a cell as it went

    def _why(self, row: object) -> None:
        opened = self._opened
        if not isinstance(row, CellKept) or opened is None:
            return
        cell = row.cell
        if not cell.figure:
            page = InspectorPage(
                title_of(cell.cell, as_shown(cell)), blocks_of_words(cell), ("kept", cell.sheet, cell.cell)
            )
            self.inspect(page)
            return
        question = WhyOfCell(ReturnId(opened.version.id), cell.sheet, cell.cell)
        self.office.ask("returns.why-kept", question, partial(self._explained, row), self)

    def _explained(self, row: CellKept, why: CellWhy) -> None:
        if self._opened is None or not self.isVisible():
            return
        version = self._opened.version
        word = "as it was sent" if version.value.state.is_out else "as it was written"
        blocks: list[Block] = [
            CheckBlock([(version.state_in_words, TONES[version.value.state], f"{named(version)}, {word}.")]),
            *blocks_of(why.then, self.go_requested.emit),
        ]
        if why.difference:
            rows = [_part(each) for each in why.changes]
            rows.append(SumRow("Changed since", why.difference, is_total=True))
            blocks.append(
                SumBlock(rows, f"Now {why.now.in_words}" if why.now is not None else "Changed since")
            )
        if why.decisions:
            blocks.append(TextBlock(_decisions(why.decisions), "Decided since"))
        self.inspect(
            InspectorPage(
                title_of(row.cell.cell, as_shown(row.cell)), blocks, ("kept", row.cell.sheet, row.cell.cell)
            )
        )

    # From one version to the next

    def _compare(self, old: ReturnId, new: ReturnId | None) -> None:
        self.office.ask("returns.differences", ReturnDifferences(old, new), self._compared, self)

    def _compared(self, compared: ReturnCompared) -> None:
        old = compared.old
        to = f"version {compared.new.version}" if compared.new is not None else "the file as it is now"
        blocks: list[Block] = [
            SumBlock(
                [
                    SumRow(f"Spent to date, version {old.version}", compared.was),
                    SumRow("Changed by", compared.difference),
                    SumRow(f"Spent to date, {to}", compared.now, is_total=True),
                ]
            ),
            CheckBlock(
                [
                    (
                        "✓",
                        Tone.GOOD,
                        "Every difference is told to the penny by the lines and decisions below.",
                    )
                    if compared.is_explained
                    else ("≠", Tone.BAD, "Not every difference could be told by lines and decisions.")
                ]
            ),
        ]
        blocks += [_figure(each) for each in compared.figures[:_MOST]]
        hidden = len(compared.figures) - _MOST
        if hidden > 0:
            blocks.append(TextBlock(f"{count(hidden, 'figure')} more changed; the pack lists all."))
        words = [each for each in compared.cells if not each.figure]
        if words:
            said = [
                f"{each.sheet}!{each.cell} {each.label}".strip()
                + f": {result_in_words(each.was) or 'nothing'}, now {result_in_words(each.now) or 'nothing'}"
                for each in words[:_MOST]
            ]
            if len(words) > _MOST:
                said.append(f"{count(len(words) - _MOST, 'more cell')}; the pack lists all.")
            blocks.append(TextBlock("\n".join(said), "Words and totals that are others"))
        if compared.decisions:
            blocks.append(TextBlock(_decisions(compared.decisions), "Decided since"))
        if not compared.figures and not words:
            blocks.append(TextBlock("No cell is another."))
        page = InspectorPage(f"Version {old.version} and {to}", blocks, ("compared", old.version))
        self.inspect_deeper_requested.emit(page)


def _word(state: str) -> str:
    return next((each.in_words for each in ReturnState if each.value == state), state)


def _standing(version: VersionShown) -> list[tuple[str, Tone, str]]:
    """The state, and beside it whether its figures stand, each in a sentence."""
    state, tone = version.state_in_words, TONES[version.value.state]
    if version.value.state.is_out:
        said = [(state, tone, "Its quarters keep their figures as they were sent.")]
        if version.changed:
            said.append(
                (
                    "changed",
                    Tone.BAD,
                    "Changed since it was sent: what changed is stated as a prior-period adjustment in the next "
                    "return.",
                )
            )
        return said
    if version.is_current:
        return [(state, tone, "Not sent yet: its figures are those in the file.")]
    return [
        (state, tone, "Not sent yet."),
        ("not current", Tone.ATTENTION, "The figures in the file are others now: save it again."),
    ]


def _figure(of: FigureDifference) -> Block:
    rows = [_part(each) for each in of.parts]
    rows.append(SumRow("Changed by", of.difference, is_total=True, note=f"was {of.was}, is {of.now}"))
    return SumBlock(rows, of.label)


def _part(of: PartChange) -> SumRow:
    note = " · ".join(part for part in (of.where, of.why) if part)
    return SumRow(of.what, of.difference, note=note)


def _decisions(decisions: Sequence[Decision]) -> str:
    return "\n".join(f"{each.at.astimezone():%d/%m/%Y} {each.by}: {each.sentence}" for each in decisions)
