"""A program that works on a funding file until it is killed, for test_kills.py; started with -m.

Each line on its input names a funding file, a folder with downloads, a file for what was acknowledged, and whether a
copy is worked on: it forks a child that works there, and answers with the child's number. Everything is imported before
the first fork, so that a child is at work at once. Which command comes next follows from the file alone, so that the
same work can be done again beside it.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fundingapp.application.commands.claims import RecordPayment
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger, RemoveImport
from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.commands.matching import AddRules, ApplyRules, Run, UndoRun
from fundingapp.application.commands.settlements import (
    ReopenSettlement,
    RepaySettlements,
    SettledPart,
    SettleUnderspend,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.offices import OpenFile
from fundingapp.application.ports import BatchState, LineFilter, PrivateCopy
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.downloads import Download
from fundingapp.application.queries.lines import Imports, LineCounts
from fundingapp.application.queries.locks import LockedPeriods
from fundingapp.application.queries.workspace import FundNamed, History
from fundingapp.application.queries.year_end import YearEndOf
from fundingapp.assembly import Assembly
from fundingapp.domain.claims import Payment
from fundingapp.domain.closing import Check
from fundingapp.domain.conditions import fits
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import BatchId, RunId, SettlementId
from fundingapp.domain.ledger import LedgerLine, ParsedLedger
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.settlements import SettlementState
from tests.persistence.support import YEAR, a_line

DOWNLOADS = 6
LINES = 200
SUPPLIERS = ("Safer Streets Ltd", "Youth Trust", "City Council", "Nobody's Rule plc")
#: The year that is over, with its grant and what of it was not spent.
BEFORE = YEAR.previous
OLD_FUND, UNSPENT = "Crime Prevention Fund", Money(12_345_67)
FIELDS = frozenset(LedgerLine._fields) - {"key", "sheet", "row"}


def download(folder: Path, number: int) -> Download:
    """The finance system's *number*-th download: it adds lines, restates some and leaves some out."""
    lines = []
    for at in range(LINES + 20 * number):
        rng = random.Random(at)
        if number and (at + number) % 37 == 0:
            continue  # vanished
        restated = number and (at + number) % 29 == 0
        reworded = number and (at + number) % 31 == 0
        lines.append(
            a_line(
                f"T{at:04}",
                rng.randrange(1, 100_000) + (number * 100 if restated else 0),
                period=1 + at % 12,
                supplier=rng.choice(SUPPLIERS),
                description=f"said in download {number}" if reworded else "Work done",
                row=at + 2,
            )
        )
    path = folder / f"download{number}.csv"
    content = "\n".join(map(repr, lines)).encode()
    parsed = ParsedLedger(tuple(lines), (), (), None, len(lines), FIELDS)
    if not path.exists():
        path.write_bytes(content)
    copy = PrivateCopy(path, path.name, hashlib.sha256(content).hexdigest(), len(content))
    return Download(path.name, copy, "Ledger", "utf-8", 1, (), parsed, (), ())


def set_up(desk: Desk) -> None:
    """Two projects, and rules for all suppliers but one; and a year before, paid in full and spent by nobody, whose
    money is to go back."""
    fund = desk.do(
        AddGrant("Locality Fund", "The Commissioner", YEAR, ((Kind.REVENUE, Money(10**9)),))
    ).result
    for ref in ("P-01", "P-02"):
        desk.do(AddProject(Project(ref, ref), fund, YEAR, Kind.REVENUE, Money(10**8)))
    old = desk.do(AddGrant(OLD_FUND, "The Commissioner", BEFORE, ((Kind.REVENUE, UNSPENT),))).result
    desk.do(RecordPayment(Payment(old, BEFORE, BEFORE.last_day, UNSPENT, "REM-1")))
    unspent = (SettledPart(None, Kind.REVENUE, UNSPENT),)
    desk.do(SettleUnderspend(old, BEFORE, unspent, "nobody was awarded it", BEFORE.last_day))
    rules = (
        ("P-01", "safer"),
        ("split P-01 33.3%, P-02 66.7%", "youth"),
        ("excluded: not grant money", "council"),
    )
    desk.do(
        AddRules(
            tuple(
                CodingRule(order, parse_target(target), fits(supplier=supplier))
                for order, (target, supplier) in enumerate(rules, start=1)
            )
        )
    )


def sequence(desk: Desk) -> int:
    """The number of the newest entry in the history."""
    return desk.ask(History(limit=1))[0].sequence


def step(desk: Desk, downloads: list[Download]) -> None:
    """Carries out the command that is next for this file; it always leaves one entry in the history."""
    before = sequence(desk)
    for command in _commands(desk, downloads, random.Random(before)):
        desk.do(command)
        if sequence(desk) == before + 1:
            return
    raise AssertionError("no command changed anything")


def _commands(desk: Desk, downloads: list[Download], rng: random.Random) -> Iterator[Command[Any]]:
    live = [kept for kept in desk.ask(Imports()) if kept.value.state is BatchState.LIVE]
    last_run = next((line for line in desk.ask(History()) if line.command == "ApplyRules"), None)
    if rng.random() < 0.3:
        yield _of_the_year_before(desk, rng)
        return
    choices: list[Command[Any]] = []
    others = [each for each in downloads if not live or each.copy.sha256 != live[0].value.sha256]
    choices += [ImportLedger(each, apply_rules=rng.random() < 0.5) for each in rng.sample(others, 2)]
    if live:
        choices.append(RemoveImport(BatchId(live[0].id)))
        choices.append(ApplyRules())
        if desk.ask(LockedPeriods()):
            # Before anything else: what reaches into a locked period would be refused.
            yield ReopenPeriods(YEAR, "a late invoice")
            return
        if rng.random() < 0.2:
            yield LockPeriods(YEAR, rng.randrange(1, 4), "closed for the month")
            return
        counts = desk.ask(LineCounts(LineFilter()))
        if last_run is not None and counts.charged:
            choices.append(UndoRun(Run(RunId(last_run.after["run"]), last_run.by, last_run.at)))
    rng.shuffle(choices)
    yield from choices


def _of_the_year_before(desk: Desk, rng: random.Random) -> Command[Any]:
    """What is next of the year that is over: its money goes back, it is closed, and opened again."""
    fund = desk.ask(FundNamed(OLD_FUND))
    year_end = desk.ask(YearEndOf(fund, BEFORE))
    [settlement] = year_end.settlements
    if year_end.closed is not None:
        return ReopenYear(fund, BEFORE, "an invoice came late")
    if settlement.of.state is SettlementState.REPAYABLE:
        return RepaySettlements((SettlementId(settlement.id),), BEFORE.last_day, "INV-7")
    if rng.random() < 0.3:
        return ReopenSettlement(SettlementId(settlement.id), "the bank sent it back")
    accepted = tuple((check, "as agreed") for check in Check)
    return CloseYear(fund, BEFORE, BEFORE.last_day, "all settled", accepted)


def open_file(path: Path, *, as_copy: bool = False) -> OpenFile:
    """Opens the file; *as_copy* as one on a share, which is published after each command."""
    return Assembly(working_copy=as_copy).open(str(path))


def work(path: Path, folder: Path, acknowledged: Path, *, as_copy: bool) -> None:
    """Works on the file at *path* for ever, backing it up now and then; appends the number of each finished command to
    *acknowledged*."""
    downloads = [download(folder, number) for number in range(DOWNLOADS)]
    said = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    opened = open_file(path, as_copy=as_copy)
    done = 0
    while True:
        step(opened.desk, downloads)
        done += 1
        if done % 3 == 0 and opened.safety is not None:
            opened.safety.back_up("", SilentProgress())
        os.write(said, f"{sequence(opened.desk)}\n".encode())


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that are killed are gone at once
    for line in sys.stdin:
        *parts, how = line.rstrip("\n").split("\t")
        path, folder, acknowledged = map(Path, parts)
        child = os.fork()
        if child == 0:
            work(path, folder, acknowledged, as_copy=how == "copy")
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
