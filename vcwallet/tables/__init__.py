"""Spreadsheets as who made them sees them: rows, headings, cells, and what the values do not tell.

An issuer reads lists of pupils, an admission office its list of applicants; both read them here.
"""
