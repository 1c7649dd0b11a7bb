# SPDX-License-Identifier: MPL-2.0
# Guests: strategies that only the benchmark links. A fragment, impls/libc/NAME.mk or
# impls/peers/NAME.mk, looks for its package and calls one of
#   $(call guest,STRATEGY,OBJECTS,LINKER ARGUMENTS)
#   $(call absent,STRATEGY,what to do)
# Each writes rules for its objects where needed. README.md in both folders shows how.
GUESTS     :=#  strategies
GUEST_OBJ  :=#  their objects
GUEST_LIBS :=#  what to link besides
ABSENT     :=#  strategies whose package is not installed; WHY_NAME says how to get it
guest       = $(eval GUESTS += $(1))$(eval GUEST_OBJ += $(2))$(eval GUEST_LIBS += $(3))
absent      = $(eval ABSENT += $(1))$(eval WHY_$(1) := $(2))
# Version of an installed package, where the package manager tells
version     = $(shell dpkg-query -W -f '$${Version}' $(1) 2>/dev/null || apk list -I $(1) 2>/dev/null | \
                sed 's/ .*//' | grep . || rpm -q --qf '%{VERSION}-%{RELEASE}' $(1) 2>/dev/null || echo of unknown version)

# A library's functions from its static archive, as strategies libc_NAME (its memmem) and libc_NAME_memchr:
# $(eval $(call lift,NAME,ARCHIVE,name and version,worst case of its memmem,environment and symbols for lift.sh))
# $(call not_lifted,NAME,what to do)
LIFTED = memmem memchr memrchr memcmp
define lift
$(call guest,libc_$(1) libc_$(1)_memchr,$(foreach object,memmem memchr lifted,$(B)/obj/impls/libc/$(1)-$(object).o))
$(B)/obj/impls/libc/$(1)-lifted.o: $(2) impls/libc/lift.sh $(lastword $(MAKEFILE_LIST))
	@mkdir -p $$(@D)
	@$$(call say,LIFT,$(2))
	$$(Q)CC='$$(CC)' $(5) impls/libc/lift.sh $$@ $(1) $(2) $(or $(6),$(LIFTED))
$(B)/obj/impls/libc/$(1)-memmem.o: DEFINES += -DFM_STRATEGY_NAME=libc_$(1)
$(B)/obj/impls/libc/$(1)-memchr.o: DEFINES += -DFM_STRATEGY_NAME=libc_$(1)_memchr
$(B)/obj/impls/libc/$(1)-%.o: impls/libc/%.c $(lastword $(MAKEFILE_LIST))
	@mkdir -p $$(@D)
	@$$(call say,CC,$$@)
	$$(Q)$$(COMPILE) -DFM_LIBC=$(1) -DFM_LIBC_VERSION='"$(3)"' -DFM_LIBC_WORST_CASE='"$(4)"' \
	  -c $$< -o $$@
endef
not_lifted = $(call absent,libc_$(1),$(2))$(call absent,libc_$(1)_memchr,$(2))

include $(wildcard impls/libc/*.mk impls/peers/*.mk)

# The tests of the strategies on the guests: a registry of guests in place of the library's
GUEST_TESTS := $(patsubst impls/test/%.c,$(B)/guests/%,$(wildcard impls/test/*.c))
$(B)/guests/registry.o: impls/common/registry.c $(B)/gen/guests.def
	@$(call say,CC,$@)
	@mkdir -p $(@D) && cp $(B)/gen/guests.def $(@D)/strategies.def
	$(Q)$(CC) -std=c11 $(CFLAGS) -iquote $(@D) -Iimpls -c $< -o $@
$(GUEST_TESTS): $(B)/guests/%: $(B)/obj/impls/test/%.o $(B)/guests/registry.o $(GUEST_OBJ) $(B)/lib/libfmmap.a
	@$(call say,LD,$@)
	$(Q)$(CXX) -pthread $(LDFLAGS) $(SANFLAGS) $^ $(GUEST_LIBS) -o $@
check-guests: $(GUEST_TESTS)
RUN_GUEST_TESTS = $(foreach name,$(ABSENT),echo 'fmmap: not tested: $(name): $(WHY_$(name))';) \
  failed=0; for test in $(GUEST_TESTS); do echo "$$test"; $$test || failed=1; done; exit $$failed
