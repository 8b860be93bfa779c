# Everything that a user or a developer runs. Needs Python 3.11 or newer and make; all else goes into .venv.
PYTHON ?= python3
SHARED ?= ../shared
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check --no-input

INSTALLED := $(VENV)/.installed
INDEXED := $(VENV)/.indexed
DEVELOPED := $(VENV)/.developed
INDEX_INPUTS := $(wildcard src/marsad/places/index.py src/marsad/places/names.py src/marsad/places/sources.py \
    src/marsad/places/*.tsv src/marsad/codebook/places.tsv)

.DEFAULT_GOAL := help
TRAIN := .venv-train
TRAINED := $(TRAIN)/.installed

.PHONY: help setup setup-dev web web-types demo test test-all lint format bench misses train docs transcript lock clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 14

setup: $(INDEXED)  ## create .venv, install the locked requirements and Marsad, build the gazetteer index

setup-dev: $(DEVELOPED) $(INDEXED)  ## setup, and the tools for tests and checks

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Marsad needs Python 3.11 or newer: make PYTHON=python3.11 setup")'
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(INDEXED): $(INSTALLED) $(INDEX_INPUTS)
	$(PY) -W ignore::RuntimeWarning -m marsad.places.index
	@touch $@

$(DEVELOPED): requirements-dev.lock $(INSTALLED)
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup  ## code the example stories, then ask the ledger
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web || echo "the web app could not be built: all else works"; \
	else echo "no npm: the web app is not built (make web)"; fi
	@rm -f out/demo.sqlite out/demo.sqlite-wal out/demo.sqlite-shm
	@PYTHON=$(PY) LEDGER=out/demo.sqlite sh tools/demo.sh
	@echo; echo "In a browser: $(BIN)/marsad serve --ledger out/demo.sqlite"

WEB_BUILT := src/marsad/server/static/index.html
WEB_INPUTS := $(shell find web/src web/public web/index.html web/vite.config.ts web/tsconfig.json web/package-lock.json -type f 2>/dev/null)

web: $(WEB_BUILT)  ## build the web app that marsad serve shows (needs node 20 or newer and npm)

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(WEB_BUILT): web/node_modules/.package-lock.json $(WEB_INPUTS)
	cd web && npm run build
	@touch $@

web-types: setup-dev web/node_modules/.package-lock.json  ## make the web app's types from the server's OpenAPI
	$(PY) web/scripts/openapi.py > web/api/openapi.json
	cd web && npm run types

lint: setup-dev  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup-dev  ## let ruff mend what it can
	$(BIN)/ruff check --fix .

test: lint  ## the checks and the fast tests
	$(PY) -m pytest -m "not slow"

test-all: lint  ## the checks and every test
	$(PY) -m pytest

bench: setup-dev  ## measure quality and speed with the corpora in SHARED (default ../shared)
	@test -d "$(SHARED)/corpus" || { echo "no corpora in $(SHARED): make bench SHARED=PATH"; exit 1; }
	$(PY) bench/run.py --shared "$(SHARED)"

misses: setup-dev  ## write out/misses.html: everything that is coded wrong, in its sentence
	@test -d "$(SHARED)/corpus" || { echo "no corpora in $(SHARED): make misses SHARED=PATH"; exit 1; }
	$(PY) bench/misses.py --shared "$(SHARED)" --out out/misses.html

$(TRAINED): requirements.lock training/requirements.txt
	test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install --quiet torch==2.13.0
	$(TRAIN)/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	$(TRAIN)/bin/python -m pip install --quiet -r training/requirements.txt
	$(TRAIN)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

train: $(TRAINED) $(INDEXED)  ## train the reader anew from corpus/ (two cores: under three hours)
	$(TRAIN)/bin/python -m training.make --out src/marsad/coding/weights

docs: setup-dev  ## write docs/codebook.md and docs/reference/cli.md from the program
	$(PY) tools/make_docs.py

transcript: setup  ## put a real run of the demo into README.md
	$(PY) tools/transcript.py

lock: setup-dev  ## pin what pyproject.toml asks for, with hashes
	$(PY) tools/lock.py

clean:  ## remove .venv and everything made
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis src/*.egg-info
