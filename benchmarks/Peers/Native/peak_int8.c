/*
 * peak_int8.c - multiply-accumulates of bytes that one core does when nothing else is in the way.
 *
 * Twelve independent accumulators hide the latency of the dot-product instruction; all operands are registers.
 */
#include <immintrin.h>
#include <stdint.h>

#if defined(__AVX512VNNI__)
#define NAME "vpdpbusd, 512 bits"
#define BYTES 64
#define DOT(a) __asm__ volatile("vpdpbusd %1, %2, %0" : "+v"(a) : "v"(x), "v"(y))
typedef __m512i vector;
#define ZERO _mm512_setzero_si512()
#define ONES _mm512_set1_epi8(1)
#elif defined(__AVXVNNI__)
#define NAME "vpdpbusd, 256 bits"
#define BYTES 32
#define DOT(a) __asm__ volatile("{vex} vpdpbusd %1, %2, %0" : "+x"(a) : "x"(x), "x"(y))
typedef __m256i vector;
#define ZERO _mm256_setzero_si256()
#define ONES _mm256_set1_epi8(1)
#elif defined(__AVX2__)
#define NAME "vpmaddubsw + vpmaddwd + vpaddd, 256 bits"
#define BYTES 32
#define DOT(a) (a = _mm256_add_epi32(a, _mm256_madd_epi16(_mm256_maddubs_epi16(x, y), y16)))
typedef __m256i vector;
#define ZERO _mm256_setzero_si256()
#define ONES _mm256_set1_epi8(1)
#define NEEDS_Y16
#else
#error "peak_int8.c: needs an x86 processor with AVX2"
#endif

__attribute__((visibility("default"))) const char *peers_peak_name(void);
__attribute__((visibility("default"))) int64_t peers_peak_run(int64_t rounds);

const char *peers_peak_name(void)
{
    return NAME;
}

/* Returns the number of multiply-accumulates done. */
int64_t peers_peak_run(int64_t rounds)
{
    vector x = ONES, y = ONES;
    vector a0 = ZERO, a1 = ZERO, a2 = ZERO, a3 = ZERO, a4 = ZERO, a5 = ZERO, a6 = ZERO, a7 = ZERO, a8 = ZERO, a9 = ZERO, a10 = ZERO, a11 = ZERO;
    int64_t i;
#ifdef NEEDS_Y16
    const vector y16 = _mm256_set1_epi16(1);
#endif
    for (i = 0; i < rounds; i++) {
        /* The operands must not be known to the compiler. */
        __asm__ volatile("" : "+x"(x), "+x"(y));
        DOT(a0); DOT(a1); DOT(a2); DOT(a3); DOT(a4); DOT(a5); DOT(a6); DOT(a7); DOT(a8); DOT(a9); DOT(a10); DOT(a11);
    }
    __asm__ volatile("" : : "x"(a0), "x"(a1), "x"(a2), "x"(a3), "x"(a4), "x"(a5));
    __asm__ volatile("" : : "x"(a6), "x"(a7), "x"(a8), "x"(a9), "x"(a10), "x"(a11));
    return rounds * 12 * BYTES;
}
