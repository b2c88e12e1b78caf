"""Which row of a sheet holds the headings, and which column means what.

Headings are compared with a vocabulary of what finance systems print (``domain.md`` 4.6), whatever their case,
punctuation or pound signs; the values below them decide between candidates. Banner rows above are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from fundingapp.domain.cells import (
    clean_text,
    flag_sign,
    parse_amount,
    parse_date,
    parse_period,
    parse_year,
)
from fundingapp.domain.ledger import Cell, Meaning
from fundingapp.domain.money import NotMoneyError

#: Headings are looked for in this many rows from the top of a sheet.
SEARCHED_ROWS = 1_000
#: So many filled rows below the headings are tried when values decide what a column means.
TRIED_ROWS = 200


class FoundTable(NamedTuple):
    """A ledger table: the index of its heading row, its headings and their meanings, one for each column."""

    heading_at: int
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]


class NoTable(NamedTuple):
    """No ledger table; *headings* are those of what looks most like a table, to be named in a message."""

    headings: tuple[str, ...]


class _Guess(NamedTuple):
    """What a heading may mean, and how surely: 100 is certain, below 50 the values must agree."""

    meaning: Meaning
    rank: int


def _words(meaning: Meaning, ranked: Mapping[int, str]) -> dict[str, _Guess]:
    return {
        phrase.strip(): _Guess(meaning, rank)
        for rank, phrases in ranked.items()
        for phrase in phrases.split("|")
    }


_VOCABULARY: dict[str, _Guess] = {
    **_words(
        Meaning.TRANSACTION,
        {
            100: "agrtid|unique id|transaction line id",
            90: "trans no|trans number|trans id|trans|transno|tran no|tran id|transaction|transaction no"
            "|transaction number|transaction id|transaction ref|transaction reference|trans ref|txn no|txn id",
            80: "journal|journal no|journal number|journal id|journal ref|journal reference|jnl|jnl no|jnl ref"
            "|journal line",
            75: "document no|document number|document|doc no|doc number|doc|document ref|document reference|doc ref"
            "|accounting document|posting no|posting number|entry no|entry number",
            70: "voucher|voucher no|voucher number|vouch no",
            60: "internal ref|internal reference|our ref|system ref|line id|id|payment no|payment ref"
            "|payment reference|payment number",
            45: "reference|ref|ref no|reference no|reference number|ref number|ref 1|invoice no|invoice number"
            "|invoice ref|inv no",
        },
    ),
    **_words(
        Meaning.YEAR,
        {90: "fiscal year|financial year|fin year|accounting year|fy|f year", 80: "year|yr"},
    ),
    **_words(
        Meaning.PERIOD,
        {
            90: "period|per|accounting period|acct period|acc period|financial period|fin period|fiscal period"
            "|posting period|gl period|ledger period|period no|period number|prd|pd|fperiod|yr period|year period",
            60: "period name|accounting month|posting month",
            40: "month",
        },
    ),
    **_words(
        Meaning.DATE,
        {
            95: "trans date|transaction date|tran date|posting date|posted date|date posted|pstng date|gl date|txn date"
            "|transdate",
            90: "date|accounting date|effective date|effective dt|journal date|jnl date|ledger date",
            70: "payment date|paid date|date paid|date of payment|pay date|value date|date of transaction",
            60: "document date|doc date|voucher date|clearing date|cleared date",
            50: "invoice date|inv date|date of invoice|entry date|date entered|created date",
            45: "last update",
        },
    ),
    **_words(
        Meaning.COST_CENTRE,
        {
            95: "cost centre|cost center|costc|cost c|cost ctr|cost cent|costcentre|costcenter|cc|cost centre code"
            "|cost center code|cost centre no|cctr|cost code centre",
            70: "service cost centre|centre|center|cost centre number|responsibility centre|cost object",
            55: "department|dept|dept code|department code|service code|responsible unit|unit|costc t",
            50: "dim 1|cat 1",
            30: "service area|service|directorate|division|cost centre name|cost centre description|body",
        },
    ),
    **_words(
        Meaning.ACCOUNT,
        {
            95: "account|account code|acct|acct code|subj|subjective|subjective code|nominal|nominal code|gl account"
            "|gl code|account no|account number|ledger code|cost element|natural account|detail code|g l account"
            "|nominal account|acc code",
            70: "expense code|expenditure code|expenditure account code|object code|full account flexfield"
            "|account flexfield|account combination|cipfa expenditure code|cipfa code|expenditure catergory code",
            45: "account detail|account name|account description|subjective description|expenditure type"
            "|expenses type|expense type",
        },
    ),
    **_words(
        Meaning.SUPPLIER,
        {
            95: "supplier|supplier name|supplier source|vendor|vendor name|payee|payee name|creditor|creditor name"
            "|supplier customer|customer supplier|supplier payee|beneficiary|beneficiary name|supplier customer name"
            "|merchant name|merchant|apar name|name of supplier|supplier description",
            50: "company name|recipient|recipient name|party|third party|offsetting account name|name of payee",
            40: "name|source|person|apar id",
        },
    ),
    **_words(
        Meaning.DESCRIPTION,
        {
            95: "description|line description|transaction description|trans description|text|line text|item text"
            "|desc|details|transaction details|posting text|journal description|line desc",
            70: "detail|purpose|purpose of expenditure|purpose of spend|particulars|expense description"
            "|expenditure description|expense code description|invoice description|header text"
            "|document header text|comment|comments|item description|goods description",
            45: "expenditure account code description|expenditure category|expenditure catergory|procurement category"
            "|detailed type|detailed expenses type|category|merchant category|supplier classification|summary",
        },
    ),
    **_words(
        Meaning.NARRATIVE,
        {
            90: "narrative|transaction narrative|trans narrative|journal narrative|jnl narrative|narration"
            "|line narrative|narrative 1|narr",
        },
    ),
    **_words(
        Meaning.TYPE,
        {
            90: "type|trans type|transaction type|tran type|doc type|document type|voucher type|journal type|tt"
            "|trans typ|posting type|line type|entry type|vt",
            45: "type of expenditure|jnl type|balance class|capital revenue|revenue capital",
        },
    ),
    **_words(
        Meaning.AMOUNT,
        {
            98: "net amount|amount net|amount ex vat|amount exc vat|amount excl vat|amount excluding vat|net of vat"
            "|amount net of vat|net value|value ex vat|net amount ex vat|net line amount|amount exclusive of vat"
            "|net spend|net amt",
            90: "amount|line amount|transaction amount|trans amount|amt|posted amount|journal amount|base amount"
            "|ledger amount|amount in local currency|local amount|accounted amount|amount in lc|amount in gbp",
            80: "net|value|actual|actuals|actual amount|val in rep cur|value in reporting currency|val coarea crcy"
            "|value coarea crcy|value co area currency|val in co area crcy|value in obj crcy|value tran curr"
            "|actual value|spend|expenditure|expenditure amount",
            70: "amount paid|paid amount|payment amount|sum paid|payment|paid|invoice amount|line value|cost",
            55: "total invoice amount|gross amount|amount gross|amount inc vat|amount incl vat|amount including vat"
            "|gross|gross value|total amount|invoice total|invoice value|total value|payment total|cur amount",
            50: "total|sum|pounds",
        },
    ),
    **_words(
        Meaning.DEBIT,
        {
            90: "debit|dr|debits|debit amount|dr amount|amount dr|debit value|entered dr|accounted dr|debit amt"
        },
    ),
    **_words(
        Meaning.CREDIT,
        {
            90: "credit|cr|credits|credit amount|cr amount|amount cr|credit value|entered cr|accounted cr|credit amt"
        },
    ),
    **_words(
        Meaning.DEBIT_CREDIT_FLAG,
        {
            90: "dc flag|d c|dr cr|debit credit|dc|drcr|dr cr flag|d c flag|d c indicator|dr cr indicator|db cr"
            "|debit credit ind|debit credit indicator|debit credit flag|dr cr ind|sign",
        },
    ),
    **_words(
        Meaning.VAT,
        {
            95: "vat|vat amount|tax|tax amount|irrecoverable vat|vat value|recoverable vat|amount vat|vat amt"
            "|irrecoverable vat amount|non recoverable vat",
        },
    ),
    **_words(
        Meaning.BALANCE,
        {
            95: "balance|running balance|cumulative|cumulative balance|running total|cumulative total|ytd"
            "|year to date|balance c f|closing balance|cumulative amount|ytd amount|ytd actual",
        },
    ),
    **_words(
        Meaning.OTHER,
        {
            95: "supplier id|supplier no|supplier number|supplier code|vendor id|vendor no|vendor number|vendor"
            " code|creditor no|supplier ref|payee id|budget|commitment|committed|variance|commitments|user|user id"
            "|currency|tax code|vat code|status|line no|line number|sequence no|order no|order number|po number"
            "|quantity|qty|client|company|project|vat rate|card flag|postcode",
        },
    ),
}

_AMOUNTS = (Meaning.AMOUNT, Meaning.DEBIT, Meaning.CREDIT)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z0-9]+")
#: Words that say nothing about a column.
_IDLE = frozenset({"gbp", "s", "the", "uk", "sterling", "in", "of"})


def plain_heading(heading: Cell) -> str:
    """*heading* in plain lower-case words: “Net Amount (£)” and net_amount are both ``net amount``."""
    text = clean_text(heading)
    whole = " ".join(_WORD.findall(text.casefold()))
    if whole in _VOCABULARY:
        return whole
    spread = " ".join(_WORD.findall(_CAMEL.sub(" ", text).casefold()))
    for phrase in (spread, _without_idle(whole), _without_idle(spread)):
        if phrase in _VOCABULARY:
            return phrase
    return spread


def _without_idle(phrase: str) -> str:
    return " ".join(word for word in phrase.split() if word not in _IDLE)


#: Headings outside the vocabulary, from the surest to the least sure; the values must agree.
_PATTERNS: tuple[tuple[re.Pattern[str], _Guess], ...] = (
    (re.compile(r"\b(?:budget|variance|commit\w*|forecast|estimate)\b"), _Guess(Meaning.OTHER, 49)),
    (
        re.compile(r"\b(?:net|amount|value|total|spend|payment|invoice)\b.*\b(?:ex\w*|net)\b.*\bvat\b"),
        _Guess(Meaning.AMOUNT, 49),
    ),
    (
        re.compile(r"\b(?:amount|value|total|gross)\b.*\binc\w*\b.*\b(?:vat|tax)\b"),
        _Guess(Meaning.AMOUNT, 30),
    ),
    (re.compile(r"\b(?:vat|tax)\b"), _Guess(Meaning.VAT, 49)),
    (re.compile(r"\b(?:balance|cumulative|ytd|year to date|running)\b"), _Guess(Meaning.BALANCE, 49)),
    (
        re.compile(r"\b(?:supplier|vendor|payee|creditor)\b.*\b(?:id|no|number|code|ref|reference|type)\b"),
        _Guess(Meaning.OTHER, 49),
    ),
    (re.compile(r"\bdebits?\b|\bdr\b"), _Guess(Meaning.DEBIT, 40)),
    (re.compile(r"\bcredits?\b|\bcr\b"), _Guess(Meaning.CREDIT, 40)),
    (re.compile(r"\bdate\b"), _Guess(Meaning.DATE, 40)),
    (re.compile(r"\b(?:net|amount|amt)\b"), _Guess(Meaning.AMOUNT, 45)),
    (re.compile(r"\b(?:value|spend|paid|expenditure|actual)\b"), _Guess(Meaning.AMOUNT, 35)),
    (re.compile(r"\bcost (?:centre|center)\b"), _Guess(Meaning.COST_CENTRE, 40)),
    (re.compile(r"\b(?:account|nominal|subjective)\b"), _Guess(Meaning.ACCOUNT, 40)),
    (re.compile(r"\b(?:supplier|vendor|payee|creditor|beneficiary)\b"), _Guess(Meaning.SUPPLIER, 40)),
    (
        re.compile(r"\b(?:transaction|journal|document|voucher)\b.*\b(?:no|number|id|ref|reference)\b"),
        _Guess(Meaning.TRANSACTION, 44),
    ),
    (re.compile(r"\b(?:ref|reference)\b"), _Guess(Meaning.TRANSACTION, 35)),
    (re.compile(r"\bnarrative\b"), _Guess(Meaning.NARRATIVE, 40)),
    (re.compile(r"\b(?:description|text|details?|purpose)\b"), _Guess(Meaning.DESCRIPTION, 35)),
    (re.compile(r"\bperiod\b"), _Guess(Meaning.PERIOD, 40)),
    (re.compile(r"\btype\b"), _Guess(Meaning.TYPE, 30)),
)


def guess_meaning(heading: Cell) -> tuple[Meaning, int] | None:
    """What *heading* may mean and how surely (below 50 the values must agree); None when nothing is known of it."""
    if type(heading) is not str or len(heading) > 80:
        return None
    phrase = plain_heading(heading)
    if not phrase:
        return None
    if (known := _VOCABULARY.get(phrase)) is not None:
        return known
    for pattern, guess in _PATTERNS:
        if pattern.search(phrase):
            return guess
    return None


def find_table(rows: Sequence[Sequence[Cell]]) -> FoundTable | NoTable:
    """The ledger table in *rows*, the rows of a sheet from its top; it needs an amount column to be one.

    Where headings stand twice, one row a near copy of the other, the lower one counts.
    """
    best_at, best_score = -1, 0.0
    other: Sequence[Cell] = ()
    other_score = 0.0
    for at, cells in enumerate(rows[:SEARCHED_ROWS]):
        if best_at >= 0 and _is_data(rows[best_at], cells):
            break
        score, has_amount = _heading_score(cells)
        if has_amount and score >= 0.7 * best_score:
            best_at, best_score = at, score
        elif score > other_score:
            other, other_score = cells, score
    if best_at < 0:
        named = other or next((cells for cells in rows if sum(type(cell) is str for cell in cells) >= 2), ())
        return NoTable(tuple(text for cell in named if (text := clean_text(cell))))
    below = rows[best_at + 1 :]
    width = max(len(rows[best_at]), max(map(len, below), default=0))
    found = [clean_text(cell) for cell in rows[best_at]]
    headings = tuple(found + [""] * (width - len(found)))
    meanings = meanings_of(headings, below)
    if not any(meaning in _AMOUNTS for meaning in meanings):  # the values below say that it is none after all
        return NoTable(tuple(filter(None, found)))
    return FoundTable(best_at, headings, meanings)


def _heading_score(cells: Sequence[Cell]) -> tuple[float, bool]:
    """How much a row looks like headings, and whether one of them is an amount; 0 for a row that holds values."""
    meanings: dict[Meaning, int] = {}
    texts = 0
    for cell in cells:
        if cell is None:
            continue
        if type(cell) is not str:
            return 0.0, False  # a heading row holds no numbers or dates
        texts += 1
        guess = guess_meaning(cell)
        if guess is not None and guess[0] is not Meaning.OTHER:
            meanings[guess[0]] = max(guess[1], meanings.get(guess[0], 0))
    if texts < 2 or len(meanings) < 2:
        return 0.0, False
    return sum(meanings.values()) / 100, any(meaning in meanings for meaning in _AMOUNTS)


def _is_data(headings: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Whether a row has an amount below one of the amount headings."""
    for heading, cell in zip(headings, cells, strict=False):
        if cell is None:
            continue
        guess = guess_meaning(heading)
        if guess is not None and guess[0] in _AMOUNTS and _is_amount(cell):
            return True
    return False


def meanings_of(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> tuple[Meaning, ...]:
    """The meaning of each column, each but OTHER given once, to the column whose heading and values fit best."""
    meanings = [Meaning.OTHER] * len(headings)
    tried = _filled_rows(rows)
    claims: list[tuple[float, int, Meaning]] = []
    for at, heading in enumerate(headings):
        guess = guess_meaning(heading)
        if guess is None:
            continue
        meaning, rank = guess
        fit = _fit(meaning, [row[at] for row in tried if at < len(row) and row[at] is not None])
        if rank < 50 and fit < 0.6:
            continue
        claims.append((rank * (0.3 + 0.7 * fit), at, meaning))
    for _, at, meaning in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
        if meaning in (Meaning.VAT, Meaning.BALANCE) or meaning not in meanings:
            meanings[at] = meaning
    return tuple(_one_amount(meanings, tried))


def _one_amount(meanings: list[Meaning], tried: Sequence[Sequence[Cell]]) -> list[Meaning]:
    """Either one amount column or a debit and a credit column, never both: the pair when the amount has gaps."""
    pair = {Meaning.DEBIT, Meaning.CREDIT}
    if Meaning.AMOUNT not in meanings or not pair & set(meanings):
        return meanings
    at = meanings.index(Meaning.AMOUNT)
    filled = sum(at < len(row) and row[at] is not None for row in tried)
    dropped = {Meaning.AMOUNT} if pair <= set(meanings) and filled < 0.9 * len(tried) else pair
    return [Meaning.OTHER if meaning in dropped else meaning for meaning in meanings]


def _filled_rows(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """The first rows with at least three filled cells: totals and notes must not decide what a column means."""
    filled: list[Sequence[Cell]] = []
    for row in rows[:SEARCHED_ROWS]:
        if sum(cell is not None for cell in row) >= min(3, len(row)):
            filled.append(row)
            if len(filled) == TRIED_ROWS:
                break
    return filled


def _fit(meaning: Meaning, values: Sequence[Cell]) -> float:
    """The share of *values* that can be what *meaning* says; 0.5 where there are none."""
    test = _TESTS.get(meaning)
    if not values:
        return 0.5
    if test is None:
        return 1.0
    return sum(map(test, values)) / len(values)


def _is_amount(cell: Cell) -> bool:
    try:
        return parse_amount(cell) is not None
    except NotMoneyError:
        return False


def _reads(read: Callable[[Cell], object]) -> Callable[[Cell], bool]:
    def is_readable(cell: Cell) -> bool:
        try:
            read(cell)
        except ValueError:
            return False
        return True

    return is_readable


_TESTS: Mapping[Meaning, Callable[[Cell], bool]] = {
    Meaning.AMOUNT: _is_amount,
    Meaning.DEBIT: _is_amount,
    Meaning.CREDIT: _is_amount,
    Meaning.VAT: _is_amount,
    Meaning.BALANCE: _is_amount,
    Meaning.DATE: _reads(parse_date),
    Meaning.PERIOD: _reads(parse_period),
    Meaning.YEAR: _reads(parse_year),
    Meaning.DEBIT_CREDIT_FLAG: lambda cell: flag_sign(cell) != 0,
}
