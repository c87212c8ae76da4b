/*
 * speak_host.c - what a board must say, said by this machine: speak_alerts() on standard output.
 *
 * Compile with -DMODEL_HEADER="..." -DMODEL=... -DARENA_BYTES=...
 */
#include MODEL_HEADER
#include "q3e_alerts.h"
#include "speak_alerts.h"

#include <stdio.h>

enum { FRAME_SAMPLES = 2048 };

static union {
    unsigned char bytes[ARENA_BYTES + Q3E_ARENA_ALIGNMENT];
    uint64_t align;
} arena;
static int16_t pcm[FRAME_SAMPLES];

static void text(const char *line)
{
    (void)fputs(line, stdout);
}

int main(void)
{
    static const speak_port port = { text, NULL, NULL };
    unsigned char *aligned = arena.bytes + (Q3E_ARENA_ALIGNMENT - (uintptr_t)arena.bytes % Q3E_ARENA_ALIGNMENT) % Q3E_ARENA_ALIGNMENT;
    return speak_alerts(&q3e_alerts, &MODEL, aligned, ARENA_BYTES, pcm, FRAME_SAMPLES, &port);
}
