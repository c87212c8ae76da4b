/*
 * linear_portable.c - matrices with int8 weights (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o])
 *   requantize:  y[o] = sat16(z[o])
 *   add:         y[o] = sat16(residual[o] + z[o])
 *   gelu:        h = sat16(z[o]);  y[o] = sat(rshr(gelu(h, f) * G, r) + zero)
 *   snake:       h = sat16(z[o]);  y[o] = snake of h in channel o (snake.h)
 *
 * x is [rows][in], w is [out][in], in blocks of 16 outputs x 4 inputs or in pairs of outputs (q3e_matrix), y is [rows][out]. The work is cut into tiles of
 * TILE outputs of one row: the weights of a tile are read for every row before the next tile, so that they come from memory once, and an
 * ending sees a whole tile at a time. The sums are int32 and proved by the emitter not to overflow in any order, so a compiler may
 * vectorise them freely.
 */
#include <string.h>

#include "q3e_kernels.h"
#include "snake.h"

enum { TILE = 16, GROUP = 4, PIECE = 256, STRIP = 64, PAIR = 2, PAIR_INPUTS = 16 };

const int32_t q3e_pairs[1] = { 0 };

/** Adds to acc[0..count-1] the products of row `row` of x with weight rows first..first+count-1. */
typedef void (*linear_sums)(const q3e_matrix *m, const void *x, int32_t row, int32_t first, int32_t count, int32_t *acc);
/** Turns z[0..count-1], outputs first..first+count-1, into y[at..at+count-1]. */
typedef void (*linear_end)(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y);

/* acc[o] += sum_i w[o][i] * x[i], two outputs at a time, which share the reads of x; a last odd one is its own partner. */
static inline void add_products(const int8_t *w, size_t stride, const int16_t *x, int32_t n, int32_t count, int32_t *acc)
{
    for (int32_t o = 0; o < count; o += 2) {
        const int8_t *w0 = w + (size_t)o * stride, *w1 = o + 1 < count ? w0 + stride : w0;
        int32_t sum0 = 0, sum1 = 0;
        for (int32_t i = 0; i < n; i++) {
            sum0 += w0[i] * x[i];
            sum1 += w1[i] * x[i];
        }
        acc[o] += sum0;
        if (o + 1 < count) acc[o + 1] += sum1;
    }
}

static void sums_s16(const q3e_matrix *m, const void *input, int32_t row, int32_t first, int32_t count, int32_t *acc)
{
    const size_t n = (size_t)m->in;
    add_products(m->weight + (size_t)first * n, n, (const int16_t *)input + (size_t)row * n, m->in, count, acc);
}

/* Widens a piece of the row once for all outputs of the tile: processors multiply and add pairs of int16, and few pairs of int8. */
static void sums_s8(const q3e_matrix *m, const void *input, int32_t row, int32_t first, int32_t count, int32_t *acc)
{
    const size_t n = (size_t)m->in;
    const int8_t *x = (const int8_t *)input + (size_t)row * n;
    const int8_t *w = m->weight + (size_t)first * n;
    int16_t wide[PIECE];
    for (int32_t at = 0; at < m->in; at += PIECE) {
        const int32_t length = m->in - at < PIECE ? m->in - at : PIECE;
        for (int32_t i = 0; i < length; i++) wide[i] = x[at + i];
        add_products(w + at, n, wide, length, count, acc);
    }
}

/* The same for weights in blocks, from an input that is the first of a group: the block's rows are put together, STRIP inputs at most. */
static inline void add_block_products(const int8_t *block, const int16_t *x, int32_t n, int32_t count, int32_t *acc)
{
    int8_t rows[TILE * STRIP];
    for (int32_t i = 0; i < n; i += GROUP) {
        for (int32_t o = 0; o < TILE; o++) memcpy(rows + o * STRIP + i, block + i * TILE + o * GROUP, GROUP);
    }
    add_products(rows, STRIP, x, n, count, acc);
}

/* The block of outputs first..first+TILE-1. */
static const int8_t *block_of(const q3e_matrix *m, int32_t first)
{
    return m->weight + (size_t)first * (((size_t)m->in + GROUP - 1) / GROUP * GROUP);
}

static void block_sums_s16(const q3e_matrix *m, const void *input, int32_t row, int32_t first, int32_t count, int32_t *acc)
{
    const int16_t *x = (const int16_t *)input + (size_t)row * (size_t)m->in;
    const int8_t *block = block_of(m, first);
    for (int32_t at = 0; at < m->in; at += STRIP) {
        add_block_products(block + at * TILE, x + at, m->in - at < STRIP ? m->in - at : STRIP, count, acc);
    }
}

static void block_sums_s8(const q3e_matrix *m, const void *input, int32_t row, int32_t first, int32_t count, int32_t *acc)
{
    const int8_t *x = (const int8_t *)input + (size_t)row * (size_t)m->in;
    const int8_t *block = block_of(m, first);
    int16_t wide[STRIP];
    for (int32_t at = 0; at < m->in; at += STRIP) {
        const int32_t length = m->in - at < STRIP ? m->in - at : STRIP;
        for (int32_t i = 0; i < length; i++) wide[i] = x[at + i];
        add_block_products(block + at * TILE, wide, length, count, acc);
    }
}

/* The same for weights in pairs: the low byte is one weight, the high byte the other, less one where the low one is negative. */
static inline void add_pair_products(const q3e_matrix *m, int32_t first, int32_t at, const int16_t *x, int32_t n, int32_t count, int32_t *acc)
{
    const size_t stride = ((size_t)m->in + PAIR_INPUTS - 1) / PAIR_INPUTS * PAIR_INPUTS * PAIR;
    int8_t rows[TILE * STRIP];
    for (int32_t o = 0; o < count; o += PAIR) {
        const int8_t *p = m->weight + (size_t)((first + o) / PAIR) * stride + (size_t)at * PAIR;
        int8_t *even = rows + o * STRIP, *odd = even + STRIP;
        for (int32_t i = 0; i < n; i++) {
            even[i] = p[PAIR * i];
            odd[i] = (int8_t)(p[PAIR * i + 1] + (p[PAIR * i] < 0));
        }
    }
    add_products(rows, STRIP, x, n, count, acc);
}

static void pair_sums_s16(const q3e_matrix *m, const void *input, int32_t row, int32_t first, int32_t count, int32_t *acc)
{
    const int16_t *x = (const int16_t *)input + (size_t)row * (size_t)m->in;
    for (int32_t at = 0; at < m->in; at += STRIP) {
        add_pair_products(m, first, at, x + at, m->in - at < STRIP ? m->in - at : STRIP, count, acc);
    }
}

static void pair_sums_s8(const q3e_matrix *m, const void *input, int32_t row, int32_t first, int32_t count, int32_t *acc)
{
    const int8_t *x = (const int8_t *)input + (size_t)row * (size_t)m->in;
    int16_t wide[STRIP];
    for (int32_t at = 0; at < m->in; at += STRIP) {
        const int32_t length = m->in - at < STRIP ? m->in - at : STRIP;
        for (int32_t i = 0; i < length; i++) wide[i] = x[at + i];
        add_pair_products(m, first, at, wide, length, count, acc);
    }
}

static linear_sums for_s8(const q3e_matrix *m)
{
    static const linear_sums sums[] = { sums_s8, block_sums_s8, pair_sums_s8 }; /* by q3e_layout */
    return sums[q3e_layout_of(m)];
}

static linear_sums for_s16(const q3e_matrix *m)
{
    static const linear_sums sums[] = { sums_s16, block_sums_s16, pair_sums_s16 };
    return sums[q3e_layout_of(m)];
}

static void end_requantize(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y)
{
    int16_t *out = (int16_t *)y + at;
    (void)context;
    (void)first;
    for (int32_t i = 0; i < count; i++) out[i] = q3e_sat16(z[i]);
}

static void end_add(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y)
{
    const int16_t *residual = (const int16_t *)context + at;
    int16_t *out = (int16_t *)y + at;
    (void)first;
    for (int32_t i = 0; i < count; i++) out[i] = q3e_sat16(residual[i] + z[i]);
}

static inline int32_t apply_gelu(const q3e_gelu *g, int32_t z)
{
    int32_t scaled = q3e_gelu_q(q3e_sat16(z), g->fraction) * g->gain; /* below 2^30 */
    return ((scaled + (1 << (g->shift - 1))) >> g->shift) + g->zero;
}

static void end_gelu_s8(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y)
{
    const q3e_gelu *g = (const q3e_gelu *)context;
    int8_t *out = (int8_t *)y + at;
    (void)first;
    for (int32_t i = 0; i < count; i++) out[i] = q3e_sat8(apply_gelu(g, z[i]));
}

static void end_gelu_s16(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y)
{
    const q3e_gelu *g = (const q3e_gelu *)context;
    int16_t *out = (int16_t *)y + at;
    (void)first;
    for (int32_t i = 0; i < count; i++) out[i] = q3e_sat16(apply_gelu(g, z[i]));
}

static void end_snake_s8(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y)
{
    int8_t *out = (int8_t *)y + at;
    for (int32_t i = 0; i < count; i++) out[i] = q3e_sat8(q3e_snake_value((const q3e_snake *)context, first + i, q3e_sat16(z[i])));
}

static void end_snake_s16(const void *context, const int32_t *z, int32_t first, size_t at, int32_t count, void *y)
{
    int16_t *out = (int16_t *)y + at;
    for (int32_t i = 0; i < count; i++) out[i] = q3e_sat16(q3e_snake_value((const q3e_snake *)context, first + i, q3e_sat16(z[i])));
}

static void linear(const q3e_matrix *m, linear_sums sums, const void *x, linear_end end, const void *context, void *y, int32_t rows)
{
    const int32_t left = 1 << m->left_shift;
    int32_t z[TILE];
    for (int32_t first = 0; first < m->out; first += TILE) {
        int32_t count = m->out - first < TILE ? m->out - first : TILE;
        const int32_t *bias = m->bias + first, *multiplier = m->multiplier + first;
        for (int32_t row = 0; row < rows; row++) {
            for (int32_t i = 0; i < count; i++) z[i] = bias[i];
            sums(m, x, row, first, count, z);
            for (int32_t i = 0; i < count; i++) z[i] = q3e_mulr(z[i] * left, multiplier[i]);
            end(context, z, first, (size_t)row * (size_t)m->out + (size_t)first, count, y);
        }
    }
}

void q3e_linear_s8(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows)
{
    linear(m, for_s8(m), x, end_requantize, NULL, y, rows);
}

void q3e_linear_s16(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows)
{
    linear(m, for_s16(m), x, end_requantize, NULL, y, rows);
}

void q3e_linear_s8_add(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows)
{
    linear(m, for_s8(m), x, end_add, residual, y, rows);
}

void q3e_linear_s16_add(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows)
{
    linear(m, for_s16(m), x, end_add, residual, y, rows);
}

void q3e_linear_s8_gelu_s8(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows)
{
    linear(m, for_s8(m), x, end_gelu_s8, g, y, rows);
}

void q3e_linear_s8_gelu_s16(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows)
{
    linear(m, for_s8(m), x, end_gelu_s16, g, y, rows);
}

void q3e_linear_s16_gelu_s8(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows)
{
    linear(m, for_s16(m), x, end_gelu_s8, g, y, rows);
}

void q3e_linear_s16_gelu_s16(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows)
{
    linear(m, for_s16(m), x, end_gelu_s16, g, y, rows);
}

void q3e_linear_s8_snake_s8(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows)
{
    linear(m, for_s8(m), x, end_snake_s8, s, y, rows);
}

void q3e_linear_s8_snake_s16(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows)
{
    linear(m, for_s8(m), x, end_snake_s16, s, y, rows);
}

void q3e_linear_s16_snake_s8(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows)
{
    linear(m, for_s16(m), x, end_snake_s8, s, y, rows);
}

void q3e_linear_s16_snake_s16(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows)
{
    linear(m, for_s16(m), x, end_snake_s16, s, y, rows);
}
