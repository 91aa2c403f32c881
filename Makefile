# The commands people and CI use. `make help` lists them.
SHELL := /bin/bash
SWIFT ?= swift
LAB := scripts/lab
TEST_LAB ?= test
# More at once only wait for one another, and for so long that tests run out of their time.
TESTS_AT_ONCE ?= 6

.PHONY: help build demo test test-postgres fidelity soak mutations bench catalogue lint format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the program, .build/debug/boardcast
	@scripts/prepare
	$(SWIFT) build

demo: build ## from build events to booted boards, on a real LAVA (LAVA=2026.10)
	scripts/demo $(if $(LAVA),--lava $(LAVA))

test: ## all tests, on a real LAVA that is thrown away after (FILTER=Suite for some, LAVA=2026.10, EVENTS=file for what happens)
	@scripts/prepare
	$(SWIFT) build --build-tests
	@trap '$(LAB) down --name $(TEST_LAB)' EXIT; \
	$(LAB) down --name $(TEST_LAB) 2>/dev/null; \
	$(LAB) up --name $(TEST_LAB) --events $(if $(LAVA),--lava $(LAVA)) && scripts/samples && \
	eval "$$($(LAB) env --name $(TEST_LAB))" && \
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_ONCE) \
	$(SWIFT) test --skip-build $(if $(FILTER),--filter '$(FILTER)') $(if $(EVENTS),--event-stream-output-path '$(EVENTS)' --event-stream-version 0)

test-postgres: ## the writer, the snapshot and enable on the oldest and the newest PostgreSQL (POSTGRES='13 17 18')
	@scripts/prepare
	$(SWIFT) build --build-tests
	SWIFT='$(SWIFT)' TESTS_AT_ONCE=$(TESTS_AT_ONCE) FILTER='$(FILTER)' EVENTS='$(EVENTS)' scripts/test-postgres $(or $(POSTGRES),13 18)

fidelity: ## the differential suite with all of its corpora (docs/fidelity.md; LAVA=2026.10)
	BOARDCAST_FIDELITY=all $(MAKE) test FILTER=FidelityTests TEST_LAB=fidelity-all

soak: ## the snapshot under 10,000 changes, and months of a lab of 2,000 boards (SOAK=number)
	@scripts/prepare
	$(SWIFT) build --build-tests
	BOARDCAST_SOAK=$(or $(SOAK),10000) $(SWIFT) test --skip-build --filter SoakTests
	BOARDCAST_SIMULATED_BOARDS=2000 BOARDCAST_SIMULATED_STEPS=60 BOARDCAST_SIMULATION=1000 \
	$(SWIFT) test --skip-build --filter 'SimulationTests'

mutations: ## damaged messages of every producer, 100,000 of each sample (MUTATIONS=number SAMPLE=gitlab; docs/mutations.md)
	@scripts/prepare
	$(SWIFT) build --build-tests
	@set -o pipefail; BOARDCAST_MUTATIONS=$(or $(MUTATIONS),100000) $(if $(SAMPLE),BOARDCAST_MUTATED=$(SAMPLE)) \
	$(SWIFT) test --skip-build --filter AdapterMutationTests 2>&1 | grep -E 'damaged:|recorded an issue|error:|Test run'

bench: ## what the inventory costs, each figure beside a floor of the same run (ARGS='--quick --json')
	@scripts/prepare
	$(SWIFT) build --configuration release --scratch-path .build-release --product bench
	.build-release/release/bench $(ARGS)

catalogue: ## devices/*.yaml from the templates of the installed LAVA (LAVA=2023.01)
	scripts/catalogue --lava $(or $(LAVA),2023.01)

lint: ## formatting and documentation, strictly
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

format: ## put the formatting right
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Benchmarks

clean: ## remove what was built
	rm -rf .build .build-release
