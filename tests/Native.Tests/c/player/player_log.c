/*
 * player_log.c - plays a script over a table that is read as numbers from standard input, and prints what happens line by line:
 *   bits codebook_size alerts code_bytes has_tones buzzer speaker by_hops
 *   per alert: bit_offset id event frames priority repeats gap flags layers
 *   the bytes of the codes, then per tone: hz duty on_ms
 *   the script: p ID (post), s (step), x (stop), a (stop all), q (end)
 * The decoder is a fake that prints its codes and refuses a first code of 3 modulo 29. Its samples are all equal, so that others are those of a fade: `fade`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "q3e_player.h"

enum { MAX_ALERTS = 64, MAX_BYTES = 65536, MAX_TONES = 2048, SAMPLES = 64, VALUE = 100 };

static q3e_alert rows[MAX_ALERTS];
static uint8_t codes[MAX_BYTES];
static q3e_tone tones[MAX_TONES];
static q3e_model model;
static uint32_t layers_of_frame, samples_of_call;

static unsigned long number(unsigned long largest)
{
    unsigned long value;
    if (scanf("%lu", &value) != 1 || value > largest) {
        fputs("the input is wrong\n", stderr);
        exit(1);
    }
    return value;
}

static void on_pulse(void *context, const q3e_pulse *u)
{
    (void)context;
    printf("pulse %lu %u %d %u %u %u %u\n", (unsigned long)u->start_us, u->alert, u->code == 0xffff ? -1 : (int)u->code, u->frequency_hz, u->duty_permille,
           (unsigned)u->on_us, (unsigned)u->pause_us);
}

static void on_pcm(void *context, const int16_t *samples, uint32_t count)
{
    (void)context;
    if (samples[count - 1u] != VALUE || samples[0] != VALUE) puts("fade");
}

static q3e_status on_reset(q3e_decoder *decoder)
{
    (void)decoder;
    puts("begin");
    return Q3E_OK;
}

static q3e_status on_frame(q3e_decoder *decoder, const uint16_t *given, uint32_t layers, int16_t *pcm)
{
    (void)decoder;
    for (uint32_t i = 0; i < samples_of_call; i++) pcm[i] = VALUE;
    if (given == NULL) return layers == 0 && layers_of_frame != 0 ? Q3E_OK : Q3E_ERROR_ARGUMENT;
    layers_of_frame = layers;
    fputs("say", stdout);
    for (uint32_t l = 0; l < layers; l++) printf(" %u", given[l]);
    putchar('\n');
    return given[0] % 29 == 3 ? Q3E_ERROR_CODE : Q3E_OK;
}

int main(void)
{
    static const char *const profiles[] = { "idis" };
    static int16_t buffer[SAMPLES];
    q3e_alert_table table;
    q3e_player_speech speech;
    q3e_player_output output;
    q3e_player player;
    q3e_player_info info;
    unsigned long has_tones, buzzer, speaker, by_hops;
    char word;

    memset(&table, 0, sizeof table);
    table.size = sizeof table;
    table.version = Q3E_PLAYER_VERSION;
    table.bits_per_code = (uint32_t)number(16);
    table.codebook_size = (uint32_t)number(MAX_TONES);
    table.alerts = (uint32_t)number(MAX_ALERTS);
    table.code_bytes = (uint32_t)number(MAX_BYTES);
    has_tones = number(1);
    buzzer = number(1);
    speaker = number(1);
    by_hops = number(1);
    samples_of_call = by_hops ? SAMPLES / Q3E_PLAYER_HOPS : SAMPLES;
    for (uint32_t i = 0; i < table.alerts; i++) {
        rows[i].bit_offset = (uint32_t)number(8ul * MAX_BYTES);
        rows[i].id = (uint16_t)number(65535);
        rows[i].event_code = (uint16_t)number(65535);
        rows[i].frames = (uint16_t)number(65535);
        rows[i].priority = (uint8_t)number(255);
        rows[i].repeats = (uint8_t)number(255);
        rows[i].gap_frames = (uint8_t)number(255);
        rows[i].flags = (uint8_t)number(255);
        rows[i].layers = (uint8_t)number(255);
    }
    for (uint32_t i = 0; i < table.code_bytes; i++) codes[i] = (uint8_t)number(255);
    for (uint32_t i = 0; has_tones && i < table.codebook_size; i++) {
        tones[i].frequency_hz = (uint16_t)number(65535);
        tones[i].duty_permille = (uint16_t)number(1000);
        tones[i].on_ms = (uint8_t)number(80);
        tones[i].pause_ms = (uint8_t)(80 - tones[i].on_ms);
    }
    table.rows = rows;
    table.codes = codes;
    table.tones = has_tones ? tones : NULL;
    table.profiles = 1;
    table.profile_names = profiles;

    model.min_layers = 1;
    model.max_layers = Q3E_PLAYER_MAX_LAYERS;
    model.codebook_size = table.codebook_size;
    speech.size = sizeof speech;
    speech.version = Q3E_PLAYER_VERSION;
    speech.frame_samples = SAMPLES;
    speech.hop_samples = SAMPLES / Q3E_PLAYER_HOPS;
    speech.model = &model;
    speech.decoder = (q3e_decoder *)(void *)buffer;
    speech.reset = on_reset;
    speech.frame = on_frame;
    speech.hop = on_frame;
    memset(&output, 0, sizeof output);
    output.size = sizeof output;
    output.version = Q3E_PLAYER_VERSION;
    output.pwm = buzzer ? on_pulse : NULL;
    output.pcm = speaker ? on_pcm : NULL;
    output.speech = speaker ? &speech : NULL;
    output.samples = buffer;
    output.sample_count = SAMPLES;
    printf("init %d\n", (int)q3e_player_init(&player, &table, &output));
    info.size = sizeof info;
    info.version = Q3E_PLAYER_VERSION;
    while (scanf(" %c", &word) == 1 && word != 'q') {
        q3e_player_status status = Q3E_PLAYER_OK;
        if (word == 'p') status = q3e_player_post(&player, (uint32_t)number(0xffffffffu));
        else if (word == 'x') status = q3e_player_stop(&player);
        else if (word == 'a') status = q3e_player_stop_all(&player);
        else if (!by_hops) status = q3e_player_step(&player);
        for (uint32_t h = 0; word == 's' && by_hops && h < Q3E_PLAYER_HOPS; h++) {
            q3e_player_status hop = q3e_player_hop(&player);
            if (hop != Q3E_PLAYER_OK) status = hop;
        }
        printf("%c %d", word, (int)status);
        if (q3e_player_get_info(&player, &info) == Q3E_PLAYER_OK)
            printf(" %ld %u %u %u %lu\n", info.playing ? (long)info.alert : -1l, (unsigned)info.waiting, (unsigned)info.coalesced, (unsigned)info.dropped, (unsigned long)info.now_us);
        else putchar('\n');
    }
    return 0;
}
