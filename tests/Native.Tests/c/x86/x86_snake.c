/*
 * x86_snake.c - Snake against the portable kernel.
 */
#include <stdlib.h>
#include <string.h>

#include "x86_selftest.h"

enum { GAIN_LIMIT = (1 << 14) - 1 };

q3e_snake random_snake(int32_t channels)
{
    uint32_t *frequency = block((size_t)channels * sizeof *frequency);
    int16_t *gain = block((size_t)channels * sizeof *gain);
    fill_s16(gain, (size_t)channels, 0, GAIN_LIMIT);
    for (int32_t c = 0; c < channels; c++) frequency[c] = (uint32_t)random_between(INT32_MIN, INT32_MAX) >> random_between(0, 20);
    const q3e_snake s = { frequency, gain, random_between(0, GAIN_LIMIT), random_between(1, 30) };
    return s;
}

void free_snake(q3e_snake *s)
{
    free((void *)(uintptr_t)s->frequency);
    free((void *)(uintptr_t)s->gain);
}

static void compare_snake(const q3e_snake *s, const int16_t *x, int32_t rows, int32_t channels, int bytes)
{
    const size_t size = (size_t)rows * (size_t)channels * (size_t)bytes;
    void *expected = block(size), *got = block(size);
    if (bytes == 1) q3e_snake_s8(s, x, expected, rows, channels);
    else q3e_snake_s16(s, x, expected, rows, channels);
    for (uint32_t set = 1; set <= q3e_best_set(); set++) {
        memset(got, 0x55, size);
        if (bytes == 1) q3e_kernel_sets[set].snake_s8(s, x, got, rows, channels);
        else q3e_kernel_sets[set].snake_s16(s, x, got, rows, channels);
        same(bytes == 1 ? "snake_s8" : "snake_s16", set, expected, got, size, "%d rows of %d channels", rows, channels);
    }
    free(expected);
    free(got);
}

/* Every phase of one channel. */
static void test_phases(int bytes)
{
    const uint32_t frequency[1] = { 0x10000u };
    const int16_t gain[1] = { GAIN_LIMIT };
    const q3e_snake s = { frequency, gain, 0, bytes == 1 ? 22 : 14 };
    int16_t *x = block(65536 * sizeof *x);
    for (int32_t i = 0; i < 65536; i++) x[i] = (int16_t)(i - 32768);
    compare_snake(&s, x, 65536, 1, bytes);
    free(x);
}

void test_snake(void)
{
    for (int bytes = 1; bytes <= 2; bytes++) {
        test_phases(bytes);
        for (long n = 0; n < cases; n++) {
            const int32_t channels = random_size(100, 1600), rows = random_between(1, 4);
            q3e_snake s = random_snake(channels);
            int16_t *x = block((size_t)channels * (size_t)rows * sizeof *x);
            fill_s16(x, (size_t)channels * (size_t)rows, -32768, 32767);
            compare_snake(&s, x, rows, channels, bytes);
            free(x);
            free_snake(&s);
        }
        report(bytes == 1 ? "snake_s8" : "snake_s16");
    }
}
