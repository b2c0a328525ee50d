# The front door. A fresh machine needs python3.11 and make; everything else is made here.

SHELL := /bin/bash
PYTHON ?= python3.11
SCALE ?= 1
PORT ?= 3000
DASHBOARD_PORT ?= 8501

# Where landing files, lake, warehouse and published marts are.
OUTTURN_DATA ?= data
export OUTTURN_DATA
DAGSTER_HOME ?= $(CURDIR)/.dagster
export DAGSTER_HOME
ifdef AS_OF
export OUTTURN_AS_OF := $(AS_OF)
endif

# No tool of the house reports to its maker.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := yes
export GX_ANALYTICS_ENABLED := false

# The environment of the engine that makes the models.
VENV := $(if $(filter spark,$(OUTTURN_TARGET)),.venv-spark,.venv)
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_SPARK := .venv-spark/.ready
READY_BI := .venv-bi/.ready
READY_PEERS := .venv-peers/.ready
DBT_TARGET_PATH ?= target
MANIFEST := $(DBT_TARGET_PATH)/manifest.json
PROJECT := dbt_project.yml profiles.yml $(shell find models macros seeds -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo nightly test test-spark test-bi calibrate torture bench lint metrics validate dashboard report docs dagster retract quarantine forget rotate-key reproduce

help:
	@echo "make demo                 the demo company, one full night, the scorecard"
	@echo "make test                 all tests"
	@echo "make nightly [AS_OF=...]  one night over \$$OUTTURN_DATA/landing (default data/landing)"
	@echo "make retract FILE=...     remove what a landing file loaded"
	@echo "make quarantine FILE=...  remove it, and go on without the file"
	@echo "make forget PERSON=...    sever a person's key from the id, in the whole lake, for good"
	@echo "make rotate-key           add the second secret of OUTTURN_PERSON_KEY='<old>,<new>' to the lake"
	@echo "make reproduce RUN=...    make an earlier run's marts again, and compare"
	@echo "make dagster              the asset graph, on http://127.0.0.1:$(PORT)"
	@echo "make dashboard            what was published, in pages, on http://127.0.0.1:$(DASHBOARD_PORT)"
	@echo "make report               the weekly report, ROI cases, experiment plans, post-mortems, in \$$OUTTURN_DATA/reports"
	@echo "make docs                 dbt's docs with the metric catalogue, one page: \$$OUTTURN_DATA/docs.html"
	@echo "make metrics              the metric catalogue in docs/metrics, from the models' descriptions"
	@echo "make bench                intervals against the truth; the time of pages, ingestion and nights"
	@echo "make torture              crashes, bad input, full disks and the like, many times; an hour, or two on a slow machine"
	@echo "make calibrate            the demo's planted truths against the marts' intervals, over 20 seeds"
	@echo "make test-spark           nights on a local Apache Spark cluster, mart by mart"
	@echo "make test-bi              what BI tools use, over the published marts of \$$OUTTURN_DATA"
	@echo "make lint | validate"

.venv/.ready: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is needed; name another by PYTHON="; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv-%/.ready: requirements-%.lock
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-$*.lock
	@touch $@

$(MANIFEST): $(READY) $(PROJECT)
	@$(BIN)/python -m orchestration.dbt_process parse --quiet

demo: $(READY) $(MANIFEST)
	@$(BIN)/python -m demo --data "$(OUTTURN_DATA)" --scale $(SCALE)
	@$(MAKE) --no-print-directory nightly

nightly: $(READY) $(MANIFEST)
	@$(BIN)/python -m orchestration.nightly

# Whoever landed a file chose its name: neither make nor the shell may run what stands in it, or in
# an id.
override FILE := $(value FILE)
override PERSON := $(value PERSON)
override RUN := $(value RUN)
export FILE PERSON RUN

retract quarantine: $(READY) $(MANIFEST)
	@test -n "$$FILE" || { echo "say which: make $@ FILE=<feed>/<file>"; exit 2; }
	@$(BIN)/python -m orchestration.withdraw $@ -- "$$FILE"

forget: $(READY) $(MANIFEST)
	@test -n "$$PERSON" || { echo "say whom: make forget PERSON=<id>"; exit 2; }
	@$(BIN)/python -m orchestration.persons forget -- "$$PERSON"

rotate-key: $(READY) $(MANIFEST)
	@$(BIN)/python -m orchestration.persons rotate-key

reproduce: $(READY) $(MANIFEST)
	@test -n "$$RUN" || { echo "say which: make reproduce RUN=<run id>"; exit 2; }
	@$(BIN)/python -m orchestration.reproduce -- "$$RUN"

dagster: $(READY) $(MANIFEST)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/dagster dev --host 127.0.0.1 --port $(PORT)

dashboard: $(READY)
	$(BIN)/streamlit run dashboards/app.py --server.port $(DASHBOARD_PORT)

report: $(READY)
	@$(BIN)/python -m documents

docs: $(READY) $(MANIFEST)
	@test -e "$(OUTTURN_DATA)/warehouse.duckdb" || { echo "no warehouse in $(OUTTURN_DATA): run a night first"; exit 1; }
	@$(BIN)/dbt docs generate --static --quiet
	@cp "$(DBT_TARGET_PATH)/static_index.html" "$(OUTTURN_DATA)/docs.html"
	@echo "$(OUTTURN_DATA)/docs.html"

validate: $(READY) $(MANIFEST)
	$(BIN)/dagster definitions validate

metrics: $(READY) $(MANIFEST)
	@$(BIN)/python -m orchestration.catalogue

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar models tests/dbt

test: $(READY) $(MANIFEST)
	$(BIN)/python -m pytest --ignore=tests/spark --ignore=tests/bi --numprocesses 2 --dist loadscope --no-loadscope-reorder

torture: $(READY) $(MANIFEST)
	OUTTURN_TORTURE=1 $(BIN)/python -m pytest tests/torture tests/ops/test_operations_guide.py --numprocesses 3 --dist loadscope --no-loadscope-reorder --durations 15

# All of them are run, also where one misses its bound.
bench: $(READY) $(READY_PEERS) $(READY_SPARK) $(MANIFEST)
	@missed=; \
	for name in calibration pages ingest sizes nights; do $(BIN)/python -m benchmarks.$$name || missed="$$missed $$name"; done; \
	.venv-spark/bin/python -m benchmarks.cluster || missed="$$missed cluster"; \
	[ -z "$$missed" ] || { echo "A bound is missed, or no figure was to be had, in:$$missed"; exit 1; }

calibrate: $(READY) $(MANIFEST)
	OUTTURN_CALIBRATION_SEEDS=20 $(BIN)/python -m pytest tests/oracle/test_truth.py

test-spark: $(READY_SPARK)
	.venv-spark/bin/python -m pytest tests/spark

test-bi: $(READY_BI)
	.venv-bi/bin/python -m pytest --confcutdir tests/bi tests/bi
