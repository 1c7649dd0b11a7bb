# SPDX-License-Identifier: MPL-2.0
# dietlibc: made for small programs. References of its string functions lead to its start-up code,
# so only their own members are lifted; they ask the variable __valgrind whether they may read
# ahead. Its code is not position-independent.
DIETLIBC := $(wildcard /usr/lib/$(ARCH)-linux-gnu/diet/lib-$(ARCH)/libc.a)
ifneq ($(DIETLIBC),)
$(eval $(call lift,dietlibc,$(DIETLIBC),dietlibc $(call version,dietlibc-dev),n*m,MEMBERS_ONLY=1 SOURCE='int __valgrind;'))
GUEST_LIBS += -no-pie
else
$(call not_lifted,dietlibc,install dietlibc-dev)
endif
