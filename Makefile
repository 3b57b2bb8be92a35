# make story   the story map of the sample article, in output/
# make test    everything: linter, types, tests, browser tests
# make check   the fast half of it
# Nothing else has to be installed or set up by hand.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
SAMPLE := data/articles/wostotschny.md
BUILT_FROM := pyproject.toml hatch_build.py storymap/model.py $(wildcard storymap/gazetteer/*.py) $(wildcard data/sources/*.csv)

.PHONY: story test check browser clean

story: $(VENV)/installed
	@$(BIN)/storymap make $(SAMPLE) -o output

test: $(VENV)/installed-dev browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not alone"
	$(BIN)/pytest -q -m alone

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not browser and not slow"

INSTALL = (test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| (echo "Debian needs the package python3-venv for this." && exit 1)) \
	&& echo "Installing storymap into $(VENV) and building its gazetteer (about two minutes the first time) ..." \
	&& $(BIN)/pip install -q --disable-pip-version-check -e

$(VENV)/installed: $(BUILT_FROM)
	@$(INSTALL) .
	@touch $@

$(VENV)/installed-dev: $(BUILT_FROM)
	@$(INSTALL) ".[dev]"
	@touch $(VENV)/installed $@

# The browser tests drive Debian's Chromium and Firefox, or others that are on the path.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| (echo "Installing chromium ..." && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null)
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null \
		|| (echo "Installing firefox-esr ..." && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq firefox-esr >/dev/null)

clean:
	rm -rf $(VENV) storymap/gazetteer/compiled .mypy_cache .ruff_cache .pytest_cache .hypothesis
