"""The unit tests in the Python of a browser: Pyodide under node, with the primitives of a web page.

    make pyodide
    python -m tests.pyodide tests/unit/primitives        # some of them

`__main__` gets what is needed and starts node, `run.mjs` starts Python in it, `inside` runs pytest there, and
`exceptions` says which tests stay out and why.
"""
