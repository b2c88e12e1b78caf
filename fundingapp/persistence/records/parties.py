"""Who takes part: the partnership, its parties and their contacts, members of the program, places."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Text, UniqueConstraint, text

from fundingapp.domain.areas import AreaKind
from fundingapp.domain.ids import AreaId, PartyId, ProjectId
from fundingapp.domain.members import MemberRole
from fundingapp.domain.parties import ContactRole, PartyForm, PartyKind
from fundingapp.persistence.bases import STRICT, Base, Edited, one_of, real_day, refers_to, yes_or_no
from fundingapp.persistence.columns import Day, OneOf, Texts, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class PartnershipRecord(Edited, Base):
    __tablename__ = "partnership"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), STRICT)

    name: Mapped[str] = mapped_column(Text)
    accountable_body: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)


class PartyRecord(Edited, Base):
    __tablename__ = "party"
    __table_args__ = (
        one_of("kind", PartyKind),
        one_of("form", PartyForm),
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[PartyKind] = mapped_column(OneOf(PartyKind))
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    form: Mapped[PartyForm] = mapped_column(OneOf(PartyForm), server_default=text("'other'"))
    succeeded_by: Mapped[PartyId | None] = refers_to("party", "succeeded_by_id")
    identifier: Mapped[str] = mapped_column(Text, server_default=text("''"))
    address: Mapped[str] = mapped_column(Text, server_default=text("''"))
    aliases: Mapped[tuple[str, ...]] = mapped_column("aliases_json", Texts, server_default=text("'[]'"))


class ContactRecord(Edited, Base):
    __tablename__ = "contact"
    __table_args__ = (
        one_of("role", ContactRole),
        yes_or_no("is_deputy", "deputy_or_not"),
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    role: Mapped[ContactRole] = mapped_column(OneOf(ContactRole))
    party: Mapped[PartyId | None] = refers_to("party")
    project: Mapped[ProjectId | None] = refers_to("project")
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    is_deputy: Mapped[bool] = mapped_column(YesNo)
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    note: Mapped[str] = mapped_column(Text)


class MemberRecord(Edited, Base):
    __tablename__ = "member"
    __table_args__ = (
        one_of("role", MemberRole),
        UniqueConstraint("login", "role"),
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[MemberRole] = mapped_column(OneOf(MemberRole))
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)


class AreaRecord(Edited, Base):
    __tablename__ = "area"
    __table_args__ = (one_of("kind", AreaKind), real_day("valid_from"), real_day("valid_to"), STRICT)

    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[AreaKind] = mapped_column(OneOf(AreaKind))
    code: Mapped[str] = mapped_column(Text)
    parent: Mapped[AreaId | None] = refers_to("area", "parent_id")
    aliases: Mapped[tuple[str, ...]] = mapped_column("aliases_json", Texts)
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
