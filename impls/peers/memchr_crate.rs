// SPDX-License-Identifier: MPL-2.0
//
// A C face of the memchr crate's memmem module. FM_ABSENT is usize::MAX. The searchers lie in memory
// of the caller and own nothing, so nobody has to drop them.
use memchr::memmem::{self, Finder, FinderRev};

#[repr(C)]
pub struct Searcher {
    finder: Finder<'static>,
    finder_rev: FinderRev<'static>,
}

/// What peers/memchr_crate.c reserves.
const SEARCHER_SIZE: usize = 512;
const _: [(); 1] = [(); (core::mem::size_of::<Searcher>() <= SEARCHER_SIZE) as usize];

unsafe fn slice(bytes: *const u8, length: usize) -> &'static [u8] {
    if length == 0 {
        &[]
    } else {
        core::slice::from_raw_parts(bytes, length)
    }
}

#[no_mangle]
pub unsafe extern "C" fn fm_crate_find(h: *const u8, n: usize, d: *const u8, m: usize) -> usize {
    memmem::find(slice(h, n), slice(d, m)).unwrap_or(usize::MAX)
}

#[no_mangle]
pub unsafe extern "C" fn fm_crate_rfind(h: *const u8, n: usize, d: *const u8, m: usize) -> usize {
    memmem::rfind(slice(h, n), slice(d, m)).unwrap_or(usize::MAX)
}

#[no_mangle]
pub unsafe extern "C" fn fm_crate_prepare(memory: *mut Searcher, d: *const u8, m: usize) {
    let needle = slice(d, m);
    memory.write(Searcher { finder: Finder::new(needle), finder_rev: FinderRev::new(needle) });
}

#[no_mangle]
pub unsafe extern "C" fn fm_crate_prepared_find(
    searcher: *const Searcher,
    h: *const u8,
    n: usize,
) -> usize {
    (*searcher).finder.find(slice(h, n)).unwrap_or(usize::MAX)
}

#[no_mangle]
pub unsafe extern "C" fn fm_crate_prepared_rfind(
    searcher: *const Searcher,
    h: *const u8,
    n: usize,
) -> usize {
    (*searcher).finder_rev.rfind(slice(h, n)).unwrap_or(usize::MAX)
}
