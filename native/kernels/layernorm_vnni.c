/*
 * layernorm_vnni.c - layer normalisation over the channels of a row on AVX-512, without gain and bias (ARITHMETIC.md, LayerNorm).
 *
 *   S = sum x; Q = sum x^2; V = C*Q - S^2 + E;  y[c] = (C*x[c] - S) / sqrt(V), divided by the scale of the result
 *
 * Sums of squares are kept in 64 bits: a pair of squares reaches 2^31 and is read as unsigned. The result is computed in 64 bits, two
 * registers of 8 for 16 channels.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"

enum { BLOCK = 32, HALF = 16 };

/* (C*x - S) * multiplier, rounded and shifted right by shift, is the result. */
typedef struct {
    __m512i channels;
    __m512i sum;
    __m512i multiplier;
    __m512i half;
    __m128i shift;
} row_norm;

/* The channels of a block that there are. */
Q3E_VNNI Q3E_INLINE __mmask32 channels_from(int32_t c, int32_t channels)
{
    return channels - c < BLOCK ? ((__mmask32)1 << (channels - c)) - 1 : UINT32_MAX;
}

Q3E_VNNI Q3E_INLINE row_norm measure(const q3e_layernorm *n, const int16_t *x)
{
    const __m512i ones = _mm512_set1_epi16(1), low = _mm512_set1_epi64(0xffffffff);
    __m512i s = _mm512_setzero_si512(), q = s;
    for (int32_t c = 0; c < n->channels; c += BLOCK) {
        const __m512i v = _mm512_maskz_loadu_epi16(channels_from(c, n->channels), x + c), pairs = _mm512_madd_epi16(v, v);
        s = _mm512_dpwssd_epi32(s, v, ones);
        q = _mm512_add_epi64(q, _mm512_add_epi64(_mm512_and_si512(pairs, low), _mm512_srli_epi64(pairs, 32)));
    }
    const int64_t sum = _mm512_reduce_add_epi32(s), squares = _mm512_reduce_add_epi64(q);
    const uint64_t variance = (uint64_t)(n->channels * squares - sum * sum + n->epsilon);
    const int32_t z = q3e_clz64(variance) & ~1; /* even, so that its square root is a shift */
    const uint32_t r = q3e_rsqrt31((uint32_t)((variance << z) >> 32));
    const int32_t shift = 30 + n->exponent - z / 2;
    const row_norm result = { _mm512_set1_epi32(n->channels), _mm512_set1_epi32((int32_t)sum),
                              _mm512_set1_epi32((int32_t)(((uint64_t)r * n->scale + UINT64_C(0x80000000)) >> 32)),
                              _mm512_set1_epi64(1LL << (shift - 1)), _mm_cvtsi32_si128(shift) };
    return result;
}

/* Eight results in 64 bits, within 16. */
Q3E_VNNI Q3E_INLINE __m512i normalize8(const row_norm *r, __m512i d)
{
    const __m512i y = _mm512_sra_epi64(_mm512_add_epi64(_mm512_mul_epi32(d, r->multiplier), r->half), r->shift);
    return _mm512_min_epi64(_mm512_max_epi64(y, _mm512_set1_epi64(-32768)), _mm512_set1_epi64(32767));
}

/* Sixteen results within 16 bits, as int32 in order. */
Q3E_VNNI Q3E_INLINE __m512i normalize16(const row_norm *r, __m256i x)
{
    const __m512i d = _mm512_sub_epi32(_mm512_mullo_epi32(_mm512_cvtepi16_epi32(x), r->channels), r->sum);
    const __m512i even = normalize8(r, d), odd = normalize8(r, _mm512_srli_epi64(d, 32));
    return _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
}

Q3E_VNNI void q3e_layernorm_s8_vnni(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_norm r = measure(n, x);
        for (int32_t c = 0; c < n->channels; c += HALF) {
            const __mmask16 there = (__mmask16)channels_from(c, n->channels);
            const __m512i z = normalize16(&r, _mm256_maskz_loadu_epi16(there, x + c));
            if (there == 0xffff) _mm_storeu_si128((__m128i *)(void *)(y + c), _mm512_cvtsepi32_epi8(z));
            else _mm_mask_storeu_epi8(y + c, there, _mm512_cvtsepi32_epi8(z));
        }
        x += n->channels;
        y += n->channels;
    }
}

Q3E_VNNI void q3e_layernorm_s16_vnni(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_norm r = measure(n, x);
        for (int32_t c = 0; c < n->channels; c += HALF) {
            const __mmask16 there = (__mmask16)channels_from(c, n->channels);
            const __m512i z = normalize16(&r, _mm256_maskz_loadu_epi16(there, x + c));
            if (there == 0xffff) _mm256_storeu_si256((__m256i *)(void *)(y + c), _mm512_cvtsepi32_epi16(z));
            else _mm256_mask_storeu_epi16(y + c, there, _mm512_cvtsepi32_epi16(z));
        }
        x += n->channels;
        y += n->channels;
    }
}
#endif
