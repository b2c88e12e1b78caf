"""What a return may send of itself: its days, whose it is, who signs it, and its narrative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.parties import Contact
from fundingapp.domain.sendable import NOT_HELD, FigureSort, SentValue
from fundingapp.domain.sendable_entries import Sent, Whole, entry, text_of

_NUMBER = FigureSort.NUMBER
_TEXT = FigureSort.TEXT
_DAY = FigureSort.DAY
_CHOICE = FigureSort.CHOICE

#: The headings under which the catalogue shows them.
_RETURN, _WORDS = "The return", "Words"


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


#: What the return says of itself.
OF_RETURN: Final[tuple[Whole, ...]] = _entries_of_return()

#: What it says in words.
OF_WORDS: Final[tuple[Whole, ...]] = _entries_of_words()
