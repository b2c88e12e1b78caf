"""What pages share: the open file's desk, the writer and readers, the workspace and the chosen grant's position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fundingapp.application.effect import Command, Effect, Question
from fundingapp.domain.errors import NotFoundError
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.jobs.runner import Job, JobRunner
from fundingapp.ui.page import Context
from fundingapp.ui.settings import Settings

if TYPE_CHECKING:
    from fundingapp.application.desk import Desk
    from fundingapp.application.offices import OpenFile
    from fundingapp.application.queries.areas import ProjectsInAnswer
    from fundingapp.application.queries.positions import PositionAnswer
    from fundingapp.application.queries.workspace import Grant, Workspace
    from fundingapp.domain.ids import ProjectId
    from fundingapp.domain.positions import GrantPosition, ProjectPosition

Answer = TypeVar("Answer")
Result = TypeVar("Result")


class FileChooser:
    """Asks the user for files; remembers the folder. Tests put another in its place."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def _start(self) -> str:
        return str(self._settings.last_folder or Path.home())

    def to_open(self, parent: QWidget, caption: str, kinds: str) -> Path | None:
        """The file to read; None when the user thought better of it. *kinds* as in “Ledger (*.xlsx *.csv)”."""
        name, _ = QFileDialog.getOpenFileName(parent, caption, self._start(), kinds)
        return self._chosen(name)

    def several_to_open(self, parent: QWidget, caption: str, kinds: str) -> tuple[Path, ...]:
        """The files to read, in one folder; none when the user thought better of it."""
        names, _ = QFileDialog.getOpenFileNames(parent, caption, self._start(), kinds)
        return tuple(path for name in names if (path := self._chosen(name)) is not None)

    def to_save(self, parent: QWidget, caption: str, name: str, kinds: str) -> Path | None:
        """Where to write; Qt has asked already whether an existing file may go. None: thought better of it."""
        chosen, _ = QFileDialog.getSaveFileName(parent, caption, str(Path(self._start()) / name), kinds)
        return self._chosen(chosen)

    def to_folder(self, parent: QWidget, caption: str) -> Path | None:
        """A folder to read from or to write to; None when the user thought better of it."""
        name = QFileDialog.getExistingDirectory(parent, caption, self._start())
        return self._chosen(name)

    def _chosen(self, name: str) -> Path | None:
        if not name:
            return None
        path = Path(name)
        self._settings.last_folder = path.parent
        return path


class Office(QObject):
    """The open file for the window's pages. Everything that writes goes through :meth:`do`, everything that reads
    through :meth:`ask` (off the window's thread) or, for a page of table rows while painting, :meth:`fetch`."""

    workspace_changed = Signal(object)  # Workspace, or None when no file is open
    position_changed = Signal(object)  # PositionAnswer of the chosen grant, or None
    saved = Signal()  # a command was carried out and stands in the file
    work_begins = Signal()  # something is about to be written or read on the writer's thread
    suggesting_changed = Signal(object)  # whether suggestions are being worked out
    district_changed = Signal(object)  # ProjectsInAnswer of the chosen district, or None for all
    grant_wanted = Signal(object, object)  # FundId, FinancialYear: a grant that was just recorded
    backups_wanted = Signal()  # the list of backups is to be shown
    go_wanted = Signal(object)  # Target, from what is no page of its own
    told = Signal(object)  # Message, from what is no page of its own
    told_over = Signal(str)  # the messages that begin so are over
    inspect_wanted = Signal(object)  # InspectorPage, one step further, from what is no page of its own
    inspect_over = Signal(object)  # the subject of an InspectorPage that is done with

    def __init__(self, runner: JobRunner, asker: Asker, settings: Settings) -> None:
        super().__init__()
        self.runner = runner
        self.asker = asker
        self.settings = settings
        self.files = FileChooser(settings)
        self._opened: OpenFile | None = None
        self._workspace: Workspace | None = None
        self._position: PositionAnswer | None = None
        self._suggesting = False
        self._district: ProjectsInAnswer | None = None

    @property
    def suggesting(self) -> bool:
        """Whether suggestions are being worked out, so that those shown may be about to change."""
        return self._suggesting

    def set_suggesting(self, suggesting: bool) -> None:
        self._suggesting = suggesting
        self.suggesting_changed.emit(suggesting)

    @property
    def opened(self) -> OpenFile | None:
        return self._opened

    @property
    def is_read_only(self) -> bool:
        return self._opened is None or bool(self._opened.notice)

    @property
    def desk(self) -> Desk:
        """The open file's desk; only asked for while a file is open."""
        if self._opened is None:
            raise AssertionError("no file is open")
        return self._opened.desk

    @property
    def workspace(self) -> Workspace | None:
        """The file at a glance, as last asked."""
        return self._workspace

    @property
    def position(self) -> PositionAnswer | None:
        """The chosen grant's position over its whole ledger, as last asked."""
        return self._position

    @property
    def district(self) -> ProjectsInAnswer | None:
        """The district that lists of projects are filtered by, with its projects; None: no filter."""
        return self._district

    def set_district(self, district: ProjectsInAnswer | None) -> None:
        """Filters the lists of projects; the grant's own figures stay whole."""
        if district != self._district:
            self._district = district
            self.district_changed.emit(district)
            self.position_changed.emit(self._position)

    def listed(self, position: GrantPosition) -> tuple[ProjectPosition, ...]:
        """The projects of *position* that lists show: those of the chosen district, or all."""
        district = self._district
        if district is None:
            return position.projects
        return tuple(each for each in position.projects if each.project_id in district.projects)

    def lists(self, project: ProjectId | None) -> bool:
        """Whether lists show what belongs to *project*; what is no project's stands in no district."""
        return self._district is None or project in self._district.projects

    def listed_in_words(self, position: GrantPosition) -> str:
        """What a list that is filtered has to say: “3 of 17 projects, those in Charnwood”; "" when it is not."""
        return self.some_in_words([each.project_id for each in position.projects], "projects")

    def some_in_words(self, projects: Sequence[ProjectId], what: str) -> str:
        """As :meth:`listed_in_words`, of a list of which each row is one of *projects* and is called *what*."""
        district = self._district
        if district is None:
            return ""
        shown = [each for each in projects if each in district.projects]
        partly = sum(each in district.partly for each in shown)
        some = f", {partly:,} of them only in part, counted whole" if partly else ""
        return f"{len(shown):,} of {len(projects):,} {what}, those in {district.area}{some}"

    def set_opened(self, opened: OpenFile | None) -> None:
        self._opened = opened
        self.set_workspace(None)
        # Before the district, whose end shows the position anew: there is nothing left to ask of.
        self.set_position(None)
        self.set_district(None)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self.workspace_changed.emit(workspace)

    def set_position(self, position: PositionAnswer | None) -> None:
        self._position = position
        self.position_changed.emit(position)

    def grant(self, context: Context) -> Grant | None:
        """The grant that *context* chooses: the fund of its filter, or the first of the year."""
        if self._workspace is None or context.year is None:
            return None
        grants = [grant for grant in self._workspace.grants if grant.year == context.year]
        for grant in grants:
            if grant.fund_id == context.funder:
                return grant
        return grants[0] if grants else None

    def do(
        self,
        command: Command[Result],
        name: str,
        done: Callable[[Effect[Result]], object] | None = None,
    ) -> Job:
        """Has *command* carried out on the writer's thread under *name* (“Import the ledger”).

        *done* is called here with its effect when it succeeded. A refusal is shown by the window, and the pages are
        told what changed.
        """
        desk = self.desk
        self.work_begins.emit()
        job = self.runner.submit(name, lambda progress: desk.do(command, progress))
        job.succeeded.connect(lambda _effect: self.saved.emit())
        job.succeeded.connect(self.tell_followed)
        if done is not None:
            job.succeeded.connect(done)
        return job

    def tell_followed(self, effect: Effect[Any] | None) -> None:
        """Says what came of a command by itself: a certificate that is void, a return that is a draft again."""
        from fundingapp.ui.theme import Tone
        from fundingapp.ui.widgets.message_bar import Message

        for said in effect.followed if effect is not None else ():
            self.told.emit(Message(said, "", Tone.ATTENTION))

    def ask(
        self,
        key: str,
        question: Question[Answer],
        answered: Callable[[Answer], object],
        owner: QObject | None = None,
        pause_ms: int = 0,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Has *question* answered off the window's thread; the newest of a *key* wins."""
        desk = self.desk
        self.asker.ask(key, lambda: desk.ask(question), answered, failed, pause_ms, owner)

    def ask_of_grant(
        self, key: str, question: Question[Answer], answered: Callable[[Answer], object], owner: QObject
    ) -> None:
        """As :meth:`ask`, of a grant that may just have been taken back: then there is nothing to show, and the
        frame, which asks for the file's grants after every change, says so."""

        def failed(error: Exception) -> None:
            if not isinstance(error, NotFoundError):
                self.asker.failed.emit(error)

        self.ask(key, question, answered, owner, failed=failed)

    def fetch(self, question: Question[Answer]) -> Answer:
        """The answer at once, for rows that are just being painted; for questions of a few milliseconds only."""
        return self.desk.ask(question)

    def work(
        self, name: str, task: Callable[[Any], Result], done: Callable[[Result], object] | None = None
    ) -> Job:
        """Has *task* (given a Progress) done on the writer's thread: long reading with progress and Cancel."""
        self.work_begins.emit()
        job = self.runner.submit(name, task)
        if done is not None:
            job.succeeded.connect(done)
        return job
