/*
 * source_filter_m4.c - the steps of a source-filter head's hop on a Cortex-M4 (ARITHMETIC.md, section 5, steps 2, 3 and 5 to 7).
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "fft_m4.h"
#include "q3e_math.h"
#include "source_filter.h"

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
    m4_fft_stages(m->spectrum, b);
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
    m4_fft_stages_swapped(z, b);
}

static void inverse(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    if (s->log2_fft == 9) inverse_of(m, 8);
    else inverse_of(m, s->log2_fft - 1);
}

/* A row of knots between two of them: first + step * weight, with 15 more fraction bits (the portable mix; the products may wrap). */
typedef struct {
    uint32_t first, step;
} line;

Q3E_M4_INLINE line line_of(const int16_t *x, int32_t half)
{
    const line l = { (uint32_t)x[0] * 32768u + (uint32_t)half, (uint32_t)(x[1] - x[0]) };
    return l;
}

Q3E_M4_INLINE int32_t at(line l, uint32_t weight)
{
    return (int32_t)(l.first + l.step * weight);
}

/* 2^(f / 2^20) in Q30 for the fraction f of a line with 5 more bits (exp2m): the table's difference is below 2^23, its weight has 12 bits. */
Q3E_M4_INLINE int32_t mantissa_of(int32_t mixed)
{
    const uint32_t *p = q3e_exp2 + (((uint32_t)mixed >> 17) & 0xffu);
    return m4_smmlar((int32_t)((p[1] - p[0]) << 8), (int32_t)(((uint32_t)mixed << 7) & 0xfff000u), (int32_t)p[0]);
}

/* The portable scale: x * mantissa, rounded and shifted right by 32 + right. */
static int32_t scale_within_limits(int32_t x, int32_t mantissa, int32_t right)
{
    return (int32_t)q3e_clamp64(q3e_rshr((int64_t)x * mantissa, 32 + right), -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
}

/* Whether both parts stay below 2^bits. */
Q3E_M4_INLINE int are_below(m4_complex x, int32_t bits)
{
    return q3e_clz32((uint32_t)(x.re ^ (x.re >> 31)) | (uint32_t)(x.im ^ (x.im >> 31)) | 1u) >= 32 - bits;
}

/*
 * Both parts of a bin by a gain. A right shift of 3 or more leaves less than 2^28, and so does any shift of parts that are small enough for it:
 * then no limit is near. Nearly all bins go one of these ways; *limited tells of one that did not.
 */
Q3E_M4_INLINE m4_complex scale(m4_complex x, int32_t mantissa, int32_t right, int *limited)
{
    m4_complex y;
    if (right > 0 && (right >= 3 || are_below(x, 29))) {
        const int32_t half = 1 << (right - 1);
        y.re = m4_smmla(x.re, mantissa, half) >> right;
        y.im = m4_smmla(x.im, mantissa, half) >> right;
    } else if (right <= 0 && are_below(x, 28 + right)) {
        y.re = m4_smmulr((int32_t)((uint32_t)x.re << -right), mantissa);
        y.im = m4_smmulr((int32_t)((uint32_t)x.im << -right), mantissa);
    } else {
        y.re = scale_within_limits(x.re, mantissa, right);
        y.im = scale_within_limits(x.im, mantissa, right);
        *limited = 1;
    }
    return y;
}

/* (a * b + c * d) rounded at bit 31. */
Q3E_M4_INLINE int32_t rotate31(int32_t a, int32_t b, int32_t c, int32_t d)
{
    uint32_t low;
    int32_t high;
    __asm__("smull %0, %1, %2, %3\n\t"
            "smlal %0, %1, %4, %5\n\t"
            "lsls %0, %0, #1\n\t"
            "adc %1, %1, %1\n\t"
            "add %1, %1, %0, lsr #31"
            : "=&r"(low), "=&r"(high)
            : "r"(a), "r"(b), "r"(c), "r"(d)
            : "cc");
    return high;
}

/* Twice the angle from t to the nearest multiple of half a turn, 0..2^31. */
Q3E_M4_INLINE uint32_t twice_from_half(uint32_t t)
{
    const int32_t twice = (int32_t)(t << 1);
    return (uint32_t)((twice ^ (twice >> 31)) - (twice >> 31));
}

/* The sine of x = twice_from_half(t); its sign is that of bit 31 of t. */
Q3E_M4_INLINE int32_t size_of_sine(uint32_t x)
{
    const int32_t *p = q3e_sine + (x >> 23);
    return m4_smmlar((p[1] - p[0]) * 2, (int32_t)(x << 9 >> 1), p[0]);
}

/* x, negated where bit 31 of t is set. */
Q3E_M4_INLINE int32_t signed_by(int32_t x, uint32_t t)
{
    const int32_t sign = (int32_t)t >> 31;
    return (x ^ sign) - sign;
}

/* The noise's share of Y. Gives whether a limit was near. */
static int filter_noise(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const uint32_t points = 1u << s->log2_fft;
    const int32_t shift = 4 - s->log2_fft;
    const uint8_t *knot = s->knot, *end = knot + points / 2 + 1;
    const uint16_t *weight = s->weight;
    const int16_t *n = m->previous + s->knots;
    int32_t *y = m->filtered;
    const int32_t *zk = m->spectrum;
    uint32_t opposite = 0; /* N - k, and 0 for 0 */
    int limited = 0;
    while (knot < end) {
        const uint8_t here = *knot;
        const line l = line_of(n + here, 16);
        do {
            const int32_t *zj = m->spectrum + 2 * opposite;
            const m4_complex e = { zk[1] + zj[1], zj[0] - zk[0] };
            const int32_t mixed = at(l, *weight++);
            const m4_complex result = scale(e, mantissa_of(mixed), shift - (mixed >> 25), &limited);
            m4_put(y, 0, result.re, result.im);
            y += 2;
            zk += 2;
            opposite = (opposite - 1) & (points - 1);
        } while (++knot < end && *knot == here);
    }
    return limited;
}

/* Adds the harmonic share. */
static void filter_harmonics(const q3e_source_filter *s, const q3e_source_filter_memory *m, int limited)
{
    const uint32_t points = 1u << s->log2_fft;
    const int32_t shift = 4 - s->log2_fft;
    const uint8_t *knot = s->knot, *end = knot + points / 2 + 1;
    const uint16_t *weight = s->weight;
    const int16_t *a = m->previous, *p = a + 2 * s->knots;
    int32_t *y = m->filtered;
    const int32_t *zk = m->spectrum;
    uint32_t opposite = 0; /* N - k, and 0 for 0 */
    while (knot < end) {
        const uint8_t here = *knot;
        const line magnitude = line_of(a + here, 16), phase = line_of(p + here, 0);
        do {
            const uint32_t w = *weight++;
            const int32_t mixed = at(magnitude, w);
            const uint32_t turn = (uint32_t)at(phase, w) << 6, x = twice_from_half(turn);
            const int32_t sine = signed_by(size_of_sine(x), turn), cosine = signed_by(size_of_sine(0x80000000u - x), turn + 0x40000000u);
            const int32_t *zj = m->spectrum + 2 * opposite;
            const int32_t re = zk[0] + zj[0], im = zk[1] - zj[1];
            const m4_complex e = { rotate31(re, cosine, im, -sine), rotate31(re, sine, im, cosine) };
            const m4_complex more = scale(e, mantissa_of(mixed), shift - (mixed >> 25), &limited);
            const m4_complex result = { y[0] + more.re, y[1] + more.im };
            if (limited) {
                m4_put(y, 0, q3e_clamp(result.re, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX), q3e_clamp(result.im, -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX));
            } else {
                m4_put(y, 0, result.re, result.im);
            }
            y += 2;
            zk += 2;
            opposite = (opposite - 1) & (points - 1);
        } while (++knot < end && *knot == here);
    }
}

/* Y from the transform Z of both excitations, with the filters of the previous row. */
static void filter(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int limited = filter_noise(s, m);
    if (m->oscillator->voiced) filter_harmonics(s, m, limited);
    m->filtered[1] = 0;
    m->filtered[((size_t)1 << s->log2_fft) + 1] = 0;
}

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

static void harmonics(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e)
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
        const int32_t divisor = size_of_sine(twice_from_half(half));
        int32_t d = order * (1 << 22);
        if (divisor >= smallest) {
            /* Of both sines the signs are bit 31 of their angles, but that a zero has none. */
            const int32_t z = q3e_clz32((uint32_t)divisor), dividend = size_of_sine(twice_from_half(turns));
            const uint64_t product = (uint64_t)(uint32_t)dividend * q3e_recip31((uint32_t)divisor << z);
            const int32_t quotient = z < 8 ? (int32_t)(((uint32_t)(product >> 32) + (1u << (7 - z))) >> (8 - z))
                                           : (int32_t)((product + (UINT64_C(1) << (39 - z))) >> (40 - z));
            d = signed_by(quotient, half ^ turns);
        }
        const int64_t scaled = (int64_t)pulse * (d - (1 << 22)) + (1 << 26);
        *e = (int32_t)(scaled >> 27);
    }
    o->phase = phase;
    o->harmonics = h.count;
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
    static const q3e_source_filter_steps steps = { harmonics, noise, spectrum, filter, inverse, overlap };
    q3e_source_filter_run(&steps, s, m, head, pcm);
}

#endif
