"""Other people's vectors, asked of both hosts of `vcwallet.primitives` and compared verdict by verdict.

    make pyodide                                # among others: those in a package of PyPI, a part of them
    python -m tests.verdicts --whole            # all of them
    python -m tests.verdicts FOLDER...          # checkouts of C2SP/wycheproof and of C2SP/CCTV

The last two projects are in no registry, and their files are not ours to keep, so who wants them has a
checkout.

`published` and `projects` read files and give cases; `cases` asks one of them; `__main__` does so here and,
by `inside`, in the browser's Python under node.
"""
