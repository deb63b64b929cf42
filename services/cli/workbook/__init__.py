"""Spreadsheet files: an .xlsx in, its cells as they are shown out; a table in, an .xlsx out."""
