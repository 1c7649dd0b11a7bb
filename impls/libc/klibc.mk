# SPDX-License-Identifier: MPL-2.0
# klibc: the C library of initial RAM disks; its memmem is the plain double loop. (Its i386 build
# passes arguments in registers and cannot be called from here.)
KLIBC := $(filter-out $(if $(filter i%86,$(ARCH)),%),$(wildcard /usr/lib/klibc/lib/libc.a))
ifneq ($(KLIBC),)
$(eval $(call lift,klibc,$(KLIBC),klibc $(call version,libklibc-dev),n*m))
else
$(call not_lifted,klibc,install libklibc-dev)
endif
