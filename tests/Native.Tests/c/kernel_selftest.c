/*
 * kernel_selftest.c - checks the portable kernels against mathematics; prints "ok <n checks>" or one line about the first failure.
 *
 * Build: a C99 compiler, every .c file of this folder and of native/kernels, both include folders of native, and the math library.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "selftest.h"

static unsigned long checks;
static uint64_t random_state = 0x9e3779b97f4a7c15u;

void check(int ok, const char *format, ...)
{
    checks++;
    if (ok) return;
    va_list arguments;
    va_start(arguments, format);
    fputs("failed: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

int32_t random_between(int32_t lo, int32_t hi)
{
    uint64_t span = (uint64_t)((int64_t)hi - lo + 1);
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int32_t)(lo + (int64_t)((random_state >> 20) % span));
}

int64_t round_shift(int64_t x, int n)
{
    int64_t unit = (int64_t)1 << n, sum = x + unit / 2, quotient = sum / unit;
    return sum % unit < 0 ? quotient - 1 : quotient;
}

int64_t limit(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

double snr(const double *expected, const double *got, size_t n)
{
    double signal = 0, noise = 1e-30;
    for (size_t i = 0; i < n; i++) {
        signal += expected[i] * expected[i];
        noise += (expected[i] - got[i]) * (expected[i] - got[i]);
    }
    return 10 * log10(signal / noise);
}

int main(void)
{
    test_math();
    test_fft();
    test_streams();
    test_linear();
    test_normalization();
    test_source_filter();
    test_decoder();
    test_front_end();
    test_search();
    test_encoder();
    test_full_decoder();
    printf("ok %lu checks\n", checks);
    return 0;
}
