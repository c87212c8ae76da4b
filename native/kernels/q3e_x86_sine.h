/*
 * q3e_x86_sine.h - sines and mantissas of four arguments at once (ARITHMETIC.md, section 2).
 *
 * Four results lie in the low halves of four 64-bit places, where VPMULDQ reads them; the high halves are unspecified. Neighbouring
 * entries of a table come with one 64-bit read. Included only inside #ifdef Q3E_X86_KERNELS.
 */
#ifndef Q3E_X86_SINE_H
#define Q3E_X86_SINE_H

#include "q3e_tables.h"
#include "q3e_x86.h"

/** Entries i and i + 1 of a table of 32-bit numbers: low and high half. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_neighbours_x4(const void *table, __m128i i)
{
    return _mm256_i32gather_epi64((const long long *)table, i, 4);
}

/** Cosine and sine of index / 1024 of a turn, 0 <= index <= 512: exact entries of the sine table. */
Q3E_AVX2 Q3E_INLINE void q3e_table_angle_x4(__m128i index, __m256i *cosine, __m256i *sine)
{
    const __m128i quarter = _mm_set1_epi32(256), from_quarter = _mm_sub_epi32(quarter, index), distance = _mm_abs_epi32(from_quarter);
    *cosine = _mm256_cvtepi32_epi64(_mm_sign_epi32(_mm_i32gather_epi32((const int *)q3e_sine, distance, 4), from_quarter));
    *sine = _mm256_cvtepi32_epi64(_mm_i32gather_epi32((const int *)q3e_sine, _mm_sub_epi32(quarter, distance), 4));
}

/** sin31 of four numbers of turns. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_sin31_x4(__m128i t)
{
    const __m128i quarter = _mm_set1_epi32(0x40000000);
    const __m128i within = _mm_and_si128(t, _mm_set1_epi32(0x3fffffff)), falling = _mm_srai_epi32(_mm_slli_epi32(t, 1), 31);
    const __m128i x = _mm_blendv_epi8(within, _mm_sub_epi32(quarter, within), falling);
    const __m256i pair = q3e_neighbours_x4(q3e_sine, _mm_srli_epi32(x, 22));
    const __m256i r = _mm256_cvtepu32_epi64(_mm_and_si128(x, _mm_set1_epi32(0x3fffff)));
    const __m256i step = _mm256_mul_epi32(_mm256_sub_epi32(_mm256_srli_epi64(pair, 32), pair), r);
    const __m256i s = _mm256_add_epi32(pair, _mm256_srli_epi64(_mm256_add_epi64(step, _mm256_set1_epi64x(0x200000)), 22));
    const __m256i negative = _mm256_cvtepi32_epi64(_mm_srai_epi32(t, 31));
    return _mm256_sub_epi32(_mm256_xor_si256(s, negative), negative);
}

/** cos31 of four numbers of turns. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_cos31_x4(__m128i t)
{
    return q3e_sin31_x4(_mm_add_epi32(t, _mm_set1_epi32(0x40000000)));
}

/** exp2m of four fractions. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_exp2m_x4(__m128i f)
{
    const __m256i pair = q3e_neighbours_x4(q3e_exp2, _mm_srli_epi32(f, 12));
    const __m256i r = _mm256_cvtepu32_epi64(_mm_and_si128(f, _mm_set1_epi32(0xfff)));
    const __m256i step = _mm256_mul_epu32(_mm256_sub_epi32(_mm256_srli_epi64(pair, 32), pair), r);
    return _mm256_add_epi32(pair, _mm256_srli_epi64(_mm256_add_epi64(step, _mm256_set1_epi64x(0x800)), 12));
}

/** recip31 of four numbers above 2^31. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_recip31_x4(__m128i d)
{
    const __m256i pair = q3e_neighbours_x4(q3e_recip, _mm_sub_epi32(_mm_srli_epi32(d, 23), _mm_set1_epi32(256)));
    const __m256i r = _mm256_cvtepu32_epi64(_mm_and_si128(d, _mm_set1_epi32(0x7fffff)));
    const __m256i step = _mm256_mul_epu32(_mm256_sub_epi32(pair, _mm256_srli_epi64(pair, 32)), r);
    return _mm256_sub_epi32(pair, _mm256_srli_epi64(step, 23));
}

/** clz32 of four numbers that are not zero. */
Q3E_AVX2 Q3E_INLINE __m128i q3e_clz32_x4(__m128i x)
{
    __m128i n = _mm_setzero_si128();
    for (int width = 16; width > 0; width /= 2) {
        const __m128i count = _mm_cvtsi32_si128(32 - width);
        const __m128i empty = _mm_cmpeq_epi32(_mm_srl_epi32(x, count), _mm_setzero_si128()), shift = _mm_and_si128(empty, _mm_set1_epi32(width));
        n = _mm_add_epi32(n, shift);
        x = _mm_sllv_epi32(x, shift);
    }
    return n;
}

#endif
