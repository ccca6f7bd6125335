# Every target sets up what it needs; a fresh Debian with python3, python3-venv and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Lines of CONTRIBUTING.md and targets here are compared by tests/unit/ground/test_papers.py.
RULES := $(addprefix tests/unit/,ground identifiers credentials templates proofs_jsonld proofs_rdfc proofs_suites verifier)

.PHONY: demo test interop pyodide page quick check bench screens soak mutants catalogue clean

$(READY): pyproject.toml hatch_build.py $(wildcard vcwallet/locales/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[all,dev]"
	touch $@

demo: $(READY)  ## the whole story on examples/: issue, keep, show, verify
	$(BIN)/vcwallet demo vcwallet-demo --again

test: $(READY)  ## the test suite
	$(BIN)/python -m pytest -n auto --dist loadgroup

interop: $(READY)  ## other people's programs, whose npm packages it installs
	VCWALLET_INTEROP=1 $(BIN)/python -m pytest tests/interop

pyodide: $(READY)  ## unit tests and published vectors in the Python of a browser under node, which it installs
	$(BIN)/python -m tests.pyodide
	$(BIN)/python -m tests.verdicts

quick: $(READY)  ## the rules while working on them, from keys to the verdict; under a minute
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow and not soak" $(RULES)

check: $(READY)  ## style, types (on Windows, too) and the one-way imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/win32 -p vcwallet
	$(BIN)/lint-imports

SOAKS ?= tests
soak: $(READY)  ## the slow runs at full size: `make soak SOAKS=tests/unit/issuer/test_kills.py` for those of one file
	VCWALLET_SOAK=1 $(BIN)/python -m pytest -n auto --dist loadgroup -m soak $(SOAKS)

MUTANTS ?= --number 40 --minutes 5
mutants: $(READY)  ## decisions of the gate and the verifier, changed one by one: `make mutants MUTANTS="gate --seed 2"`
	$(BIN)/python -m tools.mutants $(MUTANTS)

bench: $(READY)  ## the figures of docs/reference/figures.md, as ratios in one run
	$(BIN)/python -m bench

page: $(READY)  ## what pages for a site are made of, from npm and PyPI, for tests/browser
	$(BIN)/python -m tools.page_runtime

screens: $(READY)  ## pictures of every page into docs/images/pages; needs Chromium
	$(BIN)/python -m tests.browser.screens

catalogue: $(READY)  ## collect the sentences of the source into the message catalogues
	$(BIN)/pybabel extract --no-location -k N_ -k plural:1,2 -F babel.cfg -o vcwallet/locales/messages.pot .
	$(BIN)/pybabel update --no-fuzzy-matching -i vcwallet/locales/messages.pot -d vcwallet/locales -l ru --ignore-obsolete
	$(BIN)/python hatch_build.py

clean:
	rm -rf $(VENV) vcwallet-demo
