/*
 * fuzz.h - what the parts of the fuzzer of the C interface share (interface_fuzzer.c says what it does).
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "edge_light.h"
#include "edge_meter.h"

/* Decoders of the smaller model, so that many inputs are tried; encoders of the model that has one. */
#define DECODER_MODEL (&q3e_edge_meter)
#define ENCODER_MODEL (&q3e_edge_light)
#define SLOTS 2
#define HOPS 4u

/* An input: bytes that name calls and arguments, and how much speech work they may still ask for. */
typedef struct {
    const uint8_t *data;
    size_t left;
    unsigned hops;          /* of decoding */
    unsigned frames;        /* of encoding */
} program;

/* A place for a decoder or an encoder. */
typedef struct {
    unsigned char *block;   /* as allocated */
    unsigned char *arena;   /* block + misalignment */
    size_t bytes;           /* from arena on */
    q3e_decoder *decoder;   /* one of these two once an init succeeded, else null */
    q3e_encoder *encoder;
    unsigned next_hop;
} slot;

void require(int condition, const char *what);
unsigned byte_of(program *p);
unsigned word_of(program *p);
/* Blocks end where they are said to end: AddressSanitizer sees the first byte beyond. block_of gives 16-byte alignment. */
void *block_of(size_t bytes, unsigned fill);
void *filled(size_t bytes);
int is_filled(const void *block, size_t bytes);
/* A size for an arena that needs `need` bytes: mostly that, else too short or too long. */
size_t arena_size(program *p, size_t need);
/* Empties the slot and gives it an arena of any size at any alignment; returns the misalignment. */
unsigned make_arena(program *p, slot *s, size_t need);
void release(slot *s);
/* The arena before a call that has to be refused, to see that it stays as it is. */
unsigned char *copy_of(const slot *s);
void require_untouched(const slot *s, unsigned char *copy);

/* Calls of the decoder's part (fuzz_decoder.c). */
void decoder_init(program *p, slot *s);
void decoder_frame(program *p, slot *s);
void decoder_frames(program *p, slot *s);
void decoder_hop(program *p, slot *s);
void decoder_conceal(program *p, slot *s);
void decoder_pair(program *p, slot *slots);
void decoder_wrong(program *p, slot *s);
/* Calls of the encoder's part (fuzz_encoder.c). */
void encoder_init(program *p, slot *s);
void encoder_frame(program *p, slot *s);
void encoder_flush(program *p, slot *s);
void encoder_pair(program *p, slot *slots);
void encoder_wrong(program *p, slot *s);

#endif
