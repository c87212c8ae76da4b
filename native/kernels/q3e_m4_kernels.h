/*
 * q3e_m4_kernels.h - the kernels of the Cortex-M4's set, with the contracts of q3e_kernels.h. A build for that processor has no other
 * set, so an emitted model calls them directly.
 */
#ifndef Q3E_M4_KERNELS_H
#define Q3E_M4_KERNELS_H

#include "q3e_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

void q3e_linear_s8_m4(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_m4(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add_m4(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s16_add_m4(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8_m4(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16_m4(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_gelu_s8_m4(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_gelu_s16_m4(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);
void q3e_depthwise_s16_m4(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows);
void q3e_layernorm_s8_m4(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
void q3e_layernorm_s16_m4(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);
void q3e_fft_m4(int32_t *z, int32_t log2_n);
void q3e_source_filter_hop_m4(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm);

/* Not worth a kernel of their own: a frame has one row of embeddings. */
#define q3e_embed_sum_m4 q3e_embed_sum
#define q3e_embed_concat_m4 q3e_embed_concat

#ifdef __cplusplus
}
#endif
#endif
