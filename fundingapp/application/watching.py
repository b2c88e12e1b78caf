"""What each command's unit of work is asked beside what the command does: nothing reaches into a closed year or a
stated return, and what changes a balance or a certified figure is named, in the same transaction (L03, L14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, cast

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import Kept, OpenWork, Tools, UnitOfWork
from fundingapp.application.queries.balances import next_entry
from fundingapp.application.queries.locks import refuse_closed_year, refuse_stated
from fundingapp.application.queries.standing_returns import (
    certificates_by_return,
    fallen_in_words,
    moved_in_words,
    moved_under,
    standing_returns,
)
from fundingapp.application.queries.watched import watched_now
from fundingapp.application.queries.words_sent import OF_RETURNS, refuse_withdrawn, said_otherwise, saying
from fundingapp.domain.adjustments import Accrual, Adjustment, effects
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.signing import Certificate, CertificateState
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.watching import Alarm, Asserted, differences

_Grant = tuple[FundId, FinancialYear]


def _own(value: Any) -> Iterable[_Grant]:
    yield value.fund, value.year


def _carried(value: Any) -> Iterable[_Grant]:
    yield value.fund, value.from_year
    if value.counts:
        yield value.fund, value.into_year


def _settled(value: Any) -> Iterable[_Grant]:
    yield value.fund, value.year


#: What belongs to a grant's year and stays as it is once the year is closed, with what to call it. What belongs to no
#: one grant is of each grant that its project has an award of in the year.
_GUARDED: dict[str, tuple[str, Callable[[Any], Iterable[_Grant]] | None]] = {
    "allocations": ("a change of what is available", _own),
    "awards": ("a change of an award", _own),
    "contingencies": ("a change of the contingency", _own),
    "consents": ("a change of a consent", _own),
    "movements": ("a virement", _own),
    "accruals": ("an accrual", _own),
    "adjustments": ("an adjustment", _own),
    "carry_forwards": ("a change of its carry-forward", _carried),
    "settlements": ("a change of what goes back to the funder", _settled),
    "return_texts": ("a change of what a return says in words", _own),
    "project_progress": ("a change of how a project stood", None),
    "accepted_exceptions": ("a change of what a return was accepted with", _own),
    "partner_statements": ("a change of what a partner's statement says", _own),
}
#: What of a settlement goes on after its year is closed: the money still has to be invoiced and to go.
_SETTLING = ("state", "invoice", "invoiced_on", "repayment", "payment", "decided_on", "reason")
#: What goes on, by kind: also a partner's statement may come later, as long as it states what is stated already.
_GOES_ON = {
    "settlements": _SETTLING,
    "partner_statements": ("received_on", "signed_by", "signed_on", "note"),
}


class _GuardedRows:
    """The rows of one kind, which refuse what would change a closed year or a stated return."""

    def __init__(self, work: UnitOfWork, kind: str, rows: Any, told: list[str]) -> None:
        self._work, self._kind, self._rows, self._told = work, kind, rows, told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)

    def add(self, value: Any, id: int | None = None) -> int:
        self._refuse(None, value)
        self._said(None, value)
        return int(self._rows.add(value, id))

    def replace(self, kept: Kept[Any], value: Any) -> None:
        self._refuse(kept.value, value)
        self._said(kept.value, value)
        self._rows.replace(kept, value)

    def remove(self, kept: Kept[Any]) -> None:
        self._refuse(kept.value, None)
        self._said(kept.value, None)
        self._rows.remove(kept)

    def _said(self, before: Any, after: Any) -> None:
        """Notes which returns said otherwise; and keeps what a checked one was accepted with."""
        if self._kind not in OF_RETURNS or before == after:
            return
        of = _GUARDED[self._kind][1] or self._awarded
        grants = {grant for value in (before, after) if value is not None for grant in of(value)}
        quarter = getattr(after or before, "quarter", None)
        for kept in saying(self._work, grants, quarter):
            if self._kind == "accepted_exceptions" and after is None:
                refuse_withdrawn(self._work, kept)
            self._told.append(said_otherwise(self._work, kept, OF_RETURNS[self._kind]))

    def _refuse(self, before: Any, after: Any) -> None:
        what, _ = _GUARDED[self._kind]
        for fund, year in self._grants(before, after):
            refuse_closed_year(self._work, fund, year, what)
        if self._kind in {"accruals", "adjustments"}:
            refuse_stated(self._work, (after or before).fund, before, after)

    def _grants(self, before: Any, after: Any) -> Iterator[_Grant]:
        """The grants whose year changes when *after* takes the place of *before*."""
        of = _GUARDED[self._kind][1] or self._awarded
        values = [value for value in (before, after) if value is not None]
        if isinstance(values[0], Accrual | Adjustment):
            parts = [{(value.fund, *effect) for effect in effects(value)} for value in values]
            moved = parts[0] ^ parts[1] if len(parts) == 2 else parts[0]
            if not moved:  # the words alone
                moved = {(value.fund, *next(iter(effects(value)))) for value in values}
            yield from sorted({(fund, year) for fund, year, _, _ in moved})
        elif len(values) == 2 and _same_but(_GOES_ON.get(self._kind, ()), before, after):
            return
        else:
            yield from dict.fromkeys(grant for value in values for grant in of(value))

    def _awarded(self, value: Any) -> Iterator[_Grant]:
        """The grants of which the project of *value* has an award in its year."""
        for kept in self._work.awards.all():
            award = kept.value
            if (award.project, award.year) == (value.project, value.year):
                yield award.fund, award.year


def _same_but(goes_on: Sequence[str], before: Any, after: Any) -> bool:
    """Whether two forms of a record differ, and only in what *goes_on* when its year is closed."""
    return bool(goes_on) and all(
        getattr(before, name) == getattr(after, name)
        for name in type(before).__dataclass_fields__
        if name not in goes_on
    )


class WatchedWork:
    """A unit of work that guards closed years and stated returns, and looks at what is watched before it commits."""

    def __init__(self, work: UnitOfWork, tools: Tools, followed: list[str]) -> None:
        self._work, self._tools, self._followed = work, tools, followed
        self._guarded: dict[str, _GuardedRows] = {}
        self._told: list[str] = []

    @property
    def who(self) -> str:
        return self._tools.who

    def __getattr__(self, name: str) -> Any:
        if name not in _GUARDED:
            return getattr(self._work, name)
        if name not in self._guarded:
            self._guarded[name] = _GuardedRows(
                cast(UnitOfWork, self), name, getattr(self._work, name), self._told
            )
        return self._guarded[name]

    def __enter__(self) -> Self:
        self._work.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._work.__exit__(kind, error, trace)

    def commit(self, record: JournalRecord | None) -> None:
        fallen: list[str] = []
        if record is not None:
            fallen = let_fall(cast(UnitOfWork, self), record, self._tools) + [*dict.fromkeys(self._told)]
            if fallen:
                record = replace(record, after={**record.after, "followed": fallen})
            watch(cast(UnitOfWork, self), record, self._tools)
        self._work.commit(record)
        self._followed += fallen


def watched(tools: Tools, followed: list[str]) -> OpenWork:
    """Opens units of work for commands that go through *tools*; *followed* gains what came of them by itself."""
    open_work = tools.open_work

    def opener(*, reading: bool = False) -> UnitOfWork:
        work = open_work(reading=reading)
        return work if reading else cast(UnitOfWork, WatchedWork(work, tools, followed))

    return opener


def let_fall(work: UnitOfWork, record: JournalRecord, tools: Tools) -> list[str]:
    """Makes a draft again of each return that is checked or certified, and not sent, when *record* changes a figure
    inside it, and its certificate void; says so in a sentence for each. Cheap when there is none.

    It is no part of what undo takes back: that gives the figure back, and not the signature.
    """
    found = []
    for kept in standing_returns(work):
        moved = moved_under(work, kept)
        if moved is None:
            continue
        saved, at = kept.value, tools.clock()
        why = f"{moved_in_words(moved)} ({record.sentence})"
        certificate = certificates_by_return(work.certificates.all()).get(kept.id)
        if certificate is not None:
            _void(work, certificate, why, tools)
        work.returns.replace(kept, replace(saved, state=ReturnState.DRAFT))
        work.steps.add(
            Step(
                Subject.RETURN,
                kept.id,
                saved.state.value,
                ReturnState.DRAFT.value,
                None,
                at,
                tools.who,
                reason=why,
            )
        )
        fund = work.funds.get(saved.fund).value.name
        found.append(fallen_in_words(saved, fund, moved, certificate is not None))
    return found


def _void(work: UnitOfWork, kept: Kept[Certificate], why: str, tools: Tools) -> None:
    """Makes a certificate void, and lets go of the balances that were asserted with it."""
    value, at = kept.value, tools.clock()
    work.certificates.replace(kept, value.voided(tools.who, at, why))
    work.steps.add(
        Step(
            Subject.CERTIFICATE,
            kept.id,
            value.state.value,
            CertificateState.VOIDED.value,
            None,
            at,
            tools.who,
            reason=why,
        )
    )
    if not value.stands:
        return
    for each in work.assertions.all():
        of = each.value
        same = (of.fund, of.year, of.to_period) == (value.fund, value.year, value.to_period)
        if of.because is Asserted.CERTIFICATE and same:
            work.assertions.remove(each)


def watch(work: UnitOfWork, record: JournalRecord, tools: Tools) -> None:
    """Keeps an alarm for each balance, certificate and reconciliation that *record* is the first to break; one whose
    figures are again what they were is cleared by it."""
    looked_at = watched_now(work)
    if not looked_at:
        return
    sequence = next_entry(work)
    open_alarms = {
        (kept.value.watched, kept.value.watched_id): kept
        for kept in work.alarms.all()
        if kept.value.cleared is None
    }
    for each in looked_at:
        found = differences(each.was, each.now)
        alarm = open_alarms.get((each.watched, each.id))
        if found and alarm is None:
            work.alarms.add(
                Alarm(each.watched, each.id, sequence, tools.clock(), tools.who, record.sentence, found)
            )
        elif alarm is not None and not found:
            work.alarms.replace(alarm, _cleared(alarm.value, sequence))


def _cleared(alarm: Alarm, sequence: int) -> Alarm:
    return Alarm(
        alarm.watched,
        alarm.watched_id,
        alarm.sequence,
        alarm.at,
        alarm.by,
        alarm.done,
        alarm.differences,
        sequence,
    )
