/*
 * q3e_neon.h - what the kernels for NEON share, on AArch64 and on ARMv7.
 *
 * Nothing here computes in floating point. Included only inside #ifdef Q3E_NEON_KERNELS.
 */
#ifndef Q3E_NEON_H
#define Q3E_NEON_H

#include <arm_neon.h>
#include <stdint.h>
#include <string.h>

#include "q3e_cpu.h"
#include "q3e_tables.h"

#define Q3E_INLINE static inline __attribute__((always_inline))

/** mulr of four pairs: the rounding high half of a product. */
Q3E_INLINE int32x4_t q3e_mulr_x4(int32x4_t a, int32x4_t b)
{
#ifdef __aarch64__
    return vrshrn_high_n_s64(vrshrn_n_s64(vmull_s32(vget_low_s32(a), vget_low_s32(b)), 32), vmull_high_s32(a, b), 32);
#else
    return vcombine_s32(vrshrn_n_s64(vmull_s32(vget_low_s32(a), vget_low_s32(b)), 32), vrshrn_n_s64(vmull_s32(vget_high_s32(a), vget_high_s32(b)), 32));
#endif
}

/** (a * c - b * d + 2^31) >> 32 of four places. */
Q3E_INLINE int32x4_t q3e_mulr_difference_x4(int32x4_t a, int32x4_t c, int32x4_t b, int32x4_t d)
{
    const int64x2_t low = vmlsl_s32(vmull_s32(vget_low_s32(a), vget_low_s32(c)), vget_low_s32(b), vget_low_s32(d));
#ifdef __aarch64__
    return vrshrn_high_n_s64(vrshrn_n_s64(low, 32), vmlsl_high_s32(vmull_high_s32(a, c), b, d), 32);
#else
    const int64x2_t high = vmlsl_s32(vmull_s32(vget_high_s32(a), vget_high_s32(c)), vget_high_s32(b), vget_high_s32(d));
    return vcombine_s32(vrshrn_n_s64(low, 32), vrshrn_n_s64(high, 32));
#endif
}

/** (a * c + b * d + 2^31) >> 32 of four places. */
Q3E_INLINE int32x4_t q3e_mulr_sum_x4(int32x4_t a, int32x4_t c, int32x4_t b, int32x4_t d)
{
    const int64x2_t low = vmlal_s32(vmull_s32(vget_low_s32(a), vget_low_s32(c)), vget_low_s32(b), vget_low_s32(d));
#ifdef __aarch64__
    return vrshrn_high_n_s64(vrshrn_n_s64(low, 32), vmlal_high_s32(vmull_high_s32(a, c), b, d), 32);
#else
    const int64x2_t high = vmlal_s32(vmull_s32(vget_high_s32(a), vget_high_s32(c)), vget_high_s32(b), vget_high_s32(d));
    return vcombine_s32(vrshrn_n_s64(low, 32), vrshrn_n_s64(high, 32));
#endif
}

/** Eight numbers to int16, saturated. */
Q3E_INLINE int16x8_t q3e_narrow_x8(int32x4_t low, int32x4_t high)
{
#ifdef __aarch64__
    return vqmovn_high_s32(vqmovn_s32(low), high);
#else
    return vcombine_s16(vqmovn_s32(low), vqmovn_s32(high));
#endif
}

/** The four numbers of a, then those of b, each pair added. */
Q3E_INLINE int32x4_t q3e_add_pairs_x4(int32x4_t a, int32x4_t b)
{
#ifdef __aarch64__
    return vpaddq_s32(a, b);
#else
    return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)), vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
#endif
}

#endif
