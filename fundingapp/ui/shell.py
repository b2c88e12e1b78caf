"""The window with an open file in it: opens and closes files, keeps the frame in step with what changes, and answers
“why?”."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from fundingapp import __version__
from fundingapp.application.effect import Effect, Topic
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ids import AreaId, FundId, IndicatorId, OutcomeId
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.actions import Action
from fundingapp.ui.application import Application
from fundingapp.ui.drafts import Drafts
from fundingapp.ui.frame.closed_strip import ClosedState
from fundingapp.ui.frame.grant_line import GrantFigure, GrantState
from fundingapp.ui.goto import Place
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.targets import ShowIndicator, ShowOutcome
from fundingapp.ui.page import Figure, PageSpec
from fundingapp.ui.safety.keeping import Keeping
from fundingapp.ui.safety.starts import STOOD_MS, Starts
from fundingapp.ui.settings import Settings
from fundingapp.ui.sharing.follow import Following
from fundingapp.ui.suggesting import Suggesting
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Segment
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

# The commands and questions are imported by the functions that need them: none is needed before the first paint,
# and together they would double the time to it.
if TYPE_CHECKING:
    from fundingapp.application.desk import Desk
    from fundingapp.application.offices import Offices, OpenFile
    from fundingapp.application.queries.areas import ProjectsInAnswer
    from fundingapp.application.queries.closing_glance import Closing
    from fundingapp.application.queries.explanations import Explanation
    from fundingapp.application.queries.positions import PositionAnswer
    from fundingapp.application.queries.search import Hit
    from fundingapp.application.queries.workspace import Workspace
    from fundingapp.application.sharing import ShareState, Sharing

FUNDING_FILES = "Funding files (*.funding)"


class Shell(QObject):
    """Joins the application's window to the offices that open files."""

    def __init__(self, application: Application, offices: Offices) -> None:
        super().__init__()
        self.application = application
        self.window = application.window
        self.offices = offices
        self.office = Office(application.runner, application.asker, application.settings)
        self._suggesting = Suggesting(self.office)
        self._keeping = Keeping(self.window, self.office, offices, self._close_file, self._open_restored)
        self._undo_busy = False
        self._wanted: tuple[FundId, FinancialYear] | None = None
        self._close_anyway = False
        self.following = Following(self.window, self.office, self._open_again)
        self.following.changed.connect(self._show_sharing)
        self._welcome = self._make_welcome()
        for spec in self._pages():
            self.window.add_page(spec)
        self.window.add_actions(self._actions())
        self.window.set_places(self.search)
        self.window.set_undo(None, None)
        self.window.why_requested.connect(self.explain)
        self.window.decision_wanted.connect(self._decide_about)
        self.window.context_changed.connect(lambda _context: self._context_changed())
        self.window.closing.connect(self._close_file_now)
        self.window.set_may_close(self._may_close)
        self.application.runner.changed.connect(self._changed)
        self.application.runner.ended.connect(lambda _job: self._show_undo())
        self.office.saved.connect(self._show_saved)
        self.office.grant_wanted.connect(self._want_grant)
        self.office.backups_wanted.connect(self._keeping.show_backups)
        self.office.go_wanted.connect(self.window.go_to)
        self.office.told.connect(self.window.show_message)
        self.office.told_over.connect(self.window.messages.take_back)
        self.office.inspect_wanted.connect(self.window.inspect_deeper)
        # Not before the form that is done with has come to its end.
        self.office.inspect_over.connect(self.window.leave_inspector, Qt.ConnectionType.QueuedConnection)
        self.show_welcome()

    def _pages(self) -> Sequence[PageSpec]:
        office = self.office

        # Each page's module is imported when the page is first shown, so that the window paints at once.
        def overview() -> Any:
            from fundingapp.ui.overview.page import OverviewPage

            return OverviewPage(office)

        def grants() -> Any:
            from fundingapp.ui.grants.page import GrantsPage

            return GrantsPage(office)

        def bids() -> Any:
            from fundingapp.ui.bids.page import BidsPage

            return BidsPage(office)

        def projects() -> Any:
            from fundingapp.ui.projects.page import ProjectsPage

            return ProjectsPage(office)

        def spend() -> Any:
            from fundingapp.ui.spend.page import SpendPage

            return SpendPage(office)

        def reconcile() -> Any:
            from fundingapp.ui.reconcile.page import ReconcilePage

            return ReconcilePage(office)

        def outcomes() -> Any:
            from fundingapp.ui.outcomes.page import OutcomesPage

            return OutcomesPage(office)

        def evidence() -> Any:
            from fundingapp.ui.evidence.page import EvidencePage

            return EvidencePage(office)

        def returns() -> Any:
            from fundingapp.ui.returns.page import ReturnsPage

            return ReturnsPage(office)

        def year_end() -> Any:
            from fundingapp.ui.yearend.page import YearEndPage

            return YearEndPage(office)

        def history() -> Any:
            from fundingapp.ui.history.page import HistoryPage

            return HistoryPage(office)

        def setup() -> Any:
            from fundingapp.ui.setup.page import SetupPage

            return SetupPage(office)

        return (
            PageSpec("overview", "Overview", "overview", overview),
            PageSpec("grants", "Grants", "grants", grants, "Money"),
            PageSpec("bids", "Bids", "bids", bids, "Money"),
            PageSpec("projects", "Projects", "projects", projects, "Money"),
            PageSpec("spend", "Spend", "spend", spend, "Money"),
            PageSpec("reconcile", "Reconcile", "reconcile", reconcile, "Money"),
            PageSpec(
                "outcomes",
                "Outcomes",
                "outcomes",
                outcomes,
                "Difference",
                views=(
                    ("indicators", "Indicators"),
                    ("chain", "Results chain"),
                    ("performance", "Published tables checked"),
                    ("safe-tables", "Safe tables"),
                    ("value", "Value"),
                    ("import", "Imports"),
                ),
            ),
            PageSpec(
                "evidence",
                "Evidence",
                "evidence",
                evidence,
                "Difference",
                views=(
                    ("papers", "Papers"),
                    ("gaps", "Gaps in the evidence"),
                    ("review", "Papers to review"),
                ),
            ),
            PageSpec(
                "returns",
                "Returns",
                "returns",
                returns,
                "Reporting",
                views=(
                    ("sent", "Sent and saved"),
                    ("templates", "Templates and mapping"),
                    ("partners", "Partners"),
                ),
            ),
            PageSpec(
                "year-end",
                "Year end",
                "year-end",
                year_end,
                "Reporting",
                views=(
                    ("chain", "The carry-forward chain"),
                    ("outturn", "Outturn"),
                    ("underspend", "Underspend and carry-forward"),
                ),
            ),
            PageSpec("history", "History", "history", history, "Reporting"),
            PageSpec("setup", "Settings", "settings", setup, at_foot=True),
        )

    def _actions(self) -> Sequence[Action]:
        return (
            Action("file.new", "New funding file…", "File", self.new_file, "Ctrl+N", "plus"),
            Action("file.open", "Open…", "File", self.choose_file, "Ctrl+O", "folder-open"),
            Action("file.sample", "Open the sample", "File", self.open_sample, "", "file"),
            Action("file.copy", "Save a copy…", "File", self._keeping.save_copy, "", "copy", 1),
            Action("file.backups", "Backups…", "File", self._keeping.show_backups, "", "history", 1),
            Action("file.import", "Import past years…", "File", self.import_years, "", "import", 1),
            Action("file.export", "Export everything…", "File", self.export_all, "", "export", 1),
            Action("file.check", "Check my file", "File", self.check_file, "", "check", 1),
            Action("file.close", "Close the window", "File", self.window.close, "Ctrl+Q", "close", 2),
            Action("edit.undo", "Undo", "Edit", self.undo, "Ctrl+Z", "undo"),
            Action("edit.redo", "Redo", "Edit", self.redo, "Ctrl+Y", "redo"),
            Action("help.about", "About Funding Tracker", "Help", self.about, "", "information"),
        )

    def _make_welcome(self) -> EmptyState:
        welcome = EmptyState(
            "grants",
            "Whose grant money do you look after?",
            "A funding file holds a partnership's grants, projects, ledger and returns, and reconciles them to the "
            "penny. Make one, open one, or look round the sample first: Charnwood's Locality Fund 2018/19.",
        )
        welcome.add_step("New funding file…", self.new_file)
        welcome.add_step("Open…", self.choose_file)
        welcome.add_step("Open the sample", self.open_sample)
        return welcome

    # Files

    def show_welcome(self) -> None:
        """What to do first, when no file is open."""
        self.window.set_file("Funding Tracker", "no file open")
        self.window.set_grant(None)
        self.window.set_status("No file is open")
        self.window.show_instead(self._welcome)
        self._welcome.setFocus()

    def choose_file(self) -> None:
        path = self.office.files.to_open(self.window, "Open a funding file", FUNDING_FILES)
        if path is not None:
            self.open_target(str(path))

    def new_file(self) -> None:
        """Asks for the partnership and a place, and opens the new file."""
        from fundingapp.ui.new_file import NewFileDialog

        dialog = NewFileDialog(self.office.files, self.window)
        dialog.accepted_with.connect(self._make_file)
        dialog.open()

    def _make_file(self, path: object, partnership: object) -> None:
        from fundingapp.application.commands.grants import SetUpPartnership

        if not isinstance(path, Path) or not isinstance(partnership, Partnership):
            return
        offices = self.offices

        def make(_progress: object) -> OpenFile:
            # Qt's file dialog has asked whether a file of that name may be replaced; ours never goes unasked, so the
            # refusal to overwrite stands and is shown.
            offices.create(path)
            opened = offices.open(str(path))
            opened.desk.do(SetUpPartnership(partnership))
            return opened

        self.office.work(f"Make {path.name}", make, self._opened)

    def open_target(self, target: str, *, accept_older: bool = False) -> None:
        """Opens a funding file, or a database by its URL; *accept_older*: also when it has gone back."""
        if self._is_open(target):
            return
        job = self.office.work(
            f"Open {Path(target).name}",
            lambda _progress: self._open(target, accept_older=accept_older),
            partial(self._opened_or_asked, target),
        )
        job.failed.connect(partial(self._keeping.offer_backups, target))

    def stay_safe(self, target: str | None) -> None:
        """Opens nothing, after two starts that went badly, and offers the check and the backups of *target*."""
        self._keeping.offer_safety(target)

    def _open(self, target: str, **how: bool) -> OpenFile | ExpectedError:
        """Opens *target*; a refusal that a person may overrule is given back instead of raised."""
        try:
            return self.offices.open(target, **how)
        except ExpectedError as error:
            if error.code != "went_back":
                raise
            return error

    def _opened_or_asked(self, target: str, made: object, then: Message | None = None) -> None:
        if not isinstance(made, ExpectedError):
            self._opened(made)
            if then is not None:
                self.window.show_message(then)
            return
        if self.office.opened is None:
            self.show_welcome()
        again = partial(self.open_target, target, accept_older=True)
        self.window.show_message(Message.of_error(made, "Open it as it is", again))

    def _open_again(self, then: Message | None = None, **how: bool) -> None:
        """Closes the open file and opens it again, as it lies in its place now; *then* is told when it is open."""
        opened = self.office.opened
        if opened is None:
            return
        self._forget_file()
        self.show_welcome()
        target = opened.place

        def again(_progress: object) -> OpenFile | ExpectedError:
            opened.close()
            return self._open(target, **how)

        def made(result: object) -> None:
            self._opened_or_asked(target, result, then)

        self.office.work(f"Open {opened.name}", again, made)

    def open_sample(self) -> None:
        """Opens the user's copy of the sample, made when it is missing."""
        from fundingapp.application.sample import FILE, make_sample

        offices = self.offices
        if self._is_open(str(offices.sample_folder() / FILE)):
            return

        def ready(_progress: object) -> OpenFile:
            target = offices.sample_folder() / FILE
            if not target.exists():
                make_sample(offices, offices.sample_folder(), filled=True)
            return offices.open(str(target))

        self.office.work("Open the sample", ready, self._opened)

    def _is_open(self, target: str) -> bool:
        """Whether *target* is the file that is open; says so, because opening it again would change nothing."""
        opened = self.office.opened
        if opened is None or "://" in target or Path(target).resolve() != Path(opened.place).resolve():
            return False
        if opened.held_by is not None:
            self._open_again()  # for what was published since, or to change it when it has come free
            return True
        self.window.show_message(Message(f"“{opened.name}” is open already."))
        return True

    def _opened(self, opened: object) -> None:
        from fundingapp.application.offices import OpenFile

        if not isinstance(opened, OpenFile):
            return
        self._close_file()
        self.office.set_opened(opened)
        self.window.forget_pages()
        if not opened.place.startswith("postgresql"):
            self.application.settings.remember_file(Path(opened.place))
        if opened.held_by is not None:
            self.following.tell_of_holder(opened.notice, opened.held_by)
        elif opened.notice:
            self.window.show_message(Message(opened.notice, "Nothing can be changed.", Tone.ATTENTION))
        for text, advice in opened.warnings:
            self.window.show_message(Message(text, advice, Tone.ATTENTION))
        self._close_anyway = False
        if not opened.notice:
            Drafts.use(Drafts(self.application.settings, opened.place, self._chosen_grant))
        self.following.follow(opened)
        self._show_undo()
        self._show_saved()
        self._ask_workspace()
        self._suggesting.want()
        self._keeping.file_opened()

    def _open_restored(self, target: str) -> None:
        """Opens a file whose place a backup has taken, which has therefore gone back."""
        offices = self.offices
        self.office.work(
            f"Open {Path(target).name}",
            lambda _progress: offices.open(target, accept_older=True),
            self._opened,
        )

    def _chosen_grant(self) -> str:
        """The chosen grant and year, for what is kept of forms about them."""
        position = self.office.position
        return f"{position.position.fund_id} {position.position.year}" if position is not None else ""

    def _forget_file(self) -> None:
        self._keeping.file_closed()
        Drafts.use(None)
        self.following.follow(None)
        self.office.set_opened(None)

    def _close_file(self) -> None:
        """Closes the file that is open because another takes its place; its publishing may take a while."""
        opened = self.office.opened
        if opened is None:
            return
        self._forget_file()
        if opened.sharing is None:
            opened.close()
            return
        self.office.work(
            f"Close {opened.name}", lambda _progress: opened.close(), lambda _: self._closed(opened)
        )

    def _close_file_now(self) -> None:
        opened = self.office.opened
        if opened is not None:
            self._forget_file()
            opened.close()

    def import_years(self) -> None:
        """Goes where past years come in, and asks for their workbook."""
        self._exchange("import")

    def export_all(self) -> None:
        """Goes where everything is written out, and asks where to."""
        self._exchange("export")

    def _exchange(self, what: str) -> None:
        if self.office.opened is None:
            self.window.show_message(Message("No file is open.", "Open one first, or make a new one."))
            return
        self.window.go_to("setup", ("exchange", what))

    def _closed(self, opened: OpenFile) -> None:
        if opened.sharing is not None and opened.sharing.state.why:
            self.window.show_message(self._unpublished(opened.name, opened.sharing.state))

    @staticmethod
    def _unpublished(name: str, state: ShareState) -> Message:
        return Message(
            f"“{name}” is not published: {state.why}.",
            "What you did is kept on this PC, and is brought over when you open the file here again.",
            Tone.ATTENTION,
        )

    def _may_close(self) -> bool:
        """Whether the window may close: what is saved here is published first, or the person knows that it is not."""
        opened = self.office.opened
        sharing = opened.sharing if opened is not None else None
        if opened is None or sharing is None or self._close_anyway:
            return True
        from fundingapp.application.sharing import Stage  # a window without a file closes without all this

        if sharing.state.stage not in (Stage.WAITING, Stage.NOT_YET):
            return True
        # A second wish to close is obeyed.
        self._close_anyway = True
        job = self.office.work(f"Publish {opened.name}", sharing.finish)
        job.ended.connect(lambda _job: self._finished(opened.name, sharing))
        return False

    def _finished(self, name: str, sharing: Sharing) -> None:
        from fundingapp.application.sharing import Stage

        state = sharing.state
        if state.stage is Stage.PUBLISHED:
            QTimer.singleShot(0, self.window, self.window.close)
        elif state.stage is Stage.NOT_YET:
            self.window.messages.take_back(f"“{name}” is not yet published:")
            said = self._unpublished(name, state)
            self.window.show_message(replace(said, action="Close all the same", do=self.window.close))

    def check_file(self) -> None:
        """Checks the database, the history's chain, the kept originals and every identity."""
        self._keeping.check()

    # Undo

    def undo(self) -> None:
        from fundingapp.application.desk import Desk

        self._turn("Undo", Desk.undo)

    def redo(self) -> None:
        from fundingapp.application.desk import Desk

        self._turn("Redo", Desk.redo)

    def _turn(self, verb: str, turn: Callable[[Desk, Any], Effect[Any] | None]) -> None:
        if self.office.opened is None or self._undo_busy:
            return
        desk = self.office.desk
        name = desk.undo_name if verb == "Undo" else desk.redo_name
        if name is None:
            return
        # One at a time: a key held down must not run past what the user has seen.
        self._undo_busy = True
        job = self.office.work(f"{verb} {name}", partial(turn, desk))
        job.succeeded.connect(self._show_saved)
        job.succeeded.connect(self.office.tell_followed)
        job.ended.connect(lambda _job: self._turned())

    def _turned(self) -> None:
        self._undo_busy = False

    def _show_undo(self) -> None:
        if self.office.opened is None:
            self.window.set_undo(None, None)
        else:
            self.window.set_undo(self.office.desk.undo_name, self.office.desk.redo_name)

    # What the frame shows

    def _changed(self, topics: object) -> None:
        # Suggestions change no figure of the frame.
        if isinstance(topics, Topic) and topics & ~Topic.SUGGESTIONS and self.office.opened is not None:
            self._ask_workspace()

    def _ask_workspace(self) -> None:
        from fundingapp.application.queries.workspace import WorkspaceOf

        self.office.ask("shell.workspace", WorkspaceOf(), self._show_workspace, self)

    def _show_workspace(self, workspace: Workspace) -> None:
        if self.office.opened is None:
            return
        self.office.set_workspace(workspace)
        window = self.window
        name = workspace.partnership.name if workspace.partnership else self.office.opened.name
        self._show_file(name)
        wanted, self._wanted = self._wanted, None
        window.set_years(workspace.years, wanted[1] if wanted is not None else None)
        window.set_districts([Option(id, name) for id, name in workspace.districts])
        self._show_funders()
        if wanted is not None:
            window.choose_funder(wanted[0])
        window.set_badge("spend", workspace.waiting + workspace.changed)
        self._show_alerts()
        if window.current_page is None:
            window.go_to("overview")
        self._ask_position()

    def _show_file(self, name: str) -> None:
        """The head of the rail: the partnership, the file, and whether it is saved where it belongs."""
        opened = self.office.opened
        if opened is None:
            return
        state = "read only" if self.office.is_read_only else "saved"
        if opened.sharing is not None and opened.sharing.state.why:
            state = "not published"
        self.window.set_file(name, f"{opened.name} · {state}")

    def _show_sharing(self, state: ShareState) -> None:
        from fundingapp.application.sharing import Stage

        if state.stage is Stage.WAITING:  # something new was saved
            self._close_anyway = False
        self._show_saved()
        workspace, opened = self.office.workspace, self.office.opened
        if workspace is not None and opened is not None:
            self._show_file(workspace.partnership.name if workspace.partnership else opened.name)

    def _show_alerts(self) -> None:
        """How many bids need looking at, of the year and fund that the filters choose."""
        workspace, context = self.office.workspace, self.window.context
        if workspace is not None:
            alerts = workspace.bid_alerts.items()
            here = [
                number
                for (fund, year), number in alerts
                if year == context.year and context.funder in (None, fund)
            ]
            self.window.set_badge("bids", sum(here))

    def _show_funders(self) -> None:
        workspace, year = self.office.workspace, self.window.context.year
        if workspace is None:
            return
        grants = [grant for grant in workspace.grants if grant.year == year]
        self.window.set_funders([Option(grant.fund_id, grant.fund) for grant in grants])

    def _want_grant(self, fund: FundId, year: FinancialYear) -> None:
        """Chooses a grant, one that was just recorded once the workspace knows it."""
        self._wanted = (fund, year)
        self._ask_workspace()

    def _context_changed(self) -> None:
        if self.office.opened is not None and self.office.workspace is not None:
            self._show_funders()
            self._show_alerts()
            self._ask_position()

    def _ask_evidence(self, fund: FundId | None) -> None:
        """How many gaps and papers wait on the page Evidence."""
        from fundingapp.application.queries.papers_glance import EvidenceWaiting

        question = EvidenceWaiting(self.window.context.year, fund)
        show = partial(self.window.set_badge, "evidence")
        self.office.ask_of_grant("shell.evidence", question, show, self)

    def _ask_position(self) -> None:
        from fundingapp.application.queries.positions import PositionOf

        self._ask_district()
        grant = self.office.grant(self.window.context)
        if grant is None:
            self.window.set_grant(None)
            self.window.set_closed(None)
            self.office.set_position(None)
            self._ask_evidence(None)
            return
        self.office.ask_of_grant(
            "shell.position", PositionOf(grant.fund_id, grant.year), self._show_position, self
        )
        self._ask_evidence(grant.fund_id)

    def _ask_district(self) -> None:
        from fundingapp.application.queries.areas import ProjectsIn

        context = self.window.context
        if not isinstance(context.district, int) or context.year is None:
            self.office.set_district(None)
            return
        question = ProjectsIn(AreaId(context.district), context.year)
        self.office.ask_of_grant("shell.district", question, self._show_district, self)

    def _show_district(self, answer: ProjectsInAnswer) -> None:
        if self.window.context.district is not None:  # it may have been taken away while this was asked
            self.office.set_district(answer)

    def _show_position(self, answer: PositionAnswer) -> None:
        self.office.set_position(answer)
        self.window.set_grant(grant_state(answer))
        self.window.set_badge("reconcile", sum(not identity.holds for identity in answer.identities))
        self._ask_year_end(answer)
        self._ask_missing(answer)

    def _ask_missing(self, answer: PositionAnswer) -> None:
        """How many figures quarters that are over lack."""
        from fundingapp.application.queries.results import FiguresMissing

        question = FiguresMissing(answer.position.year, answer.position.fund_id)
        self.office.ask_of_grant("shell.figures", question, self._show_missing, self)

    def _show_missing(self, missing: Sequence[object]) -> None:
        self.window.set_badge("outcomes", len(missing))

    def _ask_year_end(self, answer: PositionAnswer) -> None:
        """Whether the chosen year is closed, and once it is over, how much there is to do before it can be."""
        from fundingapp.application.queries.closing_glance import ClosingOf

        question = ClosingOf(answer.position.fund_id, answer.position.year)
        self.office.ask_of_grant("shell.year-end", question, self._show_year_end, self)

    def _show_year_end(self, closing: Closing) -> None:
        self.window.set_badge("year-end", closing.open)
        if closing.closed is None:
            self.window.set_closed(None)
            return
        of = closing.closed
        day = of.closed_at.astimezone().date()
        words = f"{of.year} is closed by {of.closed_by} on {day:%d/%m/%Y}: {of.reason}"
        reopen = None if self.office.is_read_only else partial(self.window.go_to, "year-end", "reopen")
        self.window.set_closed(ClosedState(words, reopen))

    def _show_saved(self) -> None:
        opened = self.office.opened
        if opened is None:
            return
        saved = "Read only" if self.office.is_read_only else f"Autosaved {datetime.now():%H:%M}"  # noqa: DTZ005 - shown in the user's own time
        kind = "team database" if opened.place.startswith("postgresql") else "SQLite file"
        if opened.sharing is not None:
            saved, kind = opened.sharing.state.in_words, "working copy"
        elif opened.reading is not None:
            kind = "copy of what was published"
        self.window.set_status(f"Signed in as {opened.who}", saved, self._keeping.words(), kind)

    # Why, and Go to anything

    def _decide_about(self, found: object) -> None:
        """Opens the form of the reason why what looks like personal data may go on."""
        from fundingapp.domain.personal_data import PersonalDataError

        if isinstance(found, PersonalDataError):
            from fundingapp.ui.deciding import decision_page

            self.window.inspect_deeper(decision_page(self.office, found))

    def explain(self, subject: object, deeper: bool = False) -> None:
        """Opens the inspector on a :class:`~fundingapp.ui.explain.Figure`."""
        from fundingapp.application.queries.why import Why

        if isinstance(subject, Figure) and self.office.opened is not None:
            self.office.ask("shell.why", Why(subject.name), partial(self._explained, deeper), self)

    def _explained(self, deeper: bool, explanation: Explanation) -> None:
        from fundingapp.ui.explain import page_of

        page = page_of(explanation, self.window.go_to)
        if deeper or self.window.inspector.page is not None:
            self.window.inspect_deeper(page)
        else:
            self.window.inspect(page)

    def search(self, words: str) -> Sequence[Place]:
        """Projects, suppliers, funds and figures for Go to anything; runs on a reader's thread."""
        from fundingapp.application.queries.search import Search

        if self.office.opened is None:
            return ()
        hits = self.office.desk.ask(Search(words, self.window.context.year))
        return [self._place(hit) for hit in hits]

    def _place(self, hit: Hit) -> Place:
        match hit.kind:
            case "project":
                return Place(
                    hit.title, hit.detail, "projects", partial(self.window.go_to, "projects", hit.target)
                )
            case "figure":
                return Place(
                    hit.title, f"Why? · {hit.detail}", "help", partial(self.explain, Figure(hit.target))
                )
            case "bid":
                go = partial(self.window.go_to, "bids", int(hit.target))
                return Place(hit.title, hit.detail, "bids", go)
            case "paper":
                go = partial(self.window.go_to, "evidence", ("papers", int(hit.target)))
                return Place(hit.title, hit.detail, "evidence", go)
            case "indicator":
                shown = ShowIndicator(IndicatorId(int(hit.target)))
                return Place(hit.title, hit.detail, "outcomes", partial(self.window.go_to, "outcomes", shown))
            case "outcome":
                found = ShowOutcome(OutcomeId(int(hit.target)))
                return Place(hit.title, hit.detail, "outcomes", partial(self.window.go_to, "outcomes", found))
            case "supplier":
                return Place(hit.title, hit.detail, "spend", partial(self.window.go_to, "spend", hit.target))
            case _:
                return Place(hit.title, hit.detail, "grants", partial(self.window.go_to, "grants"))

    def about(self) -> None:
        box = QMessageBox(self.window)
        box.setWindowTitle("About Funding Tracker")
        box.setText(f"Funding Tracker {__version__}")
        box.setInformativeText(
            "A partnership's grant money, reconciled to the penny: every figure answers “why?” down to its ledger "
            "lines."
        )
        box.open()


def grant_state(answer: PositionAnswer) -> GrantState:
    """The grant's equation for the grant line."""
    from fundingapp.application.wording import count

    position = answer.position
    name, year = position.fund.name, position.year

    def figure(before: str, amount: Any, after: str, measure: str) -> GrantFigure:
        return GrantFigure(before, amount, after, Figure(f"{name}/{year}/{measure}"), f"{measure} of {name}")

    number, hoped, awaited = len(position.projects), position.resources.indicative, position.not_agreed
    figures = [
        figure("", position.available, "available", "available"),
        *([figure("(+", hoped, "indicative)", "indicative")] if hoped else []),
        *[
            figure("(+", amount, f"{word}, not agreed)", f"not agreed/{word}")
            for word, amount in (
                ("forecast", awaited.forecast),
                ("anticipated", awaited.anticipated),
                ("requested", awaited.requested),
            )
            if amount
        ],
        figure("=", position.awarded, f"awarded to {count(number, 'project')}", "awarded"),
        figure("+", position.contingency, "contingency", "contingency"),
    ]
    if position.unallocated:
        figures.append(figure("+", position.unallocated, "not yet awarded", "unallocated"))
    figures.append(figure("·  spent", position.spent, "", "spend"))
    if answer.claimed:
        figures.append(figure("·  claimed", answer.claimed, "", "claimed"))
    spent = max(position.spent, type(position.spent).ZERO)
    rest = max(position.awarded - spent, type(spent).ZERO)
    segments = [
        Segment("Spent", spent, "accent"),
        Segment("Awarded, not yet spent", rest, "accent_pale"),
        Segment("Contingency and not yet awarded", position.contingency + position.unallocated, "attention"),
    ]
    pill = ""
    if awaited:
        segments.append(Segment("Not yet agreed, no money yet", awaited.total, "attention", is_hoped=True))
        pill = f"{awaited.total.in_words} not yet agreed"
    if answer.reconciled:
        verdict, tone, sign = "Reconciled to the penny", Tone.GOOD, "✓"
    else:
        verdict, tone, sign = f"{answer.unexplained.in_words} to explain", Tone.BAD, "≠"
    return GrantState(f"{name} {year}", figures, segments, verdict, tone, sign, pill)


def run(
    offices: Offices,
    resources: Path,
    target: str | None,
    *,
    sample: bool = False,
    settings: Settings | None = None,
    starts: Path | None = None,
) -> int:
    """Opens the window and, after its first paint, *target* or the sample; returns the exit status.

    *starts* is where the starts that went badly are counted: after two in a row no file is opened by itself (K08).
    """
    application = Application(["fundingapp"], resources, settings)
    shell = Shell(application, offices)
    counted = Starts(starts) if starts is not None else None
    unsafe = counted is not None and counted.begin()

    def begin() -> None:
        if counted is not None:
            QTimer.singleShot(STOOD_MS, shell, counted.stood)
        if unsafe:
            shell.stay_safe(target)
        elif sample:
            shell.open_sample()
        elif target is not None:
            shell.open_target(target)

    application.window.first_painted.connect(begin)
    status = application.run()
    if counted is not None:
        counted.stood()
    return status
