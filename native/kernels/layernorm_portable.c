/*
 * layernorm_portable.c - layer normalisation over the channels of a row, without gain and bias (ARITHMETIC.md, LayerNorm).
 *
 *   S = sum x; Q = sum x^2; V = C*Q - S^2 + E;  y[c] = (C*x[c] - S) / sqrt(V), divided by the scale of the result
 *
 * Ba, Kiros, Hinton: Layer Normalization, 2016. Rows are [time][channel]. Mean and variance stay exact integers; the only
 * approximation is the reciprocal square root.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

/* (C*x - S) * multiplier, rounded and shifted right by shift, is the result. */
typedef struct {
    int32_t sum;
    int32_t multiplier;
    int32_t shift;
} row_norm;

static row_norm measure(const q3e_layernorm *n, const int16_t *x)
{
    row_norm result;
    int32_t sum = 0;
    int64_t squares = 0;
    for (int32_t c = 0; c < n->channels; c++) {
        int32_t v = x[c];
        sum += v;
        squares += v * v;
    }
    uint64_t variance = (uint64_t)((int64_t)n->channels * squares - (int64_t)sum * sum + n->epsilon);
    int32_t z = q3e_clz64(variance) & ~1; /* even, so that its square root is a shift */
    uint32_t r = q3e_rsqrt31((uint32_t)((variance << z) >> 32));
    result.sum = sum;
    result.multiplier = (int32_t)(((uint64_t)r * n->scale + UINT64_C(0x80000000)) >> 32);
    result.shift = 30 + n->exponent - z / 2;
    return result;
}

static int64_t normalize(const q3e_layernorm *n, const row_norm *r, int16_t x)
{
    return q3e_rshr((int64_t)(n->channels * x - r->sum) * r->multiplier, r->shift);
}

void q3e_layernorm_s8(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        row_norm r = measure(n, x);
        for (int32_t c = 0; c < n->channels; c++) *y++ = (int8_t)q3e_clamp64(normalize(n, &r, *x++), -128, 127);
    }
}

void q3e_layernorm_s16(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        row_norm r = measure(n, x);
        for (int32_t c = 0; c < n->channels; c++) *y++ = (int16_t)q3e_clamp64(normalize(n, &r, *x++), -32768, 32767);
    }
}
