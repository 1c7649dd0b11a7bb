# SPDX-License-Identifier: MPL-2.0
# x86-64 with AVX-512, on any machine: programs run under Linux in the emulator Bochs. A program takes
# minutes, so name what is to be tested:
#   export BOCHS_KERNEL=vmlinuz FM_STRATEGIES='simd_avx512bw auto' FM_CASES=100000
#   make ctest PLATFORM=avx512 TEST_SRC='impls/test/seeds.c impls/test/lanes.c'
include ref/platforms/native.mk
MACHINE := x86_64
SYSTEM  := Linux
RUNNER  := ref/platforms/bochs.sh
LDFLAGS += -static# there is no other file in that machine
