/*
 * player_speaks.c - plays every alert of an emitted table through an emitted library, once by frames and once by hops, and decodes the same codes without the
 * player. Prints "pulse START CODE HZ DUTY ON PAUSE HERTZ_MILLI PPM" of the player by frames, then "alert ID FRAMES CRC CRC CRC" with the checksums of the
 * samples: by frames, by hops, without the player. Build with -DMODEL_HEADER="..." -DMODEL=... -DARENA_BYTES=... .
 */
#include <stdio.h>
#include <string.h>

#include MODEL_HEADER
#include "q3e_alerts.h"
#include "q3e_timer.h"

#define CLOCK_HZ 72000000u
enum { MAX_SAMPLES = 4096 };

static union { long double align; unsigned char bytes[ARENA_BYTES + Q3E_ARENA_ALIGNMENT]; } memory;

typedef struct {
    uint32_t crc, samples;
    int log;
} listener;

static uint32_t crc_of(uint32_t crc, const int16_t *pcm, uint32_t samples)
{
    crc = ~crc;
    for (uint32_t i = 0; i < 2 * samples; i++) {
        uint32_t sample = (uint32_t)(uint16_t)pcm[i / 2];
        crc ^= (i % 2 == 0 ? sample : sample >> 8) & 0xffu;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static void on_pcm(void *context, const int16_t *samples, uint32_t count)
{
    listener *l = (listener *)context;
    l->crc = crc_of(l->crc, samples, count);
    l->samples += count;
}

static void on_pulse(void *context, const q3e_pulse *u)
{
    q3e_timer_setting s;
    if (!((listener *)context)->log) return;
    memset(&s, 0, sizeof s);
    if (u->frequency_hz != 0 && !q3e_timer_divide(CLOCK_HZ, u->frequency_hz, &s)) s.error_ppm = 1000000;
    printf("pulse %lu %u %u %u %u %u %u %d\n", (unsigned long)u->start_us, u->code, u->frequency_hz, u->duty_permille, (unsigned)u->on_us, (unsigned)u->pause_us,
           (unsigned)s.millihertz, (int)s.error_ppm);
}

/* The same bits as the player reads, one at a time. */
static uint16_t code_at(const q3e_alert *a, uint32_t index)
{
    uint16_t code = 0;
    for (uint32_t b = 0; b < q3e_alerts.bits_per_code; b++) {
        uint32_t bit = a->bit_offset + index * q3e_alerts.bits_per_code + b;
        code = (uint16_t)(code | ((q3e_alerts.codes[bit / 8] >> (bit % 8) & 1u) << b));
    }
    return code;
}

static int play(q3e_decoder *decoder, uint32_t id, int by_hops, listener *l)
{
    static int16_t pcm[MAX_SAMPLES];
    q3e_player_speech speech = q3e_player_speech_of(&MODEL, decoder);
    q3e_player_output output;
    q3e_player player;
    memset(&output, 0, sizeof output);
    output.size = sizeof output;
    output.version = Q3E_PLAYER_VERSION;
    output.context = l;
    output.pwm = on_pulse;
    output.pcm = on_pcm;
    output.speech = &speech;
    output.samples = pcm;
    output.sample_count = by_hops ? MODEL.hop_samples : MODEL.frame_samples;
    if (q3e_player_init(&player, &q3e_alerts, &output) != Q3E_PLAYER_OK || q3e_player_post(&player, id) != Q3E_PLAYER_OK) return 1;
    while (q3e_player_busy(&player)) {
        if ((by_hops ? q3e_player_hop(&player) : q3e_player_step(&player)) != Q3E_PLAYER_OK) return 1;
    }
    return 0;
}

int main(void)
{
    unsigned char *arena = memory.bytes + (Q3E_ARENA_ALIGNMENT - ((uintptr_t)memory.bytes & (Q3E_ARENA_ALIGNMENT - 1))) % Q3E_ARENA_ALIGNMENT;
    q3e_decoder *decoder;
    uint32_t row = 0;
    if (MODEL.frame_samples > MAX_SAMPLES || q3e_decoder_init(&MODEL, arena, ARENA_BYTES, &decoder) != Q3E_OK) return 1;
    if (q3e_player_check(&q3e_alerts, &row) != Q3E_PLAYER_OK) {
        printf("row %u is wrong\n", (unsigned)row);
        return 1;
    }
    printf("sizes %u %u %u\n", (unsigned)sizeof(q3e_alert), (unsigned)sizeof(q3e_tone), (unsigned)sizeof(q3e_player));
    for (uint32_t i = 0; i < q3e_alerts.alerts; i++) {
        static int16_t pcm[MAX_SAMPLES];
        const q3e_alert *a = &q3e_alerts.rows[i];
        listener frames = { 0, 0, 1 }, hops = { 0, 0, 0 };
        uint32_t plain = 0;
        if (play(decoder, a->id, 0, &frames) != 0 || play(decoder, a->id, 1, &hops) != 0) return 1;
        for (uint32_t repeat = 0; repeat < a->repeats; repeat++) {
            q3e_decoder_reset(decoder);
            for (uint32_t f = 0; f < a->frames; f++) {
                uint16_t codes[Q3E_PLAYER_MAX_LAYERS];
                for (uint32_t l = 0; l < a->layers; l++) codes[l] = code_at(a, f * a->layers + l);
                if (q3e_decode_frame(decoder, codes, a->layers, pcm) != Q3E_OK) return 1;
                plain = crc_of(plain, pcm, MODEL.frame_samples);
            }
        }
        if (frames.samples != hops.samples || frames.samples != (uint32_t)a->repeats * a->frames * MODEL.frame_samples) return 1;
        printf("alert %u %u %08x %08x %08x\n", a->id, a->frames, (unsigned)frames.crc, (unsigned)hops.crc, (unsigned)plain);
    }
    return 0;
}
