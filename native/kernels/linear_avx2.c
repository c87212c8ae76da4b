/*
 * linear_avx2.c - matrices with int8 weights on AVX2 (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add, gelu or snake
 *
 * Weights in blocks [out/16][in/4][16][4]: two registers hold what 16 outputs want from 4 inputs. VPMADDUBSW multiplies unsigned by
 * signed and saturates the sum of two products, so it gets |x| and w with the sign of x: |x| <= 128 and |w| <= 127 keep the sum below
 * 2^15. int16 inputs meet widened weights in VPMADDWD. Weights in rows go to the portable kernel.
 */
#include "linear_x86.h"
#include "q3e_math.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86.h"
#include "q3e_x86_snake.h"

/* Tiles of this set: one block by up to two rows, whose sums, inputs and weights fill the sixteen registers. */
enum { PAIR = 2 };

Q3E_AVX2 Q3E_INLINE __m256i load(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

Q3E_AVX2 Q3E_INLINE void store(void *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)p, v);
}

/* sum += the products of four inputs with the weights of sixteen outputs. */
Q3E_AVX2 Q3E_INLINE void group_s8(__m256i low, __m256i high, int32_t four, __m256i sum[2])
{
    const __m256i x = _mm256_set1_epi32(four), size = _mm256_abs_epi8(x), ones = _mm256_set1_epi16(1);
    sum[0] = _mm256_add_epi32(sum[0], _mm256_madd_epi16(_mm256_maddubs_epi16(size, _mm256_sign_epi8(low, x)), ones));
    sum[1] = _mm256_add_epi32(sum[1], _mm256_madd_epi16(_mm256_maddubs_epi16(size, _mm256_sign_epi8(high, x)), ones));
}

/* Sums without bias of R rows, a constant after inlining, and one block: acc[r][16]. */
Q3E_AVX2 Q3E_INLINE void tile_s8(const int8_t *w, const int8_t *x, size_t in, int R, int32_t *acc)
{
    __m256i sum[PAIR][2];
    for (int r = 0; r < R; r++) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + GROUP <= in; i += GROUP) {
        const __m256i low = load(w + i * BLOCK), high = load(w + i * BLOCK + 32);
        for (int r = 0; r < R; r++) {
            int32_t four;
            memcpy(&four, x + (size_t)r * in + i, sizeof four);
            group_s8(low, high, four, sum[r]);
        }
    }
    if (i < in) {
        const __m256i low = load(w + i * BLOCK), high = load(w + i * BLOCK + 32);
        for (int r = 0; r < R; r++) {
            int32_t four = 0;
            memcpy(&four, x + (size_t)r * in + i, in - i);
            group_s8(low, high, four, sum[r]);
        }
    }
    for (int r = 0; r < R; r++) {
        store(acc + r * BLOCK, sum[r][0]);
        store(acc + r * BLOCK + 8, sum[r][1]);
    }
}

/* Two partial sums for each of sixteen outputs, in four registers. */
Q3E_AVX2 Q3E_INLINE void tile_s16(const int8_t *w, const int16_t *x, size_t in, int R, int32_t *acc)
{
    __m256i sum[PAIR][4];
    for (int r = 0; r < R; r++)
        for (int q = 0; q < 4; q++) sum[r][q] = _mm256_setzero_si256();
    for (size_t i = 0; i < in; i += GROUP) {
        const size_t bytes = (in - i < GROUP ? in - i : GROUP) * sizeof(int16_t);
        __m256i shared[PAIR];
        for (int r = 0; r < R; r++) {
            int64_t four = 0;
            if (bytes == sizeof four) memcpy(&four, x + (size_t)r * in + i, sizeof four);
            else memcpy(&four, x + (size_t)r * in + i, bytes);
            shared[r] = _mm256_set1_epi64x(four);
        }
        for (int q = 0; q < 4; q++) {
            const __m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(w + i * BLOCK + (size_t)q * 16)));
            for (int r = 0; r < R; r++) sum[r][q] = _mm256_add_epi32(sum[r][q], _mm256_madd_epi16(wide, shared[r]));
        }
    }
    for (int r = 0; r < R; r++) {
        store(acc + r * BLOCK, _mm256_permute4x64_epi64(_mm256_hadd_epi32(sum[r][0], sum[r][1]), 0xd8));
        store(acc + r * BLOCK + 8, _mm256_permute4x64_epi64(_mm256_hadd_epi32(sum[r][2], sum[r][3]), 0xd8));
    }
}

/* GELU by its table of an even correction, then the scale and the zero point of the result. */
Q3E_AVX2 Q3E_INLINE __m256i apply_gelu(const q3e_gelu *g, __m256i z)
{
    const int32_t fine = g->fraction - 5, one = 1 << fine;
    const __m256i h = _mm256_max_epi32(_mm256_min_epi32(z, _mm256_set1_epi32(32767)), _mm256_set1_epi32(-32768));
    const __m256i a = _mm256_abs_epi32(h), i = _mm256_srl_epi32(a, _mm_cvtsi32_si128(fine));
    const __m256i inside = _mm256_cmpgt_epi32(_mm256_set1_epi32(256), i);
    /* Two neighbouring entries in one read: p1 << 16 | p0, weighted by r << 16 | (one - r). */
    const __m256i pair = _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), (const int *)(const void *)q3e_gelu_tail, i, inside, 2);
    const __m256i r = _mm256_and_si256(a, _mm256_set1_epi32(one - 1));
    const __m256i weights = _mm256_or_si256(_mm256_slli_epi32(r, 16), _mm256_sub_epi32(_mm256_set1_epi32(one), r));
    const __m256i d = _mm256_srli_epi32(_mm256_add_epi32(_mm256_madd_epi16(pair, weights), _mm256_set1_epi32(0x200)), 10);
    const __m256i value = _mm256_sub_epi32(_mm256_max_epi32(h, _mm256_setzero_si256()), d);
    const __m256i scaled = _mm256_add_epi32(_mm256_mullo_epi32(value, _mm256_set1_epi32(g->gain)), _mm256_set1_epi32(1 << (g->shift - 1)));
    return _mm256_add_epi32(_mm256_sra_epi32(scaled, _mm_cvtsi32_si128(g->shift)), _mm256_set1_epi32(g->zero));
}

/* Sixteen z in order to sixteen int16. */
Q3E_AVX2 Q3E_INLINE __m256i pack16(__m256i low, __m256i high)
{
    return _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
}

/* Constants of Snake for a block of outputs, in the order of two packed registers. */
Q3E_AVX2 static q3e_snake_x16 snake_constants(const q3e_snake *s, int32_t first, int32_t lanes)
{
    uint32_t frequency[BLOCK] = { 0 };
    int16_t gain[BLOCK] = { 0 };
    memcpy(frequency, s->frequency + first, (size_t)lanes * sizeof *frequency);
    memcpy(gain, s->gain + first, (size_t)lanes * sizeof *gain);
    const __m256i p0 = load(frequency), p1 = load(frequency + 8), mask = _mm256_set1_epi32(0xffff), b = load(gain);
    const __m256i b0 = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(b)), b1 = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(b, 1));
    return q3e_snake_constants_x16(s, _mm256_packus_epi32(_mm256_and_si256(p0, mask), _mm256_and_si256(p1, mask)),
                                   _mm256_packus_epi32(_mm256_srli_epi32(p0, 16), _mm256_srli_epi32(p1, 16)), _mm256_packs_epi32(b0, b1));
}

/* Writes the first `lanes` of sixteen results to y[at...]. */
Q3E_AVX2 Q3E_INLINE void finish(const ending *end, const q3e_snake_x16 *snake, __m256i low, __m256i high, size_t at, int32_t lanes)
{
    int16_t some[BLOCK] = { 0 };
    __m256i packed;
    if (end->kind == END_ADD) {
        const int16_t *residual = end->residual + at;
        if (lanes < BLOCK) residual = memcpy(some, residual, (size_t)lanes * sizeof(int16_t));
        const __m256i r = load(residual);
        low = _mm256_add_epi32(low, _mm256_cvtepi16_epi32(_mm256_castsi256_si128(r)));
        high = _mm256_add_epi32(high, _mm256_cvtepi16_epi32(_mm256_extracti128_si256(r, 1)));
    } else if (end->snake != NULL) {
        __m256i y[2];
        q3e_snake_of_x16(snake, _mm256_packs_epi32(low, high), _mm_cvtsi32_si128(end->snake->shift), y);
        low = y[0];
        high = y[1];
    } else if (end->kind != END_REQUANTIZE) {
        low = apply_gelu(end->gelu, low);
        high = apply_gelu(end->gelu, high);
    }
    packed = pack16(low, high);
    if (end->kind == END_GELU_S8 || end->kind == END_SNAKE_S8) {
        const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(packed), _mm256_extracti128_si256(packed, 1));
        int8_t *y = (int8_t *)end->y + at;
        if (lanes == BLOCK) {
            _mm_storeu_si128((__m128i *)(void *)y, bytes);
        } else {
            _mm_storeu_si128((__m128i *)(void *)some, bytes);
            memcpy(y, some, (size_t)lanes);
        }
    } else {
        int16_t *y = (int16_t *)end->y + at;
        if (lanes == BLOCK) {
            store(y, packed);
        } else {
            store(some, packed);
            memcpy(y, some, (size_t)lanes * sizeof(int16_t));
        }
    }
}

/* x is int8 or int16, by its element size. */
Q3E_AVX2 static void linear(const q3e_matrix *m, const void *x, size_t element, const ending *end, int32_t rows)
{
    const size_t in = (size_t)m->in, padded = (in + GROUP - 1) / GROUP * GROUP;
    const __m128i left = _mm_cvtsi32_si128(m->left_shift);
    int32_t acc[PAIR * BLOCK];
    q3e_snake_x16 snake;
    memset(&snake, 0, sizeof snake); /* for compilers that cannot see that nobody looks */
    for (int32_t first = 0; first < m->out; first += BLOCK) {
        const int8_t *w = m->weight + (size_t)first * padded;
        const int32_t lanes = m->out - first < BLOCK ? m->out - first : BLOCK;
        if (end->snake != NULL) snake = snake_constants(end->snake, first, lanes);
        for (int32_t row = 0; row < rows; row += PAIR) {
            const int32_t count = rows - row < PAIR ? rows - row : PAIR;
            const void *now = (const unsigned char *)x + (size_t)row * in * element;
            if (element == sizeof(int8_t)) {
                if (count == PAIR) tile_s8(w, now, in, PAIR, acc);
                else tile_s8(w, now, in, 1, acc);
            } else {
                if (count == PAIR) tile_s16(w, now, in, PAIR, acc);
                else tile_s16(w, now, in, 1, acc);
            }
            for (int32_t r = 0; r < count; r++) {
                const __m256i low = _mm256_sll_epi32(_mm256_add_epi32(load(acc + r * BLOCK), load(m->bias + first)), left);
                const __m256i high = _mm256_sll_epi32(_mm256_add_epi32(load(acc + r * BLOCK + 8), load(m->bias + first + 8)), left);
                const size_t at = (size_t)(row + r) * (size_t)m->out + (size_t)first;
                finish(end, &snake, q3e_mulr_x8(low, load(m->multiplier + first)), q3e_mulr_x8(high, load(m->multiplier + first + 8)), at, lanes);
            }
        }
    }
}

Q3E_LINEAR_KERNELS(avx2)
#endif
