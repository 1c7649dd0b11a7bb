# SPDX-License-Identifier: MPL-2.0
# fmmap: every entry point. `make` prints them. For GNU make. Members are found, never listed: a
# folder's rules.mk finds its own and says how they are built.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# ---- Settings: make NAME=VALUE --------------------------------------------------------------
PLATFORM   ?= native#    build platform, a file of ref/platforms
PROFILE    ?= quick#     how long bench and bench-python measure: quick or full
SANITIZE   ?=#           address,undefined or thread: sanitizers, in a build of their own
PYTHON     ?= $(HOST_PYTHON)# python: interpreter to build the module for; bench-python: to measure, none: all
TARGETS    ?=#           conform: targets by name or pattern; none: all that are found
CASES      ?=#           conform: cases by name or pattern, such as find/*; none: all
STRATEGIES ?=#           bench: strategies by name or pattern; none: all
WORKLOADS  ?=#           bench: workloads by name or pattern; none: all of the profile
LIBC       ?=#           bench: folders of other glibcs (unpacked packages) to run under as well
AGAINST    ?=#           bench: another fmmap-bench, measured in turns with this one
OLD        ?=#           compare: the result file before; none: that of the run before the last
NEW        ?=#           compare: the result file after; none: that of the last run
FAIL_ON    ?=#           compare: regression makes it fail where something became slower
SECONDS    ?= 60#        fuzz: how long each target runs
PREFIX     ?= /usr/local# where install puts the library, header, pkg-config file and manual
DESTDIR    ?=#           a root to install under, for packagers
DIR        ?= .#         doctor: a folder of the file system to look at
CFLAGS     ?= -O2 -g#    code generation flags
V          ?=#           1 prints whole commands
HOST_PYTHON ?=#          interpreter that runs suite and pages (3.11 or later); none: looked for
GIVEN_PYTHON := $(if $(filter file,$(origin PYTHON)),,$(PYTHON))
override PLATFORM := $(strip $(PLATFORM))
override PROFILE := $(strip $(PROFILE))
override SANITIZE := $(strip $(SANITIZE))

ifeq ($(wildcard ref/platforms/$(PLATFORM).mk),)
$(error PLATFORM=$(PLATFORM) is none of: $(basename $(notdir $(wildcard ref/platforms/*.mk))))
endif
ifeq ($(filter quick full,$(PROFILE)),)
$(error PROFILE=$(PROFILE) is neither quick nor full)
endif
include ref/platforms/$(PLATFORM).mk
comma := ,
ARCH  := $(patsubst arm64,aarch64,$(patsubst amd64,x86_64,$(MACHINE)))
OS    := $(shell echo $(SYSTEM) | tr A-Z a-z)
B     := build/$(PLATFORM)$(addprefix -,$(subst $(comma),-,$(SANITIZE)))

# ---- What each entry point needs of the machine: words of ref/platforms/requirements.sh --------
NEEDS_lib            := c-compiler
NEEDS_install        := c-compiler
NEEDS_doctor         := c-compiler
NEEDS_ctest          := c-compiler
NEEDS_check-guests   := c-compiler c++-compiler
NEEDS_fuzz-targets   := c-compiler
NEEDS_ctest-programs := c-compiler
NEEDS_level0         := c-compiler python
NEEDS_python         := c-compiler python-headers
NEEDS_modules        := c-compiler python python-headers
NEEDS_conform        := $(NEEDS_modules)
NEEDS_check-upstream := $(NEEDS_modules)
NEEDS_bench-python   := $(NEEDS_modules)
NEEDS_bench          := c-compiler c++-compiler google-benchmark python
NEEDS_compare        := python
NEEDS_report         := $(NEEDS_conform) $(NEEDS_bench) gnuplot
NEEDS_check          := all
NEEDS_deps           := all
NEEDS := $(sort $(foreach goal,$(MAKECMDGOALS),$(NEEDS_$(goal))))
ifneq ($(NEEDS),)
ifeq ($(shell mkdir -p $(B)/gen 2>/dev/null && test -w $(B)/gen && echo yes),)
$(error build folder $(CURDIR)/$(B) cannot be written: free it or copy the project elsewhere)
endif
ifndef NEEDS_MET
# It says nothing when all is there; what it installs it tells on standard error
SAID := $(shell CC='$(CC)' CXX='$(CXX)' HOST_PYTHON='$(HOST_PYTHON)' ref/platforms/requirements.sh \
  $(if $(filter deps report check,$(MAKECMDGOALS)),install,find) $(B)/config.mk $(NEEDS))
ifneq ($(SAID),)
$(error $(SAID))
endif
include $(B)/config.mk
export NEEDS_MET := yes# for the makes that this one runs
endif
endif
export HOST_PYTHON FAIL_ON
# Tools keep their caches in build, too
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/build/hypothesis

# ---- How things are built -------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wundef -Wvla -Werror
INCLUDES := -Iimpls -Iref/include -I$(B)/gen
DEFINES   = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DFM_VERSION='"$(VERSION)"'
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
# Each function at a cache line's start: else a change of one moves the loops of those behind it,
# which alone makes some of them twice as slow. Each loop, too: where two threads share a core,
# one that begins inside a line is 0.8 times as fast
ALIGNED  := -falign-functions=64 -falign-loops=64
COMPILE   = $(CC) -std=c11 $(WARNINGS) $(INCLUDES) $(DEFINES) -fPIC -fvisibility=hidden -pthread \
            -MMD -MP $(ALIGNED) $(CFLAGS) $(SANFLAGS)
LINK      = $(CC) -pthread $(LDFLAGS) $(SANFLAGS)
Q        := $(if $(V),,@)
say       = mkdir -p $(@D); printf '  %-4s %s\n' $(1) $(2)
objects   = $(patsubst %,$(B)/obj/%.o,$(basename $(1)))

$(B)/obj/%.o: %.c
	@$(call say,CC,$<)
	$(Q)$(COMPILE) -c $< -o $@
$(B)/obj/%.o: %.cc
	@$(call say,C++,$<)
	$(Q)$(CXX) -std=c++17 -Wall -Wextra -Wshadow -Werror $(INCLUDES) $(DEFINES) -MMD -MP $(CFLAGS) $(SANFLAGS) -c $< -o $@
# A program: PROGRAM: its objects, then the library
define program
$(1): $(2) $(B)/lib/libfmmap.a
	@$$(call say,LD,$$@)
	$$(Q)$$(LINK) $$^ -o $$@
endef
# A generated list of FM_MEMBER lines, touched only when it changes
define members
$(1): FORCE
	@mkdir -p $$(@D); printf '%s\n' $(patsubst %,'FM_MEMBER(%)',$(2)) >$$@.new
	@if cmp -s $$@.new $$@; then rm $$@.new; else mv $$@.new $$@; fi
endef

include impls/rules.mk ref/rules.mk conformance/rules.mk bench/rules.mk .ci/rules.mk
-include $(shell find $(B)/obj* -name '*.d' 2>/dev/null)

# ---- Entry points ---------------------------------------------------------------------------
help: ## print this
	@awk -F'## ' '/^[a-z0-9-]+:.*## /{split($$1,t,":"); printf "  make %-14s %s\n",t[1],$$2}' Makefile .ci/rules.mk
	@echo; echo "Settings:"
	@awk '/^[A-Z_]+ +\?=/{n=$$1; sub(/^[^#]*#? */,""); printf "  %-11s %s\n",n,$$0}' Makefile

deps: ## install what this machine lacks, with its package manager
	@echo "fmmap: all there"

lib: $(B)/lib/libfmmap.a $(SHARED_LIB) ## build libfmmap.a and libfmmap.so

install: lib ## install libfmmap under PREFIX=
	@$(INSTALL_LIBRARY)

python: $(MODULE_FILES) ## build the module for PYTHON=, print its folder
	@echo $(CURDIR)/$(MODULE_DIR)

conform: $(B)/conformance/driver-c modules other-drivers ## run the conformance suite on TARGETS=
	@$(HOST_PYTHON) conformance/harness/run.py --build $(B) --targets "$$TARGETS" --cases "$$CASES"

level0: $(B)/conformance/level0 ## build the conformance program for systems without Python

doctor: $(B)/conformance/doctor ## show which mmap features the file system of DIR= has
	@$< "$${DIR:-.}"

bench: $(B)/bench/fmmap-bench ## measure STRATEGIES= on WORKLOADS= with PROFILE=quick|full
	@$(RUN_BENCH) && $(HOST_PYTHON) reports/rivals.py $(RESULTS)

bench-python: $(if $(GIVEN_PYTHON),,modules) ## measure the module against each Python's own mmap
	@$(if $(GIVEN_PYTHON),$(MAKE) python >/dev/null)
	@$(HOST_PYTHON) ref/python/bench.py --build $(B) --profile $(PROFILE) $(addprefix --python=,$(GIVEN_PYTHON))

# Ctrl-C ends what is measured; the pages still come, from what there is, and say that it is partial
report: ## set up, run suite and benchmark, write the pages
	@rm -f $(B)/unfinished; if [ -e $(RESULTS) ]; then mv $(RESULTS) $(RESULTS:.json=.previous.json); fi
	@trap : INT; $(MAKE) -k conform bench || echo $$? >$(B)/unfinished; \
	  $(HOST_PYTHON) conformance/harness/coverage.py --build $(B) || echo $$? >$(B)/unfinished; \
	  $(HOST_PYTHON) reports/build.py $$(ls $(RESULTS) 2>/dev/null) \
	  --conformance $(B)/conformance -o build/report && exit $$(cat $(B)/unfinished 2>/dev/null || echo 0)

compare: ## compare two result files, OLD= and NEW=, or the last two runs
	@$(HOST_PYTHON) reports/compare.py "$${OLD:-$(if $(NEW),,$(wildcard $(RESULTS:.json=.previous.json)))}" "$${NEW:-$(wildcard $(RESULTS))}"

check: ## set up, then every test of the project
	@rm -rf $(CHECK) && mkdir -p $(CHECK)
	@$(MAKE) -k $(CHECKS); status=$$?; cat $(CHECK)/*.count 2>/dev/null | awk -v status=$$status \
	  '{p += $$1; f += $$2} END {if (status && !f) f = 1; printf "%.0f passed, %.0f failed\n", p, f; exit f > 0}'

check-upstream: modules ## run each Python's own mmap tests on the module
	@$(HOST_PYTHON) ref/python/test/upstream.py --build $(B)

fuzz: ## fuzz the strategies for SECONDS= each way, with clang
	@$(MAKE) fuzz-targets PLATFORM=clang SANITIZE=address,undefined,fuzzer-no-link

check-guests: ## run the strategies' tests on the other searchers that bench compares
	@$(RUN_GUEST_TESTS)

clean: ## remove everything that was built
	rm -rf build

FORCE:
.PHONY: FORCE help deps lib install python modules conform level0 doctor bench bench-python report \
        compare check check-upstream fuzz check-guests clean ctest ctest-programs $(CTESTS) $(CHECKS)
