"""The Spend page: the ledger, and in its place for a while the review of a download, the imports or the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fundingapp.application.commands.imports import Imported, ImportLedger
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.downloads import (
    Download,
    ReadDownload,
    read_again,
)
from fundingapp.application.queries.previews import ImportPreview, PreviewImport
from fundingapp.application.queries.rules import Rules
from fundingapp.application.queries.workspace import GrantAnswer, GrantDetail
from fundingapp.application.wording import count
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.matching import CodingRule
from fundingapp.domain.periods import Period
from fundingapp.ui.explain import BeginImport, ShowAdjustments, ShowLine, ShowLines
from fundingapp.ui.office import Office
from fundingapp.ui.page import Context, Page
from fundingapp.ui.spend.adjustments import AdjustmentsView
from fundingapp.ui.spend.columns import Words
from fundingapp.ui.spend.findings_view import FindingsView
from fundingapp.ui.spend.import_review import ImportReview, ReviewState
from fundingapp.ui.spend.imports import ImportsView
from fundingapp.ui.spend.layouts import LayoutsView
from fundingapp.ui.spend.ledger import LedgerView
from fundingapp.ui.spend.rules import RulesView
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.spend.totals import totals_in_words
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.page_head import PageHead

if TYPE_CHECKING:
    from fundingapp.application.desk import Desk
    from fundingapp.application.progress import Progress

#: Of a download with more rows the raw cells are not kept while it is looked at: they would fill the memory.
KEPT_ROWS = 200_000
DOWNLOADS = "Ledger downloads (*.xlsx *.xlsm *.xls *.xlsb *.ods *.csv *.txt *.tsv)"


class SpendPage(Page):
    """Joins the views; reads downloads and imports them."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office
        self._words = Words(who=office.opened.who if office.opened is not None else "")
        self._review: ImportReview | None = None
        self._question = ReadDownload(Path())
        #: The private copies that are being looked at; they go with the page, also when the window is closed over it.
        self._copies: set[Path | None] = set()
        self.destroyed.connect(partial(_drop, self._copies))
        self._stack = ViewStack()
        self.body.addWidget(self._stack, 1)
        self.head = PageHead("Spend")
        self._imports_button = button("Imports…", self.show_imports)
        self._rules_button = button("Rules…", self.show_rules)
        self._adjustments_button = button("Adjustments…", self.show_adjustments)
        self._findings_button = button("Findings…", self.show_findings)
        self._import_button = primary_button("Import ledger…", self.choose_download, icon="import")
        for made in (
            self._imports_button,
            self._rules_button,
            self._adjustments_button,
            self._findings_button,
            self._import_button,
        ):
            self.head.add(made)
        self._import_button.setEnabled(not office.is_read_only)
        self.ledger = LedgerView(office, self._words)
        self.ledger.state_changed.connect(lambda sentence: self.head.set_state(str(sentence)))
        self.ledger.said.connect(self.message_raised)
        self.ledger.inspect_requested.connect(self.inspect_requested)
        self.ledger.deeper_requested.connect(self.inspect_deeper_requested)
        self.ledger.selection_summarised.connect(self.selection_summarised)
        self.ledger.import_requested.connect(self.choose_download)
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        column.addWidget(self.head)
        column.addWidget(self.ledger, 1)
        self._lines = lines
        self.imports = ImportsView(office)
        self.imports.show_requested.connect(self.go_to)
        self.imports.layouts_requested.connect(self.show_layouts)
        self.imports.said.connect(self.message_raised)
        self.layouts = LayoutsView(office)
        self.layouts.said.connect(self.message_raised)
        self.layouts.back_requested.connect(self.show_imports)
        self.rules = RulesView(office, self._words)
        self.rules.said.connect(self.message_raised)
        self.adjustments = AdjustmentsView(office)
        self.adjustments.said.connect(self.message_raised)
        self.adjustments.inspect_requested.connect(self.inspect_requested)
        self.adjustments.inspect_deeper_requested.connect(self.inspect_deeper_requested)
        self.adjustments.go_requested.connect(self.go_requested)
        self.rules.show_requested.connect(self.go_to)
        self.findings = FindingsView(office)
        self.findings.said.connect(self.message_raised)
        self._stack.addWidget(lines)
        for view in (self.imports, self.rules, self.adjustments, self.findings):
            view.back_requested.connect(self.show_ledger)
            self._stack.addWidget(view)
        self._stack.addWidget(self.layouts)
        self._ask_words(Topic.EVERYTHING)

    @property
    def review(self) -> ImportReview | None:
        """The review of a download that is going on."""
        return self._review

    # The views

    def show_ledger(self) -> None:
        """The lines again; a review that was going on ends, and nothing was kept."""
        self._end_review()
        self._stack.setCurrentWidget(self._lines)
        self.ledger.first_focus().setFocus()

    def show_imports(self) -> None:
        self.imports.start()
        self._show_view(self.imports)

    def show_layouts(self) -> None:
        self.layouts.refresh()
        self._show_view(self.layouts)

    def show_rules(self) -> None:
        self.rules.refresh()
        self._show_view(self.rules)

    def show_adjustments(self) -> None:
        self.adjustments.refresh()
        self._show_view(self.adjustments)

    def show_findings(self) -> None:
        self._show_view(self.findings)

    def _show_view(self, view: SubView) -> None:
        self.inspect_requested.emit(None)
        self._stack.setCurrentWidget(view)
        view.first_focus().setFocus()

    # What the window says

    def set_context(self, context: Context) -> None:
        super().set_context(context)
        self.ledger.set_year(context.year)
        self.adjustments.set_context(context)
        if self._stack.currentWidget() is self.adjustments:
            self.adjustments.refresh()
        self.findings.set_year(context.year)

    def refresh(self, topics: Any) -> None:
        if topics & (Topic.RULES | Topic.PROJECTS | Topic.GRANTS):
            self._ask_words(topics)
        shown = Topic.LEDGER | Topic.CHARGES | Topic.PROJECTS | Topic.GRANTS | Topic.RULES | Topic.SUGGESTIONS
        if topics & shown:
            self.ledger.refresh()
        shown_by_rules = Topic.RULES | Topic.CHARGES | Topic.LEDGER | Topic.PROJECTS
        if topics & shown_by_rules and self._stack.currentWidget() is self.rules:
            self.rules.refresh()
        if self._stack.currentWidget() is self.adjustments:
            self.adjustments.refresh()
        if topics & (Topic.LEDGER | Topic.CHARGES) and self._stack.currentWidget() is self.findings:
            self.findings.refresh()
        if topics & Topic.LEDGER and self._stack.currentWidget() is self.imports:
            self.imports.refresh()
        if topics & Topic.LAYOUTS and self._stack.currentWidget() is self.layouts:
            self.layouts.refresh()

    def go_to(self, subject: object) -> None:
        if isinstance(subject, ShowAdjustments):
            self.show_adjustments()
            return
        if not isinstance(subject, ShowLines | ShowLine | BeginImport | str):
            return
        if self._stack.currentWidget() is not self._lines:
            self.show_ledger()
        match subject:
            case ShowLines():
                self.ledger.show_lines(subject)
            case ShowLine():
                self.ledger.show_line(LineId(subject.line))
            case BeginImport():
                # The page comes to the front first, so that the dialog stands over it.
                QTimer.singleShot(0, self, self.choose_download)
            case str():
                self.ledger.show_words(subject)

    def primary_focus(self) -> QWidget | None:
        view = self._stack.currentWidget()
        return view.first_focus() if isinstance(view, SubView) else self.ledger.first_focus()

    def panel_focus(self) -> QWidget | None:
        return self.ledger.panel_focus

    # Names for the table

    def _ask_words(self, topics: Topic) -> None:
        if topics & Topic.RULES:
            self._office.ask("spend.words.rules", Rules(), self._take_rules, self)
        workspace = self._office.workspace
        if topics & (Topic.PROJECTS | Topic.GRANTS) and workspace is not None and workspace.grants:
            grant = workspace.grants[0]
            question = GrantDetail(grant.fund_id, grant.year)
            self._office.ask_of_grant("spend.words.projects", question, self._take_projects, self)

    def _take_rules(self, rules: list[Kept[CodingRule]]) -> None:
        self._words.rules = {kept.id: kept.value.short_name for kept in rules}
        self._words.orders = [kept.value.order for kept in rules]
        self.ledger.repaint_rows()

    def _take_projects(self, answer: GrantAnswer) -> None:
        self._words.projects = {kept.value.ref: kept.value.name for kept in answer.projects}
        self._words.refs = {kept.id: kept.value.ref for kept in answer.projects}
        self.ledger.repaint_rows()

    # Import

    def choose_download(self) -> None:
        """Asks for a ledger download and reads it."""
        path = self._office.files.to_open(self, "Import ledger", DOWNLOADS)
        if path is not None:
            self._read(ReadDownload(path, keep_rows=True))

    def _read(self, question: ReadDownload, state: ReviewState | None = None) -> None:
        """Reads a download and shows its review; *state* is what was typed and chosen so far."""
        desk = self._office.desk

        def read(progress: Any) -> ImportPreview:
            return _previewed(desk, desk.ask(question, progress), progress)

        def show(preview: ImportPreview) -> None:
            self._question = question
            self._show_review(state, preview)

        self._begin_reading()
        job = self._office.work(f"Read {question.path.name}", read, show)
        job.ended.connect(self._reading_ended)

    def _read_otherwise(self, **asked: Any) -> None:
        """Reads the file again with another table, sheet or encoding; what was said of the columns of one table is
        not said of another's."""
        if self._review is not None:
            anew: dict[str, Any] = asked if "encoding" in asked else {"columns": (), "period": None, **asked}
            self._read(replace(self._question, **anew), self._review.state)

    def _read_again(self, meanings: object) -> None:
        """Shows the download with other meanings of its columns, or with the period that its lines belong to."""
        review, desk = self._review, self._office.desk
        if review is None:
            return
        download, state = review.preview.download, review.state
        changed: dict[int, Meaning] = meanings if isinstance(meanings, dict) else {}
        period = meanings if isinstance(meanings, Period) else None
        # The newest word counts, so it comes last.
        said = dict(self._question.columns)
        for at, meaning in changed.items():
            said.pop(f"column {at + 1}", None)
            said[f"column {at + 1}"] = meaning
        question = replace(
            self._question, columns=tuple(said.items()), period=period or self._question.period
        )

        def read(progress: Any) -> ImportPreview:
            if not download.raw:  # of a very large file the rows were not kept
                return _previewed(desk, desk.ask(question, progress), progress)
            return desk.ask(PreviewImport(read_again(download, changed, period)), progress)

        def show(preview: ImportPreview) -> None:
            self._question = question
            self._show_review(state, preview)

        self._begin_reading()
        job = self._office.work(f"Read {download.name}", read, show)
        job.failed.connect(lambda _error: self._show_again(review))
        job.ended.connect(self._reading_ended)

    def _show_again(self, review: ImportReview) -> None:
        """Shows the download as it was before a meaning that could not be."""
        if self._review is review:
            self._show_review(review.state, review.preview)

    def _begin_reading(self) -> None:
        self._import_button.setEnabled(False)
        if self._review is not None:
            self._review.set_busy(True)

    def _reading_ended(self, _job: object) -> None:
        self._import_button.setEnabled(not self._office.is_read_only)
        if self._review is not None:
            self._review.set_busy(False)

    def _show_review(self, state: ReviewState | None, preview: ImportPreview) -> None:
        copy = preview.download.copy.path
        self._end_review(keeping=copy)
        rules, settings = len(self._words.rules), self._office.settings
        review = ImportReview(preview, rules, settings, datetime.now(UTC).astimezone().date(), state)
        review.back_requested.connect(self.show_ledger)
        review.import_requested.connect(self._import)
        review.tables_requested.connect(lambda numbers: self._read_otherwise(tables=numbers, sheet=None))
        review.sheet_requested.connect(lambda sheet: self._read_otherwise(tables=(), sheet=str(sheet)))
        review.encoding_requested.connect(lambda encoding: self._read_otherwise(encoding=str(encoding)))
        review.meanings_requested.connect(self._read_again)
        review.period_requested.connect(self._read_again)
        self._review = review
        self._copies.add(copy)
        self._stack.addWidget(review)
        self._show_view(review)
        if state is not None and state.column is not None:
            review.focus_column(state.column)

    def _end_review(self, keeping: Path | None = None) -> None:
        if self._review is not None:
            _drop(self._copies - {keeping})
            self._copies &= {keeping}
            self._stack.removeWidget(self._review)
            self._review.hide()
            self._review.deleteLater()
            self._review = None

    def _import(self, command: object) -> None:
        review = self._review
        if review is None or not isinstance(command, ImportLedger):
            return
        review.set_busy(True)
        job = self._office.do(command, f"Import {command.download.name}", partial(self._imported, command))
        job.ended.connect(lambda _job: self._import_ended(review))

    def _import_ended(self, review: ImportReview) -> None:
        if self._review is review:  # refused or stopped: it can be decided otherwise
            review.set_busy(False)

    def _imported(self, command: ImportLedger, effect: Effect[Imported]) -> None:
        imported, parsed = effect.result, command.download.parsed
        if imported.repeated:
            self.say(Message(imported.findings[-1].text, "", Tone.ATTENTION))
        else:
            totals = totals_in_words(parsed.total, parsed.stated_total, command.control_total)
            changed = len(imported.reworded) + len(imported.amount_changed) + len(imported.vanished)
            news = [f"{count(imported.new, 'new line')}"]
            if imported.unchanged:
                news.append(f"{imported.unchanged:,} unchanged")
            if changed:
                news.append(f"{count(changed, 'changed line')} to look at")
            if command.apply_rules:
                news.append(f"{count(imported.placed, 'line')} placed by the rules")
            self.say(
                Message(
                    f"Import checked: {imported.rows_read:,} rows read = {imported.kept:,} kept + "
                    f"{imported.skipped:,} skipped; {totals}.",
                    f"{', '.join(news)}.",
                    Tone.GOOD,
                )
            )
        self.show_ledger()


def _previewed(desk: Desk, download: Download, progress: Progress) -> ImportPreview:
    """What importing *download* would do; its copy goes when that can't be told. Many rows are not kept."""
    try:
        preview = desk.ask(PreviewImport(download), progress)
    except BaseException:
        download.copy.path.unlink(missing_ok=True)
        raise
    if download.parsed.rows_read > KEPT_ROWS:
        preview = replace(preview, download=replace(download, raw=()))
    return preview


def _drop(copies: Iterable[Path | None], *_args: object) -> None:
    for path in list(copies):
        if path is not None:
            path.unlink(missing_ok=True)
