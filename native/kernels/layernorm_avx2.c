/*
 * layernorm_avx2.c - layer normalisation over the channels of a row, without gain and bias (ARITHMETIC.md, LayerNorm).
 *
 *   S = sum x; Q = sum x^2; V = C*Q - S^2 + E;  y[c] = (C*x[c] - S) / sqrt(V), divided by the scale of the result
 *
 * Sums of squares are kept in 64 bits: a pair of squares reaches 2^31 and is read as unsigned. The result is computed in 64 bits, four
 * channels at a time.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"

/* (C*x - S) * multiplier, rounded and shifted right by shift, is the result. */
typedef struct {
    int32_t channels;
    int32_t sum;
    int32_t multiplier;
    int32_t shift;
} row_norm;

Q3E_AVX2 static void sums(const int16_t *x, int32_t channels, int64_t *sum, int64_t *squares)
{
    const __m256i ones = _mm256_set1_epi16(1), low = _mm256_set1_epi64x(0xffffffff);
    __m256i s = _mm256_setzero_si256(), q = s;
    int32_t c = 0;
    for (; c + 16 <= channels; c += 16) {
        const __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(x + c)), pairs = _mm256_madd_epi16(v, v);
        s = _mm256_add_epi32(s, _mm256_madd_epi16(v, ones));
        q = _mm256_add_epi64(q, _mm256_add_epi64(_mm256_and_si256(pairs, low), _mm256_srli_epi64(pairs, 32)));
    }
    int32_t each[8];
    int64_t wide[4];
    _mm256_storeu_si256((__m256i *)(void *)each, s);
    _mm256_storeu_si256((__m256i *)(void *)wide, q);
    *sum = 0;
    for (int i = 0; i < 8; i++) *sum += each[i];
    *squares = wide[0] + wide[1] + wide[2] + wide[3];
    for (; c < channels; c++) {
        *sum += x[c];
        *squares += (int64_t)x[c] * x[c];
    }
}

Q3E_AVX2 static row_norm measure(const q3e_layernorm *n, const int16_t *x)
{
    int64_t sum, squares;
    sums(x, n->channels, &sum, &squares);
    const uint64_t variance = (uint64_t)(n->channels * squares - sum * sum + n->epsilon);
    const int32_t z = q3e_clz64(variance) & ~1; /* even, so that its square root is a shift */
    const uint32_t r = q3e_rsqrt31((uint32_t)((variance << z) >> 32));
    const row_norm result = { n->channels, (int32_t)sum, (int32_t)(((uint64_t)r * n->scale + UINT64_C(0x80000000)) >> 32),
                              30 + n->exponent - z / 2 };
    return result;
}

static int64_t normalize(const row_norm *r, int16_t x)
{
    return q3e_rshr((int64_t)(r->channels * x - r->sum) * r->multiplier, r->shift);
}

/* Eight results within 16 bits, as int32 in order. */
Q3E_AVX2 Q3E_INLINE __m256i normalize8(const row_norm *r, const int16_t *x)
{
    const __m256i channels = _mm256_set1_epi32(r->channels), sum = _mm256_set1_epi32(r->sum), multiplier = _mm256_set1_epi32(r->multiplier);
    const int64_t rounding = (int64_t)1 << (r->shift - 1);
    const __m256i half = _mm256_set1_epi64x(rounding);
    const __m128i shift = _mm_cvtsi32_si128(r->shift);
    const __m256i v = _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(const void *)x));
    const __m256i d = _mm256_sub_epi32(_mm256_mullo_epi32(v, channels), sum);
    const __m256i even = q3e_sra64_x4(_mm256_add_epi64(_mm256_mul_epi32(d, multiplier), half), shift);
    const __m256i odd = q3e_sra64_x4(_mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(d, 32), multiplier), half), shift);
    return _mm256_blend_epi32(q3e_clamp64_x4(even, -32768, 32767), _mm256_slli_epi64(q3e_clamp64_x4(odd, -32768, 32767), 32), 0xaa);
}

/* Eight int32 within 16 bits to int16, in order. */
Q3E_AVX2 Q3E_INLINE __m128i pack8(__m256i v)
{
    return _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

Q3E_AVX2 void q3e_layernorm_s8_avx2(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_norm r = measure(n, x);
        int32_t c = 0;
        for (; c + 16 <= n->channels; c += 16) {
            const __m128i low = pack8(normalize8(&r, x + c)), high = pack8(normalize8(&r, x + c + 8));
            _mm_storeu_si128((__m128i *)(void *)(y + c), _mm_packs_epi16(low, high));
        }
        for (; c < n->channels; c++) y[c] = (int8_t)q3e_clamp64(normalize(&r, x[c]), -128, 127);
        x += n->channels;
        y += n->channels;
    }
}

Q3E_AVX2 void q3e_layernorm_s16_avx2(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_norm r = measure(n, x);
        int32_t c = 0;
        for (; c + 8 <= n->channels; c += 8) _mm_storeu_si128((__m128i *)(void *)(y + c), pack8(normalize8(&r, x + c)));
        for (; c < n->channels; c++) y[c] = (int16_t)q3e_clamp64(normalize(&r, x[c]), -32768, 32767);
        x += n->channels;
        y += n->channels;
    }
}
#endif
