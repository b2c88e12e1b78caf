"""Who works on the file, and as what: a record of roles, by the name that the computer knows each person by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.errors import ExpectedError, listed


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

    @property
    def in_words(self) -> str:
        """“Ann Lee (finance lead)”."""
        return f"{self.name or self.login} ({self.role.value})"


#: Who may open again what is locked or closed.
REOPENING = (MemberRole.FINANCE_LEAD, MemberRole.SECTION_151)


class Roles:
    """Who acts as what on a day. A file that names nobody lets anybody do anything, save certify what they prepared."""

    def __init__(self, members: Iterable[Member], day: date) -> None:
        self._members = tuple(member for member in members if member.acts_on(day))

    def has(self, login: str, *roles: MemberRole) -> bool:
        """Whether *login*, whatever its case, acts as one of *roles*."""
        wanted = login.casefold()
        return any(each.login.casefold() == wanted and each.role in roles for each in self._members)

    def named(self, *roles: MemberRole) -> tuple[Member, ...]:
        """Those who act as one of *roles*, in the order of their names."""
        found = (each for each in self._members if each.role in roles)
        return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.login)))

    def name_of(self, login: str) -> str:
        """The name of *login* as it is printed; the login itself where nobody has given one."""
        wanted = login.casefold()
        return next(
            (each.name for each in self._members if each.login.casefold() == wanted and each.name), login
        )

    @property
    def leads(self) -> tuple[Member, ...]:
        return self.named(MemberRole.FINANCE_LEAD)

    @property
    def section_151(self) -> tuple[Member, ...]:
        return self.named(MemberRole.SECTION_151)

    def may_reopen(self, login: str) -> bool:
        """Whether *login* may open what is locked: a finance lead or a section 151 officer, anybody where none is
        named."""
        return not self.named(*REOPENING) or self.has(login, *REOPENING)

    @property
    def reopeners_in_words(self) -> str:
        """“Ann Lee (finance lead) or Ben Fox (section 151 officer) may reopen it, with a reason”."""
        who = self.named(*REOPENING)
        if not who:
            return "Anybody may reopen it, with a reason: no finance lead and no section 151 officer is named"
        return f"{listed(each.in_words for each in who)} may reopen it, with a reason"

    def refuse_reopening(self, login: str, what: str) -> None:
        """Raises ExpectedError when *login* may not reopen *what* (“the periods of 2018/19”)."""
        if not self.may_reopen(login):
            who = listed(each.in_words for each in self.named(*REOPENING))
            raise ExpectedError(
                "may_not_reopen",
                f"{self.name_of(login)} may not reopen {what}: that is for {who}.",
                "Ask one of them, or have the roles put right under Settings, People.",
            )

    def why_not_certify(self, login: str, prepared_by: str) -> str:
        """Why *login* may not sign what *prepared_by* prepared; "" when they may (decision D14)."""
        if login.casefold() == prepared_by.casefold():
            return f"{self.name_of(login)} prepared it: another person has to sign."
        officers = self.section_151
        if officers and not self.has(login, MemberRole.SECTION_151):
            return f"Only {listed(each.in_words for each in officers)} may sign it."
        return ""


def check_member(member: Member, others: Iterable[Member]) -> None:
    """Refuses a person without a login or name, days that end before they begin, and the same role twice."""
    if not member.login.strip():
        raise ExpectedError(
            "member_login",
            "A person needs the name that the computer knows them by.",
            "Type the login; your own stands in the status bar.",
        )
    if not member.name.strip():
        raise ExpectedError("member_name", "A person needs a name.", "Type it as it is to be printed.")
    if member.valid_from and member.valid_to and member.valid_to < member.valid_from:
        raise ExpectedError(
            "member_days",
            f"{member.name} can't act until {member.valid_to:%d/%m/%Y} from {member.valid_from:%d/%m/%Y} on.",
            "Put the days right.",
        )
    same = (member.login.casefold(), member.role)
    if any((other.login.casefold(), other.role) == same for other in others):
        raise ExpectedError(
            "member_twice",
            f"{member.login} is named as {member.role.value} already.",
            "Change that entry instead.",
        )
