"""What every page is: told when it is shown, what changed, and what the window filters by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from fundingapp.application.effect import Topic
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.inspector import InspectorPage
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.message_bar import Message


@dataclass(frozen=True, slots=True)
class Context:
    """What holds across pages: the year, and a funder or district (None: all)."""

    year: FinancialYear | None = None
    funder: object = None
    district: object = None


@dataclass(frozen=True, slots=True)
class Target:
    """A place to go: a page, and something on it that the page knows how to show."""

    page: str
    subject: object = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its name (see :mod:`fundingapp.application.queries.why`), as a subject or a link."""

    name: str


class Page(QWidget):
    """The base of the pages. Lay out into :attr:`body`; the window gives the margins.

    The page scrolls when its content needs more room than there is, so give what should stay readable a
    minimum size.

    The window calls :meth:`set_context` before the page is first shown and whenever the year or a filter
    changes; :meth:`shown` each time the page comes to the front; :meth:`refresh` when topics changed, at once
    when the page is in front and otherwise just before it is next shown; :meth:`go_to` with the subject of a
    :class:`Target`.
    """

    message_raised = Signal(object)  # Message: shown above the page
    inspect_requested = Signal(object)  # InspectorPage: a new beginning; None closes the panel
    inspect_deeper_requested = Signal(object)  # InspectorPage: one step further
    panel_close_requested = Signal()  # the inspector is no longer needed
    why_requested = Signal(object)  # a subject that the window's explainer understands
    go_requested = Signal(object)  # Target
    selection_summarised = Signal(object)  # SelectionSummary: shown in the status bar

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.context = Context()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setProperty("kind", "plain")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(scroll)
        content = QWidget()
        content.setProperty("kind", "plain")
        scroll.setWidget(content)
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(3 * STEP)

    def set_context(self, context: Context) -> None:
        """Takes the window's filters; override to ask again, and call this first."""
        self.context = context

    def shown(self) -> None:
        """The page has come to the front."""

    def refresh(self, topics: Topic) -> None:
        """Something in *topics* changed; ask again for what is shown."""

    def go_to(self, subject: object) -> None:
        """Shows *subject*, which came with a :class:`Target`."""

    def link_followed(self, link: object) -> None:
        """A line of the inspector that this page filled was opened."""

    def panel_closed(self) -> None:
        """The inspector was closed, by the user or because another page comes to the front."""

    def primary_focus(self) -> QWidget | None:
        """Where the keyboard should be when the page comes to the front; None leaves it where it is."""
        return None

    def panel_focus(self) -> QWidget | None:
        """Where F6 leads in the inspector while this page fills it; None: its first control."""
        return None

    def say(self, message: Message) -> None:
        """Shows *message* above the page."""
        self.message_raised.emit(message)

    def inspect(self, page: InspectorPage) -> None:
        """Shows *page* in the inspector."""
        self.inspect_requested.emit(page)


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page as the window registers it. *factory* is called when the page is first shown.

    Pages with the same *group* (Money, Difference, Reporting; empty for the first) stand together in the
    rail; one *at_foot* stands at the bottom of it.
    """

    id: str
    title: str
    icon: str
    factory: Callable[[], Page]
    group: str = ""
    at_foot: bool = False
    #: Its views (id and title), for Go to anything.
    views: Sequence[tuple[str, str]] = ()
