/*
 * linear_vnni.h - a panel of 64 outputs and what follows its sums (ARITHMETIC.md, Linear).
 *
 *   z[o] = mulr(acc[o] << ls, M[o]);  requantize: sat16(z);  add: sat16(residual + z);  gelu: sat(rshr(gelu(sat16(z), f) * G, r) + zero);
 *   snake: Snake of sat16(z) in channel o
 *
 * A row of a panel is 4 registers of 16 sums. Pairs of registers are packed to 32 int16, which interleaves them by fours; what is unpacked
 * again comes back in order, and the last packing is put in order before it is stored. Included only inside #ifdef Q3E_X86_KERNELS.
 */
#ifndef Q3E_LINEAR_VNNI_H
#define Q3E_LINEAR_VNNI_H

#include "linear_x86.h"
#include "q3e_math.h"
#include "q3e_x86.h"
#include "q3e_x86_snake.h"

/* Blocks and outputs of a panel. */
enum { BLOCKS = 4, PANEL = BLOCKS * BLOCK };

typedef struct {
    const int8_t *weight;      /* of the first block */
    size_t block_bytes;        /* how far blocks lie apart */
    int blocks;                /* 1..BLOCKS */
    int lanes;                 /* outputs that there are, 1..PANEL */
    __m128i left_shift;
    int32_t start[PANEL];      /* what the sums begin with */
    int32_t multiplier[PANEL]; /* 0 where there is no block */
    q3e_snake_x32 snake[2];    /* constants of a Snake, in the order of packed pairs of registers */
    __m128i snake_shift;
} panel;

Q3E_VNNI static void prepare_panel(const q3e_matrix *m, int32_t first, int compensated, panel *p)
{
    const size_t padded = ((size_t)m->in + GROUP - 1) / GROUP * GROUP;
    p->weight = m->weight + (size_t)first * padded;
    p->block_bytes = BLOCK * padded;
    p->lanes = m->out - first < PANEL ? m->out - first : PANEL;
    p->blocks = (p->lanes + BLOCK - 1) / BLOCK;
    p->left_shift = _mm_cvtsi32_si128(m->left_shift);
    for (int b = 0; b < BLOCKS; b++) {
        __m512i start = _mm512_setzero_si512(), multiplier = start;
        if (b < p->blocks) {
            start = _mm512_loadu_si512(m->bias + first + b * BLOCK);
            if (compensated) start = _mm512_add_epi32(start, _mm512_loadu_si512(m->compensation + first + b * BLOCK));
            multiplier = _mm512_loadu_si512(m->multiplier + first + b * BLOCK);
        }
        _mm512_storeu_si512(p->start + b * BLOCK, start);
        _mm512_storeu_si512(p->multiplier + b * BLOCK, multiplier);
    }
}

/* Constants of Snake for the outputs from `first` on. */
Q3E_VNNI static void prepare_snake(const q3e_snake *s, int32_t first, panel *p)
{
    const __m512i low = _mm512_set1_epi32(0xffff);
    p->snake_shift = _mm_cvtsi32_si128(s->shift);
    for (int pair = 0; pair < 2; pair++) {
        __m512i f[2], b[2];
        for (int i = 0; i < 2; i++) {
            const int at = (2 * pair + i) * BLOCK, left = p->lanes - at;
            const __mmask16 there = (__mmask16)(left >= BLOCK ? 0xffff : left > 0 ? (1 << left) - 1 : 0);
            f[i] = _mm512_maskz_loadu_epi32(there, s->frequency + first + at);
            b[i] = _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(there, s->gain + first + at));
        }
        p->snake[pair] = q3e_snake_constants_x32(s, _mm512_packus_epi32(_mm512_and_si512(f[0], low), _mm512_and_si512(f[1], low)),
                                                 _mm512_packus_epi32(_mm512_srli_epi32(f[0], 16), _mm512_srli_epi32(f[1], 16)), _mm512_packs_epi32(b[0], b[1]));
    }
}

/* The table of GELU in registers: its entries from 145 on are zero, so that 160 of them are all there is to look up. */
enum { TAIL = 5, TAIL_PART = 32, TAIL_LAST = TAIL * TAIL_PART - 2 };

typedef struct {
    __m512i tail[TAIL], next[TAIL]; /* entries i and i + 1 */
    __m512i one;                    /* 2^(f - 5) */
    __m512i gain;                   /* G and -G in turn */
    __m512i half;                   /* of the last shift */
    __m512i zero;
    __m128i fine, shift;
} gelu_lookup;

Q3E_VNNI static void prepare_gelu(const q3e_gelu *g, gelu_lookup *l)
{
    for (int k = 0; k < TAIL; k++) {
        l->tail[k] = _mm512_loadu_si512(q3e_gelu_tail + k * TAIL_PART);
        l->next[k] = _mm512_loadu_si512(q3e_gelu_tail + k * TAIL_PART + 1);
    }
    l->fine = _mm_cvtsi32_si128(g->fraction - 5);
    l->one = _mm512_set1_epi16((int16_t)(1 << (g->fraction - 5)));
    l->gain = _mm512_set1_epi32((int32_t)((uint32_t)-g->gain << 16 | (uint32_t)g->gain));
    l->half = _mm512_set1_epi32(1 << (g->shift - 1));
    l->shift = _mm_cvtsi32_si128(g->shift);
    l->zero = _mm512_set1_epi32(g->zero);
}

/* Of 32 indices up to TAIL_LAST. */
Q3E_VNNI Q3E_INLINE __m512i look_up(const __m512i table[TAIL], __m512i i, __mmask32 from64, __mmask32 from128)
{
    const __m512i low = _mm512_permutex2var_epi16(table[0], i, table[1]), middle = _mm512_permutex2var_epi16(table[2], i, table[3]);
    return _mm512_mask_permutexvar_epi16(_mm512_mask_blend_epi16(from64, low, middle), from128, i, table[4]);
}

/* GELU of 32 values, scaled and shifted to the zero point of the result. */
Q3E_VNNI Q3E_INLINE void apply_gelu(const gelu_lookup *l, __m512i *first, __m512i *second)
{
    const __m512i h = _mm512_packs_epi32(*first, *second), a = _mm512_abs_epi16(h); /* 2^15 stays itself, unsigned */
    const __m512i i = _mm512_min_epu16(_mm512_srl_epi16(a, l->fine), _mm512_set1_epi16(TAIL_LAST));
    const __mmask32 from64 = _mm512_cmpgt_epi16_mask(i, _mm512_set1_epi16(63)), from128 = _mm512_cmpgt_epi16_mask(i, _mm512_set1_epi16(127));
    const __m512i p0 = look_up(l->tail, i, from64, from128), p1 = look_up(l->next, i, from64, from128);
    const __m512i r = _mm512_and_si512(a, _mm512_sub_epi16(l->one, _mm512_set1_epi16(1))), rest = _mm512_sub_epi16(l->one, r);
    const __m512i half = _mm512_set1_epi32(0x200);
    __m512i low = _mm512_madd_epi16(_mm512_unpacklo_epi16(p0, p1), _mm512_unpacklo_epi16(rest, r));
    __m512i high = _mm512_madd_epi16(_mm512_unpackhi_epi16(p0, p1), _mm512_unpackhi_epi16(rest, r));
    low = _mm512_srli_epi32(_mm512_add_epi32(low, half), 10);
    high = _mm512_srli_epi32(_mm512_add_epi32(high, half), 10);
    /* (max(h, 0) - d) * G as the sum of two products. */
    const __m512i d = _mm512_packs_epi32(low, high), positive = _mm512_max_epi16(h, _mm512_setzero_si512());
    low = _mm512_add_epi32(_mm512_madd_epi16(_mm512_unpacklo_epi16(positive, d), l->gain), l->half);
    high = _mm512_add_epi32(_mm512_madd_epi16(_mm512_unpackhi_epi16(positive, d), l->gain), l->half);
    *first = _mm512_add_epi32(_mm512_sra_epi32(low, l->shift), l->zero);
    *second = _mm512_add_epi32(_mm512_sra_epi32(high, l->shift), l->zero);
}

/* The first `lanes` of 32 int16 in two registers to memory. */
Q3E_VNNI Q3E_INLINE void store_s16(int16_t *y, __m512i first, __m512i second, int lanes)
{
    const __m512i order = _mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0);
    const __m512i values = _mm512_permutexvar_epi64(order, _mm512_packs_epi32(first, second));
    if (lanes >= 2 * BLOCK) _mm512_storeu_si512(y, values);
    else _mm512_mask_storeu_epi16(y, ((__mmask32)1 << lanes) - 1, values);
}

/* The first `lanes` of 64 int8 in four registers to memory. */
Q3E_VNNI Q3E_INLINE void store_s8(int8_t *y, const __m512i z[BLOCKS], int lanes)
{
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    const __m512i values = _mm512_permutexvar_epi32(order, _mm512_packs_epi16(_mm512_packs_epi32(z[0], z[1]), _mm512_packs_epi32(z[2], z[3])));
    if (lanes == PANEL) _mm512_storeu_si512(y, values);
    else _mm512_mask_storeu_epi8(y, ((__mmask64)1 << lanes) - 1, values);
}

/* residual + z of 16 values, of which `lanes` are there. */
Q3E_VNNI Q3E_INLINE __m512i add_residual(const int16_t *residual, __m512i z, int lanes)
{
    const __mmask16 there = (__mmask16)(lanes >= BLOCK ? 0xffff : (1 << lanes) - 1);
    return _mm512_add_epi32(z, _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(there, residual)));
}

/* One row of a panel: 64 sums to y[at...]. */
Q3E_VNNI Q3E_INLINE void finish_row(const panel *p, const ending *end, const gelu_lookup *lookup, end_kind kind, const int32_t *acc, size_t at)
{
    __m512i z[BLOCKS];
    for (int b = 0; b < BLOCKS; b++) {
        const __m512i sum = _mm512_sll_epi32(_mm512_loadu_si512(acc + b * BLOCK), p->left_shift);
        z[b] = q3e_mulr_x16(sum, _mm512_loadu_si512(p->multiplier + b * BLOCK));
    }
    if (kind == END_GELU_S8 || kind == END_GELU_S16) {
        apply_gelu(lookup, &z[0], &z[1]);
        apply_gelu(lookup, &z[2], &z[3]);
    }
    if (kind == END_SNAKE_S8 || kind == END_SNAKE_S16) {
        q3e_snake_of_x32(&p->snake[0], _mm512_packs_epi32(z[0], z[1]), p->snake_shift, &z[0]);
        q3e_snake_of_x32(&p->snake[1], _mm512_packs_epi32(z[2], z[3]), p->snake_shift, &z[2]);
    }
    if (kind == END_ADD)
        for (int b = 0; b < p->blocks; b++) z[b] = add_residual(end->residual + at + (size_t)b * BLOCK, z[b], p->lanes - b * BLOCK);
    if (kind == END_GELU_S8 || kind == END_SNAKE_S8) {
        store_s8((int8_t *)end->y + at, z, p->lanes);
    } else {
        store_s16((int16_t *)end->y + at, z[0], z[1], p->lanes);
        if (p->lanes > 2 * BLOCK) store_s16((int16_t *)end->y + at + 2 * BLOCK, z[2], z[3], p->lanes - 2 * BLOCK);
    }
}

/* Rows of 64 sums each to y[at...], y[at + stride...] and so on. */
Q3E_VNNI static void finish_tile(const panel *p, const ending *end, const gelu_lookup *lookup, const int32_t *acc, int rows, size_t at, size_t stride)
{
    switch (end->kind) {
    case END_REQUANTIZE:
        for (int r = 0; r < rows; r++) finish_row(p, end, lookup, END_REQUANTIZE, acc + r * PANEL, at + (size_t)r * stride);
        break;
    case END_ADD:
        for (int r = 0; r < rows; r++) finish_row(p, end, lookup, END_ADD, acc + r * PANEL, at + (size_t)r * stride);
        break;
    case END_GELU_S8:
        for (int r = 0; r < rows; r++) finish_row(p, end, lookup, END_GELU_S8, acc + r * PANEL, at + (size_t)r * stride);
        break;
    case END_GELU_S16:
        for (int r = 0; r < rows; r++) finish_row(p, end, lookup, END_GELU_S16, acc + r * PANEL, at + (size_t)r * stride);
        break;
    case END_SNAKE_S8:
        for (int r = 0; r < rows; r++) finish_row(p, end, lookup, END_SNAKE_S8, acc + r * PANEL, at + (size_t)r * stride);
        break;
    case END_SNAKE_S16:
        for (int r = 0; r < rows; r++) finish_row(p, end, lookup, END_SNAKE_S16, acc + r * PANEL, at + (size_t)r * stride);
        break;
    }
}

#endif
