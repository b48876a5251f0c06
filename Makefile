# make run: the product with its demo city. make test: every check. make prove: the promises at full size.
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test prove requirements pictures clean tools

run: $(BIN)/.run static-built/.stamp
	@$(BIN)/onewindow up

test: $(BIN)/.dev static-built/.stamp
	@$(BIN)/python -m tools.check

prove: $(BIN)/.dev static-built/.stamp
	@$(BIN)/python -m tools.prove $(PROMISE)

tools:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install python3 (3.11 or newer), e.g. apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$($(PYTHON) -V): install it and call make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer with npm, e.g. apt-get install npm" >&2; exit 1; }

$(BIN)/.venv: | tools
	@test -x $(BIN)/python || { echo "Making .venv …"; $(PYTHON) -m venv .venv; }
	@$(BIN)/pip install --quiet uv 2>/dev/null || echo "uv is not to be had: pip takes its place, more slowly"
	@touch $@

# One rule for both sets: hashed requirements, then the package itself as an editable install.
define install
	@echo "Installing $(1) …"
	@if [ -x $(BIN)/uv ]; then VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --require-hashes -r $(1) && VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .; \
	else $(BIN)/pip install --quiet --require-hashes -r $(1) && $(BIN)/pip install --quiet --no-deps --no-build-isolation -e .; fi
	@touch $@
endef

$(BIN)/.run: requirements.txt pyproject.toml | $(BIN)/.venv
	$(call install,requirements.txt)

$(BIN)/.dev: requirements-dev.txt pyproject.toml | $(BIN)/.venv
	$(call install,requirements-dev.txt)
	@touch $(BIN)/.run

node_modules/.stamp: package-lock.json | tools
	@echo "Fetching the front-end parts …"
	@npm ci --silent --no-audit --no-fund
	@touch $@

static-built/.stamp: node_modules/.stamp package.json $(wildcard src/onewindow/web/*/locale/*/LC_MESSAGES/*.po src/onewindow/web/locale/*/LC_MESSAGES/*.po)
	@npm run --silent build
	@test -x $(BIN)/python && $(BIN)/python -m tools.messages compile
	@touch $@

requirements: | $(BIN)/.venv
	@for f in requirements requirements-dev; do $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links $$f.in -o $$f.txt; done

pictures: $(BIN)/.dev static-built/.stamp
	@$(BIN)/python -m tools.pictures

clean:
	rm -rf .venv node_modules static-built
