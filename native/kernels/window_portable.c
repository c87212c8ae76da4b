/*
 * window_portable.c - looking back in time (ARITHMETIC.md, Window and Push).
 *
 *   window:  y[t] = rows t-taps+1 .. t of (history, x), oldest first, side by side; y is [rows][taps * channels]
 *   push:    history = the last history_rows rows of (history, x)
 *
 * History and x are [row][channel], so the rows of one window are at most two runs of memory.
 */
#include <string.h>

#include "q3e_kernels.h"

void q3e_window(const int16_t *history, const int16_t *x, int16_t *y, int32_t rows, int32_t channels, int32_t taps)
{
    size_t row = (size_t)channels;
    for (int32_t t = 0; t < rows; t++) {
        int32_t newest = t + 1 < taps ? t + 1 : taps;
        size_t old_values = (size_t)(taps - newest) * row;
        size_t new_values = (size_t)newest * row;
        if (old_values != 0) memcpy(y, history + (size_t)t * row, old_values * sizeof(int16_t));
        memcpy(y + old_values, x + (size_t)(t + 1 - newest) * row, new_values * sizeof(int16_t));
        y += old_values + new_values;
    }
}

void q3e_push(void *history, const void *x, int32_t history_rows, int32_t rows, int32_t row_bytes)
{
    unsigned char *past = (unsigned char *)history;
    const unsigned char *present = (const unsigned char *)x;
    size_t row = (size_t)row_bytes;
    int32_t taken = rows < history_rows ? rows : history_rows;
    int32_t kept = history_rows - taken;
    if (kept != 0) memmove(past, past + (size_t)taken * row, (size_t)kept * row);
    if (taken != 0) memcpy(past + (size_t)kept * row, present + (size_t)(rows - taken) * row, (size_t)taken * row);
}

void q3e_window_dilated(const void *history, const void *x, void *y, int32_t first, int32_t rows, int32_t row_bytes, int32_t taps, int32_t dilation)
{
    const size_t row = (size_t)row_bytes;
    const int32_t past = (taps - 1) * dilation;
    unsigned char *out = (unsigned char *)y;
    for (int32_t t = first; t < first + rows; t++) {
        for (int32_t k = 0; k < taps; k++) {
            const int32_t at = t + k * dilation; /* row of (history, x) */
            const unsigned char *from = at < past ? (const unsigned char *)history + (size_t)at * row : (const unsigned char *)x + (size_t)(at - past) * row;
            memcpy(out, from, row);
            out += row;
        }
    }
}
