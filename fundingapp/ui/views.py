"""Pages of several views of one grant: the views are chosen in the head, and each has its own buttons there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.ui.inspector import InspectorPage
from fundingapp.ui.office import Office
from fundingapp.ui.office_page import GrantPage
from fundingapp.ui.page import Figure, Target
from fundingapp.ui.tables.columns import SelectionSummary
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.page_head import PageHead
from fundingapp.ui.widgets.segmented import Segmented


class ViewStack(QStackedWidget):
    """Needs no more room than the view that is shown; Qt's own needs room for the largest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(lambda _at: self.updateGeometry())

    # Qt overrides

    def sizeHint(self) -> QSize:
        view = self.currentWidget()
        return super().sizeHint() if view is None else view.sizeHint()

    def minimumSizeHint(self) -> QSize:
        view = self.currentWidget()
        return super().minimumSizeHint() if view is None else view.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """Qt would ask every view how high it is, the tallest of which would make the page scroll."""
        return False


class GrantView(QWidget):
    """One view of a page. Lay out into :attr:`body`; put buttons into :attr:`buttons` before the page takes it in.

    *id* is what :class:`Target` subjects begin with, *title* what the choice in the head calls it.
    """

    message_raised = Signal(object)  # Message
    inspect_requested = Signal(object)  # InspectorPage
    inspect_deeper_requested = Signal(object)  # InspectorPage
    panel_close_requested = Signal()
    why_requested = Signal(object)  # Figure
    go_requested = Signal(object)  # Target
    selection_summarised = Signal(object)  # SelectionSummary
    state_changed = Signal(str)  # the sentence beside the heading while this view is shown
    pill_changed = Signal(
        object
    )  # (text, Tone, sign) beside the heading while this view is shown; ("",) for none
    people_changed = Signal(str)  # who is behind that sentence, shown when the pointer rests on it

    def __init__(self, id: str, title: str, office: Office) -> None:
        super().__init__()
        self.id = id
        self.title = title
        self.office = office
        self.buttons: list[QWidget] = []
        self._withheld: set[QWidget] = set()
        self._is_in_front = False
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(3 * STEP)

    def show_position(self, answer: PositionAnswer) -> None:
        """The chosen grant, or its position, is known anew; only called while the view is shown."""

    def refresh(self, topics: Topic) -> None:
        """Something in *topics* changed; only called while the view is shown."""

    def go_to(self, subject: object) -> None:
        """Shows *subject*, which came with a :class:`Target` of this view."""

    def link_followed(self, link: object) -> None:
        """A line of the inspector that this view filled was opened."""

    def panel_closed(self) -> None:
        """The inspector was closed."""

    def first_focus(self) -> QWidget | None:
        """Where the keyboard is when the view comes up."""
        return None

    def put_list(
        self, card: Card, table: TableView, model: ListTableModel[Any], empty: EmptyState
    ) -> QStackedWidget:
        """Lays *card* into the body, with *table* of *model* in it, and *empty* to be shown while that has no rows: the
        first and the second of the stack."""
        table.set_model(model)
        table.selection_summarised.connect(self.selection_summarised)
        stack = ViewStack()
        for each in (table, empty):
            stack.addWidget(each)
        card.add(stack, 1)
        self.body.addWidget(card, 1)
        return stack

    def offer(self, button: QWidget, offered: bool) -> None:
        """Shows or withholds one of :attr:`buttons`; while another view is in front, all of them are out of sight,
        whatever is answered meanwhile."""
        (self._withheld.discard if offered else self._withheld.add)(button)
        button.setVisible(offered and self._is_in_front)

    def bring_to_front(self, front: bool) -> None:
        """The page shows this view, or another one, with its buttons."""
        self._is_in_front = front
        for each in self.buttons:
            each.setVisible(front and each not in self._withheld)

    def say(self, message: Message) -> None:
        """Shows *message* above the page."""
        self.message_raised.emit(message)

    def inspect(self, page: InspectorPage) -> None:
        """Shows *page* in the inspector."""
        self.inspect_requested.emit(page)

    def close_panel(self) -> None:
        self.panel_close_requested.emit()

    def ask_why(self, figure: str) -> None:
        """Opens the inspector on the figure of that name."""
        self.why_requested.emit(Figure(figure))

    def go(self, page: str, subject: object = None) -> None:
        """Asks the window to bring another page to the front."""
        self.go_requested.emit(Target(page, subject))


@dataclass(frozen=True, slots=True)
class ViewLater:
    """A view that *make* makes when it is first chosen, so that the page is there at once; *id* and *title* are the
    view's."""

    id: str
    title: str
    make: Callable[[], GrantView]


class ViewChooser(QWidget):
    """The views of a page side by side; in a list that opens where there is no room for that."""

    chosen = Signal(object)  # the view's id

    def __init__(self, name: str, options: Sequence[Option]) -> None:
        super().__init__()
        self._parts = Segmented(name, options)
        self._list = DropDown(name)
        self._list.set_options(options)
        self._list.setMinimumContentsLength(max(len(option.text) for option in options))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._parts)
        row.addWidget(self._list)
        row.addStretch(1)
        self._list.hide()
        self._parts.chosen.connect(self._chosen)
        self._list.activated.connect(lambda _at: self.choose(self._list.key))

    @property
    def key(self) -> object:
        return self._parts.key

    def choose(self, key: object) -> None:
        """Chooses the view of that id, and says so when it is another."""
        self._parts.choose(key)

    def _chosen(self, key: object) -> None:
        self._list.choose(key)
        self.chosen.emit(key)

    # Qt overrides

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._parts.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = self.width() >= self._parts.sizeHint().width()
        self._parts.setVisible(fits)
        self._list.setVisible(not fits)


class ViewsPage(GrantPage):
    """A page of views. A :class:`Target` subject of ``(view id, subject)`` chooses the view and hands it the rest."""

    def __init__(
        self,
        office: Office,
        title: str,
        empty: EmptyState,
        views: Sequence[GrantView | ViewLater],
        always: Sequence[QWidget] = (),
    ) -> None:
        """*always* stands in the head whichever view is shown, before the view's own buttons."""
        super().__init__(office, empty)
        self.head = PageHead(title)
        for control in always:
            self.head.add(control)
        #: The views that are made already, by their ids, and those that are made when they are first chosen.
        self.views: dict[str, GrantView] = {}
        self._later = {view.id: view for view in views if isinstance(view, ViewLater)}
        self._answer: PositionAnswer | None = None
        self._pills: dict[str, Any] = {}
        self._choice = ViewChooser(f"Views of {title}", [Option(view.id, view.title) for view in views])
        self._choice.chosen.connect(self._chosen)
        self._stack_of_views = ViewStack()
        self.content.addWidget(self.head)
        self.content.addWidget(self._choice)
        self._choice.setVisible(len(views) > 1)
        # Before there is anything in it: Qt looks through the styles of all that is inside what is laid out.
        self.content.addWidget(self._stack_of_views, 1)
        for view in views:
            if isinstance(view, GrantView):
                self._take_in(view)
        self._make_chosen()
        self._show_buttons()

    def _take_in(self, view: GrantView) -> None:
        self.views[view.id] = view
        self._stack_of_views.addWidget(view)
        for each in view.buttons:
            self.head.add(each)
        view.message_raised.connect(self.message_raised)
        view.inspect_requested.connect(self.inspect_requested)
        view.inspect_deeper_requested.connect(self.inspect_deeper_requested)
        view.panel_close_requested.connect(self.panel_close_requested)
        view.why_requested.connect(self.why_requested)
        view.go_requested.connect(self.go_requested)
        view.selection_summarised.connect(self.selection_summarised)
        view.state_changed.connect(partial(self._state_changed, view))
        view.people_changed.connect(partial(self._people_changed, view))
        view.pill_changed.connect(partial(self._pill_changed, view))

    def _make_chosen(self) -> None:
        later = self._later.pop(str(self._choice.key), None)
        if later is not None:
            view = later.make()
            assert (view.id, view.title) == (later.id, later.title), "a view is called as it calls itself"
            self._take_in(view)

    @property
    def view(self) -> GrantView:
        """The view that is shown."""
        return self.views[str(self._choice.key)]

    def show_view(self, id: str) -> GrantView:
        """Chooses the view of that id, as the user would."""
        self._choice.choose(id)
        return self.view

    def _chosen(self, _key: object) -> None:
        self._make_chosen()
        self.panel_close_requested.emit()
        self.selection_summarised.emit(SelectionSummary(0))
        self._show_buttons()
        self.head.set_pill(*self._pills.get(self.view.id, ("",)))
        self._stack_of_views.setCurrentWidget(self.view)
        if self._answer is not None:
            self.view.show_position(self._answer)
        self.view.refresh(Topic.EVERYTHING)
        focus = self.view.first_focus()
        if focus is not None:
            focus.setFocus()

    def _state_changed(self, view: GrantView, sentence: str) -> None:
        # An answer may come when another view has been chosen meanwhile.
        if view is self.view:
            self.head.set_state(sentence)

    def _people_changed(self, view: GrantView, people: str) -> None:
        if view is self.view:
            self.head.set_state_tip(people)

    def _pill_changed(self, view: GrantView, pill: Any) -> None:
        self._pills[view.id] = pill
        if view is self.view:
            self.head.set_pill(*pill)

    def _show_buttons(self) -> None:
        for view in self.views.values():
            view.bring_to_front(view is self.view)

    def show_position(self, answer: PositionAnswer) -> None:
        self._answer = answer
        self.view.show_position(answer)

    def refresh(self, topics: Topic) -> None:
        super().refresh(topics)
        self.view.refresh(topics)

    def go_to(self, subject: object) -> None:
        match subject:
            case (str() as id, rest) if id in self.views or id in self._later:
                self.show_view(id).go_to(rest)
            case _:
                self.view.go_to(subject)

    def link_followed(self, link: object) -> None:
        self.view.link_followed(link)

    def panel_closed(self) -> None:
        self.view.panel_closed()

    def first_focus(self) -> QWidget | None:
        return self.view.first_focus()
