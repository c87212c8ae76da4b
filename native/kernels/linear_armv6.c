/*
 * linear_armv6.c - matrices with int8 weights on ARMv6 with its 32-bit SIMD instructions (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add or gelu
 *
 * Weights in blocks [out/16][in/4][16][4]: a word holds what one output wants from 4 inputs. SXTB16 widens its even and its odd weights
 * to pairs of int16, which SMLAD multiplies with pairs of inputs that were brought into the same order, even (x0, x2) and odd (x1, x3),
 * once for the 16 outputs of a block. SMMULR is mulr. Weights in rows go to the portable kernel.
 */
#include "q3e_cpu.h"

#ifdef Q3E_ARMV6_KERNELS
#include <string.h>

#include "linear_arm.h"
#include "q3e_math.h"

/* Inputs that are brought into order at a time, and outputs whose sums the registers hold. */
enum { PIECE = 256, STRIP = 4 };

/* Four inputs as pairs of int16. */
typedef struct {
    uint32_t even, odd;
} pairs;

/* Reads the inputs first.. of row x, `count` of them, as pairs; those that fill up the last group are 0. */
typedef void (*reader)(const void *x, size_t first, size_t count, pairs *to);

static inline uint32_t even_bytes(uint32_t four)
{
    uint32_t pair;
    __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(four));
    return pair;
}

static inline uint32_t odd_bytes(uint32_t four)
{
    uint32_t pair;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(four));
    return pair;
}

/* sum + both products of two pairs; the emitter proved that no sum leaves 32 bits. */
static inline int32_t multiply_pairs(uint32_t a, uint32_t b, int32_t sum)
{
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}

static inline int32_t mulr(int32_t a, int32_t b)
{
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
    return high;
}

static inline int16_t sat16(int32_t x)
{
    int32_t limited;
    __asm__("ssat %0, #16, %1" : "=r"(limited) : "r"(x));
    return (int16_t)limited;
}

static inline int8_t sat8(int32_t x)
{
    int32_t limited;
    __asm__("ssat %0, #8, %1" : "=r"(limited) : "r"(x));
    return (int8_t)limited;
}

static void read_s8(const void *x, size_t first, size_t count, pairs *to)
{
    const int8_t *from = (const int8_t *)x + first;
    for (; count >= GROUP; count -= GROUP, from += GROUP, to++) {
        uint32_t four;
        memcpy(&four, from, sizeof four);
        to->even = even_bytes(four);
        to->odd = odd_bytes(four);
    }
    if (count != 0) {
        uint32_t four = 0;
        for (size_t i = 0; i < count; i++) four |= (uint32_t)(uint8_t)from[i] << 8 * i;
        to->even = even_bytes(four);
        to->odd = odd_bytes(four);
    }
}

static void read_s16(const void *x, size_t first, size_t count, pairs *to)
{
    const int16_t *from = (const int16_t *)x + first;
    for (; count >= GROUP; count -= GROUP, from += GROUP, to++) {
        to->even = (uint32_t)(uint16_t)from[0] | (uint32_t)(uint16_t)from[2] << 16;
        to->odd = (uint32_t)(uint16_t)from[1] | (uint32_t)(uint16_t)from[3] << 16;
    }
    if (count != 0) {
        to->even = (uint32_t)(uint16_t)from[0] | (count > 2 ? (uint32_t)(uint16_t)from[2] << 16 : 0);
        to->odd = count > 1 ? (uint32_t)(uint16_t)from[1] : 0;
    }
}

/* acc[0..3] += the products of `groups` groups of inputs with the weights of four outputs. */
static void add_strip(const int8_t *w, const pairs *x, size_t groups, int32_t acc[STRIP])
{
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (; groups != 0; groups--) {
        uint32_t weights[STRIP];
        const uint32_t even = x->even, odd = x->odd;
        memcpy(weights, __builtin_assume_aligned(w, sizeof *weights), sizeof weights);
        a = multiply_pairs(odd_bytes(weights[0]), odd, multiply_pairs(even_bytes(weights[0]), even, a));
        b = multiply_pairs(odd_bytes(weights[1]), odd, multiply_pairs(even_bytes(weights[1]), even, b));
        c = multiply_pairs(odd_bytes(weights[2]), odd, multiply_pairs(even_bytes(weights[2]), even, c));
        d = multiply_pairs(odd_bytes(weights[3]), odd, multiply_pairs(even_bytes(weights[3]), even, d));
        x++;
        w += BLOCK * GROUP;
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

/* GELU, then the scale and the zero point of the result. */
static inline int32_t apply_gelu(const q3e_gelu *g, int32_t z)
{
    const int32_t scaled = q3e_gelu_q(sat16(z), g->fraction) * g->gain; /* below 2^30 */
    return ((scaled + (1 << (g->shift - 1))) >> g->shift) + g->zero;
}

/* z[0..count-1] to y[at...]. */
static void finish(const ending *end, const int32_t *z, size_t at, int32_t count)
{
    int16_t *y = (int16_t *)end->y + at;
    switch (end->kind) {
    case END_REQUANTIZE:
        for (int32_t i = 0; i < count; i++) y[i] = sat16(z[i]);
        break;
    case END_ADD:
        for (int32_t i = 0; i < count; i++) y[i] = sat16(end->residual[at + (size_t)i] + z[i]);
        break;
    case END_GELU_S8:
        for (int32_t i = 0; i < count; i++) ((int8_t *)end->y)[at + (size_t)i] = sat8(apply_gelu(end->gelu, z[i]));
        break;
    default:
        for (int32_t i = 0; i < count; i++) y[i] = sat16(apply_gelu(end->gelu, z[i]));
        break;
    }
}

/* One block of one row. */
static void tile(const q3e_matrix *m, reader read, const void *x, const ending *end, int32_t first, size_t row)
{
    const size_t in = (size_t)m->in;
    const int8_t *w = m->weight + (size_t)first * ((in + GROUP - 1) / GROUP * GROUP);
    const int32_t left = 1 << m->left_shift, rest = m->out - first, count = rest < BLOCK ? rest : BLOCK;
    pairs ordered[PIECE / GROUP];
    int32_t acc[BLOCK];
    memcpy(acc, m->bias + first, sizeof acc);
    for (size_t at = 0; at < in; at += PIECE) {
        const size_t length = in - at < PIECE ? in - at : PIECE;
        read(x, row * in + at, length, ordered);
        for (int o = 0; o < count; o += STRIP) add_strip(w + at * BLOCK + o * GROUP, ordered, (length + GROUP - 1) / GROUP, acc + o);
    }
    for (int32_t i = 0; i < count; i++) acc[i] = mulr(acc[i] * left, m->multiplier[first + i]);
    finish(end, acc, row * (size_t)m->out + (size_t)first, count);
}

static void linear(const q3e_matrix *m, reader read, const void *x, const ending *end, int32_t rows)
{
    for (int32_t first = 0; first < m->out; first += BLOCK) {
        for (int32_t row = 0; row < rows; row++) tile(m, read, x, end, first, (size_t)row);
    }
}

static void linear_s8(const q3e_matrix *m, const int8_t *x, const ending *end, int32_t rows)
{
    linear(m, read_s8, x, end, rows);
}

static void linear_s16(const q3e_matrix *m, const int16_t *x, const ending *end, int32_t rows)
{
    linear(m, read_s16, x, end, rows);
}

Q3E_ARM_LINEAR_KERNELS_S8(armv6, linear_s8)
Q3E_ARM_LINEAR_KERNELS_S16(armv6, linear_s16)
#endif
