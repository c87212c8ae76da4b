/*
 * linear_neon.c - matrices with int8 weights and inputs on NEON (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add or gelu
 *
 * Weights in blocks [out/16][in/4][16][4]: a register holds what 4 outputs want from 4 inputs, and the inputs are repeated to meet them.
 * SMULL and SMLAL add the products of two groups in int16, which |x| <= 128 and |w| <= 127 keep below 2^15; SADALP adds pairs of those
 * sums to int32, so that every output has two sums, added at the end. On AArch64 two rows share the weights as they are read; ARMv7 has
 * registers for one. Weights in rows go to the portable kernel.
 */
#include "q3e_cpu.h"

#ifdef Q3E_NEON_KERNELS
#include "linear_neon.h"

/* Two sums for each of the four outputs of a quarter of a block. */
typedef struct {
    int32x4_t low, high;
} twos;

/* The sums of a block. */
typedef struct {
    twos a, b, c, d;
} row_sums;

Q3E_INLINE row_sums no_sums(void)
{
    const twos none = { vdupq_n_s32(0), vdupq_n_s32(0) };
    const row_sums s = { none, none, none, none };
    return s;
}

/* Four inputs four times. */
Q3E_INLINE int8x16_t repeated(const int8_t *x)
{
    uint32_t four;
    memcpy(&four, x, GROUP);
    return vreinterpretq_s8_u32(vdupq_n_u32(four));
}

/* The last group of inputs, of which `count` exist, four times. */
Q3E_INLINE int8x16_t last_repeated(const int8_t *x, size_t count)
{
    return vreinterpretq_s8_u32(vdupq_n_u32(few_bytes(x, count)));
}

/* s += the products of two groups of inputs with the weights of a quarter. */
Q3E_INLINE twos add_quarter(twos s, int8x16_t w0, int8x16_t x0, int8x16_t w1, int8x16_t x1)
{
    const int16x8_t low = vmlal_s8(vmull_s8(vget_low_s8(w0), vget_low_s8(x0)), vget_low_s8(w1), vget_low_s8(x1));
#ifdef __aarch64__
    const int16x8_t high = vmlal_high_s8(vmull_high_s8(w0, x0), w1, x1);
#else
    const int16x8_t high = vmlal_s8(vmull_s8(vget_high_s8(w0), vget_high_s8(x0)), vget_high_s8(w1), vget_high_s8(x1));
#endif
    const twos sum = { vpadalq_s16(s.low, low), vpadalq_s16(s.high, high) };
    return sum;
}

/* The same for one group. */
Q3E_INLINE twos add_last_quarter(twos s, int8x16_t w, int8x16_t x)
{
    const int8x16_t none = vdupq_n_s8(0);
    return add_quarter(s, w, x, none, none);
}

Q3E_INLINE row_sums add_last_group(row_sums s, const int8_t *w, int8x16_t x)
{
    const row_sums sum = { add_last_quarter(s.a, vld1q_s8(w), x), add_last_quarter(s.b, vld1q_s8(w + 16), x),
                           add_last_quarter(s.c, vld1q_s8(w + 32), x), add_last_quarter(s.d, vld1q_s8(w + 48), x) };
    return sum;
}

Q3E_INLINE int32x4_t quarter_of(twos s, const int32_t *bias)
{
    return vaddq_s32(q3e_add_pairs_x4(s.low, s.high), vld1q_s32(bias));
}

Q3E_INLINE void finish_pairs(const q3e_matrix *m, const ending *end, row_sums s, int32_t first, size_t row)
{
    const int32_t *bias = m->bias + first;
    const quarters sum = { quarter_of(s.a, bias), quarter_of(s.b, bias + 4), quarter_of(s.c, bias + 8), quarter_of(s.d, bias + 12) };
    finish_sums(m, end, sum, first, row);
}

Q3E_INLINE void row_s8(const q3e_matrix *m, const ending *end, const int8_t *x, const int8_t *w, int32_t first, size_t row)
{
    size_t left = (size_t)m->in;
    row_sums s = no_sums();
    x += row * left;
    for (; left >= 2 * GROUP; left -= 2 * GROUP) {
        const int8x16_t x0 = repeated(x), x1 = repeated(x + GROUP);
        s.a = add_quarter(s.a, vld1q_s8(w), x0, vld1q_s8(w + 64), x1);
        s.b = add_quarter(s.b, vld1q_s8(w + 16), x0, vld1q_s8(w + 80), x1);
        s.c = add_quarter(s.c, vld1q_s8(w + 32), x0, vld1q_s8(w + 96), x1);
        s.d = add_quarter(s.d, vld1q_s8(w + 48), x0, vld1q_s8(w + 112), x1);
        x += 2 * GROUP;
        w += 2 * BLOCK * GROUP;
    }
    for (; left != 0; left -= left < GROUP ? left : GROUP) {
        s = add_last_group(s, w, last_repeated(x, left));
        x += GROUP;
        w += BLOCK * GROUP;
    }
    finish_pairs(m, end, s, first, row);
}

#ifdef __aarch64__
/* A quarter of a block, for both rows: in assembler, since compilers that move the products of several quarters together run out of
 * registers for the sums. */
#define ADD_QUARTER_OF_TWO(quarter, at) \
    do { \
        int16x8_t p0, p1, p2, p3; \
        __asm__("smull %4.8h, %8.8b, %10.8b\n\tsmull2 %5.8h, %8.16b, %10.16b\n\t" \
                "smull %6.8h, %8.8b, %12.8b\n\tsmull2 %7.8h, %8.16b, %12.16b\n\t" \
                "smlal %4.8h, %9.8b, %11.8b\n\tsmlal2 %5.8h, %9.16b, %11.16b\n\t" \
                "smlal %6.8h, %9.8b, %13.8b\n\tsmlal2 %7.8h, %9.16b, %13.16b\n\t" \
                "sadalp %0.4s, %4.8h\n\tsadalp %1.4s, %5.8h\n\tsadalp %2.4s, %6.8h\n\tsadalp %3.4s, %7.8h" \
                : "+w"(s.quarter.low), "+w"(s.quarter.high), "+w"(t.quarter.low), "+w"(t.quarter.high), "=&w"(p0), "=&w"(p1), "=&w"(p2), \
                  "=&w"(p3) \
                : "w"(vld1q_s8(at)), "w"(vld1q_s8((at) + BLOCK * GROUP)), "w"(x0), "w"(x1), "w"(y0), "w"(y1)); \
    } while (0)

Q3E_INLINE void two_rows_s8(const q3e_matrix *m, const ending *end, const int8_t *x, const int8_t *w, int32_t first, size_t row)
{
    size_t left = (size_t)m->in;
    const int8_t *y = x + (row + 1) * left;
    row_sums s = no_sums(), t = s;
    x += row * left;
    for (; left >= 2 * GROUP; left -= 2 * GROUP) {
        const int8x16_t x0 = repeated(x), x1 = repeated(x + GROUP), y0 = repeated(y), y1 = repeated(y + GROUP);
        ADD_QUARTER_OF_TWO(a, w);
        ADD_QUARTER_OF_TWO(b, w + 16);
        ADD_QUARTER_OF_TWO(c, w + 32);
        ADD_QUARTER_OF_TWO(d, w + 48);
        x += 2 * GROUP;
        y += 2 * GROUP;
        w += 2 * BLOCK * GROUP;
    }
    for (; left != 0; left -= left < GROUP ? left : GROUP) {
        s = add_last_group(s, w, last_repeated(x, left));
        t = add_last_group(t, w, last_repeated(y, left));
        x += GROUP;
        y += GROUP;
        w += BLOCK * GROUP;
    }
    finish_pairs(m, end, s, first, row);
    finish_pairs(m, end, t, first, row + 1);
}
#endif

static void linear_s8(const q3e_matrix *m, const int8_t *x, const ending *end, int32_t rows)
{
    for (int32_t first = 0; first < m->out; first += BLOCK) {
        const int8_t *w = block_of(m, first);
        int32_t row = 0;
#ifdef __aarch64__
        for (; row + 2 <= rows; row += 2) two_rows_s8(m, end, x, w, first, (size_t)row);
#endif
        for (; row < rows; row++) row_s8(m, end, x, w, first, (size_t)row);
    }
}

Q3E_ARM_LINEAR_KERNELS_S8(neon, linear_s8)
Q3E_ARM_SNAKE_KERNELS_S8(neon, linear_s8)
#endif
