/*
 * decoder_speed.c - codes to PCM, one frame a call or several, with every set of kernels that this processor runs.
 *
 * decoder_speed [TURNS [FRAMES]]: decodes the model's conformance tokens over and over, FRAMES (1) a call, all of them at once; the sets take
 * turns of 16 calls, so that a busy machine is unfair to none. Prints the median and the tenth percentile of a call's processor time for each
 * frame, and how many times real time that is.
 *
 * Build (in an emitted folder, for edge-light): cc -O3 -DMODEL_HEADER='"edge_light.h"' -DMODEL=q3e_edge_light -Iinclude -Isrc -Isrc/kernels
 *   -Iconformance decoder_speed.c src/kernels/(all).c src/edge_light.c src/edge_light_weights.S
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include MODEL_HEADER
#include "q3e_cpu.h"
#include "q3e_internal.h"
#include "vectors.h"

enum { CALLS = 16 };

static const double frame_seconds = 0.08;

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

static void *memory(size_t bytes)
{
    void *p = malloc(bytes);
    if (p == NULL) exit(1);
    return p;
}

int main(int argc, char **argv)
{
    const int turns = argc > 1 ? atoi(argv[1]) : 100, frames = argc > 2 ? atoi(argv[2]) : 1, calls = turns * CALLS;
    const uint32_t sets = q3e_best_set() + 1u;
    q3e_decoder *decoder[Q3E_SETS];
    double *times[Q3E_SETS];
    if (turns < 1 || frames < 1) return 1;
    const size_t arena_bytes = Q3E_DECODER_ARENA_BYTES_FOR(&MODEL, frames);
    int16_t *pcm = memory((size_t)frames * MODEL.frame_samples * sizeof *pcm);
    uint16_t *codes = memory((size_t)frames * VECTOR_LAYERS * sizeof *codes);
    for (size_t i = 0; i < (size_t)frames * VECTOR_LAYERS; i++) codes[i] = vector_codes[i % (VECTOR_FRAMES * VECTOR_LAYERS)];
    for (uint32_t set = 0; set < sets; set++) {
        times[set] = memory((size_t)calls * sizeof(double));
        if (q3e_decoder_init(&MODEL, memory(arena_bytes), arena_bytes, &decoder[set]) != Q3E_OK) return 1;
        if (q3e_decoder_force_kernels(decoder[set], set) != Q3E_OK) return 1;
    }
    for (int turn = 0; turn < turns; turn++) {
        for (uint32_t set = 0; set < sets; set++) {
            for (int c = turn * CALLS; c < (turn + 1) * CALLS; c++) {
                const uint16_t *from = frames == 1 ? vector_codes + (uint32_t)c % VECTOR_FRAMES * VECTOR_LAYERS : codes;
                const double start = now();
                if (q3e_decode_frames(decoder[set], from, VECTOR_LAYERS, (uint32_t)frames, pcm) != Q3E_OK) return 1;
                times[set][c] = (now() - start) / frames;
            }
        }
    }
    for (uint32_t set = 0; set < sets; set++) {
        qsort(times[set], (size_t)calls, sizeof(double), by_size);
        const double median = times[set][calls / 2], quick = times[set][calls / 10];
        printf("set %u: median %.1f us (%.0f times real time), tenth percentile %.1f us (%.0f)\n", (unsigned)set, median * 1e6, frame_seconds / median,
               quick * 1e6, frame_seconds / quick);
    }
    return 0;
}
