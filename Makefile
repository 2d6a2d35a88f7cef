VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# uv is used when it is there: the same locked packages, faster.
INSTALL = $(if $(shell command -v uv 2>/dev/null),uv pip install --python $(BIN)/python -q,$(BIN)/python -m pip install -q --disable-pip-version-check)

.PHONY: run test coverage talk talk-zalo demo lint bench crash update strings lock clean

run: $(VENV)/installed
	$(BIN)/toso run

talk: $(VENV)/installed
	$(BIN)/toso talk

# A synthetic year of an invented ward in a file of its own; then `DATABASE_URL=sqlite:///demo.db make run`.
demo: $(VENV)/installed
	rm -f demo.db demo.db-wal demo.db-shm
	DATABASE_URL=sqlite:///demo.db $(BIN)/toso demo

test: lint
	$(BIN)/toso stale
	$(BIN)/pytest -n 2 --dist loadfile

# The program beside local Zalo servers, with a page on which to type as a resident. No account needed.
talk-zalo: $(VENV)/installed-dev
	$(BIN)/python -m tests.fakes.zalo_talk

coverage: lint
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev
	$(BIN)/python -m bench

# Kill the real program so many times with each database: `make crash KILLS=500`.
KILLS ?= 200
crash: $(VENV)/installed-dev
	$(BIN)/python -m bench.crash --kills $(KILLS)

update: $(VENV)/installed-dev
	UPDATE=1 $(BIN)/pytest tests/test_transcripts.py tests/test_report.py

strings: $(VENV)/installed-dev
	$(BIN)/python -m content.strings

# Pin the newest allowed versions again. The lock files name no registry.
lock:
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade -q -o requirements-dev.lock
	uv pip compile pyproject.toml --extra install --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -c requirements-dev.lock -q -o requirements.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV)
