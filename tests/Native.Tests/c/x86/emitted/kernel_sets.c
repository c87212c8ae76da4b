/*
 * kernel_sets.c - decodes a model's conformance vectors, all of them and with frames lost, with every set of kernels that this processor
 * runs, and with the set changing from frame to frame: prints "SET CRC-32 of the samples, CRC-32 with losses" for each and fails when one
 * is not the stored one.
 */
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER
#include "q3e_cpu.h"
#include "q3e_internal.h"
#include "vectors.h"

static uint32_t crc32_of(uint32_t crc, const int16_t *pcm, size_t samples)
{
    crc = ~crc;
    for (size_t i = 0; i < 2 * samples; i++) {
        const uint32_t sample = (uint16_t)pcm[i / 2];
        crc ^= (i % 2 == 0 ? sample : sample >> 8) & 0xffu;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static void require(int ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "kernel_sets: %s\n", what);
    exit(1);
}

/* With set `set`, or with all in turn when there is no such set. */
static uint32_t checksum(uint32_t set, int lossy, void *arena, int16_t *pcm)
{
    const q3e_model *model = &MODEL;
    q3e_decoder *decoder;
    uint32_t crc = 0;
    require(q3e_decoder_init(model, arena, model->decoder_arena_bytes, &decoder) == Q3E_OK, "init");
    for (uint32_t frame = 0; frame < VECTOR_FRAMES; frame++) {
        const uint32_t now = set <= q3e_best_set() ? set : frame % (q3e_best_set() + 1u);
        require(q3e_decoder_force_kernels(decoder, now) == Q3E_OK, "a set that the processor has was refused");
        if (lossy && (frame & 10u) != 0) {
            const uint32_t ending = (frame & 16u) != 0 ? Q3E_CONCEAL_NOISE : Q3E_CONCEAL_SILENCE;
            require(q3e_conceal_frame(decoder, ending, pcm) == Q3E_OK, "conceal");
        } else {
            require(q3e_decode_frame(decoder, vector_codes + frame * VECTOR_LAYERS, VECTOR_LAYERS, pcm) == Q3E_OK, "decode");
        }
        crc = crc32_of(crc, pcm, model->frame_samples);
    }
    require(q3e_decoder_force_kernels(decoder, q3e_best_set() + 1u) == Q3E_ERROR_ARGUMENT, "a set that the processor lacks was accepted");
    return crc;
}

int main(void)
{
    unsigned char *memory = malloc(MODEL.decoder_arena_bytes + Q3E_ARENA_ALIGNMENT); /* malloc's own alignment is 8 where pointers have 32 bits */
    void *arena = memory + (Q3E_ARENA_ALIGNMENT - (uintptr_t)memory % Q3E_ARENA_ALIGNMENT) % Q3E_ARENA_ALIGNMENT;
    int16_t *pcm = malloc(MODEL.frame_samples * sizeof *pcm);
    int wrong = 0;
    require(memory != NULL && pcm != NULL, "no memory");
    for (uint32_t set = 0; set <= q3e_best_set() + 1u; set++) {
        const uint32_t crc = checksum(set, 0, arena, pcm), concealed = checksum(set, 1, arena, pcm);
        printf("%u %08x %08x\n", (unsigned)set, (unsigned)crc, (unsigned)concealed);
        wrong |= crc != VECTOR_CRC || concealed != VECTOR_CRC_CONCEALED;
    }
    free(memory);
    free(pcm);
    return wrong;
}
