/*
 * snake_portable.c - Snake where no matrix stands before it (ARITHMETIC.md, section 9); snake.h has the formula. Rows are [time][channel].
 */
#include "snake.h"

void q3e_snake_s8(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels)
{
    for (int32_t t = 0; t < rows; t++) {
        for (int32_t c = 0; c < channels; c++) y[c] = q3e_sat8(q3e_snake_value(s, c, x[c]));
        x += channels;
        y += channels;
    }
}

void q3e_snake_s16(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels)
{
    for (int32_t t = 0; t < rows; t++) {
        for (int32_t c = 0; c < channels; c++) y[c] = q3e_sat16(q3e_snake_value(s, c, x[c]));
        x += channels;
        y += channels;
    }
}
