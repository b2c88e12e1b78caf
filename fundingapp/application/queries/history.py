"""The history of the file: every change with who, when, what, before, after and why; and whether its chain is whole."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.history_words import (
    NOUNS,
    FieldChange,
    Names,
    changes_in,
    fields_known,
    kinds_of,
    names_field,
    names_project,
    reason_of,
)
from fundingapp.application.ports import (
    Among,
    JournalFilter,
    JournalLine,
    TableColumn,
    TableDocument,
    Tools,
    UnitOfWork,
    ValueKind,
)
from fundingapp.application.withheld import Withheld
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.small_numbers import WITHHELD

_AT_ONCE = 500
#: Words as they are typed; what stands between quotation marks is looked for as a whole.
_WORDS = re.compile(r"\"([^\"]+)\"|“([^”]+)”|(\S+)")
#: What a person looks for, by what it is called: the kinds of records, and the commands that keep none.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Grants and agreements": (
        (
            "funds",
            "allocations",
            "agreements",
            "agreement_sums",
            "consents",
            "published",
            "conditions",
            "schedule",
        ),
        ("RecordPlan", "AddGrant"),
    ),
    "Bids and offers": (("bids", "bid_costs", "bid_texts", "board_decisions", "offers"), ()),
    "Projects and budgets": (
        (
            "projects",
            "awards",
            "contingencies",
            "movements",
            "profiles",
            "forecasts",
            "forecasts_kept",
            "variance_reasons",
            "match_funding",
            "posts",
            "post_shares",
        ),
        (),
    ),
    "Ledger and charges": (
        ("aliases", "rejections", "dismissals", "layouts"),
        (
            "ImportLedger",
            "RemoveImport",
            "RestoreImport",
            "ReviewChanges",
            "DecideChange",
            "ChargeLines",
            "RestoreCharges",
            "ClearCharges",
            "PlaceAnew",
            "ApplyRules",
            "UndoRun",
            "AddRules",
            "EditRules",
        ),
    ),
    "Accruals and adjustments": (("accruals", "adjustments"), ()),
    "Claims and payments": (
        (
            "claims",
            "claim_lines",
            "retention_releases",
            "payments",
            "payment_matches",
            "payment_lines",
            "repayments",
        ),
        (),
    ),
    "Year end": (("carry_forwards", "settlements", "year_closes"), ()),
    "Locks, reconciliations and sign-off": (
        ("locks", "reconciliations", "reconciliation_items", "certificates", "assertions", "members"),
        ("LockPeriods", "ReopenPeriods"),
    ),
    "Returns": (
        (
            "returns",
            "return_proofs",
            "templates",
            "mappings",
            "accepted_exceptions",
            "return_texts",
            "project_progress",
            "risks",
            "assets",
            "partner_statements",
            "partner_books",
            "cell_proposals",
        ),
        ("SaveReturn", "AddTemplate", "ReplaceTemplate"),
    ),
    "Outcomes and their figures": (
        (
            "outcomes",
            "outcome_statements",
            "milestones",
            "indicators",
            "indicator_years",
            "indicator_figures",
            "results_rules",
            "figure_imports",
            "skipped_figures",
            "reference_values",
            "sentences",
        ),
        (),
    ),
    "Performance tables and publications": (
        ("performance_tables", "performance_figures", "performance_findings", "publications"),
        (),
    ),
    "Plan, places and people": (
        ("partnership", "parties", "contacts", "areas", "themes", "priorities", "shares"),
        ("SetUpPartnership",),
    ),
    "Undo and redo": ((), ()),
}
#: What entries are about that name ledger lines and no record.
_OF_LINES = "Ledger lines"
_TURNED = Among(("undo: ", "redo: "))


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which changes are meant. All conditions together.

    *text* is searched in the sentence, the person's name and everything before and after, amounts as pounds too;
    *kind* is one of GROUPS, *field* a field's own name; days are inclusive, in the user's own time.
    """

    text: str = ""
    by: str = ""
    project: ProjectId | None = None
    kind: str = ""
    field: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HistoryIds(Question["array[int]"]):
    """The places in the history of the changes under *where*, newest first."""

    where: HistoryFilter


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A change as lists show it."""

    sequence: int
    at: datetime
    by: str
    machine: str
    sentence: str
    about: str
    reason: str

    @property
    def what(self) -> str:
        """The sentence with a capital letter."""
        return f"{self.sentence[:1].upper()}{self.sentence[1:]}"


@dataclass(frozen=True, slots=True)
class HistoryRows(Question["list[HistoryRow]"]):
    """The changes of *ids*, in their order; what is not there is left out."""

    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class HistoryEntry(Question["HistoryDetail"]):
    """One change with everything before and after; *leaving*: as it may go out, with the figures of indicators whose
    small counts are hidden withheld. Raises NotFoundError."""

    sequence: int
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class HistoryDetail:
    """A change taken apart, field by field."""

    row: HistoryRow
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryChoices(Question["Choices"]):
    """What the history can be filtered by."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The people who changed something, the projects, and the fields of records, each with its words."""

    people: tuple[str, ...]
    projects: tuple[tuple[ProjectId, str], ...]
    fields: tuple[tuple[str, str], ...]
    entries: int


@dataclass(frozen=True, slots=True)
class CheckChain(Question["ChainChecked"]):
    """Whether every entry is as it was written, and none is missing (decision D13)."""


@dataclass(frozen=True, slots=True)
class ChainChecked:
    """*head* is the hash that the chain ends with: whoever wrote it down elsewhere can tell that nothing was cut
    off."""

    entries: int
    head: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportHistory(Question[int]):
    """Writes the changes of *ids*, a row for each field, to *out* (.xlsx or .csv); returns how many rows.

    *about* says in pairs what was filtered. Raises ExpectedError as
    :class:`~fundingapp.application.ports.TableWriter` does, or Cancelled; *out* is then what it was before.
    """

    ids: Sequence[int]
    out: Path
    about: tuple[tuple[str, str], ...] = ()


def answer_ids(question: HistoryIds, tools: Tools) -> array[int]:
    with tools.open_work(reading=True) as work:
        return matching_ids(work, question.where)


def matching_ids(work: UnitOfWork, where: HistoryFilter) -> array[int]:
    """The store finds by words; what only the meaning of an entry can tell is looked at one by one."""
    project = where.project
    ref = work.projects.get(project).value.ref if project is not None else ""

    def fits(line: JournalLine) -> bool:
        return (project is None or names_project(line, project, ref)) and (
            not where.field or names_field(line, where.field)
        )

    return work.journal.ids(_stored(where, ref), fits if project is not None or where.field else None)


#: The fields of records that hold the number of a project.
NAME_PROJECTS = ("project", "source", "target")


def _stored(where: HistoryFilter, ref: str) -> JournalFilter:
    among: list[Among] = []
    words: list[str] = []
    for each in _WORDS.finditer(where.text):
        word = next(filter(None, each.groups()))
        pence = _pence(word)
        if pence:
            among.append(Among((word, *pence)))
        else:
            words.append(word)
    if where.kind == "Undo and redo":
        among.append(_TURNED)
    elif where.kind:
        kinds, commands = GROUPS[where.kind]
        among.append(Among(tuple(f'"kind": "{kind}"' for kind in kinds), commands))
    if where.project is not None:
        said = [f'"{name}": {where.project}{end}' for name in NAME_PROJECTS for end in (",", "}")]
        # The names in an entry are sorted, so that these two stand side by side.
        said.append(f'"id": {where.project}, "kind": "projects"')
        among.append(Among((*said, ref)))
    if where.field:
        among.append(Among((f'"{where.field}":',)))
    return JournalFilter(
        tuple(words),
        where.by,
        _begins(where.since),
        _begins(where.until + timedelta(days=1)) if where.until is not None else None,
        tuple(among),
    )


def _begins(day: date | None) -> datetime | None:
    """When *day* begins where the user is."""
    return datetime.combine(day, time.min).astimezone() if day is not None else None


def _pence(word: str) -> tuple[str, ...]:
    """How an amount that is typed in pounds stands in the details; nothing for what is none."""
    if not any(letter in word for letter in ".,£"):
        return ()
    try:
        amount = Money.parse(word)
    except NotMoneyError:
        return ()
    both = (amount.pence, -amount.pence)
    return tuple(f": {pence}{end}" for pence in both for end in (",", "}", "]"))


def row_of(line: JournalLine) -> HistoryRow:
    """An entry as lists show it."""
    nouns = dict.fromkeys(NOUNS[kind] for kind in kinds_of(line) if kind not in {"steps", "supports"})
    about = list(nouns) or ([_OF_LINES] if line.command in GROUPS["Ledger and charges"][1] else [])
    more = f" and {len(about) - 2} more" if len(about) > 2 else ""
    return HistoryRow(
        line.sequence,
        line.at,
        line.by,
        line.machine,
        line.sentence,
        ", ".join(about[:2]) + more,
        reason_of(line),
    )


def answer_rows(question: HistoryRows, tools: Tools) -> list[HistoryRow]:
    with tools.open_work(reading=True) as work:
        return [row_of(line) for line in work.journal.entries(question.ids)]


def answer_entry(question: HistoryEntry, tools: Tools) -> HistoryDetail:
    with tools.open_work(reading=True) as work:
        lines = work.journal.entries([question.sequence])
        if not lines:
            raise NotFoundError("entry of the history", str(question.sequence))
        changes = (
            changes_in(lines[0], Names(work), Withheld(work))
            if question.leaving
            else changes_in(lines[0], Names(work))
        )
        return HistoryDetail(row_of(lines[0]), tuple(changes))


def answer_choices(question: HistoryChoices, tools: Tools) -> Choices:
    with tools.open_work(reading=True) as work:
        projects = sorted(
            ((ProjectId(kept.id), f"{kept.value.ref} {kept.value.name}") for kept in work.projects.all()),
            key=lambda each: each[1].casefold(),
        )
        people = tuple(work.journal.people())
        return Choices(people, tuple(projects), tuple(fields_known()), work.journal.count())


def answer_check(question: CheckChain, tools: Tools) -> ChainChecked:
    with tools.open_work(reading=True) as work:
        problems = tuple(work.journal.problems(tools.progress))
        return ChainChecked(work.journal.count(), work.journal.head(), problems)


_COLUMNS = (
    TableColumn("Entry", ValueKind.WHOLE, 8),
    TableColumn("Day", ValueKind.DAY, 12),
    TableColumn("Time", width=9),
    TableColumn("Person", width=16),
    TableColumn("Computer", width=16),
    TableColumn("What was done", width=50),
    TableColumn("Why", width=30),
    TableColumn("Thing", width=36),
    TableColumn("Field", width=22),
    TableColumn("Before", width=30),
    TableColumn("After", width=30),
)


def answer_export(question: ExportHistory, tools: Tools) -> int:
    with tools.open_work(reading=True) as work:
        document = TableDocument(
            _COLUMNS,
            _exported(work, question.ids, tools),
            len(question.ids),
            (
                ("What this is", "The history of changes as shown by Funding Tracker"),
                *question.about,
                ("Changes", len(question.ids)),
                ("History ends with", work.journal.head()),
                (WITHHELD, "a figure of an indicator whose small counts are hidden; the funding file has it"),
                ("Exported", tools.clock().astimezone()),
                ("By", tools.who),
            ),
            "History",
        )
        return tools.write_table(document, question.out, tools.progress)


def _exported(work: UnitOfWork, ids: Sequence[int], tools: Tools) -> Iterator[tuple[Any, ...]]:
    names, withheld = Names(work), Withheld(work)
    for start in range(0, len(ids), _AT_ONCE):
        for line in work.journal.entries(ids[start : start + _AT_ONCE]):
            row, at = row_of(line), line.at.astimezone()
            head = (row.sequence, at.date(), f"{at:%H:%M:%S}", row.by, row.machine, row.what, row.reason)
            for change in changes_in(line, names, withheld) or [FieldChange("", "", "", "")]:
                yield (*head, *change)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    HistoryIds: answer_ids,
    HistoryRows: answer_rows,
    HistoryEntry: answer_entry,
    HistoryChoices: answer_choices,
    CheckChain: answer_check,
    ExportHistory: answer_export,
}
