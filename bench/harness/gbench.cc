// SPDX-License-Identifier: MPL-2.0
//
// The C face of Google Benchmark (gbench.h). The only C++ of the project.
//
// A gb_state is Google Benchmark's State, a gb_benchmark its Benchmark: C sees opaque pointers.
#include "gbench.h"

#include <benchmark/benchmark.h>

namespace {

benchmark::State &of(gb_state *state) {
    return *reinterpret_cast<benchmark::State *>(state);
}

benchmark::internal::Benchmark *of(gb_benchmark *registered) {
    return reinterpret_cast<benchmark::internal::Benchmark *>(registered);
}

// A total that the library divides by the measured seconds.
benchmark::Counter rate(const benchmark::State &state, double per_iteration,
                        benchmark::Counter::OneK one_k) {
    return benchmark::Counter(per_iteration * static_cast<double>(state.iterations()),
                              benchmark::Counter::kIsRate, one_k);
}

} // namespace

void gb_init(int *argc, char **argv) {
    benchmark::Initialize(argc, argv);
}

void gb_context(const char *key, const char *value) {
    benchmark::AddCustomContext(key, value);
}

size_t gb_run(void) {
    return benchmark::RunSpecifiedBenchmarks();
}

void gb_shutdown(void) {
    benchmark::Shutdown();
}

gb_benchmark *gb_register(const char *name, gb_function *function, void *argument) {
    return reinterpret_cast<gb_benchmark *>(
        benchmark::RegisterBenchmark(name, [function, argument](benchmark::State &state) {
            function(reinterpret_cast<gb_state *>(&state), argument);
        }));
}

void gb_repetitions(gb_benchmark *registered, int repetitions) {
    of(registered)->Repetitions(repetitions);
}

void gb_min_time(gb_benchmark *registered, double seconds) {
    of(registered)->MinTime(seconds);
}

void gb_iterations(gb_benchmark *registered, int64_t iterations) {
    of(registered)->Iterations(iterations);
}

void gb_time_unit(gb_benchmark *registered, gb_unit unit) {
    static const benchmark::TimeUnit units[] = {benchmark::kNanosecond, benchmark::kMicrosecond,
                                                benchmark::kMillisecond, benchmark::kSecond};
    of(registered)->Unit(units[unit]);
}

void gb_use_real_time(gb_benchmark *registered) {
    of(registered)->UseRealTime();
}

// One batch of all iterations: the first KeepRunningBatch starts the clock and grants them, the
// second finds none left and stops it.
int64_t gb_start(gb_state *state) {
    const benchmark::IterationCount all = of(state).max_iterations;
    return of(state).KeepRunningBatch(all) ? all : 0;
}

void gb_stop(gb_state *state) {
    if (!of(state).error_occurred()) {
        of(state).KeepRunningBatch(of(state).max_iterations);
    }
}

int64_t gb_iterations_done(const gb_state *state) {
    const benchmark::State &run = *reinterpret_cast<const benchmark::State *>(state);
    return run.error_occurred() ? 0 : run.iterations();
}

void gb_error(gb_state *state, const char *message) {
    if (!of(state).error_occurred()) {
        of(state).SkipWithError(message);
    }
}

void gb_bytes_per_iteration(gb_state *state, double bytes) {
    of(state).counters["bytes_per_second"] = rate(of(state), bytes, benchmark::Counter::kIs1024);
}

void gb_items_per_iteration(gb_state *state, double items) {
    of(state).counters["items_per_second"] = rate(of(state), items, benchmark::Counter::kIs1000);
}

void gb_counter(gb_state *state, const char *name, double value) {
    of(state).counters[name] = benchmark::Counter(value);
}

void gb_label(gb_state *state, const char *label) {
    of(state).SetLabel(label);
}
