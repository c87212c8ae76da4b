/*
 * fft_avx2.c - fast Fourier transform of 2..1024 complex points, scaled by 1/n, four points side by side (ARITHMETIC.md, section 6).
 *
 *   Z[k] = (1/n) sum_i z[i] exp(-2 pi j i k / n)
 *
 * z is re, im, re, im, ... in place. The first two stages, which only add, are one pass; in the others the rotations of four
 * neighbouring j are computed once and applied to every group. At these lengths all rotations are entries of the sine table.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86_sine.h"

enum { QUARTER = 256, TURN_BITS = 10 }; /* a turn is 1024 steps of the sine table */

Q3E_AVX2 Q3E_INLINE __m256i load(const int32_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

Q3E_AVX2 Q3E_INLINE void store(int32_t *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)(void *)p, v);
}

/* Exchanges z[i] and z[i with its log2_n bits reversed]. */
static void permute(int32_t *z, int32_t log2_n)
{
    static const uint8_t reversed5[32] = { 0, 16, 8, 24, 4, 20, 12, 28, 2, 18, 10, 26, 6, 22, 14, 30,
                                           1, 17, 9, 25, 5, 21, 13, 29, 3, 19, 11, 27, 7, 23, 15, 31 };
    for (uint32_t i = 1; i < 1u << log2_n; i++) {
        const uint32_t j = ((uint32_t)reversed5[i & 31u] << 5 | reversed5[i >> 5]) >> (TURN_BITS - log2_n);
        if (i < j) {
            int64_t a, b;
            memcpy(&a, z + 2 * i, sizeof a);
            memcpy(&b, z + 2 * j, sizeof b);
            memcpy(z + 2 * i, &b, sizeof b);
            memcpy(z + 2 * j, &a, sizeof a);
        }
    }
}

/* (im, -re) of four halved points: a rotation by a quarter of a turn. */
Q3E_AVX2 Q3E_INLINE __m256i quarter_turn(__m256i v)
{
    return _mm256_sign_epi32(_mm256_shuffle_epi32(v, _MM_SHUFFLE(2, 3, 0, 1)), _mm256_set_epi32(-1, 1, -1, 1, -1, 1, -1, 1));
}

/* Stages 1 and 2, of groups of two and of four points. */
Q3E_AVX2 static void first_stages(int32_t *z, int32_t n)
{
    for (int32_t g = 0; g < n; g += 4) {
        const __m256i h = _mm256_srai_epi32(load(z + 2 * g), 1), swapped = _mm256_shuffle_epi32(h, _MM_SHUFFLE(1, 0, 3, 2));
        const __m256i p = _mm256_srai_epi32(_mm256_blend_epi32(_mm256_add_epi32(h, swapped), _mm256_sub_epi32(swapped, h), 0xcc), 1);
        const __m256i t = _mm256_blend_epi32(p, quarter_turn(p), 0xcc);
        const __m256i a = _mm256_permute2x128_si256(p, p, 0x00), c = _mm256_permute2x128_si256(t, t, 0x11);
        store(z + 2 * g, _mm256_blend_epi32(_mm256_add_epi32(a, c), _mm256_sub_epi32(a, c), 0xf0));
    }
}

/* The rotations of four neighbouring points, in the low halves of 64 bits, and which of the four are not rotated (j = 0) or rotated by
 * exactly a quarter of a turn (4j = m), without a multiplication. */
typedef struct {
    __m256i re, im, none, quarter;
} rotations;

Q3E_AVX2 Q3E_INLINE rotations rotations_of(int32_t j, int32_t s)
{
    const __m128i index = _mm_sll_epi32(_mm_add_epi32(_mm_set1_epi32(j), _mm_set_epi32(3, 2, 1, 0)), _mm_cvtsi32_si128(TURN_BITS - s));
    rotations r;
    __m256i sine;
    q3e_table_angle_x4(index, &r.re, &sine);
    r.im = _mm256_sub_epi32(_mm256_setzero_si256(), sine);
    r.none = _mm256_cvtepi32_epi64(_mm_cmpeq_epi32(index, _mm_setzero_si128()));
    r.quarter = _mm256_cvtepi32_epi64(_mm_cmpeq_epi32(index, _mm_set1_epi32(QUARTER)));
    return r;
}

/* Four butterflies in each group of m points; `exact` where some of the rotations need no multiplication. */
Q3E_AVX2 Q3E_INLINE void butterflies(int32_t *z, int32_t n, int32_t m, int32_t j, const rotations *r, int exact)
{
    const __m256i half = _mm256_set1_epi64x(INT64_C(0x80000000));
    for (int32_t g = j; g < n; g += m) {
        int32_t *pa = z + 2 * g, *pc = pa + m;
        const __m256i c = load(pc), imaginary = _mm256_srli_epi64(c, 32);
        const __m256i re = _mm256_sub_epi64(_mm256_mul_epi32(c, r->re), _mm256_mul_epi32(imaginary, r->im));
        const __m256i im = _mm256_add_epi64(_mm256_mul_epi32(c, r->im), _mm256_mul_epi32(imaginary, r->re));
        __m256i t = _mm256_blend_epi32(_mm256_srli_epi64(_mm256_add_epi64(re, half), 32), _mm256_add_epi64(im, half), 0xaa);
        if (exact) {
            const __m256i halved = _mm256_srai_epi32(c, 1);
            t = _mm256_blendv_epi8(t, halved, r->none);
            t = _mm256_blendv_epi8(t, quarter_turn(halved), r->quarter);
        }
        const __m256i a = _mm256_srai_epi32(load(pa), 1);
        store(pa, _mm256_add_epi32(a, t));
        store(pc, _mm256_sub_epi32(a, t));
    }
}

Q3E_AVX2 void q3e_fft_avx2(int32_t *z, int32_t log2_n)
{
    if (log2_n < 2) {
        q3e_fft(z, log2_n);
        return;
    }
    const int32_t n = 1 << log2_n;
    permute(z, log2_n);
    first_stages(z, n);
    for (int32_t s = 3; s <= log2_n; s++) {
        const int32_t m = 1 << s;
        for (int32_t j = 0; j < m / 2; j += 4) {
            const rotations r = rotations_of(j, s);
            if (j == 0 || 4 * j == m) butterflies(z, n, m, j, &r, 1);
            else butterflies(z, n, m, j, &r, 0);
        }
    }
}
#endif
