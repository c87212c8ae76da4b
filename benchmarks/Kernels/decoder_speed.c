/*
 * decoder_speed.c - codes to PCM, one frame a call, with every set of kernels that this processor runs.
 *
 * decoder_speed [TURNS]: decodes the model's conformance tokens over and over; the sets take turns of 16 frames, so that a busy machine
 * is unfair to none. Prints the median and the tenth percentile of a frame's processor time, and how many times real time that is.
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

enum { FRAMES = 16 };

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
    const int turns = argc > 1 ? atoi(argv[1]) : 100, frames = turns * FRAMES;
    const uint32_t sets = q3e_best_set() + 1u;
    q3e_decoder *decoder[Q3E_SETS];
    double *times[Q3E_SETS];
    int16_t *pcm = memory(MODEL.frame_samples * sizeof *pcm);
    if (turns < 1) return 1;
    for (uint32_t set = 0; set < sets; set++) {
        times[set] = memory((size_t)frames * sizeof(double));
        if (q3e_decoder_init(&MODEL, memory(MODEL.decoder_arena_bytes), MODEL.decoder_arena_bytes, &decoder[set]) != Q3E_OK) return 1;
        if (q3e_decoder_force_kernels(decoder[set], set) != Q3E_OK) return 1;
    }
    for (int turn = 0; turn < turns; turn++) {
        for (uint32_t set = 0; set < sets; set++) {
            for (int f = turn * FRAMES; f < (turn + 1) * FRAMES; f++) {
                const double start = now();
                if (q3e_decode_frame(decoder[set], vector_codes + (uint32_t)f % VECTOR_FRAMES * VECTOR_LAYERS, VECTOR_LAYERS, pcm) != Q3E_OK) return 1;
                times[set][f] = now() - start;
            }
        }
    }
    for (uint32_t set = 0; set < sets; set++) {
        qsort(times[set], (size_t)frames, sizeof(double), by_size);
        const double median = times[set][frames / 2], quick = times[set][frames / 10];
        printf("set %u: median %.1f us (%.0f times real time), tenth percentile %.1f us (%.0f)\n", (unsigned)set, median * 1e6, frame_seconds / median,
               quick * 1e6, frame_seconds / quick);
    }
    return 0;
}
