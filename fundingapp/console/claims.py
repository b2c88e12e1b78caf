"""The console's commands for claims and the money that came: claims, claim, payment and position."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from fundingapp.application.commands.claims import (
    AnswerQuery,
    ApproveClaim,
    AskCertificate,
    Decision,
    MarkNotUsed,
    OpenClaim,
    PrepareClaim,
    QueryClaim,
    RecordPayment,
    RecordRepayment,
    ReleaseRetention,
    RequestPayment,
    SubmitClaim,
)
from fundingapp.application.commands.evidence import Given
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.offices import Offices
from fundingapp.application.queries.claims import ClaimRow, ClaimsAnswer, ClaimsOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.given_papers import add_evidence_option, papers_given
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import day_of, to_day, to_period, to_pounds
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import ClaimId, LineId
from fundingapp.domain.money import Money

#: What can be done with a claim, by the option that does it, with its help.
MOVES = {
    "refresh": "brings the lines of a draft up to date",
    "submit": "records it as sent",
    "query": "records the commissioner's query, with --amount REF=POUNDS",
    "answer": "records the answer to a query",
    "certificate": "records that an accountant's certificate is awaited",
    "approve": "records the commissioner's decision, with --amount REF=POUNDS for what is disallowed",
    "request": "records that payment was asked for",
    "release": "records that retained money is released",
    "not-used": "puts it aside",
}


def to_share(text: str) -> tuple[str, Money]:
    """What it is about, and an amount in pounds: LF-08=12.50."""
    name, sign, amount = text.rpartition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not NAME=POUNDS, such as LF-08=12.50")
    return name.strip(), to_pounds(amount)


def to_part(text: str) -> tuple[str, Money | None]:
    """A name, with the amount in pounds or (None) as much as goes: 2 or 2=12.50."""
    return to_share(text) if "=" in text else (text.strip(), None)


def add_claim_options(made: argparse.ArgumentParser) -> None:
    """The options of the command “claim”."""
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--open", action="store_true", help="begins the next claim and fills it from the records"
    )
    for name, text in MOVES.items():
        what.add_argument(f"--{name}", type=int, metavar="N", help=f"claim N: {text}")
    made.add_argument(
        "--to-period", type=to_period, metavar="N", help="of a new claim: its last period, 1 to 13"
    )
    made.add_argument("--final", action="store_true", help="of a new claim: nothing is claimed after it")
    made.add_argument("--dated", type=to_day, metavar="D", help="the day on the paper; by itself today")
    made.add_argument("--reference", default="", metavar="TEXT", help="the paper's reference")
    made.add_argument("--reason", default="", metavar="TEXT", help="why, or what was asked or answered")
    made.add_argument(
        "--amount",
        action="append",
        default=[],
        type=to_share,
        metavar="REF=POUNDS",
        help="what is queried or disallowed of a project; of a release: all=POUNDS",
    )
    made.add_argument(
        "--money", choices=[kind.value for kind in Kind], help="where a project has several kinds"
    )
    made.add_argument(
        "--stays-eligible",
        action="store_true",
        help="what is disallowed is claimed again, and does not become ineligible",
    )
    add_evidence_option(made)


def add_payment_options(made: argparse.ArgumentParser) -> None:
    """The options of the command “payment”."""
    made.add_argument("--amount", required=True, type=to_pounds, metavar="POUNDS", help="what came")
    made.add_argument("--dated", type=to_day, metavar="D", help="the day it came; by itself today")
    made.add_argument("--remittance", default="", metavar="TEXT", help="as the remittance advice has it")
    made.add_argument(
        "--claim",
        action="append",
        default=[],
        type=to_part,
        metavar="N[=POUNDS]",
        help="a claim that it settles, with as much as is outstanding; what settles none is an advance",
    )
    made.add_argument(
        "--line",
        action="append",
        default=[],
        type=to_part,
        metavar="T[=POUNDS]",
        help="the transaction of a ledger income line that it is",
    )
    made.add_argument("--repaid", action="store_true", help="it went back to the funder")
    made.add_argument("--reason", default="", metavar="TEXT", help="of a repayment: why")
    add_evidence_option(made)


def show_claims(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The claims and payments of a grant."""
    opened = offices.open(given.file, writing=False)
    try:
        answer = opened.desk.ask(ClaimsOf(opened.desk.ask(FundNamed(given.fund)), given.year))
    finally:
        opened.close()
    return _print(answer, out)


def change_claim(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """One move of a claim."""
    opened = writable(offices, given.file)
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        if given.open:
            id = desk.do(OpenClaim(fund, given.year, None, given.to_period, given.final)).result
            desk.do(PrepareClaim(id))
        else:
            name, number = next(
                (name, getattr(given, name.replace("-", "_")))
                for name in MOVES
                if getattr(given, name.replace("-", "_")) is not None
            )
            row = _claim(desk.ask(ClaimsOf(fund, given.year)), str(number))
            desk.do(_command(name, given, row))
        answer = desk.ask(ClaimsOf(fund, given.year))
    finally:
        opened.close()
    return _print(answer, out)


def _command(name: str, given: argparse.Namespace, row: ClaimRow) -> Command[Any]:
    day = day_of(given.dated)
    evidence: tuple[Given, ...] = papers_given(given)
    make: dict[str, Callable[[], Command[Any]]] = {
        "refresh": lambda: PrepareClaim(row.id),
        "submit": lambda: SubmitClaim(row.id, day, given.reason, given.reference, evidence),
        "query": lambda: QueryClaim(row.id, day, given.reason, _lines(given, row), evidence),
        "answer": lambda: AnswerQuery(row.id, day, given.reason, evidence),
        "certificate": lambda: AskCertificate(row.id, day, given.reference),
        "approve": lambda: ApproveClaim(
            row.id,
            day,
            given.reference,
            tuple(
                Decision(line, amount, given.reason, not given.stays_eligible)
                for line, amount in _lines(given, row)
            ),
            evidence,
        ),
        "request": lambda: RequestPayment(row.id, day, given.reference),
        "release": lambda: ReleaseRetention(
            row.id, day, given.amount[0][1] if given.amount else None, given.reference
        ),
        "not-used": lambda: MarkNotUsed(row.id, given.reason),
    }
    return make[name]()


def _lines(given: argparse.Namespace, row: ClaimRow) -> tuple[tuple[int, Money], ...]:
    """The lines that --amount names, by their ids."""
    found = []
    for ref, amount in given.amount:
        lines = [
            line
            for line in row.lines
            if line.ref.casefold() == ref.casefold() and given.money in (None, line.of.kind.value)
        ]
        if not lines:
            raise NotFoundError(
                f"line of claim {row.of.number} for", ref, "Look at it with “fundingapp claims”."
            )
        if len(lines) > 1:
            kinds = " and ".join(line.of.kind.value for line in lines)
            raise ExpectedError(
                "several_lines", f"Claim {row.of.number} has {kinds} for {ref}.", "Say which with --money."
            )
        found.append((lines[0].id, amount))
    return tuple(found)


def _claim(answer: ClaimsAnswer, number: str) -> ClaimRow:
    for row in answer.claims:
        if str(row.of.number) == number:
            return row
    there = ", ".join(str(row.of.number) for row in answer.claims) or "none yet"
    raise NotFoundError("claim", number, f"The claims of {answer.year} are: {there}.")


def record_money(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Money that came, or went back."""
    opened = writable(offices, given.file)
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        answer = desk.ask(ClaimsOf(fund, given.year))
        day = day_of(given.dated)
        if given.repaid:
            claim = _claim(answer, given.claim[0][0]).id if given.claim else None
            repayment = Repayment(fund, given.year, day, given.amount, given.remittance, given.reason, claim)
            desk.do(RecordRepayment(repayment))
        else:
            payment = Payment(fund, given.year, day, given.amount, given.remittance)
            evidence = papers_given(given)
            desk.do(
                RecordPayment(payment, _settled(given, answer), _found(given, answer), evidence), progress
            )
        answer = _asked_again(desk, answer)
    finally:
        opened.close()
    return _print(answer, out)


def _asked_again(desk: Desk, answer: ClaimsAnswer) -> ClaimsAnswer:
    return desk.ask(ClaimsOf(answer.fund, answer.year))


def _settled(given: argparse.Namespace, answer: ClaimsAnswer) -> tuple[tuple[ClaimId, Money], ...]:
    """The claims that --claim names; without an amount as much as is outstanding and came."""
    left, found = given.amount, []
    for number, amount in given.claim:
        row = _claim(answer, number)
        part = min(row.figures.outstanding, left) if amount is None else amount
        found.append((row.id, part))
        left -= part
    return tuple(found)


def _found(given: argparse.Namespace, answer: ClaimsAnswer) -> tuple[tuple[LineId, Money], ...]:
    """The ledger income lines that --line names."""
    left, found = given.amount, []
    for transaction, amount in given.line:
        rows = [row for row in answer.income if row.line.transaction.casefold() == transaction.casefold()]
        if not rows:
            raise NotFoundError("ledger income line with the transaction", transaction)
        if len(rows) > 1:
            raise ExpectedError(
                "several_lines",
                f"{len(rows)} ledger income lines have the transaction {transaction}.",
                "Match the payment in the window.",
            )
        part = min(rows[0].left, left) if amount is None else amount
        found.append((LineId(rows[0].line.id), part))
        left -= part
    return tuple(found)


def _print(answer: ClaimsAnswer, out: Output) -> int:
    claims = [
        {
            "claim": row.of.number,
            "from_period": row.of.from_period,
            "to_period": row.of.to_period,
            "state": row.of.state.value,
            "final": row.of.is_final,
            "due": row.due.isoformat(),
            "submitted": row.of.submitted_on.isoformat() if row.of.submitted_on else None,
            "asked_pence": row.asks.pence,
            "claimed_pence": row.figures.claimed.pence,
            "disallowed_pence": row.figures.disallowed.pence,
            "queried_pence": row.figures.queried.pence,
            "undecided_pence": row.figures.undecided.pence,
            "approved_pence": row.figures.approved.pence,
            "retained_pence": row.figures.withheld.pence,
            "paid_pence": row.figures.paid.pence,
            "outstanding_pence": row.figures.outstanding.pence,
            "since_pence": row.since.pence if row.of.counts else 0,
            "lines": [
                {
                    "ref": line.ref,
                    "kind": line.of.kind.value,
                    "eligible_pence": line.of.eligible.pence,
                    "cap_pence": line.of.cap.pence,
                    "before_pence": line.of.before.pence,
                    "claimed_pence": line.of.claimed.pence,
                }
                for line in row.lines
            ],
        }
        for row in answer.claims
    ]
    payments = [
        {
            "dated": row.of.dated.isoformat(),
            "amount_pence": row.of.amount.pence,
            "remittance": row.of.remittance,
            "matched_pence": row.matched.pence,
            "advance_pence": row.advance.pence,
            "in_ledger_pence": row.in_ledger.pence,
            "claims": [claim.number for claim, _ in row.matches],
        }
        for row in answer.payments
    ]
    agrees = all(identity.holds for identity in answer.identities)
    out.result(
        {
            "claims": claims,
            "payments": payments,
            "repaid_pence": answer.cash.repaid.pence,
            "received_pence": answer.cash.paid.pence,
            "claimable_pence": answer.claimable.pence,
            "cash_pence": answer.cash.held.pence,
            "cash": answer.cash.in_words,
            "agrees": agrees,
        },
        _words(answer),
    )
    return DONE if agrees else TO_LOOK_AT


def _words(answer: ClaimsAnswer) -> Sequence[Part]:
    if answer.is_empty:
        return [
            f"Nothing is claimed of {answer.fund_name} {answer.year} yet; {answer.claimable.in_words} is claimable."
        ]
    words: list[Part] = [
        table(
            f"Claims on {answer.fund_name} {answer.year}",
            ("Claim", "For", "State", "Asked £", "Approved £", "Retained £", "Paid £", "Outstanding £"),
            [
                (
                    str(row.of.number),
                    row.of.periods_in_words,
                    row.of.state.value,
                    *(
                        str(amount)
                        for amount in (
                            row.asks,
                            row.figures.approved,
                            row.figures.withheld,
                            row.figures.paid,
                            row.figures.outstanding,
                        )
                    ),
                )
                for row in answer.claims
            ],
            money=(3, 4, 5, 6, 7),
        )
    ]
    if answer.payments:
        words.append(
            table(
                "Payments",
                ("Dated", "Remittance", "Amount £", "In advance £", "In the ledger £"),
                [
                    (
                        short_date(row.of.dated),
                        row.of.remittance or "–",
                        str(row.of.amount),
                        str(row.advance),
                        str(row.in_ledger),
                    )
                    for row in answer.payments
                ],
                money=(2, 3, 4),
            )
        )
    words.append(f"Claimable now: {answer.claimable.in_words}. {answer.cash.in_words.capitalize()}.")
    return words
