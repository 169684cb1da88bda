# Needs Python >= 3.11 with venv, and make. Everything goes into .venv; PYTHON chooses the interpreter.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run serve console test test-all check bench fuzz docs lock picture sample

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## make the virtual environment and install what constraints.txt pins

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "termstats needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: setup  ## open the dashboard on the sample
	@$(BIN)/termstats

serve: setup  ## open the dashboard for development; `make console` in another terminal shows its log
	@$(BIN)/textual run --dev --command $(BIN)/termstats

console: setup  ## Textual's development console, for `make serve`
	@$(BIN)/textual console

test: setup  ## the tests that take seconds
	$(BIN)/python -m pytest -n 4 --dist worksteal -q -m "not slow"

test-all: setup  ## all tests, the slow ones too
	$(BIN)/python -m pytest -n 2 -q

check: setup  ## lint, format, types, import contracts, generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m termstats.cli.docs check
	$(BIN)/python -m termstats.cli.docs check-pictures

bench: setup  ## measure; see benchmarks/
	$(BIN)/python -m benchmarks

fuzz: setup  ## random keys, clicks and sizes on every level and group; takes hours
	$(BIN)/python -m tests.fuzz

docs: setup  ## write the generated pages of docs/
	$(BIN)/python -m termstats.cli.docs write

picture: setup  ## draw the pictures of the README from the sample
	$(BIN)/python -m termstats.cli.docs picture

sample: setup  ## make the sample that is shipped
	$(BIN)/python -m termstats.data.sample

lock: setup  ## pin all dependencies anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes \
	  --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --extra dev --extra postgres --extra mysql --extra clickhouse --output-file constraints.txt pyproject.toml
