# SPDX-License-Identifier: MPL-2.0
# The library, from ref, ref/os and the strategies; the Python module over it.
VERSION := $(shell cat ref/VERSION)
LIB_SRC := $(wildcard ref/src/*.c impls/common/*.c ref/os/$(OS).c) \
           $(if $(filter windows%,$(OS)),,ref/os/posix.c)
LIB_OBJ := $(call objects,$(LIB_SRC)) $(STRATEGY_OBJ)

$(B)/lib/libfmmap.a: $(LIB_OBJ)
	@$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# ---- The shared library: its names, and the linker's words, are the system's --------------------
# SO is what -lfmmap finds, SONAME what programs ask for at run time, SO_FILE the file itself.
# nodelete: the library's signal handler must outlive a dlclose. macOS keeps it for its thread-local
# variables. Windows gets the archive only.
MAJOR := $(firstword $(subst ., ,$(VERSION)))
ifeq ($(OS),darwin)
SO       := libfmmap.dylib
SONAME   := libfmmap.$(MAJOR).dylib
SO_FILE  := libfmmap.$(VERSION).dylib
SO_FLAGS  = -dynamiclib -install_name $(PREFIX)/lib/$(SONAME) -current_version $(VERSION)
else
SO       := libfmmap.so
SONAME   := $(SO).$(MAJOR)
SO_FILE  := $(SO).$(VERSION)
SO_FLAGS := -shared -Wl,-h,$(SONAME) -Wl,-z,nodelete
endif
# Of what the linker itself makes, too, nothing is exported, where a version script can say so
ifeq ($(filter darwin sunos,$(OS)),)
SO_FLAGS += -Wl,--version-script=ref/libfmmap.map
endif
SHARED_LIB := $(if $(filter windows%,$(OS)),,$(B)/lib/$(SO))
$(B)/lib/$(SO): $(LIB_OBJ) ref/libfmmap.map
	@$(call say,LD,$@)
	$(Q)$(LINK) $(SO_FLAGS) $(LIB_OBJ) -o $(@D)/$(SO_FILE)
	@ln -sf $(SO_FILE) $(@D)/$(SONAME) && ln -sf $(SONAME) $@

# ---- Installing: a page lists the calls it documents as .Nm lines, each gets a link -------------
TO  = $(DESTDIR)$(PREFIX)
define INSTALL_LIBRARY
set -e; to='$(TO)'; man="$$to/share/man/man3"; \
install -d "$$to/include" "$$to/lib/pkgconfig" "$$man"; \
install -m 644 ref/include/fmmap.h "$$to/include"; \
install -m 644 $(B)/lib/libfmmap.a "$$to/lib"; \
install -m 755 $(B)/lib/$(SO_FILE) "$$to/lib"; \
ln -sf $(SO_FILE) "$$to/lib/$(SONAME)"; ln -sf $(SONAME) "$$to/lib/$(SO)"; \
sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' ref/fmmap.pc.in >"$$to/lib/pkgconfig/fmmap.pc"; \
install -m 644 $(wildcard ref/man/*.3) "$$man"; \
cd "$$man"; for page in $(notdir $(wildcard ref/man/*.3)); do \
  for name in $$(sed -n '/^\.Nd/q; s/^\.Nm \([a-z_]*\).*/\1/p' $$page); do \
    [ $$name.3 = $$page ] || echo ".so man3/$$page" >$$name.3; done; done; \
echo "fmmap: installed under $$to"
endef

# ---- The module for one interpreter: its tag, suffix and headers name the build -----------------
ifneq ($(filter python,$(MAKECMDGOALS)),)
MODULE_INFO := $(shell if command -v $(PYTHON) >/dev/null; then $(PYTHON) ref/python/describe.py 2>&1; else echo there is no such program here; fi)
ifneq ($(words $(MODULE_INFO)),3)
$(error PYTHON=$(PYTHON) cannot be built for: $(MODULE_INFO))
endif
MODULE_TAG   := $(word 1,$(MODULE_INFO))
MODULE_DIR   := $(B)/python/$(MODULE_TAG)
MODULE       := $(MODULE_DIR)/fmmap$(word 2,$(MODULE_INFO))
MODULE_OBJ   := $(patsubst %.c,$(B)/obj-$(MODULE_TAG)/%.o,$(wildcard ref/python/*.c))
# The interpreter's macros check themselves without NDEBUG; its calls go straight to it
MODULE_LINK  := $(if $(filter darwin,$(OS)),-bundle -undefined dynamic_lookup,-shared)
MODULE_FLAGS := -DNDEBUG $(if $(filter linux,$(OS)),-fno-plt)
MODULE_FILES := $(MODULE) $(MODULE_DIR)/fmmap.pyi $(MODULE_DIR)/py.typed

$(MODULE_OBJ): INCLUDES += -Iref/src -isystem $(word 3,$(MODULE_INFO))
$(MODULE_OBJ): $(B)/obj-$(MODULE_TAG)/%.o: %.c
	@$(call say,CC,$<)
	$(Q)$(COMPILE) $(MODULE_FLAGS) -c $< -o $@
$(MODULE): $(MODULE_OBJ) $(B)/lib/libfmmap.a
	@$(call say,LD,$@)
	$(Q)$(LINK) $(MODULE_LINK) $^ -o $@
$(MODULE_DIR)/%: ref/python/%
	@mkdir -p $(@D) && cp $< $@
endif

# For every interpreter found that has headers
modules:
	@for python in $$($(HOST_PYTHON) conformance/harness/interpreters.py --headers); do \
	  $(MAKE) python PYTHON=$$python >$(B)/modules.log 2>&1 || \
	  { tail -n 20 $(B)/modules.log >&2; echo "fmmap: no module for $$python" >&2; exit 1; }; done
