# The machine the build runs on, with its own compiler and libc. Every other platform file sets
# the same names.
CC       ?= cc
CXX      ?= c++
AR       ?= ar
RUNNER   :=                       # command put before every built program (an emulator)
MACHINE  := $(shell uname -m)
SYSTEM   := $(shell uname -s)
