/*
 * depthwise_m4.c - one filter per channel (ARITHMETIC.md, Depthwise) on a Cortex-M4: two channels and two rows side by side.
 *
 * The rows that one output row reads are those of the next but for one: each word of two channels that is loaded serves both rows.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "q3e_m4.h"

enum { MOST_TAPS = 15 };

Q3E_M4_INLINE uint32_t finish(int32_t even, int32_t odd, int32_t m0, int32_t m1, int32_t left)
{
    const int32_t z0 = m4_smmulr((int32_t)((uint32_t)even << left), m0), z1 = m4_smmulr((int32_t)((uint32_t)odd << left), m1);
    return m4_pack((uint32_t)m4_sat16(z0), (uint32_t)m4_sat16(z1));
}

/* All channels of `count` rows, 1 or 2. in[0..taps]: the rows read, oldest first. */
Q3E_M4_INLINE void rows_of(const q3e_depthwise *d, const int16_t *const *in, int16_t *y, int32_t taps, int32_t count)
{
    const int32_t channels = d->channels, left = d->left_shift;
    const int32_t *bias = d->bias, *multiplier = d->multiplier;
    const int16_t *column = d->weight;
    for (int32_t c = 0; c < channels; c += 2, column += 2) {
        const int16_t *w = column;
        uint32_t weight = m4_load(w), input = m4_load(in[0] + c);
        int32_t b0, b1, m0, m1;
        m4_take_two(&bias, &b0, &b1);
        int32_t even0 = m4_smlabb(weight, input, b0), odd0 = m4_smlatt(weight, input, b1), even1 = b0, odd1 = b1;
        for (int32_t k = 1; k < taps; k++) {
            input = m4_load(in[k] + c);
            if (count == 2) {
                even1 = m4_smlabb(weight, input, even1);
                odd1 = m4_smlatt(weight, input, odd1);
            }
            weight = m4_load(w += channels);
            even0 = m4_smlabb(weight, input, even0);
            odd0 = m4_smlatt(weight, input, odd0);
        }
        m4_take_two(&multiplier, &m0, &m1);
        m4_store(y + c, finish(even0, odd0, m0, m1, left));
        if (count == 2) {
            input = m4_load(in[taps] + c);
            m4_store(y + channels + c, finish(m4_smlabb(weight, input, even1), m4_smlatt(weight, input, odd1), m0, m1, left));
        }
    }
}

void q3e_depthwise_s16_m4(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows)
{
    const int16_t *in[MOST_TAPS + 1];
    const int32_t channels = d->channels, taps = d->taps;
    if ((channels & 1) != 0 || taps > MOST_TAPS) {
        q3e_depthwise_s16(d, history, x, y, rows);
        return;
    }
    for (int32_t t = 0; t < rows; t += 2) {
        const int32_t count = rows - t < 2 ? 1 : 2;
        for (int32_t k = 0; k < taps + count - 1; k++) {
            const int32_t row = t + k - (taps - 1);
            in[k] = row < 0 ? history + (t + k) * channels : x + row * channels;
        }
        if (count == 1 && taps == 7) rows_of(d, in, y, 7, 1);
        else if (count == 1) rows_of(d, in, y, taps, 1);
        else if (taps == 7) rows_of(d, in, y, 7, 2);
        else rows_of(d, in, y, taps, 2);
        y += 2 * channels;
    }
}

#endif
