# SPDX-License-Identifier: MPL-2.0
# Windows on x86-64, by MinGW-w64; programs run under Wine.
CC  := x86_64-w64-mingw32-gcc-posix
CXX := x86_64-w64-mingw32-g++-posix
AR  := x86_64-w64-mingw32-ar
MACHINE := x86_64
SYSTEM  := Windows
RUNNER  := wine
LDFLAGS += -static# programs need no DLL of the compiler's
