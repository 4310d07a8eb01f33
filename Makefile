# Each verb sets up what it needs; nothing but Python 3.11+ and make is assumed. See docs/develop/tools.md.
PYTHON ?= python3

.PHONY: run test check fix bench figures crawl sample-large help

help:
	@echo "make run      the sample city in a browser (Ctrl-C stops everything)"
	@echo "make test     the whole suite, real Chromium included   (make test ARGS='tocho/lib -k era')"
	@echo "make check    lint, types, boundaries, house rules"
	@echo "make fix      let the tools mend what they can"
	@echo "make bench    the promises of speed and size, measured"
	@echo "make figures  the report's figures, published against computed"
	@echo "make crawl    beside make run: every page on a phone, as everybody; what no reader should meet"
	@echo "make sample-large  a million past applications for the sample city, in minutes"

run test check fix bench figures crawl sample-large:
	@$(PYTHON) tools/tocho.py $@ $(ARGS)
