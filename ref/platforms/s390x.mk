# SPDX-License-Identifier: MPL-2.0
# Linux on s390x, whose words begin with their highest byte, by Debian's cross compiler; programs run
# under qemu-user.
CC  := s390x-linux-gnu-gcc
CXX := s390x-linux-gnu-g++
AR  := s390x-linux-gnu-ar
MACHINE := s390x
SYSTEM  := Linux
RUNNER  := qemu-s390x -L /usr/s390x-linux-gnu
