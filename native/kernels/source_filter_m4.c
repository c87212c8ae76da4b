/*
 * source_filter_m4.c - the steps of a source-filter head's hop on a Cortex-M4 (ARITHMETIC.md, section 5, steps 2, 3 and 5 to 7).
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "fft_m4.h"
#include "q3e_math.h"
#include "source_filter.h"

/* Z: windows, permutes and runs the first two stages in one go. Of the inputs n..n+N/4-1 of each quarter, those of the two in the middle are all
 * within the window. */
static void spectrum(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t b = s->log2_fft, quarter = 1 << (b - 2), offset = 2 * quarter - s->hop;
    if (s->hop < quarter) {
        q3e_source_filter_portable.spectrum(s, m);
        return;
    }
    const int32_t *window = s->window - offset, *harmonic = m->harmonic - offset, *noise = m->noise - offset;
    for (int32_t r = 0; r < quarter; r++) {
        const int32_t r1 = r + 2 * quarter, r2 = r + quarter, r3 = r1 + quarter;
        m4_complex x0 = { 0, 0 }, x3 = { 0, 0 };
        const m4_complex x1 = { m4_smmulr(harmonic[r1], window[r1]), m4_smmulr(noise[r1], window[r1]) };
        const m4_complex x2 = { m4_smmulr(harmonic[r2], window[r2]), m4_smmulr(noise[r2], window[r2]) };
        if (r >= offset) {
            x0.re = m4_smmulr(harmonic[r], window[r]);
            x0.im = m4_smmulr(noise[r], window[r]);
        }
        if (r < quarter - offset) {
            x3.re = m4_smmulr(harmonic[r3], window[r3]);
            x3.im = m4_smmulr(noise[r3], window[r3]);
        }
        int32_t *p = m4_place(m->spectrum, (uint32_t)r, b);
        m4_first_stages(p, p + 2, p + 4, p + 6, 0, x0, x1, x2, x3);
    }
    m4_fft_stages(m->spectrum, b);
}

/* z[k] of the inverse transform from Y[k], Y[M - k] and the k-th of N rotations, its parts exchanged. */
Q3E_M4_INLINE m4_complex half_point(const int32_t *yk, const int32_t *yj, int32_t cosine, int32_t sine)
{
    const int32_t dr = yk[0] - yj[0], di = yk[1] + yj[1];
    const int32_t odd_re = m4_rotate(dr, cosine, di, -sine), odd_im = m4_rotate(dr, sine, di, cosine);
    const m4_complex exchanged = { ((yk[1] - yj[1]) >> 1) + odd_re, ((yk[0] + yj[0]) >> 1) - odd_im };
    return exchanged;
}

/* The N samples of Y: even ones in the real parts, odd ones in the imaginary parts of M = N/2 complex points. */
static void inverse(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t b = s->log2_fft - 1, quarter = 1 << (b - 2), step = 512 >> b;
    const int32_t *sine = q3e_sine;
    for (int32_t r = 0; r < quarter; r++) {
        const int32_t *y0 = m->filtered + 2 * r, *y2 = y0 + 2 * quarter, *y1 = y2 + 2 * quarter, *y3 = y1 + 2 * quarter;
        const int32_t *e3 = m->filtered + 2 * (quarter - r), *e1 = e3 + 2 * quarter, *e2 = e1 + 2 * quarter, *e0 = e2 + 2 * quarter;
        const int32_t a0 = r * step, a2 = a0 + 128;
        const m4_complex x0 = half_point(y0, e0, sine[256 - a0], sine[a0]), x1 = half_point(y1, e1, -sine[a0], sine[256 - a0]);
        const m4_complex x2 = half_point(y2, e2, sine[256 - a2], sine[a2]), x3 = half_point(y3, e3, -sine[a2], sine[256 - a2]);
        int32_t *p = m4_place(m->spectrum, (uint32_t)r, b);
        m4_first_stages(p, p + 2, p + 4, p + 6, 1, x0, x1, x2, x3);
    }
    m4_fft_stages_swapped(m->spectrum, b);
}

/* x between two knots, with 15 more fraction bits (the portable mix; the uint32 steps may wrap). */
Q3E_M4_INLINE int32_t mix(const int16_t *x, uint32_t weight)
{
    return (int32_t)((uint32_t)x[0] * 32768u + (uint32_t)(x[1] - x[0]) * weight);
}

/* A magnitude: mantissa, Q30, and the left shift (below zero: right shift) of a factor whose mulr with the mantissa has Q20. */
typedef struct {
    int32_t mantissa, left;
} gain;

Q3E_M4_INLINE gain gain_of(int32_t mixed, int32_t log2_fft)
{
    const int32_t l = (mixed + 16) >> 5;
    const uint32_t *p = q3e_exp2 + (((uint32_t)l >> 12) & 0xffu);
    /* exp2m: the product of the difference, below 2^23, and 12 bits, rounded at bit 12. */
    const int32_t rest = (int32_t)(((uint32_t)l & 0xfffu) << 12), slope = (int32_t)((p[1] - p[0]) << 8);
    const gain g = { m4_smmlar(slope, rest, (int32_t)p[0]), (l >> 20) + log2_fft - 4 };
    return g;
}

/* Two factors below 2^29 after the left shift: then no result needs its limits. */
Q3E_M4_INLINE m4_complex scale(gain g, int32_t re, int32_t im)
{
    m4_complex y;
    if (g.left >= 0) {
        y.re = m4_smmulr((int32_t)((uint32_t)re << g.left), g.mantissa);
        y.im = m4_smmulr((int32_t)((uint32_t)im << g.left), g.mantissa);
    } else {
        const int32_t half = 1 << (-1 - g.left);
        y.re = m4_smmla(re, g.mantissa, half) >> -g.left;
        y.im = m4_smmla(im, g.mantissa, half) >> -g.left;
    }
    return y;
}

/* The portable scale, for the rare bins that may reach the limits. */
static int32_t scale_within_limits(gain g, int32_t x)
{
    return (int32_t)q3e_clamp64(q3e_rshr((int64_t)x * g.mantissa, 32 - g.left), -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
}

Q3E_M4_INLINE uint32_t magnitude_bits(int32_t x)
{
    return (uint32_t)(x ^ (x >> 31));
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

/* q3e_sin31: twice the angle to the nearest multiple of half a turn is an absolute value; the table's step takes its upper 8 bits. */
Q3E_M4_INLINE int32_t sin31(uint32_t t)
{
    const int32_t twice = (int32_t)(t << 1);
    const uint32_t x = (uint32_t)((twice ^ (twice >> 31)) - (twice >> 31));
    const int32_t *p = q3e_sine + (x >> 23);
    const int32_t s = m4_smmlar((p[1] - p[0]) * 2, (int32_t)(x << 9 >> 1), p[0]), sign = (int32_t)t >> 31;
    return (s ^ sign) - sign;
}

/* One bin that may reach the limits, exactly as portable. */
static m4_complex limited_bin(gain noise_gain, m4_complex e_noise, gain harmonic_gain, m4_complex e_harmonic)
{
    const m4_complex y = { scale_within_limits(noise_gain, e_noise.re) + scale_within_limits(harmonic_gain, e_harmonic.re),
                           scale_within_limits(noise_gain, e_noise.im) + scale_within_limits(harmonic_gain, e_harmonic.im) };
    const m4_complex limited = { q3e_clamp(y.re, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX), q3e_clamp(y.im, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX) };
    return limited;
}

/* Whether x << left, one of several, stays below 2^29. */
Q3E_M4_INLINE int is_small(uint32_t bits, int32_t left)
{
    return q3e_clz32(bits | 1u) > left + 2;
}

/* Y from the transform Z of both excitations, with the filters of the previous row. */
static void filter(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t b = s->log2_fft, points = 1 << b, voiced = m->oscillator->voiced;
    const int16_t *a = m->previous, *n = a + s->knots, *p = n + s->knots;
    const int32_t *zk = m->spectrum, *zj = zk;
    int32_t *y = m->filtered;
    for (int32_t k = 0; k <= points / 2; k++, zk += 2, y += 2) {
        const int32_t i = s->knot[k];
        const uint32_t w = s->weight[k];
        const int32_t zkr = zk[0], zki = zk[1], zjr = zj[0], zji = zj[1];
        const m4_complex e_noise = { zki + zji, zjr - zkr };
        const gain noise_gain = gain_of(mix(n + i, w), b);
        uint32_t bits = magnitude_bits(e_noise.re) | magnitude_bits(e_noise.im);
        m4_complex result;
        zj = k == 0 ? m->spectrum + 2 * (points - 1) : zj - 2;
        if (voiced) {
            const int32_t er = zkr + zjr, ei = zki - zji;
            const uint32_t turn = (uint32_t)mix(p + i, w) << 6;
            const int32_t c = sin31(turn + 0x40000000u), sn = sin31(turn);
            const gain harmonic_gain = gain_of(mix(a + i, w), b);
            const m4_complex e_harmonic = { rotate31(er, c, ei, -sn), rotate31(er, sn, ei, c) };
            const int32_t left = noise_gain.left > harmonic_gain.left ? noise_gain.left : harmonic_gain.left;
            bits |= magnitude_bits(e_harmonic.re) | magnitude_bits(e_harmonic.im);
            if (is_small(bits, left < 0 ? 0 : left)) {
                const m4_complex yn = scale(noise_gain, e_noise.re, e_noise.im), yh = scale(harmonic_gain, e_harmonic.re, e_harmonic.im);
                result.re = yn.re + yh.re;
                result.im = yn.im + yh.im;
            } else {
                result = limited_bin(noise_gain, e_noise, harmonic_gain, e_harmonic);
            }
        } else if (is_small(bits, noise_gain.left < 0 ? 0 : noise_gain.left)) {
            result = scale(noise_gain, e_noise.re, e_noise.im);
        } else {
            const m4_complex none = { 0, 0 };
            result = limited_bin(noise_gain, e_noise, noise_gain, none);
        }
        y[0] = result.re;
        y[1] = result.im;
    }
    m->filtered[1] = 0;
    m->filtered[points + 1] = 0;
}

static void noise(q3e_oscillator *o, int32_t hop, int32_t *e)
{
    uint32_t state = o->noise;
    int32_t n = 0;
    for (; n + 4 <= hop; n += 4) {
        e[n] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
        e[n + 1] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
        e[n + 2] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
        e[n + 3] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
    }
    for (; n < hop; n++) e[n] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
    o->noise = state;
}

/* One hop of samples, and the half that the next hop completes. */
static void overlap(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm)
{
    const int32_t hop = s->hop, offset = (1 << (s->log2_fft - 1)) - hop;
    const int32_t *early = m->spectrum + offset, *late = early + hop, *rise = s->window, *fall = rise + hop;
    int32_t *kept = m->overlap;
    for (int32_t *end = kept + hop; kept < end; kept++) {
        int32_t sample = m4_smmlar(*early++, *rise++, *kept + 8);
        __asm__("ssat %0, #16, %0, asr #4" : "+r"(sample) : : "cc");
        *pcm++ = (int16_t)sample;
        *kept = m4_smmulr(*late++, *fall++);
    }
}

void q3e_source_filter_hop_m4(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    const q3e_source_filter_steps steps = { q3e_source_filter_portable.harmonics, noise, spectrum, filter, inverse, overlap };
    q3e_source_filter_run(&steps, s, m, head, pcm);
}

#endif
