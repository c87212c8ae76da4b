/*
 * q3e_neon_sine.h - sines of four arguments at once on NEON (ARITHMETIC.md, section 2).
 *
 * Included only inside #ifdef Q3E_NEON_KERNELS.
 */
#ifndef Q3E_NEON_SINE_H
#define Q3E_NEON_SINE_H

#include "q3e_neon.h"

/** Cosine and sine of (first + i * step) / 1024 of a turn for i = 0..3: exact entries of the sine table. All four within the first quarter of
 *  a turn or all four within the second. */
Q3E_INLINE void q3e_table_angle_x4(int32_t first, int32_t step, int32x4_t *cosine, int32x4_t *sine)
{
    const int32_t falling = first >= 256;
    const int32_t *rise = falling ? q3e_sine + 512 - first : q3e_sine + first, *fall = falling ? q3e_sine + first - 256 : q3e_sine + 256 - first;
    const int32_t up = falling ? -step : step;
    const int32x4_t s = { rise[0], rise[up], rise[2 * up], rise[3 * up] };
    const int32x4_t c = { fall[0], fall[-up], fall[-2 * up], fall[-3 * up] };
    *sine = s;
    *cosine = falling ? vnegq_s32(c) : c;
}

#endif
