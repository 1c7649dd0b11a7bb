/* SPDX-License-Identifier: MPL-2.0
 *
 * What a search leaves in the vector registers.
 *
 * x86-64 (CP-04): zeros in their upper halves. Else all SSE code that follows is slow (Intel 64 and
 * IA-32 Architectures Optimization Reference Manual, Mixing AVX Code with SSE Code).
 * 64-bit Arm (CP-02): what the caller has in d8 to d15 (Procedure Call Standard, Parameters in SIMD
 * registers); glibc bug 33059 is a memchr that broke the like rule of another CPU. */
#include "check.h"

typedef size_t search_fn(const struct subject *subject, enum form form,
                         const unsigned char *haystack, size_t n, const unsigned char *needle,
                         size_t m);

#if defined(__x86_64__)
#define RULE "CP-04 leaves bits in the upper halves of vector registers"

static bool can_be_seen(void) {
    return __builtin_cpu_supports("avx");
}

#define CLOBBERED                                                                                  \
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",       \
        "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#define STORE(i) "vextractf128 $1, %%ymm" #i ", 16*" #i "(%0)\n"

/* Whether the search keeps the rule. */
static __attribute__((noinline)) bool keeps_rule(search_fn *search, const struct subject *subject,
                                                 enum form form, const unsigned char *haystack,
                                                 size_t n, const unsigned char *needle, size_t m) {
    unsigned char upper[16 * 16];
    static const unsigned char zeros[sizeof upper];
    __asm__ volatile("vzeroupper" ::: CLOBBERED);
    search(subject, form, haystack, n, needle, m);
    __asm__ volatile(STORE(0) STORE(1) STORE(2) STORE(3) STORE(4) STORE(5) STORE(6) STORE(7)
                         STORE(8) STORE(9) STORE(10) STORE(11) STORE(12) STORE(13) STORE(14)
                             STORE(15)
                     :
                     : "r"(upper)
                     : "memory");
    return memcmp(upper, zeros, sizeof upper) == 0;
}

#elif defined(__aarch64__)
#define RULE "CP-02 changes d8 to d15"

static bool can_be_seen(void) {
    return true;
}

#define SET(i) "fmov d" #i ", %[pattern]\n"
#define COMPARE(i) "fmov x9, d" #i "\neor x9, x9, %[pattern]\norr x10, x10, x9\n"

static __attribute__((noinline)) bool keeps_rule(search_fn *search, const struct subject *subject,
                                                 enum form form, const unsigned char *haystack,
                                                 size_t n, const unsigned char *needle, size_t m) {
    register uint64_t x0 __asm__("x0") = (uintptr_t)subject;
    register uint64_t x1 __asm__("x1") = form;
    register uint64_t x2 __asm__("x2") = (uintptr_t)haystack;
    register uint64_t x3 __asm__("x3") = n;
    register uint64_t x4 __asm__("x4") = (uintptr_t)needle;
    register uint64_t x5 __asm__("x5") = m;
    register uint64_t called __asm__("x11") = (uintptr_t)search;
    register uint64_t pattern __asm__("x19") = UINT64_C(0x0123456789abcdef);
    register uint64_t changed __asm__("x10");
    __asm__ volatile(SET(8) SET(9) SET(10) SET(11) SET(12) SET(13) SET(14) SET(15) /* */
                     "blr %[called]\n"
                     "mov x10, 0\n" /* */
                     COMPARE(8) COMPARE(9) COMPARE(10) COMPARE(11) COMPARE(12) COMPARE(13)
                         COMPARE(14) COMPARE(15)
                     : "=r"(changed), "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4),
                       "+r"(x5), [called] "+r"(called)
                     : [pattern] "r"(pattern)
                     : "x6", "x7", "x8", "x9", "x12", "x13", "x14", "x15", "x16", "x17", "x18",
                       "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10",
                       "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21",
                       "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31",
                       "memory", "cc");
    return changed == 0;
}

#endif

#ifdef RULE
/* One search of each form, in a haystack full of near matches. */
static void test_forms(struct subject *subject, size_t n, size_t m) {
    for (enum form form = FIND; form < FORMS && has_form(subject, form); form++) {
        running.subject = subject;
        running.id = RULE;
        running.form = form;
        if (keeps_rule(search_as, subject, form, haystack_text.bytes, n, needle_text.bytes, m)) {
            passed_count++;
            continue;
        }
        failed_count++;
        if (++subject->failed <= FAILURES_SHOWN) {
            printf("FAIL %s %s: " RULE ": n=%zu m=%zu\n", subject->strategy->name, form_names[form],
                   n, m);
        }
    }
}

int main(void) {
    static const size_t haystacks[] = {1, 5, 15, 16, 17, 33, 63, 64, 65, 130, 600, 3000, 70000};
    static const size_t needles[] = {1, 2, 3, 5, 9, 17, 40, 300, 1000};
    tests_begin();
    if (!can_be_seen()) {
        printf("not run: this CPU has no upper halves\n0 passed, 0 failed\n");
        return 0;
    }
    random_state = 1;
    clear(&haystack_text);
    for (size_t i = 0; i < 70000; i++) {
        add_run(&haystack_text, (unsigned char)('a' + random_below(2)), 1);
    }
    alarm(SECONDS_TO_HANG);
    for (size_t i = 0; i < sizeof haystacks / sizeof haystacks[0]; i++) {
        for (size_t k = 0; k < sizeof needles / sizeof needles[0]; k++) {
            const size_t n = haystacks[i];
            const size_t m = needles[k];
            for (size_t s = 0; s < subject_count && m <= n; s++) {
                add_bytes(clear(&needle_text), haystack_text.bytes + (n - m) / 2, m);
                test_forms(&subjects[s], n, m); /* found */
                needle_text.bytes[m / 3] = 'c';
                test_forms(&subjects[s], n, m); /* absent */
            }
        }
    }
    return tests_end();
}

#else

int main(void) {
    printf("not run: rules of other CPUs\n0 passed, 0 failed\n");
    return 0;
}
#endif
