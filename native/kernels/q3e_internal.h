/*
 * q3e_internal.h - what the generic interface (q3e_decoder.c) and an emitted model share.
 *
 * An arena begins with this header; the emitted model's own buffers follow at Q3E_HEADER_BYTES.
 */
#ifndef Q3E_INTERNAL_H
#define Q3E_INTERNAL_H

#include "q3e.h"

#define Q3E_HEADER_BYTES 32u
#define Q3E_DECODER_MAGIC 0x44653351u /* "Q3eD" */

struct q3e_decoder {
    uint32_t magic;
    uint32_t next_hop;      /* hop that q3e_decode_hop gives next, 0 between frames */
    const q3e_model *model;
    uint32_t kernel_set;    /* Q3E_SET_..., chosen when the decoder was made */
};

/* For tests: the decoder continues with another set of kernels, and the samples stay the same. Refuses a set that this build lacks or this
 * processor cannot run (Q3E_ERROR_ARGUMENT). */
q3e_status q3e_decoder_force_kernels(q3e_decoder *decoder, uint32_t set);

/* The header fits its place, integers are two's complement, >> of a negative value is arithmetic, bytes are little-endian (checked in
 * q3e_decoder.c as far as C99 can at compile time). */
typedef char q3e_assert_header_fits[sizeof(struct q3e_decoder) <= Q3E_HEADER_BYTES ? 1 : -1];
typedef char q3e_assert_arithmetic_shift[((-1) >> 1) == -1 ? 1 : -1];
typedef char q3e_assert_twos_complement[(-1 & 3) == 3 ? 1 : -1];

#endif
