# Everything starts from a Python and a package index: `make run`, `make test`.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test unit lint format models bench mutants validate screenshots clean

run: models
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

# Browsers one at a time: each brings a server and needs both processors.
test: $(VENV)/dev models
	$(BIN)/python -m pytest --ignore=tests/browser -n 2
	$(BIN)/python -m pytest tests/browser

unit: $(VENV)/dev models
	$(BIN)/python -m pytest tests/unit -n 2

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev models
	$(BIN)/python -m tests.bench

# Plants faults and counts those that the unit tests notice: SAMPLE=400 tries so many, SAMPLE=0 all.
SAMPLE ?= 400
mutants: $(VENV)/dev models
	nice $(BIN)/python -m tools.mutants --sample $(SAMPLE)

# Renders people that nothing was fitted on, so it needs torch and takes about half an hour.
validate: $(VENV)/dev $(VENV)/synthetic models
	$(VENV)/synthetic/bin/python -m tests.synthetic make --out build/validate --clips 70 --seed 900 --seconds 5 --fps 15
	$(VENV)/synthetic/bin/python -m tests.synthetic make --out build/validate --clips 16 --seed 901 --seconds 5 --fps 15 --exercise close
	$(BIN)/python -m tools.validate build/validate

screenshots: $(VENV)/dev models
	$(BIN)/python -m tests.browser.screenshots

models: $(VENV)/run
	$(BIN)/python -m physio models

$(VENV)/run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev: requirements-dev.txt requirements-cluster.txt $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(VENV)/synthetic: requirements-dev-synthetic.txt
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev-synthetic.txt
	touch $@

clean:
	rm -rf $(VENV) build mutants .mypy_cache .ruff_cache .pytest_cache
