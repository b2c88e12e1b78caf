"""What can be done with the results chain from either view of it: each opens a form at the right, and keeps what it
makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fundingapp.application.commands.outcomes import ChangeMilestone, RemoveMilestone, RemoveOutcome
from fundingapp.application.commands.results import ChangeIndicator, RemoveIndicator
from fundingapp.application.effect import Command
from fundingapp.application.ports import Kept
from fundingapp.application.queries.areas import AllPlaces, PlaceAnswer
from fundingapp.application.queries.chains_of_results import ChainsAnswer, ChainsOf
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.indicators import StandardSets
from fundingapp.application.queries.plan import PlanSetup, PlanSetupAnswer
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.domain.ids import AreaId, IndicatorId, MilestoneId, OutcomeId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.standard_sets import StandardSet
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.move_form import today
from fundingapp.ui.outcomes import forms
from fundingapp.ui.views import GrantView


@dataclass(frozen=True, slots=True)
class _Known:
    """What the forms offer to choose from."""

    projects: tuple[tuple[ProjectId, str], ...]
    outcomes: tuple[Kept[Outcome], ...]


def _place_names(places: tuple[PlaceAnswer, ...]) -> tuple[tuple[AreaId, str], ...]:
    """The places of the file to choose from, each with the one that it lies in."""
    return tuple(
        (
            AreaId(each.kept.id),
            f"{each.kept.value.name} ({each.parent})" if each.parent else each.kept.value.name,
        )
        for each in places
    )


class ChainActions:
    """Of one view, which shows the forms and knows the chosen grant."""

    def __init__(self, view: Any) -> None:
        self._view: GrantView = view

    @property
    def _position(self) -> PositionAnswer:
        position: PositionAnswer = getattr(self._view, "position")  # noqa: B009 - both views have it
        return position

    @property
    def _year(self) -> FinancialYear:
        return self._position.position.year

    # What the forms need

    def carry_out(self, command: Command[object], name: str) -> None:
        """Has what a form made carried out; the form goes when it succeeded."""
        self._view.office.do(command, name, lambda _effect: self.close_form())

    def close_form(self) -> None:
        """The form goes, and the keyboard back to the list."""
        self._view.close_panel()
        focus = self._view.first_focus()
        if focus is not None:
            focus.setFocus()

    def _with_choices(self, then: Callable[[_Known], None]) -> None:
        """Asks for the projects and outcomes that there are, and goes on."""
        projects = {
            each.project_id: f"{each.ref} {each.project.name}"
            for each in self._position.position.projects
            if each.ref
        }

        def known(answer: ChainsAnswer) -> None:
            then(_Known(tuple(projects.items()), answer.outcomes))

        question = ChainsOf(self._year, self._position.position.fund_id)
        self._view.office.ask_of_grant("outcomes.choices", question, known, self._view)

    def _open(self, title: str, build: Callable[[], Form], width: int = 0) -> None:
        self._view.inspect(InspectorPage(title, [WidgetBlock(build)], ("form", title), width))

    # Outcomes

    def add_outcome(self, project: ProjectId | None = None) -> None:
        self._outcome(None, project)

    def change_outcome(self, kept: Kept[Outcome]) -> None:
        self._outcome(kept, kept.value.project)

    def _outcome(self, kept: Kept[Outcome] | None, project: ProjectId | None) -> None:
        def known(choices: _Known) -> None:
            def planned(setup: PlanSetupAnswer) -> None:
                themes = [(ThemeId(each.id), each.value.title) for each in setup.themes]
                priorities = [
                    (PriorityId(each.id), f"{each.value.code} {each.value.title}".strip())
                    for each in setup.priorities
                ]
                title = "Add an outcome" if kept is None else kept.value.name
                self._open(
                    title,
                    lambda: forms.outcome_form(self, kept, choices.projects, themes, priorities, project),
                )

            self._view.office.ask("outcomes.plan", PlanSetup(self._year), planned, self._view)

        self._with_choices(known)

    def remove_outcome(self, kept: Kept[Outcome]) -> None:
        self._view.office.do(
            RemoveOutcome(OutcomeId(kept.id)), "Remove the outcome", lambda _effect: self.close_form()
        )

    def write_statement(
        self, outcome: Kept[Outcome], quarter: int | None, statements: Sequence[OutcomeStatement]
    ) -> None:
        """What is said of the outcome for the year, or one quarter of it."""
        before = next(
            (each for each in statements if (each.year, each.quarter) == (self._year, quarter)), None
        )
        when = f"Q{quarter} {self._year}" if quarter else str(self._year)
        build = partial(forms.statement_form, self, OutcomeId(outcome.id), self._year, quarter, before)
        self._open(f"{outcome.value.name}: {when}", build, 420)

    # Indicators

    def add_indicator(self, project: ProjectId | None = None, outcome: OutcomeId | None = None) -> None:
        self._indicator(None, "Add an indicator", project, outcome)

    def change_indicator(self, kept: Kept[Indicator]) -> None:
        self._indicator(kept, f"Change: {kept.value.name}")

    def _indicator(
        self,
        kept: Kept[Indicator] | None,
        title: str,
        project: ProjectId | None = None,
        outcome: OutcomeId | None = None,
    ) -> None:
        def known(choices: _Known) -> None:
            def placed(places: tuple[PlaceAnswer, ...]) -> None:
                build = partial(
                    forms.indicator_form,
                    self,
                    kept,
                    choices.projects,
                    choices.outcomes,
                    _place_names(places),
                    project,
                    outcome,
                )
                self._open(title, build)

            self._view.office.ask("outcomes.places", AllPlaces(), placed, self._view)

        self._with_choices(known)

    def set_year(self, row: ResultRow) -> None:
        title = f"{row.indicator.name} in {self._year}"
        self._open(title, lambda: forms.year_form(self, row, self._year))

    def close_indicator(self, kept: Kept[Indicator]) -> None:
        """Closes an indicator, of which no figure is asked any more, or opens it again."""
        after = replace(kept.value, is_closed=not kept.value.is_closed)
        verb = "Close" if after.is_closed else "Open"
        self._view.office.do(ChangeIndicator(IndicatorId(kept.id), after), f"{verb} {kept.value.name}")

    def remove_indicator(self, kept: Kept[Indicator]) -> None:
        self._view.office.do(
            RemoveIndicator(IndicatorId(kept.id)), "Remove the indicator", lambda _effect: self.close_form()
        )

    def standard_set(self, project: ProjectId | None = None, outcome: OutcomeId | None = None) -> None:
        """Offers the indicators of the standard sets."""

        def known(choices: _Known) -> None:
            def offered(sets: tuple[StandardSet, ...]) -> None:
                self._open(
                    "Choose from a standard set",
                    lambda: forms.standard_form(
                        self, sets, choices.projects, choices.outcomes, project, outcome
                    ),
                    460,
                )

            self._view.office.ask("outcomes.sets", StandardSets(), offered, self._view)

        self._with_choices(known)

    # Milestones

    def add_milestone(self, project: ProjectId | None = None, outcome: OutcomeId | None = None) -> None:
        def known(choices: _Known) -> None:
            self._open(
                "Add a milestone",
                lambda: forms.milestone_form(
                    self, None, choices.projects, choices.outcomes, project, outcome
                ),
            )

        self._with_choices(known)

    def change_milestone(self, kept: Kept[Milestone]) -> None:
        def known(choices: _Known) -> None:
            self._open(
                kept.value.name,
                lambda: forms.milestone_form(self, kept, choices.projects, choices.outcomes),
            )

        self._with_choices(known)

    def milestone_done(self, kept: Kept[Milestone]) -> None:
        """Says that a milestone was done today."""
        after = replace(kept.value, done_on=today())
        self._view.office.do(ChangeMilestone(MilestoneId(kept.id), after), f"{kept.value.name} is done")

    def remove_milestone(self, kept: Kept[Milestone]) -> None:
        self._view.office.do(
            RemoveMilestone(MilestoneId(kept.id)), "Remove the milestone", lambda _effect: self.close_form()
        )

    # How results are judged

    def set_rules(self, rules: ResultsRules) -> None:
        fund = self._position.position
        build = partial(forms.rules_form, self, rules, fund.fund_id, fund.fund.name)
        self._open("How results are judged", build)
