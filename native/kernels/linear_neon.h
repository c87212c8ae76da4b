/*
 * linear_neon.h - what follows the sums of a matrix on NEON, with and without dot products (ARITHMETIC.md, Linear).
 *
 * Included only inside #ifdef Q3E_NEON_KERNELS.
 */
#ifndef Q3E_LINEAR_NEON_H
#define Q3E_LINEAR_NEON_H

#include "linear_arm.h"
#include "q3e_math.h"
#include "q3e_neon.h"
#include "q3e_neon_snake.h"

/** Numbers of the sixteen outputs of a block, in their order: no array, so that every compiler keeps them in registers. */
typedef struct {
    int32x4_t a, b, c, d;
} quarters;

/* Entries i and i + 1 of the table of GELU's tail, as one number. */
Q3E_INLINE uint32_t gelu_pair(uint32_t i)
{
    uint32_t pair;
    memcpy(&pair, q3e_gelu_tail + i, sizeof pair);
    return pair;
}

/* GELU by its table of an even correction, then the scale and the zero point of the result, of four int16. Beyond the table the correction
 * is 0: the read stays inside, and what it brings is masked away. */
Q3E_INLINE int32x4_t apply_gelu(const q3e_gelu *g, int16x4_t h16)
{
    const int32_t fine = g->fraction - 5;
    const int32x4_t h = vmovl_s16(h16), a = vabsq_s32(h);
    const uint32x4_t place = vreinterpretq_u32_s32(vshlq_s32(a, vdupq_n_s32(-fine)));
    const uint32x4_t inside = vcltq_u32(place, vdupq_n_u32(256)), i = vminq_u32(place, vdupq_n_u32(255));
    const uint32x4_t pair = { gelu_pair(vgetq_lane_u32(i, 0)), gelu_pair(vgetq_lane_u32(i, 1)), gelu_pair(vgetq_lane_u32(i, 2)),
                              gelu_pair(vgetq_lane_u32(i, 3)) };
    const int32x4_t p0 = vreinterpretq_s32_u32(vandq_u32(pair, vdupq_n_u32(0xffff)));
    const int32x4_t p1 = vreinterpretq_s32_u32(vshrq_n_u32(pair, 16));
    const int32x4_t r = vandq_s32(a, vdupq_n_s32((1 << fine) - 1));
    const int32x4_t line = vmlaq_s32(vshlq_s32(p0, vdupq_n_s32(fine)), vsubq_s32(p1, p0), r);
    const int32x4_t d = vandq_s32(vrshrq_n_s32(line, 10), vreinterpretq_s32_u32(inside));
    const int32x4_t value = vsubq_s32(vmaxq_s32(h, vdupq_n_s32(0)), d);
    return vaddq_s32(vrshlq_s32(vmulq_n_s32(value, g->gain), vdupq_n_s32(-g->shift)), vdupq_n_s32(g->zero));
}

Q3E_INLINE quarters load_quarters(const int32_t *p)
{
    const quarters v = { vld1q_s32(p), vld1q_s32(p + 4), vld1q_s32(p + 8), vld1q_s32(p + 12) };
    return v;
}

Q3E_INLINE quarters shifted(quarters sum, int32x4_t left)
{
    const quarters v = { vshlq_s32(sum.a, left), vshlq_s32(sum.b, left), vshlq_s32(sum.c, left), vshlq_s32(sum.d, left) };
    return v;
}

/* mulr(sum, M) of a block. */
Q3E_INLINE quarters scaled(quarters sum, quarters multiplier)
{
    const quarters z = { q3e_mulr_x4(sum.a, multiplier.a), q3e_mulr_x4(sum.b, multiplier.b), q3e_mulr_x4(sum.c, multiplier.c),
                         q3e_mulr_x4(sum.d, multiplier.d) };
    return z;
}

/* A block of int16. */
typedef struct {
    int16x8_t low, high;
} halves;

Q3E_INLINE halves narrowed(quarters z)
{
    const halves h = { q3e_narrow_x8(z.a, z.b), q3e_narrow_x8(z.c, z.d) };
    return h;
}

Q3E_INLINE void store_halves(int16_t *y, halves h)
{
    vst1q_s16(y, h.low);
    vst1q_s16(y + 8, h.high);
}

Q3E_INLINE halves added(quarters z, const int16_t *residual)
{
    const int16x8_t r0 = vld1q_s16(residual), r1 = vld1q_s16(residual + 8);
    const quarters sum = { vaddw_s16(z.a, vget_low_s16(r0)), vaddw_s16(z.b, vget_high_s16(r0)),
                           vaddw_s16(z.c, vget_low_s16(r1)), vaddw_s16(z.d, vget_high_s16(r1)) };
    return narrowed(sum);
}

Q3E_INLINE halves through_gelu(const q3e_gelu *g, halves h)
{
    const quarters y = { apply_gelu(g, vget_low_s16(h.low)), apply_gelu(g, vget_high_s16(h.low)), apply_gelu(g, vget_low_s16(h.high)),
                         apply_gelu(g, vget_high_s16(h.high)) };
    return narrowed(y);
}

Q3E_INLINE halves through_snake(const q3e_snake *s, int32_t first, halves h)
{
    const halves y = { q3e_snake_x8(s, first, h.low), q3e_snake_x8(s, first + 8, h.high) };
    return y;
}

/* A block z of one row, outputs first..., to y[at...]. */
Q3E_INLINE void finish_block(const ending *end, quarters z, int32_t first, size_t at)
{
    int16_t *y = (int16_t *)end->y + at;
    if (end->kind == END_REQUANTIZE) {
        store_halves(y, narrowed(z));
    } else if (end->kind == END_ADD) {
        store_halves(y, added(z, end->residual + at));
    } else {
        const halves h = end->snake != NULL ? through_snake(end->snake, first, narrowed(z)) : through_gelu(end->gelu, narrowed(z));
        if (end->kind == END_GELU_S8 || end->kind == END_SNAKE_S8) vst1q_s8((int8_t *)end->y + at, vcombine_s8(vqmovn_s16(h.low), vqmovn_s16(h.high)));
        else store_halves(y, h);
    }
}

/* The first `lanes` of a block of one row, outputs first..., to y[at...], as a whole block in memory of its own. */
static __attribute__((noinline, unused)) void finish_part(const ending *end, quarters z, int32_t first, size_t at, int32_t lanes)
{
    const size_t count = (size_t)lanes, element = end->kind == END_GELU_S8 || end->kind == END_SNAKE_S8 ? 1 : sizeof(int16_t);
    int16_t residual[BLOCK] = { 0 }, y[BLOCK], gain[BLOCK] = { 0 };
    uint32_t frequency[BLOCK] = { 0 };
    q3e_snake snake = { frequency, gain, 0, 1 };
    const ending part = { end->kind, residual, end->gelu, end->snake != NULL ? &snake : NULL, y };
    if (end->kind == END_ADD) memcpy(residual, end->residual + at, count * element);
    if (end->snake != NULL) {
        memcpy(frequency, end->snake->frequency + first, count * sizeof *frequency);
        memcpy(gain, end->snake->gain + first, count * sizeof *gain);
        snake.input_gain = end->snake->input_gain;
        snake.shift = end->snake->shift;
    }
    finish_block(&part, z, 0, 0);
    memcpy((unsigned char *)end->y + at * element, y, count * element);
}

/* z of outputs first.. of row `row`. */
Q3E_INLINE void finish_row(const q3e_matrix *m, const ending *end, quarters z, int32_t first, size_t row)
{
    const size_t at = row * (size_t)m->out + (size_t)first;
    const int32_t rest = m->out - first;
    if (rest >= BLOCK) finish_block(end, z, first, at);
    else finish_part(end, z, first, at, rest);
}

/* Sums, with their bias, of the block of outputs first.. of one row. */
Q3E_INLINE void finish_sums(const q3e_matrix *m, const ending *end, quarters sum, int32_t first, size_t row)
{
    if (m->left_shift != 0) sum = shifted(sum, vdupq_n_s32(m->left_shift));
    finish_row(m, end, scaled(sum, load_quarters(m->multiplier + first)), first, row);
}

/* The weights of the block of outputs first... */
Q3E_INLINE const int8_t *block_of(const q3e_matrix *m, int32_t first)
{
    return m->weight + (size_t)first * (((size_t)m->in + GROUP - 1) / GROUP * GROUP);
}

/* At most four bytes as a number. */
Q3E_INLINE uint32_t few_bytes(const int8_t *x, size_t count)
{
    uint32_t four = (uint8_t)x[0];
    if (count > 1) four |= (uint32_t)(uint8_t)x[1] << 8;
    if (count > 2) four |= (uint32_t)(uint8_t)x[2] << 16;
    if (count > 3) four |= (uint32_t)(uint8_t)x[3] << 24;
    return four;
}

#endif
