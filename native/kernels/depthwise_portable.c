/*
 * depthwise_portable.c - one filter per channel (ARITHMETIC.md, Depthwise).
 *
 *   acc[c] = bias[c] + sum_k w[k][c] * x[t-K+1+k][c];  y[t][c] = sat16(mulr(acc[c] << ls, M[c]))
 *
 * Weights are [taps][channels]: neighbouring channels are neighbours in memory in every operand, so a block of channels is computed
 * side by side with its sums in registers.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

enum { BLOCK = 16 };

/* `newest` is the newest row of x in the sums; of the taps, the first `old` lie in the history, whose rows begin at `past`. */
static void depthwise_block(const q3e_depthwise *d, const int16_t *past, int32_t old, const int16_t *newest, int32_t first, int32_t count,
                            int16_t *y)
{
    size_t channels = (size_t)d->channels;
    int32_t acc[BLOCK];
    for (int32_t i = 0; i < count; i++) acc[i] = d->bias[first + i];
    for (int32_t k = 0; k < d->taps; k++) {
        const int16_t *row = k < old ? past + (size_t)k * channels : newest - (size_t)(d->taps - 1 - k) * channels;
        const int16_t *w = d->weight + (size_t)k * channels + first;
        row += first;
        for (int32_t i = 0; i < count; i++) acc[i] += (int32_t)w[i] * row[i];
    }
    int32_t left = 1 << d->left_shift;
    for (int32_t i = 0; i < count; i++) y[first + i] = q3e_sat16(q3e_mulr(acc[i] * left, d->multiplier[first + i]));
}

void q3e_depthwise_s16(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows)
{
    size_t channels = (size_t)d->channels;
    for (int32_t t = 0; t < rows; t++) {
        int32_t old = t < d->taps - 1 ? d->taps - 1 - t : 0;
        const int16_t *past = old > 0 ? history + (size_t)t * channels : history;
        int32_t c = 0;
        for (; c + BLOCK <= d->channels; c += BLOCK) depthwise_block(d, past, old, x, c, BLOCK, y);
        if (c < d->channels) depthwise_block(d, past, old, x, c, d->channels - c, y);
        x += channels;
        y += channels;
    }
}
