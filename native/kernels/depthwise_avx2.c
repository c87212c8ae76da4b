/*
 * depthwise_avx2.c - one filter per channel, 16 channels side by side (ARITHMETIC.md, Depthwise).
 *
 *   acc[c] = bias[c] + sum_k w[k][c] * x[t-K+1+k][c];  y[t][c] = sat16(mulr(acc[c] << ls, M[c]))
 *
 * Weights are [taps][channels]. The values of two taps are interleaved by channel, so that VPMADDWD adds both products: the sum of two
 * products of -32768 wraps, which is right modulo 2^32, and the emitter proved that the whole sum fits.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"

enum { BLOCK = 16, MAX_TAPS = 15 };

Q3E_AVX2 Q3E_INLINE __m256i load(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

/* Sixteen int32 in the order that interleaving gives: channels 0-3 and 8-11 in [0], 4-7 and 12-15 in [1]. */
Q3E_AVX2 Q3E_INLINE void load_interleaved(const int32_t *p, __m256i v[2])
{
    const __m256i low = load(p), high = load(p + 8);
    v[0] = _mm256_permute2x128_si256(low, high, 0x20);
    v[1] = _mm256_permute2x128_si256(low, high, 0x31);
}

/* row[k] is the row of tap k; channels first..first+15. */
Q3E_AVX2 Q3E_INLINE void depthwise_block(const q3e_depthwise *d, const int16_t *const *row, size_t first, int16_t *y)
{
    const size_t channels = (size_t)d->channels;
    const int16_t *w = d->weight + first;
    const __m128i left = _mm_cvtsi32_si128(d->left_shift);
    __m256i acc[2], multiplier[2];
    load_interleaved(d->bias + first, acc);
    load_interleaved(d->multiplier + first, multiplier);
    for (int32_t k = 0; k < d->taps; k += 2) {
        const int pair = k + 1 < d->taps;
        const __m256i x0 = load(row[k] + first), w0 = load(w);
        const __m256i x1 = pair ? load(row[k + 1] + first) : x0, w1 = pair ? load(w + channels) : _mm256_setzero_si256();
        acc[0] = _mm256_add_epi32(acc[0], _mm256_madd_epi16(_mm256_unpacklo_epi16(x0, x1), _mm256_unpacklo_epi16(w0, w1)));
        acc[1] = _mm256_add_epi32(acc[1], _mm256_madd_epi16(_mm256_unpackhi_epi16(x0, x1), _mm256_unpackhi_epi16(w0, w1)));
        w += 2 * channels;
    }
    const __m256i low = q3e_mulr_x8(_mm256_sll_epi32(acc[0], left), multiplier[0]);
    const __m256i high = q3e_mulr_x8(_mm256_sll_epi32(acc[1], left), multiplier[1]);
    _mm256_storeu_si256((__m256i *)(void *)(y + first), _mm256_packs_epi32(low, high));
}

/* The channels that fill no block. */
static int16_t depthwise_one(const q3e_depthwise *d, const int16_t *const *row, size_t c)
{
    int32_t acc = d->bias[c];
    for (int32_t k = 0; k < d->taps; k++) acc += (int32_t)d->weight[(size_t)k * (size_t)d->channels + c] * row[k][c];
    return q3e_sat16(q3e_mulr(acc * (1 << d->left_shift), d->multiplier[c]));
}

Q3E_AVX2 void q3e_depthwise_s16_avx2(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows)
{
    const size_t channels = (size_t)d->channels;
    const int16_t *row[MAX_TAPS];
    for (int32_t t = 0; t < rows; t++) {
        for (int32_t k = 0; k < d->taps; k++) {
            const int32_t from = t + k; /* rows after the oldest of the history */
            row[k] = from < d->taps - 1 ? history + (size_t)from * channels : x + (size_t)(from - (d->taps - 1)) * channels;
        }
        size_t c = 0;
        for (; c + BLOCK <= channels; c += BLOCK) depthwise_block(d, row, c, y);
        for (; c < channels; c++) y[c] = depthwise_one(d, row, c);
        y += channels;
    }
}
#endif
