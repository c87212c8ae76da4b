/*
 * snake_vnni.c - Snake where no matrix stands before it, 32 channels at once on AVX-512 (ARITHMETIC.md, section 9).
 *
 *   y = sat(rshr(h * A + (2^15 - cos15(h * P)) * B, r))
 *
 * Rows are [time][channel]. The constants of 32 channels stay in registers while all rows pass.
 */
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86_snake.h"

enum { LANES = 32 };

/* Constants of the channels from `first` on, in their order; those that there are not are zero. */
Q3E_VNNI Q3E_INLINE q3e_snake_x32 constants_of(const q3e_snake *s, int32_t first, __mmask32 there)
{
    const __m512i p0 = _mm512_maskz_loadu_epi32((__mmask16)there, s->frequency + first);
    const __m512i p1 = _mm512_maskz_loadu_epi32((__mmask16)(there >> 16), s->frequency + first + LANES / 2);
    const __m512i low = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(p0)), _mm512_cvtepi32_epi16(p1), 1);
    const __m512i high = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(_mm512_srli_epi32(p0, 16))),
                                            _mm512_cvtepi32_epi16(_mm512_srli_epi32(p1, 16)), 1);
    return q3e_snake_constants_x32(s, low, high, _mm512_maskz_loadu_epi16(there, s->gain + first));
}

Q3E_VNNI Q3E_INLINE void snake(const q3e_snake *s, const int16_t *x, void *y, size_t element, int32_t rows, int32_t channels)
{
    const __m128i shift = _mm_cvtsi32_si128(s->shift);
    for (int32_t first = 0; first < channels; first += LANES) {
        const __mmask32 there = channels - first >= LANES ? 0xffffffffu : ((__mmask32)1 << (channels - first)) - 1;
        const q3e_snake_x32 c = constants_of(s, first, there);
        for (int32_t t = 0; t < rows; t++) {
            const size_t at = (size_t)t * (size_t)channels + (size_t)first;
            __m512i wide[2];
            q3e_snake_of_x32(&c, _mm512_maskz_loadu_epi16(there, x + at), shift, wide);
            const __m512i values = _mm512_packs_epi32(wide[0], wide[1]);
            if (element == sizeof(int8_t)) _mm256_mask_storeu_epi8((int8_t *)y + at, there, _mm512_cvtsepi16_epi8(values));
            else _mm512_mask_storeu_epi16((int16_t *)y + at, there, values);
        }
    }
}

Q3E_SNAKE_KERNELS(Q3E_VNNI, vnni)
#endif
