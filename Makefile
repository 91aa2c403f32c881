# The commands people and CI use. `make help` lists them.
SHELL := /bin/bash
SWIFT ?= swift
LAB := scripts/lab
TEST_LAB ?= test

.PHONY: help build demo test catalogue lint format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the program, .build/debug/boardcast
	@scripts/prepare
	$(SWIFT) build

demo: build ## from one build event to booted boards, on a real LAVA
	scripts/demo

test: ## all tests, on a real LAVA that is thrown away after (FILTER=Suite for some)
	@scripts/prepare
	$(SWIFT) build --build-tests
	@trap '$(LAB) down --name $(TEST_LAB)' EXIT; \
	$(LAB) down --name $(TEST_LAB) 2>/dev/null; $(LAB) up --name $(TEST_LAB) && \
	eval "$$($(LAB) env --name $(TEST_LAB))" && \
	$(SWIFT) test --skip-build $(if $(FILTER),--filter '$(FILTER)')

catalogue: ## devices/*.yaml from the templates of the installed LAVA (LAVA=2023.01)
	scripts/catalogue --lava $(or $(LAVA),2023.01)

lint: ## formatting and documentation, strictly
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format: ## put the formatting right
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

clean: ## remove what was built
	rm -rf .build
