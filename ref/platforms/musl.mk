# SPDX-License-Identifier: MPL-2.0
# The machine the build runs on, with musl in place of its C library: for C programs only.
CC := musl-gcc
include ref/platforms/native.mk
