# Everything lives in .venv: remove that folder to start over.
PYTHON ?= python3
BIN := .venv/bin
# The same versions everywhere; CONSTRAINTS= installs the newest that fit.
CONSTRAINTS ?= -c constraints.txt

.PHONY: install demo test check format clean

install: .venv/.product  ## make .venv with Callsift and its default embedder

.venv/.product: pyproject.toml constraints.txt
	@echo "Installing Callsift into .venv; PyTorch is most of it, so this takes a while ..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet $(CONSTRAINTS) torch
	# setuptools warns that this folder now serves as the package: that is what editable means.
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet $(CONSTRAINTS) --editable '.[offline]'
	touch $@

.venv/.dev: .venv/.product
	$(BIN)/python -m pip install --quiet $(CONSTRAINTS) --group dev
	touch $@

demo: .venv/.product  ## invented calls, synced and served at http://127.0.0.1:8000
	$(BIN)/python -m scripts.demo

test: check  ## every check and test
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: .venv/.dev  ## lint, types and import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove what `make` made; your data directory is not touched
	rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
