/*
 * selftest.h - what the parts of the kernel self test share.
 *
 * Expected values come from floating-point mathematics or from 64-bit formulas written here, never from the kernels.
 */
#ifndef Q3E_SELFTEST_H
#define Q3E_SELFTEST_H

#include <stddef.h>
#include <stdint.h>

#define PI 3.14159265358979323846

/** Counts a check; when it fails, prints the message and ends the program with status 1. */
void check(int ok, const char *format, ...);

/** A number of a fixed sequence, lo..hi. */
int32_t random_between(int32_t lo, int32_t hi);

/** floor((x + 2^(n-1)) / 2^n) by division, 1 <= n <= 62. */
int64_t round_shift(int64_t x, int n);
int64_t limit(int64_t x, int64_t lo, int64_t hi);

/** Signal to noise ratio in dB of `got` against `expected`. */
double snr(const double *expected, const double *got, size_t n);

void test_math(void);
void test_fft(void);
void test_streams(void);
void test_linear(void);
void test_normalization(void);
void test_source_filter(void);
void test_decoder(void);
void test_front_end(void);
void test_search(void);
void test_encoder(void);
void test_full_decoder(void);

#endif
