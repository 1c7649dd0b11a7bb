# SPDX-License-Identifier: MPL-2.0
# fmmap: every entry point. `make` prints them. For GNU make; members are found, never listed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# ---- Settings: make NAME=VALUE --------------------------------------------------------------
PLATFORM   ?= native#    build platform, a file of ref/platforms
PROFILE    ?= quick#     how long bench measures: quick or full
SANITIZE   ?=#           e.g. address,undefined: sanitizers, in a build of their own
PYTHON     ?= $(HOST_PYTHON)# interpreter that `make python` builds for
TARGETS    ?=#           conform: targets by name or pattern; none: all that are found
STRATEGIES ?=#           bench: strategies by name or pattern; none: all
WORKLOADS  ?=#           bench: workloads by name or pattern; none: all of the profile
PREFIX     ?= /usr/local# where install puts the library, header, pkg-config file and manual
DESTDIR    ?=#           a root to install under, for packagers
DIR        ?= .#         doctor: a folder of the file system to look at
CFLAGS     ?= -O2 -g#    code generation flags
V          ?=#           1 prints whole commands
override PLATFORM := $(strip $(PLATFORM))
override PROFILE := $(strip $(PROFILE))
override SANITIZE := $(strip $(SANITIZE))

ifeq ($(wildcard ref/platforms/$(PLATFORM).mk),)
$(error PLATFORM=$(PLATFORM) is none of: $(basename $(notdir $(wildcard ref/platforms/*.mk))))
endif
include ref/platforms/$(PLATFORM).mk
comma := ,
ARCH  := $(patsubst arm64,aarch64,$(patsubst amd64,x86_64,$(MACHINE)))
OS    := $(shell echo $(SYSTEM) | tr A-Z a-z)
B     := build/$(PLATFORM)$(addprefix -,$(subst $(comma),-,$(SANITIZE)))

# ---- What each entry point needs of the machine ---------------------------------------------
NEEDS_lib     := c-compiler
NEEDS_install := $(NEEDS_lib)
NEEDS_python  := c-compiler python-headers
NEEDS_conform := c-compiler python python-headers
NEEDS_level0  := c-compiler python
NEEDS_doctor  := c-compiler
NEEDS_bench   := c-compiler c++-compiler google-benchmark python
NEEDS_compare := python
NEEDS_report  := $(NEEDS_conform) $(NEEDS_bench) gnuplot
NEEDS_ctest   := c-compiler
NEEDS_modules := $(NEEDS_python) python
NEEDS_check-upstream := $(NEEDS_modules)
NEEDS_bench-python := $(NEEDS_modules)
NEEDS_check   := all
NEEDS_deps    := all
NEEDS         := $(sort $(foreach goal,$(MAKECMDGOALS),$(NEEDS_$(goal))))
ifneq ($(NEEDS),)
ifeq ($(shell mkdir -p $(B)/gen 2>/dev/null && test -w $(B)/gen && echo yes),)
$(error build folder $(CURDIR)/$(B) cannot be written: free it or copy the project elsewhere)
endif
ifndef HOST_PYTHON
include $(B)/config.mk
$(B)/config.mk: FORCE
	@CC='$(CC)' CXX='$(CXX)' ref/platforms/requirements.sh \
	  $(if $(filter deps report check,$(MAKECMDGOALS)),install,find) $@ $(NEEDS)
endif
endif
export HOST_PYTHON

# ---- Members --------------------------------------------------------------------------------
# impls/two_way.c is strategy two_way; impls/simd/x86_64/avx2.c is simd_avx2
STRATEGY_SRC  := $(wildcard impls/*.c impls/simd/$(ARCH)/*.c)
strategy_name  = $(subst simd/$(ARCH)/,simd_,$(patsubst impls/%.c,%,$(1)))
STRATEGY_OBJ  := $(STRATEGY_SRC:%.c=$(B)/obj/%.o)
LIB_SRC       := $(wildcard ref/src/*.c impls/common/*.c ref/os/$(OS).c) \
                 $(if $(filter windows%,$(OS)),,ref/os/posix.c)
LIB_OBJ       := $(LIB_SRC:%.c=$(B)/obj/%.o) $(STRATEGY_OBJ)
TEST_SRC      := $(wildcard impls/test/*.c ref/test/*.c)
TESTS         := $(TEST_SRC:%.c=$(B)/obj/%)
VERSION       := $(shell cat ref/VERSION)
SO            := libfmmap.so
SONAME        := $(SO).$(firstword $(subst ., ,$(VERSION)))

BENCH_SRC     := $(wildcard bench/harness/*.c)
BENCH_OBJ     := $(BENCH_SRC:%.c=$(B)/obj/%.o) $(patsubst %.cc,$(B)/obj/%.o,$(wildcard bench/harness/*.cc))
# Guests: other projects' and other libcs' searchers, linked by the benchmark only
ifneq ($(filter bench %/fmmap-bench,$(MAKECMDGOALS)),)
include impls/guests.mk
endif

# The module for one interpreter: its tag, suffix and headers name the build
ifneq ($(filter python,$(MAKECMDGOALS)),)
MODULE_INFO := $(shell $(PYTHON) ref/python/describe.py 2>&1)
ifneq ($(words $(MODULE_INFO)),3)
$(error PYTHON=$(PYTHON) cannot be built for: $(MODULE_INFO))
endif
MODULE_DIR := $(B)/python/$(word 1,$(MODULE_INFO))
MODULE     := $(MODULE_DIR)/fmmap$(word 2,$(MODULE_INFO))
MODULE_OBJ := $(patsubst %.c,$(B)/obj-$(word 1,$(MODULE_INFO))/%.o,$(wildcard ref/python/*.c))
endif

# ---- Flags ----------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wundef -Wvla -Werror
INCLUDES := -Iimpls -Iref/include -I$(B)/gen
DEFINES  := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DFM_VERSION='"$(VERSION)"'
COMPILE   = $(CC) -std=c11 $(WARNINGS) $(INCLUDES) $(DEFINES) -fPIC -fvisibility=hidden -pthread \
            -MMD -MP $(CFLAGS) $(SANFLAGS)
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
$(STRATEGY_OBJ): DEFINES += -DFM_STRATEGY_NAME=$(call strategy_name,$(@:$(B)/obj/%.o=%.c))

Q        := $(if $(V),,@)
say       = printf '  %-4s %s\n' $(1) $(2)

# ---- Entry points ---------------------------------------------------------------------------
help: ## print this
	@awk -F'## ' '/^[a-z-]+:.*## /{split($$1,t,":"); printf "  make %-10s %s\n",t[1],$$2}' Makefile
	@echo; echo "Settings, with what they are now:"
	@awk '/^[A-Z]+ +\?=/{n=$$1; sub(/^[^#]*#? */,""); printf "  %-10s %s\n",n,$$0}' Makefile

deps: ## install what this machine lacks, with its package manager
	@echo "fmmap: all there"

lib: $(B)/lib/libfmmap.a $(B)/lib/$(SO) ## build libfmmap.a and libfmmap.so

python: $(MODULE) $(MODULE_DIR)/fmmap.pyi $(MODULE_DIR)/py.typed ## build the module for PYTHON=, print its folder
	@echo $(CURDIR)/$(MODULE_DIR)

conform: $(B)/conformance/driver-c modules ## run the conformance suite on TARGETS=
	@$(HOST_PYTHON) conformance/harness/run.py --build $(B) --targets '$(TARGETS)'

level0: $(B)/conformance/level0 ## build the conformance program for systems without Python

doctor: $(B)/conformance/doctor ## show which mmap features the file system of DIR= has
	@$< '$(DIR)'

bench: $(B)/bench/fmmap-bench ## measure STRATEGIES= on WORKLOADS= with PROFILE=quick|full
	@$(foreach name,$(ABSENT),echo 'fmmap: not measured: $(name); install $(WHY_$(name))';)
	@$(HOST_PYTHON) bench/harness/run.py --binary $< --profile '$(PROFILE)' --output $(B)/bench/results.json \
	  --strategies '$(STRATEGIES)' --workloads '$(WORKLOADS)'

report: ## set up, run the suite and the benchmark, write the pages
	@$(MAKE) --no-print-directory -k conform bench; measured=$$?; \
	$(HOST_PYTHON) conformance/harness/coverage.py --build $(B) || measured=$$?; \
	$(HOST_PYTHON) reports/build.py $$(ls $(B)/bench/results.json 2>/dev/null) \
	  --conformance $(B)/conformance -o build/report && exit $$measured

check-upstream: modules ## run each Python's own mmap tests on the module
	@$(HOST_PYTHON) ref/python/test/upstream.py --build $(B)

bench-python: modules ## measure the module against each Python's own mmap
	@$(HOST_PYTHON) ref/python/bench.py --build $(B)

compare: ## compare two result files: OLD=a.json NEW=b.json
	@$(HOST_PYTHON) reports/compare.py '$(OLD)' '$(NEW)'

check: ## set up, then every test of the project
	@rm -rf $(B)/check && mkdir -p $(B)/check
	@$(MAKE) --no-print-directory $(CHECKS)
	@cat $(B)/check/*.count | awk '{p += $$1; f += $$2} END {printf "%d passed, %d failed\n", p, f; exit f > 0}'

install: lib ## install libfmmap under PREFIX=
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/share/man/man3
	install -m 644 ref/include/fmmap.h $(DESTDIR)$(PREFIX)/include
	install -m 644 $(B)/lib/libfmmap.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(B)/lib/$(SO).$(VERSION) $(DESTDIR)$(PREFIX)/lib
	ln -sf $(SO).$(VERSION) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/$(SO)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' ref/fmmap.pc.in >$(DESTDIR)$(PREFIX)/lib/pkgconfig/fmmap.pc
	install -m 644 $(wildcard ref/man/*.3) $(DESTDIR)$(PREFIX)/share/man/man3
	@cd $(DESTDIR)$(PREFIX)/share/man/man3 && for page in $(notdir $(wildcard ref/man/*.3)); do \
	  for name in $$(sed -n '/^\.Nd/q; s/^\.Nm \([a-z_]*\).*/\1/p' $$page); do \
	    [ $$name.3 = $$page ] || echo ".so man3/$$page" >$$name.3; done; done

clean: ## remove everything that was built
	rm -rf build

FORCE:
.PHONY: FORCE ctest modules $(CHECKS) help deps lib python conform level0 doctor bench bench-python report compare check check-upstream \
        install clean

# ---- Rules ----------------------------------------------------------------------------------
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(call say,CC,$<)
	$(Q)$(COMPILE) -c $< -o $@

$(B)/gen/strategies.def: FORCE
	@mkdir -p $(@D)
	@printf 'FM_MEMBER(%s)\n' $(sort $(call strategy_name,$(STRATEGY_SRC))) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(B)/obj/impls/common/registry.o: $(B)/gen/strategies.def

$(B)/lib/libfmmap.a: $(LIB_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	@$(call say,AR,$@)
	$(Q)$(AR) rcs $@ $^
$(B)/lib/$(SO): $(LIB_OBJ)
	@mkdir -p $(@D)
	@$(call say,LD,$@)
	$(Q)$(CC) -shared -Wl,-soname,$(SONAME) -Wl,-z,nodelete,--version-script=ref/libfmmap.map -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $(@D)/$(SO).$(VERSION)
	@ln -sf $(SO).$(VERSION) $(@D)/$(SONAME) && ln -sf $(SONAME) $@


$(B)/obj-%.o: INCLUDES += -Iref/src -isystem $(word 3,$(MODULE_INFO))
$(MODULE_OBJ): $(B)/obj-$(word 1,$(MODULE_INFO))/%.o: %.c
	@mkdir -p $(@D)
	@$(call say,CC,$<)
	$(Q)$(COMPILE) -c $< -o $@
$(MODULE): $(MODULE_OBJ) $(B)/lib/libfmmap.a
	@mkdir -p $(@D)
	@$(call say,LD,$@)
	$(Q)$(CC) -shared -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $@
$(MODULE_DIR)/%: ref/python/%
	@mkdir -p $(@D) && cp $< $@

modules: ## (conform) the module for every Python found that has headers
	@for python in $$($(HOST_PYTHON) conformance/harness/interpreters.py --headers); do \
	  $(MAKE) --no-print-directory python PYTHON=$$python >$(B)/modules.log 2>&1 || \
	  { tail -n 20 $(B)/modules.log >&2; echo "fmmap: no module for $$python" >&2; exit 1; }; done

build/native/gen/level0.inc: build/native/conformance/driver-c $(wildcard conformance/cases/*.py conformance/harness/*.py)
	$(Q)$(HOST_PYTHON) conformance/harness/record.py --driver $< --output $@
$(B)/obj/conformance/level0/level0.o: build/native/gen/level0.inc
$(B)/obj/conformance/level0/level0.o: INCLUDES += -Iconformance/drivers -Ibuild/native/gen
$(B)/conformance/level0: $(patsubst %,$(B)/obj/conformance/%.o,level0/level0 drivers/requests) $(B)/lib/libfmmap.a
	@mkdir -p $(@D)
	@$(call say,LD,$@)
	$(Q)$(CC) -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $@

$(B)/conformance/doctor: $(B)/obj/conformance/doctor/doctor.o $(B)/lib/libfmmap.a
	@mkdir -p $(@D)
	@$(call say,LD,$@)
	$(Q)$(CC) -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $@
$(B)/conformance/driver-c: $(patsubst %.c,$(B)/obj/%.o,$(wildcard conformance/drivers/*.c)) $(B)/lib/libfmmap.a
	@mkdir -p $(@D)
	@$(call say,LD,$@)
	$(Q)$(CC) -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $@

$(B)/obj/%.o: %.cc
	@mkdir -p $(@D)
	@$(call say,C++,$<)
	$(Q)$(CXX) -std=c++17 -Wall -Wextra -Wshadow -Werror $(INCLUDES) $(DEFINES) -MMD -MP $(CFLAGS) $(SANFLAGS) -c $< -o $@
$(B)/gen/guests.def: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(patsubst %,'FM_MEMBER(%)',$(sort $(GUESTS))) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(B)/obj/bench/harness/members.o: $(B)/gen/guests.def
$(B)/obj/bench/harness/program.o: DEFINES += -DFMB_FLAGS='"$(CFLAGS) $(SANFLAGS)"'
$(B)/bench/fmmap-bench: $(BENCH_OBJ) $(GUEST_OBJ) $(B)/lib/libfmmap.a
	@mkdir -p $(@D)
	@$(call say,LD,$@)
	$(Q)$(CXX) -pthread $(LDFLAGS) $(SANFLAGS) $^ $(GUEST_LIBS) -lbenchmark -o $@

# ---- Tests: each step writes its log and counts to build/PLATFORM/check ------------------------
CHECK  := $(B)/check
CHECKS := check-style check-c check-c-clang check-c-sanitized check-install check-python check-module check-conform
step    = .ci/step $(CHECK) $(1) $(2)
$(TESTS:%=%.o): INCLUDES += -Iref/src -Iref/os
$(TESTS): %: %.o $(B)/lib/libfmmap.a
	@$(call say,LD,$@)
	$(Q)$(CC) -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $@
ctest: $(TESTS)
	@$(foreach test,$(TESTS),$(call step,$(SUITE)$(subst /,-,$(patsubst $(B)/obj/%,%,$(test))),$(RUNNER) $(test));)
check-style:
	@$(call step,clang-format,clang-format --dry-run -Werror $$(find ref impls conformance bench -name '*.[ch]' -o -name '*.cc'))
	@$(call step,flake8,flake8)
check-c:
	@$(MAKE) --no-print-directory -j2 CHECK=$(CHECK) SUITE=c- ctest
check-c-clang:
	@$(MAKE) --no-print-directory -j2 PLATFORM=clang CHECK=$(CHECK) SUITE=clang- ctest
check-c-sanitized:
	@$(MAKE) --no-print-directory -j2 SANITIZE=address,undefined CHECK=$(CHECK) SUITE=sanitized- ctest
check-install:
	@$(call step,install,$(MAKE) --no-print-directory install DESTDIR=$(CURDIR)/$(CHECK)/root)
check-python: modules
	@$(call step,python,$(HOST_PYTHON) -m pytest -q ref/test ref/python/test conformance/meta bench/test reports/test)
check-module: modules
	@$(call step,upstream,$(HOST_PYTHON) ref/python/test/upstream.py --build $(B))
check-conform:
	@$(call step,conform,$(MAKE) --no-print-directory conform)

-include $(shell find $(B)/obj* -name '*.d' 2>/dev/null)
