# Tocsin. Needs Python 3.11 and make; everything else is set up here.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run setup test unit check format schema dashboard migrate bench lock clean system

help: ## Show what can be done here.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

run: $(VENV)/.runtime ## Set everything up and run Tocsin with the embedded database in ./data.
	@exec $(BIN)/tocsin run

setup: $(VENV)/.development ## Set up everything that development and tests need.

test: $(VENV)/.development system ## Set everything up and pass the whole suite.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

unit: $(VENV)/.development ## Pass the tests that need no server (seconds).
	$(BIN)/python -m pytest tests/domain tests/test_house.py

check: $(VENV)/.development ## Format, lint, types, floors and drift, as CI does.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m tools.drift

format: $(VENV)/.development ## Format the code and mend what can be mended.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/.development ## Write schema.graphql and migrations/schema.sql anew.
	$(BIN)/tocsin schema --output schema.graphql
	$(BIN)/tocsin schema --sql --output migrations/schema.sql

dashboard: dashboard/node_modules/.package-lock.json ## Build the dashboard anew into server/static/dashboard (needs node 20).
	cd dashboard && npm run -s build

migrate: $(VENV)/.runtime ## Create or upgrade the schema of DATABASE_URL, or of ./data.
	$(BIN)/tocsin migrate

bench: $(VENV)/.development system ## Run the benchmarks and print their figures.
	$(BIN)/python -m benchmarks

lock: ## Choose the newest allowed versions and write both lock files anew.
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 --universal \
		--generate-hashes --no-emit-index-url --no-header --upgrade -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --python-version 3.11 --universal \
		--generate-hashes --no-emit-index-url --no-header -c requirements-dev.lock -o requirements.lock

clean: ## Remove what is made here, but never ./data.
	rm -rf $(VENV) build dashboard/node_modules dashboard/src/gql *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

dashboard/node_modules/.package-lock.json: dashboard/package-lock.json
	cd dashboard && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# What the tests use of Debian: a real Redis, wrk for load. Installed when we may; else a clear line.
system:
	@sh tools/system.sh

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Tocsin needs $(PYTHON)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Tocsin needs (once)."
	@$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what development needs (once)."
	@$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runtime
