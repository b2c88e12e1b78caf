"""The command line: the window, or a console command."""

from __future__ import annotations

import sys

from fundingapp import assembly

#: The first words that mean a console command; anything else is a file for the window.
COMMANDS = frozenset(
    {
        "sample",
        "demo",
        "evidence",
        "new",
        "plan",
        "read",
        "check-table",
        "tables",
        "suppress",
        "attack",
        "fill",
        "import",
        "layouts",
        "bodies",
        "narrative",
        "progress",
        "partner-book",
        "take-back",
        "risks",
        "assets",
        "statements",
        "rules",
        "match",
        "adjust",
        "virements",
        "virement",
        "profile",
        "lock",
        "unlock",
        "locks",
        "people",
        "certify",
        "returns",
        "send",
        "return-changes",
        "return-file",
        "return-mail",
        "return-pack",
        "assert",
        "alarms",
        "suggest",
        "ask",
        "answers",
        "spend",
        "reconcile",
        "reconciliation",
        "history",
        "agreements",
        "allocations",
        "warnings",
        "conditions",
        "calendar",
        "why",
        "return",
        "templates",
        "map",
        "priorities",
        "match-funding",
        "merge",
        "bids",
        "bid",
        "position",
        "chain",
        "carry-forward-letter",
        "published",
        "checks",
        "claims",
        "claim",
        "payment",
        "results",
        "difference",
        "record",
        "indicators",
        "bid-pack",
        "load",
        "dump",
        "outturn",
        "carry-forward",
        "settle",
        "checklist",
        "close-year",
        "reopen-year",
        "read-figures",
        "import-figures",
        "value",
        "sentences",
        "reference-values",
        "verify",
        "backup",
        "backups",
        "restore",
        "-h",
        "--help",
        "--version",
    }
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the program with *arguments* (those of the command line when None); returns the exit status."""
    assembly.collect_seldom()
    given = sys.argv[1:] if arguments is None else arguments
    if given == ["--read-workbook"]:  # an installed program starts itself as the child that reads a workbook
        from fundingapp.workbooks.child import main as read_one_workbook

        return read_one_workbook()
    if given == ["--read-document"]:  # and as the child that reads PDF documents
        from fundingapp.documents.child import main as read_documents

        return read_documents()
    if given and given[0] in COMMANDS:
        return assembly.run_console(given)
    as_copy = "--working-copy" in given
    given = [word for word in given if word != "--working-copy"]
    unknown = [word for word in given if word.startswith("-") and word != "--sample"]
    if unknown or len(given) > 1:
        return assembly.run_console(given)  # it explains how the command line is used
    if given == ["--sample"]:
        return assembly.run_window(None, sample=True)
    return assembly.run_window(given[0] if given else None, working_copy=as_copy)


if __name__ == "__main__":
    sys.exit(main())
