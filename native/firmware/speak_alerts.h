/*
 * speak_alerts.h - plays every alert of a table and tells checksums: the same lines on every machine.
 */
#ifndef Q3E_SPEAK_ALERTS_H
#define Q3E_SPEAK_ALERTS_H

#include "q3e_player.h"

/** Where lines and samples go. */
typedef struct {
    void (*text)(const char *text);  /**< writes a text */
    void (*samples)(const int16_t *samples, uint32_t count); /**< takes the samples too; null where nobody does */
} speak_port;

/**
 * Posts alert after alert and plays each once through a player, with `pcm` as its buffer of a frame; without a decoder (`speech` is null) only the pulses.
 * For each a line: `alert ID frames N pcm CRC32 pulses CRC32`, checksums in hexadecimal; of the samples as little-endian bytes and of the
 * pulses as start, on, pause (us), frequency (Hz), duty (thousandths), code. The last line is `alerts N pcm CRC32 pulses CRC32` over all.
 * @return 0; 1 when something was refused, which a line then says
 */
int speak_alerts(const q3e_alert_table *table, const q3e_player_speech *speech, int16_t *pcm, uint32_t pcm_count, const speak_port *port);

#endif
