# One command per intention; each does the set-up it needs first.
#   make lab      open JupyterLab on the tutorial
#   make test     run all tests
#   make bench    measure against the reference tools
#   make stress   try bad bytes, faults, threads and sizes for some minutes
#   make release  build wheel and source archive, and try both in fresh environments of every Python
#   make lint     check formatting, style and types
#   make format   format everything
#   make install  the set-up alone

PYTHON ?= python3
NOTEBOOK ?= notebooks/00_one_time_setup.ipynb
# Jupyter wants to be told that it may run as root (a bare container).
LAB_FLAGS ?= $(if $(filter 0,$(shell id -u)),--allow-root)
BIN := .venv/bin
EXTENSION := $(filter-out %/node_modules,$(wildcard labextension/*.json labextension/schema/* labextension/src/*.ts labextension/src/*/* labextension/style/* jupyter-config/*))

.PHONY: install lab test bench stress release lint format clean
.DEFAULT_GOAL := install

install: .venv/installed

.venv/installed: pyproject.toml Makefile binder/system_packages.py $(EXTENSION)
	$(PYTHON) binder/system_packages.py
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	rm -rf tessnb/labextension tessnb/widgets/static
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/jupyter-builder develop --overwrite .
	touch $@

.venv/installed-tests: .venv/installed
	$(PYTHON) binder/system_packages.py --for test
	$(BIN)/python -m pip install --quiet --group test --group lint
	touch $@

lab: install
	$(BIN)/jupyter lab $(LAB_FLAGS) $(NOTEBOOK)

test: .venv/installed-tests
	$(BIN)/python -m pytest -n auto --dist loadgroup -q

bench: .venv/installed-tests
	$(BIN)/python -m tests.bench

stress: .venv/installed-tests
	$(BIN)/python -m tests.stress

release: .venv/installed-tests
	$(BIN)/python -m tests.release

lint: .venv/installed-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent prettier:check

format: .venv/installed-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent prettier

clean:
	rm -rf .venv build dist tessnb/labextension tessnb/widgets/static labextension/node_modules labextension/lib labextension/tsconfig.tsbuildinfo
