"""What our own records say against a return, brought to the cells that it stands in."""

from __future__ import annotations

from collections.abc import Iterator

from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.periods import days_of
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.return_results import result_notes
from fundingapp.domain.returns import kinds_in, lacks_reason
from fundingapp.domain.returns_in_hand import CellInHand, ReturnInHand, said
from fundingapp.domain.sending import Grade, SendingCheck

_ERROR, _LOOK = Grade.ERROR, Grade.LOOK
_LAST_QUARTER = 4
_PLAN = f"narrative/{NarrativeSection.UNDERSPEND.value.replace(' ', '-')}"
#: Identities about what others publish are not ours to put right (R30).
_THEIRS = frozenset({30})


def record_checks(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """What a careful reader of our figures would raise, each at its cell where it has one."""
    yield from _identities(hand)
    yield from _projects(hand)
    yield from _totals(hand)
    yield from _underspend(hand)
    yield from _match(hand)
    yield from _conditions(hand)
    yield from _results(hand)


def _at(hand: ReturnInHand, key: str, *sources: str, figure: str = "") -> CellInHand | None:
    """The first cell of *sources* in the row called *key*, else that of *figure*, else the row's first."""
    for source in sources:
        found = hand.by_source.get((source, key))
        if found is not None:
            return found
    if figure and figure in hand.by_figure:
        return hand.by_figure[figure]
    return next((cell for cell in hand.cells if key and cell.key == key), None)


def _check(
    code: str,
    about: str,
    grade: Grade,
    cell: CellInHand | None,
    text: str,
    advice: str = "",
    figure: str = "",
) -> SendingCheck:
    """A check at *cell*; what has none is told apart by what it is *about*."""
    if cell is None:
        return SendingCheck(f"{code}.{about}" if about else code, grade, text, advice=advice, figure=figure)
    return SendingCheck(code, grade, text, cell.sheet, cell.cell, advice, figure or cell.figure)


def _key_of(hand: ReturnInHand, project: ProjectPosition) -> str:
    """The key of the row that *project* has in the workbook: its reference, with the kind of money where rows are by
    kind."""
    keys = {cell.key for cell in hand.cells}
    by_kind = [
        key for key in keys if key.startswith(project.ref) and project.kind.value in key[len(project.ref) :]
    ]
    return min(by_kind, default=project.ref)


def _identities(hand: ReturnInHand) -> Iterator[SendingCheck]:
    for identity in hand.document.identities:
        if identity.holds:
            continue
        broken = f"{identity.broken} {identity.broken_name}{'s' if identity.broken != 1 else ''} break it"
        apart = f"the sides differ by {identity.difference.in_words}" if identity.difference else broken
        yield SendingCheck(
            f"identity.{identity.id}",
            _LOOK if identity.number in _THEIRS else _ERROR,
            f"{identity.id} {identity.name}: {identity.left_name} is {identity.left.in_words}, should be "
            f"{identity.right_total.in_words}; {apart}.",
            *_place(hand.by_figure.get(identity.left_figure)),
            identity.advice,
            identity.left_figure,
        )


def _place(cell: CellInHand | None) -> tuple[str, str]:
    return cell.place if cell is not None else ("", "")


def _projects(hand: ReturnInHand) -> Iterator[SendingCheck]:
    document = hand.document
    first, last = days_of(document.year, document.quarter)
    for project in document.position.projects:
        key = _key_of(hand, project)
        about = f"{project.ref}{'' if not project.kind.aside else '.' + project.kind.value}"
        name = f"{project.ref} {project.project.name}{project.kind.aside}"
        figure = f"{project.ref}/{document.year}/spend"
        changed = project.prior_period_adjustment
        if changed:
            yield _check(
                "adjustment.prior",
                about,
                _LOOK,
                _at(hand, key, "project/prior-adjustment", "project/spent"),
                f"{name}: {changed.in_words} changed in quarters that were sent already; this return states it as a "
                "prior-period adjustment.",
                "Be ready to say what changed: the reasons are in the history.",
                figure,
            )
        if lacks_reason(project):
            reason = _at(hand, key, "project/reason", "project/explanation")
            if (
                reason is None
                or reason.source not in ("project/reason", "project/explanation")
                or hand.look is None
                or reason.is_blank
            ):
                yield _check(
                    "variance.no_reason",
                    about,
                    _ERROR,
                    reason,
                    f"{name} {_off(project)}, and nobody has said why.",
                    "Give the reason on the project's page, or record the virement that covers it.",
                    figure,
                )
        starts, ends = project.project.starts_on, project.project.ends_on
        if starts is not None and starts > last and project.spent:
            yield _check(
                "project.not_begun",
                about,
                _ERROR,
                _at(hand, key, "project/starts", "project/name", "project/ref"),
                f"{name} starts on {said(starts)}, after the quarter, and {project.spent.in_words} is spent on it.",
                "Put its first day right, or charge the lines elsewhere.",
                figure,
            )
        if ends is not None and ends < first and project.quarters[document.quarter - 1]:
            yield _check(
                "project.ended",
                about,
                _LOOK,
                _at(hand, key, f"project/spent/q{document.quarter}", "project/spent"),
                f"{name} ended on {said(ends)}, and {project.quarters[document.quarter - 1].in_words} was spent on "
                f"it in Q{document.quarter}.",
                "Look whether its end was put off, or whether the cost is another project's.",
                figure,
            )
        if project.forecast_remaining < Money.ZERO:
            yield _check(
                "forecast.negative",
                about,
                _LOOK,
                _at(hand, key, "project/outturn", "project/forecast"),
                f"{name}: {project.forecast_remaining.in_words} is expected in the months to come, so its outturn is "
                "below what is spent.",
                "Look whether money is to come back, else put the forecast right.",
                figure,
            )


def _off(project: ProjectPosition) -> str:
    """How far a project is off its budget, and what that is measured by."""
    budget = project.budget.current
    over = project.spent - budget
    if over > Money.ZERO:
        return f"has spent {project.spent.in_words} of {budget.in_words}, {over.in_words} over its budget"
    apart = abs(project.variance).in_words
    side = "over" if project.variance > Money.ZERO else "under"
    allowed = f"beyond the {project.tolerance_percent.normalize():f}% allowed"
    return f"is forecast {project.outturn.in_words} of {budget.in_words}, {apart} {side}, {allowed}"


def _totals(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """What is expected to be spent in all, against what is available, each kind of money apart."""
    position = hand.document.position
    kinds = kinds_in(position)
    for kind in kinds:
        outturn = Money.total(project.outturn for project in position.projects if project.kind is kind)
        available = position.resources_by_kind[kind].available
        over = outturn - available
        if over > Money.ZERO:
            of = f" of {kind.value}" if len(kinds) > 1 else ""
            yield _check(
                "total.over_grant",
                kind.value if len(kinds) > 1 else "",
                _ERROR,
                _at(hand, "", f"grant/outturn/{kind.value}", "grant/outturn") if len(kinds) == 1 else None,
                f"The forecast outturn{of} is {outturn.in_words}, {over.in_words} more than the {available.in_words} "
                "available.",
                "Bring the forecast down, or show who pays for the rest: a forecast may not exceed the award.",
                f"{hand.document.fund}/{hand.document.year}/outturn",
            )


def _underspend(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """At the year's end what is left needs its plan; before, commissioners want the place blank (domain paper 4.7)."""
    document = hand.document
    left = document.position.available - document.position.spent
    plan = hand.by_source.get((_PLAN, ""))
    if document.quarter == _LAST_QUARTER:
        if left > Money.ZERO and plan is not None and plan.is_blank:
            yield _check(
                "underspend.no_plan",
                "",
                _ERROR,
                plan,
                f"{plan.where} is blank, and {left.in_words} of {document.position.available.in_words} is not spent: "
                "the plan for the underspend is missing.",
                "Write what is to become of it under Returns, Words and risks.",
                f"{document.fund}/{document.year}/available",
            )
        return
    if plan is not None and not plan.is_blank:
        yield _check(
            "underspend.early",
            "",
            _LOOK,
            plan,
            f"{plan.where} has a plan for the underspend, and Q{document.quarter} is not the year's last quarter.",
            "Commissioners ask for it at the end of the year; leave it blank until then.",
        )


def _match(hand: ReturnInHand) -> Iterator[SendingCheck]:
    for row in hand.document.match:
        key = next(
            (
                cell.key
                for cell in hand.cells
                if cell.source == "match/secured" and row.ref in cell.key and row.source in cell.key
            ),
            f"{row.ref} {row.source}",
        )
        if not row.is_secured and row.planned:
            yield _check(
                "match.unsecured",
                key,
                _LOOK,
                hand.by_source.get(("match/secured", key)),
                f"{row.ref}: {row.planned.in_words} of match from {row.source} is planned and not secured.",
                "Say in the narrative what happens when it does not come.",
            )
        elif hand.document.quarter == _LAST_QUARTER and row.received < row.planned and not row.is_in_kind:
            gap = row.planned - row.received
            yield _check(
                "match.gap",
                key,
                _LOOK,
                hand.by_source.get(("match/received", key)),
                f"{row.ref}: {row.received.in_words} of match came from {row.source}, {row.planned.in_words} was "
                f"planned: a gap of {gap.in_words}.",
                "Say how the gap is closed.",
            )


def _conditions(hand: ReturnInHand) -> Iterator[SendingCheck]:
    for condition in hand.document.conditions:
        if condition.is_overdue(hand.today):
            yield SendingCheck(
                f"condition.overdue.{condition.in_short}",
                _LOOK,
                f"The condition of {condition.in_short} was due on {said(condition.due)} and is still open.",
                advice="Record how it was met, or say in the narrative when it will be.",
            )


def _results(hand: ReturnInHand) -> Iterator[SendingCheck]:
    document = hand.document
    if document.results is None:
        return
    # A blank cell of a quarter is said at the cell itself, and “<5” can be seen in it.
    has_quarters = any(cell.source.startswith("indicator/q") for cell in hand.cells)
    seen: dict[str, int] = {}
    for note in result_notes(document.results, document.quarter):
        if note.code in ("result.missing", "result.hidden") and has_quarters:
            continue
        about = note.figure or note.text.partition(":")[0]
        if note.quarter:
            about = f"{about}.q{note.quarter}"
        place = _place(hand.by_figure.get(note.figure))
        if any(place) and note.code == "result.missing":
            place = ("", "")
        code = note.code if any(place) else f"{note.code}.{about}"
        seen[code + str(place)] = seen.get(code + str(place), 0) + 1
        if seen[code + str(place)] > 1:
            continue
        yield SendingCheck(code, _LOOK, note.text, *place, figure=note.figure)
