/*
 * linear_m4.c - matrices with weights in pairs (q3e_matrix) on a Cortex-M4.
 *
 * For a row block of one or two rows: the inputs are widened into a buffer on the stack, sums_m4.c adds up TILE pairs of outputs, and an end
 * turns them into results, until all pairs are done.
 *
 * Stack: about 2.7 KiB, for the buffer (2 KiB) and the sums of a tile. Weights in another layout, rows longer than MOST_INPUTS and the last
 * output of an odd number are the portable kernels'.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "q3e_m4.h"
#include "q3e_math.h"
#include "sums_m4.h"

enum { MOST_INPUTS = 512, TILE = 16 /* pairs of outputs */, MOST_SHIFT = 22 /* of GELU to int8 */ };

/* What follows z = mulr(acc << ls, M). */
typedef enum { END_REQUANTIZE, END_ADD, END_GELU_S8, END_GELU_S16 } end_kind;

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
    for (const int32_t padded = (in + STEP - 1) / STEP * STEP; i < padded; i += 2) {
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
    for (const int32_t padded = (in + STEP - 1) / STEP * STEP; i < padded; i += 2) {
        const int32_t a0 = i < in ? (wide ? row_a[i] : narrow_a[i]) : 0, a1 = i + 1 < in ? (wide ? row_a[i + 1] : narrow_a[i + 1]) : 0;
        const int32_t b0 = i < in ? (wide ? row_b[i] : narrow_b[i]) : 0, b1 = i + 1 < in ? (wide ? row_b[i + 1] : narrow_b[i + 1]) : 0;
        *buffer++ = m4_pack((uint32_t)a0, (uint32_t)a1);
        *buffer++ = m4_pack((uint32_t)b0, (uint32_t)b1);
    }
}

/* Two outputs of one row, z0 and z1: y[at] and y[at + 1]. */
Q3E_M4_INLINE void finish_two(int32_t z0, int32_t z1, end_kind kind, const int16_t *residual, int16_t *y, size_t at)
{
    if (kind == END_ADD) {
        const uint32_t two = m4_load(residual + at);
        z0 = m4_add_lower(z0, two);
        z1 = m4_add_upper(z1, two);
    }
    m4_store(y + at, m4_pack((uint32_t)m4_sat16(z0), (uint32_t)m4_sat16(z1)));
}

/*
 * q3e_gelu_q and its requantization of z..end, an even number. From the 255th entry on the table is zero: so the index may saturate there, and z
 * need not be saturated to int16 before it. One load gives two entries of the table, (p0, p1), and one multiplication their weights.
 */
static void finish_gelu_s16(const int32_t *z, const int32_t *end, const q3e_gelu *g, int16_t *y)
{
    const int32_t bits = g->fraction - 5, one = 1 << bits, half = 1 << (g->shift - 1);
    while (z < end) {
        const int32_t h = *z++, a = (h ^ (h >> 31)) - (h >> 31);
        const uint32_t weights = m4_mla((uint32_t)(a & (one - 1)), 0xffffu, (uint32_t)one); /* one - rest below, rest above */
        const int32_t tail = m4_smlad(m4_load(q3e_gelu_tail + m4_usat8(a >> bits)), weights, 0x200) >> 10;
        *y++ = (int16_t)m4_sat16((((m4_usat15(h) - tail) * g->gain + half) >> g->shift) + g->zero);
    }
}

/*
 * The same, 15 instructions a value, four in a turn; a first odd pair is the half of a turn. The zero point is added before the shift: up to
 * MOST_SHIFT the sum fits. Stack: end, r7.
 */
#define FINISH_TWO \
    ".rept 2\n\t" \
    "ldr r12, [r0], #4\n\t" \
    "eor lr, r12, r12, asr #31\n\t" \
    "add lr, lr, r12, lsr #31\n\t" \
    "and r7, lr, r3\n\t" \
    "mla r7, r7, r10, r4\n\t" \
    "lsr lr, lr, r2\n\t" \
    "usat lr, #8, lr\n\t" \
    "ldr lr, [r9, lr, lsl #1]\n\t" \
    "smlad r7, lr, r7, r11\n\t" \
    "usat r12, #15, r12\n\t" \
    "sub r12, r12, r7, asr #10\n\t" \
    "mla r12, r12, r5, r6\n\t" \
    "asr r12, r12, r8\n\t" \
    "ssat r12, #8, r12\n\t" \
    "strb r12, [r1], #1\n\t" \
    ".endr\n"

static void finish_gelu_s8(const int32_t *z, const int32_t *end, const q3e_gelu *g, int8_t *y)
{
    const int32_t table_bits = g->fraction - 5, whole = 1 << table_bits, below = whole - 1, right = g->shift;
    const int32_t offset = (1 << (right - 1)) + g->zero * (1 << right);
    register const int32_t *from __asm__("r0") = z;
    register int8_t *to __asm__("r1") = y;
    register int32_t bits __asm__("r2") = table_bits;
    register int32_t mask __asm__("r3") = below;
    register int32_t one __asm__("r4") = whole;
    register int32_t gain __asm__("r5") = g->gain;
    register int32_t half __asm__("r6") = offset;
    register int32_t shift __asm__("r8") = right;
    register const uint16_t *table __asm__("r9") = q3e_gelu_tail;
    register uint32_t spread __asm__("r10") = 0xffffu; /* rest * spread + one: one - rest below, rest above */
    register int32_t rounding __asm__("r11") = 0x200;
    register const int32_t *stop __asm__("r12") = end;
    __asm__ volatile(
        "push {r12}\n\t"
        "push {r7}\n\t"
        "sub r12, r12, r0\n\t"
        "tst r12, #8\n\t"
        "bne 2f\n"
        "1:\n\t" FINISH_TWO "2:\n\t" FINISH_TWO
        "ldr r12, [sp, #4]\n\t"
        "cmp r0, r12\n\t"
        "bne 1b\n\t"
        "pop {r7}\n\t"
        "pop {r12}"
        : "+r"(from), "+r"(to), "+r"(stop)
        : "r"(bits), "r"(mask), "r"(one), "r"(gain), "r"(half), "r"(shift), "r"(table), "r"(spread), "r"(rounding)
        : "lr", "cc", "memory");
}

/* The results of one row from `to` on, from its z, `count` of them. */
Q3E_M4_INLINE void finish_row(const int32_t *z, size_t count, end_kind kind, const void *context, void *y, size_t to)
{
    if (kind == END_GELU_S8) finish_gelu_s8(z, z + count, (const q3e_gelu *)context, (int8_t *)y + to);
    else if (kind == END_GELU_S16) finish_gelu_s16(z, z + count, (const q3e_gelu *)context, (int16_t *)y + to);
}

/* mulr(acc << ls, M) */
Q3E_M4_INLINE int32_t requantize(int32_t acc, int32_t left_shift, int32_t multiplier)
{
    return m4_smmulr((int32_t)((uint32_t)acc << left_shift), multiplier);
}

/* All outputs, less a last odd one. GELU works on the z of a tile, the other ends on each as it comes. */
Q3E_M4_INLINE void linear(const q3e_matrix *m, const void *x, int wide, end_kind kind, const void *context, void *y, int32_t rows)
{
    uint32_t buffer[MOST_INPUTS];
    int32_t acc[4 * TILE], z[4 * TILE];
    const int direct = kind == END_REQUANTIZE || kind == END_ADD;
    const int16_t *residual = (const int16_t *)context;
    const int32_t in = m->in, left = m->left_shift;
    const size_t row_bytes = (size_t)in << wide, out = (size_t)m->out, whole = out & ~(size_t)1;
    const size_t stride = ((size_t)in + STEP - 1) / STEP * STEP * 2;
    const unsigned char *row = (const unsigned char *)x;
    size_t at = 0;
    for (; rows >= 2; rows -= 2, row += 2 * row_bytes, at += 2 * out) {
        gather_two(row, row + row_bytes, wide, in, buffer);
        for (size_t first = 0; first < whole; first += 2 * TILE) {
            const size_t count = whole - first < 2 * TILE ? whole - first : 2 * TILE;
            const int32_t *bias = m->bias + first, *multiplier = m->multiplier + first, *end = bias + count, *s = acc;
            const int8_t *w = m->weight + first / 2 * stride;
            int32_t *za = z, *zb = z + 2 * TILE;
            if (wide) q3e_m4_sums_two_rows_s16(w, buffer, stride, acc, acc + 2 * count);
            else q3e_m4_sums_two_rows_s8(w, buffer, stride, acc, acc + 2 * count);
            for (size_t to = at + first; bias != end; to += 2, s += 4, za += 2, zb += 2) {
                int32_t b0, b1, m0, m1;
                m4_take_two(&bias, &b0, &b1);
                m4_take_two(&multiplier, &m0, &m1);
                const int32_t odd_b = wide ? s[0] : (s[0] - s[3]) >> 8, odd_a = wide ? s[2] : (s[2] - s[1]) >> 8;
                const int32_t z0 = requantize(s[1] + b0, left, m0), z1 = requantize(odd_a + b1, left, m1);
                const int32_t z2 = requantize(s[3] + b0, left, m0), z3 = requantize(odd_b + b1, left, m1);
                if (direct) {
                    finish_two(z0, z1, kind, residual, (int16_t *)y, to);
                    finish_two(z2, z3, kind, residual, (int16_t *)y, to + out);
                } else {
                    za[0] = z0;
                    za[1] = z1;
                    zb[0] = z2;
                    zb[1] = z3;
                }
            }
            finish_row(z, count, kind, context, y, at + first);
            finish_row(z + 2 * TILE, count, kind, context, y, at + out + first);
        }
    }
    if (rows > 0) {
        gather_one(row, wide, in, buffer);
        for (size_t first = 0; first < whole; first += 4 * TILE) {
            const size_t count = whole - first < 4 * TILE ? whole - first : 4 * TILE;
            const int32_t *bias = m->bias + first, *multiplier = m->multiplier + first, *end = bias + count, *s = acc;
            const int8_t *w = m->weight + first / 2 * stride;
            int32_t *za = z;
            if (wide) q3e_m4_sums_one_row_s16(w, buffer, stride, acc, acc + count);
            else q3e_m4_sums_one_row_s8(w, buffer, stride, acc, acc + count);
            for (size_t to = at + first; bias != end; to += 2, s += 2, za += 2) {
                int32_t b0, b1, m0, m1;
                m4_take_two(&bias, &b0, &b1);
                m4_take_two(&multiplier, &m0, &m1);
                const int32_t odd = wide ? s[1] : (s[1] - s[0]) >> 8;
                const int32_t z0 = requantize(s[0] + b0, left, m0), z1 = requantize(odd + b1, left, m1);
                if (direct) {
                    finish_two(z0, z1, kind, residual, (int16_t *)y, to);
                } else {
                    za[0] = z0;
                    za[1] = z1;
                }
            }
            finish_row(z, count, kind, context, y, at + first);
        }
    }
}

static int is_ours(const q3e_matrix *m, end_kind kind, const void *context)
{
    return q3e_layout_of(m) == Q3E_LAYOUT_PAIRS && m->in <= MOST_INPUTS
        && (kind != END_GELU_S8 || ((const q3e_gelu *)context)->shift <= MOST_SHIFT);
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
        if (!is_ours(m, kind, context)) { \
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
