# SPDX-License-Identifier: MPL-2.0
# The machine the build runs on, with clang.
CC  := clang
CXX := clang++
include ref/platforms/native.mk
