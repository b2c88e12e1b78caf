"""The jobs of ``speed.md`` that exist, each with its reference, its must and its aim."""

from __future__ import annotations

import shutil
import statistics
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from fundingapp.application.commands.matching import ApplyRules
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.offices import OpenFile
from fundingapp.application.ports import Batch
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.positions import PositionOf
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import FundId, LineId
from fundingapp.domain.ledger import controls_of
from fundingapp.domain.rulebook import match_lines
from fundingapp.persistence.database import open_file
from fundingapp.persistence.engines import sqlite_engine
from tests.bench import references, workload
from tests.bench.measuring import MIB, Contender, Taken, child, in_turns, seconds_to

ALL_SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result. Times are in seconds, memory in MiB; *must* and *aim* are ratios to the reference
    unless *absolute*, where they are figures of the same unit."""

    job: str
    lines: int
    ours: float
    reference: str
    theirs: float | None
    must: float | None
    aim: float | None
    unit: str = "s"
    absolute: bool = False
    note: str = ""
    cpu_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def verdict(self) -> str:
        """“aim”, “must” or “above” by what is reached; empty where nothing is demanded."""
        value = self.ours if self.absolute else self.ratio
        if value is None or self.must is None:
            return ""
        if self.aim is not None and value <= self.aim:
            return "aim"
        return "must" if value <= self.must else "ABOVE"


def _timed(
    job: str,
    lines: int,
    ours: Taken,
    reference: str,
    theirs: Taken,
    must: float | None,
    aim: float | None,
    *,
    absolute: bool = False,
    note: str = "",
) -> Figure:
    return Figure(
        job,
        lines,
        ours.seconds,
        reference,
        theirs.seconds,
        must,
        aim,
        absolute=absolute,
        note=note,
        cpu_ratio=ours.cpu / theirs.cpu if theirs.cpu else None,
    )


@dataclass(frozen=True, slots=True)
class Job:
    """A job by name; *measure* takes a number of lines and how many rounds to run."""

    name: str
    about: str
    measure: Callable[[int, int], Sequence[Figure]]
    sizes: tuple[int, ...] = (100_000,)
    scales: bool = field(default=True, kw_only=True)


# Starting and opening


def cold_start(_lines: int, rounds: int) -> Sequence[Figure]:
    ours, bare = in_turns(
        rounds,
        Contender(lambda _: seconds_to("our_window", "painted")),
        Contender(lambda _: seconds_to("bare_window", "painted")),
    )
    # GnuCash's empty start took 0.61 s beside 0.14 s of the bare window, and 0.7 of it is the must.
    return [_timed("start", 0, ours, "bare PySide6 window", bare, 0.7 * 0.61 / 0.14, 2.0)]


def open_painted(lines: int, rounds: int) -> Sequence[Figure]:
    empty, file = workload.plan_file(), workload.filled_file(lines)
    smaller = workload.filled_file(100_000) if lines > 100_000 else None
    others = [Contender(lambda _: seconds_to("our_window", "painted"))]
    if smaller is not None:
        others.append(Contender(lambda _: seconds_to("our_totals", "painted", smaller)))
    else:
        others.append(Contender(lambda _: seconds_to("our_totals", "painted", empty)))
    ours, start, other = in_turns(
        rounds, Contender(lambda _: seconds_to("our_totals", "painted", file)), *others
    )
    if smaller is not None:
        return [_timed("open", lines, ours, "our own 100,000 lines", other, 1.5, 1.2)]
    figures = [
        _timed("open", lines, ours, "our empty start", start, None, 1.3),
        _timed("open", lines, ours, "our file without lines", other, None, None),
    ]
    command = references.calc()
    if command is not None and lines == 100_000:
        source = workload.xlsx_file(lines)
        mine, calc = in_turns(
            min(rounds, 3),
            Contender(lambda _: seconds_to("our_totals", "painted", file)),
            Contender(lambda _: references.convert_with_calc(command, source)),
        )
        figures.append(
            _timed("open", lines, mine, "Calc, xlsx", calc, 0.3, None, note="Calc also writes a CSV")
        )
    return figures


# Importing


@contextmanager
def _fresh() -> Iterator[OpenFile]:
    """A funding file of its own with the plan and no line."""
    path = workload.copy_of(workload.plan_file())
    opened = Assembly().open(str(path))
    try:
        yield opened
    finally:
        opened.close()
        workload.drop(path)


def _import(source: Path, *, apply_rules: bool) -> Contender:
    opened: list[Any] = []

    def ready() -> OpenFile:
        if opened:
            opened.pop().__exit__(None, None, None)
        fresh = _fresh()
        opened.append(fresh)
        return fresh.__enter__()

    def run(file: OpenFile) -> None:
        workload.import_into(file, source, apply_rules=apply_rules)

    return Contender(run, ready)


def import_xlsx(lines: int, rounds: int) -> Sequence[Figure]:
    source = workload.xlsx_file(lines)
    ours, plain = in_turns(
        rounds, _import(source, apply_rules=True), Contender(lambda _: references.import_xlsx(source))
    )
    return [_timed("import.xlsx", lines, ours, "calamine + executemany", plain, 5, 2)]


def import_csv(lines: int, rounds: int) -> Sequence[Figure]:
    source = workload.csv_file(lines)
    ours, matched, plain = in_turns(
        rounds,
        _import(source, apply_rules=False),
        _import(source, apply_rules=True),
        Contender(lambda _: references.import_csv(source)),
    )
    return [
        _timed("import.csv", lines, ours, "csv + sqlite3 in memory", plain, 4, 2.5),
        _timed(
            "import.csv", lines, matched, "csv + sqlite3 in memory", plain, None, None, note="and matched"
        ),
    ]


def rules(lines: int, rounds: int) -> Sequence[Figure]:
    source = workload.csv_file(lines)
    ours, plain = in_turns(
        rounds,
        Contender(lambda _: _seconds_of_rules(lines)),
        Contender(lambda _: _processor_seconds(lambda: references.read_csv(source))),
    )
    must = 10 * lines / 1_000_000  # ten seconds for a million lines
    timed = _timed(
        "rules",
        lines,
        ours,
        "csv, rows only read",
        plain,
        must,
        must / 2,
        absolute=True,
        note="processor time",
    )
    return [replace(timed, cpu_ratio=None)]


def _seconds_of_rules(number: int) -> float:
    """How long the rules take over so many lines; making the lines is not counted."""
    known, heads = workload.known_rules(), workload.heads()
    seconds = 0.0
    each = enumerate(workload.ledger_lines(number))
    while chunk := [(LineId(id), line) for id, line in islice(each, 50_000)]:
        outcomes = match_lines(chunk, known, heads)
        seconds += _processor_seconds(lambda outcomes=outcomes: deque(outcomes, maxlen=0))  # type: ignore[misc]
    return seconds


def _processor_seconds(job: Callable[[], object]) -> float:
    """What *job*, which waits for nothing, takes of the processor: other work beside it does not count."""
    start = process_time()
    job()
    return process_time() - start


def import_again(lines: int, rounds: int) -> Sequence[Figure]:
    source, grown = workload.csv_file(lines), workload.grown_csv_file(lines)
    filled: list[Path] = []

    def ready() -> OpenFile:
        filled.append(workload.copy_of(workload.filled_file(lines)))
        return Assembly().open(str(filled[-1]))

    def again(download: Path, opened: OpenFile) -> None:
        workload.import_into(opened, download, apply_rules=True)
        opened.close()
        workload.drop(filled.pop())

    first, same, more = in_turns(
        rounds,
        _import(source, apply_rules=True),
        Contender(lambda opened: again(source, opened), ready),
        Contender(lambda opened: again(grown, opened), ready),
    )
    return [
        _timed("again", lines, same, "its first import", first, 0.5, None, note="the very same file"),
        _timed(
            "again", lines, more, "its first import", first, 0.5, None, note="the same lines and one more"
        ),
    ]


def apply_rules(lines: int, _rounds: int) -> Sequence[Figure]:
    path = workload.copy_of(workload.waiting_file(lines))
    opened = Assembly().open(str(path))
    (taken,) = in_turns(1, Contender(lambda _: _nothing(opened.desk.do(ApplyRules()))))
    opened.close()
    workload.drop(path)
    per_million = 10.0 * lines / 1_000_000
    return [Figure("apply", lines, taken.seconds, "", None, per_million, None, absolute=True)]


def insert(lines: int, rounds: int) -> Sequence[Figure]:
    filled = workload.filled_file(lines)
    columns, rows = references.columns_of(filled)
    with _fresh() as opened:
        download = opened.desk.ask(ReadDownload(workload.csv_file(lines)))
        download.copy.path.unlink()
    parsed = download.parsed
    controls = controls_of(parsed.lines)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    batch = Batch(
        download.name, download.copy.sha256, download.copy.size, "", "utf-8", now, "bench", parsed.rows_read,
        len(parsed.lines), 0, parsed.total, None, None, len(parsed.lines), 0, 0, 0, 0,
    )  # fmt: skip

    def ours(path: Path) -> None:
        database = open_file(path, lambda: now, "bench")
        with closing(database), database.open_work() as work:
            work.ledger.add_batch(batch, parsed.lines, (), (), controls, (), ())

    def theirs(path: Path) -> None:
        engine = sqlite_engine(path)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            references.insert(connection, columns, rows)
            connection.rollback()
        engine.dispose()

    copies: list[Path] = []

    def ready() -> Path:
        copies.append(workload.copy_of(workload.plan_file()))
        return copies[-1]

    mine, plain = in_turns(rounds, Contender(ours, ready), Contender(theirs, ready))
    for copy in copies:
        workload.drop(copy)
    return [_timed("insert", lines, mine, "exec_driver_sql with tuples", plain, 1.5, 1.1)]


# Asking


def totals(lines: int, rounds: int) -> Sequence[Figure]:
    filled = workload.filled_file(lines)
    plain = references.PlainTotals(workload.plain_charges(lines))
    database = open_file(filled, lambda: datetime(2026, 11, 20, tzinfo=UTC), "bench", read_only=True)
    years = [year.start for year in workload.YEARS]
    fund, year = FundId(1), workload.YEARS[-1]
    opened = Assembly().open(str(filled), writing=False)

    def every_total(_: object) -> None:
        with database.open_work(reading=True) as work:
            for each in workload.YEARS:
                work.ledger.charge_sums(each)
            work.awards.all()

    turns = max(rounds, 5)
    try:
        every_total(None)
        plain.of_years(years)
        ours, theirs = in_turns(
            turns, Contender(every_total), Contender(lambda _: _nothing(plain.of_years(years)))
        )
        opened.desk.ask(PositionOf(fund, year))
        grant, theirs_of_grant = in_turns(
            turns,
            Contender(lambda _: _nothing(opened.desk.ask(PositionOf(fund, year)))),
            Contender(lambda _: _nothing(plain.of_grant(fund, year.start))),
        )
    finally:
        opened.close()
        database.close()
        plain.close()
    return [
        _timed("totals", lines, ours, "Core, covering index", theirs, 1.5, None, note="all years"),
        _timed(
            "totals",
            lines,
            ours,
            "Core, covering index",
            theirs,
            None,
            0.005,
            absolute=True,
            note="all years",
        ),
        _timed(
            "totals.grant",
            lines,
            grant,
            "Core, covering index",
            theirs_of_grant,
            1.5,
            None,
            note="one grant's position",
        ),
    ]


def stalls(lines: int, _rounds: int) -> Sequence[Figure]:
    source = workload.csv_file(lines)
    target = workload.copy_of(workload.plan_file())
    importing = child("our_stalls", target, source)
    workload.drop(target)
    target = workload.copy_of(workload.filled_file(lines))
    shown = child("our_stalls", target, workload.grown_csv_file(lines))
    workload.drop(target)
    worst = {name: shown[name] for name in ("open", "spend", "sort", "filter")}
    worst |= {name: importing[name] for name in ("import", "match")}
    return [
        Figure("stall", lines, seconds, "its own thread at work", own, 0.050, None, absolute=True, note=name)
        for name, (seconds, own) in worst.items()
    ]


def evidence(_lines: int, rounds: int) -> Sequence[Figure]:
    from fundingapp.application.sample import make_sample
    from tests.bench.papers import FILES, SIZE, copied, make_files

    with _folder() as place:
        make_files(place / "files")
        target = make_sample(Assembly(), place / "sample", filled=True)
        said = child("our_papers", target, place / "files")
        plain = statistics.median(copied(place / "files", place / f"plain {turn}") for turn in range(rounds))
    what = f"{FILES:,} papers, {FILES * SIZE // 1_000_000} MB"
    found = [
        Figure("evidence", 0, seconds, "its own thread at work", own, 0.050, None, absolute=True, note=name)
        for name, (seconds, own, _) in said["steps"].items()
    ]
    found.append(
        Figure("evidence.add", 0, said["steps"]["add"][2], "read, hash, copy", plain, None, None, note=what)
    )
    found += [
        Figure(
            "evidence.list",
            0,
            said["steps"][name][2],
            "",
            None,
            1.0,
            0.5,
            absolute=True,
            note=f"{name}, {what}",
        )
        for name in ("show", "search", "gaps", "review")
    ]
    return found


def results(number: int, rounds: int) -> Sequence[Figure]:
    """By the processor's time: what the first who asks waits for, and the median of those after."""
    from tests.bench.results import questions, results_file

    with _folder() as place:
        results_file(place / "results.funding", number)
        opened = Assembly().open(str(place / "results.funding"), writing=False)
        taken: dict[str, list[float]] = {}
        try:
            for name, question in questions(number).items():
                for _ in range(1 + max(rounds, 3)):
                    start = process_time()
                    opened.desk.ask(question)
                    taken.setdefault(name, []).append(process_time() - start)
        finally:
            opened.close()
    found = [("results.first", "made safe", taken["safe"][0])]
    found += [("results", name, statistics.median(each[1:])) for name, each in taken.items()]
    return [
        Figure(job, number, seconds, "", None, 1.0, 0.3, absolute=True, note=name)
        for job, name, seconds in found
    ]


def _nothing(_: object) -> None:
    """A contender that reads the clock of this process says nothing."""


def save_return(_lines: int, rounds: int) -> Sequence[Figure]:
    from fundingapp.application.sample import YEAR, make_sample

    with _folder() as place:
        path = make_sample(Assembly(), place / "sample", filled=True)
        opened = Assembly().open(str(path))
        out = place / "return.xlsx"
        try:
            fund = FundId(1)
            cells = opened.desk.do(SaveReturn(fund, YEAR, 3, out), SilentProgress()).result.cells_written
            # The same workbook is the template: as many sheets, cells and formats as ours.
            template = Path(shutil.copy(out, place / "template.xlsx"))
            ours, theirs = in_turns(
                max(rounds, 5),
                Contender(lambda _: _nothing(opened.desk.do(SaveReturn(fund, YEAR, 3, out)))),
                Contender(lambda _: references.fill_template(template, place / "filled.xlsx")),
            )
        finally:
            opened.close()
    return [
        _timed("return", 0, ours, "openpyxl load, fill, save", theirs, 2, 1.3, note=f"{cells:,} cells each")
    ]


def fill_theirs(_lines: int, rounds: int) -> Sequence[Figure]:
    """Five hundred cells of the largest template: written, its formulas worked out, read back and compared."""
    from fundingapp.domain.filling import FillWishes
    from fundingapp.workbooks.formulas.syntax import parsed
    from fundingapp.workbooks.template_filler import fill_template

    template = Path(__file__).parents[3] / "shared" / "fixtures" / "real" / "mhclg-pathfinders-return-r1.xlsx"
    if not template.is_file():
        return []  # the published files lie beside the checkout, and this checkout stands alone
    cells = workload.cells_of_template(template, 500)
    wishes = FillWishes(over_locked=True, today=datetime.now(UTC).date())
    with _folder() as place:
        out = place / "filled.xlsx"
        ours, theirs = in_turns(
            max(rounds, 5),
            Contender(
                lambda _: _nothing(fill_template(template, cells, out, lambda *_: None, wishes)),
                parsed.cache_clear,  # every turn parses the formulas of its workbook, as the reference does
            ),
            Contender(lambda _: references.load_and_save(template, place / "saved.xlsx")),
        )
    return [_timed("fill", 0, ours, "openpyxl load and save", theirs, 0.5, 0.4, note=f"{len(cells)} cells")]


def export(lines: int, rounds: int) -> Sequence[Figure]:
    from fundingapp.application.ports import LineFilter, LineOrder
    from fundingapp.application.queries.exports import ExportLines
    from fundingapp.application.queries.lines import LineIds, LineRows
    from fundingapp.ui.spend.columns import Words, line_columns
    from fundingapp.ui.spend.export import exported

    opened = Assembly().open(str(workload.filled_file(lines)), writing=False)
    with _folder() as place:
        try:
            ids = opened.desk.ask(LineIds(LineFilter(), LineOrder()))
            columns = exported([column for column in line_columns(Words()) if not column.extra])
            question = ExportLines(ids, columns, place / "ours.xlsx", ())
            # The reference is given its rows; ours reads them, one after the other, while it writes.
            rows = [
                [each.value(row) or "" for each in columns if each.column.heading != "£"]
                + [row.line.amount.pence]
                for row in opened.desk.ask(LineRows(tuple(ids)))
            ]
            ours, theirs = in_turns(
                rounds,
                Contender(lambda _: _nothing(opened.desk.ask(question))),
                Contender(lambda _: references.write_with_xlsxwriter(rows, place / "theirs.xlsx")),
            )
        finally:
            opened.close()
    return [_timed("export", lines, ours, "XlsxWriter, constant memory", theirs, 0.5, 0.28)]


@contextmanager
def _folder() -> Iterator[Path]:
    import tempfile

    place = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


# Tables


def page_turning(lines: int, rounds: int) -> Sequence[Figure]:
    filled = workload.filled_file(lines)
    turns = [(child("our_table", filled), child("plain_table", filled)) for _ in range(rounds)]

    def middle(whose: int, what: str) -> float:
        return statistics.median(float(turn[whose][what]) for turn in turns)

    found = []
    for what, must, aim in (("scroll", 0.010, 0.008), ("scroll_worst", 0.0167, None)):
        figure = Figure(what, lines, middle(0, what), "plain rows by id range", middle(1, what), must, aim)
        found.append(replace(figure, absolute=True))
    jump = (middle(0, "jump"), middle(1, "jump"))
    found.append(Figure("jump", lines, jump[0], "plain rows by id range", jump[1], 1.5, None))
    return found


# Memory


def import_memory(lines: int, _rounds: int) -> Sequence[Figure]:
    source = workload.xlsx_file(lines)
    target = workload.copy_of(workload.plan_file())
    ours = child("import_file", target, source)["peak"] / MIB
    workload.drop(target)
    plain = child("iterate_calamine", source)["peak"] / MIB
    return [Figure("memory.import", lines, ours, "calamine iter_rows", plain, 3, 2, "MiB")]


def import_csv_memory(lines: int, _rounds: int) -> Sequence[Figure]:
    target = workload.copy_of(workload.plan_file())
    ours = child("import_file", target, workload.csv_file(lines))["peak"] / MIB
    workload.drop(target)
    return [Figure("memory.import.csv", lines, ours, "", None, 300, None, "MiB", absolute=True)]


def open_memory(lines: int, _rounds: int) -> Sequence[Figure]:
    ours = child("our_totals", workload.filled_file(lines))["peak"] / MIB
    bare = child("bare_window")["peak"] / MIB
    return [Figure("memory.open", lines, ours, "bare PySide6 window", bare, 150, 110, "MiB", absolute=True)]


JOBS = (
    Job("start", "cold start to the first paint of the main window", cold_start, (0,), scales=False),
    Job("open", "open a file to painted totals", open_painted, (100_000, 1_000_000)),
    Job("import.xlsx", "import a workbook: check, read, match, commit", import_xlsx),
    Job("import.csv", "import a text file", import_csv, ALL_SIZES),
    Job("again", "import a later download of what is held", import_again),
    Job("rules", "find the rule of each line and what it charges, in memory", rules, (100_000, 1_000_000)),
    Job("apply", "apply the rules to lines that all wait, and keep what they charge", apply_rules, ALL_SIZES),
    Job("stall", "the longest time that the window stands still", stalls, (100_000, 1_000_000)),
    Job("evidence", "a thousand papers in the window", evidence, (0,), scales=False),
    Job("results", "what the Outcomes page asks of so many indicators", results, (50, 200), scales=False),
    Job("insert", "the insert inside the import", insert),
    Job("totals", "totals per project and year against budget", totals, (100_000, 1_000_000)),
    Job("table", "scroll by pages and jump in the ledger's table", page_turning, (100_000, 1_000_000)),
    Job("return", "fill, check and prove a return", save_return, (0,), scales=False),
    Job("fill", "fill a template of somebody else's, and prove it", fill_theirs, (0,), scales=False),
    Job("export", "export the ledger's view as a workbook", export),
    Job("memory.import", "peak memory of an import", import_memory),
    Job("memory.import.csv", "peak memory of importing a text file", import_csv_memory, (100_000, 1_000_000)),
    Job("memory.open", "peak memory with a file open", open_memory, (1_000_000,)),
)
