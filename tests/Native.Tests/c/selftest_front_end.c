/*
 * selftest_front_end.c - the log-mel front-end, and the logarithm and square root that only it uses.
 *
 * It is compared with a plain DFT, mel sums and logarithms in double precision over the whole signal. The tolerances are not tuned: every
 * bound is added up from the roundings that ARITHMETIC.md prescribes.
 */
#include <math.h>
#include <string.h>

#include "q3e_kernels.h"
#include "q3e_math.h"
#include "selftest.h"

/* ---- logarithm and square root ---- */

/* rsqrt31 lies up to 2.29e-5 above 1/sqrt(m) (selftest_math.c), and m and the table are rounded to 2^-30. */
#define ROOT_ERROR (2.29e-5 + 4e-9)
/* Linear interpolation: h^2/8 max|f''| = 2^-19 / ln 2; the table's rounding and the final floor add 1.5 of 2^-26; m is cut to 32 bits. */
#define LOG2_ERROR (1 / (524288 * 0.693147) + 1.5 / 67108864 + 1e-9)

static void compare_functions(uint64_t v)
{
    if (v <= ((uint64_t)1 << 60) - ((uint64_t)1 << 32)) {
        double exact = 4 * sqrt((double)v), got = q3e_sqrt2(v);
        check(fabs(got - exact) <= exact * ROOT_ERROR + 0.501, "sqrt2(%.0f) is %.0f, exactly %.3f", (double)v, got, exact);
    }
    for (int b = 0; b <= 60 && v != 0; b += 6) {
        double exact = log2((double)v) - b;
        if (exact < -29.9 || exact > 30.9) continue;
        double got = ldexp(q3e_log26(v, b), -26);
        check(fabs(got - exact) <= LOG2_ERROR, "log26(%.0f, %d) is %.9f, exactly %.9f", (double)v, b, got, exact);
    }
}

static void test_functions(void)
{
    for (int i = 0; i <= 256; i++) {
        double exact = ldexp(log2(1 + i / 256.0), 26);
        check(fabs(q3e_log2[i] - exact) <= 0.500001, "log2[%d] is %d, exactly %.6f", i, (int)q3e_log2[i], exact);
    }
    check(q3e_sqrt2(0) == 0 && q3e_sqrt2(1) == 4 && q3e_sqrt2(4) == 8 && q3e_sqrt2((uint64_t)1 << 58) == 1u << 31, "sqrt2 of small squares");
    for (int bit = 0; bit < 62; bit++) check(q3e_log26((uint64_t)1 << bit, 31) == (bit - 31) * (1 << 26), "log26 of 2^%d is not exact", bit);
    for (uint64_t v = 0; v < 70000; v++) compare_functions(v);
    for (int bit = 16; bit < 62; bit++) {
        uint64_t top = (uint64_t)1 << bit;
        compare_functions(top - 1);
        compare_functions(top + 1);
        compare_functions(top + top / 2);
        for (int i = 0; i < 3000; i++)
            compare_functions(top | ((top - 1) & (((uint64_t)(uint32_t)random_between(INT32_MIN, INT32_MAX) << 32) | (uint32_t)random_between(INT32_MIN, INT32_MAX))));
    }
    compare_functions(((uint64_t)1 << 60) - ((uint64_t)1 << 32));
    int32_t last = INT32_MIN;
    uint32_t last_root = 0;
    for (uint64_t v = (uint64_t)1 << 40; v < (uint64_t)1 << 42; v += 49999979) { /* nothing may fall where pieces of a table meet */
        check(q3e_log26(v, 30) >= last && q3e_sqrt2(v) >= last_root, "log26 or sqrt2 falls at %.0f", (double)v);
        last = q3e_log26(v, 30);
        last_root = q3e_sqrt2(v);
    }
}

/* ---- front-end ---- */

enum { MAX_POINTS = 2048, MAX_BANDS = 80, HOPS = 12, MAX_SIGNAL = HOPS * 512 };

/* A front-end of any size, with its values in double precision beside the integers. */
static struct {
    q3e_front_end kernel;
    int points, bins;
    double exact_window[MAX_POINTS], exact_weight[MAX_BANDS][MAX_POINTS / 2 + 1], mean[MAX_BANDS], deviation[MAX_BANDS], step, floor;
    double cosine[MAX_POINTS], sine[MAX_POINTS];
    int32_t window[MAX_POINTS], offset[MAX_BANDS], gain[MAX_BANDS];
    uint16_t first[MAX_BANDS], count[MAX_BANDS];
    uint32_t weight[MAX_BANDS * (MAX_POINTS / 2 + 1)];
} fe;

/* Triangles between points that grow apart, each with a sum of 1. */
static void make_bands(int bands)
{
    uint32_t *weight = fe.weight;
    memset(fe.exact_weight, 0, sizeof fe.exact_weight);
    for (int j = 0; j < bands; j++) {
        double at[3], sum = 0;
        for (int i = 0; i < 3; i++) at[i] = (pow(12, (double)(j + i) / (bands + 1)) - 1) / 11 * (fe.bins - 1);
        for (int k = 0; k < fe.bins; k++) {
            fe.exact_weight[j][k] = fmax(0, fmin((k - at[0]) / (at[1] - at[0]), (at[2] - k) / (at[2] - at[1])));
            if (k == (int)lround(at[1]) && fe.exact_weight[j][k] == 0) fe.exact_weight[j][k] = 1e-3;
            sum += fe.exact_weight[j][k];
        }
        int first = 0, last = fe.bins - 1;
        while (fe.exact_weight[j][first] == 0) first++;
        while (fe.exact_weight[j][last] == 0) last--;
        fe.first[j] = (uint16_t)first;
        fe.count[j] = (uint16_t)(last - first + 1);
        for (int k = first; k <= last; k++) {
            fe.exact_weight[j][k] /= sum;
            *weight++ = (uint32_t)lround(ldexp(fe.exact_weight[j][k], 20));
        }
    }
}

static void make_front_end(int log2_fft, int hop, int bands, int left_shift)
{
    const int f = 52 - log2_fft;
    fe.points = 1 << log2_fft;
    fe.bins = fe.points / 2 + 1;
    fe.floor = 1e-5;
    fe.step = left_shift == 0 ? 1.0 / 4096 : 1.0 / 1000; /* the former saturates in its last quarter */
    for (int n = 0; n < fe.points; n++) {
        fe.cosine[n] = cos(2 * PI * n / fe.points);
        fe.sine[n] = sin(2 * PI * n / fe.points);
        fe.exact_window[n] = 0.5 - 0.5 * fe.cosine[n];
        fe.window[n] = (int32_t)fmin(round(ldexp(fe.exact_window[n], 31)), INT32_MAX);
    }
    make_bands(bands);
    for (int j = 0; j < bands; j++) {
        fe.mean[j] = -4.5 + 0.02 * j;
        fe.deviation[j] = 1 + 0.01 * j;
        fe.offset[j] = (int32_t)lround(ldexp(fe.mean[j] / log(2.0), 26));
        fe.gain[j] = (int32_t)lround(ldexp(log(2.0) / (fe.deviation[j] * fe.step), 6 - left_shift));
    }
    const q3e_front_end kernel = { fe.window, fe.first, fe.count, fe.weight, fe.offset, fe.gain, (uint64_t)llround(ldexp(fe.floor, f)), hop, log2_fft, bands, left_shift };
    fe.kernel = kernel;
}

/* |X[k]| of the N samples that end before signal[end], zeros before the start. */
static void exact_magnitudes(const int16_t *signal, int end, double *magnitude)
{
    double v[MAX_POINTS];
    for (int n = 0; n < fe.points; n++) v[n] = end - fe.points + n < 0 ? 0 : signal[end - fe.points + n] / 32768.0 * fe.exact_window[n];
    for (int k = 0; k < fe.bins; k++) {
        double re = 0, im = 0;
        for (int n = 0; n < fe.points; n++) {
            int a = (n * k) & (fe.points - 1);
            re += v[n] * fe.cosine[a];
            im -= v[n] * fe.sine[a];
        }
        magnitude[k] = hypot(re, im);
    }
}

/* Bound of a magnitude's error. In units of the spectrum (Q(30-b)): windowed samples rounded by 1/2, summed with 2/N (1); the transforms at two
 * bins, 1.6 a stage each (selftest_math.c), halved and added; the last sums (1.5); rotations between the table's entries, for N > 1024
 * only: 4.71e-6 of the largest magnitude. Then the root, rounded to a quarter of that unit. */
static double magnitude_bound(double magnitude, double largest)
{
    double unit = ldexp(1, fe.kernel.log2_fft - 30), spectrum = unit * (2.5 + 1.6 * (fe.kernel.log2_fft - 1)) + largest * (fe.points > 1024 ? 4.72e-6 : 1e-9);
    return (magnitude + spectrum) * ROOT_ERROR + spectrum + 0.126 * unit;
}

static double normalized(int j, double band)
{
    return (log(fmax(band, fe.floor)) - fe.mean[j]) / (fe.deviation[j] * fe.step);
}

static void compare_row(const int16_t *signal, int end, const uint32_t *magnitude, const int16_t *mel, const char *what)
{
    double exact[MAX_POINTS / 2 + 1], bound[MAX_POINTS / 2 + 1], largest = 0;
    exact_magnitudes(signal, end, exact);
    for (int k = 0; k < fe.bins; k++) largest = fmax(largest, exact[k]);
    for (int k = 0; k < fe.bins; k++) {
        double got = ldexp(magnitude[k], fe.kernel.log2_fft - 32);
        bound[k] = magnitude_bound(exact[k], largest);
        check(fabs(got - exact[k]) <= bound[k], "%s, %d points: |X[%d]| is %.8f, exactly %.8f (%.8f allowed)", what, fe.points, k, got, exact[k], bound[k]);
    }
    for (int j = 0; j < fe.kernel.bands; j++) {
        double band = 0, error = 0;
        for (int k = fe.first[j]; k < fe.first[j] + fe.count[j]; k++) {
            band += fe.exact_weight[j][k] * exact[k];
            error += fe.exact_weight[j][k] * bound[k] + ldexp(exact[k] + bound[k], -21); /* weights are rounded to Q20 */
        }
        /* the logarithm and its offset, the gain's rounding (1/2 of about 10^5), the result's rounding; then both ends saturate */
        double slack = (LOG2_ERROR + ldexp(0.5, -26)) * log(2.0) / (fe.deviation[j] * fe.step) + 0.51;
        double low = normalized(j, band - error), high = normalized(j, band + error);
        low -= slack + fabs(low) * 0.501 / fe.gain[j];
        high += slack + fabs(high) * 0.501 / fe.gain[j];
        check(mel[j] >= fmin(low, 32767) && mel[j] <= fmax(high, -32768), "%s, %d points: band %d is %d, exactly %.3f (%.3f to %.3f)", what, fe.points, j, mel[j],
              normalized(j, band), low, high);
    }
}

static void run_front_end(const int16_t *signal, const char *what)
{
    static int16_t history[MAX_POINTS];
    static int32_t work[MAX_POINTS];
    uint32_t magnitude[MAX_POINTS / 2 + 1];
    int16_t mel[MAX_BANDS];
    memset(history, 0, sizeof history);
    for (int t = 0; t < HOPS; t++) {
        memset(work, 0x5a + t, sizeof work);
        memset(magnitude, 0x5a + t, sizeof magnitude);
        q3e_front_end_hop(&fe.kernel, q3e_fft, history, signal + t * fe.kernel.hop, work, magnitude, mel);
        if (t < 2 || t >= HOPS - 2) compare_row(signal, (t + 1) * fe.kernel.hop, magnitude, mel, what);
    }
}

static void test_front_end_size(int log2_fft, int hop, int bands, int left_shift)
{
    static int16_t signal[MAX_SIGNAL];
    make_front_end(log2_fft, hop, bands, left_shift);
    memset(signal, 0, sizeof signal);
    run_front_end(signal, "silence");
    for (int i = 0; i < MAX_SIGNAL; i++) signal[i] = (int16_t)random_between(-32768, 32767);
    run_front_end(signal, "loud noise");
    for (int i = 0; i < MAX_SIGNAL; i++) signal[i] = (int16_t)random_between(-2, 2);
    run_front_end(signal, "faint noise");
    for (int i = 0; i < MAX_SIGNAL; i++) signal[i] = (int16_t)lround(32767 * sin(2 * PI * 0.0371 * i));
    run_front_end(signal, "a loud tone");
    for (int i = 0; i < MAX_SIGNAL; i++) signal[i] = (int16_t)lround(100 * cos(2 * PI * 0.25 * i) + 3000 * sin(2 * PI * 0.00517 * i));
    run_front_end(signal, "two tones");
    double formant[2] = { 0, 0 };
    for (int i = 0; i < MAX_SIGNAL; i++) { /* pulses and breath through a resonance, fading in and out */
        double x = (i % 113 == 0 ? 9000 : 0) + random_between(-60, 60) + 1.86 * formant[0] - 0.94 * formant[1];
        formant[1] = formant[0];
        formant[0] = x;
        signal[i] = (int16_t)limit((int64_t)(x * 0.5 * (1 - cos(2 * PI * i / 2000))), -32768, 32767);
    }
    run_front_end(signal, "speech-like pulses");
    for (int half = 1; half <= 1024; half *= 4) { /* largest sums of samples and of magnitudes */
        for (int i = 0; i < MAX_SIGNAL; i++) signal[i] = i / half % 2 ? -32768 : 32767;
        run_front_end(signal, "a square wave");
    }
    for (int i = 0; i < MAX_SIGNAL; i++) signal[i] = -32768;
    run_front_end(signal, "the lowest constant");
}

void test_front_end(void)
{
    test_functions();
    test_front_end_size(10, 320, 80, 0);
    test_front_end_size(9, 160, 40, 1);
    test_front_end_size(8, 256, 20, 0); /* no history */
    test_front_end_size(7, 33, 12, 1);
    test_front_end_size(11, 500, 80, 0);
}
