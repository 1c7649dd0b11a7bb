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
PREFIX     ?= /usr/local
DESTDIR    ?=
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
NEEDS_bench   := c-compiler c++-compiler google-benchmark python
NEEDS_compare := python
NEEDS_report  := $(NEEDS_conform) $(NEEDS_bench) gnuplot
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
TESTS         := $(TEST_SRC:%.c=$(B)/%)
VERSION       := $(shell cat ref/VERSION)
SO            := libfmmap.so
SONAME        := $(SO).$(firstword $(subst ., ,$(VERSION)))

# ---- Flags ----------------------------------------------------------------------------------
CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wundef -Wvla -Werror
INCLUDES := -Iimpls -Iref/include -I$(B)/gen
DEFINES  := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DFM_VERSION='"$(VERSION)"'
COMPILE   = $(CC) -std=c11 $(WARNINGS) $(INCLUDES) $(DEFINES) -fPIC -fvisibility=hidden -pthread \
            -MMD -MP $(CFLAGS) $(SANFLAGS)
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
$(STRATEGY_OBJ): DEFINES += -DFM_STRATEGY_NAME=$(call strategy_name,$(@:$(B)/obj/%.o=%.c))

# ---- Entry points ---------------------------------------------------------------------------
help: ## print this
	@awk -F'## ' '/^[a-z-]+:.*## /{split($$1,t,":"); printf "  make %-10s %s\n",t[1],$$2}' Makefile
	@echo; echo "Settings, with what they are now:"
	@awk '/^[A-Z]+ +\?=/{n=$$1; sub(/^[^#]*#? */,""); printf "  %-10s %s\n",n,$$0}' Makefile

deps: ## install what this machine lacks, with its package manager
	@echo "fmmap: all there"

lib: $(B)/lib/libfmmap.a $(B)/lib/$(SO) ## build libfmmap.a and libfmmap.so

FORCE:
.PHONY: FORCE help deps lib python conform bench report compare check install clean

# ---- Rules ----------------------------------------------------------------------------------
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c $< -o $@

$(B)/gen/strategies.def: FORCE
	@printf 'FM_MEMBER(%s)\n' $(sort $(call strategy_name,$(STRATEGY_SRC))) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(B)/obj/impls/common/registry.o: $(B)/gen/strategies.def

$(B)/lib/libfmmap.a: $(LIB_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/lib/$(SO): $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) -shared -Wl,-soname,$(SONAME) -pthread $(LDFLAGS) $(SANFLAGS) $^ -o $(@D)/$(SO).$(VERSION)
	@ln -sf $(SO).$(VERSION) $(@D)/$(SONAME) && ln -sf $(SONAME) $@

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
