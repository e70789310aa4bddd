# make lab    work through the course in JupyterLab
# make test   everything that must pass before a change goes in
# make        says so

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Two test processes with one arithmetic thread each suit two cores; more
# threads than cores make torch many times slower.
JOBS ?= 2
export OMP_NUM_THREADS ?= 1

# What the tests solve is nobody's progress.
test lint unit build-check verify notebooks: export MATHLIB_PROGRESS = off

NOTEBOOKS = $(wildcard solutions/*/*.ipynb chapters/*/*.ipynb)
SANITIZE = $(wildcard tests/nbval_sanitize.cfg)

.PHONY: help lab test lint unit build-check verify notebooks formulas clean

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

lab: $(VENV)/.lab
	@env -u OMP_NUM_THREADS $(BIN)/mathlib lab

test: lint unit build-check verify notebooks
	@echo "== all passed"

lint: $(VENV)/.dev
	@echo "== lint: ruff check"
	@$(BIN)/ruff check .

# Groups and their order are those of tests/conftest.py; xdist's own order
# leaves the slowest last.
unit: $(VENV)/.dev
	@echo "== tests and doctests"
	@$(BIN)/python -m pytest -q -n $(JOBS) --no-loadscope-reorder

build-check: $(VENV)/.dev
	@echo "== build: released notebooks and solutions are up to date"
	@$(BIN)/mathlib build --check

verify: $(VENV)/.dev
	@echo "== verify: exercises, mistakes, variants, mutants"
	@$(BIN)/mathlib verify

# The outputs in the repository come from one fixed seed.
notebooks: $(VENV)/.dev
	@echo "== nbval: solutions and chapters give the outputs they show"
	@test -n "$(NOTEBOOKS)" || { echo "there are no notebooks"; exit 1; }
	@MATHLIB_SEED=0 $(BIN)/python -m pytest -q -n $(JOBS) \
	  --nbval --nbval-current-env \
	  $(addprefix --nbval-sanitize-with ,$(SANITIZE)) $(NOTEBOOKS)

formulas: $(VENV)/.lab
	@$(BIN)/python -m mathlib.course.ledger

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
	find mathlib tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "mathlib needs Python 3.11 or newer, and $(PYTHON) is" \
	    "$$($(PYTHON) --version); try: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
	  exit 1; }
	@echo "== creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# A stamp is written only after pip has finished, so that an installation
# which was broken off starts again.
$(VENV)/.lab: pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing what the course needs (some minutes the first time)"
	@$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing what the course and its tests need"
	@$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.lab
