"""The console's commands for the findings workbook: out to the budget holder, and back with their answers."""

from __future__ import annotations

import argparse

from fundingapp.application.commands.enquiries import AcceptAnswers
from fundingapp.application.offices import Offices
from fundingapp.application.queries.enquiries import ReadAnswers, WriteEnquiry
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part


def ask_holder(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes the findings workbook of a year."""
    opened = offices.open(given.file, writing=False)
    try:
        asked = opened.desk.ask(WriteEnquiry(given.year, given.out), progress)
    finally:
        opened.close()
    out.result(
        {"out": str(asked.path), "lines": asked.lines, "findings": asked.findings},
        [
            f"{asked.path} asks about {count(asked.lines, 'line')} and names {count(asked.findings, 'other thing')}"
            " to look at."
        ],
    )
    return DONE


def take_answers(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Shows what a findings workbook proposes; with --accept the answered lines are charged so."""
    opened = writable(offices, given.file) if given.accept else offices.open(given.file, writing=False)
    try:
        answers = opened.desk.ask(ReadAnswers(given.workbook), progress)
        accepted = 0
        if given.accept and answers.answered:
            accepted = opened.desk.do(AcceptAnswers(answers.answered, answers.file), progress).result
    finally:
        opened.close()
    data = {
        "read": answers.read,
        "answered": [
            {
                "row": answer.row,
                "line": answer.line.key,
                "amount_pence": answer.line.amount.pence,
                "charge_to": str(answer.target),
                "comment": answer.comment,
                "by": answer.who,
            }
            for answer in answers.answered
        ],
        "left_open": list(answers.left_open),
        "not_understood": [
            {"row": row.row, "given": row.given, "reason": row.why} for row in answers.not_understood
        ],
        "accepted": accepted,
    }
    taken = "charged so" if given.accept else "not charged yet; add --accept to charge them so"
    words: list[Part] = [
        f"{count(answers.read, 'row')} read = {len(answers.answered):,} answered + {len(answers.left_open):,} left "
        f"open + {len(answers.not_understood):,} not understood.",
        *(
            f"Row {answer.row}: {answer.line.supplier or answer.line.transaction}, {answer.line.amount.in_words}: "
            f"{answer.target}"
            for answer in answers.answered
        ),
        *(f"Row {row.row} (“{row.given}”): {row.why}" for row in answers.not_understood),
    ]
    if answers.answered:
        words.append(f"{count(len(answers.answered), 'line')} of {answers.total.in_words} {taken}.")
    out.result(data, words)
    return TO_LOOK_AT if answers.not_understood or answers.left_open else DONE
