# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.synced

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check format bench soak clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## set up the environment in .venv

$(STAMP): pyproject.toml uv.lock
	@test -x $(BIN)/python || { echo "Making the environment in .venv …"; $(PYTHON) -m venv .venv; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@echo "Installing what the lock file names …"
	@$(BIN)/uv sync --frozen --inexact --quiet
	@touch $@

demo: install ## set everything up, load the demo and serve it at http://localhost:8000 (HUB_PORT changes the port)
	@$(BIN)/hub demo

test: install ## run the tests on SQLite and PostgreSQL, in a real browser where there is one
	@$(BIN)/python -m tests.run

check: install ## lint, types, templates, imports, what the house promises of its code
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --config pyproject.toml --no-cache
	@$(BIN)/mypy
	@$(BIN)/djlint src --lint --quiet
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_house_rules.py

format: install ## mend what a program can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: install ## print one JSON object a line for each figure; ONLY=plan,feed picks
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

soak: install ## the long races, kills and fuzzing
	@HUB_SOAK=1 $(BIN)/python -m tests.run -m soak

clean: ## remove the environment and the demo's data
	@rm -rf .venv var
