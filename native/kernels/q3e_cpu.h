/*
 * q3e_cpu.h - which sets of kernels a build has, and which of them this processor can run.
 *
 * Every build has the portable set, which defines the samples; the others give the same samples sooner. A build with Q3E_PORTABLE_ONLY
 * (firmware) has no other and calls its kernels directly, so that the linker can drop those a model does not use. So does a build for a
 * Cortex-M4, whose kernels take the portable set's place.
 */
#ifndef Q3E_CPU_H
#define Q3E_CPU_H

#include <stdint.h>

/* Compilers that know every instruction set wanted: GCC from 8 on, Clang, Microsoft's. The first two write attributes and assembler. */
#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 8)
#define Q3E_GNU_DIALECT 1
#endif
#if !defined(Q3E_PORTABLE_ONLY) && ((defined(__x86_64__) && defined(Q3E_GNU_DIALECT)) || (defined(_M_X64) && defined(_MSC_VER)))
#define Q3E_X86_KERNELS 1
#ifndef Q3E_GNU_DIALECT
#include <intrin.h>
#endif
#endif

/* Arm processors of the application profile; those of the microcontroller profile choose their kernels elsewhere, when they are compiled. */
#if !defined(Q3E_PORTABLE_ONLY) && defined(Q3E_GNU_DIALECT) && !(defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M')
#if defined(__aarch64__) && defined(__ARM_NEON)
#define Q3E_NEON_KERNELS 1
#define Q3E_DOT_KERNELS 1
#elif defined(__arm__) && defined(__ARM_NEON)
#define Q3E_NEON_KERNELS 1
#elif defined(__arm__) && defined(__ARM_FEATURE_SIMD32) && !defined(__thumb__)
#define Q3E_ARMV6_KERNELS 1
#endif
#endif
#if defined(Q3E_DOT_KERNELS) && defined(__linux__) && !defined(__ARM_FEATURE_DOTPROD)
#include <sys/auxv.h>
#endif

/* Builds with more than one set of kernels choose when a decoder or encoder is made. */
#if defined(Q3E_X86_KERNELS) || defined(Q3E_NEON_KERNELS) || defined(Q3E_ARMV6_KERNELS)
#define Q3E_KERNEL_CHOICE 1
#endif

/* Armv7E-M and later M-profile processors with the DSP extension (Cortex-M4, M7, M33): known when compiling, so there is nothing to choose.
 * Without optimisation the assembler's registers and the frames that its callers get are not to be had. */
#if !defined(Q3E_PORTABLE_ONLY) && defined(Q3E_GNU_DIALECT) && defined(__OPTIMIZE__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) \
    && __ARM_ARCH_PROFILE == 'M'
#define Q3E_M4_KERNELS 1
#endif

/** The sets of kernels, slowest first. Values are indices of q3e_kernel_sets and live in arenas. */
enum {
    Q3E_SET_PORTABLE = 0,
#ifdef Q3E_X86_KERNELS
    Q3E_SET_AVX2 = 1, /**< AVX2 */
    Q3E_SET_VNNI = 2, /**< AVX-512 F, BW, VL and VNNI */
    Q3E_SETS = 3
#elif defined(Q3E_DOT_KERNELS)
    Q3E_SET_NEON = 1, /**< NEON, which every AArch64 has */
    Q3E_SET_DOT = 2,  /**< NEON and dot products: Cortex-A55, A75, A76 and later */
    Q3E_SETS = 3
#elif defined(Q3E_NEON_KERNELS)
    Q3E_SET_NEON = 1, /**< NEON of ARMv7; a build for it runs nowhere else */
    Q3E_SETS = 2
#elif defined(Q3E_ARMV6_KERNELS)
    Q3E_SET_ARMV6 = 1, /**< the 32-bit SIMD instructions of ARMv6; a build for it runs nowhere else */
    Q3E_SETS = 2
#else
    Q3E_SETS = 1
#endif
};

#ifdef Q3E_X86_KERNELS

/** Registers of CPUID: eax, ebx, ecx, edx. */
static inline void q3e_cpuid(uint32_t leaf, uint32_t r[4])
{
#ifdef Q3E_GNU_DIALECT
    __asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0u));
#else
    int out[4];
    __cpuidex(out, (int)leaf, 0);
    for (int i = 0; i < 4; i++) r[i] = (uint32_t)out[i];
#endif
}

/** The register files that the operating system saves (XCR0); valid only where CPUID reports OSXSAVE. */
static inline uint32_t q3e_saved_state(void)
{
#ifdef Q3E_GNU_DIALECT
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0u));
    (void)high;
    return low;
#else
    return (uint32_t)_xgetbv(0);
#endif
}

#endif

/** The fastest set that the processor and the operating system support. */
static inline uint32_t q3e_best_set(void)
{
#ifdef Q3E_X86_KERNELS
    const uint32_t os_xsave = 1u << 27, avx = 1u << 28;                            /* leaf 1, ecx */
    const uint32_t avx2 = 1u << 5, avx512 = 1u << 16 | 1u << 30 | 1u << 31;        /* leaf 7, ebx: AVX2; F, BW, VL */
    const uint32_t vnni = 1u << 11;                                                /* leaf 7, ecx */
    const uint32_t ymm = 1u << 1 | 1u << 2, zmm = ymm | 1u << 5 | 1u << 6 | 1u << 7; /* XCR0 */
    uint32_t r[4];
    q3e_cpuid(0, r);
    if (r[0] < 7) return Q3E_SET_PORTABLE;
    q3e_cpuid(1, r);
    if ((r[2] & (os_xsave | avx)) != (os_xsave | avx)) return Q3E_SET_PORTABLE;
    const uint32_t saved = q3e_saved_state();
    q3e_cpuid(7, r);
    if ((saved & ymm) != ymm || (r[1] & avx2) == 0) return Q3E_SET_PORTABLE;
    return (saved & zmm) == zmm && (r[1] & avx512) == avx512 && (r[2] & vnni) != 0 ? Q3E_SET_VNNI : Q3E_SET_AVX2;
#elif defined(Q3E_DOT_KERNELS)
#if defined(__ARM_FEATURE_DOTPROD)
    return Q3E_SET_DOT;
#elif defined(__linux__)
    const unsigned long dot_product = 1ul << 20; /* HWCAP_ASIMDDP of AT_HWCAP */
    return (getauxval(AT_HWCAP) & dot_product) != 0 ? Q3E_SET_DOT : Q3E_SET_NEON;
#else
    return Q3E_SET_NEON;
#endif
#elif defined(Q3E_NEON_KERNELS)
    return Q3E_SET_NEON;
#elif defined(Q3E_ARMV6_KERNELS)
    return Q3E_SET_ARMV6;
#else
    return Q3E_SET_PORTABLE;
#endif
}

#endif
