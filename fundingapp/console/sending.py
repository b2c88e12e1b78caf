"""The command checks: what is to be seen to before a return is sent, and what was accepted with a reason."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fundingapp.application.commands.exceptions import AcceptException, WithdrawException
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.sending_checks import ChecksAnswer, ChecksBeforeSending
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.console.templates import template_named
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.periods import quarter_due
from fundingapp.domain.sending import SendingCheck
from fundingapp.domain.sending_checks import title_of


def add_checks_options(made: argparse.ArgumentParser) -> None:
    """Which workbook is looked at, and what is accepted."""
    made.add_argument(
        "--template",
        default="",
        metavar="NAME",
        help="the commissioner's workbook, by name or number; else our own",
    )
    made.add_argument(
        "--workbook", type=Path, metavar="R.xlsx", help="a filled file as it stands, held against our figures"
    )
    made.add_argument("--accept", default="", metavar="KEY", help="accept the check with this key")
    made.add_argument("--reason", default="", metavar="WHY", help="why it may stay as it is")
    made.add_argument("--reopen", default="", metavar="KEY", help="open a check again that was accepted")


def check_return(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists what is to be seen to before the return is sent; accepts or reopens one."""
    opened = offices.open(given.file, writing=bool(given.accept or given.reopen))
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        quarter = given.quarter
        if quarter is None:
            quarter = quarter_due(desk.ask(PositionOf(fund, given.year)).last_period)
        template = template_named(desk, given.template) if given.template else None
        question = ChecksBeforeSending(fund, given.year, quarter, template, given.workbook)
        if given.reopen:
            desk.do(WithdrawException(fund, given.year, quarter, given.reopen))
        if given.accept:
            check = _named(desk, question, given.accept)
            desk.do(AcceptException(fund, given.year, quarter, check.key, check.text, given.reason))
        answer = desk.ask(question, progress)
    finally:
        opened.close()
    out.result(
        {**checks_as_json(answer), "quarter": quarter},
        _for_people(answer, f"The Q{quarter} return of {given.fund} {given.year}"),
    )
    return DONE if answer.may_go else TO_LOOK_AT


def _named(desk: Desk, question: ChecksBeforeSending, key: str) -> SendingCheck:
    """The open check of that key. Raises ExpectedError that names those that are open."""
    answer = desk.ask(question)
    found = next((check for check in answer.open if check.key == key), None)
    if found is None:
        raise ExpectedError(
            "check_unknown",
            f"No check “{key}” is open.",
            "The open ones are: " + (", ".join(check.key for check in answer.open) or "none") + ".",
        )
    return found


def checks_as_json(answer: ChecksAnswer) -> dict[str, Any]:
    """The checks as programs read them."""
    return {
        "checks": [_as_json(check) for check in answer.open],
        "accepted": [
            {
                **_as_json(check),
                "reason": kept.value.reason,
                "by": kept.value.by,
                "at": kept.value.at.isoformat(),
            }
            for check, kept in answer.accepted
        ],
        "errors": len(answer.errors),
        "looks": len(answer.looks),
        "cells": answer.cells,
        "may_go": answer.may_go,
    }


def _as_json(check: SendingCheck) -> dict[str, str]:
    return {
        "key": check.key,
        "code": check.code,
        "grade": check.grade.value,
        "sheet": check.sheet,
        "cell": check.cell,
        "text": check.text,
        "advice": check.advice,
        "figure": check.figure,
    }


def _for_people(answer: ChecksAnswer, name: str) -> list[Any]:
    parts: list[Any] = []
    for title, checks in (("To settle", answer.errors), ("To look at", answer.looks)):
        if checks:
            rows = [(title_of(check.code), check.text, check.advice, check.key) for check in checks]
            parts.append(table(f"{title} ({len(checks):,})", ("About", "What", "What to do", "Key"), rows))
    if answer.accepted:
        rows = [(check.text, kept.value.reason, kept.value.by, check.key) for check, kept in answer.accepted]
        parts.append(table(f"Accepted ({len(rows):,})", ("What", "Why", "By", "Key"), rows))
    number = len(answer.errors)
    errors = "1 error is open" if number == 1 else f"{number:,} errors are open"
    parts.append(f"{name}: {errors}." if number else f"{name} has no open error.")
    return parts
