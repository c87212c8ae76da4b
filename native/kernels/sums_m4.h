/*
 * sums_m4.h - the sums of products of a matrix in pairs on a Cortex-M4 (sums_m4.c).
 */
#ifndef Q3E_SUMS_M4_H
#define Q3E_SUMS_M4_H

#include <stddef.h>
#include <stdint.h>

/** Inputs are padded to a multiple of this. */
enum { STEP = 16 };

/*
 * Pairs of outputs until `end`: weights of consecutive pairs, `stride` bytes each (a multiple of 2 * STEP), and the padded inputs as pairs of
 * int16; of two rows word by word in turn. All addresses are multiples of 4. S0 and S1 are the sums of the outputs of a pair, B = 256 * S1 + S0.
 */

/** Of each pair S0 and B. */
void q3e_m4_sums_one_row_s8(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end);
/** Of each pair S0 and S1. */
void q3e_m4_sums_one_row_s16(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end);
/** Of each pair B of the second row, S0 and B of the first, S0 of the second. */
void q3e_m4_sums_two_rows_s8(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end);
/** Of each pair S1 of the second row, S0 and S1 of the first, S0 of the second. */
void q3e_m4_sums_two_rows_s16(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end);

#endif
