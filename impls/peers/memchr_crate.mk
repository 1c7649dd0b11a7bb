# SPDX-License-Identifier: MPL-2.0
# Rust's memchr crate, from Debian's librust-memchr-dev or any copy of its source: MEMCHR_CRATE= is
# the folder. Built by rustc alone, after its own build script where it has one.
MEMCHR_CRATE ?= $(lastword $(sort $(wildcard /usr/share/cargo/registry/memchr-[0-9]*)))
RUSTC        ?= $(shell command -v rustc)
ifeq ($(and $(RUSTC),$(wildcard $(MEMCHR_CRATE)/src/lib.rs)),)
$(call absent,peer_memchr_crate,install librust-memchr-dev and rustc)
else
MEMCHR_BUILD   := $(B)/obj/impls/peers/memchr_crate
MEMCHR_VERSION := $(shell sed -n '/^\[package\]/,/^\[d/s/^version *= *"\(.*\)"/\1/p' $(MEMCHR_CRATE)/Cargo.toml) \
                  with $(wordlist 1,2,$(shell $(RUSTC) --version)) -O3
MEMCHR_RUSTC   := MAKEFLAGS= $(RUSTC) -C opt-level=3 -C panic=abort -C codegen-units=1 --cap-lints allow
$(MEMCHR_BUILD)/libmemchr.rlib: $(wildcard $(MEMCHR_CRATE)/build.rs $(MEMCHR_CRATE)/src/lib.rs)
	@mkdir -p $(@D)
	@$(call say,RUST,$(MEMCHR_CRATE))
	$(Q)if [ -f $(MEMCHR_CRATE)/build.rs ]; then $(MEMCHR_RUSTC) $(MEMCHR_CRATE)/build.rs -o $(@D)/build && \
	  CARGO_FEATURE_STD=1 CARGO_CFG_TARGET_ARCH=$(ARCH) CARGO_CFG_TARGET_FEATURE=sse2 CARGO_CFG_TARGET_OS=$(OS) \
	  $(@D)/build | sed -n 's/^cargo:rustc-cfg=/--cfg /p'; fi >$(@D)/cfg
	$(Q)$(MEMCHR_RUSTC) --crate-name memchr --crate-type rlib --edition 2018 $$(cat $(@D)/cfg) \
	  --cfg 'feature="std"' --cfg 'feature="alloc"' $(MEMCHR_CRATE)/src/lib.rs -o $@
$(MEMCHR_BUILD)/libfm_memchr_crate.a: impls/peers/memchr_crate.rs $(MEMCHR_BUILD)/libmemchr.rlib
	@$(call say,RUST,$<)
	$(Q)$(MEMCHR_RUSTC) --crate-type staticlib --edition 2018 --extern memchr=$(word 2,$^) $< -o $@
$(B)/obj/impls/peers/memchr_crate.o: DEFINES += -DFM_STRATEGY_NAME=peer_memchr_crate \
  -DMEMCHR_VERSION='"$(MEMCHR_VERSION)"'
$(call guest,peer_memchr_crate,$(B)/obj/impls/peers/memchr_crate.o $(MEMCHR_BUILD)/libfm_memchr_crate.a,-ldl)
endif
