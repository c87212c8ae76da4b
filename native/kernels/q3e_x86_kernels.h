/*
 * q3e_x86_kernels.h - the kernels for x86-64, each equal to its portable namesake bit for bit.
 */
#ifndef Q3E_X86_KERNELS_H
#define Q3E_X86_KERNELS_H

#include "q3e_cpu.h"
#include "q3e_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef Q3E_X86_KERNELS
void q3e_embed_sum_avx2(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out);
void q3e_embed_concat_avx2(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out);

void q3e_linear_s8_avx2(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_avx2(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add_avx2(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s16_add_avx2(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8_avx2(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16_avx2(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_gelu_s8_avx2(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_gelu_s16_avx2(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);

void q3e_linear_s8_vnni(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_vnni(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add_vnni(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s16_add_vnni(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8_vnni(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16_vnni(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_gelu_s8_vnni(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_gelu_s16_vnni(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);

void q3e_linear_s8_snake_s8_avx2(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_snake_s16_avx2(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_snake_s8_avx2(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_snake_s16_avx2(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows);
void q3e_snake_s8_avx2(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels);
void q3e_snake_s16_avx2(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels);
void q3e_linear_s8_snake_s8_vnni(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_snake_s16_vnni(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_snake_s8_vnni(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_snake_s16_vnni(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows);
void q3e_snake_s8_vnni(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels);
void q3e_snake_s16_vnni(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels);

void q3e_depthwise_s16_avx2(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows);
void q3e_layernorm_s8_avx2(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
void q3e_layernorm_s16_avx2(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);
void q3e_depthwise_s16_vnni(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows);
void q3e_layernorm_s8_vnni(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
void q3e_layernorm_s16_vnni(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);
void q3e_fft_avx2(int32_t *z, int32_t log2_n);
void q3e_source_filter_hop_avx2(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm);
#endif

#ifdef __cplusplus
}
#endif
#endif
