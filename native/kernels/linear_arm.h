/*
 * linear_arm.h - the matrix kernels of an Arm instruction set around its functions that multiply.
 */
#ifndef Q3E_LINEAR_ARM_H
#define Q3E_LINEAR_ARM_H

#include "q3e_arm_kernels.h"

/** Outputs of a block and inputs of a group of weights. */
enum { BLOCK = 16, GROUP = 4 };

/** What follows z = mulr(acc << ls, M). */
typedef enum { END_REQUANTIZE, END_ADD, END_GELU_S8, END_GELU_S16, END_SNAKE_S8, END_SNAKE_S16 } end_kind;

typedef struct {
    end_kind kind;
    const int16_t *residual;
    const q3e_gelu *gelu;
    const q3e_snake *snake;
    void *y;
} ending;

/* A kernel of this set: `linear` for weights in blocks, the portable kernel for weights in rows or pairs. */
#define Q3E_ARM_LINEAR_KERNEL(isa, linear, name, arguments, portable, ...) \
    void q3e_linear_##name##_##isa arguments \
    { \
        const ending end = __VA_ARGS__; \
        if (q3e_layout_of(m) != Q3E_LAYOUT_BLOCKS) q3e_linear_##name portable; \
        else linear(m, x, &end, rows); \
    }

/* Those that read int8; `linear` is static in the file that says this. */
#define Q3E_ARM_LINEAR_KERNELS_S8(isa, linear) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s8, (const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows), (m, x, y, rows), \
                          { END_REQUANTIZE, NULL, NULL, NULL, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s8_add, (const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows), \
                          (m, x, residual, y, rows), { END_ADD, residual, NULL, NULL, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s8_gelu_s8, (const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows), \
                          (m, g, x, y, rows), { END_GELU_S8, NULL, g, NULL, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s8_gelu_s16, (const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows), \
                          (m, g, x, y, rows), { END_GELU_S16, NULL, g, NULL, y })

/* Those that read int16. */
#define Q3E_ARM_LINEAR_KERNELS_S16(isa, linear) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s16, (const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows), (m, x, y, rows), \
                          { END_REQUANTIZE, NULL, NULL, NULL, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s16_add, (const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows), \
                          (m, x, residual, y, rows), { END_ADD, residual, NULL, NULL, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s16_gelu_s8, (const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows), \
                          (m, g, x, y, rows), { END_GELU_S8, NULL, g, NULL, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s16_gelu_s16, (const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows), \
                          (m, g, x, y, rows), { END_GELU_S16, NULL, g, NULL, y })

/* Those that read int8 and end in Snake. */
#define Q3E_ARM_SNAKE_KERNELS_S8(isa, linear) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s8_snake_s8, (const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows), \
                          (m, s, x, y, rows), { END_SNAKE_S8, NULL, NULL, s, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s8_snake_s16, (const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows), \
                          (m, s, x, y, rows), { END_SNAKE_S16, NULL, NULL, s, y })

/* Those that read int16 and end in Snake. */
#define Q3E_ARM_SNAKE_KERNELS_S16(isa, linear) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s16_snake_s8, (const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows), \
                          (m, s, x, y, rows), { END_SNAKE_S8, NULL, NULL, s, y }) \
    Q3E_ARM_LINEAR_KERNEL(isa, linear, s16_snake_s16, (const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows), \
                          (m, s, x, y, rows), { END_SNAKE_S16, NULL, NULL, s, y })

#endif
