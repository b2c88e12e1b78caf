"""What a return may send of the grant and its projects: entries of the catalogue, each with where its value is.

Every amount is taken from the place where it is worked out: the position, its projects, the claims, the year end.
Nothing is worked out here but a project's kinds of money put together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fundingapp.domain.claiming import ClaimFigures, cash_position, figures
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.narratives import NarrativeSection, ProjectStatus
from fundingapp.domain.parties import Contact
from fundingapp.domain.periods import days_of
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.rag import Rag, rag_of
from fundingapp.domain.return_story import ProgressLine
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sendable import NOT_HELD, FigureSort, Sendable, SentValue
from fundingapp.domain.templates import RowsOf
from fundingapp.domain.year_end import HeadOutturn

_POUNDS, _NUMBER, _TEXT, _DAY, _CHOICE = FigureSort
_RAGS: Final = tuple(each.value for each in Rag)
_PROJECTS: Final = (RowsOf.PROJECTS, RowsOf.HEADS)

#: The headings under which the catalogue is shown.
_RETURN, _GRANT, _CLAIMS, _END, _WORDS = "The return", "The grant", "Claims and cash", "Year end", "Words"


class Sent:
    """A return, and what names its figures."""

    def __init__(self, document: ReturnDocument) -> None:
        self.document = document
        self.position: GrantPosition = document.position
        self.first_day, self.last_day = days_of(document.year, document.quarter)

    def grant(self, measure: str) -> str:
        """The name of a figure of the whole grant at the end of the quarter."""
        return f"{self.document.fund}/{self.document.year}/{measure}@{self.position.to_period}"

    def amount(self, measure: str, value: Money) -> SentValue:
        return SentValue(value, self.grant(measure))

    def of_kind(self, measure: str, kind: Kind, value: Money) -> SentValue:
        """A figure of one kind of money; it is explained by its name where all of the grant is of that kind."""
        kinds = {project.kind for project in self.position.projects}
        return SentValue(value, self.grant(measure) if kinds == {kind} else "")


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A row of a project: all its kinds of money, or one of them."""

    sent: Sent
    heads: tuple[ProjectPosition, ...]
    is_head: bool

    @property
    def first(self) -> ProjectPosition:
        return self.heads[0]

    def total(self, of: Callable[[ProjectPosition], Money]) -> Money:
        return Money.total(of(head) for head in self.heads)

    def amount(self, measure: str, of: Callable[[ProjectPosition], Money]) -> SentValue:
        sent = self.sent
        return SentValue(
            self.total(of),
            f"{self.first.ref}/{sent.document.year}/{measure}{self._which}@{sent.position.to_period}",
        )

    @property
    def _which(self) -> str:
        """What names these heads among all that the project has, in this grant and others."""
        names = self.sent.document.head_names
        if len(self.heads) == 1:
            return names.get((self.first.project_id, self.first.kind), "")
        # All kinds of this grant, where the project has others: “::Locality Fund”.
        funds = {
            name.split(":")[2]
            for head in self.heads
            if (name := names.get((head.project_id, head.kind), "")).count(":") == 2
        }
        return f"::{funds.pop()}" if funds else ""

    @property
    def progress(self) -> ProgressLine | None:
        return self.sent.document.story.progress_of(self.first.project_id)

    def of_kind(self, measure: str, kind: Kind, of: Callable[[ProjectPosition], Money]) -> SentValue:
        heads = tuple(head for head in self.heads if head.kind is kind)
        if not heads:
            return SentValue(Money.ZERO)
        return ProjectRow(self.sent, heads, is_head=True).amount(measure, of)


def entry(
    source: str,
    label: str,
    sort: FigureSort,
    group: str,
    also: str = "",
    rows: tuple[RowsOf, ...] = (),
    choices: tuple[str, ...] = (),
) -> Sendable:
    """An entry; *also* are the other words for it, apart by “;”."""
    return Sendable(source, label, sort, group, rows, choices, tuple(filter(None, also.split(";"))))


Whole = tuple[Sendable, Callable[[Sent], SentValue]]
OfProject = tuple[Sendable, Callable[[ProjectRow], SentValue]]


def text_of(value: str) -> SentValue:
    return SentValue(value or None)


def _contact(contact: Contact | None, of: Callable[[Contact], str]) -> SentValue:
    return NOT_HELD if contact is None else text_of(of(contact))


def _contact_name(sent: Sent) -> SentValue:
    if sent.document.contact is not None:
        return text_of(sent.document.contact.name)
    said = sent.document.partnership.contact
    return text_of(said.partition(",")[0].strip() if "@" in said else said)


def _contact_email(sent: Sent) -> SentValue:
    if sent.document.contact is not None:
        return text_of(sent.document.contact.email)
    words = sent.document.partnership.contact.replace(",", " ").replace("<", " ").replace(">", " ").split()
    return text_of(next((word for word in words if "@" in word), ""))


def _position_of(contact: Contact) -> str:
    """What a certifier's office is called on a declaration."""
    return f"{contact.role.value}{' (deputy)' if contact.is_deputy else ''}".capitalize()


def _entries_of_return() -> tuple[Whole, ...]:
    group = _RETURN
    return (
        (
            entry("return/title", "What the return is called", _TEXT, group, "title;return"),
            lambda sent: text_of(sent.document.title),
        ),
        (
            entry("return/year", "Financial year", _TEXT, group, "financial year;year;fy;year of account"),
            lambda sent: SentValue(str(sent.document.year)),
        ),
        (
            entry(
                "return/quarter",
                "Quarter",
                _CHOICE,
                group,
                "quarter;reporting quarter;period;monitoring period;qtr",
                (),
                ("Q1", "Q2", "Q3", "Q4"),
            ),
            lambda sent: SentValue(f"Q{sent.document.quarter}"),
        ),
        (
            entry(
                "return/period",
                "Quarter and its months",
                _CHOICE,
                group,
                "reporting period;current reporting period",
                (),
                tuple(
                    f"Q{quarter}: {months}"
                    for quarter, months in enumerate(
                        ("April to June", "July to September", "October to December", "January to March"),
                        start=1,
                    )
                ),
            ),
            lambda sent: SentValue(
                f"Q{sent.document.quarter}: {sent.first_day:%B} to {sent.last_day:%B} {sent.last_day.year}"
            ),
        ),
        (
            entry(
                "return/first-day",
                "First day of the quarter",
                _DAY,
                group,
                "period from;from;start of period",
            ),
            lambda sent: SentValue(sent.first_day),
        ),
        (
            entry(
                "return/last-day",
                "Last day of the quarter",
                _DAY,
                group,
                "period to;to;end of period;period ending",
            ),
            lambda sent: SentValue(sent.last_day),
        ),
        (
            entry(
                "return/date",
                "Day of the return",
                _DAY,
                group,
                "date of return;return date;date completed;date submitted",
            ),
            lambda sent: SentValue(sent.document.prepared_on),
        ),
        (
            entry("return/version", "Version of the return", _NUMBER, group, "version;revision"),
            lambda sent: SentValue(sent.document.version),
        ),
        (
            entry("return/prepared-by", "Prepared by", _TEXT, group, "prepared by;completed by;author"),
            lambda sent: text_of(sent.document.prepared_by),
        ),
        (
            entry(
                "partnership/name",
                "Name of the partnership",
                _TEXT,
                group,
                "partnership;csp;community safety partnership;partnership name;grant recipient;recipient",
            ),
            lambda sent: text_of(sent.document.partnership.name),
        ),
        (
            entry(
                "body/name",
                "Accountable body",
                _TEXT,
                group,
                "accountable body;host authority;lead authority;local authority;organisation;organisation name;council",
            ),
            lambda sent: text_of(sent.document.partnership.accountable_body),
        ),
        (
            entry("partnership/area", "Area of the partnership", _TEXT, group, "area;district;borough"),
            lambda sent: text_of(sent.document.partnership.area),
        ),
        (
            entry(
                "commissioner/name",
                "Commissioner",
                _TEXT,
                group,
                "commissioner;funder;awarding body;pcc;opcc",
            ),
            lambda sent: text_of(sent.document.commissioner),
        ),
        (
            entry(
                "fund/name",
                "Name of the fund",
                _TEXT,
                group,
                "fund;grant;fund name;grant name;programme;funding stream",
            ),
            lambda sent: text_of(sent.document.fund),
        ),
        (
            entry(
                "contact/name",
                "Contact's name",
                _TEXT,
                group,
                "contact name;contact;lead officer;contact person;spoc",
            ),
            _contact_name,
        ),
        (
            entry(
                "contact/email",
                "Contact's e-mail",
                _TEXT,
                group,
                "contact e-mail;contact email;email;e-mail;e-mail address",
            ),
            _contact_email,
        ),
        (
            entry(
                "contact/phone",
                "Contact's telephone",
                _TEXT,
                group,
                "contact telephone;telephone;phone;contact number",
            ),
            lambda sent: _contact(sent.document.contact, lambda each: each.phone),
        ),
        (
            entry(
                "certifier/name",
                "Certifier's name (section 151 officer)",
                _TEXT,
                group,
                "certifier name;signatory name;section 151 officer;chief finance officer;s151 name;signed by;name",
            ),
            lambda sent: _contact(sent.document.certifier, lambda each: each.name),
        ),
        (
            entry(
                "certifier/position",
                "Certifier's position",
                _TEXT,
                group,
                "certifier position;signatory role;position;role;job title;s151 position",
            ),
            lambda sent: _contact(sent.document.certifier, _position_of),
        ),
        (
            entry(
                "certifier/date",
                "Day of the declaration: that on which the return is written",
                _DAY,
                group,
                "certified on;signature date;date signed;date of signature;date",
            ),
            lambda sent: SentValue(sent.document.prepared_on),
        ),
    )


def _entries_of_grant() -> tuple[Whole, ...]:
    group = _GRANT
    found: list[Whole] = []

    def put(
        source: str, label: str, measure: str, of: Callable[[GrantPosition], Money], also: str = ""
    ) -> None:
        found.append(
            (
                entry(source, label, _POUNDS, group, also),
                lambda sent: sent.amount(measure, of(sent.position)),
            )
        )

    put(
        "grant/available",
        "Available for the year",
        "available",
        lambda each: each.available,
        "grant total;grant for the year;total grant;grant;grant available;total available;total resources",
    )
    put(
        "grant/allocation",
        "Allocation for the year, without what was brought forward",
        "allocation",
        lambda each: each.resources.allocation,
        "allocation;annual allocation;allocation for the year;grant awarded by the commissioner",
    )
    put(
        "grant/brought-forward",
        "Brought forward from the year before",
        "brought forward",
        lambda each: each.resources.brought_forward,
        "brought forward;of which brought forward;carry forward from last year;b/f;balance brought forward",
    )
    put(
        "grant/supplements",
        "Supplements",
        "supplements",
        lambda each: each.resources.supplements,
        "supplements;uplift",
    )
    put(
        "grant/reductions",
        "Reductions",
        "reductions",
        lambda each: -each.resources.reductions,
        "reductions;clawback",
    )
    put(
        "grant/awarded",
        "Awarded to projects (current budgets)",
        "awarded",
        lambda each: each.awarded,
        "awarded to projects;committed;total awarded;allocated to projects;budget",
    )
    put(
        "grant/unallocated",
        "Not awarded yet",
        "unallocated",
        lambda each: each.unallocated,
        "not awarded;unallocated;uncommitted;balance to allocate",
    )
    put("grant/contingency", "Contingency", "contingency", lambda each: each.contingency, "contingency")
    put(
        "grant/spent",
        "Spent to date",
        "spend",
        lambda each: each.spent,
        "spent to date;total spend;expenditure to date;total expenditure;actual to date;year to date;total certified",
    )
    for quarter in range(1, 5):
        put(
            f"grant/spent/q{quarter}",
            f"Spent in quarter {quarter}",
            f"stated/Q{quarter}",
            lambda each, quarter=quarter: each.spent_in_quarter(quarter),  # type: ignore[misc]
            f"q{quarter} actual;q{quarter} spend;quarter {quarter} spend;spend q{quarter};expenditure q{quarter}",
        )
    put(
        "grant/prior-adjustment",
        "Prior-period adjustment",
        "prior",
        lambda each: Money.total(project.prior_period_adjustment for project in each.projects),
        "prior period adjustment;adjustment to earlier quarters;correction of previous quarters",
    )
    put(
        "grant/accrued",
        "Accruals less reversals",
        "accrued",
        lambda each: Money.total(project.spent_accrued for project in each.projects),
        "accruals;accrued",
    )
    put(
        "grant/profile",
        "Profile to date",
        "profile",
        lambda each: each.profile_to_date,
        "profile to date;budget to date;planned to date;profiled spend",
    )
    put(
        "grant/expected",
        "Still expected to be spent",
        "remaining",
        lambda each: Money.total(project.forecast_remaining for project in each.projects),
        "still expected;remaining forecast;forecast to year end;spend to come",
    )
    put(
        "grant/outturn",
        "Forecast outturn",
        "outturn",
        lambda each: each.outturn,
        "forecast outturn;outturn;year end forecast;projected spend;forecast spend;full year forecast",
    )
    put(
        "grant/underspend",
        "Likely underspend (available less outturn)",
        "underspend",
        lambda each: each.underspend,
        "underspend;total underspend;current underspend;projected underspend;forecast underspend",
    )
    put(
        "grant/variance",
        "Variance: outturn less budgets",
        "variance",
        lambda each: each.outturn - each.awarded,
        "variance;forecast variance",
    )
    put(
        "grant/left",
        "Left to spend",
        "left",
        lambda each: each.available - each.spent,
        "left to spend;balance;remaining;remaining grant;unspent",
    )
    found.append(
        (
            entry(
                "grant/used-percent",
                "Spent, as per cent of what is available",
                _NUMBER,
                group,
                "% spent;percent spent",
            ),
            lambda sent: SentValue(sent.position.share_of(sent.position.spent)),
        )
    )
    found.append(
        (
            entry(
                "grant/rag",
                "RAG of the grant's forecast",
                _CHOICE,
                group,
                "rag;overall rag;rag rating",
                (),
                _RAGS,
            ),
            _rag_of_grant,
        )
    )
    for kind in Kind:
        found += _of_kind_of_grant(kind)
    return tuple(found)


def _rag_of_grant(sent: Sent) -> SentValue:
    position = sent.position
    if not position.projects:
        return NOT_HELD
    return SentValue(
        rag_of(position.outturn - position.awarded, position.awarded, position.projects[0].rag_percents).value
    )


def _of_kind_of_grant(kind: Kind) -> list[Whole]:
    group, name = f"The grant, {kind.value}", kind.value

    def put(source: str, label: str, measure: str, of: Callable[[GrantPosition], Money], also: str) -> Whole:
        words = ";".join(f"{name} {word};{word} {name}" for word in also.split(";"))
        return (
            entry(f"grant/{source}/{kind.value}", f"{label}, {name}", _POUNDS, group, words),
            lambda sent: sent.of_kind(measure, kind, of(sent.position)),
        )

    return [
        put(
            "available",
            "Available for the year",
            "available",
            lambda each: each.resources_by_kind[kind].available,
            "grant;available;allocation",
        ),
        put(
            "awarded", "Awarded to projects", "awarded", lambda each: each.awarded_for(kind), "awarded;budget"
        ),
        put("spent", "Spent to date", "spend", lambda each: each.spent_for(kind), "spend;expenditure;actual"),
        *(
            put(
                f"spent/q{quarter}",
                f"Spent in quarter {quarter}",
                f"stated/Q{quarter}",
                lambda each, quarter=quarter: each.spent_in_quarter(quarter, kind),  # type: ignore[misc]
                f"q{quarter};q{quarter} actual",
            )
            for quarter in range(1, 5)
        ),
        put(
            "outturn", "Forecast outturn", "outturn", lambda each: each.outturn_for(kind), "forecast;outturn"
        ),
        put(
            "contingency",
            "Contingency",
            "contingency",
            lambda each: each.contingency_by_kind[kind],
            "contingency",
        ),
    ]


def _entries_of_claims() -> tuple[Whole, ...]:
    group = _CLAIMS
    found: list[Whole] = []

    def put(source: str, label: str, measure: str, of: Callable[[Sent], Money], also: str) -> None:
        found.append(
            (
                entry(source, label, _POUNDS, group, also),
                lambda sent: sent.amount(measure, of(sent)) if sent.document.claims is not None else NOT_HELD,
            )
        )

    def became(part: Callable[[ClaimFigures], Money]) -> Callable[[Sent], Money]:
        return lambda sent: part(figures(sent.document.claims)) if sent.document.claims else Money.ZERO

    put("claims/claimed", "Claimed", "claimed", became(lambda each: each.claimed), "claimed;total claimed")
    put(
        "claims/approved",
        "Approved of claims",
        "approved",
        became(lambda each: each.approved),
        "approved;claims approved",
    )
    put("claims/disallowed", "Disallowed", "disallowed", became(lambda each: each.disallowed), "disallowed")
    put(
        "claims/withheld",
        "Retained and not released",
        "withheld",
        became(lambda each: each.withheld),
        "retention",
    )
    put(
        "claims/outstanding",
        "Payable and not paid",
        "outstanding",
        became(lambda each: each.outstanding),
        "outstanding",
    )
    put(
        "cash/received",
        "Grant received",
        "received",
        lambda sent: (
            cash_position(sent.document.claims, sent.position.spent).paid
            if sent.document.claims
            else Money.ZERO
        ),
        "grant received;received;cash received;payments received",
    )
    put(
        "cash/repaid",
        "Grant given back",
        "repaid",
        lambda sent: (
            cash_position(sent.document.claims, sent.position.spent).repaid
            if sent.document.claims
            else Money.ZERO
        ),
        "repaid;returned;grant repaid",
    )
    return tuple(found)


def _entries_of_year_end() -> tuple[Whole, ...]:
    group = _END
    found: list[Whole] = []

    def put(source: str, label: str, of: Callable[[HeadOutturn], Money], measure: str, also: str) -> None:
        def value(sent: Sent) -> SentValue:
            if sent.document.year_end is None:
                return NOT_HELD
            total = sent.document.year_end.outturn.total
            return SentValue(of(total), total.figure(measure))

        found.append((entry(source, label, _POUNDS, group, also), value))

    put(
        "year-end/asked",
        "Carry-forward asked for",
        lambda each: each.requested,
        "requested",
        "carry forward requested",
    )
    put(
        "year-end/agreed",
        "Carry-forward agreed",
        lambda each: each.agreed,
        "agreed",
        "carry forward agreed;carried forward;carry forward",
    )
    put(
        "year-end/refused",
        "Carry-forward refused",
        lambda each: each.refused,
        "refused",
        "carry forward refused",
    )
    put("year-end/owed", "To be given back", lambda each: each.owed, "owed", "to be returned;repayable")
    put("year-end/repaid", "Given back", lambda each: each.repaid, "repaid", "returned to the commissioner")
    put(
        "year-end/surrendered",
        "Surrendered, never drawn",
        lambda each: each.surrendered,
        "surrendered",
        "surrendered",
    )
    return tuple(found)


#: The words that stand above each section of the narrative in commissioners' workbooks.
_SECTIONS: Final = {
    NarrativeSection.PROGRESS: (
        "progress;what difference did the funding make this quarter;summary of progress;achievements;"
        "how is the delivery progressing;portfolio progress;narrative;progress this quarter"
    ),
    NarrativeSection.ISSUES: (
        "issues;what did not go to plan and what are you doing about it;challenges;problems;"
        "big issues across portfolio;barriers"
    ),
    NarrativeSection.MILESTONES: (
        "milestones;what will you do next quarter;next steps;upcoming significant milestones;plans for next quarter"
    ),
    NarrativeSection.UNDERSPEND: (
        "plan for underspend;credible plan summary;how will the underspend be used;reason for underspend"
    ),
    NarrativeSection.CHANGES: "changes;changes to projects;change requests;variations",
    NarrativeSection.CASE_STUDY: "case study;good news story;case studies",
}


def _entries_of_words() -> tuple[Whole, ...]:
    found: list[Whole] = []
    for section in NarrativeSection:
        found.append(
            (
                entry(
                    f"narrative/{section.value.replace(' ', '-')}",
                    section.title,
                    _TEXT,
                    _WORDS,
                    _SECTIONS[section],
                ),
                lambda sent, section=section: text_of(sent.document.story.section(section)),  # type: ignore[misc]
            )
        )
    return tuple(found)


def _entries_of_projects() -> tuple[OfProject, ...]:
    group = "Projects"
    found: list[OfProject] = []

    def words(source: str, label: str, of: Callable[[ProjectRow], str], also: str) -> None:
        found.append((entry(source, label, _TEXT, group, also, _PROJECTS), lambda each: text_of(of(each))))

    def pounds(
        source: str, label: str, measure: str, of: Callable[[ProjectPosition], Money], also: str
    ) -> None:
        found.append(
            (
                entry(source, label, _POUNDS, group, also, _PROJECTS),
                lambda each: each.amount(measure, of),
            )
        )

    words(
        "project/ref",
        "Reference",
        lambda each: each.first.ref,
        "ref;reference;project ref;project reference;id;code;project code",
    )
    words(
        "project/name",
        "Project",
        lambda each: each.first.project.name,
        "project;project name;scheme;initiative;name of project;title",
    )
    words(
        "project/named",
        "Reference and name",
        lambda each: f"{each.first.ref}: {each.first.project.name}",
        "project reference and name",
    )
    words(
        "project/kind",
        "Kinds of money",
        lambda each: ", ".join(head.kind.value for head in each.heads),
        "kind;capital or revenue;capital/revenue;type of spend;type",
    )
    words(
        "project/lead",
        "Lead",
        lambda each: each.first.project.lead,
        "lead;project lead;lead agency;lead organisation;owner;delivery body",
    )
    words(
        "project/theme",
        "Theme",
        lambda each: each.sent.document.served_by(each.first).theme,
        "theme;plan theme",
    )
    words(
        "project/priority",
        "Priority",
        lambda each: each.sent.document.served_by(each.first).priority,
        "priority;priority area",
    )
    words(
        "project/area",
        "Area",
        lambda each: each.sent.document.served_by(each.first).area,
        "area;ward;location",
    )
    words(
        "project/description",
        "Description",
        lambda each: each.first.project.description,
        "description;summary;project description",
    )
    for source, label, day, also in (
        ("project/starts", "Starts on", lambda each: each.first.project.starts_on, "start date;starts;start"),
        ("project/ends", "Ends on", lambda each: each.first.project.ends_on, "end date;ends;finish;end"),
    ):
        found.append(
            (
                entry(source, label, _DAY, group, also, _PROJECTS),
                lambda each, day=day: SentValue(day(each)),  # type: ignore[misc]
            )
        )
    pounds(
        "project/award",
        "Award",
        "award",
        lambda each: each.budget.award,
        "award;grant awarded;original budget;amount awarded;approved",
    )
    pounds(
        "project/brought-forward",
        "Brought forward",
        "brought forward",
        lambda each: each.budget.brought_forward,
        "brought forward;b/f",
    )
    pounds(
        "project/budget",
        "Current budget",
        "budget",
        lambda each: each.budget.current,
        "budget;current budget;allocation;revised budget;annual budget;approved budget",
    )
    pounds(
        "project/virement-in",
        "Virements in",
        "virements/in",
        lambda each: each.budget.virement_in,
        "virement in;virements in",
    )
    pounds(
        "project/virement-out",
        "Virements out",
        "virements/out",
        lambda each: -each.budget.virement_out,
        "virement out;virements out",
    )
    for quarter in range(1, 5):
        pounds(
            f"project/spent/q{quarter}",
            f"Spent in quarter {quarter}",
            f"stated/Q{quarter}",
            lambda each, quarter=quarter: each.quarters[quarter - 1],  # type: ignore[misc]
            f"q{quarter} actual;q{quarter};q{quarter} spend;quarter {quarter};spend q{quarter};actual q{quarter}",
        )
    pounds(
        "project/prior-adjustment",
        "Prior-period adjustment",
        "prior",
        lambda each: each.prior_period_adjustment,
        "prior period adjustment;adjustment",
    )
    pounds(
        "project/spent",
        "Spent to date",
        "spend",
        lambda each: each.spent,
        "spent to date;year to date;spend to date;actual to date;ytd;total spend;expenditure;actual;actual spend",
    )
    found += [
        (
            entry(
                "project/spent/before",
                "Spent in the quarters before",
                _POUNDS,
                group,
                "previously claimed;cumulative prior;spend before this quarter;prior quarters;previous spend",
                _PROJECTS,
            ),
            lambda each: SentValue(each.total(_before)),
        ),
        (
            entry(
                "project/spent/quarter",
                "Spent in the return's quarter",
                _POUNDS,
                group,
                "this quarter;spend this quarter;actual this quarter;current quarter",
                _PROJECTS,
            ),
            lambda each: each.amount(f"stated/Q{each.sent.document.quarter}", _in_quarter),
        ),
    ]
    pounds(
        "project/ledger",
        "Charged from the ledger",
        "ledger",
        lambda each: each.spent_ledger,
        "ledger;per ledger",
    )
    pounds(
        "project/accrued",
        "Accruals less reversals",
        "accrued",
        lambda each: each.spent_accrued,
        "accruals;accrued",
    )
    pounds(
        "project/profile",
        "Profile to date",
        "profile",
        lambda each: each.profile_to_date,
        "profile to date;budget to date;profile;planned to date",
    )
    pounds(
        "project/expected",
        "Still expected",
        "remaining",
        lambda each: each.forecast_remaining,
        "still expected;remaining forecast;forecast remaining;to come;committed",
    )
    pounds(
        "project/outturn",
        "Forecast outturn",
        "outturn",
        lambda each: each.outturn,
        "forecast outturn;outturn;forecast;year end forecast;projected outturn;full year forecast",
    )
    pounds(
        "project/variance",
        "Variance: outturn less budget",
        "variance",
        lambda each: each.variance,
        "variance;over/under;over/(under);overspend;variance to budget",
    )
    found.append(
        (
            entry(
                "project/underspend",
                "Underspend: budget less outturn",
                _POUNDS,
                group,
                "underspend;under/over",
                _PROJECTS,
            ),
            lambda each: SentValue(each.total(lambda head: -head.variance)),
        )
    )
    pounds(
        "project/left",
        "Left to spend",
        "left",
        lambda each: each.left,
        "left to spend;balance;remaining;remaining budget;unspent",
    )
    found += [
        (
            entry(
                "project/used-percent",
                "Spent, as per cent of budget",
                _NUMBER,
                group,
                "% spent;percent spent",
                _PROJECTS,
            ),
            lambda each: SentValue(
                percentage(each.total(lambda head: head.spent), each.total(lambda head: head.budget.current))
            ),
        ),
        (
            entry(
                "project/rag",
                "RAG of spend",
                _CHOICE,
                group,
                "rag;rag rating;rag status;spend rag rating;spend rag",
                _PROJECTS,
                _RAGS,
            ),
            _spend_rag,
        ),
        (
            entry(
                "project/delivery-rag",
                "RAG of delivery",
                _CHOICE,
                group,
                "delivery rag;delivery rag rating",
                _PROJECTS,
                _RAGS,
            ),
            lambda each: text_of(
                each.progress.delivery_rag.value
                if each.progress is not None and each.progress.delivery_rag
                else ""
            ),
        ),
        (
            entry(
                "project/status",
                "Status",
                _CHOICE,
                group,
                "status;project status;stage",
                _PROJECTS,
                tuple(each.value.capitalize() for each in ProjectStatus),
            ),
            lambda each: text_of(
                each.progress.status.value.capitalize()
                if each.progress is not None and each.progress.status
                else ""
            ),
        ),
    ]
    words(
        "project/reason",
        "Why it is off its budget",
        _reason,
        "comment;reason;reason for variance;explanation of variance;comments;variance explanation;notes",
    )
    words(
        "project/explanation",
        "Explanation of its colours",
        lambda each: each.progress.explanation if each.progress is not None else "",
        "explanation;why have you given these ratings;narrative;commentary",
    )
    for kind in Kind:
        found += _of_kind_of_project(kind)
    return tuple(found)


def _before(head: ProjectPosition) -> Money:
    return Money.total(head.quarters[: _quarter_at(head) - 1])


def _in_quarter(head: ProjectPosition) -> Money:
    return head.quarters[_quarter_at(head) - 1]


def _quarter_at(head: ProjectPosition) -> int:
    """The quarter with whose last period the position ends."""
    return min((head.to_period + 2) // 3, 4)


def _spend_rag(project: ProjectRow) -> SentValue:
    if not project.is_head and project.progress is not None:
        return SentValue(project.progress.spend.value)
    variance, budget = (
        project.total(lambda head: head.variance),
        project.total(lambda head: head.budget.current),
    )
    return SentValue(rag_of(variance, budget, project.first.rag_percents).value)


def _reason(project: ProjectRow) -> str:
    said = {head.kind: head.reason for head in project.heads if head.reason}
    if len(said) < 2:
        return next(iter(said.values()), "")
    return "; ".join(f"{kind.value}: {reason}" for kind, reason in said.items())


def _of_kind_of_project(kind: Kind) -> list[OfProject]:
    name = kind.value

    def put(
        source: str, label: str, measure: str, of: Callable[[ProjectPosition], Money], also: str
    ) -> OfProject:
        words = ";".join(f"{name} {word};{word} {name};{word} ({name})" for word in also.split(";"))
        return (
            entry(
                f"project/{source}/{name}",
                f"{label}, {name}",
                _POUNDS,
                f"Projects, {name}",
                words,
                (RowsOf.PROJECTS,),
            ),
            lambda each: each.of_kind(measure, kind, of),
        )

    return [
        put("award", "Award", "award", lambda each: each.budget.award, "award"),
        put("budget", "Current budget", "budget", lambda each: each.budget.current, "budget;allocation"),
        put("spent", "Spent to date", "spend", lambda each: each.spent, "spend;spent;actual;expenditure"),
        *(
            put(
                f"spent/q{quarter}",
                f"Spent in quarter {quarter}",
                f"stated/Q{quarter}",
                lambda each, quarter=quarter: each.quarters[quarter - 1],  # type: ignore[misc]
                f"q{quarter}",
            )
            for quarter in range(1, 5)
        ),
        put("outturn", "Forecast outturn", "outturn", lambda each: each.outturn, "outturn;forecast"),
    ]


#: All that a return has one value of.
WHOLE: Final[tuple[Whole, ...]] = (
    *_entries_of_return(),
    *_entries_of_grant(),
    *_entries_of_claims(),
    *_entries_of_year_end(),
    *_entries_of_words(),
)

#: All that a project's row has.
OF_PROJECT: Final[tuple[OfProject, ...]] = _entries_of_projects()


def project_rows(sent: Sent) -> tuple[ProjectRow, ...]:
    """The projects of a return by reference, each with all its kinds of money."""
    heads: dict[str, list[ProjectPosition]] = {}
    for head in sent.position.projects:
        heads.setdefault(head.ref, []).append(head)
    return tuple(ProjectRow(sent, tuple(each), is_head=False) for each in heads.values())


def head_rows(sent: Sent) -> tuple[ProjectRow, ...]:
    """As :func:`project_rows`, each kind of money apart."""
    return tuple(ProjectRow(sent, (head,), is_head=True) for head in sent.position.projects)
