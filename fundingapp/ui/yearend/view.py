"""What the views of the Year end page share: the year that they show, and the forms that change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from fundingapp.application.commands.carry_forwards import AskCarryForward, Asked
from fundingapp.application.effect import Command, Effect
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.year_end import YearEndAnswer, YearEndOf
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import Block, InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.page import Target
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.message_bar import Message

PAPERS = "Papers (*)"
#: Forms with a line for each project want so much room.
WIDE = 420


class YearEndView(GrantView):
    """Asks for the end of its year, and carries out what its forms made."""

    year_known = Signal(object)  # YearEndAnswer: what the buttons in the head act on

    def __init__(self, id: str, title: str, office: Office) -> None:
        super().__init__(id, title, office)
        self._position: PositionAnswer | None = None
        self._year_end: YearEndAnswer | None = None
        #: What the inspector shows of this view's own, to be shown again when it changed; None: nothing.
        self._again: Callable[[], InspectorPage | None] | None = None
        self._on_the_way: tuple[Target, FinancialYear] | None = None
        office.position_changed.connect(self._arrived)

    # What is shown

    @property
    def fund(self) -> FundId:
        return self.position.position.fund_id

    @property
    def year(self) -> FinancialYear:
        """The year that is shown; by itself the one that the window's filter chooses."""
        return self.position.position.year

    @property
    def position(self) -> PositionAnswer:
        """The chosen grant; only asked for while there is one."""
        if self._position is None:
            raise AssertionError("no grant is chosen yet")
        return self._position

    @property
    def year_end(self) -> YearEndAnswer:
        """The end of the year that is shown; only asked for while something is."""
        if self._year_end is None:
            raise AssertionError("nothing is shown yet")
        return self._year_end

    @property
    def is_known(self) -> bool:
        return self._year_end is not None

    @property
    def can_change(self) -> bool:
        """Whether the year takes changes: it is open, and so is the file for writing."""
        return not self.office.is_read_only and self._year_end is not None and self._year_end.closed is None

    def show_position(self, answer: PositionAnswer) -> None:
        before = None if self._position is None else (self.fund, self._position.position.year)
        self._position = answer
        if before != (answer.position.fund_id, answer.position.year):
            self._again = None
            self.another_grant()
        self.ask()

    def another_grant(self) -> None:
        """Another grant or year was chosen in the window."""

    def ask(self) -> None:
        """Asks for everything that the view shows."""
        self.ask_year_end()

    def ask_year_end(self) -> None:
        question = YearEndOf(self.fund, self.year)
        self.office.ask_of_grant(f"year-end.{self.id}", question, self._known, self)

    def _known(self, answer: YearEndAnswer) -> None:
        self._year_end = answer
        self.show_year_end(answer)
        self.year_known.emit(answer)
        if self._again is not None:
            page = self._again()
            if page is None:
                self._again = None
                self.close_panel()
            else:
                self.inspect(page)

    def show_year_end(self, answer: YearEndAnswer) -> None:
        """The year's end is known anew."""

    def go_in_year(self, target: Target, year: FinancialYear) -> None:
        """Goes to *target* in *year*, which the window may have to step to first."""
        if year == self.position.position.year:
            self.go_requested.emit(target)
            return
        self._on_the_way = (target, year)
        self.office.grant_wanted.emit(self.fund, year)

    def _arrived(self, answer: object) -> None:
        if self._on_the_way is None or not isinstance(answer, PositionAnswer):
            return
        target, year = self._on_the_way
        self._on_the_way = None
        if answer.position.year == year:
            self.go_requested.emit(target)

    # The inspector

    def open_page(self, make: Callable[[], InspectorPage | None]) -> None:
        """Shows what *make* makes, and makes it anew after each change; None from it closes the panel."""
        page = make()
        if page is not None:
            self._again = make
            self.inspect(page)

    def show_once(self, page: InspectorPage) -> None:
        """Shows *page* as it is now; it is not made anew after a change."""
        self._again = None
        self.inspect(page)

    def open_form(
        self, title: str, build: Callable[[], Form], before: Sequence[Block] = (), *, wide: bool = False
    ) -> None:
        """Opens a form at the right, under *before*."""
        blocks = [*before, WidgetBlock(build)]
        self.show_once(InspectorPage(title, blocks, ("form", title), WIDE if wide else 0))

    def deeper_form(self, title: str, build: Callable[[], Form], *, wide: bool = False) -> Callable[[], None]:
        """What opens a form as the next step in the inspector."""

        def show() -> None:
            page = InspectorPage(title, [WidgetBlock(build)], ("form", title), WIDE if wide else 0)
            self.inspect_deeper_requested.emit(page)

        return show

    def panel_closed(self) -> None:
        self._again = None

    # What forms need

    def carry_out(self, command: Command[object], name: str) -> None:
        """Has what a form made carried out; the form goes when it succeeded."""

        def done(effect: Effect[object]) -> None:
            self.close_form()
            if isinstance(command, AskCarryForward) and isinstance(effect.result, Asked):
                for finding in effect.result.findings:
                    self.say(Message(finding, "", Tone.ATTENTION))

        self.office.do(command, name, done)

    def choose_paper(self) -> Path | None:
        """Asks the user for a file to attach; None when they thought better of it."""
        return self.office.files.to_open(self, "Attach a paper", PAPERS)

    def close_form(self) -> None:
        """Ends a form: what it was about is shown again, or the inspector closes."""
        page = self._again() if self._again is not None else None
        if page is not None:
            self.inspect(page)
        else:
            self.close_panel()
            focus = self.first_focus()
            if focus is not None:
                focus.setFocus()
