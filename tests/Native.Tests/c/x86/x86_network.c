/*
 * x86_network.c - depthwise convolution, LayerNorm and embedding against the portable kernels.
 */
#include <stdlib.h>
#include <string.h>

#include "x86_selftest.h"

/* The sum of the products' sizes and the bias stays below 2^31 after the shift, as the emitter proves. */
void test_depthwise(void)
{
    for (long n = 0; n < cases; n++) {
        const int32_t channels = random_size(70, 600), taps = random_between(1, 15), rows = random_between(1, n % 8 == 0 ? 40 : 6), shift = random_between(0, 3);
        const int32_t room = INT32_MAX >> shift, limit = random_between(1, 32767);
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
        for (uint32_t set = 1; set <= q3e_best_set(); set++) {
            memset(got, 0x55, values * 2);
            q3e_kernel_sets[set].depthwise_s16(&d, history, x, got, rows);
            same("depthwise_s16", set, expected, got, values * 2, "%d rows of %d channels, %d taps", rows, channels, taps);
        }
        free(weight);
        free(history);
        free(x);
        free(expected);
        free(got);
        free(bias);
        free(multiplier);
    }
    report("depthwise_s16");
}

static void compare_layernorm(const q3e_layernorm *n, const int16_t *x, int32_t rows, int bytes)
{
    const size_t size = (size_t)rows * (size_t)n->channels * (size_t)bytes;
    void *expected = block(size), *got = block(size);
    if (bytes == 1) q3e_layernorm_s8(n, x, expected, rows);
    else q3e_layernorm_s16(n, x, expected, rows);
    for (uint32_t set = 1; set <= q3e_best_set(); set++) {
        memset(got, 0x55, size);
        if (bytes == 1) q3e_kernel_sets[set].layernorm_s8(n, x, got, rows);
        else q3e_kernel_sets[set].layernorm_s16(n, x, got, rows);
        same(bytes == 1 ? "layernorm_s8" : "layernorm_s16", set, expected, got, size, "%d rows of %d channels", rows, n->channels);
    }
    free(expected);
    free(got);
}

void test_layernorm(void)
{
    for (int bytes = 1; bytes <= 2; bytes++) {
        for (long i = 0; i < cases; i++) {
            const int32_t channels = i % 4096 == 0 ? 32768 : random_size(100, 1200), rows = random_between(1, 4);
            const size_t values = (size_t)channels * (size_t)rows;
            const int32_t limit = 32767 >> random_between(0, 14);
            int16_t *x = block(values * 2);
            fill_s16(x, values, -limit - 1, limit);
            /* With these exponents every variance has a shift of 1..62. */
            const q3e_layernorm n = { random_between(0, 1) ? 1 : random_between(1, INT32_MAX), (uint32_t)random_between(1 << 30, INT32_MAX),
                                      random_between(2, 32), channels };
            compare_layernorm(&n, x, rows, bytes);
            free(x);
        }
        report(bytes == 1 ? "layernorm_s8" : "layernorm_s16");
    }
}

static void compare_embed(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int concat)
{
    const size_t size = (size_t)e->dim * (size_t)(concat ? layers : 1) * 2;
    int16_t *expected = block(size), *got = block(size);
    if (concat) q3e_embed_concat(e, codes, layers, expected);
    else q3e_embed_sum(e, codes, layers, expected);
    for (uint32_t set = 1; set <= q3e_best_set(); set++) {
        memset(got, 0x55, size);
        if (concat) q3e_kernel_sets[set].embed_concat(e, codes, layers, got);
        else q3e_kernel_sets[set].embed_sum(e, codes, layers, got);
        same(concat ? "embed_concat" : "embed_sum", set, expected, got, size, "%d layers of %d", layers, e->dim);
    }
    free(expected);
    free(got);
}

void test_embed(void)
{
    for (int concat = 0; concat <= 1; concat++) {
        for (long n = 0; n < cases; n++) {
            const int32_t layers = random_between(1, 16), entries = random_between(1, 5), dim = random_size(40, 300);
            const size_t values = (size_t)layers * (size_t)dim;
            int8_t *table = block(values * (size_t)entries);
            int32_t *multiplier = block(values * 4);
            uint16_t codes[16];
            fill_s8(table, values * (size_t)entries, -128, 127);
            fill_s32(multiplier, values, 0, INT32_MAX >> random_between(0, 20));
            for (int32_t l = 0; l < layers; l++) codes[l] = (uint16_t)random_between(0, entries - 1);
            const q3e_embedding e = { table, multiplier, entries, dim, random_between(1, 40) };
            compare_embed(&e, codes, random_between(1, layers), concat);
            free(table);
            free(multiplier);
        }
        report(concat ? "embed_concat" : "embed_sum");
    }
}
