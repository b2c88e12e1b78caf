"""What is warned of about what was agreed: conditions and their limits, claims, offers and answers to bids."""

from __future__ import annotations

from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.early_warnings import (
    EarlyWarning,
    Severity,
    Term,
    WarningKind,
    Watch,
    day_in_words,
    is_done,
    shortened,
)
from fundingapp.domain.gauges import Reading
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.schedules import DeadlineKind, in_days

#: An offer is about to lapse so many days before the last one to accept it, inclusive.
OFFER_DAYS = 14


class PromisesWatch(Watch):
    """Warnings about conditions, claims, offers and bids."""

    def look(self) -> list[EarlyWarning]:
        """Whenever the year is."""
        return [
            *self._gauges(),
            *self._conditions(),
            *self._claims(),
            *self._offers(),
            *self._answers(),
        ]

    def _gauges(self) -> list[EarlyWarning]:
        return [
            EarlyWarning(
                WarningKind.GAUGE,
                Severity.NOW,
                self.of_grant("Limit"),
                reading.sentence,
                (
                    *_of_reading(reading),
                    Term("Beyond the limit", -reading.room, is_total=True),
                ),
                "grants",
                ("conditions", reading.id),
                None,
                (WarningKind.GAUGE, reading.id),
            )
            for reading in self._records.gauges
            if not reading.is_well and not reading.condition.is_settled
        ]

    def _conditions(self) -> list[EarlyWarning]:
        found = []
        for id, condition in self._records.conditions:
            is_breached = condition.state is ConditionState.BREACHED
            if not condition.applies_to(self._position.fund_id, self._year):
                continue
            if not is_breached and not condition.is_overdue(self._today):
                continue
            due = condition.due
            when = f"was due on {day_in_words(due)}, {in_days(due, self._today)}" if due is not None else ""
            said = "is breached" + (f"; it {when}" if due is not None and due < self._today else "")
            name = condition.in_short[:1].upper() + condition.in_short[1:]
            text = f": “{shortened(condition.text)}”" if condition.clause else ""
            terms = (
                *([Term("Due", day_in_words(due))] if due is not None else []),
                Term("Today", day_in_words(self._today)),
                *([Term("Owner", condition.owner)] if condition.owner else []),
                *([Term("To be shown by", condition.proof)] if condition.proof else []),
            )
            found.append(
                EarlyWarning(
                    WarningKind.CONDITION,
                    Severity.NOW,
                    self.of_grant("Condition"),
                    f"{name} {said if is_breached else when}{text}.",
                    terms,
                    "grants",
                    ("conditions", id),
                    condition.project,
                    (WarningKind.CONDITION, id),
                )
            )
        return found

    def _claims(self) -> list[EarlyWarning]:
        return [
            EarlyWarning(
                WarningKind.CLAIM,
                Severity.NOW,
                self.of_grant("Claim"),
                f"{entry.title} was due on {day_in_words(entry.due)}, {in_days(entry.due, self._today)}, and is not "
                "submitted.",
                (Term("Due", day_in_words(entry.due)), Term("Today", day_in_words(self._today))),
                "grants",
                ("claims", None),
                None,
                (WarningKind.CLAIM, entry.title, entry.due),
            )
            for entry in self._records.schedule
            if entry.kind is DeadlineKind.CLAIM
            and entry.due < self._today
            and not is_done(entry, self._records.claimed_to)
        ]

    def _bid_head(self, bid: Bid) -> str:
        project = self._records.projects.get(bid.project)
        name = f"{project.ref} {project.name}" if project is not None else bid.reference
        name = name or f"Bid for {self._position.fund.name}"
        return name if bid.year == self._year else f"{name} · {bid.year}"

    def _offers(self) -> list[EarlyWarning]:
        found = []
        for offer in self._records.offers:
            bid = self._records.bids.get(offer.bid)
            if bid is None or bid.state is not BidState.OFFERED or offer.accepted_on is not None:
                continue
            days = (offer.accept_by - self._today).days
            if days > OFFER_DAYS:
                continue
            lapsed = days < 0
            sentence = (
                f"The offer of {offer.amount.in_words} lapsed on {day_in_words(offer.accept_by)}, unaccepted: ask for "
                "it to be extended."
                if lapsed
                else f"The offer of {offer.amount.in_words} lapses unless it is accepted by "
                f"{day_in_words(offer.accept_by)}, {in_days(offer.accept_by, self._today)}."
            )
            found.append(
                EarlyWarning(
                    WarningKind.OFFER_LAPSED if lapsed else WarningKind.OFFER,
                    Severity.NOW,
                    self._bid_head(bid),
                    sentence,
                    (
                        Term("Offered", offer.amount),
                        Term("To be accepted by", day_in_words(offer.accept_by)),
                        Term("Today", day_in_words(self._today)),
                    ),
                    "bids",
                    offer.bid,
                    bid.project,
                    (WarningKind.OFFER, offer.bid),
                )
            )
        return found

    def _answers(self) -> list[EarlyWarning]:
        """Bids with the commissioner whose answer is overdue, or that are undecided when their year has begun."""
        found = []
        for id, bid in self._records.bids.items():
            if bid.state not in (BidState.SUBMITTED, BidState.DEFERRED):
                continue
            is_late = bid.answer_due is not None and bid.answer_due < self._today
            has_begun = bid.year.first_day <= self._today
            if not is_late and not has_begun:
                continue
            due = (
                f"was due on {day_in_words(bid.answer_due)}, {in_days(bid.answer_due, self._today)}"
                if bid.answer_due is not None and is_late
                else f"is still to come, and {bid.year} has begun"
            )
            found.append(
                EarlyWarning(
                    WarningKind.NO_ANSWER,
                    Severity.NOW if has_begun else Severity.SOON,
                    self._bid_head(bid),
                    f"The answer to the bid for {bid.amount.in_words} {due}: nothing may be charged to it.",
                    (
                        Term("Asked", bid.amount),
                        *(
                            [Term("Submitted", day_in_words(bid.submitted_on))]
                            if bid.submitted_on is not None
                            else []
                        ),
                        *(
                            [Term("Answer due", day_in_words(bid.answer_due))]
                            if bid.answer_due is not None
                            else []
                        ),
                        Term("Today", day_in_words(self._today)),
                    ),
                    "bids",
                    id,
                    bid.project,
                    (WarningKind.NO_ANSWER, id),
                )
            )
        return found


def _of_reading(reading: Reading) -> tuple[Term, ...]:
    """What a gauge measures beside its limit."""
    measured, condition = reading.measured, reading.condition
    limit = Term(f"Limit: {reading.limit_in_words}", "" if reading.gauge.is_percent else reading.needed)
    if measured.whole is None:
        return (Term(measured.part_name, measured.part, measured.part_figure), limit)
    return (
        Term(measured.part_name, measured.part, measured.part_figure),
        Term(measured.whole_name, measured.whole, measured.whole_figure),
        Term("Which is", reading.value_in_words),
        limit,
        Term(f"{condition.limit_percent}% of {measured.whole_name.lower()}", reading.needed),
    )
