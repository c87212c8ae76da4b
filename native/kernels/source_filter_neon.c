/*
 * source_filter_neon.c - the steps of a source-filter head's hop that gain from NEON (ARITHMETIC.md, section 5, steps 5 and 7).
 *
 * Windowing, the transforms, the inverse and the overlap, four numbers side by side. Pulses, noise and the filter are the portable ones: they
 * read tables at places that differ from number to number.
 */
#include "q3e_cpu.h"

#ifdef Q3E_NEON_KERNELS
#include "q3e_arm_kernels.h"
#include "q3e_math.h"
#include "q3e_neon_sine.h"
#include "source_filter.h"

static void spectrum(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t width = 2 * s->hop, points = 1 << s->log2_fft, offset = points / 2 - s->hop;
    int32_t *z = m->spectrum + 2 * offset;
    memset(m->spectrum, 0, (size_t)offset * 2 * sizeof(int32_t));
    memset(z + 2 * width, 0, (size_t)(points - offset - width) * 2 * sizeof(int32_t));
    int32_t n = 0;
    for (; n + 4 <= width; n += 4) {
        const int32x4_t window = vld1q_s32(s->window + n);
        const int32x4x2_t both = { { q3e_mulr_x4(vld1q_s32(m->harmonic + n), window), q3e_mulr_x4(vld1q_s32(m->noise + n), window) } };
        vst2q_s32(z + 2 * n, both);
    }
    for (; n < width; n++) {
        z[2 * n] = q3e_mulr(m->harmonic[n], s->window[n]);
        z[2 * n + 1] = q3e_mulr(m->noise[n], s->window[n]);
    }
    q3e_fft_neon(m->spectrum, s->log2_fft);
}

/* The four numbers in the opposite order. */
Q3E_INLINE int32x4_t reversed(int32x4_t v)
{
    const int32x4_t pairs = vrev64q_s32(v);
    return vcombine_s32(vget_high_s32(pairs), vget_low_s32(pairs));
}

/* Real and imaginary parts are exchanged as they are written, before and behind the transform. */
static void inverse(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t points = 1 << (s->log2_fft - 1), step = 1 << (10 - s->log2_fft);
    const int32_t *y = m->filtered;
    int32_t *z = m->spectrum;
    for (int32_t k = 0; k < points; k += 4) {
        const int32x4x2_t yk = vld2q_s32(y + 2 * k), mirror = vld2q_s32(y + 2 * (points - k - 3));
        const int32x4_t jr = reversed(mirror.val[0]), ji = reversed(mirror.val[1]);
        const int32x4_t dr = vsubq_s32(yk.val[0], jr), di = vaddq_s32(yk.val[1], ji);
        int32x4_t c, sn;
        q3e_table_angle_x4(k * step, step, &c, &sn);
        const int32x4_t odd_re = q3e_mulr_difference_x4(dr, c, di, sn), odd_im = q3e_mulr_sum_x4(dr, sn, di, c);
        const int32x4_t re = vsubq_s32(vshrq_n_s32(vaddq_s32(yk.val[0], jr), 1), odd_im);
        const int32x4_t im = vaddq_s32(vshrq_n_s32(vsubq_s32(yk.val[1], ji), 1), odd_re);
        const int32x4x2_t exchanged = { { im, re } };
        vst2q_s32(z + 2 * k, exchanged);
    }
    q3e_fft_neon(z, s->log2_fft - 1);
    for (int32_t k = 0; k < 2 * points; k += 4) vst1q_s32(z + k, vrev64q_s32(vld1q_s32(z + k)));
}

static void overlap(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm)
{
    const int32_t hop = s->hop;
    const int32_t *now = m->spectrum + (1 << (s->log2_fft - 1)) - hop, *later = now + hop, *window = s->window;
    int32_t n = 0;
    for (; n + 4 <= hop; n += 4) {
        const int32x4_t out = vaddq_s32(vld1q_s32(m->overlap + n), q3e_mulr_x4(vld1q_s32(now + n), vld1q_s32(window + n)));
        vst1_s16(pcm + n, vqrshrn_n_s32(out, 4));
        vst1q_s32(m->overlap + n, q3e_mulr_x4(vld1q_s32(later + n), vld1q_s32(window + hop + n)));
    }
    for (; n < hop; n++) {
        pcm[n] = q3e_sat16((m->overlap[n] + q3e_mulr(now[n], window[n]) + 8) >> 4);
        m->overlap[n] = q3e_mulr(later[n], window[hop + n]);
    }
}

void q3e_source_filter_hop_neon(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    q3e_source_filter_steps steps = q3e_source_filter_portable;
    steps.spectrum = spectrum;
    steps.inverse = inverse;
    steps.overlap = overlap;
    q3e_source_filter_run(&steps, s, m, head, pcm);
}
#endif
