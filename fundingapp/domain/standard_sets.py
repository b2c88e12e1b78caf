"""The standard sets of indicators that ship: what is usually measured, with unit, direction and method, so that several
projects and years can be put side by side.

The words are this program's own. The categories of need are those that victims' services report by (domain paper 8,
no. 4). A set has a version: an indicator that is put into a file keeps the name of its list, so that a later version
does not change what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fundingapp.domain.ids import OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, Due, GoodDirection, Indicator, Measure, ResultLevel

#: The version of the sets; it is raised whenever what an indicator measures changes.
VERSION = "1"

_UP, _DOWN, _NEITHER = GoodDirection.UP, GoodDirection.DOWN, GoodDirection.NONE
_OUTPUT, _OUTCOME = ResultLevel.OUTPUT, ResultLevel.OUTCOME
_NUMBER, _PEOPLE, _CONTACTS, _SHARE, _AVERAGE = (
    Counted.NUMBER,
    Counted.PEOPLE,
    Counted.CONTACTS,
    Counted.SHARE,
    Counted.AVERAGE,
)


@dataclass(frozen=True, slots=True)
class StandardIndicator:
    """An indicator of a standard set under its *code*; *method* says how its figure is made."""

    code: str
    name: str
    unit: str
    direction: GoodDirection
    level: ResultLevel
    counted: Counted
    method: str
    measure: Measure = Measure.FLOW
    is_sensitive: bool = False
    target: str = ""
    source: str = ""
    due: Due = Due.QUARTER


@dataclass(frozen=True, slots=True)
class StandardSet:
    """A set of indicators. *name* with the version is the code list that its indicators belong to."""

    code: str
    name: str
    about: str
    indicators: tuple[StandardIndicator, ...]
    version: str = VERSION

    @property
    def code_list(self) -> str:
        """“Victims' services v1”."""
        return f"{self.name} v{self.version}"


#: The eight categories of need that victims' services report by.
NEEDS = (
    ("HEALTH", "mental and physical health"),
    ("SHELTER", "shelter and accommodation"),
    ("FAMILY", "family, friends and children"),
    ("SKILLS", "education, skills and employment"),
    ("DRUGS", "drugs and alcohol"),
    ("FINANCE", "finance and benefits"),
    ("OUTLOOK", "outlook and attitudes"),
    ("SOCIAL", "social interaction"),
)

_START_AND_END = "Asked at the start and the end of support; out of those who answered both times."
_ANSWERED = "Out of those who answered the survey of the period; keep the number who were asked beside it."
_EACH_ONCE = "Each person once in the period, however often they were seen."
_RECORDED = "Offences recorded by the police in the period, by the day of recording."
_CASES = "service's case records"
_POLICE = "police recorded crime"

_VICTIMS = StandardSet(
    "VS",
    "Victims' services",
    "People supported, the needs they have in eight categories, and what changed for them.",
    (
        StandardIndicator(
            "VS-REF", "Victims referred", "people", _NEITHER, _OUTPUT, _PEOPLE, _EACH_ONCE,
            is_sensitive=True, source=_CASES,
        ),
        StandardIndicator(
            "VS-SUP", "Victims supported", "people", _UP, _OUTPUT, _PEOPLE, _EACH_ONCE,
            is_sensitive=True, source=_CASES,
        ),
        StandardIndicator(
            "VS-CON", "Contacts with victims", "contacts", _UP, _OUTPUT, _CONTACTS,
            "Every meeting, call or message that gave support; one person may count many times.", source=_CASES,
        ),
        StandardIndicator(
            "VS-LOAD", "Open cases at the end of the period", "people", _NEITHER, _OUTPUT, _PEOPLE,
            "Those being supported on the last day; it does not add up over periods.", Measure.STOCK, True,
            source=_CASES,
        ),
        *(
            StandardIndicator(
                f"VS-NEED-{code}", f"Victims with a need: {need}", "people", _NEITHER, _OUTPUT, _PEOPLE,
                "Each person once for this category; one person may have needs in several.", is_sensitive=True,
                source=_CASES,
            )
            for code, need in NEEDS
        ),
        *(
            StandardIndicator(
                f"VS-MET-{code}", f"Need met: {need}", "% of those with the need", _UP, _OUTCOME, _SHARE,
                "Cases closed in the period in which the need was met or partly met, out of those closed that had it.",
                is_sensitive=True, source=_CASES,
            )
            for code, need in NEEDS
        ),
        StandardIndicator(
            "VS-COPE", "Victims better able to cope with everyday life", "% of those who answered", _UP, _OUTCOME,
            _SHARE, _START_AND_END, is_sensitive=True, source="survey of those supported",
        ),
        StandardIndicator(
            "VS-SAFE", "Victims who feel safer", "% of those who answered", _UP, _OUTCOME, _SHARE, _START_AND_END,
            is_sensitive=True, source="survey of those supported",
        ),
        StandardIndicator(
            "VS-SAT", "Satisfied with the service (good or excellent)", "% of those who answered", _UP, _OUTCOME,
            _SHARE, _ANSWERED, is_sensitive=True, source="survey of those supported",
        ),
        StandardIndicator(
            "VS-REP", "Victims supported who became victims again", "% of those supported", _DOWN, _OUTCOME, _SHARE,
            "Those who came back to the service or to MARAC within twelve months, out of those whose case was closed.",
            is_sensitive=True, source=_CASES,
        ),
    ),
)  # fmt: skip

_ASB = StandardSet(
    "ASB",
    "Anti-social behaviour",
    "What was done about anti-social behaviour, and whether there is less of it.",
    (
        StandardIndicator(
            "ASB-INC", "Anti-social behaviour incidents, police", "incidents", _DOWN, _OUTCOME, _NUMBER,
            "Incidents recorded by the police in the period. What the police record as crime since a change of the "
            "counting rules is no longer among them: say so where years are compared.",
            target="reduction", source="police incident records",
        ),
        StandardIndicator(
            "ASB-CASE", "Anti-social behaviour cases reported to the council", "cases", _NEITHER, _OUTPUT, _NUMBER,
            "Cases opened in the period.", source="council's case system",
        ),
        StandardIndicator(
            "ASB-HIGH", "High-risk cases reviewed", "cases", _UP, _OUTPUT, _NUMBER,
            "Cases rated as high risk that a multi-agency meeting looked at in the period.", is_sensitive=True,
            source="council's case system",
        ),
        StandardIndicator(
            "ASB-TRIG", "Case reviews (community trigger) asked for", "requests", _NEITHER, _OUTPUT, _NUMBER,
            "Requests received in the period, whether or not the threshold was met.", is_sensitive=True,
            source="council's case system",
        ),
        StandardIndicator(
            "ASB-ACT", "Injunctions, orders and warnings", "actions", _NEITHER, _OUTPUT, _NUMBER,
            "Formal actions taken in the period by any partner.", is_sensitive=True, source="partners' records",
        ),
        StandardIndicator(
            "ASB-PAT", "Patrol hours", "hours", _UP, _OUTPUT, _NUMBER, "Hours on patrol that the project paid for.",
            source="patrol log",
        ),
        StandardIndicator(
            "ASB-SAT", "Complainants satisfied with how their case was dealt with", "% of those who answered", _UP,
            _OUTCOME, _SHARE, _ANSWERED, is_sensitive=True, source="survey of complainants",
        ),
        StandardIndicator(
            "ASB-DAY", "Residents who feel safe by day", "% of those who answered", _UP, _OUTCOME, _SHARE,
            "“Safe” or “very safe” outside in their area by day, out of those who answered.", Measure.STOCK,
            source="residents' survey", due=Due.YEAR,
        ),
        StandardIndicator(
            "ASB-NIGHT", "Residents who feel safe after dark", "% of those who answered", _UP, _OUTCOME, _SHARE,
            "“Safe” or “very safe” outside in their area after dark, out of those who answered.", Measure.STOCK,
            source="residents' survey", due=Due.YEAR,
        ),
    ),
)  # fmt: skip

_VIOLENCE = StandardSet(
    "VIO",
    "Violence",
    "Serious violence, knife crime and domestic abuse: what was delivered and what changed.",
    (
        StandardIndicator(
            "VIO-INJ", "Violence with injury, police", "offences", _DOWN, _OUTCOME, _NUMBER, _RECORDED,
            target="reduction", source=_POLICE,
        ),
        StandardIndicator(
            "VIO-KNIFE", "Offences with a knife or sharp instrument", "offences", _DOWN, _OUTCOME, _NUMBER, _RECORDED,
            target="reduction", source=_POLICE,
        ),
        StandardIndicator(
            "VIO-HOSP", "Assaults treated in hospital", "attendances", _DOWN, _OUTCOME, _NUMBER,
            "Attendances for assault as the hospital shares them; they take in what is never reported to the police.",
            is_sensitive=True, target="reduction", source="hospital data",
        ),
        StandardIndicator(
            "VIO-DA", "Domestic abuse reported to the police", "reports", _UP, _OUTCOME, _NUMBER,
            "Crimes and incidents flagged as domestic abuse. More reports may mean more confidence to report: read it "
            "beside the repeat rate.", source=_POLICE,
        ),
        StandardIndicator(
            "VIO-MARAC", "MARAC cases that are repeats", "% of MARAC cases", _DOWN, _OUTCOME, _SHARE,
            "Cases that were heard before within twelve months, out of all cases heard.", is_sensitive=True,
            source="MARAC co-ordinator",
        ),
        StandardIndicator(
            "VIO-YOUNG", "Young people worked with", "people", _UP, _OUTPUT, _PEOPLE, _EACH_ONCE, is_sensitive=True,
            source=_CASES,
        ),
        StandardIndicator(
            "VIO-RISK", "Young people rated as high risk", "people", _NEITHER, _OUTPUT, _PEOPLE,
            "Those on the list on the last day of the period; it does not add up over periods.", Measure.STOCK, True,
            source="multi-agency meeting",
        ),
        StandardIndicator(
            "VIO-SESS", "Sessions delivered", "sessions", _UP, _OUTPUT, _NUMBER, "Sessions that took place.",
            source="project's log",
        ),
        StandardIndicator(
            "VIO-DIST", "Distance travelled on the project's scale", "points", _UP, _OUTCOME, _AVERAGE,
            "The sum of each person's change between start and end, divided by how many have both.", is_sensitive=True,
            source="project's assessments",
        ),
    ),
)  # fmt: skip

_BURGLARY = StandardSet(
    "BUR",
    "Burglary and theft",
    "Recorded burglary and vehicle crime, and what was done to make homes harder targets.",
    (
        StandardIndicator(
            "BUR-RES", "Residential burglary, police", "offences", _DOWN, _OUTCOME, _NUMBER, _RECORDED,
            target="reduction", source=_POLICE,
        ),
        StandardIndicator(
            "BUR-BUS", "Business and community burglary, police", "offences", _DOWN, _OUTCOME, _NUMBER, _RECORDED,
            target="reduction", source=_POLICE,
        ),
        StandardIndicator(
            "BUR-TOV", "Theft of vehicles, police", "offences", _DOWN, _OUTCOME, _NUMBER, _RECORDED,
            target="reduction", source=_POLICE,
        ),
        StandardIndicator(
            "BUR-TFV", "Theft from vehicles, police", "offences", _DOWN, _OUTCOME, _NUMBER, _RECORDED,
            target="reduction", source=_POLICE,
        ),
        StandardIndicator(
            "BUR-REP", "Homes burgled again within twelve months", "% of homes burgled", _DOWN, _OUTCOME, _SHARE,
            "Homes with a second burglary within twelve months, out of homes burgled.", is_sensitive=True,
            source=_POLICE,
        ),
        StandardIndicator(
            "BUR-HARD", "Homes made more secure", "homes", _UP, _OUTPUT, _NUMBER,
            "Homes in which locks, lights or alarms were fitted.", source="project's log",
        ),
        StandardIndicator(
            "BUR-COC", "Neighbouring homes visited after a burglary", "homes", _UP, _OUTPUT, _NUMBER,
            "Homes near a burgled one that were visited or given a pack (cocooning).", source="project's log",
        ),
    ),
)  # fmt: skip

_HATE = StandardSet(
    "HATE",
    "Hate crime",
    "Reporting of hate crime and the confidence to report; more reports may be good.",
    (
        StandardIndicator(
            "HATE-REP", "Hate crimes and incidents reported", "reports", _UP, _OUTCOME, _NUMBER,
            "Reports to the police and to reporting centres, each once. More may mean more confidence to report.",
            is_sensitive=True, target="increase", source="police and reporting centres",
        ),
        StandardIndicator(
            "HATE-THIRD", "Reports through reporting centres", "reports", _UP, _OUTPUT, _NUMBER,
            "Reports that came through a centre other than the police.", is_sensitive=True, source="reporting centres",
        ),
        StandardIndicator(
            "HATE-CENT", "Reporting centres open", "centres", _UP, _OUTPUT, _NUMBER,
            "Centres that take reports on the last day of the period; it does not add up over periods.", Measure.STOCK,
            source="partnership",
        ),
        StandardIndicator(
            "HATE-SUP", "Victims of hate crime supported", "people", _UP, _OUTPUT, _PEOPLE, _EACH_ONCE,
            is_sensitive=True, source=_CASES,
        ),
        StandardIndicator(
            "HATE-SAT", "Victims of hate crime satisfied with the support", "% of those who answered", _UP, _OUTCOME,
            _SHARE, _ANSWERED, is_sensitive=True, source="survey of those supported",
        ),
        StandardIndicator(
            "HATE-TRAIN", "People trained to know and report hate crime", "people", _UP, _OUTPUT, _PEOPLE, _EACH_ONCE,
            source="attendance lists",
        ),
    ),
)  # fmt: skip

_PREVENTION = StandardSet(
    "PREV",
    "Prevention packs and campaigns",
    "Packs, events and campaigns: what reached people, and what they did with it.",
    (
        StandardIndicator(
            "PREV-PACK", "Crime prevention packs given out", "packs", _UP, _OUTPUT, _NUMBER,
            "Packs handed over, each once even where it serves several priorities.", source="project's log",
        ),
        StandardIndicator(
            "PREV-EVENT", "Crime prevention events", "events", _UP, _OUTPUT, _NUMBER, "Events that took place.",
            source="project's log",
        ),
        StandardIndicator(
            "PREV-REACH", "People spoken to at events", "contacts", _UP, _OUTPUT, _CONTACTS,
            "Conversations; one person may count many times.", source="project's log",
        ),
        StandardIndicator(
            "PREV-IMP", "Impressions on social media", "impressions", _UP, _OUTPUT, _CONTACTS,
            "How often the campaign was shown, as the platform counts it; never a number of people.",
            source="platform's report",
        ),
        StandardIndicator(
            "PREV-ENG", "Engagements on social media", "engagements", _UP, _OUTPUT, _CONTACTS,
            "Likes, shares, comments and clicks, as the platform counts them.", source="platform's report",
        ),
        StandardIndicator(
            "PREV-USED", "People who used what they were given", "% of those who answered", _UP, _OUTCOME, _SHARE,
            "Those who fitted or used something of the pack, out of those asked afterwards.",
            source="follow-up survey", due=Due.HALF_YEAR,
        ),
    ),
)  # fmt: skip

#: Every set that ships, in the order in which they are offered.
STANDARD_SETS = (_VICTIMS, _ASB, _VIOLENCE, _BURGLARY, _HATE, _PREVENTION)


@cache
def standard_indicators() -> Mapping[str, StandardIndicator]:
    """Every standard indicator by its code, in capitals."""
    return {each.code: each for held in STANDARD_SETS for each in held.indicators}


@cache
def _list_of(code: str) -> str:
    return next(held.code_list for held in STANDARD_SETS for each in held.indicators if each.code == code)


def indicator_of(
    standard: StandardIndicator, project: ProjectId | None, outcome: OutcomeId | None
) -> Indicator:
    """The indicator that *standard* makes in a project (None: in the partnership); its baseline is still to be told."""
    return Indicator(
        standard.name,
        project,
        standard.unit,
        standard.direction,
        standard.measure,
        target=standard.target,
        source=standard.source,
        outcome=outcome,
        level=standard.level,
        counted=standard.counted,
        code=standard.code,
        code_list=_list_of(standard.code),
        method=standard.method,
        is_sensitive=standard.is_sensitive,
        due=standard.due,
    )
