"""Everything that is to be seen to before a return is sent, in one list: each fault once, at its cell.

Domain paper 4.7 has what receiving systems refuse; 5 has the identities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from zlib import crc32

from fundingapp.domain.cell_checks import MAY_BE_BLANK, cell_checks
from fundingapp.domain.record_checks import record_checks
from fundingapp.domain.return_story import StoryGap, story_gaps
from fundingapp.domain.returns_in_hand import FoundBefore, ReturnInHand, in_tab_order
from fundingapp.domain.sending import AcceptedException, Grade, SendingCheck
from fundingapp.domain.total_checks import total_checks
from fundingapp.domain.workbook_checks import workbook_checks

#: What checks are called in groups and filters, by their code or its first part.
TITLES: Final[Mapping[str, str]] = {
    "return": "Which return it is",
    "template": "The template",
    "mapping": "The mapping",
    "file": "The file on disk",
    "sheet": "Sheets",
    "label": "The template's own words",
    "cell": "Cells that are not mapped",
    "note": "Comments",
    "hidden": "Hidden places",
    "blank": "Left blank",
    "number": "Numbers",
    "amount": "Numbers",
    "figure": "Figures that differ from ours",
    "quarter": "Quarters that were sent",
    "date": "Dates",
    "period": "Actual and forecast",
    "list": "Drop-downs",
    "text": "Texts",
    "words": "Texts",
    "form": "Addresses and numbers",
    "rule": "The template's rules",
    "row": "Rows",
    "unit": "Results",
    "count": "Small numbers",
    "result": "Results",
    "outcome": "Results",
    "formula": "Totals and formulas",
    "total": "Totals and formulas",
    "identity": "What must hold to the penny",
    "variance": "Reasons",
    "rag": "Reasons",
    "status": "How projects stand",
    "project": "How projects stand",
    "forecast": "Forecast",
    "underspend": "Underspend",
    "adjustment": "Prior-period adjustments",
    "match": "Match funding",
    "condition": "Conditions",
    "story": "Words and risks",
    "personal": "Personal data",
    "signoff": "Sign-off",
}

#: What could not be put into a cell as it is.
_NOT_PUT: Final = frozenset({"mapping.word_not_in_list", "mapping.text_too_long", "mapping.place_lost"})
#: What is only said of a cell of which nothing else is.
_IF_NOTHING_ELSE: Final = frozenset({"mapping.nothing_held"})
#: A plan that could not put a value into a cell has said why: that the cell is blank is no other fault.
_VALUE: Final = frozenset({"blank", "number", "amount", "figure", "list", "text", "words", "row", "count"})
#: Gaps of which there may be several without a subject.
_SEVERAL: Final = frozenset({"asset_unlisted"})
#: What the story's gaps are about, by their codes, as sources of the catalogue.
_GAPS: Final[Mapping[str, tuple[str, ...]]] = {
    "rag_unexplained": ("project/explanation", "project/reason"),
    "explanation_long": ("project/explanation", "project/reason"),
    "progress_missing": ("project/status", "project/delivery-rag", "project/rag", "project/ref"),
    "risk_missing": ("project/ref", "project/name"),
}


def title_of(code: str) -> str:
    """What the group of a check is called."""
    return TITLES.get(code.partition(".")[0], "Other")


def sending_checks(hand: ReturnInHand) -> tuple[SendingCheck, ...]:
    """What is to be seen to before the return in *hand* is sent: errors first, then in the order of the tabs.

    No key is twice among them.
    """
    found: dict[str, SendingCheck] = {}
    planned = {(each.sheet, each.cell) for each in hand.found if each.cell and each.code in _NOT_PUT}
    for check in _all(hand):
        if (check.sheet, check.cell) in planned and check.code.partition(".")[0] in _VALUE:
            continue
        if (
            check.cell
            and check.code in _IF_NOTHING_ELSE
            and any((each.sheet, each.cell) == (check.sheet, check.cell) for each in found.values())
        ):
            continue
        known, again = check, 2
        while known.key in found and found[known.key].text != check.text:
            known, again = replace(check, code=f"{check.code}.{again}"), again + 1
        found.setdefault(known.key, known)
    tabs = tuple(sheet.name for sheet in hand.look.sheets) if hand.look is not None else hand.sheets
    return in_tab_order(found.values(), tabs)


def _all(hand: ReturnInHand) -> Iterator[SendingCheck]:
    yield from (_found(each) for each in hand.found if each.code not in _IF_NOTHING_ELSE)
    of_cells = tuple(cell_checks(hand))
    yield from of_cells
    yield from total_checks(hand, {(check.sheet, check.cell) for check in of_cells})
    yield from record_checks(hand)
    yield from _story(hand)
    yield from workbook_checks(hand)
    blank = {cell.place for cell in hand.cells if cell.source in MAY_BE_BLANK}
    yield from (
        _found(each)
        for each in hand.found
        if each.code in _IF_NOTHING_ELSE and (each.sheet, each.cell) not in blank
    )


def _found(each: FoundBefore) -> SendingCheck:
    return SendingCheck(each.code, each.grade, each.text, each.sheet, each.cell, each.advice, each.figure)


def _story(hand: ReturnInHand) -> Iterator[SendingCheck]:
    """What the return's words lack, at their cells; what is blank in a cell of the workbook is said there already."""
    document = hand.document
    gaps = story_gaps(document.story, document.position, whole_year=document.year_end is not None)
    refs = {project.project_id: project.ref for project in document.position.projects}
    for gap in gaps:
        sort, about = gap.subject
        ref = refs.get(about, "") if sort == "project" else ""  # type: ignore[call-overload]
        sources = _GAPS.get(gap.code, ())
        place = ("", "")
        if sort == "section":
            name = str(getattr(about, "value", about)).replace(" ", "-")
            cell = hand.by_source.get((f"narrative/{name}", ""))
            if cell is not None:
                if gap.code == "narrative_empty":
                    continue  # the cell itself is blank, and that is said of it
                place = cell.place
        elif ref:
            cell = next(
                (hand.by_source[source, ref] for source in sources if (source, ref) in hand.by_source), None
            )
            if cell is not None:
                place = cell.place
                if gap.code == "rag_unexplained" and cell.source == "project/reason" and not cell.is_blank:
                    continue
        yield SendingCheck(
            _gap_code(gap, any(place)),
            Grade.ERROR if gap.is_error else Grade.LOOK,
            gap.text,
            *place,
            gap.advice,
            gap.figure,
        )


def _gap_code(gap: StoryGap, has_cell: bool) -> str:
    about = getattr(gap.subject[1], "value", gap.subject[1])
    if gap.code in _SEVERAL:
        # Told apart by what they say, so that another beside them changes none.
        about = f"{crc32(gap.text.encode()):08x}"
    return f"story.{gap.code}" if has_cell or about is None else f"story.{gap.code}.{about}"


class Settled(NamedTuple):
    """Checks apart from those that were accepted: *open* ones, *accepted* ones each with the number of its exception,
    and the numbers of exceptions that no longer count."""

    open: tuple[SendingCheck, ...]
    accepted: tuple[tuple[SendingCheck, int], ...]
    lapsed: tuple[int, ...]


def settled(checks: Iterable[SendingCheck], exceptions: Mapping[int, AcceptedException]) -> Settled:
    """*checks* apart from those that one of *exceptions* accepts: by key, and only while the text is the same."""
    by_key = {exception.key: number for number, exception in exceptions.items()}
    left, accepted = [], []
    for check in checks:
        number = by_key.get(check.key)
        if number is not None and exceptions[number].said == check.text:
            accepted.append((check, number))
        else:
            left.append(check)
    counting = {number for _, number in accepted}
    return Settled(tuple(left), tuple(accepted), tuple(sorted(set(exceptions) - counting)))
