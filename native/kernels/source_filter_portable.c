/*
 * source_filter_portable.c - the arithmetic of a source-filter head's hop (ARITHMETIC.md, section 5, steps 2, 3 and 5 to 7).
 *
 * One complex transform carries both excitations (harmonic in the real part, noise in the imaginary part); the inverse of N real
 * samples is a transform of N/2 complex points. Spectra are re, im, re, im, ...
 */
#include <string.h>

#include "q3e_math.h"
#include "source_filter.h"

/* D = sin((2h+1) pi phi) / sin(pi phi) in Q22. */
static int64_t dirichlet(int32_t phi, int32_t h, int32_t smallest)
{
    int32_t order = 2 * h + 1;
    int32_t den = q3e_sin31((uint32_t)(phi >> 1));
    int32_t size = den < 0 ? -den : den;
    if (size < smallest) return (int64_t)order << 22;
    int32_t num = q3e_sin31((uint32_t)(((int64_t)order * phi) >> 1));
    int64_t magnitude = num < 0 ? -(int64_t)num : num;
    int32_t z = q3e_clz32((uint32_t)size);
    int64_t d = q3e_rshr(magnitude * q3e_recip31((uint32_t)size << z), 40 - z);
    return (num < 0) != (den < 0) ? -d : d;
}

/* One hop of pulses while the increment runs from left to right. */
static void harmonics(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e)
{
    int64_t slope = (((int64_t)right - (int64_t)left) * s->slope_scale + 0x80000) >> 20;
    int64_t ramp = (int64_t)left * 65536;
    uint32_t phase = o->phase;
    int32_t h = o->harmonics;
    for (int32_t n = 0; n < s->hop; n++) {
        uint64_t f = (uint64_t)(ramp >> 16);
        ramp += slope;
        phase += (uint32_t)f;
        while (h < s->harmonic_max && (uint64_t)(h + 1) * f <= s->harmonic_limit) h++;
        while (h > 1 && (uint64_t)h * f > s->harmonic_limit) h--;
        int64_t d = dirichlet((int32_t)phase, h, s->dirichlet_min);
        e[n] = (int32_t)((q3e_pulse[h] * (d - (1 << 22)) + (1 << 26)) >> 27);
    }
    o->phase = phase;
    o->harmonics = h;
}

static void noise(q3e_oscillator *o, int32_t hop, int32_t *e)
{
    uint32_t state = o->noise;
    for (int32_t n = 0; n < hop; n++) {
        state = state * 1664525u + 1013904223u;
        e[n] = q3e_mulr((int32_t)state, Q3E_NOISE_GAIN);
    }
    o->noise = state;
}

/* x between two knots, with 15 more fraction bits; the uint32 steps may wrap, the result lies between the knots. */
static int32_t mix(const int16_t *x, uint32_t weight)
{
    return (int32_t)((uint32_t)x[0] * 32768u + (uint32_t)(x[1] - x[0]) * weight);
}

/* A magnitude as mantissa (Q30) and the shift that brings a product with it to Q20. */
typedef struct {
    int64_t mantissa;
    int32_t shift;
} gain;

static gain gain_of(int32_t log2_magnitude, int32_t log2_fft)
{
    int32_t l = (log2_magnitude + 16) >> 5;
    gain g;
    g.mantissa = (int64_t)q3e_exp2m((uint32_t)l & 0xfffffu);
    g.shift = 36 - log2_fft - (l >> 20);
    return g;
}

static int32_t scale(const gain *g, int32_t x)
{
    return (int32_t)q3e_clamp64(q3e_rshr(x * g->mantissa, g->shift), -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
}

/* Z: the transform of both windowed excitations. */
static void spectrum(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t hop = s->hop, points = 1 << s->log2_fft, offset = points / 2 - hop;
    int32_t *z = m->spectrum;
    memset(z, 0, (size_t)points * 2 * sizeof(int32_t));
    for (int32_t n = 0; n < 2 * hop; n++) {
        z[2 * (offset + n)] = q3e_mulr(m->harmonic[n], s->window[n]);
        z[2 * (offset + n) + 1] = q3e_mulr(m->noise[n], s->window[n]);
    }
    q3e_fft(z, s->log2_fft);
}

/* Y from the transform Z of both excitations, with the filters of the previous row. */
static void filter(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t points = 1 << s->log2_fft, knots = s->knots;
    const int16_t *a = m->previous, *n = a + knots, *p = n + knots;
    for (int32_t k = 0; k <= points / 2; k++) {
        const int32_t *zk = m->spectrum + 2 * k, *zj = m->spectrum + 2 * ((points - k) & (points - 1));
        const int32_t i = s->knot[k];
        const uint32_t w = s->weight[k];
        gain g = gain_of(mix(n + i, w), s->log2_fft);
        int32_t re = scale(&g, zk[1] + zj[1]);
        int32_t im = scale(&g, zj[0] - zk[0]);
        if (m->oscillator->voiced) {
            int64_t er = zk[0] + zj[0], ei = zk[1] - zj[1];
            uint32_t turn = (uint32_t)mix(p + i, w) << 6;
            int64_t c = q3e_cos31(turn), sn = q3e_sin31(turn);
            g = gain_of(mix(a + i, w), s->log2_fft);
            re += scale(&g, (int32_t)q3e_rshr(er * c - ei * sn, 31));
            im += scale(&g, (int32_t)q3e_rshr(er * sn + ei * c, 31));
        }
        m->filtered[2 * k] = q3e_clamp(re, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
        m->filtered[2 * k + 1] = q3e_clamp(im, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
    }
    m->filtered[1] = 0;
    m->filtered[points + 1] = 0;
}

static void swap_parts(int32_t *z, int32_t points)
{
    for (int32_t n = 0; n < points; n++) {
        int32_t re = z[2 * n];
        z[2 * n] = z[2 * n + 1];
        z[2 * n + 1] = re;
    }
}

/* The N samples of Y: even ones in the real parts, odd ones in the imaginary parts of N/2 complex points. */
static void inverse(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t log2_fft = s->log2_fft, points = 1 << (log2_fft - 1);
    const int32_t *y = m->filtered;
    int32_t *z = m->spectrum;
    for (int32_t k = 0; k < points; k++) {
        const int32_t *yk = y + 2 * k, *yj = y + 2 * (points - k);
        uint32_t turn = (uint32_t)k << (32 - log2_fft);
        int64_t c = q3e_cos31(turn), sn = q3e_sin31(turn);
        int64_t dr = yk[0] - yj[0], di = yk[1] + yj[1];
        int32_t odd_re = (int32_t)((dr * c - di * sn + INT64_C(0x80000000)) >> 32);
        int32_t odd_im = (int32_t)((dr * sn + di * c + INT64_C(0x80000000)) >> 32);
        z[2 * k] = ((yk[0] + yj[0]) >> 1) - odd_im;
        z[2 * k + 1] = ((yk[1] - yj[1]) >> 1) + odd_re;
    }
    swap_parts(z, points);
    q3e_fft(z, log2_fft - 1);
    swap_parts(z, points);
}

/* One hop of samples, and the half that the next hop completes. */
static void overlap(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm)
{
    const int32_t hop = s->hop, offset = (1 << (s->log2_fft - 1)) - hop;
    const int32_t *z = m->spectrum;
    for (int32_t n = 0; n < hop; n++) {
        int32_t out = q3e_mulr(z[offset + n], s->window[n]);
        pcm[n] = q3e_sat16((m->overlap[n] + out + 8) >> 4);
        m->overlap[n] = q3e_mulr(z[offset + hop + n], s->window[hop + n]);
    }
}

const q3e_source_filter_steps q3e_source_filter_portable = { harmonics, noise, spectrum, filter, inverse, overlap };

void q3e_source_filter_hop(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    q3e_source_filter_run(&q3e_source_filter_portable, s, m, head, pcm);
}
