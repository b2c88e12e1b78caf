"""Agreements with funders: recording them, their terms, and money that moves between their years (R8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    ChangeRecord,
    Record,
    SwapRecords,
    add_all,
    change_record,
    current,
    plain_swap,
    rows_of,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count
from fundingapp.domain.agreements import (
    Agreement,
    AgreementSum,
    Split,
    Terms,
    check_agreement,
    check_edit,
    check_sums,
    check_terms,
    reprofiled,
    splits_of,
)
from fundingapp.domain.allocations import resources_of
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Fund, Kind
from fundingapp.domain.ids import AgreementId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Step, Subject


@dataclass(frozen=True, slots=True)
class AddAgreement(Command[AgreementId]):
    """An agreement with its terms, and its sums by kind: the whole, and the years once they are agreed."""

    agreement: Agreement
    splits: tuple[Split, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeAgreement(Command[None]):
    """Corrects an agreement, or takes an amendment in that changes what it states. *amendment* is the amending letter,
    needed when a sum changes; money is never moved between years so (R8)."""

    id: AgreementId
    before: Agreement
    after: Agreement
    splits: tuple[Split, ...]
    amendment: str = ""


@dataclass(frozen=True, slots=True)
class ChangeTerms(Command[None]):
    """Puts other terms into an agreement."""

    id: AgreementId
    before: Agreement
    terms: Terms


@dataclass(frozen=True, slots=True)
class Reprofile(Command[str]):
    """Moves *amount* of a kind from one year of an agreement to another; the whole stays (R8).

    *reference* is the letter that allows it, *dated* its day. The result says by figures where a year's allocation is
    now above what the agreement gives it, "" where none is.
    """

    agreement: AgreementId
    kind: Kind
    source: FinancialYear
    target: FinancialYear
    amount: Money
    reference: str
    dated: date


@dataclass(frozen=True, slots=True)
class RemoveAgreement(Command[None]):
    """Takes an agreement out with its sums; the usual terms count for its years again."""

    id: AgreementId


@dataclass(frozen=True, slots=True)
class DescribeFund(Command[None]):
    """Changes what is kept of a fund: name, funder, ring-fence, origin, and whether its revenue is divided."""

    id: FundId
    before: Fund
    after: Fund


def sums_of(agreement: AgreementId, splits: Iterable[Split]) -> list[AgreementSum]:
    """*splits* as they are kept: a sum for each whole and for each year."""
    sums = []
    for split in splits:
        sums.append(AgreementSum(agreement, split.kind, split.total))
        sums += [AgreementSum(agreement, split.kind, amount, year) for year, amount in split.years]
    return sums


def held_splits(work: UnitOfWork, agreement: int) -> tuple[Split, ...]:
    """What the agreement states, kind by kind."""
    return splits_of(entry.value for entry in _sums(work, agreement))


def _sums(work: UnitOfWork, agreement: int) -> list[Kept[AgreementSum]]:
    return [kept for kept in work.agreement_sums.all() if kept.value.agreement == agreement]


def _others(work: UnitOfWork, without: int = 0) -> list[Agreement]:
    return [kept.value for kept in work.agreements.all() if kept.id != without]


def _tidy(agreement: Agreement) -> Agreement:
    return replace(agreement, title=agreement.title.strip(), reference=agreement.reference.strip())


def _done(work: UnitOfWork, command: str, change: SwapRecords, **more: Any) -> Effect[Any]:
    """Commits what *change* says was done, in the trail under *command*."""
    before, after = plain_swap(change)
    work.commit(JournalRecord(command, change.name, before, {**after, **more}))
    return Effect(None, topics_of_swap(change), change.name, change.inverse)


def add_agreement_to(work: UnitOfWork, agreement: Agreement, splits: Sequence[Split]) -> tuple[Record, ...]:
    """Adds an agreement that a fund may have, with its sums. Raises ExpectedError."""
    agreement = _tidy(agreement)
    fund = work.funds.get(agreement.fund).value
    check_agreement(agreement, _others(work))
    check_terms(agreement.terms)
    check_sums(agreement, fund.kinds, splits)
    made = add_all(work, [("agreements", agreement)])
    return made + add_all(
        work, [("agreement_sums", entry) for entry in sums_of(AgreementId(made[0].id), splits)]
    )


def add_agreement(command: AddAgreement, tools: Tools) -> Effect[AgreementId]:
    with tools.open_work() as work:
        made = add_agreement_to(work, command.agreement, command.splits)
        name = f"add the agreement “{made[0].value.title}”"
        effect = _done(work, "AddAgreement", SwapRecords((), (), made, name))
    return replace(effect, result=AgreementId(made[0].id))


def change_agreement(command: ChangeAgreement, tools: Tools) -> Effect[None]:
    after = _tidy(command.after)
    name = f"change the agreement “{after.title}”"
    with tools.open_work() as work:
        current(work, Record("agreements", command.id, command.before))
        if after.fund != command.before.fund:
            raise ExpectedError(
                "other_fund",
                f"“{after.title}” belongs to its fund for good.",
                "Remove it and record it under the other fund.",
            )
        check_agreement(after, _others(work, command.id))
        check_terms(after.terms)
        fund = work.funds.get(after.fund).value
        check_sums(after, fund.kinds, command.splits)
        held = _sums(work, command.id)
        before = splits_of(entry.value for entry in held)
        wanted = splits_of(sums_of(command.id, command.splits))
        check_edit(before, wanted)
        removed: tuple[Record, ...] = ()
        made: tuple[Record, ...] = ()
        if before != wanted:
            if before and not command.amendment.strip():
                raise ExpectedError(
                    "amendment_needed",
                    f"The sums of “{after.title}” change from {_whole(before)} to {_whole(wanted)} together: that "
                    "takes an amendment.",
                    "Give the reference of the amending letter.",
                )
            removed = tuple(Record("agreement_sums", kept.id, kept.value) for kept in held)
            for kept in held:
                work.agreement_sums.remove(kept)
            made = add_all(work, [("agreement_sums", entry) for entry in sums_of(command.id, wanted)])
        changed: tuple[Changed, ...] = ()
        if after != command.before:
            changed = (Changed("agreements", command.id, command.before, after),)
            work.agreements.replace(work.agreements.get(command.id), after)
        change = SwapRecords(removed, changed, made, name)
        return _done(work, "ChangeAgreement", change, amendment=command.amendment.strip())


def _whole(splits: Iterable[Split]) -> str:
    return Money.total(split.total for split in splits).in_words


def change_terms(command: ChangeTerms, tools: Tools) -> Effect[None]:
    check_terms(command.terms)
    name = f"change the terms of “{command.before.title}”"
    after = replace(command.before, terms=command.terms)
    return change_record(ChangeRecord("agreements", command.id, command.before, after, name), tools)


def reprofile(command: Reprofile, tools: Tools) -> Effect[str]:
    reference = command.reference.strip()
    if not reference:
        raise ExpectedError(
            "no_reference",
            "A reprofile needs the commissioner's letter.",
            "Type the letter's reference: the agreement's years are the commissioner's to change.",
        )
    with tools.open_work() as work:
        kept = work.agreements.get(command.agreement)
        agreement = kept.value
        held = next(
            (split for split in held_splits(work, kept.id) if split.kind is command.kind),
            Split(command.kind, Money(0)),
        )
        after = reprofiled(held, command.source, command.target, command.amount)
        changed: tuple[Changed, ...] = ()
        for entry in _sums(work, kept.id):
            year = entry.value.year
            if entry.value.kind is command.kind and year is not None and held.of(year) != after.of(year):
                moved = replace(entry.value, amount=after.of(year))
                work.agreement_sums.replace(entry, moved)
                changed += (Changed("agreement_sums", entry.id, entry.value, moved),)
        said = f"{command.amount.in_words} of {command.kind.value} from {command.source} to {command.target}"

        def stand(split: Split) -> str:
            years = sorted((command.source, command.target))
            return ", ".join(f"{year} {split.of(year).in_words}" for year in years)

        step = Step(
            Subject.AGREEMENT,
            kept.id,
            stand(held),
            stand(after),
            command.dated,
            tools.clock(),
            tools.who,
            reference,
            said,
        )
        made = add_all(work, [("steps", step)])
        change = SwapRecords((), changed, made, f"reprofile {said}")
        effect = _done(work, "Reprofile", change, agreement=agreement.title, letter=reference)
        standing = allocated(work, agreement.fund, command.source, command.kind)
    gives = after.of(command.source)
    if standing <= gives:
        return replace(effect, result="")
    return replace(
        effect,
        result=f"{command.source} is still allocated {standing.in_words} of {command.kind.value}; the agreement now "
        f"gives it {gives.in_words}.",
    )


def allocated(work: UnitOfWork, fund: FundId, year: FinancialYear, kind: Kind) -> Money:
    """The allocation of a fund, year and kind that stands."""
    return resources_of(
        kept.value
        for kept in work.allocations.all()
        if (kept.value.fund, kept.value.year, kept.value.kind) == (fund, year, kind)
    ).allocation


def remove_agreement(command: RemoveAgreement, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.agreements.get(command.id)
        name = f"remove the agreement “{kept.value.title}”"
        papers = sum(entry.value.agreement == command.id for entry in work.supports.all())
        if papers:
            raise ExpectedError(
                "in_use",
                f"“{kept.value.title}” can't be removed: {count(papers, 'document')} "
                f"{'is' if papers == 1 else 'are'} kept with it.",
                "Take the documents off it first; nothing was changed.",
            )
        held = _sums(work, command.id)
        steps = [
            entry
            for entry in work.steps.all()
            if (entry.value.subject, entry.value.subject_id) == (Subject.AGREEMENT, command.id)
        ]
        removed = (
            Record("agreements", kept.id, kept.value),
            *(Record("agreement_sums", entry.id, entry.value) for entry in held),
            *(Record("steps", entry.id, entry.value) for entry in steps),
        )
        for record in reversed(removed):
            rows_of(work, record.kind).remove(rows_of(work, record.kind).get(record.id))
        return _done(work, "RemoveAgreement", SwapRecords(removed, (), (), name))


#: The rows that hold money of a kind of a fund, and what one of them is called.
_OF_A_KIND = (
    ("allocations", "allocation"),
    ("bids", "bid"),
    ("awards", "award"),
    ("contingencies", "contingency line"),
    ("movements", "virement"),
    ("accruals", "accrual"),
    ("adjustments", "adjustment"),
    ("forecasts", "forecast month"),
    ("profiles", "profile"),
    ("consents", "consent"),
    ("carry_forwards", "carry-forward"),
    ("settlements", "settlement"),
)


def in_the_way_of_kinds(work: UnitOfWork, fund: FundId, gone: Iterable[Kind]) -> list[str]:
    """What is recorded of *fund* in the kinds *gone*, in words: “2 allocations of £65,500.00”."""
    kinds = set(gone)
    found = []
    for rows, noun in _OF_A_KIND:
        held = [
            kept.value
            for kept in rows_of(work, rows).all()
            if kept.value.fund == fund and kept.value.kind in kinds
        ]
        if held:
            amounts = [entry.amount for entry in held if isinstance(getattr(entry, "amount", None), Money)]
            of = f" of {Money.total(amounts).in_words}" if amounts else ""
            found.append(count(len(held), noun) + of)
    ours = {kept.id for kept in work.agreements.all() if kept.value.fund == fund}
    sums = [
        kept.value
        for kept in work.agreement_sums.all()
        if kept.value.agreement in ours and kept.value.kind in kinds
    ]
    if sums:
        found.append(count(len(sums), "sum") + " of its agreement")
    return found


def describe_fund(command: DescribeFund, tools: Tools) -> Effect[None]:
    after = replace(
        command.after,
        name=command.after.name.strip(),
        ring_fence=command.after.ring_fence.strip(),
        origin=command.after.origin.strip(),
    )
    if not after.name:
        raise ExpectedError("no_name", "A fund needs a name.", "Type the fund's name.")
    with tools.open_work(reading=True) as work:
        same = " ".join(after.name.casefold().split())
        for kept in work.funds.all():
            if kept.id != command.id and " ".join(kept.value.name.casefold().split()) == same:
                raise ExpectedError(
                    "name_taken", f"There is a fund “{kept.value.name}” already.", "Choose another name."
                )
        work.parties.get(after.funder)
        gone = [kind for kind in command.before.kinds if kind not in after.kinds]
        stands = in_the_way_of_kinds(work, command.id, gone)
        if stands:
            raise ExpectedError(
                "kind_in_use",
                f"{after.name} holds {' and '.join(kind.value for kind in gone)}: {', '.join(stands)}. How its revenue "
                "is divided can't change under them.",
                "Set this up before anything of the fund's revenue is recorded, or record a fund of its own.",
            )
    name = f"change what is kept of {command.before.name}"
    return change_record(ChangeRecord("funds", command.id, command.before, after, name), tools)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddAgreement: add_agreement,
    ChangeAgreement: change_agreement,
    ChangeTerms: change_terms,
    Reprofile: reprofile,
    RemoveAgreement: remove_agreement,
    DescribeFund: describe_fund,
}
