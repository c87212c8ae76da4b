/*
 * rmsnorm_portable.c - root mean square normalisation over the channels of a row, without gain (ARITHMETIC.md, RmsNorm).
 *
 *   V = sum x^2 + E;  y[c] = x[c] / sqrt(V) * sqrt(C), divided by the scale of the result
 *
 * Zhang, Sennrich: Root mean square layer normalization, 2019. Rows are [time][channel].
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

/* x * multiplier, rounded and shifted right by shift, is the result. */
typedef struct {
    int32_t multiplier;
    int32_t shift;
} row_scale;

static row_scale measure(const q3e_layernorm *n, const int16_t *x)
{
    uint64_t energy = (uint64_t)n->epsilon;
    for (int32_t c = 0; c < n->channels; c++) energy += (uint64_t)((int64_t)x[c] * x[c]);
    const int32_t z = q3e_clz64(energy) & ~1; /* even, so that its square root is a shift */
    const uint32_t r = q3e_rsqrt31((uint32_t)((energy << z) >> 32));
    const row_scale result = { (int32_t)(((uint64_t)r * n->scale + UINT64_C(0x80000000)) >> 32), 30 + n->exponent - z / 2 };
    return result;
}

void q3e_rmsnorm_s8(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_scale r = measure(n, x);
        for (int32_t c = 0; c < n->channels; c++) *y++ = (int8_t)q3e_clamp64(q3e_rshr((int64_t)*x++ * r.multiplier, r.shift), -128, 127);
    }
}

void q3e_rmsnorm_s16(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_scale r = measure(n, x);
        for (int32_t c = 0; c < n->channels; c++) *y++ = (int16_t)q3e_clamp64(q3e_rshr((int64_t)*x++ * r.multiplier, r.shift), -32768, 32767);
    }
}
