# Comity. `make help` lists what there is.

export CGO_ENABLED = 0
export GOFLAGS = -trimpath -buildvcs=false

GO ?= go
BIN = bin

.PHONY: help build demo test browser vet deb soak bench bench-large clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: ## build bin/comity and bin/orx-verify
	@mkdir -p $(BIN)
	$(GO) build -ldflags '-s -w' -o $(BIN)/ ./cmd/comity ./cmd/orx-verify

demo: build ## two services exchange a marked report, on this machine; then be an officer of either in your browser
	@stay=; if [ -t 1 ]; then stay=--stay; fi; $(BIN)/comity demo $$stay --picture $(BIN)/who-will-see-it.svg

test: vet build browser ## vet, then every test (fuzz seeds only), and the Debian package
	$(GO) test -timeout 9m ./...
	packaging/test.sh $(CURDIR)/$(BIN)/comity $(CURDIR)/$(BIN)/orx-verify

AXE = web/browser/axe

browser: ## what the tests in a browser want beside chromium: axe-core, by npm
	@for p in chromium npm; do command -v $$p >/dev/null || { echo "no $$p here: tests in a browser are left out (apt-get install chromium npm)"; exit 0; }; done; \
	  test $(AXE)/node_modules/.package-lock.json -nt $(AXE)/package-lock.json || { cd $(AXE) && npm ci --ignore-scripts --no-audit --no-fund; }

deb: build ## build a Debian package into bin/ (VERSION=0.1.0)
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) packaging/deb.sh --binary $(BIN)/comity --verify $(BIN)/orx-verify --version $(or $(VERSION),0.1.0~dev) --out $(BIN)

vet:
	@f=$$($$($(GO) env GOROOT)/bin/gofmt -l .); test -z "$$f" || { echo "$$f"; echo "run gofmt -w on these files"; exit 1; }
	$(GO) vet ./...

soak: ## what is slow: every fuzz target for a minute, the scenarios a hundred times, every page in all eight looks, 2,000 kills
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(or $(FUZZTIME),60s) -fuzzminimizetime 10x $$p || exit 1; \
	  done; \
	done
	$(GO) test -count=100 -timeout 3h ./node/nodetest
	COMITY_LOOKS=all $(GO) test -count=1 -timeout 1h -run Accessible ./demo
	COMITY_KILLS=$(or $(KILLS),2000) $(GO) test -count=1 -timeout 3h -run Killed -v ./cmd/comity

bench: ## measure, beside a limit in the same run (see doc/bench.md)
	$(GO) test -run '^$$' -bench . -benchmem ./...
	cd bench/openfga && $(GO) run .
	cd bench/tessera && $(GO) run .

bench-large: ## what a release costs with 1,000 and 1,000,000 items, and an idle node with 100,000: half an hour, 45 GB under TMPDIR
	COMITY_ITEMS="$(or $(ITEMS),1000 1000000)" $(GO) test -run '^$$' -bench 'Large|Idle' -benchtime 1x -timeout 3h ./node

clean: ## remove what was built
	rm -rf $(BIN)
