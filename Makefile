# Needs python3 (3.11 or newer, with venv) and make; the rest is installed into .venv when first needed.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.lock

.PHONY: help chat test browser lint fix bench clean
.NOTPARALLEL:  # two installs into one .venv would break it

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

chat: .venv/.ready  ## the chat page on this computer (ARGS="--port 8000" goes to app.py)
	$(BIN)/python app.py $(ARGS)

test: .venv/.ready-dev browser  ## the whole suite (ARGS="-k search -x" goes to pytest)
	$(BIN)/python -m pytest $(ARGS)

lint: .venv/.ready-dev  ## style, form and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fix: .venv/.ready-dev  ## mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.ready-bench  ## speed and quality, then side by side with LangChain (ARGS="--articles 200" is quicker)
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.side_by_side $(ARGS)

clean:  ## remove what make made; the library in .library/ stays
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Chromium for the browser tests: what is there, else the system's package, else Playwright's own.
browser: .venv/.ready-dev
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	|| { command -v apt-get && test "$$(id -u)" = 0 && apt-get update -qq \
	     && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null \
	|| $(BIN)/playwright install chromium >/dev/null 2>&1 \
	|| echo "No Chromium was found and none could be installed: the browser tests will be skipped."

# The stamps are touched last, so that an interrupted install is taken up again by the next make.
define venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
|| { echo "Citewell needs Python 3.11 or newer as $(PYTHON); name another: make PYTHON=python3.12 ..." >&2; exit 1; }
@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear .venv
@echo "Installing into .venv; the first time this takes some minutes."
@$(INSTALL) torch  # first and alone: the lock's version, before any package can ask for a newer and larger one
endef

.venv/.ready: pyproject.toml constraints.lock
	$(venv)
	$(INSTALL) -e '.[models]'
	@touch $@

.venv/.ready-dev: pyproject.toml constraints.lock
	$(venv)
	$(INSTALL) -e '.[dev]'
	@touch .venv/.ready $@

.venv/.ready-bench: pyproject.toml constraints.lock
	$(venv)
	$(INSTALL) -e '.[models,bench]'
	@touch .venv/.ready $@
