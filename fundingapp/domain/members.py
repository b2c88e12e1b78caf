"""Who works on the file, and as what: a record of roles, by the name that the computer knows each person by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class MemberRole(Enum):
    """What a person does with the grant's money (domain paper 2.3)."""

    FINANCE_LEAD = "finance lead"
    FINANCE_OFFICER = "finance officer"
    SECTION_151 = "section 151 officer"
    MANAGER = "community safety manager"
    PROJECT_LEAD = "project lead"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works on the file: *login* is the name that the computer or the server knows them by.

    In a file this is a record and no control, for whoever owns the file can change it (decision D14); days are
    inclusive.
    """

    login: str
    name: str
    role: MemberRole
    valid_from: date | None = None
    valid_to: date | None = None

    def acts_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)
