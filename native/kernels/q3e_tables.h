/*
 * q3e_tables.h - tables behind the integer functions of q3e_math.h (ARITHMETIC.md, section 2).
 */
#ifndef Q3E_TABLES_H
#define Q3E_TABLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const int32_t q3e_sine[258];       /**< a quarter of a sine wave, Q31, and a guard */
extern const uint32_t q3e_exp2[257];      /**< an octave of 2^x, Q30 */
extern const uint32_t q3e_recip[257];     /**< 2^62 / d for d = 2^31..2^32 */
extern const uint32_t q3e_rsqrt[193];     /**< 2^46 / sqrt(m) for m = 2^30..2^32 */
extern const uint16_t q3e_gelu_tail[257]; /**< x Phi(-x) for x = 0..8, Q15 */
extern const int32_t q3e_pulse[256];      /**< 1 / sqrt(2 n), Q31 */
extern const int32_t q3e_log2[257];       /**< an octave of log2(x), Q26 */
extern const uint16_t q3e_silu_tail[513]; /**< x / (1 + e^x) for x = 0..16, Q16; in silu_portable.c, beside its only reader */

#ifdef __cplusplus
}
#endif
#endif
