# Shorthands for plain commands. Made for GNU make 3.81 and newer.

FLAVOR = minimal
MODULES =
PORT = 5000
TEMPLATE = {{cookiecutter.project_slug}}

ifeq ($(OS),Windows_NT)
VENV = .venv/Scripts
else
VENV = .venv/bin
endif

# The first Python that is new enough; name another one with PYTHON=...
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
KNOWN = test -f flavors/$(FLAVOR).toml || { echo "There is no flavor $(FLAVOR): flavors/ holds those that there are." >&2; exit 1; }
BAKE = $(VENV)/cookiecutter . --no-input --default-config --overwrite-if-exists --output-dir build
# One more than CI has cores: tests wait for the servers that they start.
PYTEST = $(VENV)/pytest -n 3 --dist worksteal
COMPILE = $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --no-header

.PHONY: help demo bake test test-fast test-full check fix bench pins upgrade

help: ## Say what there is to make.
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' Makefile

# Read by the shell, once there is a .venv.
demo: MODULES = $$($(VENV)/python -c "import tomllib; print(*tomllib.load(open('flavors/$(FLAVOR).toml', 'rb'))['demo'])")
demo: .venv/bake ## Make a project and serve it (FLAVOR=full-stack MODULES="notes -admin" PORT=5001).
	@$(VENV)/python -c "import socket, sys; socket.socket().connect_ex(('127.0.0.1', $(PORT))) or sys.exit('Port $(PORT) is taken by another program: make demo PORT=$$(($(PORT) + 1))')"
	@$(KNOWN)
	@rm -rf build/demo
	@$(BAKE) project_name=Demo flavor=$(FLAVOR) modules="$(MODULES)" >/dev/null
	@echo "Installing what the project needs ..."
	@$(VENV)/uv venv --quiet --python $(VENV)/python build/demo/.venv
	@$(VENV)/uv pip install --quiet --compile-bytecode --python build/demo/.venv -r build/demo/requirements/dev.txt
	@cp build/demo/.env.example build/demo/.env
	@cd build/demo && $(VENV)/flask db upgrade && $(VENV)/flask seed
	@echo "The project is in build/demo, where $(VENV)/flask runs its commands; the next make demo puts another in its place."
	@echo "Open http://127.0.0.1:$(PORT) (Ctrl+C stops it)."
	@cd build/demo && $(VENV)/flask run --debug --port $(PORT)

bake: .venv/bake ## Make a project in build/, or over it (FLAVOR=full-stack MODULES="notes -admin").
	@$(KNOWN)
	$(BAKE) project_name=$(FLAVOR) flavor=$(FLAVOR) modules="$(MODULES)"

test: .venv/test ## Run what has to be green before a commit lands; 12 minutes on two cores.
	$(PYTEST) -m "not full"

test-fast: .venv/test ## Run what takes under a minute.
	$(PYTEST) -m "not full and not slow"

test-full: .venv/test ## Run what `make test` leaves out.
	$(PYTEST) -m full

check: .venv/test ## Judge style and types, of the template and of what it makes, changing nothing.
	$(VENV)/ruff check --config pyproject.toml
	$(VENV)/ruff format --check --config pyproject.toml
	$(VENV)/mypy
	cd "$(TEMPLATE)" && "$(CURDIR)/$(VENV)/mypy" --config-file ../pyproject.toml --cache-dir ../.mypy_cache/project .

fix: .venv/test ## Correct and format what can be.
	$(VENV)/ruff check --fix --config pyproject.toml
	$(VENV)/ruff format --config pyproject.toml

bench: .venv/bench ## Measure, and print a table.
	$(VENV)/python -m benchmarks

pins: .venv/bake ## Pin what flavors/options.toml, the manifests and pyproject.toml ask for.
	$(VENV)/python flavors/pins.py | $(COMPILE) $(UPGRADE) - -o flavors/pins.txt
	$(COMPILE) $(UPGRADE) --no-annotate --group dev flavors/pins.txt -o requirements/dev.txt
	$(COMPILE) $(UPGRADE) --no-annotate --group bench -c requirements/dev.txt -o requirements/bench.txt

upgrade: ## Move all pinned versions to the newest that fit.
	$(MAKE) pins UPGRADE=--upgrade

# Marks in .venv: what makes projects is there in seconds, what tests them takes longer, and what
# the benchmarks compare with nobody else needs.
.venv/bake: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "flask-modular needs Python 3.11 or newer, and none was found: name one with PYTHON=/path/to/python3." >&2; exit 1; }
	@echo "Preparing .venv ..."
	@$(PYTHON) -m venv .venv
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check -c requirements/dev.txt cookiecutter uv
	@touch $@

.venv/test: .venv/bake
	$(VENV)/uv pip install --quiet --compile-bytecode --python .venv -r requirements/dev.txt
	@touch $@

.venv/bench: requirements/bench.txt .venv/test
	$(VENV)/uv pip install --quiet --compile-bytecode --python .venv -r requirements/bench.txt
	@touch $@
