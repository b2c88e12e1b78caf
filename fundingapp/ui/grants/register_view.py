"""Views that list what a grant has, with the chosen row and its forms in the inspector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fundingapp.application.effect import Topic
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.views import GrantView


class RegisterView(GrantView):
    """A list of one grant. After each answer the row that is wanted, or was shown, is shown as it is now; where it is
    gone, the inspector closes. *topics* are those after which the list is asked for again."""

    def __init__(
        self,
        id: str,
        title: str,
        office: Office,
        table: TableView,
        model: ListTableModel[Any],
        topics: Topic,
    ) -> None:
        super().__init__(id, title, office)
        self.table = table
        self._model = model
        self._topics = topics
        self._position: GrantPosition | None = None
        self._wanted: object = None
        self._shown: object = None
        table.current_row_changed.connect(self._row_changed)
        table.row_activated.connect(self._activated)

    def ask(self, position: GrantPosition) -> None:
        """Asks for the rows of the grant at *position*; the answer goes to :meth:`show_rows`."""

    def open(self, row: Any) -> None:
        """Shows *row* in the inspector, with what may be done with it."""

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Shows *rows* in the list, and the one in the inspector anew."""
        self._model.set_rows(rows)
        key = self._wanted if self._wanted is not None else self._shown
        row = next((each for each in rows if self._model.key_of(each) == key), None)
        if self._wanted is not None and row is not None:
            self.table.select_key(key)
        self._wanted = None
        if row is not None:
            self._open(row)
        elif self._shown is not None:
            self.close_panel()

    def want(self, key: object) -> None:
        """Asks anew, and shows the row of that key."""
        self._wanted = key
        self._ask()

    def show_form(self, title: str, build: Callable[[], Form]) -> None:
        """Opens a form in the inspector."""
        self.inspect_deeper_requested.emit(InspectorPage(title, [WidgetBlock(build)], ("form", title)))

    def leave_form(self) -> None:
        """Closes the inspector; the keyboard is in the list again."""
        self.close_panel()
        focus = self.first_focus()
        if focus is not None:
            focus.setFocus()

    def _ask(self) -> None:
        if self._position is not None:
            self.ask(self._position)

    def _open(self, row: Any) -> None:
        self._shown = self._model.key_of(row)
        self.open(row)

    def _row_changed(self, row: object) -> None:
        if row is not None and self.table.hasFocus():
            self._open(row)

    def _activated(self, row: object) -> None:
        if row is not None:
            self._open(row)

    # What the page calls

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & self._topics:
            self._ask()

    def panel_closed(self) -> None:
        self._shown = None
