"""The figures of docs/reference/figures.md, each measured side by side in one run.

``python -m bench [section ...]``.
"""
