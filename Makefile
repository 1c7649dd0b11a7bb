# SPDX-License-Identifier: MPL-2.0
# fmmap: every entry point. `make` prints them. GNU make; members are found, never listed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
ROOT := $(CURDIR)

# ---- Settings (make NAME=VALUE) -------------------------------------------------------------
PLATFORM   ?= native# a file of ref/platforms
PROFILE    ?= quick# how long to measure: quick or full
SANITIZE   ?=# e.g. address,undefined: a build of its own
PYTHON     ?= $(HOST_PYTHON)# the interpreter to build the module for
TARGETS    ?=# conform: targets by name or pattern; none means every target found
STRATEGIES ?=# bench: strategies by name or pattern; none means all
WORKLOADS  ?=# bench: workloads by name or pattern; none means the profile's
PREFIX     ?= /usr/local
DESTDIR    ?=

ifeq ($(wildcard ref/platforms/$(PLATFORM).mk),)
$(error PLATFORM=$(PLATFORM) is none of: $(basename $(notdir $(wildcard ref/platforms/*.mk))))
endif
include ref/platforms/$(PLATFORM).mk
comma := ,
B := build/$(PLATFORM)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
ARCH := $(patsubst arm64,aarch64,$(patsubst amd64,x86_64,$(MACHINE)))
