# Everything here needs Python 3.11 or newer, and nothing else.
PYTHON ?= python3
MINUTES ?= 10
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test bench soak fuzz train compare benchmark pictures format lock clean

run: $(VENV)/run  ## open the playground, or serve Slack when .env has its credentials
	@$(BIN)/python -m bot run

test: $(VENV)/dev  ## everything CI runs; browser tests need Chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist worksteal

bench: $(VENV)/dev  ## how fast the app is, beside stock Bolt and the floor; ARGS="--json FILE --rounds N"
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(VENV)/dev  ## 100,000 interactions, after which a worker weighs what it did; ends by itself
	@$(BIN)/python -m tests.benchmarks.soak

fuzz: $(VENV)/dev  ## search each parser of outside input for MINUTES; needs Python 3.11 on Linux
	$(BIN)/python -m tests.fuzz -- -max_total_time=$$((60 * $(MINUTES))) -timeout=10

train: $(VENV)/dev  ## write templates/suggest/model.bin anew from the messages and the lexicon
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.training.train

compare: $(VENV)/dev  ## measure the ways to read a message, and write the tables of docs/suggestion.md
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.training.compare

benchmark: $(VENV)/dev  ## how long reading a message takes here
	$(BIN)/python -m tests.training.benchmark

pictures: $(VENV)/dev  ## take the pictures in docs/pictures anew; needs Chromium
	rm -rf docs/pictures
	PICTURES=docs/pictures $(BIN)/pytest --numprocesses 0 tests/test_home_in_browser.py

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/dev  ## write both lock files anew from pyproject.toml
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache build dist

$(VENV)/run: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@echo "Installing what the app needs (once)…"
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
