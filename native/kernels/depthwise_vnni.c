/*
 * depthwise_vnni.c - one filter per channel, 32 channels side by side, on AVX-512 VNNI (ARITHMETIC.md, Depthwise).
 *
 *   acc[c] = bias[c] + sum_k w[k][c] * x[t-K+1+k][c];  y[t][c] = sat16(mulr(acc[c] << ls, M[c]))
 *
 * Weights are [taps][channels]. The values of two taps are interleaved by channel, so that VPDPWSSD adds both products; it wraps, which is
 * right modulo 2^32, and the emitter proved that the whole sum fits. All rows of 32 channels are computed before the next 32: their weights
 * are interleaved once.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"

enum { BLOCK = 32, HALF = 16, MAX_PAIRS = 8 };

/* 32 channels of a filter, interleaved: channels 0-3, 8-11, 16-19, 24-27 in [0], the others in [1]. */
typedef struct {
    __m512i weight[MAX_PAIRS][2];
    __m512i bias[2];
    __m512i multiplier[2];
    __m128i left_shift;
    __mmask32 there;      /* channels that there are */
} channel_filter;

/* 32 int32 in the order that interleaving gives. */
Q3E_VNNI Q3E_INLINE void load_interleaved(const int32_t *p, __mmask32 there, __m512i v[2])
{
    const __m512i low = _mm512_maskz_loadu_epi32((__mmask16)there, p);
    const __m512i high = there >> HALF != 0 ? _mm512_maskz_loadu_epi32((__mmask16)(there >> HALF), p + HALF) : _mm512_setzero_si512();
    v[0] = _mm512_permutex2var_epi32(low, _mm512_set_epi32(27, 26, 25, 24, 19, 18, 17, 16, 11, 10, 9, 8, 3, 2, 1, 0), high);
    v[1] = _mm512_permutex2var_epi32(low, _mm512_set_epi32(31, 30, 29, 28, 23, 22, 21, 20, 15, 14, 13, 12, 7, 6, 5, 4), high);
}

Q3E_VNNI static void load_filter(const q3e_depthwise *d, size_t first, channel_filter *f)
{
    const size_t channels = (size_t)d->channels;
    const __m512i none = _mm512_setzero_si512();
    f->there = channels - first < BLOCK ? ((__mmask32)1 << (channels - first)) - 1 : UINT32_MAX;
    f->left_shift = _mm_cvtsi32_si128(d->left_shift);
    load_interleaved(d->bias + first, f->there, f->bias);
    load_interleaved(d->multiplier + first, f->there, f->multiplier);
    for (int32_t k = 0; k < d->taps; k += 2) {
        const int16_t *w = d->weight + (size_t)k * channels + first;
        const __m512i w0 = _mm512_maskz_loadu_epi16(f->there, w);
        const __m512i w1 = k + 1 < d->taps ? _mm512_maskz_loadu_epi16(f->there, w + channels) : none;
        f->weight[k / 2][0] = _mm512_unpacklo_epi16(w0, w1);
        f->weight[k / 2][1] = _mm512_unpackhi_epi16(w0, w1);
    }
}

/*
 * One row of 32 channels. `newest` is the newest row in the sums; of the taps, the first `old` lie in the history, whose rows begin at `past`.
 */
Q3E_VNNI Q3E_INLINE void filter_row(const channel_filter *f, int32_t taps, const int16_t *past, int32_t old, const int16_t *newest, size_t channels,
                                    int16_t *y)
{
    __m512i acc[2] = { f->bias[0], f->bias[1] };
    for (int32_t k = 0; k < taps; k += 2) {
        const int16_t *row = k < old ? past + (size_t)k * channels : newest - (size_t)(taps - 1 - k) * channels;
        const __m512i x0 = _mm512_maskz_loadu_epi16(f->there, row);
        __m512i x1 = x0;
        if (k + 1 < taps) {
            row = k + 1 < old ? past + (size_t)(k + 1) * channels : newest - (size_t)(taps - 2 - k) * channels;
            x1 = _mm512_maskz_loadu_epi16(f->there, row);
        }
        acc[0] = _mm512_dpwssd_epi32(acc[0], _mm512_unpacklo_epi16(x0, x1), f->weight[k / 2][0]);
        acc[1] = _mm512_dpwssd_epi32(acc[1], _mm512_unpackhi_epi16(x0, x1), f->weight[k / 2][1]);
    }
    for (int h = 0; h < 2; h++) acc[h] = q3e_mulr_x16(_mm512_sll_epi32(acc[h], f->left_shift), f->multiplier[h]);
    const __m512i result = _mm512_packs_epi32(acc[0], acc[1]);
    if (f->there == UINT32_MAX) _mm512_storeu_si512(y, result);
    else _mm512_mask_storeu_epi16(y, f->there, result);
}

/* All rows of 32 channels; the pointers are those of the first of them. */
Q3E_VNNI Q3E_INLINE void filter_rows(const channel_filter *f, int32_t taps, const int16_t *history, const int16_t *x, size_t channels, int16_t *y,
                                     int32_t rows)
{
    int32_t t = 0;
    for (; t < rows && t < taps - 1; t++) {
        filter_row(f, taps, history + (size_t)t * channels, taps - 1 - t, x + (size_t)t * channels, channels, y + (size_t)t * channels);
    }
    for (; t < rows; t++) filter_row(f, taps, x, 0, x + (size_t)t * channels, channels, y + (size_t)t * channels);
}

Q3E_VNNI void q3e_depthwise_s16_vnni(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows)
{
    const size_t channels = (size_t)d->channels;
    channel_filter f;
    for (size_t c = 0; c < channels; c += BLOCK) {
        load_filter(d, c, &f);
        if (d->taps == 7) filter_rows(&f, 7, history + c, x + c, channels, y + c, rows);
        else filter_rows(&f, d->taps, history + c, x + c, channels, y + c, rows);
    }
}
#endif
