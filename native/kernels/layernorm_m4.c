/*
 * layernorm_m4.c - layer normalisation (ARITHMETIC.md, LayerNorm) on a Cortex-M4, two channels in a word.
 *
 * A result (C*x - S) * M, rounded and shifted right by sh, is its upper half plus 2^(sh - 33), shifted right by sh - 32: SMMLA and ASR, for every
 * sh above 32. That is every row but one of very small variance, which takes the long way.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "q3e_m4.h"
#include "q3e_math.h"

enum { MOST_CHANNELS = 32766 /* C is an int16 operand */ };

Q3E_M4_INLINE void put(void *y, int32_t c, int32_t value, int narrow)
{
    if (narrow) ((int8_t *)y)[c] = (int8_t)m4_sat8(value);
    else ((int16_t *)y)[c] = (int16_t)m4_sat16(value);
}

Q3E_M4_INLINE void normalize_row(const q3e_layernorm *n, const int16_t *x, void *y, int narrow)
{
    const int32_t channels = n->channels;
    int32_t sum = 0;
    int64_t squares = 0;
    for (int32_t c = 0; c < channels; c += 2) {
        const uint32_t two = m4_load(x + c);
        sum = m4_smlad(two, 0x00010001u, sum);
        squares = m4_add_squares(two, squares);
    }
    const uint64_t variance = (uint64_t)(channels * squares - (int64_t)sum * sum + n->epsilon);
    const int32_t z = q3e_clz64(variance) & ~1;
    const uint32_t r = q3e_rsqrt31((uint32_t)((variance << z) >> 32));
    const int32_t multiplier = (int32_t)(((uint64_t)r * n->scale + UINT64_C(0x80000000)) >> 32), shift = 30 + n->exponent - z / 2;
    if (shift > 32) {
        const int32_t half = 1 << (shift - 33), rest = shift - 32, minus_sum = -sum;
        for (int32_t c = 0; c < channels; c += 2) {
            const uint32_t two = m4_load(x + c);
            put(y, c, m4_smmla(m4_smlabb(two, (uint32_t)channels, minus_sum), multiplier, half) >> rest, narrow);
            put(y, c + 1, m4_smmla(m4_smlatb(two, (uint32_t)channels, minus_sum), multiplier, half) >> rest, narrow);
        }
    } else {
        for (int32_t c = 0; c < channels; c++) {
            const int64_t value = q3e_rshr((int64_t)(channels * x[c] - sum) * multiplier, shift);
            put(y, c, (int32_t)q3e_clamp64(value, -32768, 32767), narrow);
        }
    }
}

/* Two channels at a time. */
static int is_ours(const q3e_layernorm *n)
{
    return (n->channels & 1) == 0 && n->channels <= MOST_CHANNELS;
}

void q3e_layernorm_s8_m4(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows)
{
    if (!is_ours(n)) {
        q3e_layernorm_s8(n, x, y, rows);
        return;
    }
    for (; rows > 0; rows--, x += n->channels, y += n->channels) normalize_row(n, x, y, 1);
}

void q3e_layernorm_s16_m4(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows)
{
    if (!is_ours(n)) {
        q3e_layernorm_s16(n, x, y, rows);
        return;
    }
    for (; rows > 0; rows--, x += n->channels, y += n->channels) normalize_row(n, x, y, 0);
}

#endif
