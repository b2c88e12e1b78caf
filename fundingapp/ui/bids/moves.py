"""The small forms of a bid's moves: each asks for what its machine needs, and shows what the move changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    CloseBid,
    CompleteBid,
    DecideBid,
    ExtendOffer,
    HoldBid,
    MakeOffer,
    OfferCondition,
    ReopenBid,
    ResumeBid,
    SendBack,
    StartBid,
    SubmitBid,
    TakeDecisionBack,
    TerminateBid,
    WithdrawBid,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.bids import BidView
from fundingapp.domain.bids import BidState
from fundingapp.domain.ids import BidId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.states import Move
from fundingapp.ui.bids.effects import shifts_of
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.office import Office
from fundingapp.ui.widgets.before_after import BeforeAfter
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.evidence_field import EvidenceField

_NO_DAY = "Type the day, for example 31/03/2019."


class Host(Protocol):
    """What a form needs of the page that shows it."""

    @property
    def office(self) -> Office: ...
    @property
    def today(self) -> date: ...
    def choose_paper(self) -> Path | None: ...
    def close_form(self) -> None: ...
    def project_position(self, view: BidView) -> ProjectPosition | None: ...


class MoveForm(Form):
    """The form of one move; the fields are added by the function that makes it.

    *command* gives the command that the fields say, or what is wrong with them in a sentence.
    """

    def __init__(
        self,
        host: Host,
        view: BidView,
        move: Move[BidState],
        command: Callable[[MoveForm], Command[Any] | str],
    ) -> None:
        words = f"{move.name[0].upper()}{move.name[1:]}"
        super().__init__(words, self._accepted, host.close_form)
        self.host = host
        self.view = view
        self.wanted = move
        self.bid = BidId(view.row.id)
        self._command = command
        self._words = words

    def evidence(self, caption: str = "Paper") -> EvidenceField:
        field = EvidenceField(self.host.choose_paper)
        self.add(caption, field)
        return field

    def shifts(self, amount: Callable[[], Money | None] | None = None) -> BeforeAfter:
        """What the move changes; *amount* gives what is awarded, asked again by :meth:`show_shifts`."""
        table = BeforeAfter()
        project = self.host.project_position(self.view)

        def show() -> None:
            given = amount() if amount is not None else None
            table.set_shifts(shifts_of(self.view, self.wanted.target, given, project))

        self._show = show
        self.add("What it changes", table)
        show()
        if not table.shifts:
            self.hide_field(table)
        return table

    def show_shifts(self) -> None:
        self._show()

    def hide_field(self, field: Any, hidden: bool = True) -> None:
        """Hides *field* with its caption, or shows both."""
        field.setHidden(hidden)
        item = self._column.itemAt(self._column.indexOf(field) - 1)
        words = item.widget() if item is not None else None
        if words is not None:
            words.setHidden(hidden)

    def _accepted(self) -> str:
        said = self._command(self)
        if isinstance(said, str):
            return said
        name = f"{self._words}: {self.view.row.ref}"
        self.host.office.do(said, name, lambda _effect: self.host.close_form())
        return ""


def move_form(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    """The form of *move* for the bid of *view*."""
    before, after = view.row.bid.state, move.target
    s = BidState
    if after is s.BOARD_APPROVED:
        return _board(host, view, move)
    if after is s.DRAFT:
        return _with_reason(host, view, move, SendBack)
    if after is s.SUBMITTED and before in {s.APPROVED, s.PART_APPROVED, s.REJECTED}:
        return _with_reason(host, view, move, TakeDecisionBack)
    if after is s.SUBMITTED:
        return _submit(host, view, move)
    if after in {s.APPROVED, s.PART_APPROVED, s.DEFERRED, s.REJECTED}:
        return _decision(host, view, move)
    if after is s.OFFERED:
        return _offer(host, view, move)
    if after is s.ACCEPTED:
        return _acceptance(host, view, move)
    if after is s.WITHDRAWN:
        return _ending(host, view, move, WithdrawBid)
    if after is s.TERMINATED:
        return _ending(host, view, move, TerminateBid)
    if after is s.CLOSED:
        return _closing(host, view, move)
    if (before, after) in {(s.COMPLETE, s.LIVE), (s.CLOSED, s.COMPLETE)}:
        return _with_reason(host, view, move, ReopenBid)
    if after is s.ON_HOLD:
        return _dated(host, view, move, "Reason", HoldBid, needs_words=True)
    if after is s.COMPLETE:
        return _dated(host, view, move, "Note", CompleteBid)
    if before is s.ON_HOLD:
        return _dated(host, view, move, "", lambda bid, on, _why: ResumeBid(bid, on))
    return _dated(host, view, move, "", lambda bid, on, _why: StartBid(bid, on))


def extension_form(host: Host, view: BidView) -> MoveForm:
    """The commissioner gives more time to accept; not a move of the machine, but asked for as one."""
    move = Move(BidState.OFFERED, BidState.OFFERED, "extend the offer", "the commissioner")

    def command(form: MoveForm) -> Command[Any] | str:
        if until.day is None:
            return _NO_DAY
        if not why.text().strip():
            return "Say why: the reason is kept with the offer."
        return ExtendOffer(form.bid, until.day, why.text().strip(), papers.given)

    form = MoveForm(host, view, move, command)
    until = form.day("Accept by", view.row.offer.accept_by if view.row.offer else None)
    why = form.text("Reason")
    papers = form.evidence("The commissioner's letter")
    return form


def _board(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if met_on.day is None:
            return _NO_DAY
        if not body.text().strip():
            return "Say which body decided, for example the partnership's board."
        if not minute.text().strip():
            return "Type the minute's reference."
        if not interests.text().strip():
            return "Say which interests members declared; type “none” when it was asked and there were none."
        if outcome.key is False and not note.text().strip():
            return "Say why the bid was not approved."
        return BoardDecides(
            form.bid,
            body.text().strip(),
            met_on.day,
            minute.text().strip(),
            interests.text().strip(),
            score.text().strip(),
            delegated.isChecked(),
            note.text().strip(),
            outcome.key is True,
            papers.given,
        )

    form = MoveForm(host, view, move, command)
    outcome = form.choice(
        "Decision", [Option(True, "Approved"), Option(False, "Not approved: the bid is withdrawn")], True
    )
    body = form.text("Decided by", hint="the board, or a group or officer it delegated to")
    delegated = Check("Under delegated authority")
    delegated.setAccessibleName("Under delegated authority")
    form.add("", delegated)
    met_on = form.day("Met on", host.today)
    minute = form.text("Minute", hint="reference of the minute")
    interests = form.text("Interests declared", hint="who and what; “none” must be said")
    score = form.text("Score", hint="if it was scored")
    note = form.text("Note")
    papers = form.evidence()
    return form


def _submit(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if on.day is None:
            return _NO_DAY
        if not due.is_valid:
            return _NO_DAY
        return SubmitBid(form.bid, on.day, due.day, reference.text().strip(), papers.given)

    form = MoveForm(host, view, move, command)
    on = form.day("Submitted on", host.today)
    due = form.day("Answer due", view.row.bid.answer_due, "if the commissioner named a day")
    reference = form.text("Reference", hint="of the covering letter or of the portal")
    papers = form.evidence()
    form.shifts()
    return form


_DECISIONS = {
    BidState.APPROVED: "Approved in full",
    BidState.PART_APPROVED: "Approved in part",
    BidState.DEFERRED: "Deferred",
    BidState.REJECTED: "Rejected",
}


def _decision(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    asked = view.row.bid.amount
    open_moves = {each.target: each for each in view.row.moves}

    def decided() -> BidState:
        return decision.key if isinstance(decision.key, BidState) else move.target

    def awarded() -> Money | None:
        if decided() is BidState.APPROVED:
            return asked
        return amount_of(amount) if decided() is BidState.PART_APPROVED else None

    def command(form: MoveForm) -> Command[Any] | str:
        if on.day is None or not until.is_valid:
            return _NO_DAY
        if not reference.text().strip():
            return "Type the reference of the decision; decisions are published with one."
        given = awarded()
        if decided() is BidState.PART_APPROVED and given is None:
            return "Type the amount that was awarded."
        return DecideBid(
            form.bid,
            decided(),
            on.day,
            reference.text().strip(),
            given if decided() is BidState.PART_APPROVED else None,
            until.day if decided() is BidState.DEFERRED else None,
            why.text().strip(),
            papers.given,
        )

    form = MoveForm(host, view, move, command)
    decision = form.choice(
        "Decision",
        [Option(state, words) for state, words in _DECISIONS.items() if state in open_moves],
        move.target,
    )
    form.note(f"Asked: {asked.in_words}.")
    amount = form.money("Amount awarded, £")
    on = form.day("Decided on", host.today)
    reference = form.text("Reference", hint="of the decision record")
    until = form.day("Deferred until", None, "if a day was named")
    why = form.text("Reason", hint="if one was given")
    papers = form.evidence("Decision letter")
    table = form.shifts(awarded)

    def show() -> None:
        form.wanted = open_moves.get(decided(), move)
        form.hide_field(amount, decided() is not BidState.PART_APPROVED)
        form.hide_field(until, decided() is not BidState.DEFERRED)
        form.show_shifts()
        form.hide_field(table, not table.shifts)
        words = _DECISIONS[decided()]
        form.accept_button.set_text(f"Record: {words[0].lower()}{words[1:]}")

    def typed() -> None:
        if amount.is_valid:
            form.show_shifts()

    decision.currentIndexChanged.connect(lambda _at: show())
    amount.amount_changed.connect(lambda _amount: typed())
    show()
    return form


def _offer(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        days: tuple[DayField, ...] = (dated, accept_by, starts_on, ends_on)
        if dated.day is None or not all(field.is_valid for field in days):
            return _NO_DAY
        if not letter.text().strip():
            return "Type the reference of the offer letter."
        conditions = [
            *_conditions(before.toPlainText(), before_release=True),
            *_conditions(others.toPlainText(), before_release=False),
        ]
        return MakeOffer(
            form.bid,
            letter.text().strip(),
            dated.day,
            accept_by.day,
            purpose.text().strip(),
            starts_on.day,
            ends_on.day,
            tuple(conditions),
            papers.given,
        )

    form = MoveForm(host, view, move, command)
    awarded = view.row.awarded
    form.note(f"Offered is what was awarded: {awarded.in_words if awarded is not None else '–'}.")
    letter = form.text("Offer letter", hint="reference of the letter")
    dated = form.day("Dated", host.today)
    accept_by = form.day("Accept by", None, "as the agreement says, if left empty")
    purpose = form.text("Purpose", hint="what the money is for, as the letter says")
    starts_on = form.day("From", view.row.bid.year.first_day)
    ends_on = form.day("To", view.row.bid.year.last_day)
    before = form.long_text("Conditions before release, one on a line", hint="4.2 DBS evidence is sent")
    others = form.long_text("Other conditions, one on a line", hint="7.1 A report each quarter")
    papers = form.evidence("The letter")
    return form


def _conditions(text: str, *, before_release: bool) -> list[OfferCondition]:
    """A condition for each line of *text*; a number before the words is its clause."""
    found = []
    for line in text.splitlines():
        words = line.strip()
        clause, _, rest = words.partition(" ")
        if rest and any(letter.isdigit() for letter in clause):
            found.append(OfferCondition(clause.rstrip(":"), rest.strip(), before_release=before_release))
        elif words:
            found.append(OfferCondition("", words, before_release=before_release))
    return found


def _acceptance(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if on.day is None:
            return _NO_DAY
        if not by.text().strip():
            return "Say who accepted it, for example the section 151 officer."
        return AcceptOffer(form.bid, on.day, by.text().strip(), papers.given)

    form = MoveForm(host, view, move, command)
    offer = view.row.offer
    if offer is not None:
        form.note(f"{offer.amount.in_words}, to be accepted by {offer.accept_by:%d/%m/%Y}.")
    on = form.day("Accepted on", host.today)
    by = form.text("Accepted by", hint="the section 151 officer or a delegate")
    papers = form.evidence("Signed copy")
    return form


def _with_reason(
    host: Host, view: BidView, move: Move[BidState], make: Callable[[BidId, str], Command[Any]]
) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if not why.text().strip():
            return "Say why: the reason is kept in the bid's history."
        return make(form.bid, why.text().strip())

    form = MoveForm(host, view, move, command)
    why = form.text("Reason")
    form.shifts()
    return form


def _dated(
    host: Host,
    view: BidView,
    move: Move[BidState],
    words: str,
    make: Callable[[BidId, date, str], Command[Any]],
    *,
    needs_words: bool = False,
) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if on.day is None:
            return _NO_DAY
        said = why.text().strip() if why is not None else ""
        if needs_words and not said:
            return "Say why: the reason is kept in the bid's history."
        return make(form.bid, on.day, said)

    form = MoveForm(host, view, move, command)
    on = form.day("On", host.today)
    why = form.text(words) if words else None
    held = [
        each.value
        for each in view.conditions
        if each.value.before_release and each.value.state.value == "open"
    ]
    if move.target is BidState.LIVE and held:
        form.note(
            "Before any money is released: "
            + "; ".join(f"{each.clause} {each.text}".strip() for each in held)
            + "."
        )
    return form


def _ending(
    host: Host, view: BidView, move: Move[BidState], kind: type[WithdrawBid | TerminateBid]
) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if on.day is None:
            return _NO_DAY
        if not why.text().strip():
            return "Say why: the reason is kept in the bid's history."
        return kind(form.bid, on.day, why.text().strip(), papers.given)

    form = MoveForm(host, view, move, command)
    on = form.day("On", host.today)
    why = form.text("Reason")
    papers = form.evidence()
    form.shifts()
    return form


def _closing(host: Host, view: BidView, move: Move[BidState]) -> MoveForm:
    def command(form: MoveForm) -> Command[Any] | str:
        if on.day is None:
            return _NO_DAY
        return CloseBid(form.bid, on.day, surrender.isChecked())

    form = MoveForm(host, view, move, command)
    on = form.day("On", host.today)
    surrender = Check("Give what is unspent back to contingency")
    surrender.setAccessibleName("Give what is unspent back to contingency")
    form.add("", surrender)
    table = form.shifts()
    form.hide_field(table)
    surrender.toggled.connect(lambda on: form.hide_field(table, not on or not table.shifts))
    return form
