/*
 * linear_m4.c - matrices with weights in pairs (q3e_matrix) on a Cortex-M4.
 *
 * A word holds two outputs by two inputs: p = 256 * w1 + w0 for each input. SMLAD of the word with two inputs adds both products to
 * B = 256 * S1 + S0, where S0 and S1 are the sums of the two outputs; SXTB16 of the word leaves w0 of both inputs, and SMLAD adds their
 * products to S0; in the end S1 = (B - S0) >> 8. For int8 inputs B fits in 32 bits (proved by the emitter), for int16 inputs it has 64
 * (SMLALD). Two rows are computed side by side: their inputs lie in a buffer on the stack as pairs of int16, word by word in turn.
 *
 * Stack: 2 KiB for the buffer. Weights in another layout, rows longer than MOST_INPUTS and the last output of an odd number are the
 * portable kernels'.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "q3e_m4.h"
#include "q3e_math.h"

enum { MOST_INPUTS = 512, STEP = 16 /* inputs that an inner loop takes in one go */ };

/* What follows z = mulr(acc << ls, M). */
typedef enum { END_REQUANTIZE, END_ADD, END_GELU_S8, END_GELU_S16 } end_kind;

/* The sums of two outputs. */
typedef struct {
    int32_t even, odd;
} sums;

/* One row, int8: 30 instructions for 32 products. */
Q3E_M4_INLINE sums one_row_s8(const int8_t *weight, const uint32_t *input, const int8_t *end)
{
    register const int8_t *w __asm__("r0") = weight;
    register const uint32_t *x __asm__("r1") = input;
    register const int8_t *stop __asm__("r2") = end;
    register int32_t even __asm__("r12") = 0;
    register int32_t both __asm__("lr") = 0;
    __asm__ volatile(
        "1:\n\t"
        ".rept 2\n\t"
        "ldmia r0!, {r3, r4, r5, r6}\n\t"
        "ldmia r1!, {r8, r9, r10, r11}\n\t"
        "smlad lr, r3, r8, lr\n\t"
        "smlad lr, r4, r9, lr\n\t"
        "smlad lr, r5, r10, lr\n\t"
        "smlad lr, r6, r11, lr\n\t"
        "sxtb16 r3, r3\n\t"
        "sxtb16 r4, r4\n\t"
        "sxtb16 r5, r5\n\t"
        "sxtb16 r6, r6\n\t"
        "smlad r12, r3, r8, r12\n\t"
        "smlad r12, r4, r9, r12\n\t"
        "smlad r12, r5, r10, r12\n\t"
        "smlad r12, r6, r11, r12\n\t"
        ".endr\n\t"
        "cmp r0, r2\n\t"
        "bne 1b"
        : "+r"(w), "+r"(x), "+r"(even), "+r"(both)
        : "r"(stop)
        : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
    const sums s = { even, (both - even) >> 8 };
    return s;
}

/* One row, int16: the same with 64 bits for both. */
Q3E_M4_INLINE sums one_row_s16(const int8_t *weight, const uint32_t *input, const int8_t *end)
{
    register const int8_t *w __asm__("r0") = weight;
    register const uint32_t *x __asm__("r1") = input;
    register const int8_t *stop __asm__("r2") = end;
    register int32_t even __asm__("r12") = 0;
    register uint32_t low __asm__("lr") = 0;
    register uint32_t high __asm__("r3") = 0;
    __asm__ volatile(
        "push {r7}\n\t"
        "1:\n\t"
        ".rept 2\n\t"
        "ldmia r0!, {r4, r5, r6, r7}\n\t"
        "ldmia r1!, {r8, r9, r10, r11}\n\t"
        "smlald lr, r3, r4, r8\n\t"
        "smlald lr, r3, r5, r9\n\t"
        "smlald lr, r3, r6, r10\n\t"
        "smlald lr, r3, r7, r11\n\t"
        "sxtb16 r4, r4\n\t"
        "sxtb16 r5, r5\n\t"
        "sxtb16 r6, r6\n\t"
        "sxtb16 r7, r7\n\t"
        "smlad r12, r4, r8, r12\n\t"
        "smlad r12, r5, r9, r12\n\t"
        "smlad r12, r6, r10, r12\n\t"
        "smlad r12, r7, r11, r12\n\t"
        ".endr\n\t"
        "cmp r0, r2\n\t"
        "bne 1b\n\t"
        "pop {r7}"
        : "+r"(w), "+r"(x), "+r"(even), "+r"(low), "+r"(high)
        : "r"(stop)
        : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
    const int64_t both = (int64_t)((uint64_t)high << 32 | low);
    const sums s = { even, (int32_t)((both - even) >> 8) };
    return s;
}

/* Two rows in turn, int8: 49 instructions for 64 products. r7 may be the frame pointer, so it is saved here and not named. */
Q3E_M4_INLINE void two_rows_s8(const int8_t *weight, const uint32_t *input, const int8_t *end, sums *a, sums *b)
{
    register const int8_t *w __asm__("r0") = weight;
    register const uint32_t *x __asm__("r1") = input;
    register const int8_t *stop __asm__("r2") = end;
    register int32_t even_a __asm__("r11") = 0;
    register int32_t both_a __asm__("r12") = 0;
    register int32_t even_b __asm__("lr") = 0;
    register int32_t both_b __asm__("r6");
    __asm__ volatile(
        "push {r2, r7}\n\t"
        "mov r7, #0\n\t"
        "1:\n\t"
        ".rept 2\n\t"
        "ldmia r0!, {r2, r3, r4, r5}\n\t"
        "ldmia r1!, {r6, r8, r9, r10}\n\t"
        "smlad r12, r2, r6, r12\n\t"
        "smlad r7, r2, r8, r7\n\t"
        "smlad r12, r3, r9, r12\n\t"
        "smlad r7, r3, r10, r7\n\t"
        "sxtb16 r2, r2\n\t"
        "sxtb16 r3, r3\n\t"
        "smlad r11, r2, r6, r11\n\t"
        "smlad lr, r2, r8, lr\n\t"
        "smlad r11, r3, r9, r11\n\t"
        "smlad lr, r3, r10, lr\n\t"
        "ldmia r1!, {r6, r8, r9, r10}\n\t"
        "smlad r12, r4, r6, r12\n\t"
        "smlad r7, r4, r8, r7\n\t"
        "smlad r12, r5, r9, r12\n\t"
        "smlad r7, r5, r10, r7\n\t"
        "sxtb16 r4, r4\n\t"
        "sxtb16 r5, r5\n\t"
        "smlad r11, r4, r6, r11\n\t"
        "smlad lr, r4, r8, lr\n\t"
        "smlad r11, r5, r9, r11\n\t"
        "smlad lr, r5, r10, lr\n\t"
        ".endr\n\t"
        "ldr r2, [sp]\n\t"
        "cmp r0, r2\n\t"
        "bne 1b\n\t"
        "mov r6, r7\n\t"
        "pop {r2, r7}"
        : "+r"(w), "+r"(x), "+r"(even_a), "+r"(both_a), "+r"(even_b), "=&r"(both_b)
        : "r"(stop)
        : "r3", "r4", "r5", "r8", "r9", "r10", "cc", "memory");
    a->even = even_a;
    a->odd = (both_a - even_a) >> 8;
    b->even = even_b;
    b->odd = (both_b - even_b) >> 8;
}

/* Two rows in turn, int16: 51 instructions for 64 products. */
Q3E_M4_INLINE void two_rows_s16(const int8_t *weight, const uint32_t *input, const int8_t *end, sums *a, sums *b)
{
    register const int8_t *w __asm__("r0") = weight;
    register const uint32_t *x __asm__("r1") = input;
    register const int8_t *stop __asm__("r2") = end;
    register int32_t even_a __asm__("r9") = 0;
    register uint32_t low_a __asm__("r10") = 0;
    register uint32_t high_a __asm__("r11") = 0;
    register int32_t even_b __asm__("r12") = 0;
    register uint32_t low_b __asm__("lr") = 0;
    register uint32_t high_b __asm__("r3");
    __asm__ volatile(
        "push {r2, r7}\n\t"
        "mov r7, #0\n\t"
        "1:\n\t"
        ".rept 4\n\t"
        "ldmia r0!, {r2, r3}\n\t"
        "ldmia r1!, {r4, r5, r6, r8}\n\t"
        "smlald r10, r11, r2, r4\n\t"
        "smlald lr, r7, r2, r5\n\t"
        "smlald r10, r11, r3, r6\n\t"
        "smlald lr, r7, r3, r8\n\t"
        "sxtb16 r2, r2\n\t"
        "sxtb16 r3, r3\n\t"
        "smlad r9, r2, r4, r9\n\t"
        "smlad r12, r2, r5, r12\n\t"
        "smlad r9, r3, r6, r9\n\t"
        "smlad r12, r3, r8, r12\n\t"
        ".endr\n\t"
        "ldr r2, [sp]\n\t"
        "cmp r0, r2\n\t"
        "bne 1b\n\t"
        "mov r3, r7\n\t"
        "pop {r2, r7}"
        : "+r"(w), "+r"(x), "+r"(even_a), "+r"(low_a), "+r"(high_a), "+r"(even_b), "+r"(low_b), "=&r"(high_b)
        : "r"(stop)
        : "r4", "r5", "r6", "r8", "cc", "memory");
    const int64_t first = (int64_t)((uint64_t)high_a << 32 | low_a), second = (int64_t)((uint64_t)high_b << 32 | low_b);
    a->even = even_a;
    a->odd = (int32_t)((first - even_a) >> 8);
    b->even = even_b;
    b->odd = (int32_t)((second - even_b) >> 8);
}

/* Pairs of one row's inputs as int16, zeros behind them up to a whole step. */
Q3E_M4_INLINE void gather_one(const void *x, int wide, int32_t in, uint32_t *buffer)
{
    const int8_t *narrow = (const int8_t *)x;
    const int16_t *row = (const int16_t *)x;
    int32_t i = 0;
    for (; i + 4 <= in; i += 4, buffer += 2) {
        if (wide) {
            buffer[0] = m4_load(row + i);
            buffer[1] = m4_load(row + i + 2);
        } else {
            const uint32_t four = m4_load(narrow + i), even = m4_sxtb16(four), odd = m4_sxtb16_odd(four);
            buffer[0] = m4_pack(even, odd);
            buffer[1] = m4_pack_upper(even, odd);
        }
    }
    for (; (i & (STEP - 1)) != 0; i += 2) {
        const int32_t first = i < in ? (wide ? row[i] : narrow[i]) : 0, second = i + 1 < in ? (wide ? row[i + 1] : narrow[i + 1]) : 0;
        *buffer++ = m4_pack((uint32_t)first, (uint32_t)second);
    }
}

/* The same of two rows, word by word in turn. */
Q3E_M4_INLINE void gather_two(const void *a, const void *b, int wide, int32_t in, uint32_t *buffer)
{
    const int8_t *narrow_a = (const int8_t *)a, *narrow_b = (const int8_t *)b;
    const int16_t *row_a = (const int16_t *)a, *row_b = (const int16_t *)b;
    int32_t i = 0;
    for (; i + 4 <= in; i += 4, buffer += 4) {
        if (wide) {
            buffer[0] = m4_load(row_a + i);
            buffer[1] = m4_load(row_b + i);
            buffer[2] = m4_load(row_a + i + 2);
            buffer[3] = m4_load(row_b + i + 2);
        } else {
            const uint32_t four_a = m4_load(narrow_a + i), even_a = m4_sxtb16(four_a), odd_a = m4_sxtb16_odd(four_a);
            const uint32_t four_b = m4_load(narrow_b + i), even_b = m4_sxtb16(four_b), odd_b = m4_sxtb16_odd(four_b);
            buffer[0] = m4_pack(even_a, odd_a);
            buffer[1] = m4_pack(even_b, odd_b);
            buffer[2] = m4_pack_upper(even_a, odd_a);
            buffer[3] = m4_pack_upper(even_b, odd_b);
        }
    }
    for (; (i & (STEP - 1)) != 0; i += 2) {
        const int32_t a0 = i < in ? (wide ? row_a[i] : narrow_a[i]) : 0, a1 = i + 1 < in ? (wide ? row_a[i + 1] : narrow_a[i + 1]) : 0;
        const int32_t b0 = i < in ? (wide ? row_b[i] : narrow_b[i]) : 0, b1 = i + 1 < in ? (wide ? row_b[i + 1] : narrow_b[i + 1]) : 0;
        *buffer++ = m4_pack((uint32_t)a0, (uint32_t)a1);
        *buffer++ = m4_pack((uint32_t)b0, (uint32_t)b1);
    }
}

/* What the end of a matrix needs, in one place that no store can change. */
typedef struct {
    const int32_t *bias, *multiplier;
    int32_t left_shift;
    const int16_t *residual;
    int32_t bits, gain, half, shift, zero; /* of GELU; bits: of the table's fraction, half: rounds before the shift */
    void *y;
} ending;

Q3E_M4_INLINE ending ending_of(const q3e_matrix *m, end_kind kind, const void *context, void *y)
{
    ending e = { m->bias, m->multiplier, m->left_shift, NULL, 0, 0, 0, 0, 0, y };
    if (kind == END_ADD) {
        e.residual = (const int16_t *)context;
    } else if (kind != END_REQUANTIZE) {
        const q3e_gelu *g = (const q3e_gelu *)context;
        e.bits = g->fraction - 5;
        e.gain = g->gain;
        e.half = 1 << (g->shift - 1);
        e.shift = g->shift;
        e.zero = g->zero;
    }
    return e;
}

/* q3e_gelu_q and its requantization, before saturation. Beyond the 255th entry of the table all are zero, so the index may saturate. */
Q3E_M4_INLINE int32_t gelu(const ending *e, int32_t z)
{
    const int32_t one = 1 << e->bits;
    const int32_t h = m4_sat16(z), a = (h ^ (h >> 31)) - (h >> 31), rest = a & (one - 1);
    const uint32_t weights = (uint32_t)(one - rest) | (uint32_t)rest << 16;
    const int32_t tail = m4_smlad(m4_load(q3e_gelu_tail + m4_usat8(a >> e->bits)), weights, 0x200) >> 10;
    return (((m4_usat15(z) - tail) * e->gain + e->half) >> e->shift) + e->zero;
}

/* Two outputs of one row, z0 and z1: y[at] and y[at + 1]. */
Q3E_M4_INLINE void finish_row(const ending *e, int32_t z0, int32_t z1, end_kind kind, size_t at)
{
    if (kind == END_REQUANTIZE) {
        m4_store((int16_t *)e->y + at, m4_pack((uint32_t)m4_sat16(z0), (uint32_t)m4_sat16(z1)));
    } else if (kind == END_ADD) {
        const uint32_t residual = m4_load(e->residual + at);
        m4_store((int16_t *)e->y + at, m4_pack((uint32_t)m4_sat16(m4_add_lower(z0, residual)), (uint32_t)m4_sat16(m4_add_upper(z1, residual))));
    } else {
        const int32_t g0 = gelu(e, z0), g1 = gelu(e, z1);
        if (kind == END_GELU_S8) {
            ((int8_t *)e->y)[at] = (int8_t)m4_sat8(g0);
            ((int8_t *)e->y)[at + 1] = (int8_t)m4_sat8(g1);
        } else {
            m4_store((int16_t *)e->y + at, m4_pack((uint32_t)m4_sat16(g0), (uint32_t)m4_sat16(g1)));
        }
    }
}

/* mulr(acc << ls, M) */
Q3E_M4_INLINE int32_t requantize(int32_t acc, int32_t left_shift, int32_t multiplier)
{
    return m4_smmulr((int32_t)((uint32_t)acc << left_shift), multiplier);
}

/* All outputs, less a last odd one. */
Q3E_M4_INLINE void linear(const q3e_matrix *m, const void *x, int wide, end_kind kind, const void *context, void *y, int32_t rows)
{
    uint32_t buffer[MOST_INPUTS];
    const int32_t in = m->in;
    const size_t row_bytes = (size_t)in << wide, out = (size_t)m->out, pairs = out / 2;
    const size_t stride = ((size_t)in + STEP - 1) / STEP * STEP * 2;
    const unsigned char *row = (const unsigned char *)x;
    const ending e = ending_of(m, kind, context, y);
    size_t at = 0;
    for (; rows >= 2; rows -= 2, row += 2 * row_bytes, at += 2 * out) {
        const int8_t *w = m->weight;
        const int32_t *bias = e.bias, *multiplier = e.multiplier;
        gather_two(row, row + row_bytes, wide, in, buffer);
        for (size_t to = at; to < at + 2 * pairs; to += 2, w += stride, bias += 2, multiplier += 2) {
            sums a, b;
            if (wide) two_rows_s16(w, buffer, w + stride, &a, &b);
            else two_rows_s8(w, buffer, w + stride, &a, &b);
            const int32_t b0 = bias[0], b1 = bias[1], m0 = multiplier[0], m1 = multiplier[1], left = e.left_shift;
            const int32_t a0 = requantize(a.even + b0, left, m0), a1 = requantize(a.odd + b1, left, m1);
            const int32_t c0 = requantize(b.even + b0, left, m0), c1 = requantize(b.odd + b1, left, m1);
            finish_row(&e, a0, a1, kind, to);
            finish_row(&e, c0, c1, kind, to + out);
        }
    }
    if (rows > 0) {
        const int8_t *w = m->weight;
        const int32_t *bias = e.bias, *multiplier = e.multiplier;
        gather_one(row, wide, in, buffer);
        for (size_t to = at; to < at + 2 * pairs; to += 2, w += stride, bias += 2, multiplier += 2) {
            const sums a = wide ? one_row_s16(w, buffer, w + stride) : one_row_s8(w, buffer, w + stride);
            finish_row(&e, requantize(a.even + bias[0], e.left_shift, multiplier[0]), requantize(a.odd + bias[1], e.left_shift, multiplier[1]), kind, to);
        }
    }
}

static int is_ours(const q3e_matrix *m)
{
    return q3e_layout_of(m) == Q3E_LAYOUT_PAIRS && m->in <= MOST_INPUTS;
}

/* The matrix of the last output alone. */
static q3e_matrix last_output(const q3e_matrix *m)
{
    const size_t stride = ((size_t)m->in + STEP - 1) / STEP * STEP * 2, last = (size_t)m->out - 1;
    q3e_matrix one = *m;
    one.weight += last / 2 * stride;
    one.bias += last;
    one.multiplier += last;
    one.out = 1;
    return one;
}

/* A kernel of this set: `linear`, and the portable kernel for a last odd output and for matrices that are none of ours. */
#define LINEAR_KERNEL(name, wide, kind, context, arguments, portable, portable_last) \
    void q3e_linear_##name##_m4 arguments \
    { \
        if (!is_ours(m)) { \
            q3e_linear_##name portable; \
            return; \
        } \
        if (m->out & 1) { \
            const q3e_matrix one = last_output(m); \
            for (int32_t t = 0; t < rows; t++) { \
                const size_t in = (size_t)t * (size_t)m->in, at = (size_t)(t + 1) * (size_t)m->out - 1; \
                q3e_linear_##name portable_last; \
            } \
        } \
        linear(m, x, wide, kind, context, y, rows); \
    }

LINEAR_KERNEL(s8, 0, END_REQUANTIZE, NULL, (const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows), (m, x, y, rows),
              (&one, x + in, y + at, 1))
LINEAR_KERNEL(s16, 1, END_REQUANTIZE, NULL, (const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows), (m, x, y, rows),
              (&one, x + in, y + at, 1))
LINEAR_KERNEL(s8_add, 0, END_ADD, residual, (const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows),
              (m, x, residual, y, rows), (&one, x + in, residual + at, y + at, 1))
LINEAR_KERNEL(s16_add, 1, END_ADD, residual, (const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows),
              (m, x, residual, y, rows), (&one, x + in, residual + at, y + at, 1))
LINEAR_KERNEL(s8_gelu_s8, 0, END_GELU_S8, g, (const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows),
              (m, g, x, y, rows), (&one, g, x + in, y + at, 1))
LINEAR_KERNEL(s8_gelu_s16, 0, END_GELU_S16, g, (const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows),
              (m, g, x, y, rows), (&one, g, x + in, y + at, 1))
LINEAR_KERNEL(s16_gelu_s8, 1, END_GELU_S8, g, (const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows),
              (m, g, x, y, rows), (&one, g, x + in, y + at, 1))
LINEAR_KERNEL(s16_gelu_s16, 1, END_GELU_S16, g, (const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows),
              (m, g, x, y, rows), (&one, g, x + in, y + at, 1))

#endif
