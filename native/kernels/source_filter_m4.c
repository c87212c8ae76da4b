/*
 * source_filter_m4.c - the steps of a source-filter head's hop on a Cortex-M4 (ARITHMETIC.md, section 5, steps 3, 5 and 7). Pulses and filters
 * are in pulses_m4.c and filter_m4.c.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "fft_m4.h"
#include "q3e_math.h"
#include "source_filter_m4.h"

/* Z: windows, permutes and runs the first two stages in one go. Of the inputs n..n+N/4-1 of each quarter, those of the two in the middle are all
 * within the window. */
Q3E_M4_INLINE void spectrum_of(const q3e_source_filter *s, const q3e_source_filter_memory *m, int32_t b)
{
    const int32_t quarter = 1 << (b - 2), offset = 2 * quarter - s->hop;
    const int32_t *window = s->window - offset, *harmonic = m->harmonic - offset, *noise = m->noise - offset;
    for (int32_t r = 0; r < quarter; r++) {
        const int32_t r1 = r + 2 * quarter, r2 = r + quarter, r3 = r1 + quarter;
        m4_complex x0 = { 0, 0 }, x3 = { 0, 0 };
        const m4_complex x1 = { m4_smmulr(harmonic[r1], window[r1]), m4_smmulr(noise[r1], window[r1]) };
        const m4_complex x2 = { m4_smmulr(harmonic[r2], window[r2]), m4_smmulr(noise[r2], window[r2]) };
        if (r >= offset) {
            x0.re = m4_smmulr(harmonic[r], window[r]);
            x0.im = m4_smmulr(noise[r], window[r]);
        }
        if (r < quarter - offset) {
            x3.re = m4_smmulr(harmonic[r3], window[r3]);
            x3.im = m4_smmulr(noise[r3], window[r3]);
        }
        int32_t *p = m4_place(m->spectrum, (uint32_t)r, b);
        m4_first_stages(p, p + 2, p + 4, p + 6, 0, x0, x1, x2, x3);
    }
    q3e_m4_fft_stages(m->spectrum, b);
}

static void spectrum(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    if (s->hop < 1 << (s->log2_fft - 2)) q3e_source_filter_portable.spectrum(s, m);
    else if (s->log2_fft == 9) spectrum_of(s, m, 9); /* with constants for distances */
    else spectrum_of(s, m, s->log2_fft);
}

/* z[k] of the inverse transform from Y[k], Y[M - k] and the k-th of N rotations, its parts exchanged. */
Q3E_M4_INLINE m4_complex half_point(const int32_t *yk, const int32_t *yj, int32_t cosine, int32_t sine)
{
    const int32_t dr = yk[0] - yj[0], di = yk[1] + yj[1];
    const int32_t odd_re = m4_rotate(dr, cosine, di, -sine), odd_im = m4_rotate(dr, sine, di, cosine);
    const m4_complex exchanged = { ((yk[1] - yj[1]) >> 1) + odd_re, ((yk[0] + yj[0]) >> 1) - odd_im };
    return exchanged;
}

/* The N samples of Y: even ones in the real parts, odd ones in the imaginary parts of M = N/2 complex points. */
Q3E_M4_INLINE void inverse_of(const q3e_source_filter_memory *m, int32_t b)
{
    const int32_t quarter = 1 << (b - 2), step = 512 >> b;
    const int32_t *sine = q3e_sine, *filtered = m->filtered;
    int32_t *z = m->spectrum;
    for (int32_t r = 0; r < quarter; r++) {
        const int32_t *y0 = filtered + 2 * r, *y2 = y0 + 2 * quarter, *y1 = y2 + 2 * quarter, *y3 = y1 + 2 * quarter;
        const int32_t *e3 = filtered + 2 * (quarter - r), *e1 = e3 + 2 * quarter, *e2 = e1 + 2 * quarter, *e0 = e2 + 2 * quarter;
        const int32_t a0 = r * step, a2 = a0 + 128;
        const m4_complex x0 = half_point(y0, e0, sine[256 - a0], sine[a0]), x1 = half_point(y1, e1, -sine[a0], sine[256 - a0]);
        __asm__ volatile("" : : : "memory"); /* two points at a time: more do not fit into the registers */
        const m4_complex x2 = half_point(y2, e2, sine[256 - a2], sine[a2]), x3 = half_point(y3, e3, -sine[a2], sine[256 - a2]);
        int32_t *p = m4_place(z, (uint32_t)r, b);
        m4_first_stages(p, p + 2, p + 4, p + 6, 1, x0, x1, x2, x3);
    }
    q3e_m4_fft_stages_swapped(z, b);
}

static void inverse(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    if (s->log2_fft == 9) inverse_of(m, 8);
    else inverse_of(m, s->log2_fft - 1);
}

static void noise(q3e_oscillator *o, int32_t hop, int32_t *e)
{
    uint32_t state = o->noise;
    int32_t n = 0;
    for (; n + 4 <= hop; n += 4) {
        e[n] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
        e[n + 1] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
        e[n + 2] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
        e[n + 3] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
    }
    for (; n < hop; n++) e[n] = m4_smmulr((int32_t)(state = state * 1664525u + 1013904223u), Q3E_NOISE_GAIN);
    o->noise = state;
}

/* One hop of samples, and the half that the next hop completes. */
static void overlap(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm)
{
    const int32_t hop = s->hop, offset = (1 << (s->log2_fft - 1)) - hop;
    const int32_t *early = m->spectrum + offset, *late = early + hop, *rise = s->window, *fall = rise + hop;
    int32_t *kept = m->overlap;
    for (int32_t *end = kept + hop; kept < end; kept++) {
        int32_t sample = m4_smmlar(*early++, *rise++, *kept + 8);
        __asm__("ssat %0, #16, %0, asr #4" : "+r"(sample) : : "cc");
        *pcm++ = (int16_t)sample;
        *kept = m4_smmulr(*late++, *fall++);
    }
}

void q3e_source_filter_hop_m4(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    static const q3e_source_filter_steps steps = { q3e_m4_harmonics, noise, spectrum, q3e_m4_filter, inverse, overlap };
    q3e_source_filter_run(&steps, s, m, head, pcm);
}

#endif
