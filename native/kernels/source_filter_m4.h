/*
 * source_filter_m4.h - what the parts of a source-filter head on a Cortex-M4 share.
 *
 * A sine (q3e_sin31) is taken in three steps, so that cosine and sine of one angle, or sines whose signs meet in a product, share them: the
 * angle to the nearest multiple of half a turn, the table, the sign.
 */
#ifndef Q3E_SOURCE_FILTER_M4_H
#define Q3E_SOURCE_FILTER_M4_H

#include "q3e_m4.h"
#include "q3e_tables.h"
#include "source_filter.h"

/** Twice the angle from t to the nearest multiple of half a turn, 0..2^31. */
Q3E_M4_INLINE uint32_t m4_twice_from_half(uint32_t t)
{
    const int32_t twice = (int32_t)(t << 1);
    return (uint32_t)((twice ^ (twice >> 31)) - (twice >> 31));
}

/** The sine of x = m4_twice_from_half(t); its sign is that of bit 31 of t. */
Q3E_M4_INLINE int32_t m4_size_of_sine(uint32_t x)
{
    const int32_t *p = q3e_sine + (x >> 23);
    return m4_smmlar((p[1] - p[0]) * 2, (int32_t)(x << 9 >> 1), p[0]);
}

/** x, negated where bit 31 of t is set. */
Q3E_M4_INLINE int32_t m4_signed_by(int32_t x, uint32_t t)
{
    const int32_t sign = (int32_t)t >> 31;
    return (x ^ sign) - sign;
}

/** Step 2 of a voiced hop (pulses_m4.c). */
void q3e_m4_harmonics(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e);
/** Step 6 and the rest of step 5 (filter_m4.c). */
void q3e_m4_filter(const q3e_source_filter *s, const q3e_source_filter_memory *m);

#endif
