/*
 * source_filter.c - a head row and a running excitation to one hop of samples (ARITHMETIC.md, sections 4 and 5).
 *
 *   e_h = sqrt(2/h) sum_{i=1..h} cos(2 pi i phi)       a pulse train at the pitch, by the Dirichlet kernel
 *   e_n = uniform noise of unit variance
 *   Y   = fft(w e_h) * 2^a * exp(j p) + fft(w e_n) * 2^n,   pcm = overlap-add of w * ifft(Y)
 *
 * The filter of a hop is the previous head row's, centred between its two stretches. Formats: excitation Q26, windowed Q25, spectrum
 * Q20, samples Q20, overlap Q19, PCM Q15. The steps that take time are an instruction set's (source_filter.h); their order, the pitch
 * and the state are here.
 */
#include <string.h>

#include "q3e_math.h"
#include "source_filter.h"

/* Phase increment per sample (2^32 = one turn) for U octaves (Q14) above the reference. */
static uint32_t pitch_increment(const q3e_source_filter *s, int32_t octaves)
{
    int32_t log2_increment = q3e_clamp(octaves, s->pitch_low, s->pitch_high) * 64 + s->pitch_base;
    uint32_t mantissa = q3e_exp2m((uint32_t)log2_increment & 0xfffffu);
    return (uint32_t)q3e_rshr((int64_t)mantissa, 30 - (log2_increment >> 20));
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

void q3e_source_filter_run(const q3e_source_filter_steps *steps, const q3e_source_filter *s, const q3e_source_filter_memory *m,
                           const int16_t *head, int16_t *pcm)
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
        steps->harmonics(s, o, left, voiced ? increment : left, harmonic);
    } else {
        memset(harmonic, 0, hop * sizeof(int32_t));
    }
    steps->noise(o, s->hop, noise);
    Q3E_TRACE_BUFFER("source.harmonic", harmonic, hop * sizeof(int32_t));
    Q3E_TRACE_BUFFER("source.noise", noise, hop * sizeof(int32_t));

    if (o->started) {
        steps->spectrum(s, m);
        steps->filter(s, m);
        Q3E_TRACE_BUFFER("filter.spectrum", m->filtered, (((size_t)1 << s->log2_fft) + 2) * sizeof(int32_t));
        steps->inverse(s, m);
        Q3E_TRACE_BUFFER("filter.samples", m->spectrum, ((size_t)1 << s->log2_fft) * sizeof(int32_t));
        steps->overlap(s, m, pcm);
    } else {
        memset(pcm, 0, hop * sizeof(int16_t));
    }

    o->started = 1;
    o->increment = increment;
    o->voiced = voiced;
    keep_row(s, head, m->previous);
    memcpy(m->harmonic, harmonic, hop * sizeof(int32_t));
    memcpy(m->noise, noise, hop * sizeof(int32_t));
}
