/*
 * q3e_internal.h - what the generic interface (q3e_decoder.c, q3e_encoder.c) and an emitted model share.
 *
 * An arena begins with the header of a decoder or of an encoder; the emitted model's own buffers follow at Q3E_HEADER_BYTES.
 *
 * A model's decoder_tokens and decoder_hops get the number of frames that pass at once, never more than the arena has room for: where a scratch
 * buffer lies depends on it. What decoder_tokens leaves for the hops stays there until the last of those frames' hops is decoded.
 *
 * A model with an encoder lends q3e_encode_flush the buffer at encoder_pad_offset of the encoder's arena: int16 values, one frame of them, at
 * an even offset. A flush writes all of it and passes it to encoder_frame as pcm. encoder_frame must not write there before it has read
 * the last sample; from then on the buffer is scratch, and so it is between calls.
 */
#ifndef Q3E_INTERNAL_H
#define Q3E_INTERNAL_H

#include "q3e.h"

#define Q3E_HEADER_BYTES 32u
#define Q3E_DECODER_MAGIC 0x44653351u /* "Q3eD" */
#define Q3E_ENCODER_MAGIC 0x45653351u /* "Q3eE" */

/* What every arena begins with: Q3E_KERNEL reads it without knowing whose arena it is. */
struct q3e_arena_header {
    uint32_t magic;
    uint32_t kernel_set;    /* Q3E_SET_..., chosen when the decoder or encoder was made */
};

struct q3e_decoder {
    struct q3e_arena_header header;
    const q3e_model *model;
    uint32_t next_hop;      /* hop that q3e_decode_hop gives next, 0 between frames */
    uint32_t most_frames;   /* frames that the arena has room for at once, at least 1 */
};

struct q3e_encoder {
    struct q3e_arena_header header;
    const q3e_model *model;
};

/* The decoder_conceal of a model that conceals no frames; q3e_conceal_frame refuses it and never calls it. */
void q3e_no_concealment(void *arena, uint32_t ending, int16_t *pcm);

/* For tests: a decoder or encoder continues with another set of kernels, and the results stay the same. Refuses a set that this build lacks or
 * this processor cannot run (Q3E_ERROR_ARGUMENT). */
q3e_status q3e_decoder_force_kernels(q3e_decoder *decoder, uint32_t set);
q3e_status q3e_encoder_force_kernels(q3e_encoder *encoder, uint32_t set);

/* The header fits its place, integers are two's complement, >> of a negative value is arithmetic, bytes are little-endian (checked in
 * q3e_checks.h as far as C99 can at compile time). */
typedef char q3e_assert_header_fits[sizeof(struct q3e_decoder) <= Q3E_HEADER_BYTES ? 1 : -1];
typedef char q3e_assert_encoder_header_fits[sizeof(struct q3e_encoder) <= Q3E_HEADER_BYTES ? 1 : -1];
typedef char q3e_assert_arithmetic_shift[((-1) >> 1) == -1 ? 1 : -1];
typedef char q3e_assert_twos_complement[(-1 & 3) == 3 ? 1 : -1];

#endif
