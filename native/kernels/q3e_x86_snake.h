/*
 * q3e_x86_snake.h - Snake of 16 or 32 values at once (ARITHMETIC.md, section 9).
 *
 *   t = (h * P mod 2^32) >> 16;  y = (h * A + (2^15 - cos15(t)) * B + 2^(r-1)) >> r
 *
 * Everything up to the cosine has 16 bits. Values lie in any order that the constants share; the results are two registers of 32 bits, as
 * unpacking makes them, and packing them again restores the order. One text serves both widths. Included only inside #ifdef Q3E_X86_KERNELS.
 */
#ifndef Q3E_X86_SNAKE_H
#define Q3E_X86_SNAKE_H

#include "q3e_kernels.h"
#include "q3e_x86.h"

/*
 * q3e_snake_xN            constants of N channels: halves of P; A and -B in turn, and 2^15 B + 2^(r-1), each as unpacked
 * q3e_snake_constants_xN  makes them from halves of P and B in the order of the values
 * q3e_snake_of_xN         Snake of h, before the saturation. A negative h is read as h + 2^16 by the product of unsigned halves: that is
 *                         P's low half too much.
 */
#define Q3E_SNAKE_LANES(target, n, bits) \
    typedef struct { \
        __m##bits##i low, high, gains[2], offset[2]; \
    } q3e_snake_x##n; \
    target Q3E_INLINE q3e_snake_x##n q3e_snake_constants_x##n(const q3e_snake *s, __m##bits##i low, __m##bits##i high, __m##bits##i b) \
    { \
        const __m##bits##i a = _mm##bits##_set1_epi16((int16_t)s->input_gain), zero = _mm##bits##_setzero_si##bits(); \
        const __m##bits##i minus = _mm##bits##_sub_epi16(zero, b), half = _mm##bits##_set1_epi32(1 << (s->shift - 1)); \
        const q3e_snake_x##n c = { low, high, { _mm##bits##_unpacklo_epi16(a, minus), _mm##bits##_unpackhi_epi16(a, minus) }, \
                                   { _mm##bits##_add_epi32(_mm##bits##_srli_epi32(_mm##bits##_unpacklo_epi16(zero, b), 1), half), \
                                     _mm##bits##_add_epi32(_mm##bits##_srli_epi32(_mm##bits##_unpackhi_epi16(zero, b), 1), half) } }; \
        return c; \
    } \
    target Q3E_INLINE void q3e_snake_of_x##n(const q3e_snake_x##n *c, __m##bits##i h, __m128i shift, __m##bits##i y[2]) \
    { \
        const __m##bits##i negative = _mm##bits##_and_si##bits(_mm##bits##_srai_epi16(h, 15), c->low); \
        const __m##bits##i part = _mm##bits##_sub_epi16(_mm##bits##_mulhi_epu16(h, c->low), negative); \
        const __m##bits##i t = _mm##bits##_add_epi16(_mm##bits##_mullo_epi16(h, c->high), part); \
        const __m##bits##i nearest = _mm##bits##_min_epu16(_mm##bits##_abs_epi16(t), _mm##bits##_set1_epi16(0x7fff)); \
        const __m##bits##i q = _mm##bits##_sub_epi16(_mm##bits##_set1_epi16(0x4000), nearest); \
        const __m##bits##i z = _mm##bits##_adds_epi16(q, q), w = _mm##bits##_mulhrs_epi16(z, z); \
        __m##bits##i p = _mm##bits##_add_epi16(_mm##bits##_mulhrs_epi16(_mm##bits##_set1_epi16(-142), w), _mm##bits##_set1_epi16(2603)); \
        __m##bits##i cosine; \
        p = _mm##bits##_add_epi16(_mm##bits##_mulhrs_epi16(p, w), _mm##bits##_set1_epi16(-21163)); \
        p = _mm##bits##_add_epi16(_mm##bits##_mulhrs_epi16(p, w), _mm##bits##_set1_epi16(18702)); \
        cosine = _mm##bits##_adds_epi16(z, _mm##bits##_mulhrs_epi16(p, z)); \
        y[0] = _mm##bits##_madd_epi16(_mm##bits##_unpacklo_epi16(h, cosine), c->gains[0]); \
        y[1] = _mm##bits##_madd_epi16(_mm##bits##_unpackhi_epi16(h, cosine), c->gains[1]); \
        y[0] = _mm##bits##_sra_epi32(_mm##bits##_add_epi32(y[0], c->offset[0]), shift); \
        y[1] = _mm##bits##_sra_epi32(_mm##bits##_add_epi32(y[1], c->offset[1]), shift); \
    }

Q3E_SNAKE_LANES(Q3E_AVX2, 16, 256)
Q3E_SNAKE_LANES(Q3E_VNNI, 32, 512)

/* The kernels of an instruction set around its function `snake`, which is static in the file that says this. */
#define Q3E_SNAKE_KERNELS(target, isa) \
    target void q3e_snake_s8_##isa(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels) \
    { \
        snake(s, x, y, sizeof *y, rows, channels); \
    } \
    target void q3e_snake_s16_##isa(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels) \
    { \
        snake(s, x, y, sizeof *y, rows, channels); \
    }

#endif
