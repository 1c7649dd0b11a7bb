# SPDX-License-Identifier: MPL-2.0
# Linux on 64-bit ARM, by Debian's cross compiler; programs run under qemu-user.
CC  := aarch64-linux-gnu-gcc
CXX := aarch64-linux-gnu-g++
AR  := aarch64-linux-gnu-ar
MACHINE := aarch64
SYSTEM  := Linux
RUNNER  := qemu-aarch64 -L /usr/aarch64-linux-gnu
