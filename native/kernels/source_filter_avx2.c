/*
 * source_filter_avx2.c - the steps of a source-filter head's hop on AVX2 (ARITHMETIC.md, section 5, steps 2, 3 and 5 to 7).
 *
 * Four samples or four bins side by side in 64-bit places, whose low halves VPMULDQ multiplies; eight where a result is a mulr. Spectra
 * are re, im, re, im, ...: the low half of a place is the real part, the high half the imaginary part.
 */
#include "q3e_math.h"
#include "q3e_x86_kernels.h"
#include "source_filter.h"

#ifdef Q3E_X86_KERNELS
#include "q3e_x86_sine.h"

#define NOISE_FACTOR 1664525u
#define NOISE_STEP 1013904223u

Q3E_AVX2 Q3E_INLINE __m256i load(const int32_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

Q3E_AVX2 Q3E_INLINE void store(int32_t *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)(void *)p, v);
}

/* The high halves where the low halves are. */
Q3E_AVX2 Q3E_INLINE __m256i high_half(__m256i v)
{
    return _mm256_srli_epi64(v, 32);
}

/* Low halves of `low` and, above them, low halves of `high`. */
Q3E_AVX2 Q3E_INLINE __m256i join(__m256i low, __m256i high)
{
    return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xaa);
}

/* sqrt(2/h) sum_{i=1..h} cos(2 pi i phi) of four samples; phi in turns, h harmonics. */
Q3E_AVX2 Q3E_INLINE __m256i pulses(__m128i phi, __m128i h, int32_t smallest)
{
    const __m256i zero = _mm256_setzero_si256(), low = _mm256_set1_epi64x(0xffffffff);
    const __m128i order = _mm_add_epi32(_mm_add_epi32(h, h), _mm_set1_epi32(1));
    const __m256i turns = _mm256_mul_epi32(_mm256_cvtepi32_epi64(order), _mm256_cvtepi32_epi64(phi));
    /* The low 32 bits of turns >> 1, gathered from four 64-bit places. */
    const __m256i halves = _mm256_permutevar8x32_epi32(_mm256_srli_epi64(turns, 1), _mm256_set_epi32(0, 0, 0, 0, 6, 4, 2, 0));
    const __m256i den = q3e_sin31_x4(_mm_srai_epi32(phi, 1)), num = q3e_sin31_x4(_mm256_castsi256_si128(halves));
    const __m256i size = _mm256_and_si256(_mm256_abs_epi32(den), low), magnitude = _mm256_abs_epi32(num);
    const __m256i near = _mm256_cmpgt_epi64(_mm256_set1_epi64x(smallest), size);
    const __m128i packed = _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(size, _mm256_set_epi32(0, 0, 0, 0, 6, 4, 2, 0)));
    const __m128i divisor = _mm_max_epu32(packed, _mm_set1_epi32(1)); /* zero is near, and its quotient is not used */
    const __m128i z = q3e_clz32_x4(divisor);
    const __m256i product = _mm256_mul_epu32(magnitude, q3e_recip31_x4(_mm_sllv_epi32(divisor, z)));
    const __m256i shift = _mm256_cvtepu32_epi64(_mm_sub_epi32(_mm_set1_epi32(40), z));
    const __m256i half = _mm256_sllv_epi64(_mm256_set1_epi64x(1), _mm256_sub_epi64(shift, _mm256_set1_epi64x(1)));
    __m256i d = _mm256_srlv_epi64(_mm256_add_epi64(product, half), shift);
    const __m256i opposite = _mm256_cmpgt_epi64(zero, _mm256_slli_epi64(_mm256_xor_si256(num, den), 32));
    d = _mm256_sub_epi64(_mm256_xor_si256(d, opposite), opposite);
    d = _mm256_blendv_epi8(d, _mm256_slli_epi64(_mm256_cvtepi32_epi64(order), 22), near);
    /* pulse[h] * (d - 2^22) modulo 2^64, from the halves of the second factor. */
    const __m256i pulse = _mm256_cvtepi32_epi64(_mm_i32gather_epi32((const int *)q3e_pulse, h, 4));
    const __m256i above = _mm256_sub_epi64(d, _mm256_set1_epi64x(1 << 22));
    const __m256i e = _mm256_add_epi64(_mm256_mul_epu32(pulse, above), _mm256_slli_epi64(_mm256_mul_epu32(pulse, high_half(above)), 32));
    return _mm256_srli_epi64(_mm256_add_epi64(e, _mm256_set1_epi64x(1 << 26)), 27);
}

/* The phase and the number of harmonics go from sample to sample; the pulses of four samples are then computed together. */
Q3E_AVX2 static void harmonics(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e)
{
    const int64_t slope = (((int64_t)right - (int64_t)left) * s->slope_scale + 0x80000) >> 20;
    int64_t ramp = (int64_t)left * 65536;
    uint32_t phase = o->phase;
    int32_t h = o->harmonics;
    for (int32_t n = 0; n < s->hop; n += 4) {
        const int32_t count = s->hop - n < 4 ? s->hop - n : 4;
        uint32_t phases[4] = { 0 };
        int32_t orders[4] = { 1, 1, 1, 1 }, four[8];
        for (int32_t i = 0; i < count; i++) {
            const uint64_t f = (uint64_t)(ramp >> 16);
            ramp += slope;
            phase += (uint32_t)f;
            while (h < s->harmonic_max && (uint64_t)(h + 1) * f <= s->harmonic_limit) h++;
            while (h > 1 && (uint64_t)h * f > s->harmonic_limit) h--;
            phases[i] = phase;
            orders[i] = h;
        }
        store(four, pulses(_mm_loadu_si128((const __m128i *)(const void *)phases), _mm_loadu_si128((const __m128i *)(const void *)orders),
                           s->dirichlet_min));
        for (int32_t i = 0; i < count; i++) e[n + i] = four[2 * i];
    }
    o->phase = phase;
    o->harmonics = h;
}

/* Eight numbers of the sequence at a time, each eight steps after the one in its place. */
Q3E_AVX2 static void noise(q3e_oscillator *o, int32_t hop, int32_t *e)
{
    const __m256i gain = _mm256_set1_epi32(Q3E_NOISE_GAIN);
    uint32_t next[8], state = o->noise, factor = 1, step = 0;
    for (int i = 0; i < 8; i++) {
        next[i] = state = state * NOISE_FACTOR + NOISE_STEP;
        step = step * NOISE_FACTOR + NOISE_STEP;
        factor *= NOISE_FACTOR;
    }
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)next);
    state = o->noise;
    int32_t n = 0;
    for (; n + 8 <= hop; n += 8) {
        store(e + n, q3e_mulr_x8(v, gain));
        state = (uint32_t)_mm256_extract_epi32(v, 7);
        v = _mm256_add_epi32(_mm256_mullo_epi32(v, _mm256_set1_epi32((int32_t)factor)), _mm256_set1_epi32((int32_t)step));
    }
    for (; n < hop; n++) {
        state = state * NOISE_FACTOR + NOISE_STEP;
        e[n] = q3e_mulr((int32_t)state, Q3E_NOISE_GAIN);
    }
    o->noise = state;
}

Q3E_AVX2 static void spectrum(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t width = 2 * s->hop, points = 1 << s->log2_fft, offset = points / 2 - s->hop;
    int32_t *z = m->spectrum + 2 * offset;
    memset(m->spectrum, 0, (size_t)offset * 2 * sizeof(int32_t));
    memset(z + 2 * width, 0, (size_t)(points - offset - width) * 2 * sizeof(int32_t));
    int32_t n = 0;
    for (; n + 8 <= width; n += 8) {
        const __m256i window = load(s->window + n), re = q3e_mulr_x8(load(m->harmonic + n), window), im = q3e_mulr_x8(load(m->noise + n), window);
        const __m256i first = _mm256_unpacklo_epi32(re, im), second = _mm256_unpackhi_epi32(re, im);
        store(z + 2 * n, _mm256_permute2x128_si256(first, second, 0x20));
        store(z + 2 * n + 8, _mm256_permute2x128_si256(first, second, 0x31));
    }
    for (; n < width; n++) {
        z[2 * n] = q3e_mulr(m->harmonic[n], s->window[n]);
        z[2 * n + 1] = q3e_mulr(m->noise[n], s->window[n]);
    }
    q3e_fft_avx2(m->spectrum, s->log2_fft);
}

/* Where four bins lie between the knots. */
typedef struct {
    __m128i knot, weight;
} places;

/* Values at four bins, with 15 more fraction bits; one 32-bit read brings both neighbours. */
Q3E_AVX2 Q3E_INLINE __m128i mix(const int16_t *x, places at)
{
    const __m128i pair = _mm_i32gather_epi32((const int *)(const void *)x, at.knot, 2);
    const __m128i here = _mm_srai_epi32(_mm_slli_epi32(pair, 16), 16), there = _mm_srai_epi32(pair, 16);
    return _mm_add_epi32(_mm_slli_epi32(here, 15), _mm_mullo_epi32(_mm_sub_epi32(there, here), at.weight));
}

/* Magnitudes as mantissas (Q30) and the shifts that bring products with them to Q20. */
typedef struct {
    __m256i mantissa, shift, half;
} gains;

Q3E_AVX2 Q3E_INLINE gains gains_of(__m128i log2_magnitude, int32_t log2_fft)
{
    const __m128i l = _mm_srai_epi32(_mm_add_epi32(log2_magnitude, _mm_set1_epi32(16)), 5);
    gains g;
    g.mantissa = q3e_exp2m_x4(_mm_and_si128(l, _mm_set1_epi32(0xfffff)));
    g.shift = _mm256_cvtepi32_epi64(_mm_sub_epi32(_mm_set1_epi32(36 - log2_fft), _mm_srai_epi32(l, 20)));
    g.half = _mm256_sllv_epi64(_mm256_set1_epi64x(1), _mm256_sub_epi64(g.shift, _mm256_set1_epi64x(1)));
    return g;
}

Q3E_AVX2 Q3E_INLINE __m256i scale(const gains *g, __m256i x)
{
    const __m256i product = _mm256_add_epi64(_mm256_mul_epi32(x, g->mantissa), g->half);
    return q3e_clamp64_x4(q3e_srav64_x4(product, g->shift), -Q3E_SPECTRUM_MAX, Q3E_SPECTRUM_MAX);
}

/* Z[N - k] for bins k..k+3. */
Q3E_AVX2 Q3E_INLINE __m256i mirrored(const int32_t *z, int32_t k, int32_t points)
{
    int64_t bin[4];
    for (int32_t i = 0; i < 4; i++) memcpy(bin + i, z + 2 * ((points - k - i) & (points - 1)), sizeof *bin);
    return _mm256_loadu_si256((const __m256i *)(const void *)bin);
}

Q3E_AVX2 Q3E_INLINE __m256i filter_bins(const q3e_source_filter *s, const q3e_source_filter_memory *m, int32_t k)
{
    const int16_t *a = m->previous, *n = a + s->knots, *p = n + s->knots;
    const __m256i zk = load(m->spectrum + 2 * k), zj = mirrored(m->spectrum, k, 1 << s->log2_fft);
    const __m256i sum = _mm256_add_epi32(zk, zj), difference = _mm256_sub_epi32(zk, zj);
    int32_t knots;
    memcpy(&knots, s->knot + k, sizeof knots);
    const places at = { _mm_cvtepu8_epi32(_mm_cvtsi32_si128(knots)),
                        _mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *)(const void *)(s->weight + k))) };
    gains g = gains_of(mix(n, at), s->log2_fft);
    __m256i re = scale(&g, high_half(sum)), im = scale(&g, _mm256_sub_epi32(zj, zk));
    if (m->oscillator->voiced) {
        const __m256i er = sum, ei = high_half(difference), half = _mm256_set1_epi64x(1 << 30);
        const __m128i turn = _mm_slli_epi32(mix(p, at), 6);
        const __m256i c = q3e_cos31_x4(turn), sn = q3e_sin31_x4(turn);
        const __m256i rotated_re = _mm256_sub_epi64(_mm256_mul_epi32(er, c), _mm256_mul_epi32(ei, sn));
        const __m256i rotated_im = _mm256_add_epi64(_mm256_mul_epi32(er, sn), _mm256_mul_epi32(ei, c));
        g = gains_of(mix(a, at), s->log2_fft);
        re = _mm256_add_epi32(re, scale(&g, _mm256_srli_epi64(_mm256_add_epi64(rotated_re, half), 31)));
        im = _mm256_add_epi32(im, scale(&g, _mm256_srli_epi64(_mm256_add_epi64(rotated_im, half), 31)));
    }
    const __m256i high = _mm256_set1_epi32(Q3E_SPECTRUM_MAX), low = _mm256_set1_epi32(-Q3E_SPECTRUM_MAX);
    return _mm256_max_epi32(_mm256_min_epi32(join(re, im), high), low);
}

/* The last four bins overlap those before: reading and writing different arrays, they give the same values again. */
Q3E_AVX2 static void filter(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t points = 1 << s->log2_fft, last = points / 2 - 3;
    for (int32_t k = 0; k < last; k += 4) store(m->filtered + 2 * k, filter_bins(s, m, k));
    store(m->filtered + 2 * last, filter_bins(s, m, last));
    m->filtered[1] = 0;
    m->filtered[points + 1] = 0;
}

/* Real and imaginary parts exchanged. */
Q3E_AVX2 Q3E_INLINE __m256i swapped(__m256i v)
{
    return _mm256_shuffle_epi32(v, _MM_SHUFFLE(2, 3, 0, 1));
}

Q3E_AVX2 static void inverse(const q3e_source_filter *s, const q3e_source_filter_memory *m)
{
    const int32_t points = 1 << (s->log2_fft - 1);
    const __m256i half = _mm256_set1_epi64x(INT64_C(0x80000000));
    const int32_t *y = m->filtered;
    int32_t *z = m->spectrum;
    for (int32_t k = 0; k < points; k += 4) {
        const __m128i index = _mm_sll_epi32(_mm_add_epi32(_mm_set1_epi32(k), _mm_set_epi32(3, 2, 1, 0)), _mm_cvtsi32_si128(10 - s->log2_fft));
        const __m256i yk = load(y + 2 * k), yj = _mm256_permute4x64_epi64(load(y + 2 * (points - k - 3)), 0x1b);
        const __m256i sum = _mm256_add_epi32(yk, yj), difference = _mm256_sub_epi32(yk, yj), dr = difference, di = high_half(sum);
        __m256i c, sn;
        q3e_table_angle_x4(index, &c, &sn);
        const __m256i odd_re = _mm256_add_epi64(_mm256_sub_epi64(_mm256_mul_epi32(dr, c), _mm256_mul_epi32(di, sn)), half);
        const __m256i odd_im = _mm256_add_epi64(_mm256_add_epi64(_mm256_mul_epi32(dr, sn), _mm256_mul_epi32(di, c)), half);
        const __m256i even = _mm256_srai_epi32(_mm256_blend_epi32(sum, difference, 0xaa), 1);
        const __m256i odd = _mm256_blend_epi32(high_half(odd_im), odd_re, 0xaa);
        store(z + 2 * k, swapped(_mm256_add_epi32(even, _mm256_sign_epi32(odd, _mm256_set_epi32(1, -1, 1, -1, 1, -1, 1, -1)))));
    }
    q3e_fft_avx2(z, s->log2_fft - 1);
    for (int32_t k = 0; k < points; k += 4) store(z + 2 * k, swapped(load(z + 2 * k)));
}

Q3E_AVX2 static void overlap(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm)
{
    const int32_t hop = s->hop;
    const int32_t *now = m->spectrum + (1 << (s->log2_fft - 1)) - hop, *later = now + hop, *window = s->window;
    int32_t n = 0;
    for (; n + 8 <= hop; n += 8) {
        const __m256i out = _mm256_add_epi32(load(m->overlap + n), q3e_mulr_x8(load(now + n), load(window + n)));
        const __m256i sample = _mm256_srai_epi32(_mm256_add_epi32(out, _mm256_set1_epi32(8)), 4);
        _mm_storeu_si128((__m128i *)(void *)(pcm + n), _mm_packs_epi32(_mm256_castsi256_si128(sample), _mm256_extracti128_si256(sample, 1)));
        store(m->overlap + n, q3e_mulr_x8(load(later + n), load(window + hop + n)));
    }
    for (; n < hop; n++) {
        pcm[n] = q3e_sat16((m->overlap[n] + q3e_mulr(now[n], window[n]) + 8) >> 4);
        m->overlap[n] = q3e_mulr(later[n], window[hop + n]);
    }
}

static const q3e_source_filter_steps avx2 = { harmonics, noise, spectrum, filter, inverse, overlap };

void q3e_source_filter_hop_avx2(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    q3e_source_filter_run(&avx2, s, m, head, pcm);
}
#endif
