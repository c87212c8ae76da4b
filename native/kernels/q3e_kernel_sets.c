/*
 * q3e_kernel_sets.c - the sets of kernels that a build can choose from at run time.
 */
#include "q3e_kernel_sets.h"
#include "q3e_x86_kernels.h"

#ifdef Q3E_X86_KERNELS
const q3e_kernel_set q3e_kernel_sets[Q3E_SETS] = {
    {
        q3e_embed_sum, q3e_embed_concat,
        q3e_linear_s8, q3e_linear_s16, q3e_linear_s8_add, q3e_linear_s16_add,
        q3e_linear_s8_gelu_s8, q3e_linear_s8_gelu_s16, q3e_linear_s16_gelu_s8, q3e_linear_s16_gelu_s16,
        q3e_depthwise_s16, q3e_layernorm_s8, q3e_layernorm_s16, q3e_fft, q3e_source_filter_hop,
    },
    {
        q3e_embed_sum_avx2, q3e_embed_concat_avx2,
        q3e_linear_s8_avx2, q3e_linear_s16_avx2, q3e_linear_s8_add_avx2, q3e_linear_s16_add_avx2,
        q3e_linear_s8_gelu_s8_avx2, q3e_linear_s8_gelu_s16_avx2, q3e_linear_s16_gelu_s8_avx2, q3e_linear_s16_gelu_s16_avx2,
        q3e_depthwise_s16_avx2, q3e_layernorm_s8_avx2, q3e_layernorm_s16_avx2, q3e_fft_avx2, q3e_source_filter_hop_avx2,
    },
    {
        q3e_embed_sum_avx2, q3e_embed_concat_avx2,
        q3e_linear_s8_vnni, q3e_linear_s16_vnni, q3e_linear_s8_add_vnni, q3e_linear_s16_add_vnni,
        q3e_linear_s8_gelu_s8_vnni, q3e_linear_s8_gelu_s16_vnni, q3e_linear_s16_gelu_s8_vnni, q3e_linear_s16_gelu_s16_vnni,
        q3e_depthwise_s16_vnni, q3e_layernorm_s8_vnni, q3e_layernorm_s16_vnni, q3e_fft_avx2, q3e_source_filter_hop_avx2,
    },
};
#endif
