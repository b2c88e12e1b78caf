"""Reconciling the ledger as a dated document: begun, typed, explained to the penny, prepared, reviewed by another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.signing import void_certificates
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.reconciliations import as_it_is, find_line, items_of
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import LineId, ReconciliationId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import (
    RECONCILIATIONS,
    Reconciliation,
    ReconciliationItem,
    ReconciliationState,
    check_item,
    check_reviewer,
    check_start,
    check_withdrawing,
    obstacles,
    statement_of,
)
from fundingapp.domain.states import Need, Subject


@dataclass(frozen=True, slots=True)
class StartReconciliation(Command[ReconciliationId]):
    """Begins the reconciliation of the ledger of *year* up to *to_period*; returns its id. Taken back by SwapRecords,
    as all of these."""

    year: FinancialYear
    to_period: int
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class StateLedgerTotal(Command[None]):
    """What the finance system states as its total, with the paper that says so; None takes it out again."""

    id: ReconciliationId
    total: Money | None
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteReconciliation(Command[None]):
    """Puts another day and note on a draft."""

    id: ReconciliationId
    dated: date
    note: str


@dataclass(frozen=True, slots=True)
class ExplainDifference(Command[int]):
    """Explains a part of the difference: what the finance system has more (above nought) or less; returns the item."""

    id: ReconciliationId
    text: str
    amount: Money
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class ChangeExplanation(Command[None]):
    """Puts other words, amount or line into an explained item of a draft."""

    item: int
    text: str
    amount: Money
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class RemoveExplanation(Command[None]):
    """Takes an explained item out of a draft."""

    item: int


@dataclass(frozen=True, slots=True)
class PrepareReconciliation(Command[None]):
    """Signs a draft as its preparer: its figures are kept as they are now. Refused while a penny of the difference is
    not explained (L01), or a line waits."""

    id: ReconciliationId


@dataclass(frozen=True, slots=True)
class ReviewReconciliation(Command[None]):
    """Signs what another person prepared."""

    id: ReconciliationId


@dataclass(frozen=True, slots=True)
class SendBackReconciliation(Command[None]):
    """Makes what was prepared a draft again, for a reason."""

    id: ReconciliationId
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawReconciliation(Command[None]):
    """Withdraws a reconciliation for a reason; it stays in the list as it was, and certificates resting on it are
    void."""

    id: ReconciliationId
    reason: str


def start_reconciliation(command: StartReconciliation, tools: Tools) -> Effect[ReconciliationId]:
    with tools.open_work() as work:
        check_start(command.year, command.to_period, (kept.value for kept in work.reconciliations.all()))
        blank = Reconciliation(
            command.year,
            command.to_period,
            command.dated or tools.today,
            Money.ZERO,
            Money.ZERO,
            None,
            ReconciliationState.DRAFT,
            tools.who,
            tools.clock(),
        )
        # The figures are kept when it is prepared; until then they are those of the day.
        draft = as_it_is(work, blank, whole=False)
        doing = Doing(work, tools)
        id = ReconciliationId(doing.add("reconciliations", draft))
        doing.step(Subject.RECONCILIATION, id, "", draft.state.value)
        return doing.commit("StartReconciliation", f"begin the reconciliation of {draft.in_words}", id)


def state_ledger_total(command: StateLedgerTotal, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        kept = _draft(work, command.id)
        doing = Doing(work, tools)
        doing.change("reconciliations", kept, replace(kept.value, ledger_total=command.total))
        doing.keep(papers, reconciliation=command.id)
        said = "no total" if command.total is None else f"a total of {command.total.in_words}"
        return doing.commit("StateLedgerTotal", f"state {said} of the ledger of {kept.value.in_words}")


def note_reconciliation(command: NoteReconciliation, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = _draft(work, command.id)
        doing = Doing(work, tools)
        note = command.note.strip()
        doing.change("reconciliations", kept, replace(kept.value, dated=command.dated, note=note))
        name = f"date the reconciliation of {kept.value.in_words} {command.dated:%d/%m/%Y}"
        return doing.commit("NoteReconciliation", name)


def explain_difference(command: ExplainDifference, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        kept = _draft(work, command.id)
        item = _item(work, kept, command.text, command.amount, command.line)
        doing = Doing(work, tools)
        id = doing.add("reconciliation_items", item)
        return doing.commit("ExplainDifference", f"explain {item.amount.in_words}: {item.text}", id)


def change_explanation(command: ChangeExplanation, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.reconciliation_items.get(command.item)
        draft = _draft(work, kept.value.reconciliation)
        item = _item(work, draft, command.text, command.amount, command.line)
        doing = Doing(work, tools)
        doing.change("reconciliation_items", kept, item)
        return doing.commit("ChangeExplanation", f"explain {item.amount.in_words}: {item.text}")


def remove_explanation(command: RemoveExplanation, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.reconciliation_items.get(command.item)
        _draft(work, kept.value.reconciliation)
        doing = Doing(work, tools)
        doing.remove("reconciliation_items", kept)
        item = kept.value
        return doing.commit(
            "RemoveExplanation", f"remove the explanation of {item.amount.in_words}: {item.text}"
        )


def prepare_reconciliation(command: PrepareReconciliation, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.reconciliations.get(command.id)
        given = {Need.AMOUNT} if kept.value.ledger_total is not None else set()
        _check_move(kept.value, ReconciliationState.PREPARED, given)
        now = as_it_is(work, kept.value)
        items = [item.value for item in items_of(work, command.id)]
        problems = obstacles(now, items, statement_of(now.figures))
        if problems:
            raise ExpectedError(
                "not_reconciled",
                f"The ledger of {now.in_words} is not reconciled yet. {' '.join(problems)}",
                "Explain what is left to the penny, or put it right; the draft stays as it is.",
            )
        prepared = replace(
            now, state=ReconciliationState.PREPARED, prepared_by=tools.who, prepared_at=tools.clock()
        )
        doing = Doing(work, tools)
        doing.change("reconciliations", kept, prepared)
        doing.step(Subject.RECONCILIATION, command.id, kept.value.state.value, prepared.state.value)
        return doing.commit("PrepareReconciliation", f"prepare the reconciliation of {now.in_words}")


def review_reconciliation(command: ReviewReconciliation, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.reconciliations.get(command.id)
        value = kept.value
        _check_move(value, ReconciliationState.REVIEWED)
        check_reviewer(value, tools.who)
        reviewed = replace(
            value, state=ReconciliationState.REVIEWED, reviewed_by=tools.who, reviewed_at=tools.clock()
        )
        doing = Doing(work, tools)
        doing.change("reconciliations", kept, reviewed)
        doing.step(Subject.RECONCILIATION, command.id, value.state.value, reviewed.state.value)
        return doing.commit("ReviewReconciliation", f"review the reconciliation of {value.in_words}")


def send_back_reconciliation(command: SendBackReconciliation, tools: Tools) -> Effect[None]:
    return _leave(command.id, ReconciliationState.DRAFT, command.reason, tools)


def withdraw_reconciliation(command: WithdrawReconciliation, tools: Tools) -> Effect[None]:
    return _leave(command.id, ReconciliationState.WITHDRAWN, command.reason, tools)


#: What was done to a reconciliation that is one no more.
_LEFT = {ReconciliationState.DRAFT: "sent back", ReconciliationState.WITHDRAWN: "withdrawn"}


def _leave(id: ReconciliationId, to: ReconciliationState, why: str, tools: Tools) -> Effect[None]:
    """Sends back or withdraws, for a reason."""
    reason = " ".join(why.split())
    with tools.open_work() as work:
        kept = work.reconciliations.get(id)
        value = kept.value
        move = _check_move(value, to, {Need.REASON} if reason else set())
        all_of_them = {ReconciliationId(each.id): each.value for each in work.reconciliations.all()}
        check_withdrawing(id, all_of_them)
        doing = Doing(work, tools)
        if to is ReconciliationState.DRAFT:
            after = replace(value, state=to, figures=(), reason=reason)
        else:
            # A draft that is withdrawn is kept with the figures that it had by then.
            after = replace(as_it_is(work, value), state=to, reason=reason)
        doing.change("reconciliations", kept, after)
        doing.step(Subject.RECONCILIATION, id, value.state.value, to.value, reason=reason)
        resting = [each for each in work.certificates.all() if each.value.is_open]
        ours = [each for each in resting if each.value.reconciliation == id]
        void_certificates(doing, ours, f"the reconciliation it rests on was {_LEFT[to]}: {reason}")
        name = f"{move} the reconciliation of {value.in_words}"
        return doing.commit(f"{move.title().replace(' ', '')}Reconciliation", name, reason=reason)


def _check_move(value: Reconciliation, to: ReconciliationState, given: set[Need] | None = None) -> str:
    """What the move is called. Raises ExpectedError when there is none."""
    name = f"The reconciliation of {value.in_words}"
    return RECONCILIATIONS.check(name, value.state, to, given or set()).name


def _draft(work: UnitOfWork, id: ReconciliationId) -> Kept[Reconciliation]:
    """The reconciliation, while it can be typed into."""
    kept = work.reconciliations.get(id)
    if kept.value.state is not ReconciliationState.DRAFT:
        raise ExpectedError(
            "reconciliation_kept",
            f"The reconciliation of {kept.value.in_words} is {kept.value.state.value}: it is kept as it was.",
            "Send it back or withdraw it with a reason first, then change it.",
        )
    return kept


def _item(
    work: UnitOfWork, kept: Kept[Reconciliation], text: str, amount: Money, line: LineId | None
) -> ReconciliationItem:
    if line is not None and find_line(work, line) is None:
        raise NotFoundError("ledger line", str(line))
    return ReconciliationItem(ReconciliationId(kept.id), check_item(text, amount), amount, line)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    StartReconciliation: start_reconciliation,
    StateLedgerTotal: state_ledger_total,
    NoteReconciliation: note_reconciliation,
    ExplainDifference: explain_difference,
    ChangeExplanation: change_explanation,
    RemoveExplanation: remove_explanation,
    PrepareReconciliation: prepare_reconciliation,
    ReviewReconciliation: review_reconciliation,
    SendBackReconciliation: send_back_reconciliation,
    WithdrawReconciliation: withdraw_reconciliation,
}
