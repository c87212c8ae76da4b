/*
 * q3e_math.h - the integer functions that kernels share (ARITHMETIC.md, sections 1 and 2).
 *
 * Nothing here divides, and no signed operation can overflow for arguments in the stated ranges. Two properties of the compiler that C99
 * leaves open are relied upon: >> of a negative value is arithmetic (asserted in q3e_internal.h), and conversion of a value above
 * 2^31 - 1 to int32_t subtracts 2^32.
 */
#ifndef Q3E_MATH_H
#define Q3E_MATH_H

#include <stdint.h>

#include "q3e_tables.h"

/** x limited to lo..hi. */
static inline int32_t q3e_clamp(int32_t x, int32_t lo, int32_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static inline int64_t q3e_clamp64(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static inline int8_t q3e_sat8(int32_t x)
{
    return (int8_t)q3e_clamp(x, -128, 127);
}

static inline int16_t q3e_sat16(int32_t x)
{
    return (int16_t)q3e_clamp(x, -32768, 32767);
}

/** (a * b + 2^31) >> 32: the rounding high half of a product. */
static inline int32_t q3e_mulr(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
}

/** (x + 2^(n-1)) >> n, 1 <= n <= 62. */
static inline int64_t q3e_rshr(int64_t x, int32_t n)
{
    return (x + ((int64_t)1 << (n - 1))) >> n;
}

/** Leading zero bits of x != 0, in plain C. */
static inline int32_t q3e_clz32_portable(uint32_t x)
{
    int32_t n = 0;
    if (x < 0x10000u) { n += 16; x <<= 16; }
    if (x < 0x1000000u) { n += 8; x <<= 8; }
    if (x < 0x10000000u) { n += 4; x <<= 4; }
    if (x < 0x40000000u) { n += 2; x <<= 2; }
    return x < 0x80000000u ? n + 1 : n;
}

/** Leading zero bits of x != 0. The builtin is used only where it is an instruction, not a call into the compiler's library. */
static inline int32_t q3e_clz32(uint32_t x)
{
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || defined(__ARM_FEATURE_CLZ))
    return __builtin_clz(x);
#else
    return q3e_clz32_portable(x);
#endif
}

/** Leading zero bits of x != 0. */
static inline int32_t q3e_clz64(uint64_t x)
{
    uint32_t high = (uint32_t)(x >> 32);
    return high != 0 ? q3e_clz32(high) : 32 + q3e_clz32((uint32_t)x);
}

/** Sine of t turns (2^32 = one turn), Q31. */
static inline int32_t q3e_sin31(uint32_t t)
{
    uint32_t x = t & 0x3fffffffu;
    if ((t >> 30) & 1u) x = 0x40000000u - x;
    const int32_t *p = q3e_sine + (x >> 22);
    int64_t r = (int64_t)(x & 0x3fffffu);
    int32_t s = p[0] + (int32_t)(((int64_t)(p[1] - p[0]) * r + 0x200000) >> 22);
    return t >> 31 ? -s : s;
}

/** Cosine of t turns, Q31. */
static inline int32_t q3e_cos31(uint32_t t)
{
    return q3e_sin31(t + 0x40000000u);
}

/** 2^(f / 2^20) in Q30, f = 0..2^20-1. */
static inline uint32_t q3e_exp2m(uint32_t f)
{
    const uint32_t *p = q3e_exp2 + (f >> 12);
    return p[0] + (uint32_t)(((uint64_t)(p[1] - p[0]) * (f & 0xfffu) + 0x800u) >> 12);
}

/** 2^62 / d for d >= 2^31. */
static inline uint32_t q3e_recip31(uint32_t d)
{
    const uint32_t *p = q3e_recip + ((d >> 23) - 256u);
    return p[0] - (uint32_t)(((uint64_t)(p[0] - p[1]) * (d & 0x7fffffu)) >> 23);
}

/** 2^46 / sqrt(m) for m >= 2^30. */
static inline uint32_t q3e_rsqrt31(uint32_t m)
{
    const uint32_t *p = q3e_rsqrt + ((m >> 24) - 64u);
    return p[0] - (uint32_t)(((uint64_t)(p[0] - p[1]) * (m & 0xffffffu)) >> 24);
}

/** log2(v / 2^b) in Q26 for v >= 1, where the result is at least -30 and below 31. */
static inline int32_t q3e_log26(uint64_t v, int32_t b)
{
    int32_t z = q3e_clz64(v);
    uint32_t m = (uint32_t)((v << z) >> 32);
    const int32_t *p = q3e_log2 + ((m >> 23) - 256u);
    int64_t r = (int64_t)(m & 0x7fffffu);
    return (63 - z - b) * (1 << 26) + p[0] + (int32_t)(((p[1] - p[0]) * r) >> 23);
}

/** 4 sqrt(v), the square root in Q2, for v up to 2^60 - 2^32; 0 for 0. */
static inline uint32_t q3e_sqrt2(uint64_t v)
{
    if (v == 0) return 0;
    int32_t z = q3e_clz64(v) & ~1; /* even, so that its square root is a shift */
    uint32_t m = (uint32_t)((v << z) >> 32);
    uint64_t root = (uint64_t)m * q3e_rsqrt31(m);
    return (uint32_t)((root + ((uint64_t)1 << (27 + z / 2))) >> (28 + z / 2));
}

/** GELU of h in Qf, 5 <= f <= 12, result in Qf: max(h, 0) - |h| Phi(-|h|). */
static inline int32_t q3e_gelu_q(int32_t h, int32_t f)
{
    int32_t a = h < 0 ? -h : h;
    int32_t i = a >> (f - 5);
    int32_t d = 0;
    if (i < 256) {
        int32_t one = 1 << (f - 5);
        const uint16_t *p = q3e_gelu_tail + i;
        d = (p[0] * one + (p[1] - p[0]) * (a & (one - 1)) + 0x200) >> 10;
    }
    return (h > 0 ? h : 0) - d;
}

#endif
