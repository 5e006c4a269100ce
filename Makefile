# Two commands do everything: `make demo` and `make test`. Each sets up .venv by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

NATIVE := $(shell find native -name '*.rs' -not -path '*/target/*') native/Cargo.toml

.PHONY: demo test lint docs-images benchmark clean

demo: $(VENV)/.installed
	$(BIN)/beamio demo --folder demo --overwrite

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd native && cargo fmt --check
	cd native && cargo clippy --all-targets -- -D warnings
	cd native && cargo test --quiet
	$(BIN)/pytest

docs-images: $(VENV)/.installed-dev
	$(BIN)/python docs/make_images.py

benchmark: $(VENV)/.installed-dev
	for script in benchmarks/*_speed.py benchmarks/*_memory.py; do \
		$(BIN)/python $$script || exit 1; \
	done

clean:
	rm -rf $(VENV) demo build native/target src/*.egg-info .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(NATIVE) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(NATIVE) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(VENV)/.installed $@
