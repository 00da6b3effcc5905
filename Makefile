# Every target does its own set-up: Python 3.11 or newer and this checkout are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check quality bench crash lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("zhuanzai needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>&1 | grep -i error || true
	@$(BIN)/scrapy list >/dev/null # the install is whole
	@touch $(READY)

demo: $(READY) ## the main job on the built-in sample network, into data/
	$(BIN)/scrapy demo

test: $(READY) ## the test suite (under two minutes)
	$(BIN)/python -m pytest -n 2

check: $(READY) ## ruff, mypy, import-linter, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2

quality: $(READY) ## tables of extraction, grouping and search quality
	$(BIN)/python -m tests.quality

bench: $(READY) ## tables of speed and memory, contenders interleaved
	$(BIN)/python -m tests.bench

crash: $(READY) ## kill, fill and flip an archive at hundreds of points
	$(BIN)/python -m tests.crash

plan: $(READY) ## the picture of the rooms and the floors' pages, drawn from the imports
	$(BIN)/python -m tests.house.plan

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -o requirements.lock

clean: ## remove the virtual environment and caches, never data/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
