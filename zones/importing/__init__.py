"""Spreadsheet rows become records and facts: previewed row by row, then all of them at once, or none."""
