"""The console's commands for workbooks that go to project leads and come back, and for the commissioner's queries."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.commands.partner_books import (
    AcceptProposals,
    BookBack,
    MakePartnerBooks,
    TakeBackBook,
    TakeBackQueries,
)
from fundingapp.application.offices import Offices
from fundingapp.application.queries.partner_books import ProjectsNamed
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part, table


def add_partner_options(made: argparse.ArgumentParser, to_day: Callable[[str], Any]) -> None:
    """Which projects, where to, until when."""
    made.add_argument(
        "--project", action="append", default=[], metavar="REF", help="only this project; may be repeated"
    )
    made.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="the folder to write into")
    made.add_argument("--due", type=to_day, metavar="DAY", help="when they are to be back")
    made.add_argument("--mail", action="store_true", help="write a letter to each lead beside them (.eml)")


def add_take_back_options(made: argparse.ArgumentParser) -> None:
    """The workbook, and whose it is."""
    made.add_argument("workbook", type=Path, metavar="BOOK.xlsx", help="the workbook that came back")
    made.add_argument(
        "--queries",
        type=int,
        metavar="RETURN",
        help="it is the return of this number, sent back by the commissioner with queries",
    )
    made.add_argument(
        "--words", default="", metavar="TEXT", help="with --queries: what the commissioner wrote"
    )
    made.add_argument(
        "--accept", action="store_true", help="accept what a lead's workbook proposes, all of it"
    )


def make_partner_books(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """Writes the workbooks of a quarter for the leads of its projects."""
    opened = writable(offices, given.file)
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        chosen = desk.ask(ProjectsNamed(tuple(given.project))) if given.project else ()
        command = MakePartnerBooks(fund, given.year, given.quarter, given.out, chosen, given.due, given.mail)
        made = desk.do(command, progress).result
    finally:
        opened.close()
    rows = [(book.ref, book.to or "no lead is named", f"{book.asked:,}", book.path.name) for book in made]
    lost = [book.ref for book in made if given.mail and book.letter is None]
    words: list[Part] = [
        table("Workbooks", ("Project", "For", "Cells to fill in", "File"), rows),
        f"{count(len(made), 'workbook')} written to {given.out}.",
    ]
    if lost:
        words.append(f"No letter for {', '.join(lost)}: no project lead with an e-mail address is recorded.")
    out.result(
        {
            "books": [
                {
                    "project": book.ref,
                    "path": str(book.path),
                    "sha256": book.sha256,
                    "asked": book.asked,
                    "to": book.to,
                    "letter": str(book.letter) if book.letter is not None else None,
                }
                for book in made
            ]
        },
        words,
    )
    return TO_LOOK_AT if lost else DONE


def take_back(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Takes a workbook back and shows what it proposes; with --accept that is recorded."""
    opened = writable(offices, given.file)
    accepted = 0
    try:
        desk = opened.desk
        if given.queries is not None:
            back = desk.do(TakeBackQueries(given.workbook, given.queries, given.words), progress).result
        else:
            back = desk.do(TakeBackBook(given.workbook), progress).result
            if given.accept and back.proposals:
                accepted = desk.do(AcceptProposals(back.waiting), progress).result
    finally:
        opened.close()
    out.result(_data(back, accepted), _words(back, accepted))
    return TO_LOOK_AT if back.wrong or back.others or back.told or accepted < len(back.proposals) else DONE


def _data(back: BookBack, accepted: int) -> dict[str, Any]:
    def noticed(rows: tuple[Any, ...]) -> list[dict[str, str]]:
        return [
            {"sheet": each.sheet, "cell": each.cell, "text": each.text, "advice": each.advice}
            for each in rows
        ]

    return {
        "of": back.called,
        "proposals": [
            {
                "sheet": each.sheet,
                "cell": each.cell,
                "subject": each.subject,
                "was": each.was,
                "proposed": each.proposed,
            }
            for each in back.proposals
        ],
        "unchanged": back.unchanged,
        "wrong": noticed(back.wrong),
        "others": noticed(back.others),
        "told": list(back.told),
        "accepted": accepted,
    }


def _words(back: BookBack, accepted: int) -> list[Part]:
    words: list[Part] = [f"This is {back.called}.", *back.told]
    rows = [
        (f"{each.sheet}!{each.cell}", each.subject, each.was or "–", each.proposed or "(emptied)")
        for each in back.proposals
    ]
    if rows:
        words.append(table("Proposals", ("Cell", "What", "Was", "Proposed"), rows))
    words += [f"{each.sheet}!{each.cell}: {each.text}. {each.advice}" for each in (*back.wrong, *back.others)]
    words.append(
        f"{count(len(back.proposals), 'proposal')}, {back.unchanged:,} unchanged, {len(back.wrong):,} that can't be"
        f" taken, {len(back.others):,} changed where nothing was asked."
    )
    if back.proposals:
        words.append(
            f"{count(accepted, 'proposal')} accepted."
            if accepted
            else "Nothing is recorded yet: accept or refuse each on the page Returns, under “Partners”."
        )
    return words
