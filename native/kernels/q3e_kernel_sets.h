/*
 * q3e_kernel_sets.h - one name for each kernel, whatever the instruction set.
 *
 * A decoder's arena remembers a set, chosen when it was made; an emitted model writes Q3E_KERNEL(arena, linear_s8)(&m, x, y, rows).
 * Kernels that only move data (q3e_window, q3e_push), q3e_source_filter_reset, the concealment, and what the full-size decoder needs little of (narrow, RmsNorm,
 * SiLU gate, attention) are in no set.
 */
#ifndef Q3E_KERNEL_SETS_H
#define Q3E_KERNEL_SETS_H

#include "q3e_cpu.h"
#include "q3e_kernels.h"
#include "q3e_m4_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The kernels of one instruction set, with the contracts of q3e_kernels.h. */
typedef struct {
    void (*embed_sum)(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out);
    void (*embed_concat)(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out);
    void (*linear_s8)(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
    void (*linear_s16)(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
    void (*linear_s8_add)(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
    void (*linear_s16_add)(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
    void (*linear_s8_gelu_s8)(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
    void (*linear_s8_gelu_s16)(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
    void (*linear_s16_gelu_s8)(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
    void (*linear_s16_gelu_s16)(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);
    void (*linear_s8_snake_s8)(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows);
    void (*linear_s8_snake_s16)(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows);
    void (*linear_s16_snake_s8)(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows);
    void (*linear_s16_snake_s16)(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows);
    void (*snake_s8)(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels);
    void (*snake_s16)(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels);
    void (*depthwise_s16)(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows);
    void (*layernorm_s8)(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
    void (*layernorm_s16)(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);
    void (*fft)(int32_t *z, int32_t log2_n);
    void (*source_filter_hop)(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm);
} q3e_kernel_set;

#ifdef Q3E_KERNEL_CHOICE
/** By Q3E_SET_...; those above q3e_best_set() must not be called on this processor. */
extern const q3e_kernel_set q3e_kernel_sets[Q3E_SETS];
#define Q3E_KERNEL(arena, name) (q3e_kernel_sets[((const struct q3e_arena_header *)(const void *)(arena))->kernel_set].name)
#elif defined(Q3E_M4_KERNELS)
#define Q3E_KERNEL(arena, name) q3e_##name##_m4
#else
#define Q3E_KERNEL(arena, name) q3e_##name
#endif

#ifdef __cplusplus
}
#endif
#endif
