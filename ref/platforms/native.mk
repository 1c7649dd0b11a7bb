# SPDX-License-Identifier: MPL-2.0
# The machine the build runs on, with its own compiler and libc. Every platform file sets these.
ifeq ($(origin CC),default)
CC := cc
endif
ifeq ($(origin CXX),default)
CXX := c++
endif
ifeq ($(origin AR),default)
AR := ar
endif
MACHINE := $(shell uname -m)
SYSTEM  := $(shell uname -s)
# put before every program that was built: an emulator, or nothing
RUNNER  :=
