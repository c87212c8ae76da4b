/*
 * selftest_network.c - the network kernels against 64-bit formulas and floating point, with random shapes and at the limits.
 */
#include <math.h>
#include <string.h>

#include "q3e_kernels.h"
#include "selftest.h"

enum { MAX_IN = 1152, MAX_OUT = 40, MAX_ROWS = 6 };

static int16_t scaled(int64_t sum, int left_shift, int32_t multiplier)
{
    return (int16_t)limit(round_shift(sum * ((int64_t)1 << left_shift) * multiplier, 32), -32768, 32767);
}

/* ---- embed, window, push, depthwise ---- */

static void test_embed(void)
{
    static int8_t table[3 * 5 * 7];
    static int32_t multiplier[3 * 7];
    q3e_embedding e = { table, multiplier, 5, 7, 12 };
    for (int round = 0; round < 200; round++) {
        int16_t sum[7], joined[21];
        uint16_t codes[3];
        int layers = random_between(1, 3);
        e.shift = random_between(1, 24);
        for (size_t i = 0; i < sizeof table; i++) table[i] = (int8_t)random_between(-128, 127);
        for (int i = 0; i < 21; i++) multiplier[i] = random_between(0, 5000000);
        for (int l = 0; l < 3; l++) codes[l] = (uint16_t)random_between(0, 4);
        q3e_embed_sum(&e, codes, layers, sum);
        q3e_embed_concat(&e, codes, layers, joined);
        for (int d = 0; d < 7; d++) {
            int64_t all = 0;
            for (int l = 0; l < layers; l++) {
                int64_t product = (int64_t)table[(l * 5 + codes[l]) * 7 + d] * multiplier[l * 7 + d];
                all += product;
                check(joined[l * 7 + d] == limit(round_shift(product, e.shift), -32768, 32767), "embed_concat layer %d value %d", l, d);
            }
            check(sum[d] == limit(round_shift(all, e.shift), -32768, 32767), "embed_sum of %d layers, value %d", layers, d);
        }
    }
}

/* Runs a stream in random pieces through window, depthwise and push, and compares with the whole signal. */
static void test_stream(int channels, int taps, int left_shift)
{
    enum { ROWS = 40, CHANNELS = 37, TAPS = 15 };
    static int16_t padded[(ROWS + TAPS) * CHANNELS], weight[TAPS * CHANNELS], history[TAPS * CHANNELS], gathered[ROWS * TAPS * CHANNELS], filtered[ROWS * CHANNELS];
    int32_t bias[CHANNELS], multiplier[CHANNELS];
    const q3e_depthwise d = { weight, bias, multiplier, channels, taps, left_shift };
    const int past = (taps - 1) * channels;
    const int16_t *x = padded + past;
    memset(padded, 0, sizeof padded);
    memset(history, 0, sizeof history);
    for (int i = 0; i < ROWS * channels; i++) padded[past + i] = (int16_t)(random_between(0, 9) == 0 ? -32768 : random_between(-32768, 32767));
    for (int i = 0; i < taps * channels; i++) weight[i] = (int16_t)random_between(-2000, 2000);
    for (int c = 0; c < channels; c++) {
        bias[c] = random_between(-1000000, 1000000);
        multiplier[c] = random_between(0, 1 << 20);
    }
    for (int t = 0; t < ROWS;) {
        int rows = random_between(1, 2 * taps);
        if (rows > ROWS - t) rows = ROWS - t;
        q3e_window(history, x + t * channels, gathered + t * taps * channels, rows, channels, taps);
        q3e_depthwise_s16(&d, history, x + t * channels, filtered + t * channels, rows);
        q3e_push(history, x + t * channels, taps - 1, rows, channels * 2);
        t += rows;
        check(memcmp(history, padded + t * channels, (size_t)past * 2) == 0, "push: history after %d rows (%d channels, %d taps)", t, channels, taps);
    }
    for (int t = 0; t < ROWS; t++) {
        check(memcmp(gathered + t * taps * channels, padded + t * channels, (size_t)(taps * channels) * 2) == 0, "window: row %d (%d channels, %d taps)", t, channels, taps);
        for (int c = 0; c < channels; c++) {
            int64_t acc = bias[c];
            for (int k = 0; k < taps; k++) acc += (int64_t)weight[k * channels + c] * padded[(t + k) * channels + c];
            check(filtered[t * channels + c] == scaled(acc, left_shift, multiplier[c]), "depthwise: row %d channel %d", t, c);
        }
    }
}

void test_streams(void)
{
    test_embed();
    for (int taps = 1; taps <= 15; taps++) {
        test_stream(random_between(1, 37), taps, 0);
        test_stream(16 * random_between(1, 2), taps, 1);
    }
}

/* ---- linear ---- */

static int8_t weight[MAX_OUT * MAX_IN], x8[MAX_ROWS * MAX_IN], narrow[MAX_ROWS * MAX_OUT];
static int16_t x16[MAX_ROWS * MAX_IN], residual[MAX_ROWS * MAX_OUT], wide[MAX_ROWS * MAX_OUT];
static int32_t bias[MAX_OUT], multiplier[MAX_OUT];

/* y = gelu(h) G / 2^r + zero, to within the error of the table, scaled, and the roundings. */
static void check_gelu(int got, int16_t h, const q3e_gelu *g, int lo, int hi)
{
    double x = ldexp(h, -g->fraction), step = g->gain * ldexp(1, -g->shift);
    double exact = ldexp(x * 0.5 * erfc(-x / sqrt(2.0)), g->fraction) * step + g->zero;
    double bound = (ldexp(0.7979 / (32 * 32 * 8) + ldexp(0.5, -15), g->fraction) + 0.5) * step + 0.5;
    exact = exact < lo ? lo : exact > hi ? hi : exact;
    check(fabs(got - exact) <= bound, "linear gelu of %d (f %d): %d, exactly %.3f", (int)h, (int)g->fraction, got, exact);
}

static void compare_linear(const q3e_matrix *m, const q3e_gelu *g, int rows, int bytes)
{
    int16_t z[MAX_ROWS * MAX_OUT], added[MAX_ROWS * MAX_OUT];
    for (int t = 0; t < rows; t++) {
        for (int o = 0; o < m->out; o++) {
            int64_t acc = bias[o];
            for (int i = 0; i < m->in; i++) acc += (int64_t)weight[o * m->in + i] * (bytes == 1 ? x8[t * m->in + i] : x16[t * m->in + i]);
            int64_t result = round_shift(acc * ((int64_t)1 << m->left_shift) * multiplier[o], 32);
            z[t * m->out + o] = (int16_t)limit(result, -32768, 32767);
            added[t * m->out + o] = (int16_t)limit(residual[t * m->out + o] + result, -32768, 32767);
        }
    }
    const size_t count = (size_t)(rows * m->out);
    if (bytes == 1) q3e_linear_s8(m, x8, wide, rows); else q3e_linear_s16(m, x16, wide, rows);
    check(memcmp(wide, z, count * 2) == 0, "linear: %d to %d, %d rows of %d bytes", (int)m->in, (int)m->out, rows, bytes);
    if (bytes == 1) q3e_linear_s8_add(m, x8, residual, wide, rows); else q3e_linear_s16_add(m, x16, residual, wide, rows);
    check(memcmp(wide, added, count * 2) == 0, "linear add: %d to %d, %d rows of %d bytes", (int)m->in, (int)m->out, rows, bytes);
    if (bytes == 1) q3e_linear_s8_add(m, x8, residual, residual, rows); else q3e_linear_s16_add(m, x16, residual, residual, rows);
    check(memcmp(residual, added, count * 2) == 0, "linear add in place: %d to %d, %d rows", (int)m->in, (int)m->out, rows);
    if (bytes == 1) q3e_linear_s8_gelu_s8(m, g, x8, narrow, rows); else q3e_linear_s16_gelu_s8(m, g, x16, narrow, rows);
    if (bytes == 1) q3e_linear_s8_gelu_s16(m, g, x8, wide, rows); else q3e_linear_s16_gelu_s16(m, g, x16, wide, rows);
    for (size_t i = 0; i < count; i++) {
        check_gelu(narrow[i], z[i], g, -128, 127);
        check_gelu(wide[i], z[i], g, -32768, 32767);
    }
}

static void test_linear_shape(int in)
{
    const int out = random_between(1, MAX_OUT);
    const int rows = random_between(1, MAX_ROWS);
    q3e_matrix m = { weight, bias, multiplier, in, out, random_between(0, 3), NULL };
    q3e_gelu g;
    g.fraction = random_between(5, 12);
    g.gain = random_between(0, 32767);
    g.shift = random_between(6, 20);
    g.zero = random_between(-128, 0);
    for (int i = 0; i < in * out; i++) weight[i] = (int8_t)random_between(-127, 127);
    for (int i = 0; i < in * rows; i++) {
        x8[i] = (int8_t)random_between(-128, 127);
        x16[i] = (int16_t)random_between(-1500, 1500);
    }
    for (int o = 0; o < out; o++) {
        bias[o] = random_between(-1000000, 1000000);
        int32_t largest = random_between(0, 3) == 0 ? (1 << 30) - 1 : 1 << 24;
        multiplier[o] = random_between(0, largest);
    }
    for (int i = 0; i < out * rows; i++) residual[i] = (int16_t)random_between(-32768, 32767);
    compare_linear(&m, &g, rows, 1);
    compare_linear(&m, &g, rows, 2);
}

/* Every sum as large as its type allows; multipliers that saturate, and ones that do not. */
static void test_linear_limits(int x_byte, int x_half, int w)
{
    q3e_matrix m = { weight, bias, multiplier, 400, MAX_OUT, 0, NULL };
    const q3e_gelu g = { 8, 32767, 1, -128 };
    memset(weight, w, sizeof weight);
    memset(x8, x_byte, sizeof x8);
    for (int i = 0; i < MAX_ROWS * MAX_IN; i++) x16[i] = (int16_t)x_half;
    for (int o = 0; o < MAX_OUT; o++) {
        bias[o] = x_half * w < 0 ? -300000000 : 300000000;
        multiplier[o] = o % 2 ? (1 << 30) - 1 : o * 1000;
    }
    for (int i = 0; i < MAX_ROWS * MAX_OUT; i++) residual[i] = (int16_t)(i % 2 ? 32767 : -32768);
    compare_linear(&m, &g, 2, 1);
    compare_linear(&m, &g, 2, 2);
}

void test_linear(void)
{
    static const int widths[] = { 1, 2, 15, 16, 17, 64, 80, 255, 256, 257, 384, 511, 512, 513, 1152 };
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) test_linear_shape(widths[i]);
    for (int i = 0; i < 40; i++) test_linear_shape(random_between(1, 300));
    test_linear_limits(-128, -32768, 127);
    test_linear_limits(-128, -32768, -127);
    test_linear_limits(127, 32767, 127);
    test_linear_limits(127, 32767, -127);
}

/* ---- layer normalisation ---- */

static void compare_layernorm(const int16_t *x, int channels, double scale, int64_t epsilon, const char *what)
{
    int16_t y16[384];
    int8_t y8[384];
    int exponent;
    double mantissa = frexp(1 / scale, &exponent), mean = 0, variance = 0;
    const q3e_layernorm n = { epsilon, (uint32_t)ldexp(mantissa, 31), 31 - exponent, channels };
    for (int c = 0; c < channels; c++) mean += (double)x[c] / channels;
    for (int c = 0; c < channels; c++) variance += (x[c] - mean) * (x[c] - mean) / channels;
    variance += (double)epsilon / channels / channels;
    q3e_layernorm_s16(&n, x, y16, 1);
    q3e_layernorm_s8(&n, x, y8, 1);
    for (int c = 0; c < channels; c++) {
        double exact = (x[c] - mean) / sqrt(variance) / scale, bound = fabs(exact) * 2.3e-5 + 0.501;
        double narrow_exact = exact < -128 ? -128 : exact > 127 ? 127 : exact, wide_exact = exact < -32768 ? -32768 : exact > 32767 ? 32767 : exact;
        check(fabs(y16[c] - wide_exact) <= bound, "layernorm s16 of %s: value %d is %d, exactly %.3f", what, c, y16[c], wide_exact);
        check(fabs(y8[c] - narrow_exact) <= bound, "layernorm s8 of %s: value %d is %d, exactly %.3f", what, c, y8[c], narrow_exact);
    }
}

void test_normalization(void)
{
    int16_t x[384];
    for (int round = 0; round < 200; round++) {
        int channels = random_between(2, 384), spread = 1 << random_between(0, 15);
        int offset = random_between(-32768 + spread, 32768 - spread);
        for (int c = 0; c < channels; c++) x[c] = (int16_t)limit(offset + random_between(-spread, spread), -32768, 32767);
        double scale = 0.001 * random_between(1, 60);
        compare_layernorm(x, channels, scale, random_between(1, 100000), "random values");
    }
    for (int c = 0; c < 384; c++) x[c] = -32768;
    compare_layernorm(x, 384, 0.03, 1, "a constant");
    for (int c = 0; c < 384; c++) x[c] = c % 2 ? 32767 : -32768;
    compare_layernorm(x, 384, 0.03, 1, "the largest variance");
    for (int c = 0; c < 384; c++) x[c] = c == 200 ? 32767 : -32768;
    compare_layernorm(x, 384, 0.0005, 1, "a single pulse");
}
