/*
 * layernorm_neon.c - layer normalisation over the channels of a row, without gain and bias, on NEON (ARITHMETIC.md, LayerNorm).
 *
 *   S = sum x; Q = sum x^2; V = C*Q - S^2 + E;  y[c] = (C*x[c] - S) / sqrt(V), divided by the scale of the result
 *
 * Squares reach 2^30 and two of them 2^31: they are added as unsigned numbers, in pairs, to 64 bits. The result is computed in 64 bits, two
 * channels in a register; SRSHL rounds and shifts as the definition does, and narrowing saturates.
 */
#include "q3e_cpu.h"

#ifdef Q3E_NEON_KERNELS
#include "q3e_arm_kernels.h"
#include "q3e_math.h"
#include "q3e_neon.h"

/* (C*x - S) * multiplier, rounded and shifted right by shift, is the result. */
typedef struct {
    int32_t channels;
    int32_t sum;
    int32_t multiplier;
    int32_t shift;
} row_norm;

static void sums(const int16_t *x, int32_t channels, int64_t *sum, int64_t *squares)
{
    int32x4_t s = vdupq_n_s32(0);
    uint64x2_t q = vdupq_n_u64(0);
    int32_t c = 0;
    for (; c + 8 <= channels; c += 8) {
        const int16x8_t v = vld1q_s16(x + c);
        const uint32x4_t low = vreinterpretq_u32_s32(vmull_s16(vget_low_s16(v), vget_low_s16(v)));
        const uint32x4_t high = vreinterpretq_u32_s32(vmull_s16(vget_high_s16(v), vget_high_s16(v)));
        s = vpadalq_s16(s, v);
        q = vpadalq_u32(q, vaddq_u32(low, high));
    }
    *sum = (int64_t)vgetq_lane_s32(s, 0) + vgetq_lane_s32(s, 1) + vgetq_lane_s32(s, 2) + vgetq_lane_s32(s, 3);
    *squares = (int64_t)(vgetq_lane_u64(q, 0) + vgetq_lane_u64(q, 1));
    for (; c < channels; c++) {
        *sum += x[c];
        *squares += (int64_t)x[c] * x[c];
    }
}

static row_norm measure(const q3e_layernorm *n, const int16_t *x)
{
    int64_t sum, squares;
    sums(x, n->channels, &sum, &squares);
    const uint64_t variance = (uint64_t)(n->channels * squares - sum * sum + n->epsilon);
    const int32_t z = q3e_clz64(variance) & ~1; /* even, so that its square root is a shift */
    const uint32_t r = q3e_rsqrt31((uint32_t)((variance << z) >> 32));
    const row_norm result = { n->channels, (int32_t)sum, (int32_t)(((uint64_t)r * n->scale + UINT64_C(0x80000000)) >> 32),
                              30 + n->exponent - z / 2 };
    return result;
}

static int64_t normalize(const row_norm *r, int16_t x)
{
    return q3e_rshr((int64_t)(r->channels * x - r->sum) * r->multiplier, r->shift);
}

/* Four results, saturated to 32 bits. */
Q3E_INLINE int32x4_t normalize4(const row_norm *r, int16x4_t x)
{
    const int64x2_t shift = vdupq_n_s64(-(int64_t)r->shift);
    const int32x4_t d = vsubq_s32(vmulq_n_s32(vmovl_s16(x), r->channels), vdupq_n_s32(r->sum));
    const int64x2_t low = vmull_n_s32(vget_low_s32(d), r->multiplier), high = vmull_n_s32(vget_high_s32(d), r->multiplier);
    return vcombine_s32(vqmovn_s64(vrshlq_s64(low, shift)), vqmovn_s64(vrshlq_s64(high, shift)));
}

Q3E_INLINE int16x8_t normalize8(const row_norm *r, const int16_t *x)
{
    const int16x8_t v = vld1q_s16(x);
    return q3e_narrow_x8(normalize4(r, vget_low_s16(v)), normalize4(r, vget_high_s16(v)));
}

void q3e_layernorm_s8_neon(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_norm r = measure(n, x);
        int32_t c = 0;
        for (; c + 8 <= n->channels; c += 8) vst1_s8(y + c, vqmovn_s16(normalize8(&r, x + c)));
        for (; c < n->channels; c++) y[c] = (int8_t)q3e_clamp64(normalize(&r, x[c]), -128, 127);
        x += n->channels;
        y += n->channels;
    }
}

void q3e_layernorm_s16_neon(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows)
{
    for (int32_t t = 0; t < rows; t++) {
        const row_norm r = measure(n, x);
        int32_t c = 0;
        for (; c + 8 <= n->channels; c += 8) vst1q_s16(y + c, normalize8(&r, x + c));
        for (; c < n->channels; c++) y[c] = (int16_t)q3e_clamp64(normalize(&r, x[c]), -32768, 32767);
        x += n->channels;
        y += n->channels;
    }
}
#endif
