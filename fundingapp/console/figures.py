"""The commands that show and prove figures: spend, reconcile, why, the return, verify."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from textwrap import fill
from typing import Any

from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.offices import Offices
from fundingapp.application.ports import LineShare
from fundingapp.application.queries.positions import PositionAnswer, PositionOf
from fundingapp.application.queries.sending_checks import ChecksBeforeSending
from fundingapp.application.queries.suggestions import LinesToLookAt
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.workspace import FundNamed, WorkspaceOf
from fundingapp.application.wording import count, short_date
from fundingapp.console.demo import identity_table
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings, writable
from fundingapp.console.output import (
    BarProgress,
    EitherWay,
    Output,
    Part,
    finding_data,
    table,
)
from fundingapp.console.returning import OF_RETURN, why_of_return
from fundingapp.console.sending import checks_as_json
from fundingapp.console.templates import template_asked
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.money import Money
from fundingapp.domain.periods import quarter_due
from fundingapp.domain.sending import Grade

#: How many letters a line of prose has at most, wherever it goes.
_WIDE = 120


def _position(given: argparse.Namespace, offices: Offices) -> tuple[PositionAnswer, list[Finding]]:
    """The grant's position, and what wants a look although no identity sees it."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        findings = opened.desk.ask(LinesToLookAt(given.year))
        return opened.desk.ask(PositionOf(fund, given.year, given.to_period)), findings
    finally:
        opened.close()


def show_spend(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Spend by project."""
    position = _position(given, offices)[0].position
    projects: dict[str, dict[str, Any]] = {}
    for project in position.projects:
        entry = projects.setdefault(
            project.ref, {"award_pence": 0, "spent_pence": 0, "quarters_pence": [0, 0, 0, 0]}
        )
        entry["award_pence"] += project.budget.award.pence
        entry["spent_pence"] += project.spent.pence
        entry["quarters_pence"] = [
            held + amount.pence
            for held, amount in zip(entry["quarters_pence"], project.by_quarter, strict=True)
        ]
    rows = [
        (
            project.ref,
            project.project.name,
            str(project.budget.award),
            *(str(amount) for amount in project.by_quarter),
            str(project.spent),
            str(project.left),
            project.state.value,
        )
        for project in position.projects
    ]
    rows.append(
        (
            "",
            "Total",
            str(Money.total(project.budget.award for project in position.projects)),
            *(str(Money.total(project.by_quarter[at] for project in position.projects)) for at in range(4)),
            str(position.spent),
            str(position.awarded - position.spent),
            "",
        )
    )
    title = f"{position.fund.name} {position.year}, up to period {position.to_period}, £"
    out.result(
        {
            "projects": projects,
            "income_pence": position.income.pence,
            "excluded_pence": position.excluded.pence,
            "unmatched_pence": position.waiting.pence,
        },
        [
            EitherWay(
                table(
                    title,
                    ("Ref", "Project", "Award", "Q1", "Q2", "Q3", "Q4", "Spent", "Left", "State"),
                    rows,
                    range(2, 9),
                    total=True,
                ),
                [
                    table(
                        title,
                        ("Ref", "Project", "Award", "Spent", "Left", "State"),
                        [(*row[:3], *row[7:]) for row in rows],
                        (2, 3, 4),
                        total=True,
                    ),
                    table(
                        "Spent by quarter, £",
                        ("Ref", "Q1", "Q2", "Q3", "Q4", "Spent"),
                        [(row[0] or row[1], *row[3:8]) for row in rows],
                        range(1, 6),
                        total=True,
                    ),
                ],
            ),
            f"Income {position.income.in_words} · excluded {position.excluded.in_words} · "
            f"waiting {position.waiting.in_words}.",
        ],
    )
    return TO_LOOK_AT if position.waiting_lines else DONE


def show_reconciliation(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """States every identity with both sides."""
    answer, findings = _position(given, offices)
    words: list[Part] = [identity_table(answer)]
    for identity in answer.identities:
        if not identity.holds:
            words += fill(f"{identity.id}: {identity.note}.", _WIDE, subsequent_indent="  ").splitlines()
            words += fill(identity.advice, _WIDE, initial_indent="  ", subsequent_indent="  ").splitlines()
    if answer.reconciled:
        words.append("Reconciled to the penny.")
    out.result(
        {
            "identities": [
                {
                    "id": identity.id,
                    "name": identity.name,
                    "left_pence": identity.left.pence,
                    "right_pence": identity.right_total.pence,
                    "difference_pence": identity.difference.pence,
                    "ok": identity.holds,
                }
                for identity in answer.identities
            ],
            "agrees": answer.reconciled,
            "findings": [finding_data(finding) for finding in findings],
        },
        words,
    )
    say_findings(out, findings)
    return DONE if answer.reconciled else TO_LOOK_AT


def _lines_table(title: str, lines: Sequence[LineShare]) -> EitherWay:
    rows = [
        (
            line.transaction,
            short_date(line.posted_on),
            line.supplier,
            line.description,
            str(line.amount),
            str(line.share),
            f"{line.file} · {line.sheet + ' · ' if line.sheet else ''}row {line.row}",
            line.reason or "waits for a project",
        )
        for line in lines
    ]
    return EitherWay(
        table(
            title,
            ("Transaction", "Date", "Supplier", "Description", "Amount £", "Share £", "Where", "Why"),
            rows,
            (4, 5),
        ),
        [
            table(
                title,
                ("Line", "Amount £", "Share £", "Where and why"),
                [
                    (
                        f"{transaction} · {day}\n{supplier}\n{description}",
                        amount,
                        share,
                        f"{where}\n{why}",
                    )
                    for transaction, day, supplier, description, amount, share, where, why in rows
                ],
                (1, 2),
            )
        ],
    )


def show_why(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The lines behind a figure."""
    opened = offices.open(given.file, writing=False)
    try:
        if given.figure.startswith(OF_RETURN):
            return why_of_return(given.figure, opened.desk, out)
        answer = opened.desk.ask(Why(given.figure, limit=None))
    finally:
        opened.close()
    words: list[Part] = [f"{answer.title}: {answer.in_words}"]
    if answer.terms:
        words.append(
            table(
                "",
                ("Made of", "" if answer.shown else "£", "Ask"),
                [(t.name, t.shown or str(t.amount), t.figure) for t in answer.terms],
                (1,),
            )
        )
    if answer.where is not None:
        words.append(_lines_table(count(answer.line_count, "ledger line"), answer.lines))
    words += [f"{source.name}: {source.shown}, {source.where}." for source in answer.sources]
    words += [
        f"Evidence: {entry.evidence.value.name}{f' ({entry.state})' if entry.state else ''}, for {entry.supports}."
        for entry in answer.evidence
    ]
    if answer.note:
        words.append(answer.note)
    out.result(
        {
            "figure": answer.figure,
            "value_pence": None if answer.shown else answer.value.pence,
            "value": answer.shown or None,
            "title": answer.title,
            "terms": [
                {
                    "name": term.name,
                    "amount_pence": None if term.shown else term.amount.pence,
                    "text": term.shown or None,
                    "figure": term.figure,
                }
                for term in answer.terms
            ],
            "figures": [
                {"name": source.name, "value": source.shown, "where": source.where}
                for source in answer.sources
            ],
            "lines": [
                {
                    "transaction": line.transaction,
                    "file": line.file,
                    "sheet": line.sheet,
                    "row": line.row,
                    "amount_pence": line.amount.pence,
                    "share_pence": line.share.pence,
                    "reason": line.reason,
                }
                for line in answer.lines
            ],
            "evidence": [
                {
                    "name": entry.evidence.value.name,
                    "sha256": entry.evidence.value.sha256 or None,
                    "supports": entry.supports,
                    "state": entry.state or None,
                }
                for entry in answer.evidence
            ],
        },
        words,
    )
    return DONE


def write_return(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes the return as a workbook."""
    opened = writable(offices, given.file)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        quarter = given.quarter
        if quarter is None:
            quarter = quarter_due(opened.desk.ask(PositionOf(fund, given.year)).last_period)
        template, added = None, ""
        if given.template:
            template, added = template_asked(given.template, opened.desk, fund, progress)
        made = opened.desk.do(SaveReturn(fund, given.year, quarter, given.out, template), progress).result
        question = ChecksBeforeSending(fund, given.year, quarter, template)
        answer = opened.desk.ask(question, progress)
    finally:
        opened.close()
    document = made.document
    out.result(
        {
            "out": str(made.path),
            "cells_written": made.cells_written,
            # write_return puts no file in place that does not read back equal.
            "read_back_equal": True,
            "parts_changed": [part.name for part in made.proof.parts if not part.is_same]
            if made.proof
            else [],
            "template_findings": [
                {
                    "code": each.code,
                    "grade": each.grade.value,
                    "sheet": each.sheet,
                    "cell": each.cell,
                    "text": each.text,
                }
                for each in made.findings
            ],
            "checks": [
                {
                    "id": identity.id,
                    "name": identity.name,
                    "left_pence": identity.left.pence,
                    "right_pence": identity.right_total.pence,
                    "difference_pence": identity.difference.pence,
                    "ok": identity.holds,
                }
                for identity in document.identities
            ],
            "to_see_to": checks_as_json(answer),
        },
        [
            *filter(None, [added]),
            f"{document.title}, version {document.version}: {made.path}",
            f"{made.cells_written:,} cells written and read back equal.",
            *(
                f"{'To settle' if each.grade is Grade.ERROR else 'To look at'}: {each.text}"
                for each in answer.open
            ),
        ],
    )
    is_right = document.agrees and all(each.grade is not Grade.ERROR for each in made.findings)
    return DONE if is_right else TO_LOOK_AT


def verify_file(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Checks the file and its figures."""
    opened = offices.open(given.file, writing=False)
    try:
        problems = opened.check(progress)
        years = opened.desk.ask(WorkspaceOf()).ledger_years
        findings = [
            Finding(Severity.WARNING, "file.surroundings", f"{text} {advice}", Source(opened.name))
            for text, advice in opened.warnings
        ]
        findings += [finding for year in years for finding in opened.desk.ask(LinesToLookAt(year))]
    finally:
        opened.close()
    out.result(
        {
            "ok": not problems,
            "problems": problems,
            "findings": [finding_data(finding) for finding in findings],
        },
        problems or [f"{opened.name} is sound."],
    )
    say_findings(out, findings)
    return TO_LOOK_AT if problems else DONE
