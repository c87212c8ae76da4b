/*
 * selftest_math.c - the tables against their definitions, the functions on them against the C library, the transform against the sum.
 */
#include <math.h>
#include <stdlib.h>

#include "q3e_kernels.h"
#include "q3e_math.h"
#include "selftest.h"

static void entry(const char *table, int i, double got, double exact)
{
    check(fabs(got - exact) <= 0.500001, "%s[%d] is %.0f, exactly %.6f", table, i, got, exact);
}

static double normal_tail(double x)
{
    return 0.5 * erfc(x / sqrt(2.0));
}

static void test_tables(void)
{
    for (int i = 0; i <= 256; i++) {
        if (i < 256) entry("sine", i, q3e_sine[i], ldexp(sin(PI / 2 * i / 256), 31));
        entry("exp2", i, q3e_exp2[i], ldexp(pow(2, i / 256.0), 30));
        entry("recip", i, q3e_recip[i], ldexp(1.0 / (256 + i), 39));
        if (i <= 192) entry("rsqrt", i, q3e_rsqrt[i], ldexp(1.0 / sqrt(64.0 + i), 34));
        entry("gelu", i, q3e_gelu_tail[i], 32768 * (i / 32.0) * normal_tail(i / 32.0));
        if (i >= 1 && i < 256) entry("pulse", i, q3e_pulse[i], ldexp(1 / sqrt(2.0 * i), 31));
    }
    check(q3e_sine[256] == INT32_MAX && q3e_sine[257] == INT32_MAX, "sine does not end at its limit");
    check(q3e_pulse[0] == 0, "pulse[0] is not 0");
}

static void test_rounding(void)
{
    for (int i = 0; i < 20000; i++) {
        int32_t a = random_between(INT32_MIN, INT32_MAX), b = random_between(0, (1 << 30) - 1);
        int64_t rest = (int64_t)a * b - (int64_t)q3e_mulr(a, b) * 4294967296;
        check(rest >= -2147483648LL && rest < 2147483648LL, "mulr(%d, %d) leaves %lld", (int)a, (int)b, (long long)rest);
        int n = random_between(1, 62);
        int64_t x = (int64_t)a * b;
        check(q3e_rshr(x, n) == round_shift(x, n), "rshr(%lld, %d)", (long long)x, n);
    }
    check(q3e_mulr(INT32_MIN, INT32_MAX) == -1073741824 + 1, "mulr of the extremes is %d", (int)q3e_mulr(INT32_MIN, INT32_MAX));
    check(q3e_sat8(128) == 127 && q3e_sat8(-129) == -128 && q3e_sat8(-7) == -7, "sat8");
    check(q3e_sat16(32768) == 32767 && q3e_sat16(-32769) == -32768 && q3e_sat16(-7) == -7, "sat16");
    for (int bit = 0; bit < 64; bit++) {
        uint64_t top = (uint64_t)1 << bit;
        for (int i = 0; i < 20; i++) {
            uint64_t x = top | (i == 0 ? 0 : (top - 1) & (((uint64_t)(uint32_t)random_between(INT32_MIN, INT32_MAX) << 32) | 0x5a5a5a5au));
            check(q3e_clz64(x) == 63 - bit, "clz64 of bit %d", bit);
            if (bit >= 32) continue;
            check(q3e_clz32((uint32_t)x) == 31 - bit, "clz32 of bit %d", bit);
            check(q3e_clz32_portable((uint32_t)x) == 31 - bit, "portable clz32 of bit %d", bit);
        }
    }
}

/* Bounds are those of linear interpolation, h^2/8 max|f''|, and of the roundings. */
static void test_functions(void)
{
    const double sine_bound = ldexp(pow(PI / 512, 2) / 8, 31) + 2;
    for (uint64_t t = 0; t < 4294967296u; t += 20011) {
        double angle = 2 * PI * (double)t / 4294967296.0;
        check(fabs(q3e_sin31((uint32_t)t) - ldexp(sin(angle), 31)) <= sine_bound, "sin31(%lu)", (unsigned long)t);
        check(fabs(q3e_cos31((uint32_t)t) - ldexp(cos(angle), 31)) <= sine_bound, "cos31(%lu)", (unsigned long)t);
        check(q3e_sin31((uint32_t)(0u - (uint32_t)t)) == -q3e_sin31((uint32_t)t), "sin31(%lu) is not odd", (unsigned long)t);
    }
    check(q3e_sin31(0) == 0 && q3e_sin31(1u << 30) == INT32_MAX && q3e_sin31(1u << 31) == 0 && q3e_sin31(3u << 30) == -INT32_MAX, "sin31 of quarter turns");

    const double exp2_bound = pow(log(2.0) / 256, 2) / 8 + ldexp(1, -30);
    for (uint32_t f = 0, last = 0; f < 1u << 20; f++) {
        uint32_t m = q3e_exp2m(f);
        if (f % 7 == 0) check(fabs(m / ldexp(pow(2, f / 1048576.0), 30) - 1) <= exp2_bound, "exp2m(%lu)", (unsigned long)f);
        check(m >= last && m >= 1u << 30 && m <= 1u << 31, "exp2m(%lu) falls or leaves its range", (unsigned long)f);
        last = m;
    }
    for (uint64_t d = 2147483648u; d < 4294967296u; d += 10007) {
        uint32_t r = q3e_recip31((uint32_t)d);
        check(fabs(r * ldexp((double)d, -62) - 1) <= 3.82e-6 + 2e-9 && r >= 1u << 30 && r <= 1u << 31, "recip31(%lu)", (unsigned long)d);
    }
    for (uint64_t m = 1073741824u; m < 4294967296u; m += 10007) {
        uint32_t r = q3e_rsqrt31((uint32_t)m);
        check(fabs(r * ldexp(sqrt((double)m), -46) - 1) <= 2.29e-5 + 2e-9 && r >= 1u << 30 && r <= 1u << 31, "rsqrt31(%lu)", (unsigned long)m);
    }
    check(q3e_recip31(0xffffffffu) >= 1u << 30 && q3e_rsqrt31(0xffffffffu) >= 1u << 30, "the last values of recip31 and rsqrt31");

    for (int f = 5; f <= 12; f++) {
        const double bound = ldexp(0.7979 / (32 * 32 * 8) + ldexp(0.5, -15), f) + 0.5;
        for (int32_t h = -32768; h <= 32767; h += f == 10 ? 1 : 3) {
            double x = ldexp(h, -f), exact = ldexp(x * normal_tail(-x), f);
            check(fabs(q3e_gelu_q(h, f) - exact) <= bound, "gelu(%d, %d) is %d, exactly %.3f", (int)h, f, (int)q3e_gelu_q(h, f), exact);
        }
    }
}

void test_math(void)
{
    test_tables();
    test_rounding();
    test_functions();
}

static void compare_with_sum(const int32_t *z, int log2_n)
{
    enum { MAX = 1024 };
    static double cosine[MAX], sine[MAX];
    int32_t out[2 * MAX];
    const int n = 1 << log2_n;
    double largest = 0;
    for (int i = 0; i < n; i++) {
        cosine[i] = cos(2 * PI * i / n);
        sine[i] = sin(2 * PI * i / n);
        largest = fmax(largest, hypot(z[2 * i], z[2 * i + 1]));
        out[2 * i] = z[2 * i];
        out[2 * i + 1] = z[2 * i + 1];
    }
    q3e_fft(out, log2_n);
    for (int k = 0; k < n; k++) {
        double re = 0, im = 0;
        for (int i = 0; i < n; i++) {
            int a = (int)((long)i * k % n);
            re += z[2 * i] * cosine[a] + z[2 * i + 1] * sine[a];
            im += z[2 * i + 1] * cosine[a] - z[2 * i] * sine[a];
        }
        /* each stage: two halvings and a product rounded (sqrt(2)/2 each as a modulus), and the error of a Q31 rotation */
        check(hypot(out[2 * k] - re / n, out[2 * k + 1] - im / n) <= 1.6 * log2_n, "fft of %d points, bin %d: %d %d, exactly %.2f %.2f", n, k,
              (int)out[2 * k], (int)out[2 * k + 1], re / n, im / n);
        check(abs(out[2 * k]) <= largest + log2_n && abs(out[2 * k + 1]) <= largest + log2_n, "fft of %d points grows in bin %d", n, k);
    }
}

void test_fft(void)
{
    static int32_t z[2048];
    for (int b = 1; b <= 10; b++) {
        const int n = 1 << b;
        for (int i = 0; i < 2 * n; i++) z[i] = random_between(-759250124, 759250124); /* moduli up to 2^30 */
        compare_with_sum(z, b);
        for (int i = 0; i < 2 * n; i++) z[i] = random_between(-40, 40);
        compare_with_sum(z, b);
        for (int i = 0; i < 2 * n; i++) z[i] = i % 2 ? -1073741824 : 1073741824; /* one bin, modulus 2^30.5 */
        compare_with_sum(z, b);
        for (int i = 0; i < n; i++) {
            z[2 * i] = (int32_t)lround(1.5e9 * cos(2 * PI * 3 * i / n));
            z[2 * i + 1] = (int32_t)lround(1.5e9 * sin(2 * PI * 3 * i / n));
        }
        compare_with_sum(z, b);
    }
}
