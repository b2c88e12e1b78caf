"""What headings of finance systems may mean (``domain.md`` 4.6), whatever their case, punctuation or pound signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from fundingapp.domain.cells import clean_text
from fundingapp.domain.ledger import Cell, Meaning


class Guess(NamedTuple):
    """What a heading may mean, and how surely: 100 is certain, below 50 the values must agree."""

    meaning: Meaning
    rank: int


def _words(meaning: Meaning, ranked: Mapping[int, str]) -> dict[str, Guess]:
    return {
        phrase.strip(): Guess(meaning, rank)
        for rank, phrases in ranked.items()
        for phrase in phrases.split("|")
    }


_VOCABULARY: dict[str, Guess] = {
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
            "|transdate|trn date|tran dt|trans dt|date of posting|posted|posted on",
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
            60: "recipient org name|recipient organisation|recipient organisation name",
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
            45: "type of expenditure|jnl type|capital revenue|revenue capital",
        },
    ),
    **_words(
        Meaning.AMOUNT,
        {
            98: "net amount|amount net|amount ex vat|amount exc vat|amount excl vat|amount excluding vat|net of vat"
            "|amount net of vat|net value|value ex vat|net amount ex vat|net line amount|amount exclusive of vat"
            "|net spend|net amt",
            90: "amount|line amount|transaction amount|trans amount|amt|posted amount|journal amount|base amount"
            "|ledger amount|transaction value|trans value|amount posted|value posted"
            "|amount in local currency|local amount|accounted amount|amount in lc|amount in gbp",
            80: "net|value|actual|actuals|actual amount|val in rep cur|value in reporting currency|val coarea crcy"
            "|value coarea crcy|value co area currency|val in co area crcy|value in obj crcy|value tran curr"
            "|actual value|spend|expenditure|expenditure amount",
            70: "amount paid|paid amount|sum|cost to council|amount of payment|value of payment|amount spent|charge"
            "|charges|payment amount|sum paid|payment|payments|paid|invoice amount|line value|cost",
            55: "line total|total invoice amount|gross amount|amount gross|amount inc vat|amount incl vat"
            "|amount including vat"
            "|gross|gross value|total amount|invoice total|invoice value|total value|payment total|cur amount",
            50: "total|pounds",
        },
    ),
    **_words(
        Meaning.DEBIT,
        {
            90: "debit|dr|debits|debit amount|dr amount|amount dr|debit value|entered dr|accounted dr|debit amt"
            "|amount debit|dr value|value dr|debit gbp|dr amt|base debit|period debit|debit base",
            60: "paid out|money out|payments out|withdrawals|withdrawn|out",
        },
    ),
    **_words(
        Meaning.CREDIT,
        {
            90: "credit|cr|credits|credit amount|cr amount|amount cr|credit value|entered cr|accounted cr|credit amt"
            "|amount credit|cr value|value cr|credit gbp|cr amt|base credit|period credit|credit base",
            60: "paid in|money in|receipts|income|income received|deposits|in",
        },
    ),
    **_words(
        Meaning.DEBIT_CREDIT_FLAG,
        {
            90: "dc flag|d c|dr cr|debit credit|dc|drcr|dr cr flag|d c flag|d c indicator|dr cr indicator|db cr"
            "|debit credit ind|debit credit indicator|debit credit flag|dr cr ind|sign|s h|h s|c d|cr dr"
            "|debit or credit|d or c|dr or cr",
        },
    ),
    **_words(
        Meaning.CLASS,
        {
            90: "balance class|bal class|balance type|actual commitment|actual or commitment|commitment actual"
            "|actual committed|act com|posting class",
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
            95: "unit price|price|rate|hours|days|number|quantity ordered|easting|northing|latitude|longitude|row"
            "|row no|line"
            "|exchange rate|vat registration|company number|charity number|contract id|bank account|sort code|uprn"
            "|period budget|annual budget|full year budget|remaining budget|outstanding|"
            "supplier id|supplier no|supplier number|supplier code|vendor id|vendor no|vendor number|vendor"
            " code|creditor no|supplier ref|payee id|budget|commitment|committed|variance|commitments|user|user id"
            "|currency|tax code|vat code|status|line no|line number|sequence no|order no|order number|po number"
            "|quantity|qty|client|company|project|vat rate|card flag|postcode",
        },
    ),
}

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
_PATTERNS: tuple[tuple[re.Pattern[str], Guess], ...] = (
    (re.compile(r"\b(?:budget|variance|commit\w*|forecast|estimate)\b"), Guess(Meaning.OTHER, 49)),
    (
        re.compile(
            r"\b(?:net|amount|value|total|spend|payment|invoice)\b.*\b(?:ex\w*|net)\b.*\bvat\b"
            r"|\b(?:ex|exc|excl|excluding|exclusive)\b.*\bvat\b"
        ),
        Guess(Meaning.AMOUNT, 49),
    ),
    (
        re.compile(r"\b(?:amount|value|total|gross|cost|spend|price)\b.*\binc\w*\b.*\b(?:vat|tax)\b"),
        Guess(Meaning.AMOUNT, 30),
    ),
    (re.compile(r"\b(?:vat|tax)\b"), Guess(Meaning.VAT, 49)),
    (re.compile(r"\b(?:balance|cumulative|ytd|year to date|running)\b"), Guess(Meaning.BALANCE, 49)),
    (
        re.compile(r"\b(?:supplier|vendor|payee|creditor)\b.*\b(?:id|no|number|code|ref|reference|type)\b"),
        Guess(Meaning.OTHER, 49),
    ),
    (re.compile(r"\bdebits?\b|\bdr\b"), Guess(Meaning.DEBIT, 40)),
    (re.compile(r"\bcredits?\b|\bcr\b"), Guess(Meaning.CREDIT, 40)),
    (re.compile(r"\bdate\b"), Guess(Meaning.DATE, 40)),
    (re.compile(r"\b(?:net|amount|amt)\b"), Guess(Meaning.AMOUNT, 45)),
    (re.compile(r"\b(?:value|spend|paid|expenditure|actual)\b"), Guess(Meaning.AMOUNT, 35)),
    (re.compile(r"\bcost (?:centre|center)\b"), Guess(Meaning.COST_CENTRE, 40)),
    (re.compile(r"\b(?:account|nominal|subjective)\b"), Guess(Meaning.ACCOUNT, 40)),
    (re.compile(r"\b(?:supplier|vendor|payee|creditor|beneficiary)\b"), Guess(Meaning.SUPPLIER, 40)),
    (
        re.compile(r"\b(?:transaction|journal|document|voucher)\b.*\b(?:no|number|id|ref|reference)\b"),
        Guess(Meaning.TRANSACTION, 44),
    ),
    (re.compile(r"\b(?:ref|reference)\b"), Guess(Meaning.TRANSACTION, 35)),
    (re.compile(r"\bnarrative\b"), Guess(Meaning.NARRATIVE, 40)),
    (re.compile(r"\b(?:description|text|details?|purpose)\b"), Guess(Meaning.DESCRIPTION, 35)),
    (re.compile(r"\bperiod\b"), Guess(Meaning.PERIOD, 40)),
    (re.compile(r"\btype\b"), Guess(Meaning.TYPE, 30)),
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


_THOUSANDS = re.compile(
    r"(?<![\d,.])['’‘`]?000['’`]?s?\b|\bthousands?\b|£\s*k\b|\bk£|£\s*m\b|\bmillions?\b|\b£?mn\b",
    re.IGNORECASE,
)


def is_in_thousands(text: str) -> bool:
    """Whether a heading or title says that its amounts are thousands or millions of pounds: £'000, £k, £m."""
    return _THOUSANDS.search(text) is not None


_PENCE = re.compile(r"\b(?:pence|pennies)\b", re.IGNORECASE)
_POUNDS = re.compile(r"£|\bpounds?\b", re.IGNORECASE)


def is_in_pence(text: str) -> bool:
    """Whether a heading says that its amounts are pence, not pounds and pence."""
    return _PENCE.search(text) is not None and _POUNDS.search(text) is None
