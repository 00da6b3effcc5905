# Every target does its own set-up: Python 3.11 or newer and this checkout are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := $(BIN)/uv
# where it is set, each of the hundreds of processes that tests start compiles every module again
unexport PYTHONDONTWRITEBYTECODE
NEWEST ?= 3.14
ONE := build/datasette-next
ROOM := tests/archive/browse tests/archive/search/test_index.py tests/archive/search/test_articles.py
UNIT := tests/extract tests/sites tests/house tests/test_docs.py tests/archive/search tests/archive/grouping tests/archive/record \
	tests/crawler/registry tests/crawler/finding

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast check datasette-next quality bench crash docs plan newest lowest lock release clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("zhuanzai needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Making $(VENV) and installing what requirements.lock names: one to three minutes, 1.3 GB on disk, the first time only"
	$(PYTHON) -m venv $(VENV)
	@rm -f $(VENV)/.failed; { $(BIN)/python -m pip install --progress-bar off --disable-pip-version-check --require-hashes \
		-r requirements.lock || touch $(VENV)/.failed; } | awk ' \
		/^(Collecting|Processing) / && ++n % 20 == 0 { print "  " n " libraries are here"; fflush() } \
		/^Installing/ { print "  all are here; unpacking them takes the longest"; fflush() }'
	@test ! -e $(VENV)/.failed
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>&1 | grep -i error || true
	@$(BIN)/scrapy list >/dev/null # the install is whole
	@touch $(READY)

$(UV): $(READY)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	@touch $(UV)

demo: $(READY) ## the main job on the built-in sample network, into demo/
	$(BIN)/scrapy demo

test: $(READY) ## the test suite without its long files: some minutes on two cores
	$(BIN)/python -m pytest -n 3 -m "not long"

test-fast: $(READY) ## the unit part of the tests, the quickest answer
	$(BIN)/python -m pytest -n 2 -m "not slow" --hypothesis-profile fast $(UNIT)

check: $(READY) ## ruff, mypy, import-linter, all tests with their coverage: what CI runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) -s datasette-next ARGS='tests/archive/browse/test_pages.py tests/archive/browse/test_tables.py tests/archive/browse/test_access.py -k "not axe"' # every kind of page, before the others: their closing line is the last
	$(BIN)/python -m pytest -n 3 -p tests.house.covered --hypothesis-profile same # all in one run: to collect the tests takes each process 8 s or more

$(ONE)/.ready: requirements-datasette-next.lock $(READY)
	@rm -rf $(ONE)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --target $(ONE) -r requirements-datasette-next.lock
	@touch $@

datasette-next: $(ONE)/.ready ## the reading room's tests on Datasette 1.0, which is laid over the other libraries; ARGS= as below
	@PYTHONPATH=$(ONE) $(BIN)/python -c 'import datasette; assert datasette.__version__[:2] == "1.", datasette.__version__'
	PYTHONPATH=$(ONE) $(BIN)/python -m pytest -n 2 -p no:cacheprovider $(or $(ARGS),$(ROOM))

quality: $(READY) ## tables of extraction, grouping and search quality; fails under their floors
	$(BIN)/python -m tests.quality

bench: $(UV) ## tables of speed and memory, contenders interleaved; fails over their ceilings
	@$(UV) pip install -q --python $(BIN)/python --no-deps --require-hashes -r requirements-bench.lock
	$(BIN)/python -m tests.bench

crash: $(READY) ## kill, fill and flip an archive at hundreds of points
	$(BIN)/python -m tests.crash

docs: $(UV) ## the documents as a site, with a reference written from the code, in build/docs/site
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-docs.lock
	$(BIN)/python -m tests.house.site

plan: $(READY) ## the picture of the rooms and the floors' pages, drawn from the imports
	$(BIN)/python -m tests.house.plan

# Other versions than the lock's, each in an environment of its own that uv makes. ARGS="-k word" or a path narrows the tests.
newest: $(UV) ## the tests on the newest Python, with the newest of every library
	$(UV) venv -q --clear --python $(NEWEST) .venv-newest
	$(UV) pip install -q --python .venv-newest --group dev -e .
	.venv-newest/bin/python -m pytest -n 2 $(ARGS)

lowest: $(UV) ## the tests on Python 3.11, with the oldest libraries that pyproject.toml allows
	$(UV) venv -q --clear --python 3.11 .venv-lowest
	$(UV) pip install -q --python .venv-lowest --resolution lowest-direct --group dev -e .
	.venv-lowest/bin/python -m pytest -n 2 $(ARGS)

release: $(UV) ## VERSION=0.2.0: version and changelog set, wheel, source archive and checksums in dist/
	$(BIN)/python -m tests.house.release $(VERSION)

lock: $(UV) ## write requirements.lock (all), requirements-run.lock (no tests) and those of docs, bench and Datasette 1.0 anew from pyproject.toml
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes -c requirements.lock \
		--no-emit-index-url --no-header --no-annotate -q -o requirements-run.lock
	$(UV) pip compile --group docs --universal --python-version 3.11 --generate-hashes -c requirements.lock \
		--no-emit-index-url --no-header --no-annotate -q -o requirements-docs.lock
	@mkdir -p build && sed -n 's/ \\$$//p' requirements.lock | grep -v -e '^ ' -e '^datasette==' >build/same.txt
	$(UV) pip compile --group datasette-next --universal --python-version 3.11 --generate-hashes -c build/same.txt \
		$$(sed 's/==.*//; s/^/--no-emit-package /' build/same.txt) \
		--no-emit-index-url --no-header --no-annotate -q -o requirements-datasette-next.lock
	$(UV) pip compile --group bench --universal --python-version 3.11 --generate-hashes -c build/same.txt \
		$$(sed 's/==.*//; s/^/--no-emit-package /' build/same.txt) \
		--no-emit-index-url --no-header --no-annotate -q -o requirements-bench.lock

clean: ## remove the virtual environment and caches, never data/ or demo/
	rm -rf $(VENV) .venv-newest .venv-lowest .mypy_cache .ruff_cache .pytest_cache .hypothesis
