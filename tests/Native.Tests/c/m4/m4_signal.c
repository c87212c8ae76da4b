/*
 * m4_signal.c - the transform and the source-filter head of the Cortex-M4 against the portable kernels.
 */
#include <string.h>

#include "m4_selftest.h"

/* Components at most 2^30 / sqrt(2): the largest modulus that the head gives the transform. */
enum { COMPONENT = 759250124 };

void test_fft(int32_t cases)
{
    for (int32_t n = 0; n < cases; n++) {
        const int32_t bits = random_between(1, 10);
        const size_t numbers = (size_t)2 << bits, size = numbers * sizeof(int32_t);
        int32_t *got = block(size), *expected = block(size);
        fill_s32(got, numbers, -COMPONENT, COMPONENT);
        memcpy(expected, got, size);
        q3e_fft(expected, bits);
        q3e_fft_m4(got, bits);
        same("fft", expected, got, size, bits, n, 0);
        release();
    }
    report("fft");
}

enum { MAX_HOP = 256, MAX_KNOTS = 60, MAX_BINS = 257, HOPS = 8 };

static int32_t window[2 * MAX_HOP];
static uint8_t knot[MAX_BINS];
static uint16_t weight[MAX_BINS];

static q3e_source_filter_memory new_memory(const q3e_source_filter *s)
{
    const size_t hop = (size_t)s->hop, points = (size_t)1 << s->log2_fft;
    q3e_source_filter_memory m;
    m.oscillator = block(sizeof *m.oscillator);
    m.previous = block((size_t)s->knots * 6);
    m.harmonic = block(hop * 8);
    m.noise = block(hop * 8);
    m.overlap = block(hop * 4);
    m.spectrum = block(points * 8);
    m.filtered = block((points + 2) * 4);
    q3e_source_filter_reset(s, &m);
    return m;
}

/* Within the limits that the emitter keeps (ARITHMETIC.md, section 5); half of the heads are like those of speech models. */
static q3e_source_filter random_head(void)
{
    q3e_source_filter s;
    const int speech = random_between(0, 1);
    memset(&s, 0, sizeof s);
    s.log2_fft = random_between(7, 9);
    const int32_t points = 1 << s.log2_fft;
    s.hop = random_between(33, points / 2);
    s.knots = random_between(2, MAX_KNOTS);
    s.split_rows = random_between(0, 1);
    s.magnitude_low = speech ? -20 * 1024 : random_between(-20 * 1024, 0);
    s.magnitude_high = speech ? 4433 : random_between(s.magnitude_low, 12 * 1024);
    s.pitch_base = random_between(8 << 20, 24 << 20);
    s.pitch_low = -random_between(0, 8 << 14);
    s.pitch_high = random_between(s.pitch_low, 5 << 14);
    s.slope_scale = (int32_t)(((INT64_C(1) << 36) + s.hop / 2) / s.hop);
    s.harmonic_limit = (uint32_t)random_between(1 << 20, INT32_MAX);
    s.harmonic_max = speech ? random_between(1, 100) : random_between(0, 3) == 0 ? 255 : random_between(1, 255);
    s.dirichlet_min = 1 << random_between(speech ? 16 : 10, 24);
    s.noise_seed = (uint32_t)random_between(INT32_MIN, INT32_MAX);
    fill_s32(window, 2 * (size_t)s.hop, 0, INT32_MAX);
    for (int32_t k = 0; k <= points / 2; k++) {
        knot[k] = (uint8_t)(speech ? k * (s.knots - 1) / (points / 2 + 1) : random_between(0, s.knots - 2));
        weight[k] = (uint16_t)random_between(0, 32768);
    }
    s.window = window;
    s.knot = knot;
    s.weight = weight;
    return s;
}

static void compare_hop(const q3e_source_filter *s, const q3e_source_filter_memory *a, const q3e_source_filter_memory *b, const int16_t *row, int32_t t)
{
    const size_t hop = (size_t)s->hop, points = (size_t)1 << s->log2_fft;
    int16_t expected[MAX_HOP], got[MAX_HOP];
    q3e_source_filter_hop(s, a, row, expected);
    q3e_source_filter_hop_m4(s, b, row, got);
    same("oscillator", a->oscillator, b->oscillator, sizeof *a->oscillator, t, s->hop, s->log2_fft);
    same("harmonic", a->harmonic, b->harmonic, hop * 8, t, s->hop, s->log2_fft);
    same("noise", a->noise, b->noise, hop * 8, t, s->hop, s->log2_fft);
    if (t > 0) {
        same("spectrum", a->filtered, b->filtered, (points + 2) * 4, t, s->hop, s->log2_fft);
        same("samples of the inverse", a->spectrum, b->spectrum, points * 4, t, s->hop, s->log2_fft);
    }
    same("overlap", a->overlap, b->overlap, hop * 4, t, s->hop, s->log2_fft);
    same("samples", expected, got, hop * 2, t, s->hop, s->log2_fft);
    same("previous row", a->previous, b->previous, (size_t)s->knots * 6, t, s->hop, s->log2_fft);
}

void test_source_filter(int32_t cases)
{
    int16_t row[3 * MAX_KNOTS + 4];
    for (int32_t n = 0; n < cases; n += HOPS) {
        const q3e_source_filter s = random_head();
        const q3e_source_filter_memory a = new_memory(&s), b = new_memory(&s);
        for (int32_t t = 0; t < HOPS; t++) {
            fill_s16(row, (size_t)s.knots * 3, -32768, 32767);
            fill_s16(row + s.knots * 3, 4, -32768, 32767);
            compare_hop(&s, &a, &b, row, t);
        }
        release();
    }
    report("source_filter_hop (each hop: samples, state and spectra)");
}
