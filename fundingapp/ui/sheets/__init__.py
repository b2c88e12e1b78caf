"""A sheet of a workbook as it looks, to be read and pointed at."""
