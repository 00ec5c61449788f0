# Thin names over cargo and npm. `make` alone lists them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
export PATH := $(PATH):$(HOME)/.cargo/bin

BIND ?= 127.0.0.1:8080
DATA ?= data
SEEDS ?= 2000
KILLS ?= 200
CLIENTS ?= 20
SOAK_S ?= 7200
PROFILE ?= bench

# What the built app depends on; npm's own folders and the build's output are not sources.
WEB_MANIFESTS := web/package.json web/package-lock.json $(wildcard web/*/package.json)
WEB_SOURCES := $(shell find web/sdk web/react web/ide -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help run dev test fmt lint sim crash bench faults soak web web-deps tools clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: tools web ## build everything and start a demo workspace on http://127.0.0.1:8080, data in data/
	cargo build --release
	"$${CARGO_TARGET_DIR:-target}/release/baton" serve --demo --data "$(DATA)" --bind "$(BIND)"

dev: tools web-deps ## the same from a debug build, with the app served by Vite and reloaded as you edit
	cargo build
	@npm --prefix web run dev & web=$$!; trap 'kill $$web 2>/dev/null' EXIT INT TERM; \
		"$${CARGO_TARGET_DIR:-target}/debug/baton" serve --demo --data "$(DATA)" --bind "$(BIND)"

test: ## every check there is: formats, lints, types, unit, simulation, integration, two browsers
	@tests/run/all.sh

fmt: web-deps ## format Rust and TypeScript in place
	cargo fmt
	npm --prefix web run --silent fmt

lint: web-deps ## clippy, ESLint and type checks, warnings denied
	cargo clippy --all-targets -- -D warnings
	npm --prefix web run --silent lint
	npm --prefix web run --silent types

sim: ## a long simulation: SEEDS=2000 by default, SEED=n to repeat one
	SEEDS=$(SEEDS) cargo test --release --test sim -- --nocapture

crash: ## 200 SIGKILLs under 20 editing clients: KILLS=200, CLIENTS=20 by default
	BATON_KILLS=$(KILLS) BATON_CLIENTS=$(CLIENTS) cargo test --release --test it crash -- --nocapture

# QUICK=1 is a run of less than three minutes; tests/bench/main.rs names the other variables. PROFILE=quick builds faster.
bench: tests/bench/peers/node_modules/.stamp ## measure Baton beside its peers: a table, ratios, JSON lines; QUICK=1 for a short run
	ulimit -n "$$(ulimit -Hn)"; QUICK="$(QUICK)" cargo bench --profile $(PROFILE) --bench load

# The peers that run under Node; without npm the runner says what is left out.
tests/bench/peers/node_modules/.stamp: tests/bench/peers/package-lock.json
	if command -v npm >/dev/null; then npm --prefix tests/bench/peers ci --no-audit --no-fund && touch $@; fi

faults: ## the long forms of the fault tests: 500 kills, a minute asleep, 5,000 pages back at once
	ulimit -n "$$(ulimit -Hn)"; BATON_KILLS=500 BATON_PAUSES=12 BATON_STORM=5000 \
		cargo test --release --test it -- --nocapture --test-threads=1 crash faults

soak: ## a team at work for two hours, nothing may grow or slow down; SOAK_S=7200 by default
	BATON_SOAK_S=$(SOAK_S) cargo test --release --test it -- --nocapture faults::soak

web: web-deps web/ide/dist/index.html ## build the browser app

web-deps: web/node_modules/.stamp

# npm ci only when a manifest changed.
web/node_modules/.stamp: $(WEB_MANIFESTS)
	npm --prefix web ci --no-audit --no-fund
	@touch $@

# Vite always rewrites index.html, so its time tells whether the app is current.
web/ide/dist/index.html: web/node_modules/.stamp $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

tools:
	@tests/run/tools.sh

clean: ## remove what was built; never the data folder
	cargo clean
	rm -rf web/node_modules web/*/node_modules web/*/dist web/e2e/output
