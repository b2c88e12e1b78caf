"""What looks like personal data in texts and cells: told with its place, and never repeated (bad-inputs R01, R09).

The look proposes; a person decides. It is made for the papers of a finance office, so it lets pass what stands in
every ledger: names of firms, the numbers of switchboards, shared mailboxes, addresses of suppliers. It looks for

- a column of birth dates beside one of names, lines of a name and a birth date, or a date after “born” or “DOB”;
- e-mail addresses, but those of offices (finance@, info@ …);
- mobile numbers, and any other number beside the name of a person;
- National Insurance and NHS numbers that could be real (their own check holds);
- whole postcodes beside counts of 1 to 4;
- a crime reference in the same row or sentence as a home address.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from fundingapp.domain.errors import ExpectedError


class ClueSort(Enum):
    """What something looks like."""

    BIRTH = "date of birth"
    EMAIL = "e-mail address"
    PHONE = "phone number"
    INSURANCE = "National Insurance number"
    NHS = "NHS number"
    POSTCODE = "postcode with a small count"
    CRIME = "crime reference with an address"
    SPECIAL = "heading of special category data"


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that looks like personal data, and where: never the thing itself.

    *place* is a cell (“B4”), a line (“line 12”) or a paragraph; "" where there is none.
    """

    sort: ClueSort
    file: str = ""
    sheet: str = ""
    place: str = ""

    @property
    def where(self) -> str:
        """“clients.xlsx, sheet “Q3”, B4”; “minutes.pdf, page 3, line 12”."""
        sheet = self.sheet if _PART.fullmatch(self.sheet) else f"sheet “{self.sheet}”"
        parts = [self.file, sheet if self.sheet else "", self.place]
        return ", ".join(part for part in parts if part)

    @property
    def in_words(self) -> str:
        return f"{self.sort.value} in {self.where}" if self.where else self.sort.value


#: A part of a document that is no sheet, as rooms that read documents name it; a row of its table is told by number.
_PART: Final = re.compile(
    r"(?:(?:notes on )?(?:page|slide) \d+|(?:(?:header|footer|comments|footnotes|endnotes) )?table \d+|header|footer"
    r"|comments|footnotes|endnotes|properties|form|links|text boxes|letter head|in “[^”]*”)(?:, .*)?"
)


_PAGE: Final = re.compile(r"(?:^|, )page \d+$")


class SeenCell(NamedTuple):
    """A cell of a table, or a piece of text: *row* and *column* count from 1, column 0 for text without columns.
    *sheet* is the name of a sheet, or of a part of a document (“page 3”)."""

    file: str
    sheet: str
    row: int
    column: int
    text: str


#: A cell without one of these tells nothing by itself: most cells of a ledger are passed over so.
#: Each begins with a set of letters, which is five times as fast to look for as a choice of beginnings.
_MAY_TELL_NUMBERS = re.compile(r"\d(?:(?:[ ()-]{0,2}\d){8}|\d ?\d\d ?\d\d ?[A-D]|\*?/\d{4,}/\d)")
_MAY_TELL_WORDS = re.compile(
    r"[bBdDcCiIuU](?i:orn|ob|\.o\.b|ates? of birth|irth ?date|rime|ncident|rn)(?![^\W_])"
)
_EMAIL = re.compile(r"(?<![\w.+-])([A-Za-z0-9._%+'-]{1,64})@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
#: Mailboxes of offices, which name nobody.
_OFFICE_WORDS: Final = (
    "accounts admin ap ar board bursar clerk comms communications community contact council csp customer "
    "customerservices data democracy enquiries enquiry feedback finance foi funding general grants hello help "
    "helpdesk hr info information invoices invoicing legal licensing mail media members noreply office opcc orders "
    "partnership partnerships payables payments payroll pcc planning post press privacy procurement purchasing "
    "reception remittance remittances revenues safety sales secretary service services support team treasury "
    "webmaster donotreply dpo purchaseledger salesledger safeguarding commissioning victims hub"
)
_OFFICES: Final = frozenset(_OFFICE_WORDS.split())
_MOBILE = re.compile(r"(?<![\w/-])(?:\+44 ?\(?0?\)? ?|0044 ?|0)7[1-57-9]\d{2}[ -]?\d{3}[ -]?\d{3}(?![\w/-])")
_PHONE = re.compile(
    r"(?<![\w/-])(?:\+44 ?\(?0?\)? ?|0)(?:1\d{2,3}|2\d)[ )-]{0,2}\d{3,4}[ -]?\d{3,4}(?![\w/-])"
)
_INSURANCE = re.compile(
    r"(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r" ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])"
)
_NHS = re.compile(r"(?<![\d/-])(\d{3})[ -](\d{3})[ -](\d{4})(?![\d/-])")
_NHS_UNSPACED = re.compile(r"(?<!\d)\d{10}(?!\d)")
_POSTCODE = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![A-Z0-9])", re.IGNORECASE)
_DAY = re.compile(
    r"(?<![\d/.-])(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?)(?![\d/-])"
)
_WRITTEN_DAY = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*,? (\d{4})\b"
)
#: No day that is looked for is without one.
_YEAR = re.compile(r"\d{4}")
_BORN = re.compile(r"\b(?:d\.?o\.?b\.?|dates? of birth|birth ?dates?|born(?: on)?)\b", re.IGNORECASE)
#: “… (born 12/03/1989)”: a day within a few words of it.
_BORN_REACH: Final = 25
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Master)\.? [A-Z][a-z'’-]+")
_PERSON = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?[A-Z][a-z'’-]+(?: [A-Z]\.?)?(?:[ ,]+[A-Z][A-Za-z'’-]+){1,2}$"
)
#: Words of firms and bodies, which no person's name has.
_FIRM = re.compile(
    r"\b(?:ltd|limited|llp|plc|inc|cic|co|company|council|trust|services?|service|police|group|association|society|"
    r"church|school|academy|college|university|hospital|nhs|ccg|charity|project|programme|centre|center|club|forum|"
    r"partnership|solutions?|systems?|consult\w*|training|hire|cars?|taxis?|print\w*|media|hotel|homes?|housing|"
    r"foundation|fund|board|office|department|team|international|uk|sons|brothers|youth|community|safety|support|"
    r"and|of|the|for|crime|street|road|north|south|east|west|town|city|ward|park)\b|&",
    re.IGNORECASE,
)
_CRIME = re.compile(
    r"\b(?:crime (?:ref(?:erence)?|no|number)|incident (?:ref(?:erence)?|no|number)|URN)\b|"
    r"(?<![\w/])\d{2}\*?/\d{4,7}/\d{2}(?![\w/])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:flat \d+\w?,? )?\d{1,4}[A-Za-z]?,? [A-Z][A-Za-z'’]+(?: [A-Z][A-Za-z'’]+)? "
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Drive|Crescent|Court|Gardens|Grove|Terrace|Way|Place|Rise|Walk|Mews|Square)\b"
)
_NAME_HEADING = re.compile(
    r"\b(?:(?:client|victim|service user|young person|child|parent|patient|resident|offender|suspect|witness|"
    r"participant|complainant|full|first|last|given|family)(?:'s|’s)? ?names?|forenames?|surnames?|names?|client|"
    r"victim|nominal)\b",
    re.IGNORECASE,
)
_BIRTH_HEADING = re.compile(r"\b(?:d\.?o\.?b\.?|dates? of birth|birth ?dates?|born)\b", re.IGNORECASE)
_COUNT_HEADING = re.compile(
    r"\b(?:count|number|no\.?|total|clients?|victims?|people|offences|crimes|incidents|cases|referrals|persons|n)\b",
    re.IGNORECASE,
)
_NOT_A_COUNT = re.compile(
    r"\b(?:ref\w*|trans\w*|invoice|order|period|quarter|week|month|phone|tel\w*|mobile|account|cost|qty|quantity|"
    r"page|line|item|ward|beat)\b",
    re.IGNORECASE,
)
_REFERENCE_HEADING = re.compile(
    r"\b(?:ref\w*|trans\w*|invoice|voucher|order|document|doc|account|batch|journal|id|code|amount|urn|vat)\b",
    re.IGNORECASE,
)
_SPECIAL_HEADING = re.compile(
    r"\b(?:ethnicity|ethnic (?:group|origin)|race|religion|faith|belief|disabilit(?:y|ies)|diagnosis|"
    r"sexual orientation|sexuality|mental health|health condition|trade union|gender identity|hiv)\b",
    re.IGNORECASE,
)
_POSTCODE_HEADING = re.compile(r"\bpost ?codes?\b", re.IGNORECASE)
#: One of them; each takes capitals and small letters alike.
_ANY_HEADING = re.compile(
    "|".join(
        sign.pattern
        for sign in (
            _POSTCODE_HEADING,
            _NAME_HEADING,
            _BIRTH_HEADING,
            _REFERENCE_HEADING,
            _SPECIAL_HEADING,
            _COUNT_HEADING,
        )
    ),
    re.IGNORECASE,
)
_SMALL = re.compile(r"^[1-4](?:\.0+)?$")
#: A heading stands in one of the first rows.
_HEADINGS_WITHIN: Final = 15
#: So many places of one sort are enough to be told; for more of it nothing is searched.
_MOST: Final = 20
#: A longer text is looked at in pieces, each with the end of the one before it.
_LONG: Final = 4_000
_OVERLAP: Final = 200
_BREAK = re.compile(r"[\s,;|]")
#: A line of a list is no longer, and a name has so many words.
_LINE: Final = 100
_NAME_WORDS: Final = 2
#: Whoever is on a list with a birth date is born so long before the newest day in the table, in years: a ledger's days
#: lie closer together.
_APART: Final = 14


def look_at_text(text: str, file: str = "") -> tuple[Clue, ...]:
    """What looks like personal data in a running text, line by line."""
    return look_at_cells(
        SeenCell(file, "", number, 0, line) for number, line in enumerate(text.splitlines(), 1)
    )


def look_at_cells(cells: Iterable[SeenCell]) -> tuple[Clue, ...]:
    """What looks like personal data in tables and texts, each place once, at most twenty of a sort in a sheet."""
    sheets: dict[tuple[str, str], list[SeenCell]] = defaultdict(list)
    for cell in cells:
        if len(cell.text) > _LONG:
            sheets[cell.file, cell.sheet] += _pieces(cell)
        elif cell.text.strip():
            sheets[cell.file, cell.sheet].append(cell)
    found: list[Clue] = []
    for (file, sheet), seen in sheets.items():
        said: dict[tuple[ClueSort, str], Clue] = {}
        number: dict[ClueSort, int] = defaultdict(int)
        enough: set[ClueSort] = set()
        for sort, place in _in_sheet(seen, enough):
            if (sort, place) not in said and sort not in enough:
                number[sort] += 1
                said[sort, place] = Clue(sort, file, sheet, place)
                if number[sort] == _MOST:
                    enough.add(sort)
        found.extend(said.values())
    return tuple(found)


def in_words(clues: Sequence[Clue], most: int = 3) -> str:
    """“2 e-mail addresses (clients.xlsx, sheet “Q3”, B4; B5), 1 phone number (…)”; "" for nothing."""
    by_sort: dict[ClueSort, list[Clue]] = defaultdict(list)
    for clue in clues:
        by_sort[clue.sort].append(clue)
    said = []
    for sort, each in by_sort.items():
        noun = sort.value if len(each) == 1 else _PLURALS.get(sort, f"{sort.value}s")
        places = "; ".join(clue.where for clue in each[:most] if clue.where)
        more = f" and {len(each) - most} more" if len(each) > most else ""
        said.append(f"{len(each)} {noun}" + (f" ({places}{more})" if places else ""))
    return ", ".join(said)


_PLURALS: Final[Mapping[ClueSort, str]] = {
    ClueSort.BIRTH: "dates of birth",
    ClueSort.EMAIL: "e-mail addresses",
    ClueSort.POSTCODE: "postcodes with small counts",
    ClueSort.CRIME: "crime references with an address",
    ClueSort.SPECIAL: "headings of special category data",
}


class PersonalDataError(ExpectedError):
    """Something holds what looks like personal data, and nobody has said why it may go on. *key* tells what was found
    and where from everything else, so that it can be decided about."""

    def __init__(self, what: str, clues: Sequence[Clue]) -> None:
        super().__init__(
            "personal_data",
            f"{what} holds what looks like personal data: {in_words(clues)}.",
            "Take it out, or say why it may go on; nothing was changed.",
        )
        self.clues = tuple(clues)
        self.key = key_of(clues)


def key_of(clues: Sequence[Clue]) -> str:
    """What was found and where, as one short text; the file's name is no part of it."""
    said = sorted(f"{clue.sort.value}|{clue.sheet}|{clue.place}" for clue in clues)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def refuse_personal(clues: Sequence[Clue], accept: str, what: str) -> None:
    """Refuses *what* (“The return”) when *clues* were found and nobody said in *accept* why it goes on all the same.

    Raises PersonalDataError, whose code is ``personal_data``.
    """
    if clues and not accept.strip():
        raise PersonalDataError(what, clues)


def is_reference(heading: str) -> bool:
    """Whether a column of that heading holds numbers of papers or bookings."""
    return bool(_REFERENCE_HEADING.search(heading))


def may_tell(text: str) -> bool:
    """Whether a text by itself could be part of what is looked for: most texts of a ledger could not."""
    return "@" in text or bool(_MAY_TELL_NUMBERS.search(text) or _MAY_TELL_WORDS.search(text))


def _pieces(cell: SeenCell) -> list[SeenCell]:
    """The pieces of a long text in which something may be found, cut between words."""
    found, text, start = [], cell.text, 0
    while start < len(text):
        end = again = start + _LONG
        if end < len(text):
            breaks = [each.end() for each in _BREAK.finditer(text, end - _OVERLAP, end)] or [end]
            again, end = breaks[0], breaks[-1]
        if may_tell(text[start:end]):
            found.append(cell._replace(text=text[start:end]))
        start = again
    return found


def sorts_in(text: str) -> set[ClueSort]:
    """What a short text holds by itself, whatever stands beside it."""
    return set(_in_text(text, "", False, ()))


def without_days(text: str) -> tuple[str, list[int]]:
    """*text* without the days in it, and their years."""
    if not _YEAR.search(text):
        return text.strip(" ,;:()-"), []
    years = [int(match[3] or match[4]) for match in _DAY.finditer(text)]
    years += [int(match[1]) for match in _WRITTEN_DAY.finditer(text)]
    return _WRITTEN_DAY.sub(" ", _DAY.sub(" ", text)).strip(" ,;:()-"), years


def _in_sheet(cells: Sequence[SeenCell], enough: Collection[ClueSort]) -> Iterable[tuple[ClueSort, str]]:
    """Each finding in the cells of one sheet with its place; of what stands in *enough* no more is searched."""
    if len(cells) == 1 and not (may_tell(cells[0].text) or _YEAR.search(cells[0].text)):
        return  # as nearly all texts that are looked at alone: no heading stands above it, and no name beside it
    rows: dict[int, list[SeenCell]] = defaultdict(list)
    for cell in cells:
        rows[cell.row].append(cell)
    headings = _headings(rows)
    births = _birth_columns(rows, headings)
    names = {column for column, text in headings.items() if _NAME_HEADING.search(text)}
    small = _count_columns(rows, headings)
    for column, text in headings.items():
        if _SPECIAL_HEADING.search(text) and (names or births):
            yield ClueSort.SPECIAL, _place(rows, column, text)
    by_column = births | small
    listed = _listed_births(cells)
    yield from ((ClueSort.BIRTH, _cell(cell)) for cell in listed)
    silent: set[str] = set()  # a ledger says the same over and over
    for number, row in rows.items():
        telling = []
        for cell in row:
            if cell.text not in silent:
                if may_tell(cell.text):
                    telling.append(cell)
                else:
                    silent.add(cell.text)
        if not telling and not by_column:
            continue
        about_a_person = any(
            is_person(cell.text) or (cell.column in names and not _FIRM.search(cell.text)) for cell in row
        )
        for cell in telling:
            heading = headings.get(cell.column, "")
            for sort in _in_text(cell.text, heading, about_a_person and cell.column > 0, enough):
                yield sort, _cell(cell)
        if births and about_a_person and ClueSort.BIRTH not in enough:
            for cell in row:
                if cell.column in births and _year_in(cell.text):
                    yield ClueSort.BIRTH, _cell(cell)
        if ClueSort.POSTCODE not in enough and any(
            cell.column in small and _SMALL.match(cell.text.strip()) for cell in row
        ):
            for cell in row:
                if cell.column and _POSTCODE.search(cell.text):
                    yield ClueSort.POSTCODE, _cell(cell)
        if telling and ClueSort.CRIME not in enough:
            whole = "  ".join(cell.text for cell in row)
            if _CRIME.search(whole) and _ADDRESS.search(whole):
                yield ClueSort.CRIME, _cell(row[0]) if len(row) == 1 else f"row {number}"


def _in_text(
    text: str, heading: str, about_a_person: bool, enough: Collection[ClueSort]
) -> Iterable[ClueSort]:
    """What stands in one cell or line by itself, but for the sorts in *enough*."""
    is_reference = bool(_REFERENCE_HEADING.search(heading))
    for match in _EMAIL.finditer(text) if "@" in text and ClueSort.EMAIL not in enough else ():
        box = re.split(r"[._+-]", match[1].casefold())
        if not _OFFICES & {*box, match[1].casefold().replace(".", "").replace("-", "")}:
            yield ClueSort.EMAIL
            break
    if not is_reference and ClueSort.PHONE not in enough:
        beside_a_name = about_a_person or bool(_TITLED.search(text))
        if _MOBILE.search(text) or (beside_a_name and _PHONE.search(text)):
            yield ClueSort.PHONE
    if _INSURANCE.search(text):
        yield ClueSort.INSURANCE
    if any(_is_nhs("".join(match.groups())) for match in _NHS.finditer(text)) or (
        re.search(r"\bNHS (?:no|number|num)", f"{heading} {text}", re.IGNORECASE)
        and any(_is_nhs(match[0]) for match in _NHS_UNSPACED.finditer(text))
    ):
        yield ClueSort.NHS
    for match in _BORN.finditer(text):
        near = text[match.end() : match.end() + _BORN_REACH]
        if _DAY.search(near) or _WRITTEN_DAY.search(near):
            yield ClueSort.BIRTH
            break


def _is_nhs(digits: str) -> bool:
    """Whether the last of ten digits is the check digit of the others (modulus 11)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return rest != 10 and rest % 11 == int(digits[9])


def is_person(text: str) -> bool:
    """Whether a cell holds the name of a person and nothing else, and no firm's."""
    said = text.strip()
    return bool(_PERSON.match(said)) and not _FIRM.search(said)


def _headings(rows: Mapping[int, Sequence[SeenCell]]) -> dict[int, str]:
    """The heading of each column: the texts of the first row, near the top, that names one of the things looked for,
    else of the first row with three texts or more."""
    near_top = [rows[number] for number in sorted(rows)[:_HEADINGS_WITHIN]]
    for row in near_top:
        if len(row) > 1 and sum(bool(_ANY_HEADING.search(cell.text)) for cell in row) > 1:
            return {cell.column: cell.text for cell in row}
    for row in near_top:
        if len(row) > 2 and not any(char.isdigit() for cell in row for char in cell.text):
            return {cell.column: cell.text for cell in row}
    return {}


def _year_in(text: str) -> int:
    """The year of a cell that holds a day and nothing else, 0 for none."""
    if not (8 <= len(text) <= 24 and text[:1].isdigit()):
        return 0
    match = _DAY.fullmatch(text.strip())
    if match:
        return int(match[3] or match[4])
    written = _WRITTEN_DAY.fullmatch(text.strip())
    return int(written[1]) if written else 0


def _birth_columns(rows: Mapping[int, Sequence[SeenCell]], headings: Mapping[int, str]) -> set[int]:
    """The columns that hold birth dates: by their heading, or because their days lie long before the others beside
    names of people."""
    found = {column for column, text in headings.items() if _BIRTH_HEADING.search(text)}
    years: dict[int, list[int]] = defaultdict(list)
    for row in rows.values():
        for cell in row:
            if cell.column and (year := _year_in(cell.text)):
                years[cell.column].append(year)
    if not years:
        return found
    newest = max(max(each) for each in years.values())
    likely = {
        column
        for column, each in years.items()
        if len(each) > 1
        and (
            2 * sum(1900 <= year <= newest - _APART for year in each) >= len(each)
            or max(each) - min(each) >= _APART
        )
    }
    if likely - found and sum(any(is_person(cell.text) for cell in row) for row in rows.values()) > 1:
        found |= likely
    return found


def _listed_births(cells: Sequence[SeenCell]) -> list[SeenCell]:
    """The lines of a text that hold the name of a person and a birth date and little else: under a heading that says
    so, or because the days lie as far apart as those of people."""
    found: list[tuple[SeenCell, int]] = []
    newest, is_headed = 0, False
    for cell in cells:
        if cell.column or len(cell.text) > _LINE:
            continue
        rest, years = without_days(cell.text)
        if not years:
            is_headed = is_headed or bool(_BIRTH_HEADING.search(cell.text))
            continue
        newest = max(newest, *years)
        if is_person(" ".join(rest.split()[:_NAME_WORDS]).rstrip(",;:-–")) or is_person(rest):
            found.append((cell, years[0]))
    if is_headed:
        return [cell for cell, _ in found]
    old = [year for _, year in found if 1900 <= year <= newest - _APART]
    years = [year for _, year in found]
    if len(found) > 1 and (2 * len(old) >= len(found) or max(years) - min(years) >= _APART):
        return [cell for cell, _ in found]
    return []


def _count_columns(rows: Mapping[int, Sequence[SeenCell]], headings: Mapping[int, str]) -> set[int]:
    """The columns of whole numbers that count people or crimes."""
    return (
        {
            column
            for column, text in headings.items()
            if _COUNT_HEADING.search(text) and not _NOT_A_COUNT.search(text.replace("No. of", "Number of"))
        }
        if rows
        else set()
    )


def _place(rows: Mapping[int, Sequence[SeenCell]], column: int, text: str) -> str:
    for row in rows.values():
        for cell in row:
            if cell.column == column and cell.text == text:
                return _cell(cell)
    return ""


def _cell(cell: SeenCell) -> str:
    """“B4”, or “line 12” of a text or a page, whose columns have no letters."""
    if not cell.column or _PAGE.search(cell.sheet):
        return f"line {cell.row}"
    letters, number = "", cell.column
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{cell.row}"
