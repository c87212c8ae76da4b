/*
 * x86_selftest.h - what the parts of the x86 self test share.
 */
#ifndef Q3E_X86_SELFTEST_H
#define Q3E_X86_SELFTEST_H

#include <stddef.h>
#include <stdint.h>

#include "q3e_kernel_sets.h"

/** Random cases for each kernel. */
extern long cases;

/** A number of a fixed sequence, lo..hi. */
int32_t random_between(int32_t lo, int32_t hi);
/** Small more often than large, 1..hi; every three hundredth or so is anything up to hi. */
int32_t random_size(int32_t usual, int32_t hi);

/** Exactly `bytes` bytes, so that a sanitizer sees the first byte beyond them; ends the program when there are none. */
void *block(size_t bytes);
/** Fills with one of: anything, only the two extremes, one extreme, extremes and zeros, small values. */
void fill_s8(int8_t *p, size_t n, int32_t lo, int32_t hi);
void fill_s16(int16_t *p, size_t n, int32_t lo, int32_t hi);
void fill_s32(int32_t *p, size_t n, int32_t lo, int32_t hi);

/** Counts a comparison; ends the program when the `bytes` bytes differ. */
void same(const char *kernel, uint32_t set, const void *expected, const void *got, size_t bytes, const char *shape, ...);
/** Prints how many comparisons there were since the last report. */
void report(const char *kernel);

/** Any constants of a Snake, in memory of their own. */
q3e_snake random_snake(int32_t channels);
void free_snake(q3e_snake *s);

void test_linear(void);
void test_snake(void);
void test_depthwise(void);
void test_layernorm(void);
void test_embed(void);
void test_fft(void);
void test_source_filter(void);

#endif
