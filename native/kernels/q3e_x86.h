/*
 * q3e_x86.h - what the kernels for x86-64 share.
 *
 * Their functions carry their instruction set in an attribute: no compiler flag is needed, and one library runs on every x86-64. Nothing
 * here computes in floating point. Included only inside #ifdef Q3E_X86_KERNELS.
 */
#ifndef Q3E_X86_H
#define Q3E_X86_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#include "q3e_cpu.h"

#ifdef Q3E_GNU_DIALECT
#define Q3E_AVX2 __attribute__((target("avx2")))
#define Q3E_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define Q3E_INLINE static inline __attribute__((always_inline))
#else
#define Q3E_AVX2
#define Q3E_VNNI
#define Q3E_INLINE static __forceinline
#endif

/** mulr of eight pairs: (a * b + 2^31) >> 32. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_mulr_x8(__m256i a, __m256i b)
{
    const __m256i half = _mm256_set1_epi64x(INT64_C(0x80000000));
    __m256i even = _mm256_add_epi64(_mm256_mul_epi32(a, b), half);
    __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)), half);
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
}

/** mulr of sixteen pairs. */
Q3E_VNNI Q3E_INLINE __m512i q3e_mulr_x16(__m512i a, __m512i b)
{
    const __m512i half = _mm512_set1_epi64(INT64_C(0x80000000));
    const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(a, b), half);
    const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(b, 32)), half);
    return _mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_DDBB);
}

/** x >> n (floor) of four int64; AVX2 has only the logical shift. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_sra64_x4(__m256i x, __m128i n)
{
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    return _mm256_sub_epi64(_mm256_srl_epi64(_mm256_xor_si256(x, sign), n), _mm256_srl_epi64(sign, n));
}

/** The same, with a count for each. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_srav64_x4(__m256i x, __m256i n)
{
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    return _mm256_sub_epi64(_mm256_srlv_epi64(_mm256_xor_si256(x, sign), n), _mm256_srlv_epi64(sign, n));
}

/** Four int64 limited to lo..hi. */
Q3E_AVX2 Q3E_INLINE __m256i q3e_clamp64_x4(__m256i x, int64_t lo, int64_t hi)
{
    const __m256i low = _mm256_set1_epi64x(lo), high = _mm256_set1_epi64x(hi);
    x = _mm256_blendv_epi8(x, low, _mm256_cmpgt_epi64(low, x));
    return _mm256_blendv_epi8(x, high, _mm256_cmpgt_epi64(x, high));
}

#endif
