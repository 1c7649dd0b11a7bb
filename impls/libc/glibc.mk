# SPDX-License-Identifier: MPL-2.0
# Other glibc releases: GLIBC_ARCHIVES= names static archives, for instance of unpacked libc6-dev
# packages. Strategies are libc_glibc_2_41_avx2 and _sse2, by release and by the variant that glibc
# itself would choose from by CPU. (strategy memmem is the glibc that the program runs on.)
GLIBC_ARCHIVES ?=
glibc_release = $(shell strings -a $(1) | sed -n 's/^GNU C Library .* version \([0-9.]*[0-9]\).*/\1/p' | head -n 1)
glibc_symbols = memmem memchr=__memchr_$(1) memrchr=__memrchr_$(1) memcmp=__memcmp_$(2)
# archive, release
define glibc
$(eval $(call lift,glibc_$(subst .,_,$(2))_sse2,$(1),glibc $(2) with its SSE2 functions,n*m for needles up to 256 bytes,MEMBERS_ONLY=1,$(call glibc_symbols,sse2,sse2)))
$(eval $(call lift,glibc_$(subst .,_,$(2))_avx2,$(1),glibc $(2) with its AVX2 functions,n*m for needles up to 256 bytes,MEMBERS_ONLY=1,$(call glibc_symbols,avx2,avx2_movbe)))
$(B)/obj/impls/libc/glibc_$(subst .,_,$(2))_avx2-%.o: DEFINES += -DFM_LIBC_CPU='"avx2"'
endef
ifeq ($(strip $(GLIBC_ARCHIVES)),)
$(call not_lifted,glibc,name archives in GLIBC_ARCHIVES=)
else ifneq ($(ARCH),x86_64)
$(call not_lifted,glibc,their variants are known for x86_64 only)
else
$(foreach archive,$(GLIBC_ARCHIVES),$(if $(wildcard $(archive)),,$(error GLIBC_ARCHIVES: $(archive) does not exist))\
  $(eval $(call glibc,$(archive),$(or $(call glibc_release,$(archive)),$(error GLIBC_ARCHIVES: $(archive) is not a glibc)))))
endif
