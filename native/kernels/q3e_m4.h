/*
 * q3e_m4.h - instructions of the Cortex-M4 (Armv7E-M with the DSP extension) that C has no name for.
 *
 * Needs Q3E_M4_KERNELS (q3e_cpu.h).
 */
#ifndef Q3E_M4_H
#define Q3E_M4_H

#include <stdint.h>
#include <string.h>

#define Q3E_M4_INLINE static inline __attribute__((always_inline))

/** (a * b + 2^31) >> 32: q3e_mulr. */
Q3E_M4_INLINE int32_t m4_smmulr(int32_t a, int32_t b)
{
    int32_t d;
    __asm__("smmulr %0, %1, %2" : "=r"(d) : "r"(a), "r"(b));
    return d;
}

/** c + ((a * b + 2^31) >> 32). */
Q3E_M4_INLINE int32_t m4_smmlar(int32_t a, int32_t b, int32_t c)
{
    int32_t d;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(c));
    return d;
}

/** c + ((a * b) >> 32). */
Q3E_M4_INLINE int32_t m4_smmla(int32_t a, int32_t b, int32_t c)
{
    int32_t d;
    __asm__("smmla %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(c));
    return d;
}

/** (a * b + c * d + 2^31) >> 32, exact: the sum is rounded once. */
Q3E_M4_INLINE int32_t m4_rotate(int32_t a, int32_t b, int32_t c, int32_t d)
{
    uint32_t low;
    int32_t high;
    __asm__("smull %0, %1, %2, %3\n\t"
            "smlal %0, %1, %4, %5\n\t"
            "add %1, %1, %0, lsr #31"
            : "=&r"(low), "=&r"(high)
            : "r"(a), "r"(b), "r"(c), "r"(d));
    return high;
}

/** a * b + c: one instruction, where a compiler takes two for the b's that it likes. */
Q3E_M4_INLINE uint32_t m4_mla(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t d;
    __asm__("mla %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(c));
    return d;
}

/** acc plus the products of the lower and of the upper halves of a and b. */
Q3E_M4_INLINE int32_t m4_smlad(uint32_t a, uint32_t b, int32_t acc)
{
    int32_t d;
    __asm__("smlad %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(acc));
    return d;
}

/** acc plus the squares of both halves of a. */
Q3E_M4_INLINE int64_t m4_add_squares(uint32_t a, int64_t acc)
{
    uint32_t low = (uint32_t)acc;
    int32_t high = (int32_t)(acc >> 32);
    __asm__("smlald %0, %1, %2, %2" : "+r"(low), "+r"(high) : "r"(a));
    return (int64_t)(((uint64_t)(uint32_t)high << 32) | low);
}

/** acc plus the product of the lower halves. */
Q3E_M4_INLINE int32_t m4_smlabb(uint32_t a, uint32_t b, int32_t acc)
{
    int32_t d;
    __asm__("smlabb %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(acc));
    return d;
}

/** acc plus the product of the upper halves. */
Q3E_M4_INLINE int32_t m4_smlatt(uint32_t a, uint32_t b, int32_t acc)
{
    int32_t d;
    __asm__("smlatt %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(acc));
    return d;
}

/** acc plus the product of the upper half of a and the lower half of b. */
Q3E_M4_INLINE int32_t m4_smlatb(uint32_t a, uint32_t b, int32_t acc)
{
    int32_t d;
    __asm__("smlatb %0, %1, %2, %3" : "=r"(d) : "r"(a), "r"(b), "r"(acc));
    return d;
}

/** Bytes 0 and 2 as int16. */
Q3E_M4_INLINE uint32_t m4_sxtb16(uint32_t a)
{
    uint32_t d;
    __asm__("sxtb16 %0, %1" : "=r"(d) : "r"(a));
    return d;
}

/** Bytes 1 and 3 as int16. */
Q3E_M4_INLINE uint32_t m4_sxtb16_odd(uint32_t a)
{
    uint32_t d;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(d) : "r"(a));
    return d;
}

/** The lower half of `low` and the lower half of `high`. */
Q3E_M4_INLINE uint32_t m4_pack(uint32_t low, uint32_t high)
{
    uint32_t d;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(d) : "r"(low), "r"(high));
    return d;
}

/** The upper half of `low` and the upper half of `high`. */
Q3E_M4_INLINE uint32_t m4_pack_upper(uint32_t low, uint32_t high)
{
    uint32_t d;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(d) : "r"(high), "r"(low));
    return d;
}

Q3E_M4_INLINE int32_t m4_sat16(int32_t a)
{
    int32_t d;
    __asm__("ssat %0, #16, %1" : "=r"(d) : "r"(a) : "cc");
    return d;
}

Q3E_M4_INLINE int32_t m4_sat8(int32_t a)
{
    int32_t d;
    __asm__("ssat %0, #8, %1" : "=r"(d) : "r"(a) : "cc");
    return d;
}

/** a limited to 0..32767. */
Q3E_M4_INLINE int32_t m4_usat15(int32_t a)
{
    int32_t d;
    __asm__("usat %0, #15, %1" : "=r"(d) : "r"(a) : "cc");
    return d;
}

/** a limited to 0..255. */
Q3E_M4_INLINE int32_t m4_usat8(int32_t a)
{
    int32_t d;
    __asm__("usat %0, #8, %1" : "=r"(d) : "r"(a) : "cc");
    return d;
}

/** c plus the lower half of a, sign-extended; and the same of the upper half. */
Q3E_M4_INLINE int32_t m4_add_lower(int32_t c, uint32_t a)
{
    int32_t d;
    __asm__("sxtah %0, %1, %2" : "=r"(d) : "r"(c), "r"(a));
    return d;
}

Q3E_M4_INLINE int32_t m4_add_upper(int32_t c, uint32_t a)
{
    int32_t d;
    __asm__("sxtah %0, %1, %2, ror #16" : "=r"(d) : "r"(c), "r"(a));
    return d;
}

/** Two neighbours at *p, a multiple of 4; *p goes on behind them. */
Q3E_M4_INLINE void m4_take_two(const int32_t **p, int32_t *first, int32_t *second)
{
    __asm__ volatile("ldrd %0, %1, [%2], #8" : "=&r"(*first), "=&r"(*second), "+r"(*p) : : "memory");
}

/** A word at any address. */
Q3E_M4_INLINE uint32_t m4_load(const void *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

Q3E_M4_INLINE void m4_store(void *p, uint32_t word)
{
    memcpy(p, &word, sizeof word);
}

#endif
