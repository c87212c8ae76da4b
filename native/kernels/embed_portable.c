/*
 * embed_portable.c - the first layer of a decoder: codes to vectors (ARITHMETIC.md, Embed).
 *
 *   sum:            out[d]         = sat16(rshr(sum_l T[l][k[l]][d] * m[l][d], n))
 *   concatenation:  out[l * D + d] = sat16(rshr(T[l][k[l]][d] * m[l][d], n))
 *
 * T is [layers][entries][dim], m is [layers][dim], k one code per layer.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

/* One rounding at the end of the sum, not one per layer. */
static int16_t embed_round(int64_t sum, int32_t shift)
{
    return (int16_t)q3e_clamp64(q3e_rshr(sum, shift), -32768, 32767);
}

static const int8_t *embed_entry(const q3e_embedding *e, int32_t layer, uint16_t code)
{
    return e->table + ((size_t)layer * (size_t)e->entries + code) * (size_t)e->dim;
}

void q3e_embed_sum(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out)
{
    for (int32_t d = 0; d < e->dim; d++) {
        int64_t sum = 0;
        for (int32_t l = 0; l < layers; l++) sum += (int64_t)embed_entry(e, l, codes[l])[d] * e->multiplier[l * e->dim + d];
        out[d] = embed_round(sum, e->shift);
    }
}

void q3e_embed_concat(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out)
{
    for (int32_t l = 0; l < layers; l++) {
        const int8_t *entry = embed_entry(e, l, codes[l]);
        const int32_t *multiplier = e->multiplier + l * e->dim;
        for (int32_t d = 0; d < e->dim; d++) *out++ = embed_round((int64_t)entry[d] * multiplier[d], e->shift);
    }
}
