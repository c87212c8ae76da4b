/*
 * frames.c - decodes a stream by q3e_decode_frames in any split, mixed with single frames and hops, in arenas for any number of frames at once
 * and with every set of kernels: the samples are those of single frames with the portable set. Refused calls write nothing and leave the
 * decoder as it was. Prints "ok <n checks>" or one line about the first failure.
 *
 * Arenas, codes and samples are allocated to the byte, so that a sanitizer sees the first step outside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include MODEL_HEADER
#include "q3e_cpu.h"
#include "q3e_internal.h"

enum { FRAMES = 30, UNTOUCHED = 0x5a };

static const q3e_model *const model = &MODEL;
static unsigned long checks;
static uint32_t random_state = 1;

static void check(int ok, const char *what, unsigned long value)
{
    checks++;
    if (!ok) {
        fprintf(stderr, "failed: %s (%lu)\n", what, value);
        exit(1);
    }
}

static void *memory(size_t bytes)
{
    void *block = malloc(bytes);
    if (block == NULL) exit(2);
    memset(block, UNTOUCHED, bytes);
    return block;
}

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

/* A stream: the codes of every frame, and how many layers it has. Several frames in a row have the same number. */
static uint16_t *codes_of[FRAMES];
static uint32_t layers_of[FRAMES];
static int16_t *expected;

static void make_stream(void)
{
    uint32_t f, l, layers = 0, left = 0;
    for (f = 0; f < FRAMES; f++) {
        if (left == 0) {
            layers = model->min_layers + random_below(model->max_layers - model->min_layers + 1u);
            left = 1u + random_below(12);
        }
        left--;
        layers_of[f] = layers;
        codes_of[f] = (uint16_t *)memory(layers * sizeof(uint16_t));
        for (l = 0; l < layers; l++) codes_of[f][l] = (uint16_t)random_below(model->codebook_size);
    }
}

static q3e_decoder *make_decoder(void *arena, size_t bytes, uint32_t set)
{
    q3e_decoder *decoder;
    check(q3e_decoder_init(model, arena, bytes, &decoder) == Q3E_OK, "init", (unsigned long)bytes);
    check(q3e_decoder_force_kernels(decoder, set) == Q3E_OK, "kernels", set);
    return decoder;
}

static void decode_alone(void)
{
    void *arena = memory(model->decoder_arena_bytes);
    q3e_decoder *decoder = make_decoder(arena, model->decoder_arena_bytes, Q3E_SET_PORTABLE);
    uint32_t f;
    expected = (int16_t *)memory((size_t)FRAMES * model->frame_samples * sizeof(int16_t));
    for (f = 0; f < FRAMES; f++) {
        check(q3e_decode_frame(decoder, codes_of[f], layers_of[f], expected + (size_t)f * model->frame_samples) == Q3E_OK, "a frame", f);
    }
    free(arena);
}

/* The next `frames` frames, which have the same number of layers, in one call. */
static void decode_together(q3e_decoder *decoder, uint32_t first, uint32_t frames, int16_t *pcm)
{
    const uint32_t layers = layers_of[first];
    uint16_t *codes = (uint16_t *)memory((size_t)frames * layers * sizeof *codes);
    uint32_t f;
    for (f = 0; f < frames; f++) memcpy(codes + (size_t)f * layers, codes_of[first + f], layers * sizeof *codes);
    check(q3e_decode_frames(decoder, codes, layers, frames, pcm) == Q3E_OK, "some frames", frames);
    free(codes);
}

static void decode_hops(q3e_decoder *decoder, uint32_t f, int16_t *pcm)
{
    uint32_t at;
    for (at = 0; at < model->frame_samples; at += model->hop_samples) {
        check(q3e_decode_hop(decoder, at == 0 ? codes_of[f] : NULL, layers_of[f], pcm + at) == Q3E_OK, "a hop", at);
    }
}

/* The whole stream in an arena for `room` frames, in pieces of up to `most`. */
static void decode_split(uint32_t set, uint32_t room, uint32_t most)
{
    const size_t bytes = Q3E_DECODER_ARENA_BYTES_FOR(model, room);
    void *arena = memory(bytes);
    q3e_decoder *decoder = make_decoder(arena, bytes, set);
    uint32_t f = 0, frames, same;
    while (f < FRAMES) {
        int16_t *pcm;
        for (same = 1; f + same < FRAMES && layers_of[f + same] == layers_of[f]; same++) {
        }
        frames = 1u + random_below(most);
        if (frames > same) frames = same;
        pcm = (int16_t *)memory((size_t)frames * model->frame_samples * sizeof *pcm);
        if (frames == 1 && random_below(2) == 0) decode_hops(decoder, f, pcm);
        else if (frames == 1 && random_below(2) == 0) check(q3e_decode_frame(decoder, codes_of[f], layers_of[f], pcm) == Q3E_OK, "a frame", f);
        else decode_together(decoder, f, frames, pcm);
        check(memcmp(pcm, expected + (size_t)f * model->frame_samples, (size_t)frames * model->frame_samples * sizeof *pcm) == 0, "other samples than alone", f);
        free(pcm);
        f += frames;
    }
    free(arena);
}

/* One refused call of three frames: the status, no sample written, not a byte of the arena changed. */
static void refused(q3e_decoder *decoder, size_t bytes, const uint16_t *codes, uint32_t layers, uint32_t frames, q3e_status wanted, const char *what)
{
    const size_t pcm_bytes = 3u * model->frame_samples * sizeof(int16_t);
    unsigned char *before = (unsigned char *)memory(bytes), *pcm = (unsigned char *)memory(pcm_bytes);
    size_t i;
    memcpy(before, decoder, bytes);
    check(q3e_decode_frames(decoder, codes, layers, frames, (int16_t *)(void *)pcm) == wanted, what, frames);
    check(memcmp(before, decoder, bytes) == 0, "a refused call changed the arena", frames);
    for (i = 0; i < pcm_bytes && pcm[i] == UNTOUCHED; i++) {
    }
    check(i == pcm_bytes, "a refused call wrote samples", frames);
    free(pcm);
    free(before);
}

static void test_refusals(uint32_t room)
{
    const size_t bytes = Q3E_DECODER_ARENA_BYTES_FOR(model, room);
    const uint32_t layers = model->max_layers;
    q3e_decoder *decoder = make_decoder(memory(bytes), bytes, Q3E_SET_PORTABLE);
    uint16_t *codes = (uint16_t *)memory(3u * layers * sizeof *codes);
    int16_t *pcm = (int16_t *)memory(model->frame_samples * sizeof *pcm);
    uint32_t i;
    for (i = 0; i < 3u * layers; i++) codes[i] = (uint16_t)(i % model->codebook_size);
    for (i = 0; i < 3u * layers; i++) {
        const uint16_t good = codes[i];
        codes[i] = (uint16_t)(model->codebook_size + i % 3u);
        refused(decoder, bytes, codes, layers, 3, Q3E_ERROR_CODE, "a bad code");
        codes[i] = good;
    }
    refused(decoder, bytes, codes, layers, 0, Q3E_ERROR_ARGUMENT, "no frames");
    refused(decoder, bytes, NULL, layers, 3, Q3E_ERROR_ARGUMENT, "null codes");
    refused(decoder, bytes, codes, model->min_layers - 1u, 3, Q3E_ERROR_LAYERS, "too few layers");
    refused(decoder, bytes, codes, layers + 1u, 2, Q3E_ERROR_LAYERS, "too many layers");
    check(q3e_decode_frames(decoder, codes, layers, 1, NULL) == Q3E_ERROR_ARGUMENT, "null samples", 0);
    check(q3e_decode_frames(NULL, codes, layers, 1, pcm) == Q3E_ERROR_ARGUMENT, "null decoder", 0);
    check(q3e_decode_hop(decoder, codes, layers, pcm) == Q3E_OK, "a hop", 0);
    refused(decoder, bytes, codes, layers, 3, Q3E_ERROR_STATE, "frames between hops");
    free(pcm);
    free(codes);
    free(decoder);
}

int main(void)
{
    static const uint32_t rooms[] = { 1, 2, 3, 7, 30, 300 };
    uint32_t r, set, f;
    make_stream();
    decode_alone();
    for (r = 0; r < sizeof rooms / sizeof rooms[0]; r++) {
        for (set = 0; set <= q3e_best_set(); set++) decode_split(set, rooms[r], r % 2 == 0 ? FRAMES : 5);
        test_refusals(rooms[r]);
    }
    for (f = 0; f < FRAMES; f++) free(codes_of[f]);
    free(expected);
    printf("ok %lu checks\n", checks);
    return 0;
}
