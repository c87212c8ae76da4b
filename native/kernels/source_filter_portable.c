/*
 * source_filter_portable.c - a head row and a running excitation to one hop of samples (ARITHMETIC.md, sections 4 and 5).
 *
 *   e_h = sqrt(2/h) sum_{i=1..h} cos(2 pi i phi)       a pulse train at the pitch, by the Dirichlet kernel
 *   e_n = uniform noise of unit variance
 *   Y   = fft(w e_h) * 2^a * exp(j p) + fft(w e_n) * 2^n,   pcm = overlap-add of w * ifft(Y)
 *
 * One complex transform carries both excitations (harmonic in the real part, noise in the imaginary part); the inverse of N real
 * samples is a transform of N/2 complex points. The filter of a hop is the previous head row's, centred between its two stretches.
 * Formats: excitation Q26, windowed Q25, spectrum Q20, samples Q20, overlap Q19, PCM Q15. Spectra are re, im, re, im, ...
 */
#include <string.h>

#include "q3e_kernels.h"
#include "q3e_math.h"

#define NOISE_GAIN 232471924 /* sqrt(3), Q27 */
#define SPECTRUM_MAX ((1 << 29) - 1)

/* Phase increment per sample (2^32 = one turn) for U octaves (Q14) above the reference. */
static uint32_t pitch_increment(const q3e_source_filter *s, int32_t octaves)
{
    int32_t log2_increment = q3e_clamp(octaves, s->pitch_low, s->pitch_high) * 64 + s->pitch_base;
    uint32_t mantissa = q3e_exp2m((uint32_t)log2_increment & 0xfffffu);
    return (uint32_t)q3e_rshr((int64_t)mantissa, 30 - (log2_increment >> 20));
}

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
static void harmonic_stretch(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e)
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

static void noise_stretch(q3e_oscillator *o, int32_t hop, int32_t *e)
{
    uint32_t noise = o->noise;
    for (int32_t n = 0; n < hop; n++) {
        noise = noise * 1664525u + 1013904223u;
        e[n] = q3e_mulr((int32_t)noise, NOISE_GAIN);
    }
    o->noise = noise;
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
    return (int32_t)q3e_clamp64(q3e_rshr(x * g->mantissa, g->shift), -SPECTRUM_MAX, SPECTRUM_MAX);
}

/* Y from the transform Z of both excitations, with the filters of the previous row. */
static void filter(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t points = 1 << s->log2_fft, knots = s->knots;
    const int16_t *a = m->previous, *noise = a + knots, *p = noise + knots;
    for (int32_t k = 0; k <= points / 2; k++) {
        const int32_t *zk = m->spectrum + 2 * k, *zj = m->spectrum + 2 * ((points - k) & (points - 1));
        const int32_t i = s->knot[k];
        const uint32_t w = s->weight[k];
        gain g = gain_of(mix(noise + i, w), s->log2_fft);
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
        m->filtered[2 * k] = q3e_clamp(re, -SPECTRUM_MAX, SPECTRUM_MAX);
        m->filtered[2 * k + 1] = q3e_clamp(im, -SPECTRUM_MAX, SPECTRUM_MAX);
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
static void inverse(const int32_t *y, int32_t log2_fft, int32_t *z)
{
    const int32_t points = 1 << (log2_fft - 1);
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

/* The spectrum of the two stretches, filtered and back to one hop of samples. */
static void synthesize(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm)
{
    const int32_t hop = s->hop, points = 1 << s->log2_fft, offset = points / 2 - hop;
    int32_t *z = m->spectrum;
    memset(z, 0, (size_t)points * 2 * sizeof(int32_t));
    for (int32_t n = 0; n < 2 * hop; n++) {
        z[2 * (offset + n)] = q3e_mulr(m->harmonic[n], s->window[n]);
        z[2 * (offset + n) + 1] = q3e_mulr(m->noise[n], s->window[n]);
    }
    q3e_fft(z, s->log2_fft);
    filter(s, m);
    Q3E_TRACE_BUFFER("filter.spectrum", m->filtered, (size_t)(points + 2) * sizeof(int32_t));
    inverse(m->filtered, s->log2_fft, z);
    Q3E_TRACE_BUFFER("filter.samples", z, (size_t)points * sizeof(int32_t));
    for (int32_t n = 0; n < hop; n++) {
        int32_t out = q3e_mulr(z[offset + n], s->window[n]);
        pcm[n] = q3e_sat16((m->overlap[n] + out + 8) >> 4);
        m->overlap[n] = q3e_mulr(z[offset + hop + n], s->window[hop + n]);
    }
}

/* Keeps the filters of this row for the next hop, within their limits. */
static void keep_row(const q3e_source_filter *s, const int16_t *head, int16_t *previous)
{
    const int32_t knots = s->knots;
    for (int32_t i = 0; i < 2 * knots; i++) previous[i] = (int16_t)q3e_clamp(head[i], s->magnitude_low, s->magnitude_high);
    for (int32_t i = 2 * knots; i < 3 * knots; i++) previous[i] = (int16_t)q3e_clamp(head[i], -16383, 16383);
}

void q3e_source_filter_reset(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const size_t stretch = (size_t)s->hop * sizeof(int32_t);
    memset(m->oscillator, 0, sizeof *m->oscillator);
    m->oscillator->noise = s->noise_seed;
    m->oscillator->harmonics = 1;
    memset(m->previous, 0, (size_t)s->knots * 3 * sizeof(int16_t));
    memset(m->harmonic, 0, 2 * stretch);
    memset(m->noise, 0, 2 * stretch);
    memset(m->overlap, 0, stretch);
}

void q3e_source_filter_hop(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    const size_t hop = (size_t)s->hop;
    const int16_t *tail = head + 3 * s->knots;
    const int32_t octaves = tail[0] + (s->split_rows ? tail[2] : 0);
    const int32_t voiced = tail[1] + (s->split_rows ? tail[3] : 0) > 0;
    const uint32_t increment = pitch_increment(s, octaves);
    q3e_oscillator *o = m->oscillator;
    int32_t *harmonic = m->harmonic + hop, *noise = m->noise + hop;

    if (!o->started) {
        o->increment = increment;
        o->voiced = voiced;
    }
    if (o->voiced || voiced) {
        uint32_t left = o->voiced ? o->increment : increment;
        harmonic_stretch(s, o, left, voiced ? increment : left, harmonic);
    } else {
        memset(harmonic, 0, hop * sizeof(int32_t));
    }
    noise_stretch(o, s->hop, noise);
    Q3E_TRACE_BUFFER("source.harmonic", harmonic, hop * sizeof(int32_t));
    Q3E_TRACE_BUFFER("source.noise", noise, hop * sizeof(int32_t));

    if (o->started) synthesize(s, m, pcm);
    else memset(pcm, 0, hop * sizeof(int16_t));

    o->started = 1;
    o->increment = increment;
    o->voiced = voiced;
    keep_row(s, head, m->previous);
    memcpy(m->harmonic, harmonic, hop * sizeof(int32_t));
    memcpy(m->noise, noise, hop * sizeof(int32_t));
}
