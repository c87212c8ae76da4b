/*
 * q3e_neon_snake.h - Snake of eight values at once on NEON (ARITHMETIC.md, section 9).
 *
 *   t = (h * P mod 2^32) >> 16;  y = (h * A + (2^15 - cos15(t)) * B + 2^(r-1)) >> r
 *
 * VQRDMULH of int16 is mulrs: the one product that saturates, of two -32768s, does not occur. Included only inside #ifdef Q3E_NEON_KERNELS.
 */
#ifndef Q3E_NEON_SNAKE_H
#define Q3E_NEON_SNAKE_H

#include "q3e_kernels.h"
#include "q3e_neon.h"

/** cos15 of eight numbers of turns. */
Q3E_INLINE int16x8_t q3e_cos15_x8(uint16x8_t t)
{
    const uint16x8_t nearest = vminq_u16(vreinterpretq_u16_s16(vabsq_s16(vreinterpretq_s16_u16(t))), vdupq_n_u16(0x7fff));
    const int16x8_t q = vsubq_s16(vdupq_n_s16(0x4000), vreinterpretq_s16_u16(nearest));
    const int16x8_t z = vqaddq_s16(q, q), w = vqrdmulhq_s16(z, z);
    int16x8_t p = vaddq_s16(vqrdmulhq_s16(vdupq_n_s16(-142), w), vdupq_n_s16(2603));
    p = vaddq_s16(vqrdmulhq_s16(p, w), vdupq_n_s16(-21163));
    p = vaddq_s16(vqrdmulhq_s16(p, w), vdupq_n_s16(18702));
    return vqaddq_s16(z, vqrdmulhq_s16(p, z));
}

/** Snake of eight values, whose channels begin with `channel`, saturated to int16. */
Q3E_INLINE int16x8_t q3e_snake_x8(const q3e_snake *s, int32_t channel, int16x8_t h)
{
    const uint32_t *frequency = s->frequency + channel;
    const uint32x4_t low = vmulq_u32(vreinterpretq_u32_s32(vmovl_s16(vget_low_s16(h))), vld1q_u32(frequency));
    const uint32x4_t high = vmulq_u32(vreinterpretq_u32_s32(vmovl_s16(vget_high_s16(h))), vld1q_u32(frequency + 4));
    const int16x8_t cosine = q3e_cos15_x8(vcombine_u16(vshrn_n_u32(low, 16), vshrn_n_u32(high, 16))), b = vld1q_s16(s->gain + channel);
    const int16_t a = (int16_t)s->input_gain;
    int32x4_t y0 = vmlal_n_s16(vshll_n_s16(vget_low_s16(b), 15), vget_low_s16(h), a);
    int32x4_t y1 = vmlal_n_s16(vshll_n_s16(vget_high_s16(b), 15), vget_high_s16(h), a);
    y0 = vmlsl_s16(y0, vget_low_s16(cosine), vget_low_s16(b));
    y1 = vmlsl_s16(y1, vget_high_s16(cosine), vget_high_s16(b));
    const int32x4_t shift = vdupq_n_s32(-s->shift);
    return q3e_narrow_x8(vrshlq_s32(y0, shift), vrshlq_s32(y1, shift));
}

#endif
