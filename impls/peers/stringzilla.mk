# SPDX-License-Identifier: MPL-2.0
# StringZilla, from its npm package (`npm install stringzilla`, here or globally) or any checkout:
# STRINGZILLA= is the folder that holds its include/ and c/. Built as its own binding.gyp builds it,
# with every instruction set and its own choice at run time.
STRINGZILLA ?= $(firstword $(wildcard node_modules/stringzilla /usr/local/lib/node_modules/stringzilla \
                 /usr/lib/node_modules/stringzilla))
STRINGZILLA_FLAGS := -DSZ_DYNAMIC_DISPATCH=1 $(addsuffix =1,$(addprefix -DSZ_USE_,$(strip \
  $(if $(filter x86_64,$(ARCH)),WESTMERE GOLDMONT HASWELL SKYLAKE ICE) $(if $(filter aarch64,$(ARCH)),NEON SVE SVE2))))
ifneq ($(wildcard $(STRINGZILLA)/c/stringzilla.c),)
STRINGZILLA_OBJ := $(addprefix $(B)/obj/impls/peers/,stringzilla.o stringzilla-own.o)
$(STRINGZILLA_OBJ): INCLUDES += -isystem $(STRINGZILLA)/include
$(B)/obj/impls/peers/stringzilla.o: DEFINES += -DFM_STRATEGY_NAME=peer_stringzilla $(STRINGZILLA_FLAGS)
$(B)/obj/impls/peers/stringzilla-own.o: $(STRINGZILLA)/c/stringzilla.c
	@mkdir -p $(@D)
	@$(call say,CC,$<)
	$(Q)$(CC) -std=c11 -w -fPIC $(CFLAGS) $(INCLUDES) $(STRINGZILLA_FLAGS) -c $< -o $@
$(call guest,peer_stringzilla,$(STRINGZILLA_OBJ))
else
$(call absent,peer_stringzilla,install npm package stringzilla or name its folder in STRINGZILLA=)
endif
