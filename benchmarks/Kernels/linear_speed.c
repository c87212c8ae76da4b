/*
 * linear_speed.c - multiply-accumulates per second of the matrix kernels of every set that this processor runs.
 *
 * Each figure is the median of 41 turns; the sets take turns, so that a busy machine is unfair to none. The weights of a shape stay in the
 * cache. The portable set reads weights in rows, as a portable build does; the others read blocks.
 *
 * Build (from the repository): cc -O3 -Inative/include -Inative/kernels benchmarks/Kernels/linear_speed.c native/kernels/(all).c
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "q3e_kernel_sets.h"

enum { BLOCK = 16, GROUP = 4, MOST = 1152, ROWS = 100, TURNS = 41 };

static int8_t weight[MOST * MOST], blocks[MOST * MOST];
static int32_t bias[MOST], multiplier[MOST], compensation[MOST];
static int8_t x8[ROWS * MOST];
static int16_t x16[ROWS * MOST], y[ROWS * MOST];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

/* Sizes here are multiples of a block. */
static void pack(int in, int out)
{
    for (int o = 0; o < out; o++) {
        compensation[o] = 0;
        for (int i = 0; i < in; i++) {
            const int8_t w = weight[o * in + i];
            blocks[o / BLOCK * BLOCK * in + i / GROUP * GROUP * BLOCK + o % BLOCK * GROUP + i % GROUP] = w;
            compensation[o] -= 128 * w;
        }
    }
}

static double seconds(const q3e_kernel_set *set, const q3e_matrix *m, int wide, int rows)
{
    const int repeats = rows < 20 ? 20 : 1;
    const double start = now();
    for (int i = 0; i < repeats; i++) {
        if (wide) set->linear_s16(m, x16, y, rows);
        else set->linear_s8(m, x8, y, rows);
    }
    return (now() - start) / repeats;
}

static void measure(int in, int out, int rows)
{
    const q3e_matrix in_rows = { weight, bias, multiplier, in, out, 0, NULL }, in_blocks = { blocks, bias, multiplier, in, out, 0, compensation };
    const uint32_t best = q3e_best_set();
    static double times[2][Q3E_SETS][TURNS];
    pack(in, out);
    for (int t = 0; t < TURNS; t++)
        for (int wide = 0; wide < 2; wide++)
            for (uint32_t set = 0; set <= best; set++)
                times[wide][set][t] = seconds(&q3e_kernel_sets[set], set == Q3E_SET_PORTABLE ? &in_rows : &in_blocks, wide, rows);
    printf("%4d -> %4d, %3d rows:", in, out, rows);
    for (int wide = 0; wide < 2; wide++) {
        printf("  int%d", wide ? 16 : 8);
        for (uint32_t set = 0; set <= best; set++) {
            qsort(times[wide][set], TURNS, sizeof(double), by_size);
            printf(" %7.1f", 1e-9 * in * out * rows / times[wide][set][TURNS / 2]);
        }
    }
    putchar('\n');
}

int main(void)
{
    static const int shapes[][2] = { { 256, 512 }, { 384, 1152 }, { 512, 256 }, { 1152, 384 } };
    for (size_t i = 0; i < sizeof weight; i++) weight[i] = (int8_t)(rand() % 255 - 127);
    for (int i = 0; i < MOST; i++) multiplier[i] = 1 << 20;
    for (int i = 0; i < ROWS * MOST; i++) x8[i] = (int8_t)(x16[i] = (int16_t)(rand() % 256 - 128));
    puts("10^9 multiply-accumulates a second: portable, AVX2, VNNI");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        measure(shapes[i][0], shapes[i][1], 1);
        measure(shapes[i][0], shapes[i][1], 4);
        measure(shapes[i][0], shapes[i][1], ROWS);
    }
    return 0;
}
