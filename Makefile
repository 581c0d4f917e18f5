# make run and make test are all a newcomer needs; each installs what it misses.
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/ready

.PHONY: run test check bench attack docs reference system texts

run: $(READY)
	@$(BIN)/ilt $(if $(OWN),serve,demo)

# What knows no database, how a host copies its files, and how one slice's pages look in a browser is not run
# again on PostgreSQL. The year's stories are.
ON_FILES_ALONE := tests/library tests/bench tests/architecture/test_repository.py tests/architecture/test_templates.py \
	tests/architecture/test_texts.py tests/hosting/test_behind_nginx.py tests/hosting/test_the_hosting_page_is_true.py \
	tests/test_the_guides_name_what_pages_say.py tests/test_the_accessibility_checker_looks.py \
	$(wildcard src/ilt/*/tests/test_*_in_a_browser.py src/ilt/*/tests/test_*_on_a_phone.py)

test: $(READY) system
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	$(BIN)/python tests/postgres.py $(BIN)/python -m pytest -n 2 --dist loadgroup $(ON_FILES_ALONE:%=--ignore %)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ilt django makemigrations --check --dry-run ilt
	$(BIN)/coherently check src/coherently/instruments/*.toml

bench: $(READY)
	$(BIN)/uv sync --quiet --locked --group bench
	$(BIN)/python -m bench

attack: $(READY) system
	$(BIN)/python -m tests.attack

docs: $(READY)
	$(BIN)/python docs/make_measures.py

# Reads the pages' texts again and makes the catalog; needs no program beyond Python.
texts: $(READY)
	$(BIN)/python -m tests.texts

reference:
	Rscript tests/reference/make.R

# Chromium and PostgreSQL's server come from the system. As root they are installed, else the line to run is printed.
system:
	@tests/system.sh

$(READY): uv.lock pyproject.toml
	@tests/python.sh "$(PYTHON)" "$(UV_VERSION)"
	@touch $@
