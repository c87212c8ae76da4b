/*
 * linear_vnni.c - matrices with int8 weights on AVX-512 VNNI (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add or gelu
 *
 * Weights in blocks [out/16][in/4][16][4]: one register holds what 16 outputs want from 4 inputs. VPDPBUSD multiplies unsigned by
 * signed, so it reads x + 128 and `compensation` takes 128 * sum_i w[o][i] off again; VPDPWSSD multiplies the widened weights by int16.
 * Neither saturates: sums are right modulo 2^32 and the emitter proved that the result fits. A tile is up to 4 rows by 4 blocks: each
 * weight is loaded once for all of its rows. Weights in rows go to the portable kernel.
 */
#include "linear_x86.h"
#include "q3e_math.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"

/* The largest tile. */
enum { ROWS = 4, BLOCKS = 4 };

/* Where the weights of a tile begin and how far its blocks lie apart. */
typedef struct {
    const int8_t *weight;
    size_t block_bytes;
} tile_weights;

/* Sums without bias of R rows and B blocks, B a constant after inlining: acc[r][b][16]. */
Q3E_VNNI Q3E_INLINE void tile_s8(tile_weights w, const int8_t *x, size_t in, int R, int B, int32_t *acc)
{
    const __m512i flip = _mm512_set1_epi8(-128);
    __m512i sum[ROWS][BLOCKS];
    for (int r = 0; r < R; r++)
        for (int b = 0; b < B; b++) sum[r][b] = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + GROUP <= in; i += GROUP) {
        __m512i wide[BLOCKS];
        for (int b = 0; b < B; b++) wide[b] = _mm512_loadu_si512(w.weight + (size_t)b * w.block_bytes + i * BLOCK);
        for (int r = 0; r < R; r++) {
            int32_t four;
            memcpy(&four, x + (size_t)r * in + i, sizeof four);
            const __m512i shared = _mm512_xor_si512(_mm512_set1_epi32(four), flip);
            for (int b = 0; b < B; b++) sum[r][b] = _mm512_dpbusd_epi32(sum[r][b], shared, wide[b]);
        }
    }
    if (i < in) {
        for (int r = 0; r < R; r++) {
            int32_t four = 0;
            memcpy(&four, x + (size_t)r * in + i, in - i);
            const __m512i shared = _mm512_xor_si512(_mm512_set1_epi32(four), flip);
            for (int b = 0; b < B; b++)
                sum[r][b] = _mm512_dpbusd_epi32(sum[r][b], shared, _mm512_loadu_si512(w.weight + (size_t)b * w.block_bytes + i * BLOCK));
        }
    }
    for (int r = 0; r < R; r++)
        for (int b = 0; b < B; b++) _mm512_storeu_si512(acc + (r * BLOCKS + b) * BLOCK, sum[r][b]);
}

/* One group of int16 inputs: two partial sums for each of 16 outputs, in two registers. */
Q3E_VNNI Q3E_INLINE void group_s16(const int8_t *weight, __m512i shared, __m512i sum[2])
{
    const __m512i low = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)weight));
    const __m512i high = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)(weight + 32)));
    sum[0] = _mm512_dpwssd_epi32(sum[0], low, shared);
    sum[1] = _mm512_dpwssd_epi32(sum[1], high, shared);
}

Q3E_VNNI Q3E_INLINE void tile_s16(tile_weights w, const int16_t *x, size_t in, int R, int B, int32_t *acc)
{
    const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    __m512i sum[ROWS][BLOCKS][2];
    for (int r = 0; r < R; r++)
        for (int b = 0; b < B; b++) sum[r][b][0] = sum[r][b][1] = _mm512_setzero_si512();
    for (size_t i = 0; i < in; i += GROUP) {
        const size_t bytes = (in - i < GROUP ? in - i : GROUP) * sizeof(int16_t);
        __m512i shared[ROWS];
        for (int r = 0; r < R; r++) {
            int64_t four = 0;
            if (bytes == sizeof four) memcpy(&four, x + (size_t)r * in + i, sizeof four);
            else memcpy(&four, x + (size_t)r * in + i, bytes);
            shared[r] = _mm512_set1_epi64(four);
        }
        for (int b = 0; b < B; b++)
            for (int r = 0; r < R; r++) group_s16(w.weight + (size_t)b * w.block_bytes + i * BLOCK, shared[r], sum[r][b]);
    }
    for (int r = 0; r < R; r++) {
        for (int b = 0; b < B; b++) {
            const __m512i first = _mm512_permutex2var_epi32(sum[r][b][0], even, sum[r][b][1]);
            const __m512i second = _mm512_permutex2var_epi32(sum[r][b][0], odd, sum[r][b][1]);
            _mm512_storeu_si512(acc + (r * BLOCKS + b) * BLOCK, _mm512_add_epi32(first, second));
        }
    }
}

Q3E_VNNI static void sums_s8(tile_weights w, const int8_t *x, size_t in, int rows, int blocks, int32_t *acc)
{
    if (blocks == BLOCKS) {
        switch (rows) {
        case 1: tile_s8(w, x, in, 1, BLOCKS, acc); return;
        case 2: tile_s8(w, x, in, 2, BLOCKS, acc); return;
        case 3: tile_s8(w, x, in, 3, BLOCKS, acc); return;
        default: tile_s8(w, x, in, 4, BLOCKS, acc); return;
        }
    }
    for (int b = 0; b < blocks; b++) {
        switch (rows) {
        case 1: tile_s8(w, x, in, 1, 1, acc); break;
        case 2: tile_s8(w, x, in, 2, 1, acc); break;
        case 3: tile_s8(w, x, in, 3, 1, acc); break;
        default: tile_s8(w, x, in, 4, 1, acc); break;
        }
        w.weight += w.block_bytes;
        acc += BLOCK;
    }
}

/* Two blocks at a time: their partial sums of four rows are sixteen registers. */
Q3E_VNNI static void sums_s16(tile_weights w, const int16_t *x, size_t in, int rows, int blocks, int32_t *acc)
{
    for (; blocks >= 2; blocks -= 2) {
        switch (rows) {
        case 1: tile_s16(w, x, in, 1, 2, acc); break;
        case 2: tile_s16(w, x, in, 2, 2, acc); break;
        case 3: tile_s16(w, x, in, 3, 2, acc); break;
        default: tile_s16(w, x, in, 4, 2, acc); break;
        }
        w.weight += 2 * w.block_bytes;
        acc += 2 * BLOCK;
    }
    if (blocks != 0) {
        switch (rows) {
        case 1: tile_s16(w, x, in, 1, 1, acc); break;
        case 2: tile_s16(w, x, in, 2, 1, acc); break;
        case 3: tile_s16(w, x, in, 3, 1, acc); break;
        default: tile_s16(w, x, in, 4, 1, acc); break;
        }
    }
}

/* mulr(acc << left, multiplier). */
Q3E_VNNI Q3E_INLINE __m512i scale_sums(__m512i acc, __m128i left, __m512i multiplier)
{
    const __m512i half = _mm512_set1_epi64(INT64_C(0x80000000)), a = _mm512_sll_epi32(acc, left);
    const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(a, multiplier), half);
    const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(multiplier, 32)), half);
    return _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
}

/* GELU by its table of an even correction, then the scale and the zero point of the result. */
Q3E_VNNI Q3E_INLINE __m512i apply_gelu(const q3e_gelu *g, __m512i z)
{
    const int32_t fine = g->fraction - 5, one = 1 << fine;
    const __m512i h = _mm512_max_epi32(_mm512_min_epi32(z, _mm512_set1_epi32(32767)), _mm512_set1_epi32(-32768));
    const __m512i a = _mm512_abs_epi32(h), i = _mm512_srl_epi32(a, _mm_cvtsi32_si128(fine));
    const __mmask16 inside = _mm512_cmplt_epi32_mask(i, _mm512_set1_epi32(256));
    /* Two neighbouring entries in one read: p1 << 16 | p0, weighted by r << 16 | (one - r). */
    const __m512i pair = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), inside, i, q3e_gelu_tail, 2);
    const __m512i r = _mm512_and_si512(a, _mm512_set1_epi32(one - 1));
    const __m512i weights = _mm512_or_si512(_mm512_slli_epi32(r, 16), _mm512_sub_epi32(_mm512_set1_epi32(one), r));
    const __m512i d = _mm512_srli_epi32(_mm512_add_epi32(_mm512_madd_epi16(pair, weights), _mm512_set1_epi32(0x200)), 10);
    const __m512i value = _mm512_sub_epi32(_mm512_max_epi32(h, _mm512_setzero_si512()), d);
    const __m512i scaled = _mm512_add_epi32(_mm512_mullo_epi32(value, _mm512_set1_epi32(g->gain)), _mm512_set1_epi32(1 << (g->shift - 1)));
    return _mm512_add_epi32(_mm512_sra_epi32(scaled, _mm_cvtsi32_si128(g->shift)), _mm512_set1_epi32(g->zero));
}

/* Writes the places of `z` that `lanes` names to y[at...]. */
Q3E_VNNI Q3E_INLINE void finish(const ending *end, __m512i z, size_t at, __mmask16 lanes)
{
    int16_t *y = (int16_t *)end->y + at;
    switch (end->kind) {
    case END_ADD:
        z = _mm512_add_epi32(z, _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(lanes, end->residual + at)));
        break;
    case END_GELU_S8:
        _mm512_mask_cvtsepi32_storeu_epi8((int8_t *)end->y + at, lanes, apply_gelu(end->gelu, z));
        return;
    case END_GELU_S16:
        z = apply_gelu(end->gelu, z);
        break;
    case END_REQUANTIZE:
        break;
    }
    _mm512_mask_cvtsepi32_storeu_epi16(y, lanes, z);
}

Q3E_VNNI static void finish_tile(const q3e_matrix *m, const ending *end, int32_t first, int rows, int blocks, size_t row, const int32_t *acc)
{
    const __m128i left = _mm_cvtsi32_si128(m->left_shift);
    for (int b = 0; b < blocks; b++) {
        const int32_t o = first + b * BLOCK, rest = m->out - o;
        const __mmask16 lanes = (__mmask16)(rest >= BLOCK ? 0xffff : (1 << rest) - 1);
        const __m512i bias = _mm512_loadu_si512(m->bias + o), multiplier = _mm512_loadu_si512(m->multiplier + o);
        for (int r = 0; r < rows; r++) {
            const __m512i sum = _mm512_add_epi32(_mm512_loadu_si512(acc + (r * BLOCKS + b) * BLOCK), bias);
            finish(end, scale_sums(sum, left, multiplier), (row + (size_t)r) * (size_t)m->out + (size_t)o, lanes);
        }
    }
}

/* Takes the 128 times the sum of its weights off every sum. */
Q3E_VNNI static void compensate(const q3e_matrix *m, int32_t first, int rows, int blocks, int32_t *acc)
{
    for (int b = 0; b < blocks; b++) {
        const __m512i compensation = _mm512_loadu_si512(m->compensation + first + b * BLOCK);
        for (int r = 0; r < rows; r++) {
            int32_t *at = acc + (r * BLOCKS + b) * BLOCK;
            _mm512_storeu_si512(at, _mm512_add_epi32(_mm512_loadu_si512(at), compensation));
        }
    }
}

/* x is int8 or int16, by its element size. */
Q3E_VNNI static void linear(const q3e_matrix *m, const void *x, size_t element, const ending *end, int32_t rows)
{
    const size_t in = (size_t)m->in, padded = (in + GROUP - 1) / GROUP * GROUP;
    int32_t acc[ROWS * BLOCKS * BLOCK];
    for (int32_t first = 0; first < m->out; first += BLOCKS * BLOCK) {
        const int32_t rest = (m->out - first + BLOCK - 1) / BLOCK;
        const int blocks = rest < BLOCKS ? rest : BLOCKS;
        const tile_weights w = { m->weight + (size_t)first * padded, BLOCK * padded };
        for (int32_t row = 0; row < rows; row += ROWS) {
            const int count = rows - row < ROWS ? rows - row : ROWS;
            if (element == sizeof(int8_t)) {
                sums_s8(w, (const int8_t *)x + (size_t)row * in, in, count, blocks, acc);
                compensate(m, first, count, blocks, acc);
            } else {
                sums_s16(w, (const int16_t *)x + (size_t)row * in, in, count, blocks, acc);
            }
            finish_tile(m, end, first, count, blocks, (size_t)row, acc);
        }
    }
}

Q3E_LINEAR_KERNELS(vnni)
#endif
