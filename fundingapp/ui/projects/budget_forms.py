"""The forms of a project's budget over the year: its profile, and why it is off its budget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.budgets import GiveReason, SetProfile
from fundingapp.application.effect import Command
from fundingapp.application.queries.budgets import ProfileAnswer
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, period_name, short_period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.profiles import MONTHS, SEASONS, Shape, evenly, in_shape, pasted_months
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.money_edit import MoneyEdit

Do = Callable[[Command[None], str], object]


class ProfileForm(Form):
    """Spreads a project's budget over the months: a shape fills the twelve fields, which can be typed over or pasted
    into, and have to come to the budget."""

    def __init__(
        self,
        project: ProjectPosition,
        fund: FundId,
        year: FinancialYear,
        answer: ProfileAnswer,
        do: Do,
        cancel: Callable[[], object],
    ) -> None:
        super().__init__("Keep the profile", self._accepted, cancel)
        self._project, self._fund, self._year, self._answer, self._do = project, fund, year, answer, do
        self._typed = Shape.TYPED
        self._filling = False
        options = [Option("typed", "as typed below"), Option("even", self._even_words())]
        options += [Option(("season", name), f"seasonal: {name}") for name in SEASONS]
        if answer.last_year is not None:
            options.append(Option("last year", f"as {year.previous} was spent"))
        self._shape = self.choice("Shape", options, self._now())
        self._shape.currentIndexChanged.connect(lambda _at: self._fill())
        months = QWidget()
        grid = QGridLayout(months)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(2)
        self._fields: list[MoneyEdit] = []
        for month in range(1, MONTHS + 1):
            # Down the quarters: April to June stand under each other in the first of two columns.
            row, column = (month - 1) % 6, 2 * ((month - 1) // 6)
            caption = label(short_period_name(month), "caption")
            field = MoneyEdit(f"{period_name(month)}, £".capitalize())
            field.set_amount(answer.months[month - 1])
            field.field.textEdited.connect(lambda _text: self._edited())
            field.field.returnPressed.connect(self._go)
            caption.setBuddy(field)
            grid.addWidget(caption, row, column)
            grid.addWidget(field, row, column + 1)
            self._fields.append(field)
        self.add("Months, £", months)
        paste = QWidget()
        line = QHBoxLayout(paste)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button("Paste 12 or 4 cells", self._paste))
        line.addStretch(1)
        self._put(paste)
        self._foot = label("", "note", wrap=True)
        self._foot.setAccessibleName("Footing")
        self._put(self._foot)
        self._rest = self.choice(
            "Put the difference on",
            [Option(None, "no month")]
            + [Option(month, period_name(month)) for month in range(1, MONTHS + 1)],
        )
        self._rest.currentIndexChanged.connect(lambda _at: self._say_foot())
        self._say_foot()

    def _put(self, widget: QWidget) -> None:
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 2, widget)

    def _now(self) -> object:
        return {Shape.EVEN: "even", Shape.LAST_YEAR: "last year"}.get(
            self._answer.shape or Shape.EVEN, "typed"
        )

    def _even_words(self) -> str:
        first, last = self._answer.runs
        if (first, last) == (1, MONTHS):
            return "even over the year"
        return f"even, {period_name(first)} to {period_name(last)}"

    def _fill(self) -> None:
        """The fields show what the chosen shape makes of the budget."""
        budget, answer = self._answer.budget, self._answer
        match self._shape.key:
            case "even":
                months = evenly(budget, *answer.runs)
            case "last year" if answer.last_year is not None:
                months = in_shape(budget, answer.last_year)
            case ("season", str() as name):
                months = budget.share(SEASONS[name])
            case _:
                return
        self._show(months)

    def _show(self, months: tuple[Money, ...]) -> None:
        for field, month in zip(self._fields, months, strict=True):
            field.set_amount(month)
        self._say_foot()

    def _edited(self) -> None:
        """A month was typed: from now on the months are what is typed."""
        self._typed = Shape.TYPED
        self._choose_typed()
        self._say_foot()

    def _choose_typed(self) -> None:
        self._shape.blockSignals(True)
        self._shape.choose("typed")
        self._shape.blockSignals(False)

    def _paste(self) -> None:
        try:
            months = pasted_months(QGuiApplication.clipboard().text())
        except ExpectedError as error:
            self.say(f"{error.message} {error.advice}")
            return
        self.say("")
        self._typed = Shape.PASTED
        self._choose_typed()
        self._show(months)

    def _months(self) -> list[Money] | None:
        found = []
        for field in self._fields:
            text = field.field.text()
            if not field.is_valid:
                return None
            found.append(Money.parse(text) if text.strip() else Money.ZERO)
        return found

    def _say_foot(self) -> None:
        months = self._months()
        if months is None:
            self._foot.setText("A month is not an amount yet.")
            return
        apart = self._answer.budget - Money.total(months)
        if not apart:
            self._foot.setText(f"The months come to the budget, {self._answer.budget.in_words}.")
            return
        way = "missing from" if apart > Money.ZERO else "more than"
        month = self._rest.key
        goes = f"; it goes on {period_name(month)}" if isinstance(month, int) else ""
        self._foot.setText(f"{abs(apart).in_words} {way} the budget of {self._answer.budget.in_words}{goes}.")

    def _accepted(self) -> str:
        for field in self._fields:
            if field.field.text().strip() and amount_of(field) is None:
                return f"{field.field.accessibleName().removesuffix(', £')} is not an amount."
        months = self._months()
        if months is None:
            return "Type each month in pounds and pence."
        project = self._project
        head = (project.project_id, self._fund, project.kind, self._year)
        match self._shape.key:
            case "even":
                command = SetProfile(*head, Shape.EVEN)
            case "last year":
                command = SetProfile(*head, Shape.LAST_YEAR)
            case ("season", str() as name):
                command = SetProfile(*head, Shape.SEASONAL, weights=SEASONS[name])
            case _:
                rest = self._rest.key
                if Money.total(months) != self._answer.budget and not isinstance(rest, int):
                    return self._foot.text() + " Change a month, or put the difference on one."
                command = SetProfile(
                    *head,
                    self._typed,
                    tuple(months),
                    difference_on=rest if isinstance(rest, int) else None,
                )
        self._do(command, f"Profile {project.ref}")
        return ""


class ReasonForm(Form):
    """Says why a project is off its budget as at the end of a period; the return takes it in."""

    def __init__(
        self,
        project: ProjectPosition,
        fund: FundId,
        year: FinancialYear,
        do: Do,
        cancel: Callable[[], object],
    ) -> None:
        super().__init__("Keep the reason", self._accepted, cancel)
        self._project, self._fund, self._year, self._do = project, fund, year, do
        self._why: QLineEdit = self.text(
            "Why it differs", project.reason, "for example post filled in September"
        )
        self._period: DropDown = self.choice(
            "As at the end of",
            [Option(period, period_name(period)) for period in range(1, project.to_period + 1)],
            project.to_period,
        )
        apart = project.variance
        way = "over" if apart > Money.ZERO else "under"
        self.note(
            f"Forecast {abs(apart).in_words} {way} its budget; the agreement's tolerance is "
            f"{project.tolerance_percent.normalize():f}%. Returns of this period and later ones state the reason."
        )

    def _accepted(self) -> str:
        period = self._period.key
        if not self._why.text().strip() and not self._project.reason:
            return "Say why it differs."
        project = self._project
        self._do(
            GiveReason(
                project.project_id,
                self._fund,
                project.kind,
                self._year,
                period if isinstance(period, int) else project.to_period,
                self._why.text(),
            ),
            f"Say why {project.ref} differs",
        )
        return ""
