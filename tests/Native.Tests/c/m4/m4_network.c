/*
 * m4_network.c - depthwise convolution and LayerNorm of the Cortex-M4 against the portable kernels.
 */
#include "m4_selftest.h"

/* The sum of the products' sizes and the bias stays below 2^31 after the shift, as the emitter proves. */
void test_depthwise(int32_t cases)
{
    for (int32_t n = 0; n < cases; n++) {
        const int32_t channels = random_between(1, 100), taps = random_between(0, 1) ? 7 : random_between(1, 15), rows = random_between(1, 6);
        const int32_t shift = random_between(0, 3), room = INT32_MAX >> shift, limit = random_between(1, 32767);
        const int32_t most = room / (taps * (limit + 1)), weight_limit = most < 32767 ? most : 32767;
        const int32_t bias_limit = (int32_t)(room - (int64_t)taps * (limit + 1) * weight_limit);
        const size_t weights = (size_t)taps * (size_t)channels, old = weights - (size_t)channels, values = (size_t)rows * (size_t)channels;
        int16_t *weight = block(weights * 2), *history = block(old * 2 + 2), *x = block(values * 2), *expected = block(values * 2), *got = block(values * 2);
        int32_t *bias = block((size_t)channels * 4), *multiplier = block((size_t)channels * 4);
        fill_s16(weight, weights, -weight_limit, weight_limit);
        fill_s16(history, old, -limit - 1, limit);
        fill_s16(x, values, -limit - 1, limit);
        fill_s32(bias, (size_t)channels, -bias_limit, bias_limit);
        fill_s32(multiplier, (size_t)channels, 0, ((1 << 30) - 1) >> random_between(0, 15));
        const q3e_depthwise d = { weight, bias, multiplier, channels, taps, shift };
        q3e_depthwise_s16(&d, history, x, expected, rows);
        q3e_depthwise_s16_m4(&d, history, x, got, rows);
        same("depthwise_s16", expected, got, values * 2, rows, channels, taps);
        release();
    }
    report("depthwise_s16");
}

void test_layernorm(int32_t cases)
{
    for (int32_t i = 0; i < cases; i++) {
        const int32_t channels = random_between(0, 19) == 0 ? random_between(1000, 1500) : random_between(1, 200), rows = random_between(1, 4);
        const size_t values = (size_t)channels * (size_t)rows;
        const int32_t limit = 32767 >> random_between(0, 14);
        int16_t *x = block(values * 2), *expected = block(values * 2), *got = block(values * 2);
        fill_s16(x, values, -limit - 1, limit);
        /* With these exponents every variance has a shift of 1..62. */
        const q3e_layernorm n = { random_between(0, 1) ? 1 : random_between(1, INT32_MAX), (uint32_t)random_between(1 << 30, INT32_MAX),
                                  random_between(2, 32), channels };
        q3e_layernorm_s16(&n, x, expected, rows);
        q3e_layernorm_s16_m4(&n, x, got, rows);
        same("layernorm_s16", expected, got, values * 2, rows, channels, n.exponent);
        q3e_layernorm_s8(&n, x, (int8_t *)expected, rows);
        q3e_layernorm_s8_m4(&n, x, (int8_t *)got, rows);
        same("layernorm_s8", expected, got, values, rows, channels, n.exponent);
        release();
    }
    report("layernorm_s8 and layernorm_s16");
}
