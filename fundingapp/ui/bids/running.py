"""The form for projects that were running before the file knew of them: offer, acceptance and start in one step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from fundingapp.application.commands.awards import NOT_STARTED, RecordRunning
from fundingapp.application.queries.bids import BidRow
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.bids.editor import BidList
from fundingapp.ui.bids.moves import Host
from fundingapp.ui.forms import Form

#: What the buttons say that lead here.
WORDS = "These are running already…"


def not_started(rows: Sequence[BidRow]) -> list[BidRow]:
    """Those of *rows* that are awarded and have not started."""
    return [row for row in rows if row.bid.state in NOT_STARTED]


def came_with_a_table(rows: Sequence[BidRow]) -> list[BidRow]:
    """Those of *rows* that are awarded, have not started, and were never decided here: a table of awards made them."""
    return [row for row in not_started(rows) if not row.bid.decision]


class RunningForm(Form):
    """Which bids of a year run already, since when, and on whose paper."""

    def __init__(
        self,
        host: Host,
        rows: Sequence[BidRow],
        chosen: Collection[int],
        year: FinancialYear,
        done: Callable[[int], object],
    ) -> None:
        super().__init__("Record as running", self._accepted, host.close_form)
        self._host, self._done = host, done
        self.on = self.day("Offered, accepted and started on", min(year.first_day, host.today))
        self.reference = self.text("Offer letter", hint="reference of the letter or agreement")
        self.by = self.text("Accepted by", hint="the section 151 officer or a delegate")
        self.bids = BidList()
        self.bids.set_rows(rows, chosen)
        self.add("Running already", self.bids)
        self.note(
            "For a year that began before this file did: the offer of what was awarded, its acceptance and the start "
            "enter each bid's history with this day and reference, all of them or none. What is decided from now on "
            "goes its way step by step."
        )

    def _accepted(self) -> str:
        chosen, day = self.bids.chosen, self.on.day
        if not chosen:
            return "Choose one or more bids."
        if day is None:
            return "Type the day, for example 01/04/2018."
        if not self.reference.text().strip():
            return "Type the reference of the offer letter or agreement."
        if not self.by.text().strip():
            return "Say who accepted for the accountable body, for example the section 151 officer."
        self._host.office.do(
            RecordRunning(chosen, day, self.reference.text(), self.by.text()),
            "Record what runs already",
            lambda _effect: self._done(len(chosen)),
        )
        return ""
