/*
 * encoder_sets.c - encodes what the decoder makes of a model's conformance vectors with every set of kernels that this processor runs, and
 * with the set changing from frame to frame: prints "SET CRC-32 of the codes" for each and fails when one is not the stored one. Arenas,
 * samples and codes are allocated to the byte.
 */
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER
#include "q3e_cpu.h"
#include "q3e_internal.h"
#include "vectors.h"

static const q3e_model *const model = &MODEL;

static uint32_t crc32_of(uint32_t crc, const uint16_t *codes, size_t count)
{
    crc = ~crc;
    for (size_t i = 0; i < 2 * count; i++) {
        crc ^= (i % 2 == 0 ? codes[i / 2] : codes[i / 2] >> 8) & 0xffu;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static void require(int ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "encoder_sets: %s\n", what);
    exit(1);
}

static void *memory(size_t bytes)
{
    void *block = malloc(bytes);
    require(block != NULL, "no memory");
    return block;
}

static int16_t *decoded(void)
{
    void *arena = memory(model->decoder_arena_bytes);
    int16_t *pcm = (int16_t *)memory(VECTOR_FRAMES * model->frame_samples * sizeof *pcm);
    q3e_decoder *decoder;
    require(q3e_decoder_init(model, arena, model->decoder_arena_bytes, &decoder) == Q3E_OK, "decoder");
    for (uint32_t f = 0; f < VECTOR_FRAMES; f++) {
        require(q3e_decode_frame(decoder, vector_codes + f * VECTOR_LAYERS, VECTOR_LAYERS, pcm + f * model->frame_samples) == Q3E_OK, "decode");
    }
    free(arena);
    return pcm;
}

/* With set `set`, or with all in turn when there is no such set; the last frame lacks a sample and is flushed, as the stored checksum has it. */
static uint32_t checksum(uint32_t set, const int16_t *pcm)
{
    const uint32_t frame_samples = model->encoder_frame_samples, flushed = (frame_samples - 1u + model->encoder_delay_samples + frame_samples - 1u) / frame_samples;
    void *arena = memory(model->encoder_arena_bytes);
    uint16_t *codes = (uint16_t *)memory((size_t)flushed * VECTOR_LAYERS * sizeof *codes);
    q3e_encoder *encoder;
    uint32_t crc = 0, frames = 0;
    require(q3e_encoder_init(model, arena, model->encoder_arena_bytes, &encoder) == Q3E_OK, "init");
    for (uint32_t f = 0; f < VECTOR_FRAMES; f++) {
        const uint32_t now = set <= q3e_best_set() ? set : f % (q3e_best_set() + 1u);
        require(q3e_encoder_force_kernels(encoder, now) == Q3E_OK, "a set that the processor has was refused");
        if (f + 1u < VECTOR_FRAMES) {
            require(q3e_encode_frame(encoder, pcm + f * frame_samples, codes, VECTOR_LAYERS) == Q3E_OK, "encode");
            crc = crc32_of(crc, codes, VECTOR_LAYERS);
        } else {
            require(q3e_encode_flush(encoder, pcm + f * frame_samples, frame_samples - 1u, codes, VECTOR_LAYERS, &frames) == Q3E_OK && frames == flushed, "flush");
            crc = crc32_of(crc, codes, (size_t)frames * VECTOR_LAYERS);
        }
    }
    require(q3e_encoder_force_kernels(encoder, q3e_best_set() + 1u) == Q3E_ERROR_ARGUMENT, "a set that the processor lacks was accepted");
    require(q3e_encoder_force_kernels(encoder, UINT32_MAX) == Q3E_ERROR_ARGUMENT, "a set that there is not was accepted");
    free(codes);
    free(arena);
    return crc;
}

int main(void)
{
    int16_t *pcm = decoded();
    int wrong = 0;
    for (uint32_t set = 0; set <= q3e_best_set() + 1u; set++) {
        const uint32_t crc = checksum(set, pcm);
        printf("%u %08x\n", (unsigned)set, (unsigned)crc);
        wrong |= crc != VECTOR_CRC_ENCODER;
    }
    free(pcm);
    return wrong;
}
