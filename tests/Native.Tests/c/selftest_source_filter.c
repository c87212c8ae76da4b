/*
 * selftest_source_filter.c - the source-filter head against its mathematics in floating point.
 *
 * With flat filters the output is the excitation itself, one hop later: sums of cosines at the pitch and the noise sequence. That
 * checks windows, transforms, gains and overlap without a second implementation of them.
 */
#include <math.h>
#include <string.h>

#include "q3e_kernels.h"
#include "selftest.h"

enum { RATE = 8000, HOP = 160, LOG2_FFT = 9, POINTS = 512, KNOTS = 12, HOPS = 60, ROW = 3 * KNOTS + 4 };

#define F0_REF 150.0
#define HARM_MAX 3890.0 /* not a multiple of a pitch below: the number of harmonics is then beyond doubt */

static int32_t window[2 * HOP];
static uint8_t knot[POINTS / 2 + 1];
static uint16_t weight[POINTS / 2 + 1];
static q3e_source_filter model;

typedef struct {
    q3e_oscillator oscillator;
    int16_t previous[3 * KNOTS];
    int32_t harmonic[2 * HOP], noise[2 * HOP], overlap[HOP], spectrum[2 * POINTS], filtered[POINTS + 2];
} storage;

static q3e_source_filter_memory places(storage *s)
{
    q3e_source_filter_memory m = { &s->oscillator, s->previous, s->harmonic, s->noise, s->overlap, s->spectrum, s->filtered };
    return m;
}

static void make_model(void)
{
    for (int n = 0; n < 2 * HOP; n++) window[n] = (int32_t)fmin(round(ldexp(sin(PI * n / (2 * HOP)), 31)), INT32_MAX);
    for (int k = 0; k <= POINTS / 2; k++) {
        double at = pow((double)k / (POINTS / 2), 0.7) * (KNOTS - 1);
        int i = at >= KNOTS - 1 ? KNOTS - 2 : (int)at;
        knot[k] = (uint8_t)i;
        weight[k] = (uint16_t)lround((at - i) * 32768);
    }
    model.window = window;
    model.knot = knot;
    model.weight = weight;
    model.hop = HOP;
    model.log2_fft = LOG2_FFT;
    model.knots = KNOTS;
    model.split_rows = 1;
    model.magnitude_low = (int32_t)lround(-14 / log(2.0) * 1024);
    model.magnitude_high = (int32_t)lround(3 / log(2.0) * 1024);
    model.pitch_low = (int32_t)lround(log2(50 / F0_REF) * 16384);
    model.pitch_high = (int32_t)lround(log2(500 / F0_REF) * 16384);
    model.pitch_base = (int32_t)lround(log2(ldexp(F0_REF / RATE, 32)) * 1048576);
    model.slope_scale = (int32_t)lround(ldexp(1, 36) / HOP);
    model.harmonic_limit = (uint32_t)lround(ldexp(HARM_MAX / RATE, 32));
    model.harmonic_max = 77;
    model.dirichlet_min = (int32_t)lround(ldexp(1e-4, 31));
    model.noise_seed = 1;
}

/* A row with flat filters; magnitudes in Q10 octaves, pitch in Q14 octaves. */
static void flat_row(int16_t *row, int harmonic, int noise, int phase, int pitch, int voicing)
{
    memset(row, 0, ROW * sizeof *row);
    for (int i = 0; i < KNOTS; i++) {
        row[i] = (int16_t)harmonic;
        row[KNOTS + i] = (int16_t)noise;
        row[2 * KNOTS + i] = (int16_t)phase;
    }
    row[3 * KNOTS] = (int16_t)pitch;
    row[3 * KNOTS + 1] = (int16_t)voicing;
}

static double pitch_of(int q14)
{
    return F0_REF * pow(2, (double)limit(q14, model.pitch_low, model.pitch_high) / 16384);
}

/* Appends one stretch of sqrt(2/h) sum cos(2 pi i phi), summed directly. */
static void pulses(double *out, double *phase, double left, double right)
{
    for (int n = 0; n < HOP; n++) {
        double f = left + (right - left) * n / HOP, sum = 0;
        *phase += f / RATE;
        *phase -= floor(*phase);
        int h = (int)floor(HARM_MAX / f);
        for (int i = 1; i <= h; i++) sum += cos(2 * PI * i * *phase);
        out[n] = sqrt(2.0 / h) * sum;
    }
}

static double samples[HOPS * HOP], expected[HOPS * HOP];

/* Runs HOPS rows; `pitches` null keeps the pitch of the row. */
static void run(int16_t *row, const int *pitches)
{
    static storage s;
    q3e_source_filter_memory m = places(&s);
    int16_t pcm[HOP];
    memset(&s, 0x5a, sizeof s);
    q3e_source_filter_reset(&model, &m);
    for (int t = 0; t < HOPS; t++) {
        if (pitches != NULL) row[3 * KNOTS] = (int16_t)pitches[t];
        q3e_source_filter_hop(&model, &m, row, pcm);
        for (int n = 0; n < HOP; n++) samples[t * HOP + n] = pcm[n] / 32768.0;
    }
}

/* The model's pitch is off by at most 1.25e-6: the interpolated exponential gives 9.2e-7, the rounding of c20 to Q20 octaves 3.3e-7. Over 60
 * hops (1.2 s) the harmonic at 3890 Hz drifts by up to 2 pi 3890 1.2 1.25e-6 = 0.037 radian, as a root mean square over time and harmonics
 * a third of it: 0.0122, or 38.2 dB. */
#define DRIFT_SNR 38.2

/* From the third hop on (the first two lack a neighbour), output hop t is the excitation of stretch t-1 times the gain. */
static void check_excitation(double gain, double least_snr, const char *what)
{
    static double shifted[HOPS * HOP];
    for (int i = HOP; i < HOPS * HOP; i++) shifted[i] = gain * expected[i - HOP];
    double ratio = snr(shifted + 2 * HOP, samples + 2 * HOP, (HOPS - 2) * HOP);
    check(ratio > least_snr, "%s: %.1f dB against its mathematics, at least %.1f expected", what, ratio, least_snr);
    for (int i = 0; i < HOP; i++) check(samples[i] == 0, "%s: the first hop is not silent", what);
}

static void test_steady(int octaves, int phase)
{
    int16_t row[ROW];
    double position = 0, gain = pow(2, -5) * (phase == 1024 ? -1 : 1), f = pitch_of(octaves);
    flat_row(row, -5 * 1024, -20683, phase, octaves, 100);
    run(row, NULL);
    for (int t = 0; t < HOPS; t++) pulses(expected + t * HOP, &position, f, f);
    check_excitation(gain, DRIFT_SNR, "a steady pitch");

    /* lines: a Hann window of 40 hops, amplitude at multiples of the pitch against half-way between */
    int h = (int)floor(HARM_MAX / f);
    for (int i = 1; i <= h; i++) {
        double on[2] = { 0, 0 }, off[2] = { 0, 0 };
        for (int n = 0; n < 40 * HOP; n++) {
            double w = (1 - cos(2 * PI * n / (40 * HOP))) * samples[10 * HOP + n] / (40 * HOP), a = 2 * PI * f * n / RATE;
            on[0] += w * cos(i * a);
            on[1] += w * sin(i * a);
            off[0] += w * cos((i + 0.5) * a);
            off[1] += w * sin((i + 0.5) * a);
        }
        double amplitude = 2 * hypot(on[0], on[1]), wanted = fabs(gain) * sqrt(2.0 / h);
        check(fabs(amplitude / wanted - 1) < 0.01, "harmonic %d of %.1f Hz has amplitude %.5f, expected %.5f", i, f, amplitude, wanted);
        check(2 * hypot(off[0], off[1]) < wanted * 0.001, "something between harmonics %d and %d of %.1f Hz", i, i + 1, f);
    }
}

static void test_glide(void)
{
    int16_t row[ROW];
    int pitches[HOPS];
    double position = 0;
    flat_row(row, -5 * 1024, -20683, 0, 0, 100);
    for (int t = 0; t < HOPS; t++) pitches[t] = (int)lround(16384 * sin(t * 0.35)); /* 75 to 300 Hz and back */
    run(row, pitches);
    for (int t = 0; t < HOPS; t++) pulses(expected + t * HOP, &position, pitch_of(pitches[t ? t - 1 : 0]), pitch_of(pitches[t]));
    /* the drift gathers at the mean pitch and weighs as much more where the pitch is low: E[f]^2 E[1/f^2] = 1.95, 2.9 dB for this course */
    check_excitation(pow(2, -5), DRIFT_SNR - 2.9, "a gliding pitch");
}

static void test_noise(void)
{
    int16_t row[ROW];
    uint32_t state = 1;
    double power = 0;
    flat_row(row, 0, -3 * 1024, 700, 3000, -1);
    run(row, NULL);
    for (int i = 0; i < HOPS * HOP; i++) {
        state = state * 1664525u + 1013904223u;
        expected[i] = (state >= 0x80000000u ? (double)state - 4294967296.0 : (double)state) / 2147483648.0 * sqrt(3.0);
    }
    check_excitation(0.125, 65, "noise");
    for (int i = 2 * HOP; i < HOPS * HOP; i++) power += samples[i] * samples[i] / ((HOPS - 2) * HOP);
    check(fabs(sqrt(power) / 0.125 - 1) < 0.03, "noise of rms %.5f, expected 0.125", sqrt(power));
}

/* The value of a row is the sum of its two parts. */
static void test_split_rows(void)
{
    int16_t row[ROW];
    static double whole[HOPS * HOP];
    flat_row(row, -5 * 1024, -6 * 1024, 0, 1234, 3);
    run(row, NULL);
    memcpy(whole, samples, sizeof whole);
    row[3 * KNOTS] = 4000;
    row[3 * KNOTS + 1] = -7;
    row[3 * KNOTS + 2] = 1234 - 4000;
    row[3 * KNOTS + 3] = 8;
    run(row, NULL);
    check(memcmp(whole, samples, sizeof whole) == 0, "a split row differs from its sum");
    row[3 * KNOTS + 3] = 7; /* v = 0 is unvoiced */
    run(row, NULL);
    check(memcmp(whole, samples, sizeof whole) != 0, "a logit of 0 is voiced");
    model.split_rows = 0;
    flat_row(row, -5 * 1024, -6 * 1024, 0, 1234, 3);
    row[3 * KNOTS + 2] = row[3 * KNOTS + 3] = -32768;
    run(row, NULL);
    check(memcmp(whole, samples, sizeof whole) == 0, "values behind an unsplit row are read");
    model.split_rows = 1;
}

/* Any row at all: nothing overflows (under a sanitizer), saturation is reached, scratch memory does not matter, and only the state does. */
static void test_limits(void)
{
    static storage first, second;
    q3e_source_filter_memory a = places(&first), b = places(&second);
    int16_t row[ROW], pcm_a[HOP], pcm_b[HOP];
    int lowest = 0, highest = 0;
    memset(&first, 0x7f, sizeof first);
    q3e_source_filter_reset(&model, &a);
    for (int t = 0; t < 400; t++) {
        for (int i = 0; i < ROW; i++) row[i] = (int16_t)(t % 3 == 0 ? random_between(-32768, 32767) : random_between(0, 1) ? 32767 : -32768);
        if (t % 5 == 0) flat_row(row, 32767, 32767, -32768, t % 2 ? 32767 : -32768, 1);
        if (t % 7 == 0) {
            second = first;
            memset(second.spectrum, t, sizeof second.spectrum);
            memset(second.filtered, t, sizeof second.filtered);
        }
        q3e_source_filter_hop(&model, &a, row, pcm_a);
        q3e_source_filter_hop(&model, &b, row, pcm_b);
        check(memcmp(pcm_a, pcm_b, sizeof pcm_a) == 0, "hop %d depends on scratch memory", t);
        for (int n = 0; n < HOP; n++) {
            lowest = pcm_a[n] < lowest ? pcm_a[n] : lowest;
            highest = pcm_a[n] > highest ? pcm_a[n] : highest;
        }
    }
    check(lowest == -32768 && highest == 32767, "full magnitudes reach %d..%d", lowest, highest);
}

void test_source_filter(void)
{
    make_model();
    test_steady(0, 0);
    test_steady(5000, 1024);
    test_steady(32767, 0); /* limited to 500 Hz */
    test_steady(-32768, 0); /* limited to 50 Hz */
    test_glide();
    test_noise();
    test_split_rows();
    test_limits();
}
