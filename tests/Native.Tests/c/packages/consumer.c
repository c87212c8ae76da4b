/*
 * consumer.c - somebody's program that uses a package: decodes the example's row of tokens and prints the samples, one a line, as the Arduino sketch does.
 * -DMODEL_HEADER, -DMODEL and -DARENA_BYTES say which model; tokens.h comes from the package's example.
 */
#include <stdio.h>

#include MODEL_HEADER
#include "tokens.h"

static union {
    unsigned char bytes[ARENA_BYTES + Q3E_ARENA_ALIGNMENT];
    double align;
} storage;

int main(void)
{
    static int16_t pcm[2048];
    size_t misplaced = (size_t)((uintptr_t)storage.bytes % Q3E_ARENA_ALIGNMENT);
    unsigned char *arena = storage.bytes + (misplaced == 0 ? 0 : Q3E_ARENA_ALIGNMENT - misplaced);
    q3e_decoder *decoder;
    uint32_t frame, i;
    if (q3e_decoder_init(&MODEL, arena, ARENA_BYTES, &decoder) != Q3E_OK) {
        return 1;
    }
    for (frame = 0; frame < TOKEN_FRAMES; frame++) {
        if (q3e_decode_frame(decoder, tokens[frame], TOKEN_LAYERS, pcm) != Q3E_OK) {
            return 2;
        }
        for (i = 0; i < MODEL.frame_samples; i++) {
            printf("%d\n", pcm[i]);
        }
    }
    return 0;
}
