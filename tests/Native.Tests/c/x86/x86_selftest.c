/*
 * x86_selftest.c - compares every kernel of every set that this processor runs with the portable kernel, bit for bit.
 *
 * x86_selftest [CASES]: random shapes and contents for each kernel (default 100000), extremes included. Prints a line for each kernel or
 * one about the first difference.
 *
 * Build: a C99 compiler, every .c file of this folder and of native/kernels, both include folders of native.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "x86_selftest.h"

long cases = 100000;

static unsigned long comparisons;
static uint64_t random_state = 0x9e3779b97f4a7c15u;

int32_t random_between(int32_t lo, int32_t hi)
{
    uint64_t span = (uint64_t)((int64_t)hi - lo + 1);
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int32_t)(lo + (int64_t)((random_state >> 20) % span));
}

int32_t random_size(int32_t usual, int32_t hi)
{
    return random_between(1, random_between(0, 299) == 0 ? hi : usual);
}

void *block(size_t bytes)
{
    void *p = malloc(bytes);
    if (p == NULL) {
        fputs("no memory\n", stderr);
        exit(1);
    }
    return p;
}

static int32_t content(int mode, int32_t lo, int32_t hi)
{
    switch (mode) {
    case 0: return random_between(0, 1) ? lo : hi;
    case 1: return lo;
    case 2: return hi;
    case 3: return random_between(0, 2) == 0 ? 0 : random_between(0, 1) ? lo : hi;
    case 4: return random_between(lo / 64, hi / 64);
    default: return random_between(lo, hi);
    }
}

void fill_s8(int8_t *p, size_t n, int32_t lo, int32_t hi)
{
    int mode = random_between(0, 9);
    for (size_t i = 0; i < n; i++) p[i] = (int8_t)content(mode, lo, hi);
}

void fill_s16(int16_t *p, size_t n, int32_t lo, int32_t hi)
{
    int mode = random_between(0, 9);
    for (size_t i = 0; i < n; i++) p[i] = (int16_t)content(mode, lo, hi);
}

void fill_s32(int32_t *p, size_t n, int32_t lo, int32_t hi)
{
    int mode = random_between(0, 9);
    for (size_t i = 0; i < n; i++) p[i] = content(mode, lo, hi);
}

void same(const char *kernel, uint32_t set, const void *expected, const void *got, size_t bytes, const char *shape, ...)
{
    comparisons++;
    if (memcmp(expected, got, bytes) == 0) return;
    va_list arguments;
    va_start(arguments, shape);
    fprintf(stderr, "failed: %s, set %u, comparison %lu: ", kernel, (unsigned)set, comparisons);
    vfprintf(stderr, shape, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void report(const char *kernel)
{
    printf("ok %lu %s\n", comparisons, kernel);
    comparisons = 0;
}

int main(int argc, char **argv)
{
    if (argc > 1) cases = strtol(argv[1], NULL, 10);
    if (cases < 1) {
        fputs("usage: x86_selftest [CASES]\n", stderr);
        return 1;
    }
    printf("best set of this processor: %u\n", (unsigned)q3e_best_set());
    test_linear();
    test_snake();
    test_depthwise();
    test_layernorm();
    test_embed();
    test_fft();
    test_source_filter();
    return 0;
}
