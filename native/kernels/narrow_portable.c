/*
 * narrow_portable.c - int16 to int8 (ARITHMETIC.md, Narrow).
 *
 *   y[i] = sat8(rshr(x[i] * G, r))
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

void q3e_narrow(const int16_t *x, int8_t *y, int32_t count, int32_t gain, int32_t shift)
{
    const int32_t half = 1 << (shift - 1);
    for (int32_t i = 0; i < count; i++) y[i] = q3e_sat8((x[i] * gain + half) >> shift);
}
