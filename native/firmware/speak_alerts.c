/*
 * speak_alerts.c - every alert through the player (speak_alerts.h).
 */
#include "speak_alerts.h"

/* Checksums of what an alert, and what all of them, sounded like. */
typedef struct {
    const speak_port *port;
    uint32_t alert_pcm, alert_pulses, all_pcm, all_pulses, frames;
} listener;

static uint32_t crc32_of(uint32_t crc, uint32_t value, int bytes)
{
    crc = ~crc;
    for (int i = 0; i < bytes; i++) {
        crc ^= (value >> (8 * i)) & 0xffu;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static void hear_samples(void *context, const int16_t *samples, uint32_t count)
{
    listener *l = (listener *)context;
    for (uint32_t i = 0; i < count; i++) {
        l->alert_pcm = crc32_of(l->alert_pcm, (uint16_t)samples[i], 2);
        l->all_pcm = crc32_of(l->all_pcm, (uint16_t)samples[i], 2);
    }
    if (l->port->samples != NULL) l->port->samples(samples, count);
}

static void hear_pulse(void *context, const q3e_pulse *pulse)
{
    listener *l = (listener *)context;
    const uint32_t told[6] = { (uint32_t)pulse->start_us, pulse->on_us, pulse->pause_us, pulse->frequency_hz, pulse->duty_permille, pulse->code };
    for (int i = 0; i < 6; i++) {
        l->alert_pulses = crc32_of(l->alert_pulses, told[i], 4);
        l->all_pulses = crc32_of(l->all_pulses, told[i], 4);
    }
    l->frames++;
}

static void put_number(const speak_port *port, uint32_t value)
{
    char digits[11];
    char *p = digits + sizeof digits - 1;
    *p = '\0';
    do {
        *--p = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    port->text(p);
}

static void put_hex(const speak_port *port, uint32_t value)
{
    char digits[9];
    for (int i = 0; i < 8; i++) digits[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15u];
    digits[8] = '\0';
    port->text(digits);
}

static void tell(const speak_port *port, const char *what, uint32_t number, const char *frames, uint32_t count, uint32_t pcm, uint32_t pulses)
{
    port->text(what);
    put_number(port, number);
    port->text(frames);
    if (frames[0] == ' ') put_number(port, count);
    port->text(" pcm ");
    put_hex(port, pcm);
    port->text(" pulses ");
    put_hex(port, pulses);
    port->text("\n");
}

static int refuse(const speak_port *port, const char *what, const char *why)
{
    port->text(what);
    port->text(": ");
    port->text(why);
    port->text("\n");
    return 1;
}

int speak_alerts(const q3e_alert_table *table, const q3e_player_speech *speech, int16_t *pcm, uint32_t pcm_count, const speak_port *port)
{
    listener l = { port, 0, 0, 0, 0, 0 };
    q3e_player player;
    q3e_player_output output = { sizeof output, Q3E_PLAYER_VERSION, NULL, hear_pulse, hear_samples, NULL, NULL, 0 };
    output.context = &l;
    output.speech = speech;
    output.samples = pcm;
    output.sample_count = pcm_count;
    q3e_player_status status = q3e_player_check(table, NULL);
    if (status == Q3E_PLAYER_OK) status = q3e_player_init(&player, table, &output);
    if (status != Q3E_PLAYER_OK) return refuse(port, "player", q3e_player_status_text(status));

    for (uint32_t i = 0; i < table->alerts; i++) {
        const q3e_alert *alert = &table->rows[i];
        l.alert_pcm = l.alert_pulses = l.frames = 0;
        status = q3e_player_post(&player, alert->id);
        /* Once, whatever its repetitions. */
        for (uint32_t frame = 0; frame < alert->frames && status == Q3E_PLAYER_OK; frame++) status = q3e_player_step(&player);
        if (status != Q3E_PLAYER_OK) return refuse(port, "alert", q3e_player_status_text(status));
        tell(port, "alert ", alert->id, " frames ", alert->frames, l.alert_pcm, l.alert_pulses);
        (void)q3e_player_stop_all(&player);
    }
    tell(port, "alerts ", table->alerts, "", 0, l.all_pcm, l.all_pulses);
    return 0;
}
