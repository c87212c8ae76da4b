/*
 * embed_avx2.c - the first layer of a decoder: codes to vectors, eight values at a time (ARITHMETIC.md, Embed).
 *
 *   sum:            out[d]         = sat16(rshr(sum_l T[l][k[l]][d] * m[l][d], n))
 *   concatenation:  out[l * D + d] = sat16(rshr(T[l][k[l]][d] * m[l][d], n))
 *
 * T is [layers][entries][dim], m is [layers][dim], k one code per layer. Products and sums have 64 bits.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"

enum { BLOCK = 8 };

static const int8_t *embed_entry(const q3e_embedding *e, int32_t layer, uint16_t code)
{
    return e->table + ((size_t)layer * (size_t)e->entries + code) * (size_t)e->dim;
}

/* Values first..first+7 of layers from..to-1, summed. */
Q3E_AVX2 Q3E_INLINE __m128i embed_block(const q3e_embedding *e, const uint16_t *codes, int32_t from, int32_t to, int32_t first)
{
    const int64_t rounding = (int64_t)1 << (e->shift - 1);
    const __m256i half = _mm256_set1_epi64x(rounding);
    const __m128i shift = _mm_cvtsi32_si128(e->shift);
    __m256i even = half, odd = half;
    for (int32_t l = from; l < to; l++) {
        const __m256i t = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)(embed_entry(e, l, codes[l]) + first)));
        const __m256i m = _mm256_loadu_si256((const __m256i *)(const void *)(e->multiplier + (size_t)l * (size_t)e->dim + first));
        even = _mm256_add_epi64(even, _mm256_mul_epi32(t, m));
        odd = _mm256_add_epi64(odd, _mm256_mul_epi32(_mm256_srli_epi64(t, 32), _mm256_srli_epi64(m, 32)));
    }
    even = q3e_clamp64_x4(q3e_sra64_x4(even, shift), -32768, 32767);
    odd = q3e_clamp64_x4(q3e_sra64_x4(odd, shift), -32768, 32767);
    const __m256i both = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
    return _mm_packs_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
}

/* The values that fill no block. */
static int16_t embed_one(const q3e_embedding *e, const uint16_t *codes, int32_t from, int32_t to, int32_t d)
{
    int64_t sum = 0;
    for (int32_t l = from; l < to; l++) sum += (int64_t)embed_entry(e, l, codes[l])[d] * e->multiplier[l * e->dim + d];
    return (int16_t)q3e_clamp64(q3e_rshr(sum, e->shift), -32768, 32767);
}

Q3E_AVX2 static void embed_layers(const q3e_embedding *e, const uint16_t *codes, int32_t from, int32_t to, int16_t *out)
{
    int32_t d = 0;
    for (; d + BLOCK <= e->dim; d += BLOCK) _mm_storeu_si128((__m128i *)(void *)(out + d), embed_block(e, codes, from, to, d));
    for (; d < e->dim; d++) out[d] = embed_one(e, codes, from, to, d);
}

Q3E_AVX2 void q3e_embed_sum_avx2(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out)
{
    embed_layers(e, codes, 0, layers, out);
}

Q3E_AVX2 void q3e_embed_concat_avx2(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out)
{
    for (int32_t l = 0; l < layers; l++) embed_layers(e, codes, l, l + 1, out + (size_t)l * (size_t)e->dim);
}
#endif
