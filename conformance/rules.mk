# SPDX-License-Identifier: MPL-2.0
# The driver of C targets, the program for systems without Python, and the file system's doctor.
$(eval $(call program,$(B)/conformance/driver-c,$(call objects,$(wildcard conformance/drivers/*.c))))
$(eval $(call program,$(B)/conformance/doctor,$(call objects,$(wildcard conformance/doctor/*.c))))

# Level 0 replays what the native driver answered, so its table is made once, on the host
ifneq ($(B),build/native)
build/native/conformance/driver-c: FORCE
	@MAKEFLAGS= $(MAKE) --no-print-directory PLATFORM=native SANITIZE= $@
endif
LEVEL0 := $(call objects,$(wildcard conformance/level0/*.c))
build/native/gen/level0.inc: build/native/conformance/driver-c $(wildcard conformance/cases/*.py conformance/harness/*.py)
	$(Q)$(HOST_PYTHON) conformance/harness/record.py --driver $< --output $@
$(LEVEL0): build/native/gen/level0.inc
$(LEVEL0): INCLUDES += -Iconformance/drivers -Ibuild/native/gen
$(eval $(call program,$(B)/conformance/level0,$(LEVEL0) $(call objects,$(filter-out %/c.c,$(wildcard conformance/drivers/*.c)))))

# Drivers of other platforms are targets once they were built; a run brings them up to date
OTHERS := $(filter-out $(PLATFORM),$(filter $(basename $(notdir $(wildcard ref/platforms/*.mk))), \
            $(foreach driver,$(wildcard build/*/conformance/driver-c*),$(word 2,$(subst /, ,$(driver))))))
other-drivers:
	@$(foreach name,$(OTHERS),MAKEFLAGS= $(MAKE) --no-print-directory PLATFORM=$(name) SANITIZE= build/$(name)/conformance/driver-c || \
	  rm -f build/$(name)/conformance/driver-c*;)
.PHONY: other-drivers
