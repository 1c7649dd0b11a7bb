# SPDX-License-Identifier: MPL-2.0
# The steps of `make check`. Each writes its log and its counts to CHECK; .ci/step says how.
CHECK  := $(B)/check
CHECKS := check-format check-lint check-c check-c-clang check-c-sanitized check-c-threads check-python check-module check-conform
step    = .ci/step $(CHECK) $(1) $(2)

# C tests: every program of impls/test and ref/test, on this platform, or those of TEST_SRC=
TEST_SRC := $(wildcard impls/test/*.c ref/test/*.c)
$(call objects,$(TEST_SRC)): INCLUDES += -Iref/src -Iref/os
$(foreach test,$(TEST_SRC),$(eval $(call program,$(B)/$(basename $(test)),$(call objects,$(test)))))
ctest-programs: $(TEST_SRC:%.c=$(B)/%)
CTESTS := $(TEST_SRC:%.c=ctest-%)
$(CTESTS): ctest-%:
	@$(call step,$(SUITE)$(subst /,-,$*),$(RUNNER) $(B)/$*)
# a program that does not build is a failure of its own, and the others run
ctest: ## the C tests of PLATFORM= and SANITIZE=
	@$(call step,$(SUITE)build,$(MAKE) -k -j2 ctest-programs); built=$$?; \
	  $(MAKE) -k -j2 $(CTESTS) && exit $$built

check-format:
	@$(call step,clang-format,clang-format --dry-run -Werror $$(find ref impls conformance bench -name '*.[ch]' -o -name '*.cc'))
check-lint:
	@$(call step,flake8,flake8)
check-c:
	@$(MAKE) CHECK=$(CHECK) SUITE=gcc- ctest
check-c-clang:
	@$(MAKE) CHECK=$(CHECK) SUITE=clang- ctest PLATFORM=clang
check-c-sanitized:
	@FM_CASES=200000 $(MAKE) CHECK=$(CHECK) SUITE=sanitized- ctest SANITIZE=address,undefined
check-c-threads:
	@$(MAKE) CHECK=$(CHECK) SUITE=tsan- ctest SANITIZE=thread CFLAGS='-O1 -g' TEST_SRC=ref/test/threads.c
check-python: modules
	@$(call step,python,$(HOST_PYTHON) -m pytest -q $(wildcard */test */python/test */meta))
check-module: modules
	@$(call step,upstream,$(HOST_PYTHON) ref/python/test/upstream.py --build $(B))
check-conform:
	@$(call step,conform,$(MAKE) conform)
