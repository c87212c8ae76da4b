/*
 * fft_m4.h - the parts of a transform on a Cortex-M4 (fft_m4.c) that a source-filter head joins with what comes before it.
 */
#ifndef Q3E_FFT_M4_H
#define Q3E_FFT_M4_H

#include "q3e_m4.h"

/** A complex number in registers. */
typedef struct {
    int32_t re, im;
} m4_complex;

/** z[n], where the numbers lie as (re, im), or as (im, re) when `swapped`. */
Q3E_M4_INLINE m4_complex m4_get(const int32_t *z, int swapped)
{
    const m4_complex c = { z[swapped], z[1 - swapped] };
    return c;
}

Q3E_M4_INLINE void m4_put(int32_t *z, int swapped, int32_t re, int32_t im)
{
    z[swapped] = re;
    z[1 - swapped] = im;
}

/**
 * Stages 1 and 2 of a transform of n = 2^b points on the inputs r, r + n/2, r + n/4 and r + 3n/4, which the permutation puts side by side:
 * p is the place of the first, m4_place(z, r, b). (So is any later pair of stages, m points each, for j = 0: then p, p + m, p + 2m, p + 3m
 * numbers are theirs.)
 */
Q3E_M4_INLINE void m4_first_stages(int32_t *p0, int32_t *p1, int32_t *p2, int32_t *p3, int swapped, m4_complex x0, m4_complex x1, m4_complex x2,
                                   m4_complex x3)
{
    const int32_t a0r = (x0.re >> 1) + (x1.re >> 1), a1r = (x0.re >> 1) - (x1.re >> 1);
    const int32_t a0i = (x0.im >> 1) + (x1.im >> 1), a1i = (x0.im >> 1) - (x1.im >> 1);
    const int32_t b0r = (x2.re >> 1) + (x3.re >> 1), b1r = (x2.re >> 1) - (x3.re >> 1);
    const int32_t b0i = (x2.im >> 1) + (x3.im >> 1), b1i = (x2.im >> 1) - (x3.im >> 1);
    m4_put(p0, swapped, (a0r >> 1) + (b0r >> 1), (a0i >> 1) + (b0i >> 1));
    m4_put(p2, swapped, (a0r >> 1) - (b0r >> 1), (a0i >> 1) - (b0i >> 1));
    m4_put(p1, swapped, (a1r >> 1) + (b1i >> 1), (a1i >> 1) - (b1r >> 1));
    m4_put(p3, swapped, (a1r >> 1) - (b1i >> 1), (a1i >> 1) + (b1r >> 1));
}

/** Where input r < n/4 goes, n = 2^b. */
Q3E_M4_INLINE int32_t *m4_place(int32_t *z, uint32_t r, int32_t b)
{
    uint32_t reversed;
    __asm__("rbit %0, %1" : "=r"(reversed) : "r"(r));
    return z + 2 * (reversed >> (32 - b));
}

/** What follows stages 1 and 2, b >= 2. */
void q3e_m4_fft_stages(int32_t *z, int32_t b);
/** The same where the parts of every number are exchanged: with exchanged parts, the inverse transform. */
void q3e_m4_fft_stages_swapped(int32_t *z, int32_t b);

#endif
