"""Spreadsheets and text tables: what comes in from a finance system, and what goes back to a commissioner.

Rules of this room:

- Only here are openpyxl, python-calamine and XlsxWriter touched, and each is imported inside the module that needs
  it, never at the start of the program.
- A cell becomes an exact value at the door (:mod:`~fundingapp.workbooks.cells`): no float leaves this room.
- No reader is trusted alone. calamine turns errors into blanks and may abort the process, openpyxl's read-only mode
  and the csv module drop rows without a word; the pre-flight and the strict reading here supply what they hide
  (``trust.md``, facts 2 and 3).
- No exception of a library leaves this room: every refusal is an
  :class:`~fundingapp.domain.errors.InputRefusedError` that names the file, says what is wrong and what to do next.
- What the user chose is read in a child process with limits (:mod:`~fundingapp.workbooks.apart`): native code may
  abort, take all memory or never end, and the program goes on with a refusal.
- The user's source file is only ever read.
- openpyxl never saves a workbook that somebody else made.
"""
