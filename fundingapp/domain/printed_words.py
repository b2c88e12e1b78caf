"""The words of printed tables: what a heading or a label says that its figures are. Only the figures prove it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, permutations
from typing import Final

from fundingapp.domain.cells import total_label
from fundingapp.domain.performance import RowSort

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(MONTHS)

# Times

#: A heading or a label that names a time and nothing else.
PERIOD: Final = re.compile(
    r"(?:fy\s*)?(?:19|20)\d\d(?:\s*[/\-–]\s*(?:(?:19|20)?\d\d))?"
    rf"|(?:q[1-4]|{_MONTH})[a-z]*[\s\-/]*(?:\d{{4}}|\d{{2}})?"
    r"|\d\d/\d\d|ytd",
    re.IGNORECASE,
)
DATE_LIKE: Final = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th)?[\s/\-.]+(?:\d{{1,2}}|(?:{_MONTH})[a-z]*)[\s/\-.]+\d{{2,4}}", re.IGNORECASE
)
#: A year, or a financial year in its short form.
YEARS: Final = re.compile(r"(?:19|20)\d\d|(?<![\d/])\d\d/\d\d(?![\d/])")
_DAY = re.compile(r"\b\d{1,2}[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)\b")
PERIOD_WORDS: Final = re.compile(
    r"(?:19|20)\d\d(?:\s*[/\-–]\s*(?:(?:19|20)?\d\d))?|\d{1,2}(?:st|nd|rd|th|[pr])?\b"
    rf"|\b(?:{_MONTH})[a-z]*\b|\b(?:ytd|q[1-4]|previous|prior|current|latest|recent|rolling|period|last|this|year"
    r"|total|at|as|to|on|from|of|in|the|than|over|compared|with|date|number|no|count|months?|volume|numerical|actual"
    r"|offences|crimes?|percent(?:age)?|pct|per\s?cent|fy|ending|ended)\b|(?<![a-z])[pr](?![a-z])|[^\w\s]",
    re.IGNORECASE,
)
#: The heading of a part of a year, and that of a year made of such parts.
PART_OF_YEAR: Final = re.compile(
    rf"q(?:uarter|tr)?\s*[1-4]\b|(?:{_MONTH})[a-z]*\b"
    r"|(?:1st|2nd|3rd|4th|first|second|third|fourth) (?:quarter|half)\b|h[12]\b",
    re.IGNORECASE,
)
NAMES_YEAR: Final = re.compile(r"(?:19|20)\d\d|\d\d/\d\d|\byear\b|annual|12 months", re.IGNORECASE)
SAYS_PREVIOUS: Final = re.compile(
    r"previous|prior|last year|year before|baseline|before|earlier", re.IGNORECASE
)
SAYS_CURRENT: Final = re.compile(r"current|this year|latest|\bnow\b", re.IGNORECASE)
SAYS_LAST_YEAR: Final = re.compile(
    r"(?:previous|last|prior) year|year before|year[- ]on[- ]year|\byoy\b", re.IGNORECASE
)


def when(heading: str) -> tuple[int, ...] | None:
    """The years and dates of a heading, to be put in order; None where it names none."""
    if days := _DAY.findall(heading):
        month, year = days[-1]
        return (int(year) if len(year) == 4 else 2000 + int(year), int(month) - 1)
    years = [int(each) if len(each) == 4 else 2000 + int(each[:2]) for each in YEARS.findall(heading)]
    if not years:
        short = re.search(rf"\b(?:{_MONTH})[a-z]*[\s\-']*(\d\d)\b", heading, re.IGNORECASE)
        years = [2000 + int(short[1])] if short else []
    months = re.findall(rf"\b({_MONTH})", heading, re.IGNORECASE)
    quarter = re.search(r"\bq(?:uarter )?([1-4])\b", heading, re.IGNORECASE)
    if not years and not months:
        return None
    last = MONTHS.index(months[-1].casefold()) if months else int(quarter[1]) if quarter else 0
    return (max(years) if years else 0, last)


def is_of_same_time(one: str, other: str) -> bool:
    """Whether two headings are of one time: they name the same years and dates, or none, and neither is of last year
    while the other is not."""
    return all(
        said(one) == said(other)
        for said in (
            when,
            lambda text: bool(SAYS_PREVIOUS.search(text)),
            lambda text: bool(SAYS_CURRENT.search(text)),
        )
    )


# What is worked out of other figures

#: Words of a column or a row that is worked out of others. They may stand over counts as well (“Performance”).
SAYS_CHANGE: Final = re.compile(
    r"chang|chng|\bchg\b|\bdiff|varia|\bvar\b|increase|decrease|reduc|\brise\b|\bfall\b|\+\s*/\s*[-−–]|±|performance"
    r"|movement|growth|trend|\bv(?:s|\.)?\b|versus|compar|year[- ]on[- ]year|\byoy\b|up\s*/\s*down"
    r"|\b(?:from|on) previous",
    re.IGNORECASE,
)
#: Words that hardly ever stand over counts: where they do, what they stand over is a difference.
_SAYS_DIFFERENCE = re.compile(
    r"\bdiff(?:erence)?\b|\b(?:%\s*)?ch(?:ange|ng|g)\b|\bvar(?:iance)?\b|\bincrease\b|\bdecrease\b|\breduction\b"
    r"|\bmovement\b|\+\s*/\s*[-−–]|±",
    re.IGNORECASE,
)
SAYS_FALL: Final = re.compile(r"reduc|decrease|\bfall\b", re.IGNORECASE)
SAYS_PERCENT: Final = re.compile(r"%|per\s?cent|\bpct\b", re.IGNORECASE)
SAYS_SHARE: Final = re.compile(
    r"%\s*of|per\s?cent(?:age)?\s*of|share|proportion|of total|of all|distribution", re.IGNORECASE
)
SAYS_POINTS: Final = re.compile(r"\bpp\b|points?\b|\bpts?\b|trend", re.IGNORECASE)
SAYS_TARGET: Final = re.compile(r"\btargets?\b(?!.*achiev)|\bambition\b|\bplan(?:ned)?\b", re.IGNORECASE)
SAYS_OTHER_BASE: Final = re.compile(
    r"\bsince\b|baseline|average|\b(?:from|on|vs?\.?|to)\s+(?:19|20)\d\d|target", re.IGNORECASE
)
SAYS_AVERAGE: Final = re.compile(r"\baverage\b|\bmean\b|\bavg\b", re.IGNORECASE)
#: A rate, and of how many.
SAYS_RATE: Final = re.compile(
    r"\bper\s+(?P<of>10{0,2}(?:[,\s]?000)*|thousand|hundred|head|resident|capita)\b"
    r"|/\s*(?P<by>10{0,2}(?:,?000)+)\b",
    re.IGNORECASE,
)
#: A percentage, an average, a rate: worked out, and rounded.
SAYS_RATIO: Final = re.compile(
    r"%|\bper ?cent\b|\bpercentage|\bpct\b|\bproportion|\bshare\b|\brate\b"
    r"|\bper\s+10{0,2}(?:,?000){0,2}\b|\baverage\b|\bmean\b|\bmedian\b|\bindex\b|\bratio\b",
    re.IGNORECASE,
)

# What is no count of the table's subject

#: Columns that hold no counts of what the table is about, or none that were counted.
SAYS_OTHER: Final = re.compile(
    r"\brates?\b|\bper\b|average|mean\b|median|score|index|rank|position|satisf|population|households|residents|target"
    r"|project(?:ed|ion)|forecast|estimate|priority|weight|confiden|threshold",
    re.IGNORECASE,
)
#: Columns that do not add up.
SAYS_UNSUMMED: Final = re.compile(
    r"\brates?\b|\bper\b|average|mean|median|score|index|rank|position|satisf", re.IGNORECASE
)
#: Numbers that count nobody and are never hidden.
SAYS_GIVEN: Final = re.compile(
    r"\brank(?:ing)?\b|\bposition\b|\btarget\b|\bpop(?:ulation|\.)?\b|\bhouseholds\b|\bcosts?\b|£|\bspend\b|\bbudget\b"
    r"|\bthreshold\b|\bbaseline year\b",
    re.IGNORECASE,
)
SAYS_RUNNING: Final = re.compile(r"cumulative|running|to date|\bytd\b", re.IGNORECASE)
SAYS_POPULATION: Final = re.compile(r"\bpop(?:ulation|\.)?\b|\bhouseholds\b|\bresidents\b", re.IGNORECASE)

#: That a time named in a heading is what is compared with.
_SAYS_SINCE = re.compile(
    r"\bsince\b|\bfrom\b|\bon\b|\bv(?:s|\.)?\b|versus|against|compar|baseline|\bbase\b|\bover\b",
    re.IGNORECASE,
)
_TIME_NAMED = re.compile(
    r"(?:19|20)\d\d(?:\s*[/\-–]\s*(?:(?:19|20)\d\d|\d\d)(?!\d))?|(?<![\d/])\d\d/\d\d(?![\d/])"
)


def years_named(heading: str) -> tuple[list[int], bool]:
    """The years that *heading* names, in the order of time, and whether the only one is what is compared with: 2018 of
    “% change since 2018/19”."""
    found = [moment[0] for each in _TIME_NAMED.findall(heading) if (moment := when(each)) is not None]
    return sorted(set(found)), _SAYS_SINCE.search(heading) is not None


# Labels

LABEL_WORDS: Final = re.compile(
    r"\b(?:type|category|measure|area|beat|ward|district|offence|crime|indicator|name|year|period|force|csp|group|hate"
    r"|partnership|month|quarter|age|neighbourhood|sector|code|ref)s?\b",
    re.IGNORECASE,
)
#: A heading over numbers that name what stands beside them.
NAMES_ROWS: Final = re.compile(
    r"(?:financial |calendar )?year|quarter|period|month|week|date|beat|beat no\.?|code|.* code|ref(?:erence)?|id|no\.?"
    r"|#|ward|area|lsoa|csp|district|row",
    re.IGNORECASE,
)
NO_LABEL: Final = re.compile(
    r"\b(?:target|comment|status|rag|trend|note|direction|source)s?\b", re.IGNORECASE
)
NAMES_TARGET: Final = re.compile(r"\b(?:target|ambition|plan)", re.IGNORECASE)

_ALL_CRIME = re.compile(
    r"(?:(?:all|total|overall|total recorded|all recorded|police recorded|recorded)\s+(?:recorded\s+)?"
    r"(?:crimes?|offences|notifiable offences|incidents|victim[- ]based crime)\b.*|trc|tnc|crimes? total)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:(?:grand|overall|borough|county|force|district|city|csp|partnership|area|table|net|combined|year|annual|column"
    r"|row)\s+)*totals?\b(?!\s+(?:at|as at|to|recorded|crime|offences)\b).*|.{1,60}\b(?:sub[\s-]?)?totals?|sum|all"
    r"|overall|all (?:areas|beats|wards|districts|types|categories|ages|hate|hate crimes?|partnerships|csps|groups"
    r"|strands)",
    re.IGNORECASE,
)
_SUB = re.compile(r"\bsub[\s-]?totals?\b", re.IGNORECASE)
_UNASSIGNED = re.compile(
    r"(?:unassigned|not assigned|unallocated|not recorded|unknown|not known|no beat|outside)\b.*|.*\bunassigned",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(
    r"\W*(?:(?:out )?of (?:which|these|them|whom|those)|which includes?|including|incl?\b|includes|thereof)\b.*",
    re.IGNORECASE,
)
#: What may be called a total; only the numbers say whether it is one.
_MAY_BE_TOTAL = re.compile(
    r"\b(?:totals?|sub-?totals?|all|overall|grand|sum|whole|combined|altogether|aggregate|borough|county|force|"
    r"england|wales|partnership|city|region|any|both|year to date|ytd|to date|full year|annual|year)\b|^\d{4}/\d{2,4}$",
    re.IGNORECASE,
)


def bare(text: str) -> str:
    """A label without what leads it in, such as a dash, and without its marks; the last of several."""
    return re.sub(r"[\s:*†]+$", "", re.sub(r"^[\s\-–•>=]+", "", text.rpartition(" · ")[2]))


def is_all_crime(text: str) -> bool:
    """Whether *text* names all crime, which is at least the sum of the categories listed (R38)."""
    return _ALL_CRIME.fullmatch(bare(text)) is not None


def is_total(text: str) -> bool:
    """Whether *text* labels a total, which is the sum of its parts."""
    return _TOTAL.fullmatch(bare(text)) is not None and not is_all_crime(text)


def may_be_total(text: str) -> bool:
    """Whether a label sounds like a total at all; only the numbers say whether it is one."""
    return total_label(text) is not None or _MAY_BE_TOTAL.search(text) is not None


def is_part_of_another(text: str) -> bool:
    """Whether *text* says that its row is contained in another one: “of which domestic”."""
    return _OF_WHICH.fullmatch(text.strip()) is not None


def sort_of(label: str) -> RowSort:
    """What a row with this *label* is."""
    plain = bare(label)
    if _SUB.search(plain):
        return RowSort.SUBTOTAL
    if is_total(plain):
        return RowSort.TOTAL
    return RowSort.UNASSIGNED if _UNASSIGNED.fullmatch(plain) else RowSort.ORDINARY


def says_difference(text: str) -> bool:
    """Whether *text* can only name a difference or a change."""
    return _SAYS_DIFFERENCE.search(text) is not None


def without_percent(heading: str) -> str:
    """*heading* without what it says of per cent: “Change” of “Change (%)”."""
    return re.sub(r"\(\s*\)", "", SAYS_PERCENT.sub("", heading)).strip()


_CHANGE_WORDS = re.compile(rf"\w*(?:{SAYS_CHANGE.pattern})\w*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def subject_without_change(heading: str) -> str:
    """What a heading says besides its time and that it is a change; "" where that is all."""
    return " ".join(_CHANGE_WORDS.sub(" ", PERIOD_WORDS.sub(" ", heading)).casefold().split())


def per_how_many(heading: str) -> int | None:
    """Of how many a rate is: 1000 of “per 1,000 residents”, 1 of “per head”; None where none is named."""
    found = SAYS_RATE.search(heading)
    if found is None:
        return None
    said = (found["of"] or found["by"]).casefold()
    words = {"thousand": 1000, "hundred": 100, "head": 1, "resident": 1, "capita": 1}
    return words.get(said) or int(re.sub(r"\D", "", said))


_AVERAGED = re.compile(r"\b(\d{1,2}|two|three|four|five)[\s-]+(?:year|month|quarter)", re.IGNORECASE)


def how_many_averaged(heading: str) -> int:
    """How many times an average is of: 3 of “3 year average”; 0 where the heading does not say."""
    found = _AVERAGED.search(heading)
    words = {"two": 2, "three": 3, "four": 4, "five": 5}
    return 0 if found is None else words.get(found[1].casefold()) or int(found[1])


_NOT_CRIME = re.compile(
    r"\basb\b|anti[- ]?social|non[- ]?crime|incident|domestic|\bdv\b|\bda\b|hate|knife|alcohol|drug[- ]related"
    r"|population|repeat|calls?\b|reports?\b|of which|detect|outcome",
    re.IGNORECASE,
)
#: Categories that contain others, and what of these may be listed beside them.
_KINDS: Final = tuple(
    (re.compile(whole, re.IGNORECASE), re.compile(part, re.IGNORECASE))
    for whole, part in (
        (r"against the person|\bvap\b", r"homicide|murder|injur|stalk|harass|assault|death"),
        (r"theft offences|all theft|acquisitive", r"shoplift|theft (?:of|from)|(?:bicycle|other) theft"),
        (r"sexual offences", r"\brape\b|other sexual"),
        (r"vehicle (?:offences|crime)", r"theft (?:of|from) (?:a |motor )*vehicle|vehicle interference"),
        (
            r"^(?:all |total )?burglary(?: offences)?$",
            r"burglary\W.*(?:business|community|dwelling)|residential burglary",
        ),
    )
)
_BROAD = re.compile(r"victim[- ]based|against society|neighbourhood|serious|acquisitive", re.IGNORECASE)
_COMMON: Final = frozenset(
    ("of", "the", "and", "or", "a", "from", "with", "to", "against", "other", "all", "person")
    + ("crime", "crimes", "offence", "offences")
)


def is_crime(name: str) -> bool:
    """Whether a category is a part of all crime that is counted once: no incidents, no flags across categories, no
    people and no rates."""
    said = (_NOT_CRIME, SAYS_OTHER, SAYS_GIVEN)
    return not (any(each.search(name) for each in said) or is_all_crime(name) or is_part_of_another(name))


def is_kind_of(name: str, other: str) -> bool:
    """Whether the crimes of the category *name* are among those of *other* by what both are commonly called."""
    name, other = bare(name), bare(other)
    return any(part.search(name) and whole.search(other) and not whole.search(name) for whole, part in _KINDS)


def may_overlap(names: Sequence[str]) -> bool:
    """Whether one category may contain another: “Violence” and “Violence with injury”, or too many to be told."""
    words = [set(re.findall(r"[a-z]+", name.casefold())) - _COMMON for name in names]
    return (
        len(names) > 12
        or any(one & other for one, other in combinations(words, 2))
        or any(_BROAD.search(name) for name in names)
        or any(is_kind_of(one, other) for one, other in permutations(names, 2))
    )
