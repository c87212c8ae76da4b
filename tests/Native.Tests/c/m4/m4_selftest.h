/*
 * m4_selftest.h - what the parts of the Cortex-M4 self test share. It runs on the target or an emulator, in 64 KiB of RAM.
 */
#ifndef Q3E_M4_SELFTEST_H
#define Q3E_M4_SELFTEST_H

#include <stddef.h>
#include <stdint.h>

#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifndef Q3E_M4_KERNELS
#error "this test is about the kernels of the Cortex-M4"
#endif

/** A number of a fixed sequence, lo..hi. */
int32_t random_between(int32_t lo, int32_t hi);

/** Memory that lasts until the next release(), at a multiple of 4 bytes (8-byte granules, two guard words between blocks); ends the program when there is no more. */
void *block(size_t bytes);
/** Gives back all blocks; ends the program when a guard word between them was written. */
void release(void);

/** Fills with one of: anything, only the two extremes, one extreme, extremes and zeros, small values. */
void fill_s8(int8_t *p, size_t n, int32_t lo, int32_t hi);
void fill_s16(int16_t *p, size_t n, int32_t lo, int32_t hi);
void fill_s32(int32_t *p, size_t n, int32_t lo, int32_t hi);

/** Counts a comparison; ends the program when the `bytes` bytes differ: `a`, `b` and `c` tell the shape. */
void same(const char *kernel, const void *expected, const void *got, size_t bytes, int32_t a, int32_t b, int32_t c);
/** Prints how many comparisons there were since the last report. */
void report(const char *kernel);

void test_linear(int32_t cases);
void test_depthwise(int32_t cases);
void test_layernorm(int32_t cases);
void test_fft(int32_t cases);
void test_source_filter(int32_t cases);

#endif
