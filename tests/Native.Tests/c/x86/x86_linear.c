/*
 * x86_linear.c - matrices: the reference is the portable kernel on weights in rows; every set, the portable one included, gets the same
 * weights in blocks, and in rows.
 */
#include <stdlib.h>
#include <string.h>

#include "x86_selftest.h"

enum { BLOCK = 16, GROUP = 4, KINDS = 12 };

static const char *const names[KINDS] = { "linear_s8",         "linear_s16",         "linear_s8_add",      "linear_s16_add",
                                          "linear_s8_gelu_s8", "linear_s8_gelu_s16", "linear_s16_gelu_s8", "linear_s16_gelu_s16",
                                          "linear_s8_snake_s8", "linear_s8_snake_s16", "linear_s16_snake_s8", "linear_s16_snake_s16" };

typedef struct {
    q3e_matrix rows, blocks;
    q3e_gelu gelu;
    q3e_snake snake;
    void *x;
    int16_t *residual;
    int32_t count;
    size_t result_bytes;
} example;

static int reads_s16(int kind)
{
    return kind == 1 || kind == 3 || kind == 6 || kind == 7 || kind >= 10;
}

static int32_t *padded(const int32_t *values, int32_t n)
{
    int32_t *p = block((size_t)(n + BLOCK) * sizeof *p);
    memset(p, 0, (size_t)(n + BLOCK) * sizeof *p);
    memcpy(p, values, (size_t)n * sizeof *p);
    return realloc(p, (size_t)((n + BLOCK - 1) / BLOCK * BLOCK) * sizeof *p);
}

/* The same matrix in blocks. */
static q3e_matrix in_blocks(const q3e_matrix *m)
{
    const int32_t in = (m->in + GROUP - 1) / GROUP * GROUP, out = (m->out + BLOCK - 1) / BLOCK * BLOCK;
    int8_t *weight = block((size_t)in * (size_t)out);
    int32_t *compensation = block((size_t)out * sizeof *compensation);
    for (int32_t o = 0; o < out; o++) {
        int32_t sum = 0;
        for (int32_t i = 0; i < in; i++) {
            const int8_t w = o < m->out && i < m->in ? m->weight[o * m->in + i] : 0;
            weight[(o / BLOCK) * in * BLOCK + (i / GROUP) * BLOCK * GROUP + (o % BLOCK) * GROUP + i % GROUP] = w;
            sum += w;
        }
        compensation[o] = -128 * sum;
    }
    const q3e_matrix result = { weight, padded(m->bias, m->out), padded(m->multiplier, m->out), m->in, m->out, m->left_shift, compensation };
    return result;
}

static void free_matrix(q3e_matrix *m)
{
    free((void *)(uintptr_t)m->weight);
    free((void *)(uintptr_t)m->bias);
    free((void *)(uintptr_t)m->multiplier);
    free((void *)(uintptr_t)m->compensation);
}

/* Every eighth has rows for several tiles. Contents within what the emitter proves: no subset of the products, bias included, leaves 32 bits after the shift. */
static example random_example(int kind, long n)
{
    example e;
    const int wide = reads_s16(kind);
    const int32_t in = random_size(70, 1200), out = random_size(40, 300), rows = random_between(1, n % 8 == 0 ? 40 : 8);
    const int32_t shift = random_between(0, 3), weight_limit = random_between(1, 127);
    const int64_t room = ((INT64_C(1) << 31) - 1) >> shift;
    int32_t limit = wide ? 32767 : 127;
    while ((int64_t)in * (limit + 1) * weight_limit >= room) limit /= 2;
    const int32_t bias_limit = (int32_t)(room - (int64_t)in * (limit + 1) * weight_limit);
    int8_t *weight = block((size_t)in * (size_t)out);
    int32_t *bias = block((size_t)out * sizeof *bias), *multiplier = block((size_t)out * sizeof *multiplier);
    fill_s8(weight, (size_t)in * (size_t)out, -weight_limit, weight_limit);
    fill_s32(bias, (size_t)out, -bias_limit / random_between(1, 1000), bias_limit / random_between(1, 1000));
    fill_s32(multiplier, (size_t)out, 0, ((1 << 30) - 1) >> random_between(0, 15));
    const q3e_matrix m = { weight, bias, multiplier, in, out, shift, NULL };
    e.rows = m;
    e.blocks = in_blocks(&m);
    e.count = rows;
    const size_t inputs = (size_t)in * (size_t)rows, outputs = (size_t)out * (size_t)rows;
    e.x = block(inputs * (wide ? 2 : 1));
    if (wide) fill_s16(e.x, inputs, -limit - 1, limit);
    else fill_s8(e.x, inputs, -limit - 1, limit);
    e.residual = block(outputs * sizeof(int16_t));
    fill_s16(e.residual, outputs, -32768, 32767);
    const int to_s8 = kind == 4 || kind == 6 || kind == 8 || kind == 10;
    const q3e_gelu g = { random_between(5, 12), random_between(0, 32767), random_between(1, 30),
                         to_s8 ? random_between(-128, 127) : random_between(-32768, 32767) };
    e.gelu = g;
    e.snake = random_snake(out);
    e.result_bytes = outputs * (to_s8 ? 1 : 2);
    return e;
}

static void free_example(example *e)
{
    free_matrix(&e->rows);
    free_matrix(&e->blocks);
    free(e->x);
    free(e->residual);
    free_snake(&e->snake);
}

static void call(const q3e_kernel_set *set, int kind, const example *e, const q3e_matrix *m, void *y)
{
    switch (kind) {
    case 0: set->linear_s8(m, e->x, y, e->count); break;
    case 1: set->linear_s16(m, e->x, y, e->count); break;
    case 2: set->linear_s8_add(m, e->x, e->residual, y, e->count); break;
    case 3: set->linear_s16_add(m, e->x, e->residual, y, e->count); break;
    case 4: set->linear_s8_gelu_s8(m, &e->gelu, e->x, y, e->count); break;
    case 5: set->linear_s8_gelu_s16(m, &e->gelu, e->x, y, e->count); break;
    case 6: set->linear_s16_gelu_s8(m, &e->gelu, e->x, y, e->count); break;
    case 7: set->linear_s16_gelu_s16(m, &e->gelu, e->x, y, e->count); break;
    case 8: set->linear_s8_snake_s8(m, &e->snake, e->x, y, e->count); break;
    case 9: set->linear_s8_snake_s16(m, &e->snake, e->x, y, e->count); break;
    case 10: set->linear_s16_snake_s8(m, &e->snake, e->x, y, e->count); break;
    default: set->linear_s16_snake_s16(m, &e->snake, e->x, y, e->count); break;
    }
}

static void compare(int kind, uint32_t set, const example *e, const q3e_matrix *m, const void *expected)
{
    void *got = block(e->result_bytes);
    memset(got, 0x55, e->result_bytes);
    call(&q3e_kernel_sets[set], kind, e, m, got);
    same(names[kind], set, expected, got, e->result_bytes, "%d rows of %d inputs, %d outputs, %s", e->count, m->in, m->out,
         m == &e->rows ? "rows" : "blocks");
    if (kind == 2 || kind == 3) {
        /* The residual stream may be updated in place. */
        memcpy(got, e->residual, e->result_bytes);
        example in_place = *e;
        in_place.residual = got;
        call(&q3e_kernel_sets[set], kind, &in_place, m, got);
        same(names[kind], set, expected, got, e->result_bytes, "%d rows of %d inputs, %d outputs, in place", e->count, m->in, m->out);
    }
    free(got);
}

void test_linear(void)
{
    const uint32_t best = q3e_best_set();
    for (int kind = 0; kind < KINDS; kind++) {
        for (long n = 0; n < cases; n++) {
            example e = random_example(kind, n);
            void *expected = block(e.result_bytes);
            call(&q3e_kernel_sets[Q3E_SET_PORTABLE], kind, &e, &e.rows, expected);
            for (uint32_t set = 0; set <= best; set++) compare(kind, set, &e, &e.blocks, expected);
            if (n % 16 == 0)
                for (uint32_t set = 1; set <= best; set++) compare(kind, set, &e, &e.rows, expected);
            free(expected);
            free_example(&e);
        }
        report(names[kind]);
    }
}
