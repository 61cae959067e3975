# Two commands: `make run` and `make test`. Each sets up everything it needs.
VENV := .venv
BIN := $(VENV)/bin
DATA ?= index_data
PORT ?= 8000
PYTHON ?= python3
SITES := tests/crawl/sites

.PHONY: run test lint bench opensearch clean

run: $(VENV)/installed
	$(BIN)/python $(SITES)/serve.py -- sh -c '\
	  $(BIN)/hoinghi crawl --sources $(SITES)/sources.toml --data $(DATA) && \
	  $(BIN)/hoinghi index --data $(DATA) && \
	  exec $(BIN)/hoinghi serve --data $(DATA) --port $(PORT)'

test: $(VENV)/installed
	$(BIN)/python -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder

lint: $(VENV)/installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

opensearch: $(VENV)/installed
	$(BIN)/python tests/search/engines/opensearch/cluster.py

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/installed: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hoinghi needs Python 3.11 or newer: name one with make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "python3-venv is missing; installing it from Debian's packages"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq python3-venv; fi; } || \
	  { echo "could not install python3-venv: run \"apt-get install python3-venv\" as root, then again"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --editable '.[dev,ocr]'
	touch $@
