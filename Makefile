# The commands people and CI use. `make help` lists them.
SHELL := /bin/bash
SWIFT ?= swift
LAB := scripts/lab
TEST_LAB ?= test
# More at once only wait for one another, and for so long that tests run out of their time.
TESTS_AT_ONCE ?= 8

.PHONY: help build demo test soak bench catalogue lint format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the program, .build/debug/boardcast
	@scripts/prepare
	$(SWIFT) build

demo: build ## from build events to booted boards, on a real LAVA (LAVA=2026.10)
	scripts/demo $(if $(LAVA),--lava $(LAVA))

test: ## all tests, on a real LAVA that is thrown away after (FILTER=Suite for some)
	@scripts/prepare
	$(SWIFT) build --build-tests
	@trap '$(LAB) down --name $(TEST_LAB)' EXIT; \
	$(LAB) down --name $(TEST_LAB) 2>/dev/null; $(LAB) up --name $(TEST_LAB) && \
	eval "$$($(LAB) env --name $(TEST_LAB))" && \
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_ONCE) \
	$(SWIFT) test --skip-build $(if $(FILTER),--filter '$(FILTER)')

soak: ## the snapshot under 10,000 changes and 100 dropped connections (SOAK=number)
	@scripts/prepare
	$(SWIFT) build --build-tests
	BOARDCAST_SOAK=$(or $(SOAK),10000) $(SWIFT) test --skip-build --filter SoakTests

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
