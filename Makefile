# The portal's commands. `make` alone lists them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# One process per core, each with a run of neighbours, as a module shares its data; a PYTEST_FLAGS of your own replaces it: make test PYTEST_FLAGS="-x tests/zones"
PYTEST_FLAGS ?= -n auto --dist worksteal

BIN := .venv/bin
RUN_STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev
REGISTER_STAMP := var/.register-loaded
# What a database must catch up with: migrations, the history's triggers, the commands below and the data they load.
CATCH_UP := $(wildcard */migrations/*.py */management/commands/*.py) accounts/audit.py $(shell find data -type f)
MESSAGES := $(wildcard locale/*/LC_MESSAGES/*.po)

.PHONY: help run test test-postgres fuzz check lint types django-checks messages lock clean FORCE

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

# ---- the virtual environment: made once, brought up to date when the pinned requirements change

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv .venv

$(RUN_STAMP): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(RUN_STAMP)

# ---- running

# The stamp stands for the SQLite file in var/; without that file, or with another database, the steps run again (they change nothing twice).
ifneq ($(DATABASE_URL)$(DATA_DIR),)
$(REGISTER_STAMP): FORCE
else ifeq ($(wildcard var/db.sqlite3),)
$(REGISTER_STAMP): FORCE
endif

$(REGISTER_STAMP): export DJANGO_DEBUG = 1
$(REGISTER_STAMP): $(RUN_STAMP) $(CATCH_UP)
	@mkdir -p var
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py load_register
	$(BIN)/python manage.py load_planning
	$(BIN)/python manage.py create_demo_people
	@touch $@

run: export DJANGO_DEBUG = 1
run: $(REGISTER_STAMP) ## serve on http://127.0.0.1:8000 (HOST=, PORT=); the first time install, migrate and load the shipped data
	$(BIN)/python manage.py runserver $(HOST):$(PORT)

# ---- testing

test: $(DEV_STAMP) ## the whole suite on SQLite
	env -u DATABASE_URL $(BIN)/python -m pytest $(PYTEST_FLAGS)

# How pages look hangs on no database: they are looked at once, on SQLite.
test-postgres: $(DEV_STAMP) ## the suite on PostgreSQL: a private cluster, or DATABASE_URL
	scripts/with_postgres.sh $(BIN)/python -m pytest $(PYTEST_FLAGS) --ignore=tests/browser/test_pages.py

fuzz: $(DEV_STAMP) ## ask every address of the OpenAPI documents what nobody would ask, on SQLite
	env -u DATABASE_URL $(BIN)/python -m pytest $(PYTEST_FLAGS) -m fuzz tests/test_fuzz.py

check: lint types django-checks test test-postgres fuzz ## everything that must be green before a change goes in

lint: $(DEV_STAMP) ## style of Python and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	@if command -v msgfmt >/dev/null; then \
	  for po in $(MESSAGES); do \
	    msgfmt --check-format -o - $$po | cmp --silent - $${po%.po}.mo || { echo "$$po and its .mo differ: make messages"; exit 1; }; \
	  done; \
	fi

types: $(DEV_STAMP) ## types of the pure modules (the list is in pyproject.toml)
	$(BIN)/mypy

django-checks: export DJANGO_DEBUG = 1
django-checks: $(DEV_STAMP) ## system checks and missing migrations
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

# ---- now and then

messages: export DJANGO_DEBUG = 1
messages: $(DEV_STAMP) ## collect and compile the translations (needs gettext)
	$(BIN)/python manage.py makemessages --locale en --no-obsolete --add-location file --ignore .venv --ignore var --ignore tests
	$(BIN)/python manage.py compilemessages --ignore .venv --ignore var

lock: ## pin requirements.in and requirements-dev.in with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt

clean: ## remove .venv and what tools left behind; var/, with the data, stays
	rm -rf .venv var/.pytest_cache var/.mypy_cache var/.ruff_cache
