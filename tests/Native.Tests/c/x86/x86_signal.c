/*
 * x86_signal.c - the transform and the source-filter head against the portable kernels.
 */
#include <stdlib.h>
#include <string.h>

#include "x86_selftest.h"

/* Components at most 2^30 / sqrt(2): the largest modulus that the head gives the transform. */
enum { COMPONENT = 759250124 };

void test_fft(void)
{
    for (long n = 0; n < cases; n++) {
        const int32_t bits = random_between(0, 7) == 0 ? 10 : random_between(1, 9);
        const size_t numbers = (size_t)2 << bits, size = numbers * sizeof(int32_t);
        int32_t *z = block(size), *expected = block(size);
        fill_s32(z, numbers, -COMPONENT, COMPONENT);
        memcpy(expected, z, size);
        q3e_fft(expected, bits);
        for (uint32_t set = 1; set <= q3e_best_set(); set++) {
            int32_t *got = block(size);
            memcpy(got, z, size);
            q3e_kernel_sets[set].fft(got, bits);
            same("fft", set, expected, got, size, "2^%d points", bits);
            free(got);
        }
        free(z);
        free(expected);
    }
    report("fft");
}

enum { MAX_HOP = 512, MAX_KNOTS = 80, MAX_BINS = 513, HOPS = 8 };

static int32_t window[2 * MAX_HOP];
static uint8_t knot[MAX_BINS];
static uint16_t weight[MAX_BINS];

/* A head's memory in one piece each, so that a sanitizer sees the ends. */
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

static void free_memory(q3e_source_filter_memory *m)
{
    free(m->oscillator);
    free(m->previous);
    free(m->harmonic);
    free(m->noise);
    free(m->overlap);
    free(m->spectrum);
    free(m->filtered);
}

/* Within the limits that the emitter keeps (ARITHMETIC.md, section 5). */
static q3e_source_filter random_head(void)
{
    q3e_source_filter s;
    memset(&s, 0, sizeof s);
    s.log2_fft = random_between(0, 3) == 0 ? 10 : random_between(7, 9);
    const int32_t points = 1 << s.log2_fft;
    s.hop = random_between(33, points / 2);
    s.knots = random_between(2, MAX_KNOTS);
    s.split_rows = random_between(0, 1);
    s.magnitude_low = random_between(-20 * 1024, 0);
    s.magnitude_high = random_between(s.magnitude_low, 12 * 1024);
    s.pitch_base = random_between(8 << 20, 24 << 20);
    s.pitch_low = -random_between(0, 8 << 14);
    s.pitch_high = random_between(s.pitch_low, 5 << 14);
    s.slope_scale = (int32_t)(((INT64_C(1) << 36) + s.hop / 2) / s.hop);
    s.harmonic_limit = (uint32_t)random_between(1 << 20, INT32_MAX);
    s.harmonic_max = random_between(0, 3) == 0 ? 255 : random_between(1, 255);
    s.dirichlet_min = 1 << random_between(10, 24);
    s.noise_seed = (uint32_t)random_between(INT32_MIN, INT32_MAX);
    fill_s32(window, 2 * (size_t)s.hop, 0, INT32_MAX);
    for (int32_t k = 0; k <= points / 2; k++) {
        knot[k] = (uint8_t)random_between(0, s.knots - 2);
        weight[k] = (uint16_t)random_between(0, 32768);
    }
    s.window = window;
    s.knot = knot;
    s.weight = weight;
    return s;
}

void test_source_filter(void)
{
    int16_t row[3 * MAX_KNOTS + 4], expected[MAX_HOP];
    for (long n = 0; n < cases; n += HOPS) {
        const q3e_source_filter s = random_head();
        const size_t hop = (size_t)s.hop;
        q3e_source_filter_memory m[Q3E_SETS];
        for (uint32_t set = 0; set <= q3e_best_set(); set++) m[set] = new_memory(&s);
        for (int t = 0; t < HOPS; t++) {
            fill_s16(row, (size_t)s.knots * 3, -32768, 32767);
            fill_s16(row + s.knots * 3, 4, -32768, 32767);
            q3e_source_filter_hop(&s, &m[0], row, expected);
            for (uint32_t set = 1; set <= q3e_best_set(); set++) {
                int16_t *got = block(hop * 2);
                q3e_kernel_sets[set].source_filter_hop(&s, &m[set], row, got);
                same("source_filter_hop", set, expected, got, hop * 2, "hop %d of %d samples, 2^%d points", t, s.hop, s.log2_fft);
                same("source_filter_hop", set, m[0].oscillator, m[set].oscillator, sizeof *m->oscillator, "oscillator after hop %d", t);
                same("source_filter_hop", set, m[0].harmonic, m[set].harmonic, hop * 8, "harmonic after hop %d", t);
                same("source_filter_hop", set, m[0].noise, m[set].noise, hop * 8, "noise after hop %d", t);
                same("source_filter_hop", set, m[0].overlap, m[set].overlap, hop * 4, "overlap after hop %d", t);
                same("source_filter_hop", set, m[0].previous, m[set].previous, (size_t)s.knots * 6, "previous row after hop %d", t);
                if (t > 0) {
                    same("source_filter_hop", set, m[0].filtered, m[set].filtered, (((size_t)1 << s.log2_fft) + 2) * 4, "spectrum of hop %d", t);
                    same("source_filter_hop", set, m[0].spectrum, m[set].spectrum, ((size_t)4) << s.log2_fft, "samples of hop %d", t);
                }
                free(got);
            }
        }
        for (uint32_t set = 0; set <= q3e_best_set(); set++) free_memory(&m[set]);
    }
    report("source_filter_hop (each hop: samples, state and spectra)");
}
