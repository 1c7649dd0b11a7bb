/* SPDX-License-Identifier: MPL-2.0
 *
 * Google Benchmark for C programs.
 *
 * Google Benchmark times code, decides how often to repeat it, and writes its results as JSON that
 * many tools read. Its interface is C++; this one is C, and knows nothing of what is measured.
 * Benchmarks are registered while the program runs, so their set may depend on data:
 *
 *     static void sum(gb_state *state, void *argument) {
 *         const struct numbers *numbers = argument;
 *         for (int64_t left = gb_start(state); left > 0; left--) {
 *             long total = add_up(numbers);
 *             GB_KEEP(total);
 *         }
 *         gb_stop(state);
 *         gb_bytes_per_iteration(state, numbers->size);
 *     }
 *
 *     int main(int argc, char **argv) {
 *         gb_init(&argc, argv);                    // takes the --benchmark_... arguments out
 *         gb_register("sum/small", sum, &small);
 *         gb_run();                                // writes what --benchmark_out asks for
 *         gb_shutdown();
 *     }
 *
 * Not safe to call from several threads. Strings are copied; arguments must live until gb_run
 * has returned.
 */
#ifndef GBENCH_H
#define GBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The program ------------------------------------------------------------------------ */

/* Read and remove Google Benchmark's own arguments (--benchmark_...), which its manual lists.
 * Call it once, before anything else here. */
void gb_init(int *argc, char **argv);

/* Add a line to the "context" of the result file: a fact about the machine or the program.
 * A key may be added once. */
void gb_context(const char *key, const char *value);

/* Run what is registered and --benchmark_filter selects; returns how many benchmarks that were.
 * Fewer than registered is not a failure. */
size_t gb_run(void);

/* Free what the library holds. Nothing else here may be called afterwards. */
void gb_shutdown(void);

/* ---- Registration ----------------------------------------------------------------------- */

typedef struct gb_state gb_state;         /* one run of one benchmark */
typedef struct gb_benchmark gb_benchmark; /* a registered benchmark, owned by the library */

typedef void gb_function(gb_state *state, void *argument);

/* Register `function`, which is called with `argument` once for each attempt at finding a fit
 * number of iterations and once for each repetition. */
gb_benchmark *gb_register(const char *name, gb_function *function, void *argument);

/* Repetitions, each reported on its own and followed by mean, median, standard deviation and
 * coefficient of variation. The default is --benchmark_repetitions. */
void gb_repetitions(gb_benchmark *benchmark, int repetitions);

/* Seconds of CPU time that a repetition lasts at least. The default is --benchmark_min_time. */
void gb_min_time(gb_benchmark *benchmark, double seconds);

/* A fixed number of iterations in place of a minimal time. */
void gb_iterations(gb_benchmark *benchmark, int64_t iterations);

typedef enum gb_unit { GB_NANOSECOND, GB_MICROSECOND, GB_MILLISECOND, GB_SECOND } gb_unit;

/* The unit in which times are reported; nanoseconds by default. */
void gb_time_unit(gb_benchmark *benchmark, gb_unit unit);

/* Let wall-clock time, not CPU time, decide when a repetition is long enough. */
void gb_use_real_time(gb_benchmark *benchmark);

/* ---- The measured loop ------------------------------------------------------------------ */

/* Start the clock; the answer is the number of iterations to run, 0 after gb_error. One call for
 * the whole loop: the loop itself costs a decrement and a branch, and no call. */
int64_t gb_start(gb_state *state);

/* Stop the clock. Every gb_start needs one, directly after the loop. */
void gb_stop(gb_state *state);

/* Iterations that ran: what gb_start gave; 0 before it and after gb_error. */
int64_t gb_iterations_done(const gb_state *state);

/* Make the compiler believe that `value`, a scalar or pointer, is used and that any memory may be
 * read and written here: the work that made it is neither dropped nor moved out of the loop. */
#define GB_KEEP(value) __asm__ volatile("" : : "r"(value) : "memory")

/* ---- What to report --------------------------------------------------------------------- */

/* Give the benchmark up: it becomes a row with "error_occurred" and this message, without times.
 * May come before gb_start, or after gb_stop; the first message counts. */
void gb_error(gb_state *state, const char *message);

/* Bytes that one iteration works through: reported as "bytes_per_second". */
void gb_bytes_per_iteration(gb_state *state, double bytes);

/* Things that one iteration handles: reported as "items_per_second". */
void gb_items_per_iteration(gb_state *state, double items);

/* A number of one's own, reported under `name` as it is. */
void gb_counter(gb_state *state, const char *name, double value);

/* A short remark, printed beside the times. */
void gb_label(gb_state *state, const char *label);

#ifdef __cplusplus
}
#endif

#endif
