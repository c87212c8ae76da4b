/*
 * pulses_m4.c - the harmonic stretch of a source-filter head's hop on a Cortex-M4 (ARITHMETIC.md, section 5, step 2).
 *
 * The number of harmonics changes rarely: bounds of the increment tell when, in place of two products a sample. The quotient of the Dirichlet kernel
 * is one of absolute values, whose sign is that of the angles.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "q3e_math.h"
#include "source_filter_m4.h"

/* While f lies above `low` and does not exceed `high`, the number of harmonics stays. */
typedef struct {
    int32_t count;
    uint32_t low, high;
} harmonic_range;

/* h f <= lim and (h+1) f > lim as bounds of f; they end where the number of harmonics does. */
static harmonic_range range_of(const q3e_source_filter *s, int32_t h)
{
    const uint32_t limit = s->harmonic_limit;
    const harmonic_range r = { h, h < s->harmonic_max ? limit / (uint32_t)(h + 1) : 0, h > 1 ? limit / (uint32_t)h : UINT32_MAX };
    return r;
}

/* The portable search from the last number; f = 0 below the bound 0 is the largest number, whose search ends at once. */
static harmonic_range search_range(const q3e_source_filter *s, int32_t h, uint32_t f)
{
    while (h < s->harmonic_max && (uint64_t)(h + 1) * f <= s->harmonic_limit) h++;
    while (h > 1 && (uint64_t)h * f > s->harmonic_limit) h--;
    return range_of(s, h);
}

/*
 * One hop of pulses. The quotient D of two sines has at most 2^30: with at most MOST_HARMONICS harmonics, and with a divisor of at least
 * LEAST_DIVISOR, whose rounding is then far below what the quotient has to spare.
 */
enum { MOST_HARMONICS = 100, LEAST_DIVISOR = 1 << 16 };

void q3e_m4_harmonics(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e)
{
    const int64_t slope = (((int64_t)right - (int64_t)left) * s->slope_scale + 0x80000) >> 20;
    const int32_t smallest = s->dirichlet_min;
    int64_t ramp = (int64_t)left * 65536;
    if (s->harmonic_max > MOST_HARMONICS || smallest < LEAST_DIVISOR || (left | right) >> 30 != 0) {
        q3e_source_filter_portable.harmonics(s, o, left, right, e);
        return;
    }
    uint32_t phase = o->phase;
    harmonic_range h = range_of(s, o->harmonics);
    int32_t order = 2 * h.count + 1, pulse = q3e_pulse[h.count];
    for (int32_t *end = e + s->hop; e < end; e++) {
        const uint32_t f = (uint32_t)(ramp >> 16);
        ramp += slope;
        phase += f;
        if (f <= h.low || f > h.high) {
            h = search_range(s, h.count, f);
            order = 2 * h.count + 1;
            pulse = q3e_pulse[h.count];
        }
        const int32_t phi = (int32_t)phase;
        const uint32_t half = (uint32_t)(phi >> 1), turns = (uint32_t)(((int64_t)order * phi) >> 1);
        const int32_t divisor = m4_size_of_sine(m4_twice_from_half(half));
        int32_t d = order * (1 << 22);
        if (divisor >= smallest) {
            /* Of both sines the signs are bit 31 of their angles, but that a zero has none. */
            const int32_t z = q3e_clz32((uint32_t)divisor), dividend = m4_size_of_sine(m4_twice_from_half(turns));
            const uint64_t product = (uint64_t)(uint32_t)dividend * q3e_recip31((uint32_t)divisor << z);
            const int32_t quotient = z < 8 ? (int32_t)(((uint32_t)(product >> 32) + (1u << (7 - z))) >> (8 - z))
                                           : (int32_t)((product + (UINT64_C(1) << (39 - z))) >> (40 - z));
            d = m4_signed_by(quotient, half ^ turns);
        }
        const int64_t scaled = (int64_t)pulse * (d - (1 << 22)) + (1 << 26);
        *e = (int32_t)(scaled >> 27);
    }
    o->phase = phase;
    o->harmonics = h.count;
}

#endif
