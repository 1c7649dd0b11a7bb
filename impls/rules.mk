# SPDX-License-Identifier: MPL-2.0
# The strategies: impls/two_way.c is two_way, impls/x86_64/epsm.c is epsm, impls/simd/x86_64/avx2.c is
# simd_avx2. The file's name is the strategy's name; the registry is generated from the names.
STRATEGY_SRC := $(wildcard impls/*.c impls/$(ARCH)/*.c impls/simd/$(ARCH)/*.c)
STRATEGY_OBJ := $(call objects,$(STRATEGY_SRC))
strategy_name = $(patsubst $(ARCH)/%,%,$(subst simd/$(ARCH)/,simd_,$(patsubst impls/%.c,%,$(1))))
$(STRATEGY_OBJ): DEFINES += -DFM_STRATEGY_NAME=$(call strategy_name,$(@:$(B)/obj/%.o=%.c))

$(eval $(call members,$(B)/gen/strategies.def,$(sort $(call strategy_name,$(STRATEGY_SRC)))))
$(B)/obj/impls/common/registry.o: $(B)/gen/strategies.def

# Guests need their packages looked for, so only where the benchmark is built
ifneq ($(filter bench check-guests %/fmmap-bench,$(MAKECMDGOALS)),)
include impls/guests.mk
endif

# Fuzz targets, for libFuzzer: needs clang, and a build with its coverage instrumentation
FUZZ := $(patsubst impls/test/fuzz/%.c,$(B)/fuzz/%,$(wildcard impls/test/fuzz/*.c))
$(FUZZ): $(B)/fuzz/%: $(B)/obj/impls/test/fuzz/%.o $(B)/lib/libfmmap.a
	@$(call say,LD,$@)
	$(Q)$(LINK) -fsanitize=fuzzer $^ -o $@
fuzz-targets: $(FUZZ)
	@for target in $(FUZZ); do mkdir -p $$target.corpus; echo "$$target, $(SECONDS) s"; \
	  $$target -max_total_time=$(SECONDS) -max_len=2048 -verbosity=0 -artifact_prefix=$$target- $$target.corpus || exit 1; done
.PHONY: fuzz-targets
