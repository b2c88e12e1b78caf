"""The Bids page: a year's bids as a board, as a table, and as the table of requests; one of them at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.bids import BidRow, FundingRequests, Requests
from fundingapp.application.wording import count, short_date
from fundingapp.domain.bidding import BidRoom
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.ui.bids.board import BidBoard
from fundingapp.ui.bids.panel import BidPanel
from fundingapp.ui.bids.running import WORDS as RUNNING, came_with_a_table
from fundingapp.ui.bids.words import kind_words, next_words, since_words, tone_of
from fundingapp.ui.list_export import export_list
from fundingapp.ui.office import Office
from fundingapp.ui.page import Context
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView, ViewsPage, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill


def _money(title: str, of: object, width: int = 96) -> Column[BidRow]:
    value = of if callable(of) else (lambda _row: None)
    return Column[BidRow].of_amounts(title, value, sort=title, width=width)


_REF = Column[BidRow]("Ref", lambda row: row.ref, sort="ref", filter="ref", width=74, strong=True)
_PROJECT = Column[BidRow](
    "Project", lambda row: row.project_name, sort="project", filter="project", width=200, stretch=3, least=170
)
_FUND = Column[BidRow](
    "Fund", kind_words, sort="fund", filter="fund", width=160, stretch=1, least=90, quiet=True
)
_STATE = Column[BidRow](
    "State",
    lambda row: row.bid.state.value,
    sort="state",
    filter="state",
    pill=lambda row: tone_of(row.bid.state) if row.ref else None,
    width=110,
)
_ASKED = _money("Asked £", lambda row: row.bid.amount)
_AWARDED = _money("Awarded £", lambda row: row.awarded)

TABLE = (
    _REF,
    _PROJECT,
    _FUND,
    _STATE,
    _ASKED,
    _money("Costed £", lambda row: row.costs if row.has_costs or not row.ref else None),
    _AWARDED,
    Column[BidRow](
        "Next",
        lambda row: next_words(row) or "–",
        sort="next",
        filter="next",
        width=170,
        stretch=1,
        least=100,
        tip=lambda row: row.alert,
        order=lambda row: (row.by is None, str(row.by)),
    ),
    Column[BidRow](
        "Funded",
        lambda row: since_words(row) if row.ref else "",
        sort="since",
        filter="since",
        width=96,
        may_hide=True,
    ),
    Column[BidRow](
        "Applicant", lambda row: row.applicant or "–", sort="by", filter="by", width=120, extra=True
    ),
    Column[BidRow](
        "Bid's reference",
        lambda row: row.bid.reference or "–",
        sort="own",
        filter="own",
        width=100,
        extra=True,
    ),
)

REQUESTS = (
    _REF,
    _PROJECT,
    Column[BidRow](
        "Applicant",
        lambda row: (row.applicant or "the partnership") if row.ref else "",
        sort="by",
        filter="by",
        width=130,
        stretch=1,
        least=116,
    ),
    _FUND,
    Column[BidRow](
        "Funded",
        lambda row: since_words(row) if row.ref else "",
        sort="since",
        filter="since",
        width=116,
        may_hide=True,
    ),
    _ASKED,
    _STATE,
    _AWARDED,
    Column[BidRow](
        "Decision",
        lambda row: row.bid.decision or "–",
        sort="decision",
        filter="decision",
        width=110,
        stretch=1,
        least=80,
        may_hide=True,
        turn=1,
    ),
    Column[BidRow](
        "Decided",
        lambda row: short_date(row.bid.decided_on),
        sort="on",
        width=92,
        may_hide=True,
        order=lambda row: (
            row.bid.decided_on is None,
            str(row.bid.decided_on),
        ),
    ),
)


class _BidView(GrantView):
    """A view of what the panel holds; it follows the year and not one grant."""

    def __init__(self, id: str, title: str, panel: BidPanel) -> None:
        super().__init__(id, title, panel.office)
        self.panel = panel

    def show_bids(self) -> None:
        """The bids are known anew; only called while the view is shown."""

    def refresh(self, topics: Topic) -> None:
        self.show_bids()

    def go_to(self, subject: object) -> None:
        if isinstance(subject, int):
            self.panel.open(subject)
        elif isinstance(subject, str):
            self.panel.open_ref(subject)

    def panel_closed(self) -> None:
        self.panel.closed()


class BoardView(_BidView):
    """Cards in lanes by state, under what there is for them."""

    def __init__(self, panel: BidPanel) -> None:
        super().__init__("board", "Board", panel)
        self._rooms = RoomsCard()
        self._running = _running_button(panel, panel.running)
        self._rooms.add_head(self._running)
        consent = button("Record a consent…", panel.consent)
        consent.setDisabled(panel.office.is_read_only)
        self._rooms.add_head(consent)
        self._board = BidBoard()
        self._board.opened.connect(lambda row: panel.open(row.id))
        self._board.menu_requested.connect(panel.menu)
        self._board.dropped.connect(panel.drop)
        panel.chosen_changed.connect(self._board.set_chosen)
        self._stack = ViewStack()
        self._stack.addWidget(self._board)
        self._stack.addWidget(_no_bids(panel))
        self.body.addWidget(self._rooms)
        self.body.addWidget(self._stack, 1)

    def show_bids(self) -> None:
        answer = self.panel.answer
        if answer is None:
            return
        self._rooms.set_rooms(answer.rooms)
        self._running.setVisible(bool(came_with_a_table(answer.rows)))
        self._board.set_rows(self.panel.rows)
        self._stack.setCurrentIndex(0 if answer.rows else 1)

    def first_focus(self) -> QWidget | None:
        return self._board.current or self._stack.widget(1)


class TableOfBids(_BidView):
    """The same bids row by row, to sort, filter, copy and export."""

    def __init__(self, panel: BidPanel) -> None:
        super().__init__("table", "Table", panel)
        self._export = button("Export…", self._export_to, icon="export")
        self.buttons = [self._export]
        self._card = Card("Bids")
        office = panel.office
        self._table = TableView("Bids", "bids.table", office.settings, office.asker)
        self._model = ListTableModel[BidRow](TABLE, lambda row: row.id, self._table)
        self._table.set_model(self._model)
        self._table.row_activated.connect(self._open)
        self._table.selection_summarised.connect(self.selection_summarised)
        self._table.takes_key = self._takes_key
        self._card.add(self._table, 1)
        self._running = _running_button(panel, lambda: panel.running(self.selected))
        self._card.add_head(self._running)
        self._stack = ViewStack()
        self._stack.addWidget(self._card)
        self._stack.addWidget(_no_bids(panel))
        self.body.addWidget(self._stack, 1)

    def _takes_key(self, event: object) -> bool:
        key = getattr(event, "key", None)
        if key is not None and key() == Qt.Key.Key_Space and isinstance(self._table.current_row, BidRow):
            where = self._table.visualRect(self._table.currentIndex()).bottomLeft()
            self.panel.menu(self._table.current_row, self._table.viewport().mapToGlobal(QPoint(where)))
            return True
        return False

    def _open(self, row: object) -> None:
        if isinstance(row, BidRow) and row.ref:
            self.panel.open(row.id)

    def show_bids(self) -> None:
        rows = self.panel.rows
        self._model.set_rows(rows)
        asked = Money.total(row.bid.amount for row in rows)
        self._card.set_title("Bids", f"{count(len(rows), 'bid')} · {asked.in_words} asked", Tone.ACCENT)
        self._running.setVisible(bool(came_with_a_table(rows)))
        self._export.setEnabled(bool(rows))
        self._stack.setCurrentIndex(0 if rows else 1)

    @property
    def selected(self) -> list[int]:
        """The ids of the selected bids."""
        return [row.id for row in self._table.selected_rows() if isinstance(row, BidRow) and row.ref]

    def _export_to(self) -> None:
        year = str(self.panel.year or "")
        export_list(
            self.office,
            self,
            "Bids",
            self._table.chosen_columns,
            self._model,
            self.say,
            (("Financial year", year),),
        )

    def first_focus(self) -> QWidget | None:
        return self._table if self.panel.rows else self._stack.widget(1)


class RequestsView(_BidView):
    """What was asked of the funds and what became of it, as it is appended to a report; drafts are left out."""

    def __init__(self, panel: BidPanel) -> None:
        super().__init__("requests", "Requests", panel)
        self._export = button("Export…", self._export_to, icon="export")
        self.buttons = [self._export]
        self._card = Card("Funding requests")
        office = panel.office
        self._table = TableView("Funding requests", "bids.requests", office.settings, office.asker)
        self._model = ListTableModel[BidRow](REQUESTS, lambda row: row.id, self._table)
        self._table.set_model(self._model)
        self._table.row_activated.connect(self._open)
        self._table.selection_summarised.connect(self.selection_summarised)
        self._card.add(self._table, 1)
        self._empty = EmptyState(
            "bids",
            "Nothing was asked for yet",
            "This table lists what the board approved and what went to the commissioner, with each decision. Drafts "
            "are not in it: take one to the board first.",
        )
        self._empty.add_step("Show the board", lambda: self.go("bids", ("board", None)))
        self._stack = ViewStack()
        self._stack.addWidget(self._card)
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)

    def _open(self, row: object) -> None:
        if isinstance(row, BidRow):
            self.panel.open(row.id)

    def show_bids(self) -> None:
        if self.panel.year is not None and self.office.opened is not None:
            question = FundingRequests(self.panel.year, self.panel.fund)
            self.office.ask("bids.requests", question, self._show, self)

    def _show(self, requests: Requests) -> None:
        self._model.set_rows(requests.rows)
        self._card.set_title(
            "Funding requests",
            f"{requests.asked.in_words} asked · {requests.awarded.in_words} awarded · "
            f"{requests.undecided.in_words} undecided",
            Tone.ACCENT,
        )
        self._export.setEnabled(bool(requests.rows))
        self._stack.setCurrentIndex(0 if requests.rows else 1)

    def _export_to(self) -> None:
        year = str(self.panel.year or "")
        export_list(
            self.office,
            self,
            "Funding requests",
            self._table.chosen_columns,
            self._model,
            self.say,
            (("Financial year", year),),
        )

    def first_focus(self) -> QWidget | None:
        return self._table if self._stack.currentIndex() == 0 else self._empty


class RoomsCard(Card):
    """What is asked and awarded against the allocation, for each fund and kind, in words."""

    def __init__(self) -> None:
        super().__init__("Asked and awarded against what is available")
        self._holder = QWidget()
        self.add_padded(self._holder)

    def set_rooms(self, rooms: tuple[BidRoom, ...]) -> None:
        self.setVisible(bool(rooms))
        old, self._holder = self._holder, QWidget()
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for at, room in enumerate(rooms):
            word, tone = _verdict(room)
            grid.addWidget(label(f"{room.fund_name}, {room.kind.value}", "strong"), at, 0, top)
            grid.addWidget(Pill(word, tone), at, 1, top)
            words = room.sentence
            if room.preparing:
                words += f" {room.preparing.in_words} is being prepared."
            if room.outside:
                words += f" {room.outside.in_words} is asked outside the allocation."
            grid.addWidget(label(words, wrap=True), at, 2)
        layout = self.layout()
        if layout is not None:
            layout.replaceWidget(old, self._holder, Qt.FindChildOption.FindChildrenRecursively)
        old.hide()
        old.deleteLater()


def _verdict(room: BidRoom) -> tuple[str, Tone]:
    if room.excess > room.consented:
        return "over-programmed", Tone.BAD
    if room.excess:
        return "over, with consent", Tone.ATTENTION
    if room.left < Money.ZERO:
        return "asked too much", Tone.ATTENTION
    return "within", Tone.GOOD


def _running_button(panel: BidPanel, do: Callable[[], object]) -> QWidget:
    """Leads to the step for several bids at once; seen while a table of awards left such."""
    made = button(RUNNING, do)
    made.setToolTip("Records offer, acceptance and start of several awarded projects at once")
    made.setDisabled(panel.office.is_read_only)
    made.hide()
    return made


def _no_bids(panel: BidPanel) -> EmptyState:
    empty = EmptyState(
        "bids",
        "No bids in this year yet",
        "A bid asks for allocation for one project: costed by quarter, approved by the board, decided and offered by "
        "the commissioner. Money can only be charged once it is decided.",
    )
    empty.add_step("Write the first bid…", panel.new_bid)
    empty.add_step("Copy last year's bids…", panel.copy_forward)
    return empty


class BidsPage(ViewsPage):
    """Follows the year and fund of the window's filters, also in a year that has bids and no grant yet."""

    def __init__(self, office: Office) -> None:
        self._panel = BidPanel(office, self.window)
        empty = EmptyState(
            "bids",
            "No year to show yet",
            "Bids are written for a fund and a year: record the grant first, even when its allocation is only "
            "indicative.",
        )
        self._table = TableOfBids(self._panel)
        super().__init__(
            office, "Bids", empty, (BoardView(self._panel), self._table, RequestsView(self._panel))
        )
        empty.add_step("Go to Grants", lambda: self.go("grants"))
        panel = self._panel
        panel.setParent(self)
        panel.changed.connect(self._show)
        panel.inspect_requested.connect(self.inspect_requested)
        panel.deeper_requested.connect(self.inspect_deeper_requested)
        panel.close_requested.connect(self.panel_close_requested)
        panel.message_raised.connect(self.message_raised)
        # A method, which Qt lets go of with the page when another file is opened, where a lambda would be kept.
        office.district_changed.connect(self._district_changed)
        self._copy = button("Copy forward…", panel.copy_forward, icon="copy")
        self._pack = button("Bid pack…", self._write_pack, icon="file")
        self._new = primary_button("New bid…", panel.new_bid, icon="plus")
        for each in (self._copy, self._pack, self._new):
            self.head.add(each)
        for each in (self._copy, self._new):
            each.setDisabled(office.is_read_only)

    def _write_pack(self) -> None:
        chosen = self._table.selected if self.view is self._table else []
        if self._panel.chosen is not None:
            chosen = [self._panel.chosen]
        self._panel.write_pack(chosen)

    def _follow_filters(self) -> None:
        funder = self.context.funder
        self._panel.set_filters(self.context.year, FundId(funder) if isinstance(funder, int) else None)

    def _district_changed(self, _district: object) -> None:
        self._show()

    def _show(self) -> None:
        answer = self._panel.answer
        view = self.view
        if isinstance(view, _BidView):
            view.show_bids()
        self._pack.setEnabled(bool(self._panel.rows))
        if answer is None:
            return
        rows = self._panel.rows
        asked = Money.total(row.bid.amount for row in rows)
        awarded = Money.total(row.awarded for row in rows if row.awarded is not None)
        waiting = sum(bool(row.alert) for row in rows)
        some = self.office.some_in_words([row.bid.project for row in answer.rows], "bids")
        words = f"{self.context.year} · {some or count(len(rows), 'bid')} · {asked.in_words} asked"
        words += f", {awarded.in_words} awarded"
        if waiting:
            words += f" · {count(waiting, 'bid')} to look at"
        self.head.set_state(words)

    # What the window says

    def set_context(self, context: Context) -> None:
        super().set_context(context)
        self._follow_filters()

    def shown(self) -> None:
        self._position_changed(self.office.position)
        self._follow_filters()

    def refresh(self, topics: Topic) -> None:
        self._panel.refresh(topics)

    def _position_changed(self, answer: object) -> None:
        """A year of bids is shown with or without a grant in it."""
        self._stack.setCurrentWidget(self._empty if self.context.year is None else self._holder)
