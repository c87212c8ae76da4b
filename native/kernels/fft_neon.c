/*
 * fft_neon.c - fast Fourier transform of 2..1024 complex points, scaled by 1/n, four points side by side, on NEON (ARITHMETIC.md,
 * section 6).
 *
 *   Z[k] = (1/n) sum_i z[i] exp(-2 pi j i k / n)
 *
 * z is re, im, re, im, ... in place. The first two stages, which only add, are one pass; in the others the rotations of four
 * neighbouring j are read once and applied to every group. At these lengths all rotations are entries of the sine table.
 */
#include "q3e_cpu.h"

#ifdef Q3E_NEON_KERNELS
#include "q3e_arm_kernels.h"
#include "q3e_math.h"
#include "q3e_neon_sine.h"

enum { TURN_BITS = 10 }; /* a turn is 1024 steps of the sine table */

/* Exchanges z[i] and z[i with its log2_n bits reversed]. */
static void permute(int32_t *z, int32_t log2_n)
{
    static const uint8_t reversed5[32] = { 0, 16, 8, 24, 4, 20, 12, 28, 2, 18, 10, 26, 6, 22, 14, 30,
                                           1, 17, 9, 25, 5, 21, 13, 29, 3, 19, 11, 27, 7, 23, 15, 31 };
    for (uint32_t i = 1; i < 1u << log2_n; i++) {
        const uint32_t j = ((uint32_t)reversed5[i & 31u] << 5 | reversed5[i >> 5]) >> (TURN_BITS - log2_n);
        if (i < j) {
            int64_t a, b;
            memcpy(&a, z + 2 * i, sizeof a);
            memcpy(&b, z + 2 * j, sizeof b);
            memcpy(z + 2 * i, &b, sizeof b);
            memcpy(z + 2 * j, &a, sizeof a);
        }
    }
}

/* Stages 1 and 2, of groups of two and of four points: z is four numbers, a and c of two butterflies. */
static void first_stages(int32_t *z, int32_t n)
{
    for (int32_t g = 0; g < n; g += 4, z += 8) {
        const int32x2_t z0 = vshr_n_s32(vld1_s32(z), 1), z1 = vshr_n_s32(vld1_s32(z + 2), 1);
        const int32x2_t z2 = vshr_n_s32(vld1_s32(z + 4), 1), z3 = vshr_n_s32(vld1_s32(z + 6), 1);
        const int32x2_t a0 = vshr_n_s32(vadd_s32(z0, z1), 1), a1 = vshr_n_s32(vsub_s32(z0, z1), 1);
        const int32x2_t c0 = vshr_n_s32(vadd_s32(z2, z3), 1), c1 = vshr_n_s32(vsub_s32(z2, z3), 1);
        /* A quarter of a turn: (im, -re). */
        const int32x2_t sign = { 1, -1 }, quarter = vmul_s32(vrev64_s32(c1), sign);
        vst1_s32(z, vadd_s32(a0, c0));
        vst1_s32(z + 2, vadd_s32(a1, quarter));
        vst1_s32(z + 4, vsub_s32(a0, c0));
        vst1_s32(z + 6, vsub_s32(a1, quarter));
    }
}

/* The rotations of four neighbouring points, clockwise, and which of the four are not rotated (j = 0) or rotated by exactly a quarter of
 * a turn (4j = m), without a multiplication. */
typedef struct {
    int32x4_t re, sine;
    uint32x4_t none, quarter;
} rotations;

Q3E_INLINE rotations rotations_of(int32_t j, int32_t s)
{
    const int32_t step = 1 << (TURN_BITS - s);
    rotations r;
    if (s == 3) { /* four eighths of half a turn: a quarter and what is on both sides of it */
        const int32_t eighth = q3e_sine[128];
        const int32x4_t re = { INT32_MAX, eighth, 0, -eighth }, sine = { 0, eighth, INT32_MAX, eighth };
        const uint32x4_t none = { UINT32_MAX, 0, 0, 0 }, quarter = { 0, 0, UINT32_MAX, 0 };
        const rotations third = { re, sine, none, quarter };
        return third;
    }
    q3e_table_angle_x4(j * step, step, &r.re, &r.sine);
    const uint32x4_t none = { j == 0 ? UINT32_MAX : 0, 0, 0, 0 }, quarter = { j != 0 ? UINT32_MAX : 0, 0, 0, 0 };
    r.none = none;
    r.quarter = quarter;
    return r;
}

/* Four butterflies; `exact` where some of the rotations need no multiplication. */
Q3E_INLINE void butterflies(int32_t *pa, int32_t *pc, rotations r, int exact)
{
    const int32x4x2_t a = vld2q_s32(pa), c = vld2q_s32(pc);
    int32x4_t re = q3e_mulr_sum_x4(c.val[0], r.re, c.val[1], r.sine);
    int32x4_t im = q3e_mulr_difference_x4(c.val[1], r.re, c.val[0], r.sine);
    if (exact) {
        const int32x4_t cr = vshrq_n_s32(c.val[0], 1), ci = vshrq_n_s32(c.val[1], 1);
        re = vbslq_s32(r.none, cr, vbslq_s32(r.quarter, ci, re));
        im = vbslq_s32(r.none, ci, vbslq_s32(r.quarter, vnegq_s32(cr), im));
    }
    const int32x4_t ar = vshrq_n_s32(a.val[0], 1), ai = vshrq_n_s32(a.val[1], 1);
    const int32x4x2_t sum = { { vaddq_s32(ar, re), vaddq_s32(ai, im) } }, difference = { { vsubq_s32(ar, re), vsubq_s32(ai, im) } };
    vst2q_s32(pa, sum);
    vst2q_s32(pc, difference);
}

void q3e_fft_neon(int32_t *z, int32_t log2_n)
{
    if (log2_n < 2) {
        q3e_fft(z, log2_n);
        return;
    }
    const int32_t n = 1 << log2_n;
    permute(z, log2_n);
    first_stages(z, n);
    for (int32_t s = 3; s <= log2_n; s++) {
        const int32_t m = 1 << s;
        for (int32_t j = 0; j < m / 2; j += 4) {
            const rotations r = rotations_of(j, s);
            if (j == 0 || 4 * j == m) {
                for (int32_t g = j; g < n; g += m) butterflies(z + 2 * g, z + 2 * g + m, r, 1);
            } else {
                for (int32_t g = j; g < n; g += m) butterflies(z + 2 * g, z + 2 * g + m, r, 0);
            }
        }
    }
}
#endif
