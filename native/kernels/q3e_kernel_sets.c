/*
 * q3e_kernel_sets.c - the sets of kernels that a build can choose from at run time.
 */
#include "q3e_kernel_sets.h"
#include "q3e_arm_kernels.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_KERNEL_CHOICE
const q3e_kernel_set q3e_kernel_sets[Q3E_SETS] = {
    {
        q3e_embed_sum, q3e_embed_concat,
        q3e_linear_s8, q3e_linear_s16, q3e_linear_s8_add, q3e_linear_s16_add,
        q3e_linear_s8_gelu_s8, q3e_linear_s8_gelu_s16, q3e_linear_s16_gelu_s8, q3e_linear_s16_gelu_s16,
        q3e_linear_s8_snake_s8, q3e_linear_s8_snake_s16, q3e_linear_s16_snake_s8, q3e_linear_s16_snake_s16, q3e_snake_s8, q3e_snake_s16,
        q3e_depthwise_s16, q3e_layernorm_s8, q3e_layernorm_s16, q3e_fft, q3e_source_filter_hop,
    },
#ifdef Q3E_X86_KERNELS
    {
        q3e_embed_sum_avx2, q3e_embed_concat_avx2,
        q3e_linear_s8_avx2, q3e_linear_s16_avx2, q3e_linear_s8_add_avx2, q3e_linear_s16_add_avx2,
        q3e_linear_s8_gelu_s8_avx2, q3e_linear_s8_gelu_s16_avx2, q3e_linear_s16_gelu_s8_avx2, q3e_linear_s16_gelu_s16_avx2,
        q3e_linear_s8_snake_s8_avx2, q3e_linear_s8_snake_s16_avx2, q3e_linear_s16_snake_s8_avx2, q3e_linear_s16_snake_s16_avx2, q3e_snake_s8_avx2, q3e_snake_s16_avx2,
        q3e_depthwise_s16_avx2, q3e_layernorm_s8_avx2, q3e_layernorm_s16_avx2, q3e_fft_avx2, q3e_source_filter_hop_avx2,
    },
    {
        q3e_embed_sum_avx2, q3e_embed_concat_avx2,
        q3e_linear_s8_vnni, q3e_linear_s16_vnni, q3e_linear_s8_add_vnni, q3e_linear_s16_add_vnni,
        q3e_linear_s8_gelu_s8_vnni, q3e_linear_s8_gelu_s16_vnni, q3e_linear_s16_gelu_s8_vnni, q3e_linear_s16_gelu_s16_vnni,
        q3e_linear_s8_snake_s8_vnni, q3e_linear_s8_snake_s16_vnni, q3e_linear_s16_snake_s8_vnni, q3e_linear_s16_snake_s16_vnni, q3e_snake_s8_vnni, q3e_snake_s16_vnni,
        q3e_depthwise_s16_vnni, q3e_layernorm_s8_vnni, q3e_layernorm_s16_vnni, q3e_fft_avx2, q3e_source_filter_hop_avx2,
    },
#endif
#ifdef Q3E_NEON_KERNELS
    {
        q3e_embed_sum, q3e_embed_concat,
        q3e_linear_s8_neon, q3e_linear_s16_neon, q3e_linear_s8_add_neon, q3e_linear_s16_add_neon,
        q3e_linear_s8_gelu_s8_neon, q3e_linear_s8_gelu_s16_neon, q3e_linear_s16_gelu_s8_neon, q3e_linear_s16_gelu_s16_neon,
        q3e_linear_s8_snake_s8_neon, q3e_linear_s8_snake_s16_neon, q3e_linear_s16_snake_s8_neon, q3e_linear_s16_snake_s16_neon, q3e_snake_s8_neon, q3e_snake_s16_neon,
        q3e_depthwise_s16_neon, q3e_layernorm_s8_neon, q3e_layernorm_s16_neon, q3e_fft_neon, q3e_source_filter_hop_neon,
    },
#endif
#ifdef Q3E_DOT_KERNELS
    {
        q3e_embed_sum, q3e_embed_concat,
        q3e_linear_s8_dot, q3e_linear_s16_neon, q3e_linear_s8_add_dot, q3e_linear_s16_add_neon,
        q3e_linear_s8_gelu_s8_dot, q3e_linear_s8_gelu_s16_dot, q3e_linear_s16_gelu_s8_neon, q3e_linear_s16_gelu_s16_neon,
        q3e_linear_s8_snake_s8_dot, q3e_linear_s8_snake_s16_dot, q3e_linear_s16_snake_s8_neon, q3e_linear_s16_snake_s16_neon, q3e_snake_s8_neon, q3e_snake_s16_neon,
        q3e_depthwise_s16_neon, q3e_layernorm_s8_neon, q3e_layernorm_s16_neon, q3e_fft_neon, q3e_source_filter_hop_neon,
    },
#endif
#ifdef Q3E_ARMV6_KERNELS
    {
        q3e_embed_sum, q3e_embed_concat,
        q3e_linear_s8_armv6, q3e_linear_s16_armv6, q3e_linear_s8_add_armv6, q3e_linear_s16_add_armv6,
        q3e_linear_s8_gelu_s8_armv6, q3e_linear_s8_gelu_s16_armv6, q3e_linear_s16_gelu_s8_armv6, q3e_linear_s16_gelu_s16_armv6,
        q3e_linear_s8_snake_s8, q3e_linear_s8_snake_s16, q3e_linear_s16_snake_s8, q3e_linear_s16_snake_s16, q3e_snake_s8, q3e_snake_s16,
        q3e_depthwise_s16, q3e_layernorm_s8, q3e_layernorm_s16, q3e_fft, q3e_source_filter_hop,
    },
#endif
};
#endif
