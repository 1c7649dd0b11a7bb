# SPDX-License-Identifier: MPL-2.0
# musl: memmem is two-way with a byte set and a shift table.
MUSL := $(wildcard /usr/lib/$(ARCH)-linux-musl/libc.a /usr/$(ARCH)-linux-musl/lib/libc.a)
ifneq ($(MUSL),)
$(eval $(call lift,musl,$(firstword $(MUSL)),musl $(call version,musl-dev),linear))
else
$(call not_lifted,musl,install musl-dev)
endif
