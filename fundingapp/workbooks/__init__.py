"""Spreadsheets in and out: the only room where openpyxl, calamine and XlsxWriter are touched.

Rules of this room: a number becomes exact at the door; text stays text; a workbook that somebody else made is
never saved again by a library; a file of ours counts as written only when another reader has read it back.
"""
