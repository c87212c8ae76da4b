/*
 * fft_portable.c - fast Fourier transform of 2..1024 complex points, scaled by 1/n (ARITHMETIC.md, section 6).
 *
 *   Z[k] = (1/n) sum_i z[i] exp(-2 pi j i k / n)
 *
 * Cooley and Tukey's decimation in time, in place: z is re, im, re, im, ...; every stage halves, so components never exceed the largest
 * modulus of the input by more than one per stage. At these lengths all rotations are entries of the sine table.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

/* Exchanges z[i] and z[i with its log2_n bits reversed]. */
static void permute(int32_t *z, int32_t n)
{
    int32_t j = 0;
    for (int32_t i = 1; i < n; i++) {
        int32_t bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j |= bit;
        if (i < j) {
            int32_t re = z[2 * i], im = z[2 * i + 1];
            z[2 * i] = z[2 * j];
            z[2 * i + 1] = z[2 * j + 1];
            z[2 * j] = re;
            z[2 * j + 1] = im;
        }
    }
}

/* a, c = a/2 + t, a/2 - t */
static void butterfly(int32_t *a, int32_t *c, int32_t tr, int32_t ti)
{
    int32_t ar = a[0] >> 1, ai = a[1] >> 1;
    a[0] = ar + tr;
    a[1] = ai + ti;
    c[0] = ar - tr;
    c[1] = ai - ti;
}

/* All butterflies of a stage whose rotation is j/m of a turn: one in each group of m points. c - a = m/2 points = m numbers. */
static void stage(int32_t *z, int32_t n, int32_t m, int32_t j, uint32_t turn)
{
    if (j == 0) {
        for (int32_t g = 0; g < n; g += m) {
            int32_t *a = z + 2 * g, *c = a + m;
            butterfly(a, c, c[0] >> 1, c[1] >> 1);
        }
    } else if (4 * j == m) {
        for (int32_t g = j; g < n; g += m) {
            int32_t *a = z + 2 * g, *c = a + m;
            butterfly(a, c, c[1] >> 1, -(c[0] >> 1));
        }
    } else {
        int64_t wr = q3e_cos31(turn), wi = -q3e_sin31(turn);
        for (int32_t g = j; g < n; g += m) {
            int32_t *a = z + 2 * g, *c = a + m;
            int64_t cr = c[0], ci = c[1];
            int64_t tr = (cr * wr - ci * wi + INT64_C(0x80000000)) >> 32;
            int64_t ti = (cr * wi + ci * wr + INT64_C(0x80000000)) >> 32;
            butterfly(a, c, (int32_t)tr, (int32_t)ti);
        }
    }
}

void q3e_fft(int32_t *z, int32_t log2_n)
{
    int32_t n = 1 << log2_n;
    permute(z, n);
    for (int32_t s = 1; s <= log2_n; s++) {
        int32_t m = 1 << s;
        for (int32_t j = 0; j < m / 2; j++) stage(z, n, m, j, (uint32_t)j << (32 - s));
    }
}
