"""Workbooks for project leads, taken back as proposals that a person accepts or refuses; the commissioner's queries are
read the same way."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from fundingapp.application.commands.budgets import MonthForecast, SetForecastMonths, set_forecast_months
from fundingapp.application.commands.figures import RecordFigures, record_figures
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.outcomes import ChangeMilestone, change_milestone
from fundingapp.application.commands.records import SwapRecords, plain_swap, topics_of_swap
from fundingapp.application.commands.returns import QueryReturn, query_return
from fundingapp.application.commands.story import JudgeProject, judge_project
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Kept, PrivateCopy, Tools, UnitOfWork
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.partner_books import (
    document_of,
    problem_with,
    project_to_ask,
    projects_of,
    said_now,
)
from fundingapp.application.queries.return_bases import proof_of
from fundingapp.application.wording import count, short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, IndicatorId, MilestoneId, PartnerBookId, ProjectId, ReturnId
from fundingapp.domain.mails import MailDraft, MailPerson
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import ProjectStatus
from fundingapp.domain.paper_files import LARGEST
from fundingapp.domain.partner_answers import (
    Noticed,
    TakenBack,
    mark_in,
    missing_sheets,
    proposals_of,
    queries_of,
)
from fundingapp.domain.partner_books import (
    PARTNER_BOOKS,
    BookKind,
    BookState,
    CellProposal,
    PartnerBook,
    ProposalState,
)
from fundingapp.domain.periods import FinancialYear, last_period_of
from fundingapp.domain.profiles import MONTHS
from fundingapp.domain.rag import Rag
from fundingapp.domain.states import Need, Subject

#: A query is put into the words of the return's state; so many cells are named there.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class MakePartnerBooks(Command["tuple[BookMade, ...]"]):
    """Writes a workbook for each of *projects* (all of the grant for none) into *folder*, for a quarter 1 to 4.

    One that is still out for the same project and quarter is no longer waited for. With *mail* a letter to each lead is
    put beside them. Taken back by SwapRecords; the files stay.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    folder: Path
    projects: tuple[ProjectId, ...] = ()
    due: date | None = None
    mail: bool = False


@dataclass(frozen=True, slots=True)
class BookMade:
    """A workbook that was written to *path*, and the letter that goes with it; *to* is whom it is for."""

    id: PartnerBookId
    ref: str
    path: Path
    sha256: str
    asked: int
    to: str
    letter: Path | None = None


@dataclass(frozen=True, slots=True)
class TakeBackBook(Command["BookBack"]):
    """Reads a lead's workbook that came back, known by its mark, and keeps it; each changed cell is a proposal. Taken
    back by SwapRecords."""

    path: Path


@dataclass(frozen=True, slots=True)
class TakeBackQueries(Command["BookBack"]):
    """Reads the workbook of a return that was sent, as the commissioner sent it back; each changed or noted cell is a
    proposal, and the return is queried. *words* is what the commissioner wrote beside it. Taken back by SwapRecords."""

    path: Path
    saved: ReturnId
    words: str = ""


@dataclass(frozen=True, slots=True)
class BookBack:
    """A workbook that was read: *called* says whose, *told* what a person should know of it before anything else.

    The commissioner may write into any cell, so that queries have none that is *wrong* or among *others*.
    """

    id: PartnerBookId
    called: str
    proposals: tuple[CellProposal, ...]
    unchanged: int
    wrong: tuple[Noticed, ...]
    others: tuple[Noticed, ...]
    told: tuple[str, ...]
    #: The ids of the proposals, in their order.
    waiting: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptProposals(Command[int]):
    """Accepts proposals of one workbook, by their ids: what they propose is recorded, in one step. Returns how many.

    Where the file has changed since the workbook went out, it is refused as ``changed_since`` unless
    *although_changed*. A ledger line that is not theirs stays charged until a person charges it elsewhere. Taken back
    by SwapRecords.
    """

    ids: tuple[int, ...]
    although_changed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefuseProposals(Command[int]):
    """Refuses proposals of one workbook with a *reason*, which answers them. Taken back by SwapRecords."""

    ids: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class WaitNoLonger(Command[None]):
    """Settles a workbook that did not come back. Taken back by SwapRecords."""

    book: PartnerBookId
    reason: str


# Making


def make_books(command: MakePartnerBooks, tools: Tools) -> Effect[tuple[BookMade, ...]]:
    if command.quarter not in range(1, 5):
        raise ExpectedError("no_quarter", f"There is no quarter {command.quarter}.", "Choose one of 1 to 4.")
    with tools.open_work() as work:
        fund = work.funds.get(command.fund).value.name
        awarded = projects_of(work, command.fund, command.year)
        for project in command.projects:
            if project not in awarded:
                ref = work.projects.get(project).value.ref
                raise ExpectedError(
                    "not_awarded",
                    f"{ref} has no award of {fund} {command.year}.",
                    "Choose a project of this grant.",
                )
        chosen = list(dict.fromkeys(command.projects)) or awarded
        if not chosen:
            raise ExpectedError(
                "no_projects", f"{fund} {command.year} has no projects.", "Record an award first."
            )
        doing = Doing(work, tools)
        made = []
        for done, project in enumerate(chosen):
            tools.progress.report(done, len(chosen), "Writing workbooks")
            made.append(_make(doing, command, project, fund))
        if command.mail:
            made = _with_letters(work, command, made, fund, tools)
        what = made[0].ref if len(made) == 1 else count(len(made), "project")
        name = f"make the Q{command.quarter} {command.year} workbook of {what}"
        return doing.commit("MakePartnerBooks", name, tuple(made))


def _make(doing: Doing, command: MakePartnerBooks, project: ProjectId, fund: str) -> BookMade:
    work, tools = doing.work, doing.tools
    ask = project_to_ask(work, project)
    _replace_older(doing, command, project)
    mark = f"FT-{secrets.token_hex(10)}"
    document = document_of(
        work,
        tools,
        project,
        command.fund,
        command.year,
        command.quarter,
        mark=mark,
        due=command.due,
    )
    name = f"{ask.ref} {fund} Q{command.quarter} {str(command.year).replace('/', '-')}.xlsx"
    path = command.folder / _file_name(name)
    cells = tools.write_partner_book(document, path)
    sha256 = _hash_of(path, mark)
    to = ", ".join(person.name for person in ask.to) or ask.lead
    book = PartnerBook(
        BookKind.PARTNER,
        command.fund,
        command.year,
        command.quarter,
        mark,
        path.name,
        sha256,
        cells,
        BookState.OUT,
        tools.who,
        tools.clock(),
        project=project,
        sent_to=to,
        due=command.due,
    )
    id = PartnerBookId(doing.add("partner_books", book))
    return BookMade(id, ask.ref, path, sha256, sum(1 for _ in document.asked()), to)


def _file_name(text: str) -> str:
    """*text* as a name that every system takes for a file."""
    kept = (sign if sign.isalnum() or sign in " .,()-_&'" else "-" for sign in text.replace("/", "-"))
    return " ".join("".join(kept).split())


def _hash_of(path: Path, mark: str) -> str:
    """The hash of the file as it went out; of its mark where a store of tests wrote none."""
    content = path.read_bytes() if path.exists() else mark.encode()
    return hashlib.sha256(content).hexdigest()


def _replace_older(doing: Doing, command: MakePartnerBooks, project: ProjectId) -> None:
    for kept in doing.work.partner_books.all():
        book = kept.value
        same = (book.project, book.fund, book.year, book.quarter)
        if same == (project, command.fund, command.year, command.quarter) and book.state is BookState.OUT:
            _move(doing, kept, book, BookState.SETTLED, "a newer workbook was made")


def _move(
    doing: Doing, kept: Kept[PartnerBook], book: PartnerBook, to: BookState, reason: str = ""
) -> PartnerBook:
    """Puts *book* in place of what is kept, in state *to*; its step is kept."""
    after = replace(book, state=to)
    if book.state is not to:
        PARTNER_BOOKS.check(f"“{book.file_name}”", book.state, to, {Need.REASON} if reason.strip() else set())
        doing.step(
            Subject.PARTNER_BOOK, kept.id, book.state.value, to.value, doing.tools.today, reason=reason
        )
    doing.change("partner_books", kept, after)
    return after


def _with_letters(
    work: UnitOfWork, command: MakePartnerBooks, made: Sequence[BookMade], fund: str, tools: Tools
) -> list[BookMade]:
    """A letter for each lead with all of the lead's workbooks; who has no address gets none, which *letter* tells."""
    by_people: dict[tuple[MailPerson, ...], list[BookMade]] = {}
    for each in made:
        project = next(
            id
            for id in projects_of(work, command.fund, command.year)
            if work.projects.get(id).value.ref == each.ref
        )
        people = tuple(MailPerson(person.name, person.email) for person in project_to_ask(work, project).to)
        by_people.setdefault(people, []).append(each)
    letters: dict[int, Path] = {}
    for people, books in by_people.items():
        if not people:
            continue
        refs = ", ".join(book.ref for book in books)
        due = f" by {short_date(command.due)}" if command.due is not None else ""
        body = "\n".join(
            (
                f"Dear {people[0].name},",
                "",
                f"please fill in the yellow cells of the attached workbook{'s' if len(books) > 1 else ''} for"
                f" {refs}, Q{command.quarter} {command.year}, and send {'them' if len(books) > 1 else 'it'}"
                f" back{due}.",
                "",
                "Kind regards",
                tools.who,
                "",
            )
        )
        draft = MailDraft(
            people,
            (),
            f"{fund} Q{command.quarter} {command.year}: figures for {refs}",
            body,
            tuple((book.path, book.path.name) for book in books),
            tools.clock(),
        )
        out = command.folder / _file_name(f"Letter {refs} Q{command.quarter}.eml")
        tools.write_mail(draft, out)
        letters |= {book.id: out for book in books}
    return [replace(each, letter=letters.get(each.id)) for each in made]


# Taking back


def take_back_book(command: TakeBackBook, tools: Tools) -> Effect[BookBack]:
    copy = tools.sources.take_copy(command.path, LARGEST)
    try:
        look = tools.read_template(copy.path, copy.name, copy.sha256, tools.progress.report)
        mark = mark_in(look)
        with tools.open_work() as work:
            kept = next(
                (
                    each
                    for each in work.partner_books.all()
                    if each.value.kind is BookKind.PARTNER and each.value.mark == mark
                ),
                None,
            )
            if kept is None or not mark:
                raise ExpectedError(
                    "no_partner_book",
                    f"“{copy.name}” is none of the workbooks that went out from this file.",
                    "Choose the workbook that the lead sent back, as an .xlsx file; if its cells were copied into"
                    " another workbook, ask for the workbook itself.",
                )
            id, book = PartnerBookId(kept.id), kept.value
            _refuse_again(copy, book.back_sha256, book.back_at)
            problem = problem_with(work, book.year, book.quarter)
            taken = proposals_of(id, book, look, problem)
            doing = Doing(work, tools)
            told = list(_told(work, kept, copy))
            fresh, again = _fresh(doing, id, taken)
            if again:
                told.append(again)
            ids = doing.add_all("cell_proposals", fresh)
            tools.sources.keep(copy)
            came = replace(book, back_sha256=copy.sha256, back_at=tools.clock())
            waits = bool(fresh) or any(
                each.value.book == id and each.value.state is ProposalState.PROPOSED
                for each in work.cell_proposals.all()
            )
            _come_back(doing, kept, came, waits)
            called = _called(work, book)
            result = BookBack(
                id, called, fresh, taken.unchanged, taken.wrong, taken.others, tuple(told), tuple(ids)
            )
            return doing.commit("TakeBackBook", f"take back {called}", result)
    finally:
        tools.sources.discard(copy)


def _come_back(doing: Doing, kept: Kept[PartnerBook], came: PartnerBook, waits: bool) -> None:
    """Records that a workbook came; one that proposes nothing is settled at once. Each row changes once."""
    steps = [BookState.BACK] if waits else [BookState.BACK, BookState.SETTLED]
    state = came.state
    for to in steps:
        if state is not to:
            PARTNER_BOOKS.check(f"“{came.file_name}”", state, to)
            doing.step(Subject.PARTNER_BOOK, kept.id, state.value, to.value, doing.tools.today)
            state = to
    doing.change("partner_books", kept, replace(came, state=state))


def _refuse_again(copy: PrivateCopy, sha256: str, at: Any) -> None:
    if copy.sha256 == sha256:
        when = f" on {short_date(at.date())}" if at is not None else ""
        raise ExpectedError(
            "taken_back_already",
            f"“{copy.name}” was taken back already{when}: it is the very same file.",
            "Nothing to do; choose the newer copy if there is one.",
        )


def _called(work: UnitOfWork, book: PartnerBook) -> str:
    if book.project is None:
        return f"the commissioner's queries on Q{book.quarter} {book.year}"
    return f"{work.projects.get(book.project).value.ref}'s workbook of Q{book.quarter} {book.year}"


def _told(work: UnitOfWork, kept: Kept[PartnerBook], copy: PrivateCopy) -> Iterator[str]:
    """What is odd about the workbook as a whole."""
    book = kept.value
    if copy.sha256 == book.sha256:
        yield "It is the workbook as it went out: nothing was filled in."
    if book.back_at is not None:
        yield f"A copy of it came back on {short_date(book.back_at.date())} already; this is another one."
    same = (book.kind, book.project, book.fund, book.year, book.quarter)
    newer = [
        each.value
        for each in work.partner_books.all()
        if each.id > kept.id
        and (
            each.value.kind,
            each.value.project,
            each.value.fund,
            each.value.year,
            each.value.quarter,
        )
        == same
    ]
    if newer:
        yield (
            f"It is an older version: a newer workbook went out on {short_date(newer[-1].made_at.date())}."
            " Look at each proposal with care."
        )


def _fresh(doing: Doing, id: PartnerBookId, taken: TakenBack) -> tuple[tuple[CellProposal, ...], str]:
    """The proposals that are new against those of an earlier copy. One that still waits is taken out where this copy
    says otherwise, and that is told."""
    rows = [each for each in doing.work.cell_proposals.all() if each.value.book == id]
    now = {(each.sheet, each.cell): each for each in taken.proposals}
    replaced = 0
    known = set()
    for each in rows:
        at = (each.value.sheet, each.value.cell)
        if at in now and now[at].proposed == each.value.proposed:
            known.add(at)
        elif each.value.state is ProposalState.PROPOSED:
            doing.remove("cell_proposals", each)
            replaced += 1
    fresh = tuple(each for at, each in now.items() if at not in known)
    said = f"{count(replaced, 'proposal')} of the earlier copy gave way to this one." if replaced else ""
    return fresh, said


def take_back_queries(command: TakeBackQueries, tools: Tools) -> Effect[BookBack]:
    copy = tools.sources.take_copy(command.path, LARGEST)
    try:
        with tools.open_work() as work:
            saved = work.returns.get(command.saved).value
            if not saved.size:
                raise ExpectedError(
                    "return_not_kept",
                    f"No copy of “{saved.file_name}” was kept, so nothing can be compared with it.",
                    "Record the query in words.",
                )
            if copy.sha256 == saved.sha256:
                raise ExpectedError(
                    "nothing_queried",
                    f"“{copy.name}” is the return as it was sent: nothing in it was changed.",
                    "Choose the workbook that the commissioner sent back.",
                )
            earlier = [
                each.value
                for each in work.partner_books.all()
                if each.value.kind is BookKind.QUERIES and each.value.saved == command.saved
            ]
            for each in earlier:
                _refuse_again(copy, each.back_sha256, each.back_at)
            original = tools.sources.original(saved.sha256, saved.file_name)
            sent = tools.read_template(original, saved.file_name, saved.sha256, tools.progress.report)
            back = tools.read_template(copy.path, copy.name, copy.sha256, tools.progress.report)
            missing = missing_sheets(sent, back)
            if sent.sheets and len(missing) == len(sent.sheets):
                raise ExpectedError(
                    "other_workbook",
                    f"“{copy.name}” has none of the sheets of “{saved.file_name}”.",
                    "Choose the workbook that the commissioner sent back, or another return.",
                )
            inner = _Gathered(work, tools)
            doing = Doing(work, tools)
            book = PartnerBook(
                BookKind.QUERIES,
                saved.fund,
                saved.year,
                saved.quarter,
                f"FT-{copy.sha256[:20]}-{command.saved}",
                copy.name,
                saved.sha256,
                (),
                BookState.BACK,
                tools.who,
                tools.clock(),
                saved=command.saved,
                back_sha256=copy.sha256,
                back_at=tools.clock(),
            )
            id = PartnerBookId(doing.add("partner_books", book))
            subjects = _subjects(work, command.saved)
            proposals = queries_of(id, sent, back, subjects)
            if not proposals:
                raise ExpectedError(
                    "nothing_queried",
                    f"“{copy.name}” says the same in every cell as the return that was sent, and has no note.",
                    "Record the query in words.",
                )
            ids = doing.add_all("cell_proposals", proposals)
            tools.sources.keep(copy)
            told = tuple(f"The sheet “{name}” is not in it any more." for name in missing)
            words = command.words.strip() or _in_words(proposals)
            if saved.state.value != "queried":
                inner.do(query_return, QueryReturn(command.saved, words))
            called = _called(work, book)
            result = BookBack(id, called, proposals, 0, (), (), told, tuple(ids))
            return inner.commit(doing, "TakeBackQueries", f"take in {called}", result)
    finally:
        tools.sources.discard(copy)


def _subjects(work: UnitOfWork, saved: ReturnId) -> Mapping[tuple[str, str], str]:
    """The figure, or else the source, of each cell of a return, from its proof."""
    proof = proof_of(work, saved)
    return {
        (cell.sheet, cell.cell): cell.figure or cell.source
        for cell in (proof.cells if proof is not None else ())
        if cell.figure or cell.source
    }


def _in_words(proposals: Sequence[CellProposal]) -> str:
    said = [f"{each.sheet}!{each.cell}: {each.proposed}" for each in proposals[:_NAMED]]
    rest = len(proposals) - len(said)
    return "; ".join(said) + (f"; and {count(rest, 'other cell')}" if rest else "")


# Deciding


class _Within:
    """A unit of work of another one, whose commit waits for that one's."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def commit(self, record: JournalRecord | None) -> None:
        """Waits: the whole is committed as one."""


class _Gathered:
    """Other commands carried out in one unit of work; they are one change with what else is done there."""

    def __init__(self, work: UnitOfWork, tools: Tools) -> None:
        self._tools = replace(tools, open_work=self._open)
        self._work = work
        self._swaps: list[SwapRecords] = []

    def _open(self, *, reading: bool = False) -> UnitOfWork:  # noqa: ARG002 - it looks at what is written here
        return cast(UnitOfWork, _Within(self._work))

    def do(self, handler: Callable[[Any, Tools], Effect[Any]], command: Command[Any]) -> None:
        effect = handler(command, self._tools)
        if isinstance(effect.inverse, SwapRecords):
            self._swaps.append(effect.inverse.inverse)

    def commit(self, doing: Doing, command: str, name: str, result: Any) -> Effect[Any]:
        """Journals all of it as *command*, called *name*, and makes it durable."""
        swaps = [*self._swaps, doing.gathered(name)]
        change = SwapRecords(
            tuple(each for swap in swaps for each in swap.removed),
            tuple(each for swap in swaps for each in swap.changed),
            tuple(each for swap in swaps for each in swap.added),
            name,
            tuple(each for swap in swaps for each in swap.loosened),
            tuple(each for swap in swaps for each in swap.tied),
        )
        before, after = plain_swap(change)
        self._work.commit(JournalRecord(command, name, before, after))
        return Effect(result, topics_of_swap(change), name, change.inverse)


def _chosen(work: UnitOfWork, ids: Sequence[int]) -> tuple[Kept[PartnerBook], list[Kept[CellProposal]]]:
    """The proposals of *ids*, each still open, and their one workbook."""
    if not ids:
        raise ExpectedError("no_proposal", "No proposal is chosen.", "Choose one or more.")
    rows = {each.id: each for each in work.cell_proposals.all()}
    chosen = [rows[id] for id in dict.fromkeys(ids) if id in rows]
    decided = [each.value for each in chosen if each.value.state is not ProposalState.PROPOSED]
    if len(chosen) != len(dict.fromkeys(ids)) or decided:
        what = (
            f"{decided[0].sheet}!{decided[0].cell} is {decided[0].state.value}" if decided else "One is gone"
        )
        raise ExpectedError(
            "decided_already",
            f"{what} already; nothing was changed.",
            "Look at the list again; undo the decision to decide otherwise.",
        )
    books = {each.value.book for each in chosen}
    if len(books) > 1:
        raise ExpectedError(
            "several_books",
            "The proposals are of several workbooks.",
            "Decide those of one workbook at a time.",
        )
    return work.partner_books.get(books.pop()), chosen


def _decide(
    doing: Doing,
    book: Kept[PartnerBook],
    chosen: Sequence[Kept[CellProposal]],
    state: ProposalState,
    reason: str,
) -> None:
    work, tools = doing.work, doing.tools
    for each in chosen:
        doing.change(
            "cell_proposals",
            each,
            replace(each.value, state=state, reason=reason, decided_by=tools.who, decided_at=tools.clock()),
        )
    done = {each.id for each in chosen}
    waits = any(
        each.value.book == book.id and each.value.state is ProposalState.PROPOSED and each.id not in done
        for each in work.cell_proposals.all()
    )
    if not waits and book.value.state is BookState.BACK:
        _move(doing, book, book.value, BookState.SETTLED)


def accept_proposals(command: AcceptProposals, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        book, chosen = _chosen(work, command.ids)
        if not command.although_changed:
            _refuse_changed(said_now(work, tools, book.value), chosen)
        inner = _Gathered(work, tools)
        if book.value.kind is BookKind.PARTNER:
            for handler, wanted in _commands(work, book.value, [each.value for each in chosen]):
                inner.do(handler, wanted)
        doing = Doing(work, tools)
        _decide(doing, book, chosen, ProposalState.ACCEPTED, command.reason.strip())
        name = f"accept {count(len(chosen), 'proposal')} of {_called(work, book.value)}"
        return inner.commit(doing, "AcceptProposals", name, len(chosen))


def _refuse_changed(now: Mapping[str, str], chosen: Sequence[Kept[CellProposal]]) -> None:
    for each in chosen:
        said = now.get(each.value.subject, each.value.was)
        if said not in (each.value.was, each.value.proposed):
            raise ExpectedError(
                "changed_since",
                f"{each.value.sheet}!{each.value.cell} was “{each.value.was}” when the workbook went out and is"
                f" “{said}” in the file now; “{each.value.proposed}” is proposed.",
                "Look at the three side by side; accept it nevertheless, or refuse it.",
            )


def _commands(
    work: UnitOfWork, book: PartnerBook, chosen: Sequence[CellProposal]
) -> Iterator[tuple[Callable[[Any, Tools], Effect[Any]], Command[Any]]]:
    """The commands that do what is proposed. What is said of ledger lines, and comments, is kept as it was said: where
    a line belongs is for a finance officer to decide."""
    if book.project is None:
        return
    months, figures = [], []
    judged: dict[str, str] = {}
    milestones: dict[int, dict[str, str]] = {}
    for each in chosen:
        match each.subject.split("/"):
            case ["forecast", _, kind, period]:
                amount = Money.of_pounds(Decimal(each.proposed)) if each.proposed else None
                months.append(MonthForecast(book.project, Kind(kind), int(period), amount))
            case ["figure", _, id]:
                figures.append(
                    FigureCell.of_quarter(
                        IndicatorId(int(id)), book.year, book.quarter, each.proposed, source=book.file_name
                    )
                )
            case ["progress", _, part]:
                judged[part] = each.proposed
            case ["milestone", _, id, part]:
                milestones.setdefault(int(id), {})[part] = each.proposed
            case _:
                continue
    if months:
        cut_off = min(last_period_of(book.quarter), MONTHS)
        yield set_forecast_months, SetForecastMonths(book.fund, book.year, cut_off, tuple(months))
    if figures:
        yield record_figures, RecordFigures(tuple(figures))
    if judged:
        yield judge_project, _judgement(work, book, book.project, judged)
    for milestone, parts in milestones.items():
        before = work.milestones.get(milestone).value
        days = {part: date.fromisoformat(text) if text else None for part, text in parts.items()}
        after = replace(
            before,
            expected=days.get("expected", before.expected),
            done_on=days.get("done", before.done_on),
        )
        yield change_milestone, ChangeMilestone(MilestoneId(milestone), after)


def _judgement(
    work: UnitOfWork, book: PartnerBook, project: ProjectId, judged: Mapping[str, str]
) -> JudgeProject:
    held = next(
        (
            kept.value
            for kept in work.project_progress.all()
            if (kept.value.project, kept.value.year, kept.value.quarter) == (project, book.year, book.quarter)
        ),
        None,
    )
    if held is None and "status" not in judged:
        raise ExpectedError(
            "no_status",
            "Nobody has said the project's status in this quarter yet, and the other answers go with it.",
            "Accept the status together with them, or say it under “Words and risks” first.",
        )

    def colour(part: str, before: Rag | None) -> Rag | None:
        if part not in judged:
            return before
        return Rag(judged[part]) if judged[part] else None

    return JudgeProject(
        project,
        book.year,
        book.quarter,
        ProjectStatus(judged["status"])
        if "status" in judged
        else (held.status if held is not None else ProjectStatus.IN_PROGRESS),
        colour("spend-rag", held.spend_rag if held is not None else None),
        colour("delivery-rag", held.delivery_rag if held is not None else None),
        judged.get("explanation", held.explanation if held is not None else ""),
    )


def refuse_proposals(command: RefuseProposals, tools: Tools) -> Effect[int]:
    reason = command.reason.strip()
    if not reason:
        raise ExpectedError("no_reason", "A refusal needs its reason.", "Say why, in a few words.")
    with tools.open_work() as work:
        book, chosen = _chosen(work, command.ids)
        doing = Doing(work, tools)
        _decide(doing, book, chosen, ProposalState.REFUSED, reason)
        name = f"refuse {count(len(chosen), 'proposal')} of {_called(work, book.value)}"
        return doing.commit("RefuseProposals", name, len(chosen))


def wait_no_longer(command: WaitNoLonger, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.partner_books.get(command.book)
        if kept.value.state is not BookState.OUT:
            raise ExpectedError(
                "not_out",
                f"“{kept.value.file_name}” is {kept.value.state.value}: nobody waits for it.",
                "Nothing to do.",
            )
        doing = Doing(work, tools)
        _move(doing, kept, kept.value, BookState.SETTLED, " ".join(command.reason.split()))
        return doing.commit("WaitNoLonger", f"wait no longer for {_called(work, kept.value)}")


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    MakePartnerBooks: make_books,
    TakeBackBook: take_back_book,
    TakeBackQueries: take_back_queries,
    AcceptProposals: accept_proposals,
    RefuseProposals: refuse_proposals,
    WaitNoLonger: wait_no_longer,
}
