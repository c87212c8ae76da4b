/*
 * q3e_x86_snake.h - Snake of 16 or 32 values at once (ARITHMETIC.md, section 9).
 *
 *   t = (h * P mod 2^32) >> 16;  y = (h * A + (2^15 - cos15(t)) * B + 2^(r-1)) >> r
 *
 * Everything up to the cosine has 16 bits. Values lie in any order that the constants share; the results are two registers of 32 bits, as
 * unpacking makes them, and packing them again restores the order. Included only inside #ifdef Q3E_X86_KERNELS.
 */
#ifndef Q3E_X86_SNAKE_H
#define Q3E_X86_SNAKE_H

#include "q3e_kernels.h"
#include "q3e_x86.h"

/** Constants of 16 channels: halves of P; A and -B in turn, and 2^15 B + 2^(r-1), each as unpacked. */
typedef struct {
    __m256i low, high, gains[2], offset[2];
} q3e_snake_x16;

/** Constants of 32 channels. */
typedef struct {
    __m512i low, high, gains[2], offset[2];
} q3e_snake_x32;

/** From halves of P and B in the order of the values. */
Q3E_AVX2 Q3E_INLINE q3e_snake_x16 q3e_snake_constants_x16(const q3e_snake *s, __m256i low, __m256i high, __m256i b)
{
    const __m256i a = _mm256_set1_epi16((int16_t)s->input_gain), zero = _mm256_setzero_si256(), minus = _mm256_sub_epi16(zero, b);
    const __m256i half = _mm256_set1_epi32(1 << (s->shift - 1));
    const q3e_snake_x16 c = { low, high, { _mm256_unpacklo_epi16(a, minus), _mm256_unpackhi_epi16(a, minus) },
                              { _mm256_add_epi32(_mm256_srli_epi32(_mm256_unpacklo_epi16(zero, b), 1), half),
                                _mm256_add_epi32(_mm256_srli_epi32(_mm256_unpackhi_epi16(zero, b), 1), half) } };
    return c;
}

Q3E_VNNI Q3E_INLINE q3e_snake_x32 q3e_snake_constants_x32(const q3e_snake *s, __m512i low, __m512i high, __m512i b)
{
    const __m512i a = _mm512_set1_epi16((int16_t)s->input_gain), zero = _mm512_setzero_si512(), minus = _mm512_sub_epi16(zero, b);
    const __m512i half = _mm512_set1_epi32(1 << (s->shift - 1));
    const q3e_snake_x32 c = { low, high, { _mm512_unpacklo_epi16(a, minus), _mm512_unpackhi_epi16(a, minus) },
                              { _mm512_add_epi32(_mm512_srli_epi32(_mm512_unpacklo_epi16(zero, b), 1), half),
                                _mm512_add_epi32(_mm512_srli_epi32(_mm512_unpackhi_epi16(zero, b), 1), half) } };
    return c;
}

/** Snake of h, before the saturation. */
Q3E_AVX2 Q3E_INLINE void q3e_snake_of_x16(const q3e_snake_x16 *c, __m256i h, __m128i shift, __m256i y[2])
{
    /* A negative h is read as h + 2^16 by the product of unsigned halves: that is P's low half too much. */
    const __m256i part = _mm256_sub_epi16(_mm256_mulhi_epu16(h, c->low), _mm256_and_si256(_mm256_srai_epi16(h, 15), c->low));
    const __m256i t = _mm256_add_epi16(_mm256_mullo_epi16(h, c->high), part);
    const __m256i q = _mm256_sub_epi16(_mm256_set1_epi16(0x4000), _mm256_min_epu16(_mm256_abs_epi16(t), _mm256_set1_epi16(0x7fff)));
    const __m256i z = _mm256_adds_epi16(q, q), w = _mm256_mulhrs_epi16(z, z);
    __m256i p = _mm256_add_epi16(_mm256_mulhrs_epi16(_mm256_set1_epi16(-142), w), _mm256_set1_epi16(2603));
    p = _mm256_add_epi16(_mm256_mulhrs_epi16(p, w), _mm256_set1_epi16(-21163));
    p = _mm256_add_epi16(_mm256_mulhrs_epi16(p, w), _mm256_set1_epi16(18702));
    const __m256i cosine = _mm256_adds_epi16(z, _mm256_mulhrs_epi16(p, z));
    y[0] = _mm256_sra_epi32(_mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(h, cosine), c->gains[0]), c->offset[0]), shift);
    y[1] = _mm256_sra_epi32(_mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(h, cosine), c->gains[1]), c->offset[1]), shift);
}

Q3E_VNNI Q3E_INLINE void q3e_snake_of_x32(const q3e_snake_x32 *c, __m512i h, __m128i shift, __m512i y[2])
{
    const __m512i part = _mm512_sub_epi16(_mm512_mulhi_epu16(h, c->low), _mm512_and_si512(_mm512_srai_epi16(h, 15), c->low));
    const __m512i t = _mm512_add_epi16(_mm512_mullo_epi16(h, c->high), part);
    const __m512i q = _mm512_sub_epi16(_mm512_set1_epi16(0x4000), _mm512_min_epu16(_mm512_abs_epi16(t), _mm512_set1_epi16(0x7fff)));
    const __m512i z = _mm512_adds_epi16(q, q), w = _mm512_mulhrs_epi16(z, z);
    __m512i p = _mm512_add_epi16(_mm512_mulhrs_epi16(_mm512_set1_epi16(-142), w), _mm512_set1_epi16(2603));
    p = _mm512_add_epi16(_mm512_mulhrs_epi16(p, w), _mm512_set1_epi16(-21163));
    p = _mm512_add_epi16(_mm512_mulhrs_epi16(p, w), _mm512_set1_epi16(18702));
    const __m512i cosine = _mm512_adds_epi16(z, _mm512_mulhrs_epi16(p, z));
    y[0] = _mm512_sra_epi32(_mm512_add_epi32(_mm512_madd_epi16(_mm512_unpacklo_epi16(h, cosine), c->gains[0]), c->offset[0]), shift);
    y[1] = _mm512_sra_epi32(_mm512_add_epi32(_mm512_madd_epi16(_mm512_unpackhi_epi16(h, cosine), c->gains[1]), c->offset[1]), shift);
}

#endif
