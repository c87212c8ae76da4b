/*
 * snake_neon.c - Snake where no matrix stands before it, eight channels at once on NEON (ARITHMETIC.md, section 9).
 *
 *   y = sat(rshr(h * A + (2^15 - cos15(h * P)) * B, r))
 *
 * Rows are [time][channel]; channels that fill no register go to the portable kernel's formula.
 */
#include "q3e_arm_kernels.h"
#include "snake.h"

#ifdef Q3E_NEON_KERNELS
#include "q3e_neon_snake.h"

enum { LANES = 8 };

void q3e_snake_s8_neon(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels)
{
    for (int32_t t = 0; t < rows; t++) {
        int32_t c = 0;
        for (; c + LANES <= channels; c += LANES) vst1_s8(y + c, vqmovn_s16(q3e_snake_x8(s, c, vld1q_s16(x + c))));
        for (; c < channels; c++) y[c] = q3e_sat8(q3e_snake_value(s, c, x[c]));
        x += channels;
        y += channels;
    }
}

void q3e_snake_s16_neon(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels)
{
    for (int32_t t = 0; t < rows; t++) {
        int32_t c = 0;
        for (; c + LANES <= channels; c += LANES) vst1q_s16(y + c, q3e_snake_x8(s, c, vld1q_s16(x + c)));
        for (; c < channels; c++) y[c] = q3e_sat16(q3e_snake_value(s, c, x[c]));
        x += channels;
        y += channels;
    }
}
#endif
