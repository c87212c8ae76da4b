/*
 * linear_dot.c - matrices with int8 weights and inputs on AArch64 with dot products (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add or gelu
 *
 * Weights in blocks [out/16][in/4][16][4]: a register holds what 4 outputs want from 4 inputs, and SDOT by element multiplies it with one
 * of the four groups of inputs in another register and adds to the sums of the 4 outputs. Four rows share the weights as they are read.
 * Matrices that read int16 are those of linear_neon_s16.c. Weights in rows go to the portable kernel.
 *
 * SDOT stands in assembler, since not every compiler lets a function of a build for all AArch64 use its intrinsic; it runs only where the
 * set was chosen.
 */
#include "q3e_cpu.h"

#ifdef Q3E_DOT_KERNELS
/* A build for processors that all have dot products needs nothing; for others the compiler is told in its own way. */
#if defined(__ARM_FEATURE_DOTPROD)
#define DOT_PRODUCT
#elif defined(__clang__)
#define DOT_PRODUCT __attribute__((target("dotprod")))
#else
#define DOT_PRODUCT
#pragma GCC target("arch=armv8.2-a+dotprod")
#endif
#include "linear_neon.h"

/* Rows of a tile, and inputs of a register. */
enum { ROWS = 4, STEP = 16 };

/* In the order in which they stand here, or compilers read more weights ahead than there are registers. */
#define ORDERED __asm__ __volatile__

/* sum += the products of group g, a constant, of the inputs x with the weights w of four outputs. */
#define SDOT(sum, w, x, g) ORDERED("sdot %0.4s, %1.16b, %2.4b[%3]" : "+w"(sum) : "w"(w), "w"(x), "i"(g))

/* Reads 16 or 32 bytes and moves on. */
#define NEXT_16(v, at) ORDERED("ldr %q0, [%1], #16" : "=w"(v), "+r"(at) : : "memory")
#define NEXT_32(v0, v1, at) ORDERED("ldp %q0, %q1, [%2], #32" : "=w"(v0), "=w"(v1), "+r"(at) : : "memory")

/* Half a block of weights meets group g of each of the four rows' inputs. */
#define ADD_HALF(q0, q1, g) \
    do { \
        NEXT_32(w0, w1, w); \
        SDOT(s0.q0, w0, x0, g); \
        SDOT(s1.q0, w0, x1, g); \
        SDOT(s2.q0, w0, x2, g); \
        SDOT(s3.q0, w0, x3, g); \
        SDOT(s0.q1, w1, x0, g); \
        SDOT(s1.q1, w1, x1, g); \
        SDOT(s2.q1, w1, x2, g); \
        SDOT(s3.q1, w1, x3, g); \
    } while (0)

/* A whole block. */
#define ADD_GROUP(g) \
    do { \
        ADD_HALF(a, b, g); \
        ADD_HALF(c, d, g); \
    } while (0)

/* The groups of a register of inputs. */
#define ADD_STEP(add) \
    do { \
        add(0); \
        add(1); \
        add(2); \
        add(3); \
    } while (0)

/* A whole block for one row. */
#define ADD_GROUP_OF_ONE(g) \
    do { \
        NEXT_32(w0, w1, w); \
        SDOT(sum.a, w0, shared, g); \
        SDOT(sum.b, w1, shared, g); \
        NEXT_32(w0, w1, w); \
        SDOT(sum.c, w0, shared, g); \
        SDOT(sum.d, w1, shared, g); \
    } while (0)

/* The last group of inputs, of which `count` exist, in element 0. */
Q3E_INLINE int8x16_t last_group(const int8_t *x, size_t count)
{
    return vreinterpretq_s8_u32(vdupq_n_u32(few_bytes(x, count)));
}

/* Sums, with their bias, of a block of four rows to results. */
Q3E_INLINE void finish_four(const q3e_matrix *m, const ending *end, const quarters sum[ROWS], int32_t first, size_t row)
{
    const quarters multiplier = load_quarters(m->multiplier + first);
    quarters s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
    if (m->left_shift != 0) {
        const int32x4_t left = vdupq_n_s32(m->left_shift);
        s0 = shifted(s0, left);
        s1 = shifted(s1, left);
        s2 = shifted(s2, left);
        s3 = shifted(s3, left);
    }
    s0 = scaled(s0, multiplier);
    s1 = scaled(s1, multiplier);
    s2 = scaled(s2, multiplier);
    s3 = scaled(s3, multiplier);
    if (end->kind == END_REQUANTIZE && m->out - first >= BLOCK) {
        const size_t out = (size_t)m->out;
        int16_t *y = (int16_t *)end->y + row * out + (size_t)first;
        store_halves(y, narrowed(s0));
        store_halves(y + out, narrowed(s1));
        store_halves(y + 2 * out, narrowed(s2));
        store_halves(y + 3 * out, narrowed(s3));
    } else {
        finish_row(m, end, s0, first, row);
        finish_row(m, end, s1, first, row + 1);
        finish_row(m, end, s2, first, row + 2);
        finish_row(m, end, s3, first, row + 3);
    }
}

/* The weights w of a block meet four rows. */
DOT_PRODUCT Q3E_INLINE void tile_of_four(const q3e_matrix *m, const ending *end, const int8_t *x, const int8_t *w, int32_t first, size_t row)
{
    const size_t in = (size_t)m->in;
    const int8_t *r0 = x + row * in, *r1 = r0 + in, *r2 = r1 + in, *r3 = r2 + in;
    quarters s0 = load_quarters(m->bias + first), s1 = s0, s2 = s0, s3 = s0;
    int8x16_t x0, x1, x2, x3, w0, w1;
    for (size_t steps = in / (2 * STEP); steps != 0; steps--) {
        int8x16_t y0, y1, y2, y3;
        NEXT_32(x0, y0, r0);
        NEXT_32(x1, y1, r1);
        NEXT_32(x2, y2, r2);
        NEXT_32(x3, y3, r3);
        ADD_STEP(ADD_GROUP);
        x0 = y0;
        x1 = y1;
        x2 = y2;
        x3 = y3;
        ADD_STEP(ADD_GROUP);
    }
    size_t left = in % (2 * STEP);
    if (left >= STEP) {
        NEXT_16(x0, r0);
        NEXT_16(x1, r1);
        NEXT_16(x2, r2);
        NEXT_16(x3, r3);
        ADD_STEP(ADD_GROUP);
        left -= STEP;
    }
    for (; left != 0; left -= left < GROUP ? left : GROUP) {
        x0 = last_group(r0, left);
        x1 = last_group(r1, left);
        x2 = last_group(r2, left);
        x3 = last_group(r3, left);
        ADD_GROUP(0);
        r0 += GROUP;
        r1 += GROUP;
        r2 += GROUP;
        r3 += GROUP;
    }
    const quarters sum[ROWS] = { s0, s1, s2, s3 };
    finish_four(m, end, sum, first, row);
}

DOT_PRODUCT Q3E_INLINE void tile_of_one(const q3e_matrix *m, const ending *end, const int8_t *x, const int8_t *w, int32_t first, size_t row)
{
    quarters sum = load_quarters(m->bias + first);
    int8x16_t shared, w0, w1;
    size_t left = (size_t)m->in;
    x += row * left;
    for (; left >= STEP; left -= STEP) {
        NEXT_16(shared, x);
        ADD_STEP(ADD_GROUP_OF_ONE);
    }
    for (; left != 0; left -= left < GROUP ? left : GROUP) {
        shared = last_group(x, left);
        ADD_GROUP_OF_ONE(0);
        x += GROUP;
    }
    finish_sums(m, end, sum, first, row);
}

DOT_PRODUCT static void linear_s8(const q3e_matrix *m, const int8_t *x, const ending *end, int32_t rows)
{
    for (int32_t first = 0; first < m->out; first += BLOCK) {
        const int8_t *w = block_of(m, first);
        int32_t row = 0;
        for (; row + ROWS <= rows; row += ROWS) tile_of_four(m, end, x, w, first, (size_t)row);
        for (; row < rows; row++) tile_of_one(m, end, x, w, first, (size_t)row);
    }
}

Q3E_ARM_LINEAR_KERNELS_S8(dot, linear_s8)
Q3E_ARM_SNAKE_KERNELS_S8(dot, linear_s8)
#endif
