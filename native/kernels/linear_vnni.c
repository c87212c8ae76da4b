/*
 * linear_vnni.c - matrices with int8 weights on AVX-512 VNNI (ARITHMETIC.md, Linear).
 *
 *   acc[o] = bias[o] + sum_i w[o][i] * x[i];  z[o] = mulr(acc[o] << ls, M[o]);  then requantize, add, gelu or snake
 *
 * Weights in blocks [out/16][in/4][16][4]: one register holds what 16 outputs want from 4 inputs. VPDPBUSD multiplies unsigned by
 * signed, so it reads x + 128 and `compensation` takes 128 * sum_i w[o][i] off again; VPDPWSSD multiplies the widened weights by int16.
 * Neither saturates: sums are right modulo 2^32 and the emitter proved that the result fits.
 *
 * The outputs are cut into panels of 4 blocks, whose weights stay in a near cache while all rows pass; the rows of a panel into tiles of up
 * to 6, whose sums stay in 24 of the 32 registers (12 of two sums each for int16). Each weight is loaded once for a tile, each input once
 * for a panel. Weights in rows go to the portable kernel.
 */
#include "linear_x86.h"

#ifdef Q3E_X86_KERNELS
#include "linear_vnni.h"

/* Rows of the largest tile. */
enum { ROWS = 6 };

/*
 * sum += the four products of each 32 bits of x (unsigned) and w. Assembler, not _mm512_dpbusd_epi32, where there is a choice: compilers
 * copy the sums of a tile around the intrinsic and then have too few registers (GCC 12: half the speed).
 */
Q3E_VNNI Q3E_INLINE __m512i add_products_s8(__m512i sum, __m512i x, __m512i w)
{
#ifdef Q3E_GNU_DIALECT
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
    return sum;
#else
    return _mm512_dpbusd_epi32(sum, x, w);
#endif
}

/* sum += the two products of each 32 bits of x and w, int16. */
Q3E_VNNI Q3E_INLINE __m512i add_products_s16(__m512i sum, __m512i x, __m512i w)
{
#ifdef Q3E_GNU_DIALECT
    __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
    return sum;
#else
    return _mm512_dpwssd_epi32(sum, x, w);
#endif
}

/* Sums of R rows and B blocks, both constants after inlining: acc[r][b][16]. */
Q3E_VNNI Q3E_INLINE void tile_s8(const panel *p, int first, const int8_t *x, size_t in, int R, int B, int32_t *acc)
{
    const __m512i flip = _mm512_set1_epi8(-128);
    const int8_t *w = p->weight + (size_t)first * p->block_bytes;
    __m512i sum[ROWS][BLOCKS];
    for (int r = 0; r < R; r++)
        for (int b = 0; b < B; b++) sum[r][b] = _mm512_loadu_si512(p->start + (first + b) * BLOCK);
    size_t i = 0;
    for (; i + GROUP <= in; i += GROUP) {
        __m512i wide[BLOCKS];
        for (int b = 0; b < B; b++) wide[b] = _mm512_loadu_si512(w + (size_t)b * p->block_bytes + i * BLOCK);
        for (int r = 0; r < R; r++) {
            int32_t four;
            memcpy(&four, x + (size_t)r * in + i, sizeof four);
            const __m512i shared = _mm512_xor_si512(_mm512_set1_epi32(four), flip);
            for (int b = 0; b < B; b++) sum[r][b] = add_products_s8(sum[r][b], shared, wide[b]);
        }
    }
    if (i < in) {
        for (int r = 0; r < R; r++) {
            int32_t four = 0;
            memcpy(&four, x + (size_t)r * in + i, in - i);
            const __m512i shared = _mm512_xor_si512(_mm512_set1_epi32(four), flip);
            for (int b = 0; b < B; b++)
                sum[r][b] = add_products_s8(sum[r][b], shared, _mm512_loadu_si512(w + (size_t)b * p->block_bytes + i * BLOCK));
        }
    }
    for (int r = 0; r < R; r++)
        for (int b = 0; b < B; b++) _mm512_storeu_si512(acc + (r * BLOCKS + first + b) * BLOCK, sum[r][b]);
}

/* The same for int16 inputs. A register holds two partial sums for each of 8 outputs: B blocks are 2 B registers. */
Q3E_VNNI Q3E_INLINE void tile_s16(const panel *p, int first, const int16_t *x, size_t in, int R, int B, int32_t *acc)
{
    const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    const int8_t *w = p->weight + (size_t)first * p->block_bytes;
    __m512i sum[ROWS][BLOCKS];
    for (int r = 0; r < R; r++)
        for (int h = 0; h < 2 * B; h++) sum[r][h] = _mm512_setzero_si512();
    for (size_t i = 0; i < in; i += GROUP) {
        const size_t bytes = (in - i < GROUP ? in - i : GROUP) * sizeof(int16_t);
        __m512i wide[BLOCKS];
        for (int h = 0; h < 2 * B; h++) {
            const int8_t *half = w + (size_t)(h / 2) * p->block_bytes + i * BLOCK + (size_t)(h % 2) * (BLOCK * GROUP / 2);
            wide[h] = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)half));
        }
        for (int r = 0; r < R; r++) {
            int64_t four = 0;
            if (bytes == sizeof four) memcpy(&four, x + (size_t)r * in + i, sizeof four);
            else memcpy(&four, x + (size_t)r * in + i, bytes);
            const __m512i shared = _mm512_set1_epi64(four);
            for (int h = 0; h < 2 * B; h++) sum[r][h] = add_products_s16(sum[r][h], shared, wide[h]);
        }
    }
    for (int r = 0; r < R; r++) {
        for (int b = 0; b < B; b++) {
            const __m512i one = _mm512_permutex2var_epi32(sum[r][2 * b], even, sum[r][2 * b + 1]);
            const __m512i other = _mm512_permutex2var_epi32(sum[r][2 * b], odd, sum[r][2 * b + 1]);
            const __m512i start = _mm512_loadu_si512(p->start + (first + b) * BLOCK);
            _mm512_storeu_si512(acc + (r * BLOCKS + first + b) * BLOCK, _mm512_add_epi32(start, _mm512_add_epi32(one, other)));
        }
    }
}

/* A tile of 1..ROWS rows by a constant number of blocks. */
#define TILE_OF_ROWS(tile, B) \
    switch (rows) { \
    case 1: tile(p, first, x, in, 1, B, acc); break; \
    case 2: tile(p, first, x, in, 2, B, acc); break; \
    case 3: tile(p, first, x, in, 3, B, acc); break; \
    case 4: tile(p, first, x, in, 4, B, acc); break; \
    case 5: tile(p, first, x, in, 5, B, acc); break; \
    default: tile(p, first, x, in, ROWS, B, acc); break; \
    }

Q3E_VNNI static void sums_s8(const panel *p, const int8_t *x, size_t in, int rows, int32_t *acc)
{
    const int first = 0;
    switch (p->blocks) {
    case 1: TILE_OF_ROWS(tile_s8, 1) break;
    case 2: TILE_OF_ROWS(tile_s8, 2) break;
    case 3: TILE_OF_ROWS(tile_s8, 3) break;
    default: TILE_OF_ROWS(tile_s8, BLOCKS) break;
    }
}

Q3E_VNNI static void sums_s16(const panel *p, const int16_t *x, size_t in, int rows, int32_t *acc)
{
    int first = 0;
    for (; first + 2 <= p->blocks; first += 2) {
        TILE_OF_ROWS(tile_s16, 2)
    }
    if (first < p->blocks) {
        TILE_OF_ROWS(tile_s16, 1)
    }
}

/* x is int8 or int16, by its element size. */
Q3E_VNNI static void linear(const q3e_matrix *m, const void *x, size_t element, const ending *end, int32_t rows)
{
    const size_t in = (size_t)m->in;
    int32_t acc[ROWS * PANEL];
    gelu_lookup lookup;
    panel p;
    if (end->gelu != NULL) prepare_gelu(end->gelu, &lookup);
    else memset(&lookup, 0, sizeof lookup); /* for compilers that cannot see that nobody looks */
    for (int32_t first = 0; first < m->out; first += PANEL) {
        prepare_panel(m, first, element == sizeof(int8_t), &p);
        if (end->snake != NULL) prepare_snake(end->snake, first, &p);
        for (int32_t row = 0, count; row < rows; row += count) {
            const int32_t tiles = (rows - row + ROWS - 1) / ROWS;
            count = (rows - row + tiles - 1) / tiles; /* tiles of nearly equal height */
            if (element == sizeof(int8_t)) sums_s8(&p, (const int8_t *)x + (size_t)row * in, in, count, acc);
            else sums_s16(&p, (const int16_t *)x + (size_t)row * in, in, count, acc);
            finish_tile(&p, end, &lookup, acc, count, (size_t)row * (size_t)m->out + (size_t)first, (size_t)m->out);
        }
    }
}

Q3E_LINEAR_KERNELS(vnni)
#endif
