"""The only module that knows every room: it builds the parts and hands them over.

Nothing heavy is imported before it is needed: the window paints first, SQL and spreadsheets come after.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fundingapp import handing, looked, paths

if TYPE_CHECKING:
    from fundingapp.application.offices import OpenFile
    from fundingapp.application.ports import (
        CalendarDocument,
        EnquiryWriter,
        ExchangeBooks,
        FileWriter,
        FillTemplate,
        LooksAtLeaving,
        Papers,
        PartnerBookWriter,
        Receiving,
        ReturnLooks,
        ReturnWriter,
        SafeTableWriter,
        TableReader,
        TableWriter,
        TemplateReader,
        Tools,
        WorkingOut,
    )
    from fundingapp.application.progress import Progress
    from fundingapp.application.queries.downloads import Download, ReadDownload
    from fundingapp.application.queries.figure_previews import ReadFigureFile
    from fundingapp.application.queries.publications import (
        AttackTable,
        LookAtTable,
        TableAttacked,
        TableLooked,
    )
    from fundingapp.application.queries.sheets import SheetsRead
    from fundingapp.application.safety import Inside, Restored
    from fundingapp.domain.backups import Backup
    from fundingapp.domain.bid_packs import BidPack
    from fundingapp.domain.certificate_papers import CertificatePaper
    from fundingapp.domain.difference import DifferenceReport
    from fundingapp.domain.errors import ExpectedError
    from fundingapp.domain.figure_files.contents import FigureFile
    from fundingapp.domain.filling import Filled, FillWishes
    from fundingapp.domain.layouts import Layout
    from fundingapp.domain.mails import MailDraft
    from fundingapp.domain.reconciliations import ReconciliationPaper
    from fundingapp.domain.request_letters import RequestLetter
    from fundingapp.domain.return_packs import ReturnPack
    from fundingapp.domain.small_numbers import Prover
    from fundingapp.persistence.backups import Backups
    from fundingapp.persistence.database import Database
    from fundingapp.persistence.guarding import FileGuard
    from fundingapp.persistence.opening import OpenedPath


#: A log of more bytes is put aside, and a new one begun; one old log is kept.
_LARGE_LOG = 1_000_000


def now() -> datetime:
    """The clock: the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class Assembly:
    """Satisfies :class:`~fundingapp.application.offices.Offices` with the real parts.

    *profile*, *who* and *machine* stand for the user's own folder of the program, the name the system knows the user
    by, and this PC's; *working_copy* works on a copy wherever a file lies; *beat_every* is how often a session says
    that it is still there, in seconds.
    """

    reader: TableReader = field(default_factory=handing.Tables)
    writer: ReturnWriter = handing.write_return
    table_writer: TableWriter = handing.write_table
    layout_writer: FileWriter[Layout] = handing.write_layout
    enquiry_writer: EnquiryWriter = handing.write_enquiry
    calendar_writer: FileWriter[CalendarDocument] = handing.write_calendar
    pack_writer: FileWriter[BidPack] = handing.write_pack
    certificate_writer: FileWriter[CertificatePaper] = handing.write_certificate
    letter_writer: FileWriter[RequestLetter] = handing.write_letter
    difference_writer: FileWriter[DifferenceReport] = handing.write_difference
    reconciliation_writer: FileWriter[ReconciliationPaper] = handing.write_reconciliation
    return_pack_writer: FileWriter[ReturnPack] = handing.write_return_pack
    mail_writer: FileWriter[MailDraft] = handing.write_mail
    partner_book_writer: PartnerBookWriter = handing.write_partner_book
    safe_table_writer: SafeTableWriter = handing.write_safe_table
    prover: Prover = field(default_factory=handing.LateProver)
    exchange_books: ExchangeBooks = field(default_factory=handing.Exchange)
    papers: Papers = field(default_factory=handing.PaperFiles)
    work_out: WorkingOut = handing.work_out
    template_reader: TemplateReader = field(default_factory=handing.Templates)
    fill_template: FillTemplate = handing.fill_template
    things_leaving: LooksAtLeaving = handing.things_leaving
    receive: Receiving = handing.receive
    return_looks: ReturnLooks = handing.return_look
    profile: Path | None = None
    who: str = ""
    machine: str = ""
    working_copy: bool = False
    beat_every: float | None = None

    def open(
        self,
        target: str,
        *,
        writing: bool = True,
        take_over: bool = False,
        accept_older: bool = False,
        working_copy: bool = False,
    ) -> OpenFile:
        from fundingapp.domain.errors import ExpectedError
        from fundingapp.persistence.database import open_server, who_am_i
        from fundingapp.persistence.opening import OpenedPath, Wish, open_path

        who = self.who or who_am_i()
        if target.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            database = open_server(target, now, who, paths.user_data() / "server-files")
            opened = OpenedPath(database, database.opened.notice, closing=[database.close])
            return self._opened(opened, target.rsplit("/", 1)[-1], who)
        wish = Wish(
            self.profile or paths.user_data(),
            writing,
            take_over,
            accept_older,
            self.working_copy or working_copy,
            self.machine,
            self.beat_every,
        )
        try:
            opened = open_path(Path(target), now, who, wish)
        except ExpectedError as error:
            raise self._with_backups(error, target) from error
        try:
            if opened.taken_from is not None:
                self._guard(opened.database, who).before_take_over(opened.taken_from.said)
            made = self._opened(opened, Path(target).name, who)
            _tell_the_history(made, opened)
        except BaseException:
            opened.close()
            raise
        return made

    def _opened(self, opened: OpenedPath, name: str, who: str) -> OpenFile:
        from fundingapp.application.desk import Desk
        from fundingapp.application.offices import OpenFile, OpenWork
        from fundingapp.application.queries.checks import CheckFigures
        from fundingapp.domain.errors import ExpectedError

        database = opened.database
        guard = self._guard(database, who) if database.address is not None else None
        desk = Desk(self._tools(database, who), guard)

        def check(progress: Progress | None = None) -> list[str]:
            found = database.problems(progress)
            try:
                return found + [OpenWork(said) for said in desk.ask(CheckFigures(), progress)]
            except ExpectedError as error:
                # A damaged file may not let its figures be worked out at all; that is a finding, not a refusal.
                return [*found, str(error)]

        if gc.get_threshold()[0] > 100_000:
            _leave_out_what_stays()
        warnings = tuple(opened.notes)
        # A damaged history keeps nobody from the file, nor from its check.
        with contextlib.suppress(ExpectedError):
            warnings += tuple(database.warnings())
        return OpenFile(
            desk,
            str(database.address or database.place),
            name,
            who,
            opened.notice,
            check,
            opened.close,
            warnings,
            opened.sharing,
            opened.held_by,
            guard,
            opened.reading,
        )

    def _tools(self, database: Database, who: str) -> Tools:
        from fundingapp.application.ports import Tools
        from fundingapp.application.progress import SilentProgress

        looked_through = partial(looked.files, database.open_work)
        return Tools(
            open_work=database.open_work,
            sources=database.sources,
            reader=self.reader,
            write_return=looked_through(self.writer),
            write_table=looked.Tables(database.open_work, self.table_writer),
            write_layout=looked_through(self.layout_writer),
            write_enquiry=looked_through(self.enquiry_writer),
            write_calendar=looked.calendar(database.open_work, self.calendar_writer),
            write_safe_table=looked_through(self.safe_table_writer),
            prover=self.prover,
            write_pack=looked_through(self.pack_writer),
            write_certificate=looked_through(self.certificate_writer),
            write_letter=looked_through(self.letter_writer),
            write_difference=looked.difference(database.open_work, self.difference_writer),
            write_reconciliation=looked_through(self.reconciliation_writer),
            # What they say is looked through before they are made: neither is a document that can be read here.
            write_return_pack=self.return_pack_writer,
            write_mail=self.mail_writer,
            write_partner_book=looked_through(self.partner_book_writer),
            exchange=looked.Exchange(database.open_work, self.exchange_books),
            papers=self.papers,
            work_out=self.work_out,
            read_template=self.template_reader,
            fill_template=looked.filling(database.open_work, self.fill_template),
            things_leaving=self.things_leaving,
            receive=self.receive,
            return_looks=self.return_looks,
            clock=now,
            who=who,
            progress=SilentProgress(),
        )

    def _guard(self, database: Database, who: str) -> FileGuard:
        from fundingapp.persistence.guarding import FileGuard

        backups = self._backups(Path(str(database.address)), Path(database.place))
        return FileGuard(database, backups, now, who)

    def _backups(self, address: Path, copy: Path | None = None) -> Backups:
        """The backups of the file at *address*; *copy* is what is worked on when that is another."""
        from fundingapp.persistence.backups import Backups, folder_of

        elsewhere = (self.profile or paths.user_data()) / "backups"
        return Backups(copy or address, folder_of(address), elsewhere)

    def _with_backups(self, error: ExpectedError, target: str) -> ExpectedError:
        """The refusal to open a damaged file, with the backups there are of it (F03, F04)."""
        from fundingapp.domain.backups import NeedsBackupError

        if error.code not in ("file_empty", "file_damaged", "not_ours", "no_file"):
            return error
        good = self._backups(Path(target).resolve()).newest_good()
        return NeedsBackupError(error, good) if good else error

    def backups(self, target: str) -> list[Backup]:
        return self._backups(_file_of(target)).all()

    def look_inside(self, target: str, id: str, progress: Progress) -> Inside:
        from fundingapp.application.desk import Desk
        from fundingapp.application.queries.insides import WhatIsInside
        from fundingapp.persistence.database import open_file, who_am_i
        from fundingapp.persistence.restoring import later_entries, taken_out

        path = _file_of(target)
        backups = self._backups(path)
        backup = backups.get(id)
        who = self.who or who_am_i()
        lost, same_history = later_entries(path, backup)
        with taken_out(backups, backup) as copy:
            database = open_file(copy, now, who, read_only=True)
            try:
                desk = Desk(self._tools(database, who))
                asked = WhatIsInside(backup, None if lost is None else tuple(lost), same_history)
                return desk.ask(asked, progress)
            finally:
                database.close()

    def restore(self, target: str, id: str, progress: Progress) -> Restored:
        from fundingapp.domain.errors import ExpectedError
        from fundingapp.persistence.database import who_am_i
        from fundingapp.persistence.restoring import restore
        from fundingapp.persistence.session import SessionLock, this_session
        from fundingapp.persistence.working_copy import put_back

        path = _file_of(target)
        backups = self._backups(path)
        who = self.who or who_am_i()
        lock = SessionLock(path, this_session(who, now(), self.machine))
        other = lock.take()
        if other is not None:
            raise ExpectedError(
                "file_busy",
                f"“{path.name}” is open by {other.said}, so no backup can take its place.",
                "Close it there first; nothing was changed.",
            )
        try:
            restored = restore(path, backups, backups.get(id), now, who, progress)
            put_back(self.profile or paths.user_data(), path, now())
        finally:
            lock.release()
        return restored

    def create(self, path: Path) -> None:
        from fundingapp.persistence.database import create_file

        create_file(path)

    def read(self, question: ReadDownload, progress: Progress) -> Download:
        from fundingapp.application.queries.downloads import read_download
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(question.path.parent)  # only its private copy is made; nothing is kept
        download = read_download(question, sources, self.reader, progress)
        sources.discard(download.copy)
        return download

    def sheets(self, path: Path, sheet: str | None, progress: Progress) -> SheetsRead:
        from fundingapp.application.queries.sheets import read_sheets_of
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(path.parent)  # only its private copy is made; nothing is kept
        read = read_sheets_of(path, sheet, sources, self.reader, progress)
        sources.discard(read.copy)
        return read

    def read_figures(self, question: ReadFigureFile, progress: Progress) -> FigureFile:
        from fundingapp.application.queries.figure_previews import read_figures
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(question.path.parent)  # only its private copy is made; nothing is kept
        read = read_figures(question, sources, self.reader, progress)
        if read.copy is not None:
            sources.discard(read.copy)
        return read.file

    def write_safe_tables(
        self, question: LookAtTable, outs: Sequence[Path], progress: Progress
    ) -> TableLooked:
        from fundingapp.application.commands.publications import refuse_same_file, write_safely
        from fundingapp.application.queries.publications import look_at
        from fundingapp.domain.small_numbers import Rule
        from fundingapp.workbooks.swap import all_or_none

        rule = Rule() if question.threshold is None else Rule(question.threshold)
        looked = look_at(question, rule, self.reader, self.prover, progress)
        every = (looked, *looked.others)
        refuse_same_file([each.path for each in every], outs)
        with all_or_none(outs):
            for each, out in zip(every, outs, strict=True):
                write_safely(each, each.path, out, self.reader, self.safe_table_writer, self.prover, progress)
        return looked

    def fill_workbook(
        self, template: Path, cells: Path, out: Path, wishes: FillWishes, progress: Progress
    ) -> Filled:
        from fundingapp.workbooks.cell_lists import read_cell_list

        listed = read_cell_list(cells, template)
        if wishes.today is None:
            wishes = replace(wishes, today=now().astimezone().date())
        return self.fill_template(template, listed, out, progress, wishes)

    def attack_table(self, question: AttackTable, progress: Progress) -> TableAttacked:
        from fundingapp.application.queries.publications import attack

        return attack(question, self.reader, self.prover, progress)

    def layout(self, path: Path) -> Layout:
        from fundingapp.application.queries.layouts import layout_in

        return layout_in(self.reader, path)

    def blank_exchange(self, out: Path) -> None:
        from fundingapp.application.queries.exchange import blank_sheets

        self.exchange_books.blank(blank_sheets(), out)

    def sample_files(self) -> list[Path]:
        return sorted((paths.resources() / "sample" / "charnwood").iterdir())

    def history_verifier(self) -> Path:
        return paths.resources() / "verify_history.py"

    def sample_folder(self) -> Path:
        return paths.user_data() / "sample"


def _file_of(target: str) -> Path:
    """The funding file *target*; raises ExpectedError for a database on a server."""
    from fundingapp.domain.errors import ExpectedError

    if target.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ExpectedError(
            "server_backups",
            "A database on a server is backed up by the server, not by this program.",
            "Ask whoever looks after it how far back its backups go.",
        )
    return Path(target).resolve()


def _tell_the_history(made: OpenFile, opened: OpenedPath) -> None:
    """Enters into the history that the file was taken over, or had gone back, when it can be written."""
    from fundingapp.application.commands.sessions import RecordTakeOver, RecordWentBack
    from fundingapp.application.sharing import Stage

    if made.notice or (made.sharing is not None and made.sharing.state.stage is Stage.DIFFERS):
        return
    if opened.taken_from is not None:
        other = opened.taken_from.as_told(now())
        made.desk.do(RecordTakeOver(other.person, other.machine, other.since, other.last_seen))
    if opened.went_back is not None:
        seen, found = opened.went_back
        made.desk.do(RecordWentBack(seen.number, found.number))
    if opened.told is not None:
        opened.told()


class _Log(logging.FileHandler):
    """The program's log: made with its first entry, and silent when there is no room for it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - as logging calls it
        return


def start_log() -> Path | None:
    """Sends our own mistakes to the log file instead of the terminal; None where none can be kept."""
    logger = logging.getLogger("fundingapp")
    for handler in [*logger.handlers]:
        if isinstance(handler, _Log | logging.NullHandler):
            logger.removeHandler(handler)
            handler.close()
    try:
        place = paths.log_file()
        if place.exists() and place.stat().st_size > _LARGE_LOG:
            place.replace(place.with_suffix(".old.log"))
    except OSError:
        logger.addHandler(logging.NullHandler())
        return None
    log = _Log(place, encoding="utf-8", delay=True)
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(log)
    return place


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be opened: Linux needs a display, unless Qt was told what to draw on."""
    if not sys.platform.startswith("linux"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def collect_seldom() -> None:
    """Has Python look for reference cycles less often: an import makes a million values that are in none, and
    looking through them again and again took a third of its time. What is in no cycle is freed at once anyway.

    While the program starts it makes little else than modules, which stay; so hardly ever until a file is open.
    """
    gc.set_threshold(500_000, 20, 20)


def _leave_out_what_stays() -> None:
    """Ends the start: the modules are never looked through again, each time a twentieth of a second in which the
    window would stand still. From then on the youngest are looked through in small lots, each of which takes a few
    thousandths of one; everything older is as seldom as before.
    """
    gc.freeze()
    gc.set_threshold(30_000, 66, 20)


def run_console(arguments: Sequence[str]) -> int:
    """Carries out a console command; returns the exit status."""
    from fundingapp.console.main import run

    return run(arguments, Assembly(), start_log())


def run_window(target: str | None, *, sample: bool = False, working_copy: bool = False) -> int:
    """Opens the window; returns the exit status, 3 where there is no display to open it on.

    *working_copy*: whatever it opens is worked on as a copy that is published back.
    """
    if not has_display(os.environ):
        sys.stderr.write(
            "There is no display here to open the window on. Type “fundingapp demo” for the whole job on the sample in "
            "the terminal, or “fundingapp --help” for every command.\n"
        )
        return 3
    start_log()
    from fundingapp.ui.shell import run

    starts = paths.user_data() / "starts.json"
    offices = Assembly(working_copy=working_copy)
    return run(offices, paths.resources(), target, sample=sample, starts=starts)
