# Two commands: `make run` and `make test`. Each sets up everything it needs and says what it does.
VENV := .venv
BIN := $(VENV)/bin
DATA ?= index_data
PORT ?= 8000
PYTHON ?= python3
SITES := tests/crawl/sites
COMPILED := $(shell find search -name "compiled_*.pyx")
# Not compiled in advance: most of what scipy and scikit-learn bring is never loaded, and a third of the time goes there.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip --disable-pip-version-check install --prefer-binary --no-compile
PYTEST := $(BIN)/python -m pytest --dist loadscope --no-loadscope-reorder
# Maven and Java wait much for each other, so that three processes keep two processors busy.
JOBS ?= 3

# Hundreds of processes start in the tests: what one has compiled, the others read.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test attack test-quick test-machine components container lint bench opensearch clean

# The sample sites as they were first, then as they are since two pages were corrected: what was edited can be seen.
run: $(VENV)/installed
	@echo "hoinghi 2/4: gathering the sample sites into $(DATA)"
	@[ -e $(DATA)/archive.db ] || $(BIN)/python $(SITES)/serve.py -- sh -c '\
	  $(BIN)/hoinghi crawl --sources $(SITES)/sources.toml --data $(DATA)'
	@$(BIN)/python $(SITES)/serve.py --corrected -- sh -c '\
	  echo "hoinghi 2/4: visiting them again: some pages were corrected meanwhile" && \
	  $(BIN)/hoinghi crawl --sources $(SITES)/sources.toml --data $(DATA) && \
	  echo "hoinghi 3/4: indexing" && \
	  $(BIN)/hoinghi index --data $(DATA) && \
	  echo "hoinghi 4/4: serving" && \
	  exec $(BIN)/hoinghi serve --data $(DATA) --port $(PORT)'

# Every test; what a package manager gives is installed first where this user may, what stays missing is named at the end.
test: components
	$(PYTEST) --numprocesses $(JOBS)

# About a minute on two quiet processors: no browser, no cluster, nothing long.
test-quick: $(VENV)/installed-dev
	$(PYTEST) --numprocesses auto -m "not browser and not cluster and not slow"

# The long round of tests/attacks, of any query, and of the comparisons with plain Python: about an hour.
attack: components
	HOINGHI_ATTACK=long $(PYTEST) --numprocesses $(JOBS) tests/attacks tests/search/engines \
	  tests/search/text/test_segmentation.py tests/search/test_any_query.py

components: $(VENV)/installed-dev
	@$(BIN)/python tests/components.py
	@for source in $(COMPILED); do ls $${source%.pyx}.*.so; done >/dev/null 2>&1 || $(PIP) --quiet --no-deps --editable .

# The image of deploy/Containerfile, built and run here, and docs/operate.md followed in a bare Debian: as root, with
# buildah and debootstrap.
container: $(VENV)/installed-dev
	CONTAINER=1 $(PYTEST) tests/test_container.py tests/test_operate_from_nothing.py

# docs/operate.md on a Debian machine with systemd that QEMU emulates: as root, with qemu-system-x86 and debootstrap; half
# an hour.
test-machine: $(VENV)/installed-dev
	MACHINE=1 $(PYTEST) tests/machine

lint: $(VENV)/installed-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/vulture

bench: $(VENV)/installed-dev
	$(PIP) --quiet --editable '.[bench]'
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

opensearch: components
	$(BIN)/python tests/search/engines/opensearch/cluster.py

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/installed: setup.cfg pyproject.toml setup.py $(COMPILED) | $(BIN)/python
	@echo "hoinghi 1/4: installing what it runs with into $(VENV) (some 70 packages, half a minute)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: setup.cfg pyproject.toml setup.py $(COMPILED) | $(BIN)/python
	@echo "hoinghi: installing what it runs and is tested with into $(VENV) (a minute)"
	@$(PIP) --editable '.[dev,oidc,ocr,opensearch,proof,semantic]'
	@touch $(VENV)/installed $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hoinghi needs Python 3.11 or newer: name one with make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "python3-venv is missing; installing it from Debian's packages"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq python3-venv; fi; } || \
	  { echo "could not install python3-venv: run \"apt-get install python3-venv\" as root, then again"; exit 2; }
	@echo "hoinghi: making a Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
