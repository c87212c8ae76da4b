/*
 * speak_host.c - what a board must say, said by this machine: speak_alerts() on standard output.
 *
 * Compile with -DMODEL_HEADER="..." -DMODEL=... -DARENA_BYTES=..., or without for a board that only beeps.
 */
#ifdef MODEL_HEADER
#include MODEL_HEADER
#endif
#include "q3e_alerts.h"
#include "speak_alerts.h"

#include <stdio.h>

static void text(const char *line)
{
    (void)fputs(line, stdout);
}

static const speak_port port = { text, NULL };

#ifdef MODEL_HEADER
enum { FRAME_SAMPLES = 2048 };

static union {
    unsigned char bytes[ARENA_BYTES + Q3E_ARENA_ALIGNMENT];
    uint64_t align;
} arena;
static int16_t pcm[FRAME_SAMPLES];

int main(void)
{
    unsigned char *aligned = arena.bytes + (Q3E_ARENA_ALIGNMENT - (uintptr_t)arena.bytes % Q3E_ARENA_ALIGNMENT) % Q3E_ARENA_ALIGNMENT;
    q3e_decoder *decoder;
    const q3e_status status = q3e_decoder_init(&MODEL, aligned, ARENA_BYTES, &decoder);
    if (status != Q3E_OK) {
        (void)printf("decoder: %s\n", q3e_status_text(status));
        return 1;
    }
    const q3e_player_speech speech = q3e_player_speech_of(&MODEL, decoder);
    return speak_alerts(&q3e_alerts, &speech, pcm, FRAME_SAMPLES, &port);
}
#else
int main(void)
{
    return speak_alerts(&q3e_alerts, NULL, NULL, 0, &port);
}
#endif
