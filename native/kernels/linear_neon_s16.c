/*
 * linear_neon_s16.c - matrices with int8 weights and int16 inputs on NEON (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add or gelu
 *
 * Weights in blocks [out/16][in/4][16][4]: widened, they meet the inputs in SMLAL, four sums for every output, added at the end; half a block
 * at a time, whose sums the registers hold. On AArch64 two rows share the widened weights. Weights in rows go to the portable kernel.
 */
#include "q3e_cpu.h"

#ifdef Q3E_NEON_KERNELS
#include "linear_neon.h"

/* Four sums for each of the four outputs of a quarter of a block. */
typedef struct {
    int32x4_t a, b, c, d;
} fours;

Q3E_INLINE int16x4_t four_inputs(const int16_t *x, size_t count)
{
    if (count >= GROUP) return vld1_s16(x);
    int16_t some[GROUP] = { 0 };
    memcpy(some, x, count * sizeof(int16_t));
    return vld1_s16(some);
}

/* s += the products of four inputs with the weights of a quarter. */
Q3E_INLINE fours add_wide(fours s, int16x8_t low, int16x8_t high, int16x4_t x)
{
#ifdef __aarch64__
    const int16x8_t twice = vcombine_s16(x, x);
    const fours sum = { vmlal_s16(s.a, vget_low_s16(low), x), vmlal_high_s16(s.b, low, twice), vmlal_s16(s.c, vget_low_s16(high), x),
                        vmlal_high_s16(s.d, high, twice) };
#else
    const fours sum = { vmlal_s16(s.a, vget_low_s16(low), x), vmlal_s16(s.b, vget_high_s16(low), x), vmlal_s16(s.c, vget_low_s16(high), x),
                        vmlal_s16(s.d, vget_high_s16(high), x) };
#endif
    return sum;
}

Q3E_INLINE int32x4_t sum_of(fours s, const int32_t *bias)
{
    return vaddq_s32(q3e_add_pairs_x4(q3e_add_pairs_x4(s.a, s.b), q3e_add_pairs_x4(s.c, s.d)), vld1q_s32(bias));
}

/* Widened weights of a quarter. */
typedef struct {
    int16x8_t low, high;
} wide_quarter;

Q3E_INLINE wide_quarter widened(const int8_t *w)
{
    const int8x16_t narrow = vld1q_s8(w);
    const wide_quarter q = { vmovl_s8(vget_low_s8(narrow)), vmovl_s8(vget_high_s8(narrow)) };
    return q;
}

Q3E_INLINE fours no_fours(void)
{
    const int32x4_t zero = vdupq_n_s32(0);
    const fours none = { zero, zero, zero, zero };
    return none;
}

/* What the half block of outputs whose weights begin at w makes of row x. */
Q3E_INLINE void half_of_row(size_t in, const int16_t *x, const int8_t *w, const int32_t *bias, int32x4_t *low, int32x4_t *high)
{
    fours s = no_fours(), t = s;
    for (size_t left = in;; left -= GROUP, x += GROUP, w += BLOCK * GROUP) {
        const int16x4_t four = four_inputs(x, left);
        const wide_quarter first = widened(w), second = widened(w + 16);
        s = add_wide(s, first.low, first.high, four);
        t = add_wide(t, second.low, second.high, four);
        if (left <= GROUP) break;
    }
    *low = sum_of(s, bias);
    *high = sum_of(t, bias + 4);
}

Q3E_INLINE void row_s16(const q3e_matrix *m, const ending *end, const int16_t *x, const int8_t *w, int32_t first, size_t row)
{
    const size_t in = (size_t)m->in;
    quarters sum;
    half_of_row(in, x + row * in, w, m->bias + first, &sum.a, &sum.b);
    half_of_row(in, x + row * in, w + BLOCK * GROUP / 2, m->bias + first + BLOCK / 2, &sum.c, &sum.d);
    finish_sums(m, end, sum, first, row);
}

#ifdef __aarch64__
/* The same of two rows, which share the widened weights: in assembler, since compilers that widen
 * further quarters ahead run out of registers for the sums. */
#define ADD_WIDE_OF_TWO(s, t, at) \
    do { \
        int16x8_t low, high; \
        __asm__("sxtl %8.8h, %10.8b\n\tsxtl2 %9.8h, %10.16b\n\t" \
                "smlal %0.4s, %8.4h, %11.4h\n\tsmlal2 %1.4s, %8.8h, %11.8h\n\tsmlal %2.4s, %9.4h, %11.4h\n\tsmlal2 %3.4s, %9.8h, %11.8h\n\t" \
                "smlal %4.4s, %8.4h, %12.4h\n\tsmlal2 %5.4s, %8.8h, %12.8h\n\tsmlal %6.4s, %9.4h, %12.4h\n\tsmlal2 %7.4s, %9.8h, %12.8h" \
                : "+w"(s.a), "+w"(s.b), "+w"(s.c), "+w"(s.d), "+w"(t.a), "+w"(t.b), "+w"(t.c), "+w"(t.d), "=&w"(low), "=&w"(high) \
                : "w"(vld1q_s8(at)), "w"(x2), "w"(y2)); \
    } while (0)

/* Four inputs twice. */
Q3E_INLINE int16x8_t twice(const int16_t *x)
{
    uint64_t four;
    memcpy(&four, x, sizeof four);
    return vreinterpretq_s16_u64(vdupq_n_u64(four));
}

Q3E_INLINE void half_of_two(size_t in, const int16_t *x, const int8_t *w, const int32_t *bias, int32x4_t one[2], int32x4_t two[2])
{
    const int16_t *y = x + in;
    fours s = no_fours(), t = s, u = s, v = s;
    size_t left = in;
    for (; left >= GROUP; left -= GROUP) {
        const int16x8_t x2 = twice(x), y2 = twice(y);
        ADD_WIDE_OF_TWO(s, u, w);
        ADD_WIDE_OF_TWO(t, v, w + 16);
        x += GROUP;
        y += GROUP;
        w += BLOCK * GROUP;
    }
    if (left != 0) {
        const int16x4_t xs = four_inputs(x, left), ys = four_inputs(y, left);
        const int16x8_t x2 = vcombine_s16(xs, xs), y2 = vcombine_s16(ys, ys);
        ADD_WIDE_OF_TWO(s, u, w);
        ADD_WIDE_OF_TWO(t, v, w + 16);
    }
    one[0] = sum_of(s, bias);
    one[1] = sum_of(t, bias + 4);
    two[0] = sum_of(u, bias);
    two[1] = sum_of(v, bias + 4);
}

Q3E_INLINE void two_rows_s16(const q3e_matrix *m, const ending *end, const int16_t *x, const int8_t *w, int32_t first, size_t row)
{
    const size_t in = (size_t)m->in;
    int32x4_t one[4], two[4];
    half_of_two(in, x + row * in, w, m->bias + first, one, two);
    half_of_two(in, x + row * in, w + BLOCK * GROUP / 2, m->bias + first + BLOCK / 2, one + 2, two + 2);
    const quarters s = { one[0], one[1], one[2], one[3] }, t = { two[0], two[1], two[2], two[3] };
    finish_sums(m, end, s, first, row);
    finish_sums(m, end, t, first, row + 1);
}
#endif

static void linear_s16(const q3e_matrix *m, const int16_t *x, const ending *end, int32_t rows)
{
    for (int32_t first = 0; first < m->out; first += BLOCK) {
        const int8_t *w = block_of(m, first);
        int32_t row = 0;
#ifdef __aarch64__
        for (; row + 2 <= rows; row += 2) two_rows_s16(m, end, x, w, first, (size_t)row);
#endif
        for (; row < rows; row++) row_s16(m, end, x, w, first, (size_t)row);
    }
}

Q3E_ARM_LINEAR_KERNELS_S16(neon, linear_s16)
Q3E_ARM_SNAKE_KERNELS_S16(neon, linear_s16)
#endif
