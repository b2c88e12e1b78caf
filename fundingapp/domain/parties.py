"""The bodies that a partnership deals with, as they change over the years, and the people who speak for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.ids import PartyId, ProjectId


class PartyKind(Enum):
    """What a body is to us (exchange workbook, sheet “parties”)."""

    COMMISSIONER = "commissioner"
    FUNDER = "funder"
    ACCOUNTABLE_BODY = "accountable body"
    PARTNER = "partner"


class PartyForm(Enum):
    """The legal form of a body (domain paper 1.1, 2.7 and 3)."""

    PCC = "police and crime commissioner"
    PFCC = "police, fire and crime commissioner"
    MAYOR = "mayor"
    BOARD = "policing and crime board"
    HOME_OFFICE = "Home Office"
    JUSTICE = "Ministry of Justice"
    GOVERNMENT = "other government department"
    COUNCIL = "council"
    POLICE = "police force"
    FIRE = "fire and rescue authority"
    HEALTH = "health body"
    CHARITY = "charity"
    CIC = "community interest company"
    COMPANY = "company"
    SCHOOL = "school or university"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Party:
    """A body. *valid_from* and *valid_to* are inclusive; None means open.

    *succeeded_by* is the body that takes its place the day after *valid_to* (domain paper 2.7). *identifier* is its
    number with the scheme, such as GB-CHC-1234567 (360Giving); *aliases* are other names that papers call it by.
    """

    name: str
    kind: PartyKind
    valid_from: date | None = None
    valid_to: date | None = None
    form: PartyForm = PartyForm.OTHER
    succeeded_by: PartyId | None = None
    identifier: str = ""
    address: str = ""
    aliases: tuple[str, ...] = ()


class ContactRole(Enum):
    """What a person does for a body or a project (domain paper 3, “Contact”)."""

    SINGLE_POINT = "single point of contact"
    SENIOR_OWNER = "senior responsible owner"
    SECTION_151 = "section 151 officer"
    MONITORING = "monitoring and evaluation lead"
    PROJECT_LEAD = "project lead"
    FINANCE = "finance officer"
    CHAIR = "chair"
    PORTFOLIO = "portfolio holder"
    GRANT_OFFICER = "grant officer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who speaks for a body, for one project, or (neither) for the partnership. Days are inclusive."""

    name: str
    role: ContactRole
    party: PartyId | None = None
    project: ProjectId | None = None
    email: str = ""
    phone: str = ""
    is_deputy: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
