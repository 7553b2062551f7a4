# Everything about healthaid starts here; it needs Python 3.11 or newer, make, and the package indexes.
# What is fetched and made stays in this folder: .venv, node_modules, static/vendor, data.

VENV := .venv
PY := $(VENV)/bin/python
WORKERS ?= 2
# Each file runs whole in one process, in the order that tests/conftest.py gives.
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run setup test test-servers bench messages format clean \
	check check-format check-lint check-imports check-types check-templates check-migrations check-deploy check-messages

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: $(VENV)/.runtime static/vendor/.made locale/en/LC_MESSAGES/django.mo ## start the portal with a demonstration county (PORT, DATA_DIR, DEMO_PASSWORD)
	@exec $(PY) manage.py serve

setup: $(VENV)/.development static/vendor/.made locale/en/LC_MESSAGES/django.mo ## fetch everything that tests and checks need

test: setup ## the whole suite on SQLite, with browser journeys where Chromium is found
	@$(PY) tools/chromium.py
	$(PYTEST)

test-servers: setup ## the same suite on PostgreSQL and Redis (DATABASE_URL, REDIS_URL, or servers of its own)
	@$(PY) tools/chromium.py
	$(PY) tools/servers.py $(PYTEST)

check: check-format check-lint check-imports check-types check-templates check-migrations check-deploy check-messages ## format, lint, import contracts, types, templates, migrations, deployment, translations

check-format: setup
	$(PY) -m ruff format --check .

check-lint: setup
	$(PY) -m ruff check .

check-imports: setup
	$(VENV)/bin/lint-imports

check-types: setup
	$(PY) -m mypy

check-templates: setup
	@git ls-files -co --exclude-standard '*.html' | xargs $(VENV)/bin/djade --target-version 5.2 --check

check-migrations: setup
	$(PY) manage.py makemigrations --check --dry-run

check-deploy: setup
	$(PY) tools/deploy_check.py

check-messages: setup
	$(PY) tools/messages.py check

messages: $(VENV)/.development ## bring the English catalogue up to date with the sources
	$(PY) tools/messages.py update

format: $(VENV)/.development ## lay out Python and templates
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix --quiet . || true
	git ls-files -co --exclude-standard '*.html' | xargs $(VENV)/bin/djade --target-version 5.2 || true

bench: setup ## the benchmarks, as ratios (BENCH=name runs one)
	$(PY) benchmarks/run.py $(BENCH)

clean: ## remove what was fetched and made, but not the data
	rm -rf $(VENV) node_modules static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	rm -f locale/en/LC_MESSAGES/django.mo

$(VENV)/.made:
	@sh tools/make-venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.made
	@echo "installing packages (once, about a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	@echo "installing the tools of development (once, about a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

static/vendor/.fetched: package.json package-lock.json tools/assets.py | $(VENV)/.runtime
	@$(PY) tools/assets.py
	@touch $@

# The icons that the sources name.
static/vendor/.made: static/vendor/.fetched $(shell find templates healthaid facilities patients signing static/js -name '*.html' -o -name '*.py' -o -name '*.js')
	@$(PY) tools/assets.py icons
	@touch $@

locale/en/LC_MESSAGES/django.mo: locale/en/LC_MESSAGES/django.po | $(VENV)/.runtime
	@$(PY) tools/messages.py compile
