"""What a figure rests on: a file kept by its content hash, or a reference that leads to a paper elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import Enum
from typing import Final

from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    AgreementId,
    AllocationId,
    BidId,
    CarryForwardId,
    CertificateId,
    ClaimId,
    ConditionId,
    ConsentId,
    EvidenceId,
    FigureId,
    IndicatorId,
    LineId,
    MilestoneId,
    MovementId,
    OutcomeId,
    PaymentId,
    PerformanceTableId,
    ProjectId,
    ReconciliationId,
    RepaymentId,
    ReturnId,
    SettlementId,
)


class EvidenceType(Enum):
    """What sort of paper it is (domain paper 3)."""

    OTHER = "other"
    CASE_STUDY = "case study"
    SURVEY = "survey"
    DATASET = "dataset"
    EVALUATION = "evaluation"
    MINUTES = "minutes"
    PHOTO = "photo"
    REPORT = "report"
    INVOICE = "invoice"
    LETTER = "letter"


class PersonalData(Enum):
    """Whether it tells of people who can be recognised; *not looked at* until somebody says."""

    UNKNOWN = "not looked at"
    NONE = "none"
    SOME = "personal data"
    SPECIAL = "special category data"


class Agreed(Enum):
    """Whether those whom it is about have agreed to its use."""

    NOT_NEEDED = "not needed"
    HELD = "consent held"
    MISSING = "consent missing"
    WITHDRAWN = "consent withdrawn"


class Marking(Enum):
    """The protective marking of the government's scheme."""

    NONE = "no marking"
    OFFICIAL = "OFFICIAL"
    SENSITIVE = "OFFICIAL-SENSITIVE"


class Keeping(Enum):
    """How a paper is kept: here as a file or a text, elsewhere with only what leads to it, or not any more."""

    FILE = "file"
    LINK = "link"
    REFERENCE = "reference"
    TEXT = "text"
    ERASED = "erased"


class FileState(Enum):
    """What became of a kept file; NONE for what never was one."""

    WHOLE = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"
    ERASED = "erased"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a person should know of a file, in a sentence.

    *kind* is “known”, “empty”, “differs”, “program”, “personal”, “hidden” or “not_looked_into”.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """What a person says of a paper; see :class:`Evidence`."""

    title: str = ""
    sort: EvidenceType = EvidenceType.OTHER
    dated: date | None = None
    personal: PersonalData = PersonalData.UNKNOWN
    agreed: Agreed = Agreed.NOT_NEEDED
    agreed_note: str = ""
    marking: Marking = Marking.NONE
    lawful_basis: str = ""
    retain_until: date | None = None
    sample: int | None = None
    method: str = ""
    limits: str = ""


#: How the sentences of :attr:`Evidence.found` begin.
LOOKS_LIKE: Final = "Looks like"
NOT_LOOKED_INTO: Final = "Not looked into"
ONLY_IN_PART: Final = "Looked into only in part"
NOTHING_IN_THE_REST: Final = "Nothing that looks like personal data was found in the rest."

#: What is known of a paper of which nobody said anything.
NOTHING_SAID: Final = About()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item of evidence: an attached file, or (without a hash) a reference, a link or a text.

    *name* is the file's name, the link or the reference; *sha256* the hash that the file is kept by, "" for a
    reference; *size* its bytes; *added_at* when it came in, in UTC. *body* is the text itself where it is one.
    *retain_until* is the last day on which it is to be kept. *found* says what a look for personal data found.
    *cleaned_from* is the hash of the original, where what a photo or document tells beside its picture or text was
    taken out. *replaces* is the version before. *erased_at* is set when its content was taken out for good: then only
    its hash, who did it and why remain.
    """

    name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str
    title: str = ""
    sort: EvidenceType = EvidenceType.OTHER
    dated: date | None = None
    body: str = ""
    media_type: str = ""
    personal: PersonalData = PersonalData.UNKNOWN
    found: str = ""
    agreed: Agreed = Agreed.NOT_NEEDED
    agreed_note: str = ""
    marking: Marking = Marking.NONE
    lawful_basis: str = ""
    retain_until: date | None = None
    sample: int | None = None
    method: str = ""
    limits: str = ""
    cleaned_from: str = ""
    replaces: EvidenceId | None = None
    erased_at: datetime | None = None
    erased_by: str = ""
    erased_why: str = ""

    @property
    def is_file(self) -> bool:
        return bool(self.sha256) and self.erased_at is None

    @property
    def why_not_looked_into(self) -> str:
        """Why the look for personal data could not see all of it (“it is protected by a password”); "" when it did."""
        for beginning in (NOT_LOOKED_INTO, ONLY_IN_PART):
            _, said, rest = self.found.partition(f"{beginning}: ")
            if said:
                return rest.removesuffix(f". {NOTHING_IN_THE_REST}").rstrip(".")
        return ""


@dataclass(frozen=True, slots=True)
class Support:
    """That an item of evidence supports one thing of the file; exactly one is named."""

    evidence: EvidenceId
    adjustment: AdjustmentId | None = None
    accrual: AccrualId | None = None
    agreement: AgreementId | None = None
    allocation: AllocationId | None = None
    bid: BidId | None = None
    condition: ConditionId | None = None
    movement: MovementId | None = None
    consent: ConsentId | None = None
    claim: ClaimId | None = None
    payment: PaymentId | None = None
    carry_forward: CarryForwardId | None = None
    settlement: SettlementId | None = None
    repayment: RepaymentId | None = None
    reconciliation: ReconciliationId | None = None
    certificate: CertificateId | None = None
    project: ProjectId | None = None
    line: LineId | None = None
    outcome: OutcomeId | None = None
    indicator: IndicatorId | None = None
    figure: FigureId | None = None
    milestone: MilestoneId | None = None
    table: PerformanceTableId | None = None
    saved_return: ReturnId | None = None


#: What a paper can support, as :class:`Support` names it.
SUPPORTABLE: Final[tuple[str, ...]] = tuple(
    entry.name for entry in fields(Support) if entry.name != "evidence"
)


@dataclass(frozen=True, slots=True)
class Supported:
    """One thing that a paper supports: *what* is one of :data:`SUPPORTABLE`, *id* the thing's own."""

    what: str
    id: int


def supported_of(support: Support) -> Supported:
    """What *support* names."""
    for name in SUPPORTABLE:
        id = getattr(support, name)
        if id is not None:
            return Supported(name, id)
    raise AssertionError("a support names one thing")


def support_for(evidence: EvidenceId, supported: Supported) -> Support:
    """That *evidence* supports *supported*. Raises ExpectedError for what no paper can support."""
    if supported.what not in SUPPORTABLE:
        raise ExpectedError(
            "cannot_support",
            f"No paper can support a “{supported.what}”.",
            f"Name one of {listed(SUPPORTABLE)}.",
        )
    return Support(evidence, **{supported.what: supported.id})  # type: ignore[arg-type]  # an id of that kind


def about_of(evidence: Evidence) -> About:
    """What was said of *evidence*."""
    return About(*(getattr(evidence, entry.name) for entry in fields(About)))


def with_about(evidence: Evidence, about: About) -> Evidence:
    """*evidence* with what *about* says of it. Raises ExpectedError for a sample below nought."""
    if about.sample is not None and about.sample < 0:
        raise ExpectedError(
            "bad_sample", f"A sample of {about.sample} can't be.", "Type how many people or cases were asked."
        )
    said = {entry.name: getattr(about, entry.name) for entry in fields(About)}
    for name in ("title", "agreed_note", "lawful_basis", "method", "limits"):
        said[name] = said[name].strip()
    return replace(evidence, **said)


def keeping_of(evidence: Evidence) -> Keeping:
    """How *evidence* is kept. A reference that is an address is a link."""
    if evidence.erased_at is not None:
        return Keeping.ERASED
    if evidence.sha256:
        return Keeping.FILE
    if evidence.body:
        return Keeping.TEXT
    return Keeping.LINK if is_address(evidence.name) else Keeping.REFERENCE


def name_for_funder(evidence: Evidence) -> str:
    """What a paper is called in what goes to a funder, with its marking where that is sensitive; "" where it may not be
    named: it was erased, those whom it is about don't agree, or it is a case study to which nobody is known to agree,
    for the title may tell of a person as much as the paper."""
    is_story = evidence.sort is EvidenceType.CASE_STUDY
    if (
        evidence.erased_at is not None
        or evidence.agreed in (Agreed.MISSING, Agreed.WITHDRAWN)
        or (is_story and evidence.agreed is not Agreed.HELD)
    ):
        return ""
    marking = f" ({evidence.marking.value})" if evidence.marking is Marking.SENSITIVE else ""
    return f"{evidence.title or evidence.name}{marking}"


def is_address(text: str) -> bool:
    """Whether *text* is an address that a browser opens."""
    start = text.strip().casefold()
    return start.startswith(("https://", "http://", "www.")) and " " not in start


def check_reference(text: str) -> str:
    """The reference *text* as it is kept. Raises ExpectedError when it says nothing."""
    said = " ".join(text.split())
    if not said:
        raise ExpectedError(
            "no_evidence",
            "The evidence has neither a file nor a reference.",
            "Attach a file, or type what leads to the paper, such as the invoice's number.",
        )
    return said
