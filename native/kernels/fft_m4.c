/*
 * fft_m4.c - the transform of ARITHMETIC.md, section 6, on a Cortex-M4.
 *
 * Two stages at a time, so that every number is loaded and stored once for both: stage s (m = 2^s points) joins p0, p1 and p2, p3, m/2 points
 * apart, by the rotation j/m of a turn; stage s+1 joins p0, p2 by j/2m and p1, p3 by j/2m and a quarter. All rotations are entries of
 * the sine table, and those of the other quadrants follow from its symmetry without rounding. Stages 1 and 2 do not rotate
 * (m4_first_stages). Every result is the one of stage after stage.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "fft_m4.h"
#include "q3e_math.h"

enum { TURN = 1024, QUARTER = TURN / 4 /* entries of the sine table */ };

/* Of an angle below half a turn. */
Q3E_M4_INLINE m4_complex rotation_of(int32_t angle)
{
    const m4_complex quadrant0 = { q3e_sine[QUARTER - angle], q3e_sine[angle] };
    if (angle <= QUARTER) return quadrant0;
    const m4_complex quadrant1 = { -q3e_sine[angle - QUARTER], q3e_sine[2 * QUARTER - angle] };
    return quadrant1;
}

/* p0, p1 = p0/2 + t, p0/2 - t */
Q3E_M4_INLINE void butterfly(m4_complex *a, m4_complex *c, int32_t tr, int32_t ti)
{
    const int32_t ar = a->re, ai = a->im;
    a->re = (ar >> 1) + tr;
    a->im = (ai >> 1) + ti;
    c->re = (ar >> 1) - tr;
    c->im = (ai >> 1) - ti;
}

/* By cos - i sin. */
Q3E_M4_INLINE void rotated_butterfly(m4_complex *a, m4_complex *c, int32_t cosine, int32_t sine, int32_t minus_sine)
{
    const int32_t tr = m4_rotate(c->re, cosine, c->im, sine), ti = m4_rotate(c->im, cosine, c->re, minus_sine);
    butterfly(a, c, tr, ti);
}

/* By a quarter more: -i cos - sin. */
Q3E_M4_INLINE void further_butterfly(m4_complex *a, m4_complex *c, int32_t cosine, int32_t minus_cosine, int32_t minus_sine)
{
    const int32_t tr = m4_rotate(c->im, cosine, c->re, minus_sine), ti = m4_rotate(c->re, minus_cosine, c->im, minus_sine);
    butterfly(a, c, tr, ti);
}

/* Stages of m and 2m points, all butterflies of one j > 0. */
Q3E_M4_INLINE void two_stages_of(int32_t *z, int32_t n, int32_t m, int32_t j, int swapped)
{
    const int32_t angle = j * (TURN / 2 / m);
    const m4_complex w1 = rotation_of(2 * angle), w2 = rotation_of(angle);
    for (int32_t *p0 = z + 2 * j, *end = z + 2 * n; p0 < end; p0 += 4 * m) {
        int32_t *p1 = p0 + m, *p2 = p1 + m, *p3 = p2 + m;
        m4_complex x0 = m4_get(p0, swapped), x1 = m4_get(p1, swapped);
        rotated_butterfly(&x0, &x1, w1.re, w1.im, -w1.im);
        m4_complex x2 = m4_get(p2, swapped), x3 = m4_get(p3, swapped);
        rotated_butterfly(&x2, &x3, w1.re, w1.im, -w1.im);
        rotated_butterfly(&x0, &x2, w2.re, w2.im, -w2.im);
        m4_put(p0, swapped, x0.re, x0.im);
        m4_put(p2, swapped, x2.re, x2.im);
        further_butterfly(&x1, &x3, w2.re, -w2.re, -w2.im);
        m4_put(p1, swapped, x1.re, x1.im);
        m4_put(p3, swapped, x3.re, x3.im);
    }
}

/* The same for 4j = m, where the first stage turns by a quarter without rounding. */
Q3E_M4_INLINE void two_stages_of_quarter(int32_t *z, int32_t n, int32_t m, int swapped)
{
    const m4_complex w2 = rotation_of(TURN / 8);
    for (int32_t *p0 = z + m / 2, *end = z + 2 * n; p0 < end; p0 += 4 * m) {
        int32_t *p1 = p0 + m, *p2 = p1 + m, *p3 = p2 + m;
        m4_complex x0 = m4_get(p0, swapped), x1 = m4_get(p1, swapped), x2 = m4_get(p2, swapped), x3 = m4_get(p3, swapped);
        butterfly(&x0, &x1, x1.im >> 1, -(x1.re >> 1));
        butterfly(&x2, &x3, x3.im >> 1, -(x3.re >> 1));
        rotated_butterfly(&x0, &x2, w2.re, w2.im, -w2.im);
        m4_put(p0, swapped, x0.re, x0.im);
        m4_put(p2, swapped, x2.re, x2.im);
        further_butterfly(&x1, &x3, w2.re, -w2.re, -w2.im);
        m4_put(p1, swapped, x1.re, x1.im);
        m4_put(p3, swapped, x3.re, x3.im);
    }
}

/* Stages of m and 2m points. */
Q3E_M4_INLINE void two_stages(int32_t *z, int32_t n, int32_t m, int swapped)
{
    for (int32_t *p0 = z, *end = z + 2 * n; p0 < end; p0 += 4 * m) {
        int32_t *p1 = p0 + m, *p2 = p1 + m, *p3 = p2 + m;
        m4_first_stages(p0, p1, p2, p3, swapped, m4_get(p0, swapped), m4_get(p1, swapped), m4_get(p2, swapped), m4_get(p3, swapped));
    }
    for (int32_t j = 1; j < m / 2; j++) {
        if (4 * j == m) two_stages_of_quarter(z, n, m, swapped);
        else two_stages_of(z, n, m, j, swapped);
    }
}

/* The last stage, n points. Its butterflies j and j + n/4 share their rotation. */
Q3E_M4_INLINE void last_stage(int32_t *z, int32_t n, int swapped)
{
    const int32_t step = TURN / n;
    for (int32_t j = 0; j < n / 4; j++) {
        int32_t *p0 = z + 2 * j, *p1 = p0 + n / 2, *p2 = p0 + n, *p3 = p1 + n;
        m4_complex x0 = m4_get(p0, swapped), x2 = m4_get(p2, swapped), x1 = m4_get(p1, swapped), x3 = m4_get(p3, swapped);
        if (j == 0) {
            butterfly(&x0, &x2, x2.re >> 1, x2.im >> 1);
            butterfly(&x1, &x3, x3.im >> 1, -(x3.re >> 1));
        } else {
            const int32_t cosine = q3e_sine[QUARTER - j * step], sine = q3e_sine[j * step];
            rotated_butterfly(&x0, &x2, cosine, sine, -sine);
            further_butterfly(&x1, &x3, cosine, -cosine, -sine);
        }
        m4_put(p0, swapped, x0.re, x0.im);
        m4_put(p2, swapped, x2.re, x2.im);
        m4_put(p1, swapped, x1.re, x1.im);
        m4_put(p3, swapped, x3.re, x3.im);
    }
}

Q3E_M4_INLINE void stages(int32_t *z, int32_t b, int swapped)
{
    const int32_t n = 1 << b;
    int32_t s = 3;
    for (; s < b; s += 2) two_stages(z, n, 1 << s, swapped);
    if (s == b) last_stage(z, n, swapped);
}

void m4_fft_stages(int32_t *z, int32_t b)
{
    stages(z, b, 0);
}

void m4_fft_stages_swapped(int32_t *z, int32_t b)
{
    stages(z, b, 1);
}

/* Exchanges z[i] and z[i with its b bits reversed]. */
static void permute(int32_t *z, int32_t b)
{
    for (uint32_t i = 0; i < 1u << b; i++) {
        int32_t *p = z + 2 * i, *q = m4_place(z, i, b);
        if (p < q) {
            const int32_t re = p[0], im = p[1];
            p[0] = q[0];
            p[1] = q[1];
            q[0] = re;
            q[1] = im;
        }
    }
}

void q3e_fft_m4(int32_t *z, int32_t log2_n)
{
    if (log2_n < 2) {
        q3e_fft(z, log2_n);
        return;
    }
    permute(z, log2_n);
    for (int32_t *p = z, *end = z + ((size_t)2 << log2_n); p < end; p += 8) {
        m4_first_stages(p, p + 2, p + 4, p + 6, 0, m4_get(p, 0), m4_get(p + 2, 0), m4_get(p + 4, 0), m4_get(p + 6, 0));
    }
    m4_fft_stages(z, log2_n);
}

#endif
