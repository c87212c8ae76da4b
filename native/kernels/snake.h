/*
 * snake.h - the Snake of one value (ARITHMETIC.md, section 9), for the kernels that end in it.
 *
 *   t = (h * P[c] mod 2^32) >> 16;  y = sat(rshr(h * A + (2^15 - cos15(t)) * B[c], r))
 *
 * Ziyin, Hartwig, Ueda: Neural networks fail to learn periodic functions and how to fix it, 2020. 32-bit lanes and no table: compilers
 * vectorise the loops around it.
 */
#ifndef Q3E_SNAKE_H
#define Q3E_SNAKE_H

#include "q3e_kernels.h"
#include "q3e_math.h"

/** (a * b + 2^14) >> 15. */
static inline int32_t q3e_mulrs(int32_t a, int32_t b)
{
    return (a * b + 0x4000) >> 15;
}

/** Cosine of t / 2^16 turns, t = 0..65535, Q15. */
static inline int32_t q3e_cos15(int32_t t)
{
    const int32_t nearest = t <= 0x8000 ? t : 0x10000 - t;
    const int32_t twice = 2 * (0x4000 - (nearest < 0x7fff ? nearest : 0x7fff));
    const int32_t z = twice < 0x7fff ? twice : 0x7fff, w = q3e_mulrs(z, z);
    const int32_t p = q3e_mulrs(q3e_mulrs(q3e_mulrs(-142, w) + 2603, w) - 21163, w) + 18702;
    return q3e_clamp(z + q3e_mulrs(p, z), -32768, 32767);
}

/** Snake of h in a channel, before the saturation. */
static inline int32_t q3e_snake_value(const q3e_snake *s, int32_t channel, int32_t h)
{
    const int32_t t = (int32_t)((uint32_t)h * s->frequency[channel] >> 16);
    return (h * s->input_gain + (0x8000 - q3e_cos15(t)) * s->gain[channel] + (1 << (s->shift - 1))) >> s->shift;
}

#endif
