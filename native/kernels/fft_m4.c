/*
 * fft_m4.c - the transform of ARITHMETIC.md, section 6, on a Cortex-M4.
 *
 * Two stages at a time, so that every number is loaded and stored once for both: stage s (m = 2^s points) joins p0, p1 and p2, p3, m/2 points
 * apart, by the rotation j/m of a turn; stage s+1 joins p0, p2 by j/2m and p1, p3 by j/2m and a quarter. All rotations are entries of
 * the sine table, and those of the other quadrants follow from its symmetry without rounding. Stages 1 and 2 do not rotate
 * (m4_first_stages). Every result is the one of stage after stage.
 */
#include "q3e_cpu.h"
#include "q3e_m4_kernels.h"

#ifdef Q3E_M4_KERNELS

#include "fft_m4.h"
#include "q3e_math.h"

enum { TURN = 1024, QUARTER = TURN / 4 /* entries of the sine table */ };

/* Of an angle below half a turn. */
Q3E_M4_INLINE m4_complex rotation_of(int32_t angle)
{
    const m4_complex quadrant0 = { q3e_sine[QUARTER - angle], q3e_sine[angle] };
    if (angle <= QUARTER) return quadrant0;
    const m4_complex quadrant1 = { -q3e_sine[angle - QUARTER], q3e_sine[2 * QUARTER - angle] };
    return quadrant1;
}

/* p0, p1 = p0/2 + t, p0/2 - t */
Q3E_M4_INLINE void butterfly(m4_complex *a, m4_complex *c, int32_t tr, int32_t ti)
{
    const int32_t ar = a->re, ai = a->im;
    a->re = (ar >> 1) + tr;
    a->im = (ai >> 1) + ti;
    c->re = (ar >> 1) - tr;
    c->im = (ai >> 1) - ti;
}

/* By cos - i sin. */
Q3E_M4_INLINE void rotated_butterfly(m4_complex *a, m4_complex *c, int32_t cosine, int32_t sine, int32_t minus_sine)
{
    const int32_t tr = m4_rotate(c->re, cosine, c->im, sine), ti = m4_rotate(c->im, cosine, c->re, minus_sine);
    butterfly(a, c, tr, ti);
}

/* By a quarter more: -i cos - sin. */
Q3E_M4_INLINE void further_butterfly(m4_complex *a, m4_complex *c, int32_t cosine, int32_t minus_cosine, int32_t minus_sine)
{
    const int32_t tr = m4_rotate(c->im, cosine, c->re, minus_sine), ti = m4_rotate(c->re, minus_cosine, c->im, minus_sine);
    butterfly(a, c, tr, ti);
}

/*
 * Stages of m and 2m points, all butterflies of one j > 0: 58 instructions for four, in assembler because a compiler keeps too much of it in
 * memory. m is 8, 32 or 128: `next` and `group` are the distances 4m and 16m as text. `re` and `im` in the text are the halves of LDRD in the
 * order of `swapped`. Stack: end, w2, r7 (which may be the frame pointer), w1 and the negative of its sine.
 */
#define LOAD_PLAIN(re, im, place) "ldrd " re ", " im ", " place "\n\t"
#define STORE_PLAIN(re, im, place) "strd " re ", " im ", " place "\n\t"
#define LOAD_SWAPPED(re, im, place) "ldrd " im ", " re ", " place "\n\t"
#define STORE_SWAPPED(re, im, place) "strd " im ", " re ", " place "\n\t"
/* high = (a * b + c * d + 2^31) >> 32 */
#define ROTATE(low, high, a, b, c, d) \
    "smull " low ", " high ", " a ", " b "\n\t" \
    "smlal " low ", " high ", " c ", " d "\n\t" \
    "add " high ", " high ", " low ", lsr #31\n\t"
/* sum, t = x/2 + t, x/2 - t */
#define HALVES(sum, t, x) \
    "add " sum ", " t ", " x ", asr #1\n\t" \
    "rsb " t ", " t ", " x ", asr #1\n\t"

#define TWO_STAGES_LOOP(LOAD, STORE, next, group) \
    __asm__ volatile( \
        "push {r2, r5, r6, r7, r11, r12, lr}\n" \
        "1:\n\t" \
        LOAD("r2", "r3", "[r1, #" next "]") \
        ROTATE("r4", "r5", "r2", "r11", "r3", "r12") \
        ROTATE("r4", "r6", "r3", "r11", "r2", "lr") \
        LOAD("r2", "r3", "[r1]") \
        HALVES("r7", "r5", "r2") \
        HALVES("r8", "r6", "r3") \
        LOAD("r2", "r3", "[r0, #" next "]") \
        ROTATE("r4", "r9", "r2", "r11", "r3", "r12") \
        ROTATE("r4", "r10", "r3", "r11", "r2", "lr") \
        LOAD("r2", "r3", "[r0]") \
        HALVES("r4", "r9", "r2") \
        HALVES("r2", "r10", "r3") \
        /* x0 in r4, r2; x1 in r9, r10; x2 in r7, r8; x3 in r5, r6 */ \
        "ldrd r11, r12, [sp, #4]\n\t" \
        ROTATE("r3", "lr", "r7", "r11", "r8", "r12") \
        "rsb r12, r12, #0\n\t" \
        ROTATE("r3", "r8", "r8", "r11", "r7", "r12") \
        HALVES("r7", "lr", "r4") \
        HALVES("r3", "r8", "r2") \
        STORE("r7", "r3", "[r0]") \
        STORE("lr", "r8", "[r1]") \
        ROTATE("r3", "lr", "r6", "r11", "r5", "r12") \
        "rsb r11, r11, #0\n\t" \
        ROTATE("r3", "r5", "r5", "r11", "r6", "r12") \
        HALVES("r7", "lr", "r9") \
        HALVES("r8", "r5", "r10") \
        STORE("r7", "r8", "[r0, #" next "]") \
        STORE("lr", "r5", "[r1, #" next "]") \
        "add r0, r0, #" group "\n\t" \
        "add r1, r1, #" group "\n\t" \
        "ldr r2, [sp]\n\t" \
        "ldrd r11, r12, [sp, #16]\n\t" \
        "ldr lr, [sp, #24]\n\t" \
        "cmp r0, r2\n\t" \
        "bcc 1b\n\t" \
        "pop {r2, r5, r6, r7, r11, r12, lr}" \
        : "+r"(p0), "+r"(p2) \
        : "r"(end), "r"(c2), "r"(s2), "r"(c1), "r"(s1), "r"(minus_s1) \
        : "r3", "r4", "r8", "r9", "r10", "cc", "memory")

Q3E_M4_INLINE void two_stages_of(int32_t *z, int32_t n, int32_t m, int32_t j, int swapped)
{
    const int32_t angle = j * (TURN / 2 / m);
    const m4_complex w1 = rotation_of(2 * angle), w2 = { q3e_sine[QUARTER - angle], q3e_sine[angle] };
    int32_t *first = z + 2 * j, *second = first + 2 * m, *behind = z + 2 * n;
    const int32_t minus_sine = -w1.im;
    register int32_t *p0 __asm__("r0") = first;
    register int32_t *p2 __asm__("r1") = second;
    register int32_t *end __asm__("r2") = behind;
    register int32_t c2 __asm__("r5") = w2.re;
    register int32_t s2 __asm__("r6") = w2.im;
    register int32_t c1 __asm__("r11") = w1.re;
    register int32_t s1 __asm__("r12") = w1.im;
    register int32_t minus_s1 __asm__("lr") = minus_sine;
    if (swapped) {
        if (m == 8) TWO_STAGES_LOOP(LOAD_SWAPPED, STORE_SWAPPED, "32", "128");
        else if (m == 32) TWO_STAGES_LOOP(LOAD_SWAPPED, STORE_SWAPPED, "128", "512");
        else TWO_STAGES_LOOP(LOAD_SWAPPED, STORE_SWAPPED, "512", "2048");
    } else {
        if (m == 8) TWO_STAGES_LOOP(LOAD_PLAIN, STORE_PLAIN, "32", "128");
        else if (m == 32) TWO_STAGES_LOOP(LOAD_PLAIN, STORE_PLAIN, "128", "512");
        else TWO_STAGES_LOOP(LOAD_PLAIN, STORE_PLAIN, "512", "2048");
    }
}

/* The same for any m. */
Q3E_M4_INLINE void two_wide_stages_of(int32_t *z, int32_t n, int32_t m, int32_t j, int swapped)
{
    const int32_t angle = j * (TURN / 2 / m);
    const m4_complex w1 = rotation_of(2 * angle), w2 = { q3e_sine[QUARTER - angle], q3e_sine[angle] };
    for (int32_t *p0 = z + 2 * j, *end = z + 2 * n; p0 < end; p0 += 4 * m) {
        int32_t *p1 = p0 + m, *p2 = p1 + m, *p3 = p2 + m;
        m4_complex x0 = m4_get(p0, swapped), x1 = m4_get(p1, swapped), x2 = m4_get(p2, swapped), x3 = m4_get(p3, swapped);
        rotated_butterfly(&x0, &x1, w1.re, w1.im, -w1.im);
        rotated_butterfly(&x2, &x3, w1.re, w1.im, -w1.im);
        rotated_butterfly(&x0, &x2, w2.re, w2.im, -w2.im);
        further_butterfly(&x1, &x3, w2.re, -w2.re, -w2.im);
        m4_put(p0, swapped, x0.re, x0.im);
        m4_put(p1, swapped, x1.re, x1.im);
        m4_put(p2, swapped, x2.re, x2.im);
        m4_put(p3, swapped, x3.re, x3.im);
    }
}

/* The same for 4j = m, where the first stage turns by a quarter without rounding. */
Q3E_M4_INLINE void two_stages_of_quarter(int32_t *z, int32_t n, int32_t m, int swapped)
{
    const m4_complex w2 = rotation_of(TURN / 8);
    for (int32_t *p0 = z + m / 2, *end = z + 2 * n; p0 < end; p0 += 4 * m) {
        int32_t *p1 = p0 + m, *p2 = p1 + m, *p3 = p2 + m;
        m4_complex x0 = m4_get(p0, swapped), x1 = m4_get(p1, swapped), x2 = m4_get(p2, swapped), x3 = m4_get(p3, swapped);
        butterfly(&x0, &x1, x1.im >> 1, -(x1.re >> 1));
        butterfly(&x2, &x3, x3.im >> 1, -(x3.re >> 1));
        rotated_butterfly(&x0, &x2, w2.re, w2.im, -w2.im);
        m4_put(p0, swapped, x0.re, x0.im);
        m4_put(p2, swapped, x2.re, x2.im);
        further_butterfly(&x1, &x3, w2.re, -w2.re, -w2.im);
        m4_put(p1, swapped, x1.re, x1.im);
        m4_put(p3, swapped, x3.re, x3.im);
    }
}

/* Stages of m and 2m points. */
Q3E_M4_INLINE void two_stages(int32_t *z, int32_t n, int32_t m, int swapped)
{
    for (int32_t *p0 = z, *end = z + 2 * n; p0 < end; p0 += 4 * m) {
        int32_t *p1 = p0 + m, *p2 = p1 + m, *p3 = p2 + m;
        m4_first_stages(p0, p1, p2, p3, swapped, m4_get(p0, swapped), m4_get(p1, swapped), m4_get(p2, swapped), m4_get(p3, swapped));
    }
    for (int32_t j = 1; j < m / 2; j++) {
        if (4 * j == m) two_stages_of_quarter(z, n, m, swapped);
        else if (m <= 128) two_stages_of(z, n, m, j, swapped);
        else two_wide_stages_of(z, n, m, j, swapped);
    }
}

/* The last stage, n points. Its butterflies j and j + n/4 share their rotation. */
Q3E_M4_INLINE void last_stage(int32_t *z, int32_t n, int swapped)
{
    const int32_t step = TURN / n;
    int32_t *p0 = z, *p1 = p0 + n / 2, *p2 = p0 + n, *p3 = p1 + n;
    for (int32_t j = 0; j < n / 4; j++, p0 += 2, p1 += 2, p2 += 2, p3 += 2) {
        m4_complex x0 = m4_get(p0, swapped), x1 = m4_get(p1, swapped), x2 = m4_get(p2, swapped), x3 = m4_get(p3, swapped);
        const int32_t cosine = q3e_sine[QUARTER - j * step], sine = q3e_sine[j * step];
        if (j == 0) {
            butterfly(&x0, &x2, x2.re >> 1, x2.im >> 1);
            butterfly(&x1, &x3, x3.im >> 1, -(x3.re >> 1));
        } else {
            rotated_butterfly(&x0, &x2, cosine, sine, -sine);
            further_butterfly(&x1, &x3, cosine, -cosine, -sine);
        }
        m4_put(p0, swapped, x0.re, x0.im);
        m4_put(p1, swapped, x1.re, x1.im);
        m4_put(p2, swapped, x2.re, x2.im);
        m4_put(p3, swapped, x3.re, x3.im);
    }
}

/* The same for 512 points, unswapped: 37 instructions for two butterflies. Stack: end of the first quarter, r7. */
static void last_stage_of_512(int32_t *z)
{
    const int32_t *first_cosine = q3e_sine + QUARTER - 2, *first_sine = q3e_sine + 2;
    int32_t *z1 = z + 256, *z2 = z + 512, *z3 = z + 768;
    m4_complex x0 = m4_get(z, 0), x1 = m4_get(z1, 0), x2 = m4_get(z2, 0), x3 = m4_get(z3, 0);
    butterfly(&x0, &x2, x2.re >> 1, x2.im >> 1);
    butterfly(&x1, &x3, x3.im >> 1, -(x3.re >> 1));
    m4_put(z, 0, x0.re, x0.im);
    m4_put(z1, 0, x1.re, x1.im);
    m4_put(z2, 0, x2.re, x2.im);
    m4_put(z3, 0, x3.re, x3.im);
    register int32_t *p0 __asm__("r0") = z;
    register int32_t *p1 __asm__("r1") = z1;
    register int32_t *p2 __asm__("r2") = z2;
    register int32_t *p3 __asm__("r3") = z3;
    register const int32_t *cosine __asm__("r4") = first_cosine;
    register const int32_t *sine __asm__("r5") = first_sine;
    __asm__ volatile(
        "push {r1, r7}\n\t"
        "add r0, r0, #8\n\t"
        "add r1, r1, #8\n\t"
        "add r2, r2, #8\n\t"
        "add r3, r3, #8\n"
        "1:\n\t"
        "ldr r6, [r4], #-8\n\t"
        "ldr r8, [r5], #8\n\t"
        "ldrd r11, r12, [r2]\n\t"
        ROTATE("r9", "r10", "r11", "r6", "r12", "r8")
        "rsb r8, r8, #0\n\t"
        ROTATE("r9", "r12", "r12", "r6", "r11", "r8")
        "ldrd r11, r9, [r0]\n\t"
        HALVES("lr", "r10", "r11")
        HALVES("r7", "r12", "r9")
        "strd lr, r7, [r0], #8\n\t"
        "strd r10, r12, [r2], #8\n\t"
        "ldrd r11, r12, [r3]\n\t"
        ROTATE("r9", "r10", "r12", "r6", "r11", "r8")
        "rsb r6, r6, #0\n\t"
        ROTATE("r9", "r11", "r11", "r6", "r12", "r8")
        "ldrd r12, r9, [r1]\n\t"
        HALVES("lr", "r10", "r12")
        HALVES("r7", "r11", "r9")
        "strd lr, r7, [r1], #8\n\t"
        "strd r10, r11, [r3], #8\n\t"
        "ldr r6, [sp]\n\t"
        "cmp r0, r6\n\t"
        "bne 1b\n\t"
        "pop {r1, r7}"
        : "+r"(p0), "+r"(p1), "+r"(p2), "+r"(p3), "+r"(cosine), "+r"(sine)
        :
        : "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

Q3E_M4_INLINE void stages(int32_t *z, int32_t b, int swapped)
{
    const int32_t n = 1 << b;
    if (b > 3) two_stages(z, n, 8, swapped);
    if (b > 5) two_stages(z, n, 32, swapped);
    if (b > 7) two_stages(z, n, 128, swapped);
    if (b > 9) two_stages(z, n, 512, swapped);
    if (b == 9 && !swapped) last_stage_of_512(z);
    else if (b > 2 && (b & 1) != 0) last_stage(z, n, swapped);
}

void q3e_m4_fft_stages(int32_t *z, int32_t b)
{
    stages(z, b, 0);
}

void q3e_m4_fft_stages_swapped(int32_t *z, int32_t b)
{
    stages(z, b, 1);
}

/* Exchanges z[i] and z[i with its b bits reversed]. */
static void permute(int32_t *z, int32_t b)
{
    for (uint32_t i = 0; i < 1u << b; i++) {
        int32_t *p = z + 2 * i, *q = m4_place(z, i, b);
        if (p < q) {
            const int32_t re = p[0], im = p[1];
            p[0] = q[0];
            p[1] = q[1];
            q[0] = re;
            q[1] = im;
        }
    }
}

void q3e_fft_m4(int32_t *z, int32_t log2_n)
{
    if (log2_n < 2) {
        q3e_fft(z, log2_n);
        return;
    }
    permute(z, log2_n);
    for (int32_t *p = z, *end = z + ((size_t)2 << log2_n); p < end; p += 8) {
        m4_first_stages(p, p + 2, p + 4, p + 6, 0, m4_get(p, 0), m4_get(p + 2, 0), m4_get(p + 4, 0), m4_get(p + 6, 0));
    }
    q3e_m4_fft_stages(z, log2_n);
}

#endif
