/* SPDX-License-Identifier: MPL-2.0
 *
 * The memmem module of Rust's memchr crate, through memchr_crate.rs. */
#include "strategy.h"

fm_search_fn fm_crate_find;
fm_search_fn fm_crate_rfind;
fm_prepare_fn fm_crate_prepare;
fm_prepared_fn fm_crate_prepared_find;
fm_prepared_fn fm_crate_prepared_rfind;

FM_STRATEGY(.summary = "a pair of rare bytes in vectors, else two-way; Rabin-Karp if tiny",
            .source = "memchr crate " MEMCHR_VERSION, .worst_case = "linear", .find = fm_crate_find,
            .rfind = fm_crate_rfind,
            .searcher_size = 512, /* memchr_crate.rs asserts that this is enough */
            .prepare = fm_crate_prepare, .prepared_find = fm_crate_prepared_find,
            .prepared_rfind = fm_crate_prepared_rfind);
