/*
 * selftest_full.c - the kernels of the full-size decoder against floating point and 64-bit formulas, with random shapes and at the limits.
 */
#include <math.h>
#include <string.h>

#include "q3e_kernels.h"
#include "selftest.h"

enum { MAX_ROWS = 40, MAX_CHANNELS = 48, MAX_WINDOW = 12, MAX_WIDTH = 48 };

/* Every h of one channel: x + sin^2(alpha x) / beta, to within the cosine's 1.8 units, the constants' rounding and half a step. */
static void test_snake_channel(double alpha, double beta, double in, double out)
{
    static int16_t x[65536], y16[65536];
    static int8_t y8[65536];
    int shift = 30;
    const double amplitude = 1 / (2 * beta * out * 32768), larger = in / out > amplitude ? in / out : amplitude;
    while (ldexp(larger, shift) >= 16383) shift--;
    const uint32_t frequency[1] = { (uint32_t)(int64_t)llround(fmod(alpha * in / PI, 1) * 4294967296.0) };
    const int16_t gain[1] = { (int16_t)lround(ldexp(amplitude, shift)) };
    const q3e_snake s = { frequency, gain, (int32_t)lround(ldexp(in / out, shift)), shift };
    for (int i = 0; i < 65536; i++) x[i] = (int16_t)(i - 32768);
    q3e_snake_s8(&s, x, y8, 65536, 1);
    q3e_snake_s16(&s, x, y16, 65536, 1);
    for (int i = 0; i < 65536; i++) {
        const double real = x[i] * in, sine = sin(alpha * real), exact = (real + sine * sine / beta) / out;
        const double phase = 2 * PI / 65536 + PI * fabs((double)x[i]) / 4294967296.0; /* what is cut off and what P is rounded by */
        const double bound = 0.501 + ldexp(0.5 * fabs((double)x[i]) + 0.5 * 65536, -shift) + amplitude * (1.8 + 32768 * phase);
        const double e8 = exact < -128 ? -128 : exact > 127 ? 127 : exact, e16 = exact < -32768 ? -32768 : exact > 32767 ? 32767 : exact;
        check(fabs(y8[i] - e8) <= bound, "snake s8 of %d (alpha %g, beta %g): %d, exactly %.3f", x[i], alpha, beta, y8[i], e8);
        check(fabs(y16[i] - e16) <= bound, "snake s16 of %d (alpha %g, beta %g): %d, exactly %.3f", x[i], alpha, beta, y16[i], e16);
    }
}

static void test_silu_gate(void)
{
    for (int round = 0; round < 20000; round++) {
        const int f = random_between(5, 12);
        const q3e_silu_gate g = { f, random_between(0, 32767), random_between(1, 40) };
        const int16_t gate = (int16_t)random_between(-32768, 32767), up = (int16_t)random_between(-32768, 32767);
        int8_t y8;
        int16_t y16;
        q3e_silu_gate_s8(&g, &gate, &up, &y8, 1);
        q3e_silu_gate_s16(&g, &gate, &up, &y16, 1);
        const double x = ldexp(gate, -f), factor = ldexp((double)up * g.gain, -g.shift), exact = ldexp(x / (1 + exp(-x)), f) * factor;
        /* The table's chord is off by at most max|f''| / (8 * 32^2) = 6.2e-5. */
        const double bound = (ldexp(6.3e-5 + ldexp(0.5, -16), f) + 0.5) * fabs(factor) + 0.501;
        const double e8 = exact < -128 ? -128 : exact > 127 ? 127 : exact, e16 = exact < -32768 ? -32768 : exact > 32767 ? 32767 : exact;
        check(fabs(y8 - e8) <= bound && fabs(y16 - e16) <= bound, "silu gate of %d (f %d) and %d: %d and %d, exactly %.3f", gate, f, up, y8, y16, exact);
    }
}

static void test_rmsnorm(void)
{
    for (int round = 0; round < 300; round++) {
        int16_t x[384], y16[384];
        int8_t y8[384];
        const int channels = random_between(1, 384), spread = 1 << random_between(0, 15);
        const double scale = 0.001 * random_between(1, 60);
        double energy = random_between(1, 1000000);
        int exponent;
        const double mantissa = frexp(sqrt(channels) / scale, &exponent);
        const q3e_layernorm n = { (int64_t)energy, (uint32_t)ldexp(mantissa, 31), 31 - exponent, channels };
        for (int c = 0; c < channels; c++) {
            x[c] = (int16_t)limit(random_between(-spread, spread), -32768, 32767);
            energy += (double)x[c] * x[c];
        }
        q3e_rmsnorm_s8(&n, x, y8, 1);
        q3e_rmsnorm_s16(&n, x, y16, 1);
        for (int c = 0; c < channels; c++) {
            const double exact = x[c] * sqrt(channels / energy) / scale, bound = fabs(exact) * 2.3e-5 + 0.501;
            const double e8 = exact < -128 ? -128 : exact > 127 ? 127 : exact, e16 = exact < -32768 ? -32768 : exact > 32767 ? 32767 : exact;
            check(fabs(y8[c] - e8) <= bound && fabs(y16[c] - e16) <= bound, "rmsnorm of %d channels: value %d is %d and %d, exactly %.3f", channels, c, y8[c], y16[c], exact);
        }
    }
}

static void test_narrow(void)
{
    for (int round = 0; round < 20000; round++) {
        const int16_t x = (int16_t)random_between(-32768, 32767);
        const int32_t gain = random_between(0, 32767), shift = random_between(1, 30);
        int8_t y;
        q3e_narrow(&x, &y, 1, gain, shift);
        check(y == limit(round_shift((int64_t)x * gain, shift), -128, 127), "narrow %d by %d, %d: %d", x, (int)gain, (int)shift, y);
    }
}

/* A stream in random pieces equals the whole. */
static void test_dilated_windows(void)
{
    for (int round = 0; round < 200; round++) {
        static int8_t all[(MAX_ROWS + 60) * MAX_CHANNELS], history[60 * MAX_CHANNELS], y[MAX_ROWS * 7 * MAX_CHANNELS];
        const int channels = random_between(1, MAX_CHANNELS), taps = random_between(1, 7), dilation = random_between(1, 9), past = (taps - 1) * dilation;
        memset(all, 0, sizeof all);
        memset(history, 0, sizeof history);
        int8_t *x = all + past * channels;
        for (int i = 0; i < MAX_ROWS * channels; i++) x[i] = (int8_t)random_between(-128, 127);
        for (int t = 0; t < MAX_ROWS;) {
            const int rows = random_between(1, MAX_ROWS - t), first = random_between(0, rows - 1);
            q3e_window_dilated(history, x + t * channels, y, first, rows - first, channels, taps, dilation);
            for (int r = first; r < rows; r++)
                for (int k = 0; k < taps; k++)
                    check(memcmp(y + ((r - first) * taps + k) * channels, all + (t + r + k * dilation) * channels, (size_t)channels) == 0, "dilated window: row %d tap %d", t + r, k);
            q3e_push(history, x + t * channels, past, rows, channels);
            t += rows;
        }
    }
}

/* softmax(q k / sqrt(n)) v in floating point, with rotated positions, against the kernel in random pieces. */
static void test_attention_shape(int heads, int groups, int size, int window)
{
    static int16_t q[MAX_ROWS * MAX_WIDTH], k[MAX_ROWS * MAX_WIDTH], v[MAX_ROWS * MAX_WIDTH], y[MAX_ROWS * MAX_WIDTH];
    static int16_t rotated_q[MAX_ROWS * MAX_WIDTH], rotated_k[MAX_ROWS * MAX_WIDTH], keys[MAX_WINDOW * MAX_WIDTH], values[MAX_WINDOW * MAX_WIDTH];
    const int wide = heads * size, narrow = groups * size;
    uint32_t increment[MAX_WIDTH / 2];
    double turn[MAX_WIDTH / 2];
    q3e_attention_state state = { 0, 0 };
    const double step = 4.0 / 16384, octaves = 1.4426950408889634 * step * step / sqrt(size);
    int shift = 62;
    while (ldexp(octaves, 20 + shift) >= 32767) shift--;
    for (int m = 0; m < size / 2; m++) {
        turn[m] = pow(10000, -2.0 * m / size);
        increment[m] = (uint32_t)llround(turn[m] / (2 * PI) * 4294967296.0);
    }
    const q3e_attention a = { increment, groups, heads / groups, size, window, (int32_t)lround(ldexp(octaves, 20 + shift)), shift };
    for (int i = 0; i < MAX_ROWS * wide; i++) rotated_q[i] = q[i] = (int16_t)random_between(-16000, 16000);
    for (int i = 0; i < MAX_ROWS * narrow; i++) {
        rotated_k[i] = k[i] = (int16_t)random_between(-16000, 16000);
        v[i] = (int16_t)random_between(-32768, 32767);
    }
    for (int t = 0; t < MAX_ROWS;) {
        const int rows = random_between(1, MAX_ROWS - t);
        q3e_attention_s16(&a, &state, keys, values, rotated_q + t * wide, rotated_k + t * narrow, v + t * narrow, y + t * wide, rows);
        t += rows;
    }
    for (int t = 0; t < MAX_ROWS; t++) {
        for (int h = 0; h < heads; h++) {
            const int group = h / (heads / groups), first = t - window + 1 > 0 ? t - window + 1 : 0;
            double weight[MAX_WINDOW], sum = 0, top = -1e30;
            for (int j = first; j <= t; j++) {
                double score = 0;
                for (int m = 0; m < size / 2; m++) {
                    const double angle = (t - j) * turn[m], c = cos(angle), s = sin(angle);
                    const int16_t *qa = q + t * wide + h * size + m, *ka = k + j * narrow + group * size + m;
                    const double q0 = qa[0], q1 = qa[size / 2], k0 = ka[0], k1 = ka[size / 2];
                    score += (q0 * k0 + q1 * k1) * c - (q1 * k0 - q0 * k1) * s;
                }
                weight[j - first] = score * step * step / sqrt(size);
                top = weight[j - first] > top ? weight[j - first] : top;
            }
            for (int j = first; j <= t; j++) sum += weight[j - first] = exp(weight[j - first] - top);
            for (int d = 0; d < size; d++) {
                double exact = 0;
                for (int j = first; j <= t; j++) exact += weight[j - first] / sum * v[j * narrow + group * size + d];
                /* Rotations round to a step of 16000; weights to 2^-16; the exponent's table to 1e-6. */
                check(fabs(y[t * wide + h * size + d] - exact) <= 40, "attention: row %d head %d value %d is %d, exactly %.2f", t, h, d, y[t * wide + h * size + d], exact);
            }
        }
    }
    check(state.position == MAX_ROWS && state.filled == (uint32_t)(window - 1), "attention: state %u, %u", (unsigned)state.position, (unsigned)state.filled);
}

void test_full_decoder(void)
{
    test_snake_channel(1, 1, 4.0 / 32767, 5.0 / 127);
    test_snake_channel(0.2, 0.3, 8.0 / 32767, 9.0 / 32767);
    test_snake_channel(7.5, 2.5, 3.0 / 32767, 3.0 / 127);
    test_snake_channel(40, 0.05, 2.0 / 32767, 20.0 / 127);
    test_silu_gate();
    test_rmsnorm();
    test_narrow();
    test_dilated_windows();
    test_attention_shape(1, 1, 2, 2);
    test_attention_shape(3, 1, 16, 5);
    test_attention_shape(4, 2, 12, 12);
    test_attention_shape(2, 2, 24, 7);
}
