/*
 * m4_selftest.c - compares every kernel of the Cortex-M4 with the portable kernel, bit for bit, on the target itself.
 *
 * Argument: the number of random cases for each kernel (default 200). Prints a line for each kernel or one about the first difference; the exit
 * status is 0 only when there was none.
 */
#include <string.h>

#include "firmware.h"
#include "m4_selftest.h"
#include "semihosting.h"

enum { POOL = 42 * 1024, GRANULE = 8 };

static uint64_t pool[POOL / sizeof(uint64_t)];
static size_t taken;
static uint32_t comparisons;
static uint64_t random_state = 0x9e3779b97f4a7c15u;

#define GUARD UINT64_C(0x5ca1ab1e0ddba115)

int32_t random_between(int32_t lo, int32_t hi)
{
    const uint64_t span = (uint64_t)((int64_t)hi - lo + 1);
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int32_t)(lo + (int64_t)((random_state >> 20) % span));
}

static void stop(const char *why)
{
    semihost_text(why);
    semihost_exit(1);
}

/* Every block is preceded by its length and followed by a guard. */
void *block(size_t bytes)
{
    const size_t words = (bytes + GRANULE - 1) / GRANULE;
    if (taken + words + 2 > sizeof pool / sizeof *pool) stop("no memory\n");
    uint64_t *p = pool + taken;
    p[0] = words;
    p[words + 1] = GUARD;
    memset(p + 1, 0x55, words * GRANULE);
    taken += words + 2;
    return p + 1;
}

void release(void)
{
    for (size_t at = 0; at < taken; at += (size_t)pool[at] + 2) {
        if (pool[at] >= sizeof pool / sizeof *pool || pool[at + (size_t)pool[at] + 1] != GUARD) stop("failed: written beyond a block\n");
    }
    taken = 0;
}

static int32_t content(int32_t mode, int32_t lo, int32_t hi)
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
    const int32_t mode = random_between(0, 9);
    for (size_t i = 0; i < n; i++) p[i] = (int8_t)content(mode, lo, hi);
}

void fill_s16(int16_t *p, size_t n, int32_t lo, int32_t hi)
{
    const int32_t mode = random_between(0, 9);
    for (size_t i = 0; i < n; i++) p[i] = (int16_t)content(mode, lo, hi);
}

void fill_s32(int32_t *p, size_t n, int32_t lo, int32_t hi)
{
    const int32_t mode = random_between(0, 9);
    for (size_t i = 0; i < n; i++) p[i] = content(mode, lo, hi);
}

void same(const char *kernel, const void *expected, const void *got, size_t bytes, int32_t a, int32_t b, int32_t c)
{
    const int32_t shape[3] = { a, b, c };
    comparisons++;
    if (memcmp(expected, got, bytes) == 0) return;
    semihost_text("failed: ");
    semihost_text(kernel);
    for (int i = 0; i < 3; i++) {
        semihost_text(" ");
        semihost_number((uint32_t)shape[i]);
    }
    semihost_text("\n");
    semihost_exit(1);
}

void report(const char *kernel)
{
    semihost_text("ok ");
    semihost_number(comparisons);
    semihost_text(" ");
    semihost_text(kernel);
    semihost_text("\n");
    comparisons = 0;
}

int main(void)
{
    char line[64];
    char *arguments[2];
    int32_t cases = 200;
    if (semihost_arguments(line, sizeof line, arguments, 2) == 2) {
        cases = 0;
        for (const char *p = arguments[1]; *p >= '0' && *p <= '9'; p++) cases = 10 * cases + (*p - '0');
    }
    test_linear(cases);
    test_depthwise(cases);
    test_layernorm(cases);
    test_fft(cases);
    test_source_filter(cases);
    return 0;
}
