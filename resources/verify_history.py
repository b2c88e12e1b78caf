"""Checks that the history of a funding file is as it was written. Needs nothing but Python 3.

    python3 verify_history.py FILE.funding [HEAD]

Each entry of the history has a SHA-256 hash that takes in the hash of the entry before it, so an entry that is changed,
taken out or put in breaks the chain from there on. Cutting the newest entries off leaves a whole, shorter chain: that
only shows when HEAD, the hash that the history ended with, was written down elsewhere: each certificate, each saved
return and each backup has it. The check tells changes; it cannot prevent them, and whoever rewrites the whole file
can make a new chain, whose head will be another.

Exit status: 0 whole, 1 not as it was written, 2 wrong use or no funding file.
"""

import hashlib
import json
import pathlib
import sqlite3
import sys

ENTRIES = """
SELECT j.sequence, j.done_at, j.done_by, j.machine, j.command, j.sentence, j.detail_digest, j.hash,
    d.salt, d.detail_json
FROM journal AS j LEFT JOIN journal_detail AS d ON d.sequence = j.sequence ORDER BY j.sequence
"""

# What was erased for good is no longer in the details of earlier entries; the entry of the erasing keeps the digests
# of what is left of them.
ERASINGS = """
SELECT d.detail_json FROM journal AS j JOIN journal_detail AS d ON d.sequence = j.sequence
WHERE j.command = 'ErasePaper' ORDER BY j.sequence
"""


def digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check(path):
    """The problems, the number of entries, and every hash of the chain in its order."""
    problems, hashes, expected = [], ["0" * 64], 1
    address = pathlib.Path(path).resolve().as_uri() + "?mode=ro"
    connection = sqlite3.connect(address, uri=True)
    try:
        erased = {}
        for (detail,) in connection.execute(ERASINGS):
            erased.update(json.loads(detail)["after"].get("erased_details", {}))
        for sequence, at, by, machine, command, sentence, details, held, salt, detail in connection.execute(
            ENTRIES
        ):
            if sequence != expected:
                problems.append(f"Entries are missing between {expected - 1} and {sequence}.")
            fields = (hashes[-1], sequence, at, by, machine, command, sentence, details)
            if digest("".join(f"{len(str(field))}:{field}," for field in fields)) != held:
                problems.append(f"Entry {sequence} ({sentence}) was changed after it was written.")
            if salt is None or detail is None:
                problems.append(f"The details of entry {sequence} ({sentence}) are missing.")
            elif digest(f"{salt}:{detail}") != erased.get(str(sequence), details):
                problems.append(f"The details of entry {sequence} ({sentence}) were changed.")
            hashes.append(held)
            expected = sequence + 1
    finally:
        connection.close()
    return problems, len(hashes) - 1, hashes


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    try:
        problems, number, hashes = check(arguments[0])
    except (sqlite3.Error, OSError, ValueError, KeyError, AttributeError) as error:
        print(f"{arguments[0]} cannot be read as a funding file: {error}.")
        return 2
    if len(arguments) == 2 and arguments[1] not in hashes:
        problems.append(f"No entry ends with {arguments[1]}: the history was cut off or made anew.")
    elif len(arguments) == 2:
        print(f"The hash that was given is that of entry {hashes.index(arguments[1])}.")
    for problem in problems:
        print(problem)
    print(f"{number} entries; the history ends with {hashes[-1]}.")
    print("It is NOT as it was written." if problems else "It is as it was written.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
