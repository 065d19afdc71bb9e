# The commands of the project. `make` alone lists them.
# Longer steps live in scripts/, so that this file stays a table of contents.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# Each can be set in the environment or on the command line: make run PORT=9000
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export PYTHON HOST PORT

.PHONY: help run test check bench format messages security-report lock screenshots clean

help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## Set up and serve on HOST and PORT; needs only Python 3.11 or newer
	@sh scripts/bootstrap.sh runtime
	@exec sh scripts/serve.sh

test: ## Run all tests, in a real browser too
	@sh scripts/bootstrap.sh development
	@sh scripts/test.sh

check: ## Check style, types, layers, templates and catalogues
	@sh scripts/bootstrap.sh development
	@sh scripts/check.sh

# `make bench BENCH="--only pages --rounds 9"` takes a part of it.
bench: ## Measure the product beside its limits in one run, and write bench.json
	@sh scripts/bootstrap.sh development
	@.venv/bin/python -m tests.support.bench $(BENCH)

format: ## Format the Python code and mend what the linter can mend
	@sh scripts/bootstrap.sh development
	@.venv/bin/python -m ruff format .
	@.venv/bin/python -m ruff check --fix-only --quiet .

messages: ## Write what is made from the code: texts to translate, data dictionary, clinical rules
	@sh scripts/bootstrap.sh development
	@.venv/bin/python -m tests.support.catalogue
	@.venv/bin/python -m tests.support.translations
	@.venv/bin/python -m tests.support.data_dictionary
	@.venv/bin/python -m tests.support.record_of_processing
	@.venv/bin/python -m tests.support.clinical_rules

security-report: ## Run the tests that hold a security requirement, and write what they show
	@sh scripts/bootstrap.sh development
	@.venv/bin/python -m tests.support.security_report

# `make lock UPGRADE=--upgrade` moves every package to its newest allowed version.
lock: ## Pin requirements*.in, with hashes, in requirements*.txt
	@sh scripts/bootstrap.sh development
	@for name in requirements requirements-dev; do \
	    .venv/bin/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	        --custom-compile-command "make lock" $(UPGRADE) --output-file $$name.txt $$name.in || exit 1; \
	    echo "Wrote $$name.txt."; \
	done

screenshots: ## Take pictures of the pages
	@sh scripts/bootstrap.sh development
	@.venv/bin/python -m tests.support.screenshots

# The data directory holds health records: no command of this file removes it.
clean: ## Remove the environment and caches; data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed .venv and the caches. The data directory was left alone."
