"""A certificate as a document: what is certified, its figures with their checksum, and the names of the two people."""

from __future__ import annotations

from datetime import datetime

from fundingapp.documents.paper import Cell, Column, Paper
from fundingapp.domain.certificate_papers import CertificatePaper
from fundingapp.domain.signing import CertificateState

_FIGURES = (
    Column("Figure", 8.6),
    Column("Name in the file", 5.6),
    Column("£", 2.8, figures=True),
)


def certificate(given: CertificatePaper) -> Paper:
    """*given* as a document of one certificate; one that is not signed has lines to sign on."""
    of = given.certificate
    paper = Paper(
        given.title,
        f"{given.partnership}: certificate",
        of.prepared_at.date(),
        f"{given.partnership} · {given.title}",
    )
    paper.title(given.title)
    paper.subtitle(f"{given.partnership} · up to period {of.to_period} of {of.year}")
    paper.text(given.state_in_words)
    paper.heading("What is certified")
    paper.text(of.statement)
    paper.table(_FIGURES, [[words, name, amount] for words, name, amount in given.figures])
    paper.note(
        "The checksum is the SHA-256 of the figures above, by their names and in whole pence. The history is a chain "
        "of hashes: its head, printed here, shows later whether anything before it was changed."
    )
    paper.facts(
        [
            *(
                [("File", given.file_name), ("SHA-256 of the file", given.file_sha256)]
                if given.file_sha256
                else []
            ),
            ("Checksum", of.checksum),
            ("History ended with", of.journal_head),
            ("Prepared by", given.prepared_by),
            ("Prepared on", _moment(of.prepared_at)),
            *_decision(given),
        ]
    )
    return paper


def _decision(given: CertificatePaper) -> list[tuple[str, Cell]]:
    of = given.certificate
    signed: list[tuple[str, Cell]] = [
        ("Certified by", of.signed_by or of.decided_by),
        ("Role", of.role or "–"),
        ("Login", of.decided_by),
        ("Certified on", _moment(of.decided_at)),
    ]
    match of.state:
        case CertificateState.AWAITING:
            return [("Certified by", "……………………………………"), ("Role", "……………………………………"), ("Date", "……………………")]
        case CertificateState.CERTIFIED:
            return signed
        case CertificateState.DECLINED:
            return [
                ("Declined by", of.decided_by),
                ("Declined on", _moment(of.decided_at)),
                ("Reason", of.reason),
            ]
        case CertificateState.VOIDED:
            return [
                *(signed if of.decided_by else []),
                ("Made void by", of.voided_by),
                ("Made void on", _moment(of.voided_at)),
                ("Reason", of.voided_why),
            ]


def _moment(at: datetime | None) -> str:
    return at.astimezone().strftime("%d/%m/%Y %H:%M") if at is not None else "–"
