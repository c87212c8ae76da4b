/*
 * full_decoder.c - how much faster than real time an emitted full-size decoder is, on one core.
 *
 * For every set of kernels that this processor runs, and for arenas with room for 1, 4, 16 and 64 frames at once: decodes the same random
 * codes several times and prints the best and the median turn, and a checksum of the samples, which is the same everywhere.
 *
 * full_decoder [SET [FRAMES_AT_ONCE [TURNS]]]
 */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include MODEL_HEADER
#include "q3e_cpu.h"
#include "q3e_internal.h"

enum { FRAMES = 64, MOST_TURNS = 32 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

static uint32_t checksum(const int16_t *pcm, size_t samples)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < samples; i++) hash = (hash ^ (uint16_t)pcm[i]) * 16777619u;
    return hash;
}

static int measure(const q3e_model *model, uint32_t set, uint32_t at_once, int turns)
{
    const size_t bytes = Q3E_DECODER_ARENA_BYTES_FOR(model, at_once), samples = (size_t)FRAMES * model->frame_samples;
    void *arena = NULL;
    int16_t *pcm = malloc(samples * sizeof *pcm);
    uint16_t *codes = malloc((size_t)FRAMES * model->max_layers * sizeof *codes);
    double times[MOST_TURNS];
    q3e_decoder *decoder;
    uint32_t state = 1;
    if (posix_memalign(&arena, 64, bytes) != 0 || pcm == NULL || codes == NULL || q3e_decoder_init(model, arena, bytes, &decoder) != Q3E_OK || q3e_decoder_force_kernels(decoder, set) != Q3E_OK) return 1;
    for (uint32_t i = 0; i < FRAMES * model->max_layers; i++) {
        state = state * 1664525u + 1013904223u;
        codes[i] = (uint16_t)((state >> 8) % model->codebook_size);
    }
    for (int turn = 0; turn < turns; turn++) {
        q3e_decoder_reset(decoder);
        const double start = now();
        if (q3e_decode_frames(decoder, codes, model->max_layers, FRAMES, pcm) != Q3E_OK) return 1;
        times[turn] = now() - start;
    }
    qsort(times, (size_t)turns, sizeof *times, by_size);
    const double audio = (double)samples / model->sample_rate;
    printf("set %u, %2u frames at once: median %.3f s, best %.3f s for %.2f s of audio: real-time factor %.4f, %.1f times real time, checksum %08x\n", (unsigned)set,
           (unsigned)at_once, times[turns / 2], times[0], audio, times[turns / 2] / audio, audio / times[turns / 2], (unsigned)checksum(pcm, samples));
    fflush(stdout);
    free(arena);
    free(pcm);
    free(codes);
    return 0;
}

int main(int argc, char **argv)
{
    static const uint32_t rooms[] = { 1, 4, 16, 64 };
    const int turns = argc > 3 ? atoi(argv[3]) : 5;
    if (turns < 1 || turns > MOST_TURNS) return 1;
    for (uint32_t set = 0; set <= q3e_best_set(); set++) {
        if (argc > 1 && set != (uint32_t)atoi(argv[1])) continue;
        for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
            if (argc > 2 && rooms[r] != (uint32_t)atoi(argv[2])) continue;
            if (set == Q3E_SET_PORTABLE && argc <= 1 && r != 0) continue; /* slow, and the same whatever the arena */
            if (measure(&MODEL, set, rooms[r], set == Q3E_SET_PORTABLE ? 1 : turns) != 0) return 1;
        }
    }
    return 0;
}
