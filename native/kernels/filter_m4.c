/*
 * filter_m4.c - the spectrum of a source-filter head's hop on a Cortex-M4 (ARITHMETIC.md, section 5, the end of step 5 and step 6).
 *
 * Noise first, then the harmonic share on top of it: one gain at a time fits into the registers. Knots repeat from bin to bin, so that their lines
 * are set up once for a run of bins.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "fft_m4.h"
#include "q3e_math.h"
#include "source_filter_m4.h"

/* A row of knots between two of them: first + step * weight, with 15 more fraction bits (the portable mix; the products may wrap). */
typedef struct {
    uint32_t first, step;
} line;

Q3E_M4_INLINE line line_of(const int16_t *x, int32_t half)
{
    const line l = { (uint32_t)x[0] * 32768u + (uint32_t)half, (uint32_t)(x[1] - x[0]) };
    return l;
}

Q3E_M4_INLINE int32_t at(line l, uint32_t weight)
{
    return (int32_t)(l.first + l.step * weight);
}

/* 2^(f / 2^20) in Q30 for the fraction f of a line with 5 more bits (exp2m): the table's difference is below 2^23, its weight has 12 bits. */
Q3E_M4_INLINE int32_t mantissa_of(int32_t mixed)
{
    const uint32_t *p = q3e_exp2 + (((uint32_t)mixed >> 17) & 0xffu);
    return m4_smmlar((int32_t)((p[1] - p[0]) << 8), (int32_t)(((uint32_t)mixed << 7) & 0xfff000u), (int32_t)p[0]);
}

/* The portable scale: x * mantissa, rounded and shifted right by 32 + right. */
static int32_t scale_within_limits(int32_t x, int32_t mantissa, int32_t right)
{
    return (int32_t)q3e_clamp64(q3e_rshr((int64_t)x * mantissa, 32 + right), -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
}

/* Whether both parts stay below 2^bits. */
Q3E_M4_INLINE int are_below(m4_complex x, int32_t bits)
{
    return q3e_clz32((uint32_t)(x.re ^ (x.re >> 31)) | (uint32_t)(x.im ^ (x.im >> 31)) | 1u) >= 32 - bits;
}

/*
 * Both parts of a bin by a gain. A right shift of 3 or more leaves less than 2^28, and so does any shift of parts that are small enough for it:
 * then no limit is near. Nearly all bins go one of these ways; *limited tells of one that did not.
 */
Q3E_M4_INLINE m4_complex scale(m4_complex x, int32_t mantissa, int32_t right, int *limited)
{
    m4_complex y;
    if (right > 0 && (right >= 3 || are_below(x, 29))) {
        const int32_t half = 1 << (right - 1);
        y.re = m4_smmla(x.re, mantissa, half) >> right;
        y.im = m4_smmla(x.im, mantissa, half) >> right;
    } else if (right <= 0 && are_below(x, 28 + right)) {
        y.re = m4_smmulr((int32_t)((uint32_t)x.re << -right), mantissa);
        y.im = m4_smmulr((int32_t)((uint32_t)x.im << -right), mantissa);
    } else {
        y.re = scale_within_limits(x.re, mantissa, right);
        y.im = scale_within_limits(x.im, mantissa, right);
        *limited = 1;
    }
    return y;
}

/* (a * b + c * d) rounded at bit 31. */
Q3E_M4_INLINE int32_t rotate31(int32_t a, int32_t b, int32_t c, int32_t d)
{
    uint32_t low;
    int32_t high;
    __asm__("smull %0, %1, %2, %3\n\t"
            "smlal %0, %1, %4, %5\n\t"
            "lsls %0, %0, #1\n\t"
            "adc %1, %1, %1\n\t"
            "add %1, %1, %0, lsr #31"
            : "=&r"(low), "=&r"(high)
            : "r"(a), "r"(b), "r"(c), "r"(d)
            : "cc");
    return high;
}

/* The noise's share of Y. Gives whether a limit was near. */
static int filter_noise(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const uint32_t points = 1u << s->log2_fft;
    const int32_t shift = 4 - s->log2_fft;
    const uint8_t *knot = s->knot, *end = knot + points / 2 + 1;
    const uint16_t *weight = s->weight;
    const int16_t *n = m->previous + s->knots;
    int32_t *y = m->filtered;
    const int32_t *zk = m->spectrum;
    uint32_t opposite = 0; /* N - k, and 0 for 0 */
    int limited = 0;
    while (knot < end) {
        const uint8_t here = *knot;
        const line l = line_of(n + here, 16);
        do {
            const int32_t *zj = m->spectrum + 2 * opposite;
            const m4_complex e = { zk[1] + zj[1], zj[0] - zk[0] };
            const int32_t mixed = at(l, *weight++);
            const m4_complex result = scale(e, mantissa_of(mixed), shift - (mixed >> 25), &limited);
            m4_put(y, 0, result.re, result.im);
            y += 2;
            zk += 2;
            opposite = (opposite - 1) & (points - 1);
        } while (++knot < end && *knot == here);
    }
    return limited;
}

/* Adds the harmonic share. */
static void filter_harmonics(const q3e_source_filter *s, const q3e_source_filter_memory *m, int limited)
{
    const uint32_t points = 1u << s->log2_fft;
    const int32_t shift = 4 - s->log2_fft;
    const uint8_t *knot = s->knot, *end = knot + points / 2 + 1;
    const uint16_t *weight = s->weight;
    const int16_t *a = m->previous, *p = a + 2 * s->knots;
    int32_t *y = m->filtered;
    const int32_t *zk = m->spectrum;
    uint32_t opposite = 0; /* N - k, and 0 for 0 */
    while (knot < end) {
        const uint8_t here = *knot;
        const line magnitude = line_of(a + here, 16), phase = line_of(p + here, 0);
        do {
            const uint32_t w = *weight++;
            const int32_t mixed = at(magnitude, w);
            const uint32_t turn = (uint32_t)at(phase, w) << 6, x = m4_twice_from_half(turn);
            const int32_t sine = m4_signed_by(m4_size_of_sine(x), turn), cosine = m4_signed_by(m4_size_of_sine(0x80000000u - x), turn + 0x40000000u);
            const int32_t *zj = m->spectrum + 2 * opposite;
            const int32_t re = zk[0] + zj[0], im = zk[1] - zj[1];
            const m4_complex e = { rotate31(re, cosine, im, -sine), rotate31(re, sine, im, cosine) };
            const m4_complex more = scale(e, mantissa_of(mixed), shift - (mixed >> 25), &limited);
            const m4_complex result = { y[0] + more.re, y[1] + more.im };
            if (limited) {
                m4_put(y, 0, q3e_clamp(result.re, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX), q3e_clamp(result.im, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX));
            } else {
                m4_put(y, 0, result.re, result.im);
            }
            y += 2;
            zk += 2;
            opposite = (opposite - 1) & (points - 1);
        } while (++knot < end && *knot == here);
    }
}

/* Y from the transform Z of both excitations, with the filters of the previous row. */
void q3e_m4_filter(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int limited = filter_noise(s, m);
    if (m->oscillator->voiced) filter_harmonics(s, m, limited);
    m->filtered[1] = 0;
    m->filtered[((size_t)1 << s->log2_fft) + 1] = 0;
}

#endif
