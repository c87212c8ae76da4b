/*
 * alerts_main.c - the alerts of a board on bare metal, under a debugger or an emulator.
 *
 *   (no arguments)   plays every alert once through the player and prints checksums (speak_alerts.h)
 *   pcm FILE         the same; the samples, 16 bits little-endian, go to a file of the host
 *   tones ID...      posts these alerts and plays their tones in real time, a frame every 80 ms of the system timer; each pulse is a line
 *                    `pulse I t_us T code C hz F duty D on_us N prescaler P period Q true_mhz M error_ppm E`, T being what the timer read when
 *                    the pulse came, less what it read at the first
 *
 * Compile with -DCORE_HZ=... (clock of the system timer) -DTIMER_HZ=... (of the buzzer's) and -DMODEL_HEADER="..." -DMODEL=... -DARENA_BYTES=...; without
 * a model it only beeps. Stores to q3e_marker tell a counting emulator where a frame's decoding begins and ends.
 */
#ifdef MODEL_HEADER
#include MODEL_HEADER
#endif
#include "q3e_alerts.h"
#include "q3e_timer.h"

#include "firmware.h"
#include "semihosting.h"
#include "speak_alerts.h"
#include "system_tick.h"

enum { LINE = 256, MOST_ARGUMENTS = 16 };

static int32_t pcm_file = -1;
static uint32_t pulses;
static uint64_t first_us;

static void keep(const int16_t *samples, uint32_t count)
{
    if (pcm_file >= 0) (void)semihost_write(pcm_file, samples, count * (uint32_t)sizeof *samples);
}

static const speak_port port = { semihost_text, keep };

#ifdef MODEL_HEADER
enum { FRAME_SAMPLES = 2048 };

volatile uint32_t q3e_marker[2]; /* end, begin: in this order start-up's zeros leave no span open that counts */

static union {
    unsigned char bytes[ARENA_BYTES];
    uint64_t align;
} arena __attribute__((aligned(Q3E_ARENA_ALIGNMENT)));
static int16_t pcm[FRAME_SAMPLES];

static q3e_status marked_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *samples)
{
    q3e_marker[1] = 1;
    const q3e_status status = q3e_decode_frame(decoder, codes, layers, samples);
    q3e_marker[0] = 1;
    return status;
}

static int speak(void)
{
    q3e_decoder *decoder;
    const q3e_status status = q3e_decoder_init(&MODEL, arena.bytes, sizeof arena, &decoder);
    if (status != Q3E_OK) {
        semihost_text(q3e_status_text(status));
        semihost_text("\n");
        return 1;
    }
    q3e_player_speech speech = q3e_player_speech_of(&MODEL, decoder);
    speech.frame = marked_frame;
    return speak_alerts(&q3e_alerts, &speech, pcm, FRAME_SAMPLES, &port);
}
#else
static int speak(void)
{
    return speak_alerts(&q3e_alerts, NULL, NULL, 0, &port);
}
#endif

static void field(const char *name, uint32_t value)
{
    semihost_text(name);
    semihost_number(value);
}

static void show_pulse(void *context, const q3e_pulse *pulse)
{
    q3e_timer_setting s = { 0, 0, 0, 0 };
    const uint64_t now = system_tick_us();
    (void)context;
    if (pulses == 0) first_us = now;
    if (pulse->frequency_hz != 0) (void)q3e_timer_divide(TIMER_HZ, pulse->frequency_hz, &s);
    field("pulse ", pulses++);
    field(" t_us ", (uint32_t)(now - first_us));
    field(" code ", pulse->code);
    field(" hz ", pulse->frequency_hz);
    field(" duty ", pulse->duty_permille);
    field(" on_us ", pulse->on_us);
    field(" prescaler ", s.prescaler);
    field(" period ", s.period);
    field(" true_mhz ", s.millihertz);
    semihost_text(s.error_ppm < 0 ? " error_ppm -" : " error_ppm ");
    semihost_number((uint32_t)(s.error_ppm < 0 ? -s.error_ppm : s.error_ppm));
    semihost_text("\n");
}

static uint32_t number_of(const char *text)
{
    uint32_t value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10u + (uint32_t)(*text++ - '0');
    return value;
}

static int play_tones(char **ids, int count)
{
    q3e_player player;
    const q3e_player_output output = { sizeof output, Q3E_PLAYER_VERSION, NULL, show_pulse, NULL, NULL, NULL, 0 };
    q3e_player_status status = q3e_player_init(&player, &q3e_alerts, &output);
    for (int i = 0; i < count && status == Q3E_PLAYER_OK; i++) status = q3e_player_post(&player, number_of(ids[i]));
    system_tick_start(CORE_HZ);
    for (uint32_t frame = 1; status == Q3E_PLAYER_OK && q3e_player_busy(&player); frame++) {
        system_tick_wait(frame * Q3E_PLAYER_FRAME_MS);
        status = q3e_player_step(&player);
    }
    if (status == Q3E_PLAYER_OK) return 0;
    semihost_text(q3e_player_status_text(status));
    semihost_text("\n");
    return 1;
}

static int is(const char *text, const char *other)
{
    while (*text != '\0' && *text == *other) {
        text++;
        other++;
    }
    return *text == *other;
}

int main(void)
{
    char line[LINE];
    char *arguments[MOST_ARGUMENTS];
    const int count = semihost_arguments(line, sizeof line, arguments, MOST_ARGUMENTS);
    if (count > 2 && is(arguments[1], "tones")) return play_tones(arguments + 2, count - 2);
    if (count == 3 && is(arguments[1], "pcm")) pcm_file = semihost_open(arguments[2], SEMIHOST_WRITE);
    if (count > 1 && pcm_file < 0) {
        semihost_text("usage: [pcm FILE | tones ID...]\n");
        return 1;
    }
    int result = speak();
    if (pcm_file >= 0 && semihost_close(pcm_file) != 0) result = 1;
    field("stack ", firmware_stack_used());
    semihost_text("\n");
    return result;
}
