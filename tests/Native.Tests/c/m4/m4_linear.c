/*
 * m4_linear.c - matrices: the reference is the portable kernel on weights in rows; the portable kernel and the Cortex-M4's get the same weights in
 * pairs, and the latter in rows too.
 */
#include <string.h>

#include "m4_selftest.h"

enum { STEP = 16, KINDS = 8, MOST_IN = 620, MOST_WEIGHTS = 6000 };

static const char *const names[KINDS] = { "linear_s8",         "linear_s16",         "linear_s8_add",      "linear_s16_add",
                                          "linear_s8_gelu_s8", "linear_s8_gelu_s16", "linear_s16_gelu_s8", "linear_s16_gelu_s16" };

typedef struct {
    q3e_matrix rows, pairs;
    q3e_gelu gelu;
    void *x;
    int16_t *residual;
    int32_t count;
    size_t result_bytes;
} example;

static int reads_s16(int kind)
{
    return kind == 1 || kind == 3 || kind >= 6;
}

static int32_t *padded(const int32_t *values, int32_t n)
{
    int32_t *p = block((size_t)(n + (n & 1)) * sizeof *p);
    memcpy(p, values, (size_t)n * sizeof *p);
    if (n & 1) p[n] = 0;
    return p;
}

/* The same matrix in pairs, as q3e_kernels.h describes it. */
static q3e_matrix in_pairs(const q3e_matrix *m)
{
    const int32_t in = (m->in + STEP - 1) / STEP * STEP, out = m->out + (m->out & 1);
    int8_t *weight = block((size_t)in * (size_t)out);
    memset(weight, 0, (size_t)in * (size_t)out);
    for (int32_t o = 0; o < out; o += 2) {
        for (int32_t i = 0; i < m->in; i++) {
            const int32_t lower = m->weight[o * m->in + i], upper = o + 1 < m->out ? m->weight[(o + 1) * m->in + i] : 0;
            const int16_t pair = (int16_t)(256 * upper + lower);
            memcpy(weight + o * in + 2 * i, &pair, 2);
        }
    }
    const q3e_matrix result = { weight, padded(m->bias, m->out), padded(m->multiplier, m->out), m->in, m->out, m->left_shift, q3e_pairs };
    return result;
}

/* Contents within what the emitter proves: no subset of the products, bias included, leaves 32 bits after the shift, and with int8 inputs
 * 256 * S1 + S0 does not either. */
static example random_example(int kind)
{
    example e;
    const int wide = reads_s16(kind);
    const int32_t in = random_between(0, 15) == 0 ? random_between(500, MOST_IN) : random_between(0, 3) == 0 ? 16 * random_between(1, 12) : random_between(1, 200);
    const int32_t most_out = MOST_WEIGHTS / in, out = random_between(1, most_out < 90 ? most_out : 90), rows = random_between(1, 5);
    const int32_t shift = random_between(0, 3), weight_limit = random_between(0, 2) == 0 ? 127 : random_between(1, 127);
    const int64_t room = ((INT64_C(1) << 31) - 1) >> shift;
    int32_t limit = wide ? 32767 : 127;
    while ((int64_t)in * (limit + 1) * weight_limit >= room) limit /= 2;
    while (!wide && (int64_t)in * (limit + 1) * weight_limit * 257 > INT32_MAX) limit /= 2;
    const int32_t bias_limit = (int32_t)(room - (int64_t)in * (limit + 1) * weight_limit);
    int8_t *weight = block((size_t)in * (size_t)out);
    int32_t *bias = block((size_t)out * sizeof *bias), *multiplier = block((size_t)out * sizeof *multiplier);
    fill_s8(weight, (size_t)in * (size_t)out, -weight_limit, weight_limit);
    fill_s32(bias, (size_t)out, -bias_limit / random_between(1, 1000), bias_limit / random_between(1, 1000));
    fill_s32(multiplier, (size_t)out, 0, ((1 << 30) - 1) >> random_between(0, 15));
    const q3e_matrix m = { weight, bias, multiplier, in, out, shift, NULL };
    e.rows = m;
    e.pairs = in_pairs(&m);
    e.count = rows;
    const size_t inputs = (size_t)in * (size_t)rows, outputs = (size_t)out * (size_t)rows;
    /* Any address that the type may have: int8 rows begin anywhere, int16 rows at even addresses. */
    const size_t off = (size_t)random_between(0, 1) * (wide ? 2 : 1);
    e.x = (unsigned char *)block(inputs * (wide ? 2 : 1) + off) + off;
    if (wide) fill_s16(e.x, inputs, -limit - 1, limit);
    else fill_s8(e.x, inputs, -limit - 1, limit);
    e.residual = block(outputs * sizeof(int16_t));
    fill_s16(e.residual, outputs, -32768, 32767);
    const int to_s8 = kind == 4 || kind == 6;
    const q3e_gelu g = { random_between(5, 12), random_between(0, 32767), random_between(1, random_between(0, 3) == 0 ? 30 : 22),
                         to_s8 ? random_between(-128, 127) : random_between(-32768, 32767) };
    e.gelu = g;
    e.result_bytes = outputs * (to_s8 ? 1 : 2);
    return e;
}

#define CALL(suffix) \
    switch (kind) { \
    case 0: q3e_linear_s8##suffix(m, e->x, y, e->count); break; \
    case 1: q3e_linear_s16##suffix(m, e->x, y, e->count); break; \
    case 2: q3e_linear_s8_add##suffix(m, e->x, e->residual, y, e->count); break; \
    case 3: q3e_linear_s16_add##suffix(m, e->x, e->residual, y, e->count); break; \
    case 4: q3e_linear_s8_gelu_s8##suffix(m, &e->gelu, e->x, y, e->count); break; \
    case 5: q3e_linear_s8_gelu_s16##suffix(m, &e->gelu, e->x, y, e->count); break; \
    case 6: q3e_linear_s16_gelu_s8##suffix(m, &e->gelu, e->x, y, e->count); break; \
    default: q3e_linear_s16_gelu_s16##suffix(m, &e->gelu, e->x, y, e->count); break; \
    }

static void call_portable(int kind, const example *e, const q3e_matrix *m, void *y)
{
    CALL()
}

static void call_m4(int kind, const example *e, const q3e_matrix *m, void *y)
{
    CALL(_m4)
}

static void compare(int kind, const example *e, const void *expected)
{
    const size_t off = kind == 4 || kind == 6 ? (size_t)random_between(0, 1) : 0;
    unsigned char *got = (unsigned char *)block(e->result_bytes + off) + off;
    call_m4(kind, e, &e->pairs, got);
    same(names[kind], expected, got, e->result_bytes, e->count, e->rows.in, e->rows.out);
    call_m4(kind, e, &e->rows, got);
    same("rows", expected, got, e->result_bytes, e->count, e->rows.in, e->rows.out);
    call_portable(kind, e, &e->pairs, got);
    same("portable", expected, got, e->result_bytes, e->count, e->rows.in, e->rows.out);
    if (kind == 2 || kind == 3) {
        /* The residual stream may be updated in place. */
        memcpy(got, e->residual, e->result_bytes);
        example in_place = *e;
        in_place.residual = (int16_t *)(void *)got;
        call_m4(kind, &in_place, &e->pairs, got);
        same("in place", expected, got, e->result_bytes, e->count, e->rows.in, e->rows.out);
    }
}

void test_linear(int32_t cases)
{
    for (int kind = 0; kind < KINDS; kind++) {
        for (int32_t n = 0; n < cases; n++) {
            const example e = random_example(kind);
            void *expected = block(e.result_bytes);
            call_portable(kind, &e, &e.rows, expected);
            compare(kind, &e, expected);
            release();
        }
        report(names[kind]);
    }
}
