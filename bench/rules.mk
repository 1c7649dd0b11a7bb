# SPDX-License-Identifier: MPL-2.0
# The benchmark program: every strategy of the library, and guests that only it links.
BENCH_OBJ := $(call objects,$(wildcard bench/harness/*.c bench/harness/*.cc))
$(eval $(call members,$(B)/gen/guests.def,$(sort $(GUESTS))))
$(B)/obj/bench/harness/members.o: $(B)/gen/guests.def
$(B)/obj/bench/harness/program.o: DEFINES += -DFMB_FLAGS='"$(strip $(ALIGNED) $(CFLAGS) $(SANFLAGS))"'
# A selection never takes the place of a whole run
RESULTS = $(B)/bench/$(if $(strip $(STRATEGIES) $(WORKLOADS)),selection,results).json
RUN_BENCH = $(HOST_PYTHON) bench/harness/run.py --binary $(B)/bench/fmmap-bench --output $(RESULTS) --profile '$(PROFILE)' \
  --strategies "$$STRATEGIES" --workloads "$$WORKLOADS" --libc "$$LIBC" $(if $(AGAINST),--against "$$AGAINST") \
  $(foreach name,$(ABSENT),--absent '$(name)=$(WHY_$(name))')
$(B)/bench/fmmap-bench: $(BENCH_OBJ) $(GUEST_OBJ) $(B)/lib/libfmmap.a
	@$(call say,LD,$@)
	$(Q)$(CXX) -pthread $(LDFLAGS) $(SANFLAGS) $^ $(GUEST_LIBS) -lbenchmark -o $@
