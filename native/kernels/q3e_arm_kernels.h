/*
 * q3e_arm_kernels.h - the kernels for Arm processors that run Linux, each equal to its portable namesake bit for bit.
 */
#ifndef Q3E_ARM_KERNELS_H
#define Q3E_ARM_KERNELS_H

#include "q3e_cpu.h"
#include "q3e_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef Q3E_NEON_KERNELS
void q3e_linear_s8_neon(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_neon(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add_neon(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s16_add_neon(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8_neon(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16_neon(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_gelu_s8_neon(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_gelu_s16_neon(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_snake_s8_neon(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_snake_s16_neon(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_snake_s8_neon(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_snake_s16_neon(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows);
void q3e_snake_s8_neon(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels);
void q3e_snake_s16_neon(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels);

void q3e_depthwise_s16_neon(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows);
void q3e_layernorm_s8_neon(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
void q3e_layernorm_s16_neon(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);
void q3e_fft_neon(int32_t *z, int32_t log2_n);
void q3e_source_filter_hop_neon(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm);
#endif

#ifdef Q3E_DOT_KERNELS
void q3e_linear_s8_dot(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add_dot(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8_dot(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16_dot(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_snake_s8_dot(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_snake_s16_dot(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows);
#endif

#ifdef Q3E_ARMV6_KERNELS
void q3e_linear_s8_armv6(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_armv6(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add_armv6(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s16_add_armv6(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8_armv6(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16_armv6(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_gelu_s8_armv6(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_gelu_s16_armv6(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);
#endif

#ifdef __cplusplus
}
#endif
#endif
