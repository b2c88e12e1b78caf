"""The way from a paper to what it supports: the page, the view, and the grant that has to be chosen for it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from fundingapp.application.queries.papers_glance import ItsPlace, WhereItIs
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.domain.evidence import Supported
from fundingapp.domain.ids import IndicatorId, LineId, OutcomeId, ProjectId
from fundingapp.ui.explain import ShowAdjustments, ShowLine
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.targets import ShowIndicator, ShowOutcome, ShowProject
from fundingapp.ui.page import Target


def go_to_supported(office: Office, supported: Supported, owner: QObject) -> None:
    """Leads to the thing, in the year and grant that it is of."""
    office.ask_of_grant("evidence.where", WhereItIs(supported), partial(_go, office), owner)


def target_of(place: ItsPlace) -> Target:
    """What the window is to show for *place*."""
    id = place.subject
    match place.page, place.view:
        case "spend", "line" if isinstance(id, int):
            return Target("spend", ShowLine(LineId(id)))
        case "spend", "adjustments":
            return Target("spend", ShowAdjustments())
        case "outcomes", "indicators" if isinstance(id, int):
            return Target("outcomes", ("indicators", ShowIndicator(IndicatorId(id))))
        case "outcomes", "outcome" if isinstance(id, int):
            return Target("outcomes", ("chain", ShowOutcome(OutcomeId(id))))
        case "outcomes", "project" if isinstance(id, int):
            return Target("outcomes", ("chain", ShowProject(ProjectId(id))))
        case _, "":
            return Target(place.page, id)
        case _:
            return Target(place.page, (place.view, id))


class _Later(QObject):
    """Goes to a place once the grant that it is of is shown: until then its pages show another."""

    def __init__(self, office: Office, place: ItsPlace) -> None:
        super().__init__(office)
        self._office = office
        self._place = place
        office.position_changed.connect(self._come)

    def _come(self, _answer: object) -> None:
        if _is_chosen(self._office, self._place):
            self._office.position_changed.disconnect(self._come)
            self._office.go_wanted.emit(target_of(self._place))
            self.deleteLater()


def _is_chosen(office: Office, place: ItsPlace) -> bool:
    chosen = office.position
    if not isinstance(chosen, PositionAnswer):
        return place.year is None and place.fund is None
    position = chosen.position
    return place.year in (None, position.year) and place.fund in (None, position.fund_id)


def _go(office: Office, place: ItsPlace) -> None:
    workspace = office.workspace
    grants = workspace.grants if workspace is not None else ()
    fits = [
        grant for grant in grants if place.year in (None, grant.year) and place.fund in (None, grant.fund_id)
    ]
    if _is_chosen(office, place) or not fits:
        office.go_wanted.emit(target_of(place))
        return
    _Later(office, place)
    office.grant_wanted.emit(fits[-1].fund_id, fits[-1].year)
