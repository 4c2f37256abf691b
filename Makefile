# `make demo` and `make test` do all their set-up: their own virtual environment from the lock file, nothing else needed
# than Python 3.11+ with venv. Everything heavier is opt-in.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test judges lint types contracts check bench generate lock clean

demo: $(READY)
	PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

judges:              ## the EU's validator for tests/interop (needs Java 17 and Maven)
	mvn --quiet --batch-mode --file tests/interop/dss/pom.xml package

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

check: lint types contracts test

bench: $(READY)
	$(BIN)/python -m bench

generate: $(READY)   ## write contexts/ and schemas/ anew from the tables
	$(BIN)/python -m issuer.elm.generate

lock:                ## pin the dependencies anew (needs pip-tools)
	pip-compile --quiet --upgrade --strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --extra dev --output-file requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Atestats needs Python 3.11 or newer; try: make PYTHON=python3.11 …"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python lacks venv; on Debian: apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q issuer wallet_api
	@touch $@

clean:
	rm -rf $(VENV) demo .hypothesis .mypy_cache .ruff_cache bench/out
