"""The inspector of the Bids page: one bid with its sums, texts, papers and history, and the forms of its moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from fundingapp.application.commands.bids import RemoveBid
from fundingapp.application.effect import Topic
from fundingapp.application.queries.bid_choices import BidChoices, BidChoicesAnswer
from fundingapp.application.queries.bid_packs import PackWritten, WritePack
from fundingapp.application.queries.bids import BidDetail, BidRow, BidsAnswer, BidsOf, BidView
from fundingapp.application.wording import count, short_date
from fundingapp.domain.bid_packs import cost_lines
from fundingapp.domain.bids import BIDS, BidState, CostCategory, word_count
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import BidId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.states import Move
from fundingapp.ui.bids.editor import (
    WIDE,
    BidForm,
    ConsentForm,
    CopyForm,
    CostsForm,
    PackForm,
    PapersForm,
    TextsForm,
    fields_of,
)
from fundingapp.ui.bids.moves import extension_form, move_form
from fundingapp.ui.bids.running import RunningForm, came_with_a_table, not_started
from fundingapp.ui.bids.words import Lane, kind_words, next_words, since_words, tone_of
from fundingapp.ui.forms import Form
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
from fundingapp.ui.papers import papers_block
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.message_bar import Message

PACKS = "Word document (*.docx);;Excel workbook (*.xlsx)"
#: Moves of one direction; what leads on stands first and is the primary button.
_BACK = frozenset(
    (BidState.DRAFT, BidState.WITHDRAWN, BidState.TERMINATED, BidState.REJECTED, BidState.ON_HOLD)
)


class BidPanel(QObject):
    """Holds the year's bids as last asked, and fills the inspector; the views of the page show what it holds."""

    changed = Signal()  # the bids are known anew
    chosen_changed = Signal(object)  # the id of the bid that the inspector speaks of, or None
    inspect_requested = Signal(object)  # InspectorPage
    deeper_requested = Signal(object)  # InspectorPage
    close_requested = Signal()
    message_raised = Signal(object)  # Message

    def __init__(self, office: Office, window: Callable[[], QWidget]) -> None:
        super().__init__()
        self.office = office
        self._window = window
        self.answer: BidsAnswer | None = None
        self.year: FinancialYear | None = None
        self.fund: FundId | None = None
        self.chosen: int | None = None
        self._form_open = False
        self._wanted = ""

    # What forms need

    @property
    def today(self) -> date:
        return self.answer.today if self.answer is not None else date.today()  # noqa: DTZ011 - the user's own day

    def choose_paper(self) -> Path | None:
        return self.office.files.to_open(self._window(), "Attach a paper", "All files (*)")

    def close_form(self) -> None:
        """Back from a form to the bid that it was about, or to nothing."""
        self._form_open = False
        if self.chosen is None:
            self.close_requested.emit()
        else:
            self.open(self.chosen)

    def project_position(self, view: BidView) -> ProjectPosition | None:
        """The position of the bid's project in its grant, where that grant is the one that the window shows."""
        bid, held = view.row.bid, self.office.position
        if held is None or (held.position.fund_id, held.position.year) != (bid.fund, bid.year):
            return None
        for entry in held.position.projects:
            if (entry.project_id, entry.kind) == (bid.project, bid.kind):
                return entry
        return None

    # The year's bids

    def ask(self) -> None:
        """Asks for the bids of the year and fund that the window's filters choose."""
        if self.year is None or self.office.opened is None:
            return
        self.office.ask("bids.of", BidsOf(self.year, self.fund), self._answered, self)

    def refresh(self, topics: Topic) -> None:
        """Something in *topics* changed."""
        if topics & (Topic.BIDS | Topic.GRANTS | Topic.PROJECTS | Topic.SETUP):
            self.ask()
            if self.chosen is not None and not self._form_open:
                self.open(self.chosen)

    def set_filters(self, year: FinancialYear | None, fund: FundId | None) -> None:
        if (year, fund) != (self.year, self.fund):
            self.year, self.fund = year, fund
            self.answer = None
            self.changed.emit()
        self.ask()

    def _answered(self, answer: BidsAnswer) -> None:
        self.answer = answer
        self.changed.emit()
        if self._wanted:
            self.open_ref(self._wanted)

    @property
    def rows(self) -> tuple[BidRow, ...]:
        """The year's bids, of the chosen district where one is chosen."""
        rows = self.answer.rows if self.answer is not None else ()
        return tuple(row for row in rows if self.office.lists(row.bid.project))

    # One bid

    def open(self, id: int) -> None:
        """Shows the bid of that id in the inspector."""
        self._form_open = False
        self._with_view(id, self._inspect)

    def open_ref(self, ref: str) -> None:
        """Shows the first bid of that project, as soon as the year's bids are known."""
        self._wanted = ref if self.answer is None else ""
        for row in self.answer.rows if self.answer is not None else ():
            if row.ref.casefold() == ref.casefold():
                self.open(row.id)
                return

    def _with_view(self, id: int, do: Callable[[BidView], object]) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, NotFoundError):  # a draft that was just taken back
                self.closed()
                self.close_requested.emit()
            else:
                self.office.asker.failed.emit(error)

        self.office.ask("bids.detail", BidDetail(BidId(id)), do, self, failed=failed)

    def closed(self) -> None:
        """The inspector was closed."""
        self._form_open = False
        if self.chosen is not None:
            self.chosen = None
            self.chosen_changed.emit(None)

    def _choose(self, id: int) -> None:
        if self.chosen != id:
            self.chosen = id
            self.chosen_changed.emit(id)

    def _inspect(self, view: BidView) -> None:
        row = view.row
        self._choose(row.id)
        blocks: list[Block] = [
            CheckBlock([(row.bid.state.value, tone_of(row.bid.state), _standing(row))]),
        ]
        if row.alert:
            blocks.append(CheckBlock([("look", Tone.ATTENTION, row.alert)]))
        if not self.office.is_read_only:
            blocks += self._move_steps(view)
        blocks.append(SumBlock(_sums(view)))
        blocks.append(
            TextBlock(
                "\n".join([f"Applicant: {row.applicant or 'the partnership itself'}", *fields_of(row.bid)]),
                "About",
            )
        )
        if not self.office.is_read_only:
            steps = [
                Step("Change…", partial(self._change, view)),
                Step("Costs…", partial(self._costs, view)),
                Step("Texts…", partial(self._texts, view)),
            ]
            blocks.append(StepsBlock(steps))
        blocks.append(_cost_block(view))
        blocks.append(_text_block(view))
        if view.conditions:
            blocks.append(
                CheckBlock(
                    [
                        (
                            each.value.state.value,
                            Tone.ATTENTION if each.value.state.value == "open" else Tone.NEUTRAL,
                            f"{each.value.clause} {each.value.text}".strip()
                            + (" (before any release)" if each.value.before_release else ""),
                        )
                        for each in view.conditions
                    ],
                    "Conditions of the offer",
                )
            )
        blocks.append(papers_block(self.office, "bid", row.id))
        last = [Step("Bid pack…", partial(self.write_pack, [row.id]))]
        if not self.office.is_read_only:
            last.insert(0, Step("Attach papers…", partial(self._papers, view)))
            if row.bid.state is BidState.DRAFT:
                last.append(Step("Remove the draft", partial(self._remove, view)))
        blocks.append(StepsBlock(last))
        if view.earlier:
            blocks.append(
                SumBlock(
                    [
                        SumRow(
                            f"{each.year} {each.fund_name}, {each.kind.value}",
                            each.awarded,
                            note=f"asked {each.asked}",
                        )
                        for each in view.earlier
                    ],
                    "Awarded in earlier years, £",
                )
            )
        blocks.append(SumBlock(_timeline(view), "History, newest first"))
        self.inspect_requested.emit(InspectorPage(f"{row.ref} {row.project_name}", blocks, ("bid", row.id)))

    def _move_steps(self, view: BidView) -> list[Block]:
        """The moves that are open, what leads on first."""
        moves = sorted(view.row.moves, key=lambda move: move.target in _BACK)
        steps = [
            Step(_words(move), partial(self._move, view, move), at == 0 and move.target not in _BACK)
            for at, move in enumerate(moves)
        ]
        if view.row.bid.state is BidState.OFFERED:
            steps.append(Step("Extend the offer…", partial(self._extend, view)))
        return [WidgetBlock(partial(_buttons, steps))]

    # Forms

    def _form(self, title: str, build: Callable[[], Form], width: int = 0) -> None:
        self._form_open = True
        page = InspectorPage(title, [WidgetBlock(build)], ("bid form", title), width)
        if self.chosen is None:
            self.inspect_requested.emit(page)
        else:
            self.deeper_requested.emit(page)

    def _move(self, view: BidView, move: Move[BidState]) -> None:
        self._choose(view.row.id)
        self._form(f"{view.row.ref}: {move.name}", lambda: move_form(self, view, move))

    def _extend(self, view: BidView) -> None:
        self._form(f"{view.row.ref}: extend the offer", lambda: extension_form(self, view))

    def _costs(self, view: BidView) -> None:
        self._choose(view.row.id)
        self._form(f"{view.row.ref}: costs", lambda: CostsForm(self, view), WIDE)

    def _texts(self, view: BidView) -> None:
        self._choose(view.row.id)
        self._form(f"{view.row.ref}: texts", lambda: TextsForm(self, view), WIDE)

    def _papers(self, view: BidView) -> None:
        self._form(f"{view.row.ref}: papers", lambda: PapersForm(self, view))

    def _change(self, view: BidView) -> None:
        self._choose(view.row.id)

        def show(choices: BidChoicesAnswer) -> None:
            self._form(f"Change {view.row.name}", lambda: BidForm(self, choices, view.row.bid.year, view))

        self.office.ask("bids.choices", BidChoices(), show, self)

    def _remove(self, view: BidView) -> None:
        self.office.do(RemoveBid(BidId(view.row.id)), f"Remove {view.row.name}", lambda _effect: self._gone())

    def _gone(self) -> None:
        self.closed()
        self.close_requested.emit()

    def move(self, id: int, move: Move[BidState]) -> None:
        """Opens the form of *move* for the bid of that id."""
        self._with_view(id, lambda view: self._move(view, move))

    def drop(self, row: object, lane: object) -> None:
        """A card was dropped on a lane: the form of that move, or the sentence that refuses it."""
        if not isinstance(row, BidRow) or not isinstance(lane, Lane) or row.bid.state in lane.states:
            return
        if self._refuses_writing():
            return
        for move in row.moves:
            if move.target in lane.states:
                self.move(row.id, move)
                return
        try:
            BIDS.check(row.name, row.bid.state, lane.states[0])
        except ExpectedError as error:
            self.message_raised.emit(Message.of_error(error))

    def _refuses_writing(self) -> bool:
        """Says so where the file can only be read."""
        if self.office.is_read_only:
            self.message_raised.emit(
                Message("The file can only be read here.", "Nothing was changed.", Tone.ATTENTION)
            )
        return self.office.is_read_only

    def menu(self, row: object, where: object) -> None:
        """The menu of a card or row: opening it, every move that is allowed, its papers."""
        if not isinstance(row, BidRow) or not isinstance(where, QPoint):
            return
        menu = QMenu(self._window())
        menu.setAccessibleName(f"What can be done with {row.name}")
        menu.addAction("Open\tEnter", partial(self.open, row.id))
        if not self.office.is_read_only:
            menu.addSeparator()
            for move in row.moves:
                menu.addAction(_words(move), partial(self.move, row.id, move))
            menu.addSeparator()
            menu.addAction("Change…", lambda: self._with_view(row.id, self._change))
            menu.addAction("Costs…", lambda: self._with_view(row.id, self._costs))
            menu.addAction("Texts…", lambda: self._with_view(row.id, self._texts))
        menu.addAction("Bid pack…", partial(self.write_pack, [row.id]))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    # The year

    def new_bid(self) -> None:
        """The form of a new draft."""
        year = self.year
        if year is None or self._refuses_writing():
            return

        def show(choices: BidChoicesAnswer) -> None:
            self.closed()
            self._form("A new bid", lambda: BidForm(self, choices, year, fund=self.fund, done=self._made))

        self.office.ask("bids.choices", BidChoices(), show, self)

    def _made(self, id: int | None) -> None:
        if id is not None:
            self.open(id)

    def consent(self) -> None:
        answer, year = self.answer, self.year
        if answer is None or year is None:
            return
        self.closed()
        self._form("Consent to over-programming", lambda: ConsentForm(self, answer, year))

    def copy_forward(self) -> None:
        """Asks which bids of last year, or of this one, are to be copied into the year after theirs."""
        year = self.year
        if year is None or self._refuses_writing():
            return

        def show(answer: BidsAnswer) -> None:
            sources = {each: rows for each, rows in ((year.previous, answer.rows), (year, self.rows)) if rows}
            if not sources:
                self.message_raised.emit(
                    Message(
                        f"There are no bids of {year.previous} or {year} to copy.",
                        "Write the first one.",
                        Tone.ATTENTION,
                    )
                )
                return
            self.closed()
            self._form("Copy bids forward", lambda: CopyForm(self, sources, self._copied))

        self.office.ask("bids.last", BidsOf(year.previous, self.fund), show, self)

    def _copied(self, target: FinancialYear, made: Sequence[BidId]) -> None:
        self._form_open = False
        self.close_requested.emit()
        words = f"{count(len(made), 'draft')} made for {target}."
        if target == self.year:
            self.message_raised.emit(
                Message(words, "Change what is new, then take them to the board.", Tone.GOOD)
            )
        else:
            self.message_raised.emit(Message(words, f"Choose {target} above to see them.", Tone.GOOD))

    def running(self, ids: Sequence[int] = ()) -> None:
        """Asks which of the awarded bids run already: those of *ids*, or all that came with a
        table."""
        year, rows = self.year, not_started(self.rows)
        if year is None or not rows or self._refuses_writing():
            return
        chosen = [row.id for row in rows if row.id in ids] or [row.id for row in came_with_a_table(rows)]
        self.closed()
        self._form("These are running already", lambda: RunningForm(self, rows, chosen, year, self._run))

    def _run(self, number: int) -> None:
        self._form_open = False
        self.close_requested.emit()
        words = f"{count(number, 'project')} recorded as running."
        self.message_raised.emit(Message(words, "Undo takes all of them back at once.", Tone.GOOD))

    def write_pack(self, ids: Sequence[int] = ()) -> None:
        """Asks which bids go into the pack, and writes it."""
        rows = self.rows
        if not rows:
            self.message_raised.emit(
                Message("There are no bids to write a pack of.", "Write the first one.", Tone.ATTENTION)
            )
            return
        chosen = [row.id for row in rows if row.id in ids] or [row.id for row in rows]
        self._form("Bid pack", lambda: PackForm(self, rows, chosen, self._write_to))

    def _write_to(self, bids: tuple[BidId, ...]) -> None:
        names = [row.ref for row in self.rows if row.id in bids]
        name = f"Bid {names[0]}" if len(bids) == 1 else f"Bids {self.year}".replace("/", "-")
        out = self.office.files.to_save(self._window(), "Write the bid pack", f"{name}.docx", PACKS)
        if out is None:
            return
        desk = self.office.desk
        question = WritePack(bids, out)
        self.office.work(
            f"Write {out.name}", lambda progress: desk.ask(question, progress), self._pack_written
        )

    def _pack_written(self, written: object) -> None:
        if isinstance(written, PackWritten):
            pack = written.pack
            self.close_form()
            self.message_raised.emit(
                Message(
                    f"{count(len(pack.papers), 'bid')}, asking for {pack.asked.in_words}, written to {written.path} "
                    "and read back.",
                    "",
                    Tone.GOOD,
                )
            )


def _buttons(steps: Sequence[Step]) -> QWidget:
    """Buttons that go to the next line where the panel is narrow; a name such as “decline, or let lapse” is long."""
    holder = QWidget()
    flow = FlowLayout(holder, 8, 8)
    for step in steps:
        flow.addWidget((primary_button if step.is_primary else button)(step.text, step.do))
    return holder


def _words(move: Move[BidState]) -> str:
    return f"{move.name[0].upper()}{move.name[1:]}…"


def _standing(row: BidRow) -> str:
    words = f"{kind_words(row)}; {since_words(row)}."
    said = next_words(row)
    return f"{words} {said[0].upper()}{said[1:]}." if said else words


def _sums(view: BidView) -> list[SumRow]:
    row = view.row
    rows = [SumRow("Asked", row.bid.amount, is_total=True)]
    if row.has_costs:
        gap = row.bid.amount - row.costs
        more = "more" if gap > Money.ZERO else "less"
        note = (
            "agrees with the amount asked" if not gap else f"{abs(gap).in_words} {more} is asked than costed"
        )
        rows.append(SumRow("Costed", row.costs, note=note))
    else:
        rows.append(SumRow("Costed", "nothing yet"))
    if row.awarded is not None:
        gap = row.bid.amount - row.awarded
        rows.append(
            SumRow("Awarded", row.awarded, note=f"{gap.in_words} less than asked" if gap else "in full")
        )
    rows.append(SumRow(f"All of {view.room.kind.value}", "", note=view.room.sentence))
    return rows


def _cost_block(view: BidView) -> Block:
    lines = cost_lines(kept.value for kept in view.costs)
    if not lines:
        return TextBlock(
            "No costed lines yet; they must add up to the amount asked before the board approves.", "Costs"
        )
    rows = []
    for category in CostCategory:
        ours = [line for line in lines if line.category is category]
        if ours:
            quarters = [Money.total(line.quarters[at] for line in ours) for at in range(4)]
            note = " · ".join(f"Q{at} {amount}" for at, amount in enumerate(quarters, start=1) if amount)
            rows.append(SumRow(category.value.capitalize(), Money.total(quarters), note=note))
    rows.append(SumRow("Costed", Money.total(line.total for line in lines), is_total=True))
    return SumBlock(rows, "Costs, £")


def _text_block(view: BidView) -> Block:
    if not view.texts:
        return TextBlock("Nothing is written yet.", "Texts")
    rows = []
    for kept in view.texts:
        words, limit = word_count(kept.value.text), view.word_limits.get(kept.value.section)
        name = kept.value.section.value
        over = (
            f"{words - limit:,} more than the {limit:,} allowed"
            if limit is not None and words > limit
            else ""
        )
        rows.append(SumRow(f"{name[0].upper()}{name[1:]}", count(words, "word"), note=over))
    return SumBlock(rows, "Texts")


def _timeline(view: BidView) -> list[SumRow]:
    """Every step, the board's decisions and the offers among them, the newest first."""
    entries: list[tuple[date, int, SumRow]] = []
    for number, step in enumerate(view.history):
        day = step.dated or step.at.date()
        words = f"{step.before} → {step.after}" if step.before and step.before != step.after else step.after
        said = [step.reference, step.reason, f"recorded by {step.by} on {step.at:%d/%m/%Y}"]
        entries.append(
            (day, number, SumRow(words, short_date(day), note=" · ".join(word for word in said if word)))
        )
    for kept in view.decisions:
        made = kept.value
        who = f"{made.body}, under delegated authority" if made.is_delegated else made.body
        said = [
            f"minute {made.minute}",
            f"interests declared: {made.interests}",
            f"score {made.score}" if made.score else "",
            made.note,
        ]
        note = " · ".join(word for word in said if word)
        entries.append((made.met_on, -1, SumRow(f"Decided by {who}", short_date(made.met_on), note=note)))
    for held in view.offers:
        offer = held.value
        said = [offer.reference, f"to be accepted by {offer.accept_by:%d/%m/%Y}", offer.purpose]
        if offer.accepted_on is not None:
            said.append(f"accepted on {offer.accepted_on:%d/%m/%Y} by {offer.accepted_by}")
        note = " · ".join(word for word in said if word)
        entries.append(
            (offer.dated, -1, SumRow(f"Offer of {offer.amount.in_words}", short_date(offer.dated), note=note))
        )
    entries.sort(key=lambda entry: (entry[0], entry[1]), reverse=True)
    return [row for _, _, row in entries] or [SumRow("A draft, not moved yet")]
