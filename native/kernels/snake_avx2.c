/*
 * snake_avx2.c - Snake where no matrix stands before it, 16 channels at once on AVX2 (ARITHMETIC.md, section 9).
 *
 *   y = sat(rshr(h * A + (2^15 - cos15(h * P)) * B, r))
 *
 * Rows are [time][channel]. The constants of 16 channels stay in registers while all rows pass; channels that fill no register go to the
 * portable kernel's formula.
 */
#include "q3e_x86_kernels.h"
#include "snake.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86_snake.h"

enum { LANES = 16 };

/* Constants of 16 channels in their order. */
Q3E_AVX2 Q3E_INLINE q3e_snake_x16 constants_of(const q3e_snake *s, int32_t first)
{
    const __m256i p0 = _mm256_loadu_si256((const __m256i *)(const void *)(s->frequency + first));
    const __m256i p1 = _mm256_loadu_si256((const __m256i *)(const void *)(s->frequency + first + LANES / 2));
    const __m256i mask = _mm256_set1_epi32(0xffff);
    const __m256i low = _mm256_packus_epi32(_mm256_and_si256(p0, mask), _mm256_and_si256(p1, mask));
    const __m256i high = _mm256_packus_epi32(_mm256_srli_epi32(p0, 16), _mm256_srli_epi32(p1, 16));
    const __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(s->gain + first));
    return q3e_snake_constants_x16(s, _mm256_permute4x64_epi64(low, 0xd8), _mm256_permute4x64_epi64(high, 0xd8), b);
}

Q3E_AVX2 Q3E_INLINE void snake(const q3e_snake *s, const int16_t *x, void *y, size_t element, int32_t rows, int32_t channels)
{
    const __m128i shift = _mm_cvtsi32_si128(s->shift);
    int32_t first = 0;
    for (; first + LANES <= channels; first += LANES) {
        const q3e_snake_x16 c = constants_of(s, first);
        for (int32_t t = 0; t < rows; t++) {
            const size_t at = (size_t)t * (size_t)channels + (size_t)first;
            __m256i wide[2];
            q3e_snake_of_x16(&c, _mm256_loadu_si256((const __m256i *)(const void *)(x + at)), shift, wide);
            const __m256i values = _mm256_packs_epi32(wide[0], wide[1]);
            if (element == sizeof(int16_t)) {
                _mm256_storeu_si256((__m256i *)(void *)((int16_t *)y + at), values);
            } else {
                const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
                _mm_storeu_si128((__m128i *)(void *)((int8_t *)y + at), bytes);
            }
        }
    }
    for (; first < channels; first++) {
        for (int32_t t = 0; t < rows; t++) {
            const size_t at = (size_t)t * (size_t)channels + (size_t)first;
            const int32_t value = q3e_snake_value(s, first, x[at]);
            if (element == sizeof(int16_t)) ((int16_t *)y)[at] = q3e_sat16(value);
            else ((int8_t *)y)[at] = q3e_sat8(value);
        }
    }
}

Q3E_SNAKE_KERNELS(Q3E_AVX2, avx2)
#endif
