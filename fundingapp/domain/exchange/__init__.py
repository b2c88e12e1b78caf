"""The exchange workbook: years in, years out, as one documented set of sheets."""
