"""The window around the pages: rail, top bar, grant line, messages, inspector, status bar.

It computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.effect import Topic
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.actions import Action, Actions
from fundingapp.ui.frame.closed_strip import ClosedState, ClosedStrip
from fundingapp.ui.frame.grant_line import GrantLine, GrantState
from fundingapp.ui.frame.rail import Rail
from fundingapp.ui.frame.status_bar import StatusBar
from fundingapp.ui.frame.top_bar import TopBar
from fundingapp.ui.goto import GoTo, Place
from fundingapp.ui.inspector import WIDTH as INSPECTOR_WIDTH, Inspector, InspectorPage
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.jobs.runner import Job, JobRunner
from fundingapp.ui.page import Context, Figure, Page, PageSpec, Target
from fundingapp.ui.settings import Settings
from fundingapp.ui.tables.columns import SelectionSummary
from fundingapp.ui.theme import Theme, ThemeChoice, Tone
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.message_bar import Message, MessageBar

#: Below this width the rail shows icons only.
NARROW_BELOW = 1080
SMALLEST = QSize(880, 560)
#: Controls whose tops differ by less stand in one row.
_SAME_ROW = 12


def _is_stop(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    )


def _unscrolled(widget: QWidget, part: QWidget) -> QPoint:
    """Where *widget* stands in *part* while nothing is scrolled: what Tab scrolls into view must not change its way."""
    at = widget.mapTo(part, QPoint(0, 0))
    above = widget.parentWidget()
    while above is not None and above is not part:
        if isinstance(above, QScrollArea):
            at += QPoint(above.horizontalScrollBar().value(), above.verticalScrollBar().value())
        above = above.parentWidget()
    return at


def _box_of(widget: QWidget, part: QWidget) -> QWidget:
    """The box of *part* in which *widget* stands; itself where it stands in none."""
    box, above = widget, widget.parentWidget()
    while above is not None and above is not part:
        if above.property("kind") == "box":
            box = above
        above = above.parentWidget()
    return box


def _in_rows(widgets: Iterable[QWidget], part: QWidget) -> list[QWidget]:
    """*widgets* from the top, and from the left where their tops are about the same."""
    corner = {each: _unscrolled(each, part) for each in widgets}
    row_top = 0
    rows: dict[QWidget, int] = {}
    for each in sorted(corner, key=lambda each: corner[each].y()):
        if corner[each].y() > row_top + _SAME_ROW:
            row_top = corner[each].y()
        rows[each] = row_top
    return sorted(corner, key=lambda each: (rows[each], corner[each].x()))


#: What a lock refuses; the view of the locks has the way to reopen each.
_LOCKED = frozenset({"period_locked", "return_locked", "year_closed", "not_late"})
_LOCKS = Target("reconcile", ("locks", None))


class MainWindow(QMainWindow):
    """Pages are registered with :meth:`add_page` and made when they are first shown.

    *crashed* is given exceptions that are our own mistakes (see :mod:`fundingapp.ui.crash`).
    """

    first_painted = Signal()  # once, after the first paint: now slow imports may begin
    context_changed = Signal(object)  # Context
    why_requested = Signal(object)  # the subject of a figure
    page_shown = Signal(object)  # page id
    decision_wanted = Signal(object)  # the PersonalDataError that somebody has to decide about
    closing = Signal()  # the window is about to go; nothing runs any more

    def __init__(
        self,
        settings: Settings,
        runner: JobRunner,
        asker: Asker,
        crashed: Callable[[BaseException], object] | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.runner = runner
        self.asker = asker
        self._crashed = crashed
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, Page] = {}
        self._stale: dict[str, Topic] = {}
        self._without_context: set[str] = set()
        self._current = ""
        self._has_pages = True
        self._context = Context()
        self._painted = False
        self._is_closing = False
        self._may_close: Callable[[], bool] | None = None
        self._places: Callable[[str], Sequence[Place]] | None = None
        self.setWindowTitle("Funding Tracker")
        self.setMinimumSize(SMALLEST)
        self.actions_of_window = Actions(self)
        self._menu = QMenu(self)
        self._build()
        self._own_actions()
        runner.changed.connect(self.refresh)
        runner.ended.connect(self._job_ended)
        asker.failed.connect(self.show_error)
        if not settings.geometry.isEmpty() and self.restoreGeometry(settings.geometry):
            return
        self.resize(1440, 900)

    def _build(self) -> None:
        ground = QWidget()
        ground.setProperty("kind", "ground")
        across = QHBoxLayout(ground)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.rail = Rail()
        self.rail.page_requested.connect(self.go_to)
        self.rail.menu_requested.connect(self.open_menu)
        across.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        across.addLayout(column, 1)
        self.top_bar = TopBar()
        self.top_bar.filters_changed.connect(self._filters_changed)
        self.top_bar.search_requested.connect(self.open_go_to)
        self.grant_line = GrantLine()
        self.grant_line.why_requested.connect(self.why_requested)
        self.grant_line.verdict_pressed.connect(lambda: self.go_to("reconcile"))
        self.grant_line.awaited_pressed.connect(lambda: self.go_to("year-end"))
        self.closed_strip = ClosedStrip()
        self.messages = MessageBar()
        column.addWidget(self.top_bar)
        column.addWidget(self.grant_line)
        column.addWidget(self.closed_strip)
        column.addWidget(self.messages)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(12)
        self._splitter.setChildrenCollapsible(False)
        self.stack = QStackedWidget()
        # Pages scroll; without this the first step, which is wider, would keep a wide inspector from opening.
        self.stack.setMinimumWidth(320)
        self.inspector = Inspector()
        self.inspector.closed.connect(self._inspector_closed)
        self.inspector.link_followed.connect(self._link_followed)
        self._splitter.addWidget(self.stack)
        self._splitter.addWidget(self.inspector)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.splitterMoved.connect(self._inspector_resized)
        room = QVBoxLayout()
        room.setContentsMargins(20, 16, 20, 16)
        room.addWidget(self._splitter)
        column.addLayout(room, 1)
        self.status_bar = StatusBar(self.runner)
        self.status_bar.undo_pressed.connect(lambda: self._trigger("edit.undo"))
        self.status_bar.redo_pressed.connect(lambda: self._trigger("edit.redo"))
        column.addWidget(self.status_bar)
        self.setCentralWidget(ground)
        self._go_to = GoTo(self.asker, self)
        self._go_to.set_sources(self._near_places, self._far_places)

    def _own_actions(self) -> None:
        theme = Theme.current().choice
        self.add_actions(
            [
                Action("go.anything", "Go to anything…", "View", self.open_go_to, "Ctrl+K", "search", 0),
                *(
                    Action(
                        f"view.theme.{choice.value}",
                        words,
                        "View",
                        partial(self._set_theme, choice),
                        section=9,
                        choice="theme",
                        is_on=choice is theme,
                    )
                    for choice, words in (
                        (ThemeChoice.SYSTEM, "Light or dark as the system"),
                        (ThemeChoice.LIGHT, "Light"),
                        (ThemeChoice.DARK, "Dark"),
                    )
                ),
            ]
        )
        for keys, do in (("F10", self.open_menu), ("Esc", self._escape), ("F6", self._next_part)):
            QShortcut(QKeySequence(keys), self, do)

    # Pages

    def add_page(self, spec: PageSpec) -> None:
        """Puts a page into the rail and under Ctrl and the next digit (the one at the foot: Ctrl and the comma); it is
        made when it is first shown."""
        self._specs[spec.id] = spec
        self.rail.add_page(spec.id, spec.title, spec.icon, spec.group, spec.at_foot)
        number = sum(not each.at_foot for each in self._specs.values())
        keys = f"Ctrl+{number}" if number <= 9 else ""
        if spec.at_foot:
            keys = "Ctrl+,"
        action = Action(
            f"page.{spec.id}", spec.title, "View", lambda: self.go_to(spec.id), keys, spec.icon, 1
        )
        self.add_actions([action])

    def add_foot(self, title: str, icon: str, do: Callable[[], object]) -> None:
        """Puts an entry at the bottom of the rail: Settings, Help."""
        self.rail.add_foot(title, icon, do)

    def go_to(self, target: object, subject: object = None) -> None:
        """Brings a page to the front; *target* is its id or a :class:`Target`. Unknown ids are ignored."""
        if isinstance(target, Target):
            subject = target.subject
            target = target.page
        if not isinstance(target, str) or target not in self._specs or not self._has_pages:
            return
        page = self._page(target)
        if target != self._current:
            if self.inspector.page is not None:
                self.inspector.close_panel()
            self.status_bar.set_selection("")
        self._current = target
        self.stack.setCurrentWidget(page)
        self.rail.set_current(target)
        self._show_closed()
        self._catch_up(target)
        page.shown()
        if subject is not None:
            page.go_to(subject)
        focus = page.primary_focus()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page_shown.emit(target)

    @property
    def current_page(self) -> Page | None:
        return self._pages.get(self._current)

    def show_instead(self, widget: QWidget) -> None:
        """Shows *widget* where pages are, and no pages in the rail: what to do when no file is open."""
        if self.stack.indexOf(widget) < 0:
            self.stack.addWidget(widget)
        self._set_pages_shown(False)
        self._current = ""
        self.set_closed(None)
        self.rail.set_current("")
        self.inspector.close_panel()
        self.stack.setCurrentWidget(widget)

    def forget_pages(self) -> None:
        """Drops every page that was made: another file is opened, and they are made anew for it."""
        self._set_pages_shown(True)
        for page in self._pages.values():
            self.stack.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self._stale.clear()
        self._without_context.clear()
        self._current = ""
        self.inspector.close_panel()
        self.messages.clear()
        self.status_bar.set_selection("")

    def _set_pages_shown(self, shown: bool) -> None:
        self._has_pages = shown
        self.rail.set_pages_shown(shown)
        if not shown:
            self.top_bar.year.hide()
            self.top_bar.set_funders(())
        for id, spec in self._specs.items():
            self.actions_of_window.set_state(f"page.{id}", spec.title, shown)

    def refresh(self, topics: Topic) -> None:
        """Tells the page in front what changed, and keeps it for the others until they are shown."""
        for id, page in self._pages.items():
            if id == self._current:
                page.refresh(topics)
            else:
                self._stale[id] = self._stale.get(id, Topic.NOTHING) | topics

    def _page(self, id: str) -> Page:
        page = self._pages.get(id)
        if page is None:
            page = self._specs[id].factory()
            page.message_raised.connect(self.show_message)
            page.inspect_requested.connect(self.inspect)
            page.inspect_deeper_requested.connect(self.inspect_deeper)
            page.panel_close_requested.connect(self.inspector.close_panel)
            page.why_requested.connect(self.why_requested)
            page.go_requested.connect(self.go_to)
            page.selection_summarised.connect(self._selection_summarised)
            self._pages[id] = page
            self.stack.addWidget(page)
            page.set_context(self._context)
        return page

    def _catch_up(self, id: str) -> None:
        page = self._pages[id]
        if id in self._without_context:
            self._without_context.discard(id)
            page.set_context(self._context)
        topics = self._stale.pop(id, None)
        if topics is not None:
            page.refresh(topics)

    # What the frame shows

    @property
    def context(self) -> Context:
        return self._context

    def set_file(self, title: str, state: str) -> None:
        """The head of the rail: the partnership, and “charnwood.funding · saved”."""
        self.rail.file.set_file(title, state)
        self.setWindowTitle(f"{title} – Funding Tracker" if title != "Funding Tracker" else title)

    def set_years(self, years: Sequence[FinancialYear], year: FinancialYear | None = None) -> None:
        """The years of the file; the choice stays when it can, otherwise it is *year* or the latest."""
        before = self.top_bar.year.year
        self.top_bar.year.set_years(years, year or before)
        self.top_bar.year.setVisible(bool(years))
        if self.top_bar.year.year != before:
            self._filters_changed()

    def set_funders(self, funders: Sequence[Option]) -> None:
        self.top_bar.set_funders(funders)

    def choose_funder(self, key: object) -> None:
        """Chooses the funder of that key, as the filter would."""
        self.top_bar.funder.choose(key)

    def set_districts(self, districts: Sequence[Option]) -> None:
        self.top_bar.set_districts(districts)

    def set_grant(self, state: GrantState | None) -> None:
        """What the grant line says; None when there is no grant to speak of."""
        self.grant_line.set_state(state)

    def set_closed(self, state: ClosedState | None) -> None:
        """Says on every page that changes a grant that its year is closed; None: it is open."""
        self.closed_strip.set_state(state)
        self._show_closed()

    def _show_closed(self) -> None:
        spec = self._specs.get(self._current)
        edits = spec is not None and bool(spec.group)
        self.closed_strip.setVisible(edits and self.closed_strip.state is not None)

    def set_badge(self, page: str, count: int) -> None:
        """How many things wait for the user on *page*; nought shows nothing."""
        self.rail.set_badge(page, count)

    def set_status(self, *parts: str) -> None:
        """Who is signed in, when it was saved and backed up."""
        self.status_bar.set_words(*parts)

    def set_undo(self, undo: str | None, redo: str | None) -> None:
        """The names of what Undo and Redo would do; None when there is nothing."""
        self.actions_of_window.set_state("edit.undo", f"Undo {undo}" if undo else "Undo", undo is not None)
        self.actions_of_window.set_state("edit.redo", f"Redo {redo}" if redo else "Redo", redo is not None)
        self.status_bar.set_undo(undo, redo)

    def show_message(self, message: object) -> None:
        if isinstance(message, Message):
            self.messages.show_message(message)

    def show_error(self, error: object) -> None:
        """A refusal becomes a message; anything else is our own mistake."""
        if isinstance(error, ExpectedError):
            from fundingapp.domain.personal_data import PersonalDataError  # not before the first paint

            if error.code in _LOCKED and "reconcile" in self._specs:
                self.show_message(Message.of_error(error, "See the lock", partial(self.go_to, _LOCKS)))
            elif isinstance(error, PersonalDataError):
                why = partial(self.decision_wanted.emit, error)
                self.show_message(Message.of_error(error, "Say why it may go on…", why))
            else:
                self.show_message(Message.of_error(error))
        elif isinstance(error, BaseException):
            if self._crashed is None:
                raise error
            self._crashed(error)

    def inspect(self, page: object) -> None:
        """Opens the inspector on an :class:`InspectorPage`; None closes it."""
        if page is None:
            if self.inspector.page is not None:
                self.inspector.close_panel()
            return
        self._inspect(page, deeper=False)

    def inspect_deeper(self, page: object) -> None:
        """Opens *page* as the next step on the way that the inspector shows."""
        self._inspect(page, deeper=True)

    def leave_inspector(self, subject: object) -> None:
        """Goes one step back in the inspector if it shows what *subject* names; it closes when there is none."""
        if self.inspector.page is not None and self.inspector.page.subject == subject:
            self.inspector.back()

    def _inspect(self, page: object, deeper: bool) -> None:
        if not isinstance(page, InspectorPage):
            return
        was_hidden = self.inspector.isHidden()
        self.inspector.show_page(page, deeper)
        room = self._splitter.width()
        wide = min(page.width, room * 2 // 3)
        if was_hidden:
            width = max(wide, self.settings.inspector_width or min(INSPECTOR_WIDTH, room * 3 // 10))
            self._splitter.setSizes([max(1, room - width - 12), width])
        elif self.inspector.width() < wide:
            self._splitter.setSizes([max(1, room - wide - 12), wide])

    # Actions and Go to anything

    def add_actions(self, rows: Sequence[Action]) -> None:
        """Adds actions to the menus; only what is added is shown."""
        self.actions_of_window.add(rows)

    def set_places(self, search: Callable[[str], Sequence[Place]] | None) -> None:
        """How Go to anything finds projects, suppliers and figures; asked off the GUI thread."""
        self._places = search
        self._go_to.set_sources(self._near_places, self._far_places if search is not None else None)

    def set_may_close(self, may_close: Callable[[], bool]) -> None:
        """Asked before the window closes; when it says no, it has begun what has to be done before, and closes the
        window afterwards."""
        self._may_close = may_close

    def open_go_to(self) -> None:
        self._go_to.open_over(self)

    @property
    def go_to_box(self) -> GoTo:
        return self._go_to

    def open_menu(self) -> None:
        """The menu of the program, under the head of the rail."""
        for part in self._menu.findChildren(QMenu):
            part.deleteLater()
        self._menu.clear()
        self.actions_of_window.fill(self._menu)
        self._menu.popup(self.rail.file.mapToGlobal(QPoint(0, self.rail.file.height())))

    def _near_places(self) -> list[Place]:
        places = [
            Place(spec.title, f"{spec.group} page".strip().capitalize(), spec.icon, partial(self.go_to, id))
            for id, spec in self._specs.items()
            if self._has_pages
        ]
        places += [
            Place(title, f"{spec.title} page", spec.icon, partial(self.go_to, id, (view, None)))
            for id, spec in self._specs.items()
            if self._has_pages
            for view, title in spec.views
        ]
        for row in self.actions_of_window.rows:
            made = self.actions_of_window[row.id]
            if made.isEnabled() and not row.id.startswith(("page.", "go.")):
                words = made.text().replace("&&", "&")
                places.append(Place(words, f"{row.menu} command", row.icon or "chevron-right", made.trigger))
        return places

    def _far_places(self, words: str) -> Sequence[Place]:
        return self._places(words) if self._places is not None else ()

    # What happens

    def _filters_changed(self) -> None:
        bar = self.top_bar
        self._context = Context(bar.year.year, bar.funder.key, bar.district.key)
        for id, page in self._pages.items():
            if id == self._current:
                page.set_context(self._context)
            else:
                self._without_context.add(id)
        self.context_changed.emit(self._context)

    def _selection_summarised(self, summary: object) -> None:
        if isinstance(summary, SelectionSummary):
            self.status_bar.set_selection(summary.in_words)

    def _link_followed(self, link: object) -> None:
        if isinstance(link, Target):
            self.go_to(link)
        elif isinstance(link, Figure):
            self.why_requested.emit(link)
        elif self.current_page is not None:
            self.current_page.link_followed(link)

    def _inspector_resized(self) -> None:
        self.settings.inspector_width = self.inspector.width()

    def _inspector_closed(self) -> None:
        page = self.current_page
        if page is not None:
            page.panel_closed()
        focus = page.primary_focus() if page is not None else None
        if focus is not None:
            focus.setFocus()

    def _job_ended(self, job: object) -> None:
        if not isinstance(job, Job):
            return
        if job.error is not None:
            self.show_error(job.error)
        elif job.stop_came_too_late:
            name = job.name[:1].lower() + job.name[1:]
            self.show_message(
                Message(
                    f"It was too late to stop “{name}”: it is done.",
                    "Undo takes it back when that is still possible.",
                    Tone.ATTENTION,
                )
            )

    def _trigger(self, action: str) -> None:
        if action in self.actions_of_window:
            self.actions_of_window[action].trigger()

    def _set_theme(self, choice: ThemeChoice) -> None:
        self.settings.theme = choice
        Theme.current().set_choice(choice)

    def _escape(self) -> None:
        if self.inspector.page is not None:
            self.inspector.close_panel()

    def _next_part(self) -> None:
        """F6: from rail to page to inspector and back."""
        focus: QWidget | None = self.focusWidget()  # Qt's stubs forget that nothing may have the focus
        in_rail = focus is not None and self.rail.isAncestorOf(focus)
        in_inspector = focus is not None and self.inspector.isAncestorOf(focus)
        page = self.current_page
        if in_rail and page is not None:
            (page.primary_focus() or page).setFocus(Qt.FocusReason.ShortcutFocusReason)
            if page.primary_focus() is None:
                page.focusNextChild()
        elif not in_inspector and self.inspector.page is not None:
            target = page.panel_focus() if page is not None else None
            inside = [stop for stop in self._stops() if self.inspector.isAncestorOf(stop)]
            if target is None and inside:
                target = inside[0]
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self._current:
            self.rail.button(self._current).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _stops(self) -> list[QWidget]:
        """Everything that Tab reaches, in reading order: part by part, box by box, in each from the top and the left.

        Qt's own order is that in which widgets were made; what is made later (pages, lists, charts) would come last.
        """
        stops: list[QWidget] = []
        parts = (
            self.rail,
            self.top_bar,
            self.grant_line,
            self.closed_strip,
            self.messages,
            self.stack,
            self.inspector,
        )
        for part in (*parts, self.status_bar):
            boxes: dict[QWidget, list[QWidget]] = {}
            for each in part.findChildren(QWidget):
                if _is_stop(each):
                    boxes.setdefault(_box_of(each, part), []).append(each)
            for box in _in_rows(boxes, part):
                stops += _in_rows(boxes[box], part)
        return stops

    def _close_when_idle(self) -> None:
        self.runner.idle.disconnect(self._close_when_idle)
        self.close()

    # Qt overrides

    def focusNextPrevChild(self, next: bool) -> bool:
        stops = self._stops()
        if not stops:
            return False
        focus: QWidget | None = self.focusWidget()
        while focus is not None and focus not in stops:
            focus = focus.parentWidget()  # an editor within a table, for example
        at = stops.index(focus) if focus is not None else (-1 if next else 0)
        to = stops[(at + (1 if next else -1)) % len(stops)]
        to.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        above = to.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(to)
            above = above.parentWidget()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if not self._painted and isinstance(event, QPaintEvent):
            self._painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)
        return done

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.runner.is_busy:
            event.ignore()
            if not self._is_closing:
                self._is_closing = True
                self.runner.cancel_all()
                self.runner.idle.connect(self._close_when_idle)
                self.show_message(
                    Message("Stopping the work in hand, then closing.", "Nothing is left half done.")
                )
            return
        if self._may_close is not None and not self._may_close():
            event.ignore()
            return
        self.settings.geometry = self.saveGeometry()
        self.settings.save()
        self.closing.emit()
        super().closeEvent(event)
