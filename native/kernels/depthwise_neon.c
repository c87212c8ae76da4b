/*
 * depthwise_neon.c - one filter per channel, eight channels side by side, on NEON (ARITHMETIC.md, Depthwise).
 *
 *   acc[c] = bias[c] + sum_k w[k][c] * x[t-K+1+k][c];  y[t][c] = sat16(mulr(acc[c] << ls, M[c]))
 *
 * Weights are [taps][channels]: neighbouring channels are neighbours in memory in every operand.
 */
#include "q3e_cpu.h"

#ifdef Q3E_NEON_KERNELS
#include "q3e_arm_kernels.h"
#include "q3e_math.h"
#include "q3e_neon.h"

enum { BLOCK = 8, MAX_TAPS = 15 };

/* row[k] is the row of tap k; channels first..first+7. */
Q3E_INLINE void depthwise_block(const q3e_depthwise *d, const int16_t *const *row, size_t first, int16_t *y)
{
    const int16_t *w = d->weight + first;
    const int32x4_t left = vdupq_n_s32(d->left_shift);
    int32x4_t low = vld1q_s32(d->bias + first), high = vld1q_s32(d->bias + first + 4);
    for (int32_t k = 0; k < d->taps; k++) {
        const int16x8_t x = vld1q_s16(row[k] + first), v = vld1q_s16(w);
        low = vmlal_s16(low, vget_low_s16(x), vget_low_s16(v));
#ifdef __aarch64__
        high = vmlal_high_s16(high, x, v);
#else
        high = vmlal_s16(high, vget_high_s16(x), vget_high_s16(v));
#endif
        w += d->channels;
    }
    low = q3e_mulr_x4(vshlq_s32(low, left), vld1q_s32(d->multiplier + first));
    high = q3e_mulr_x4(vshlq_s32(high, left), vld1q_s32(d->multiplier + first + 4));
    vst1q_s16(y + first, q3e_narrow_x8(low, high));
}

/* The channels that fill no block. */
static int16_t depthwise_one(const q3e_depthwise *d, const int16_t *const *row, size_t c)
{
    int32_t acc = d->bias[c];
    for (int32_t k = 0; k < d->taps; k++) acc += (int32_t)d->weight[(size_t)k * (size_t)d->channels + c] * row[k][c];
    return q3e_sat16(q3e_mulr(acc * (1 << d->left_shift), d->multiplier[c]));
}

void q3e_depthwise_s16_neon(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows)
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
