/*
 * player_selftest.h - what the parts of the player's self test share.
 */
#ifndef PLAYER_SELFTEST_H
#define PLAYER_SELFTEST_H

#include "q3e_buzzer.h"

enum { ALERTS = 5, MAX_EVENTS = 256, FRAME = 8, HOP = 2 };

/** Counts a check; when it fails, prints the message and ends the program with status 1. */
void check(int ok, const char *format, ...);
void status(q3e_player_status got, q3e_player_status expected, const char *what);

/** A sound table of five alerts (5, 7, 9, 11, 13) over a codebook of 7; the last code of alert 13 is 7. */
q3e_alert_table make_table(void);
const q3e_alert *sample_rows(void);
const q3e_tone *sample_tones(void);

/** A decoder that records its calls, and a player over it. */
typedef struct recorder {
    q3e_pulse pulses[MAX_EVENTS];
    uint32_t pulse_count, samples, resets, frames, hops, last_layers, refuse_after;
    uint16_t codes[MAX_EVENTS];
    q3e_player *player;      /* for callbacks that call back */
    int stop_in_pulse;
    uint32_t post_in_pulse;
} recorder;

/** Makes a player with a buzzer, a loudspeaker, or both; its decoder and callbacks record here. */
q3e_player_status make_player(q3e_player *player, const q3e_alert_table *table, recorder *r, int buzzer, int speaker, uint32_t samples);

void test_tables(void);
void test_refusals(void);
void test_order(void);
void test_speech(void);
void test_callbacks(void);
void test_fade(void);
void test_timer(void);
void test_buzzer(void);

#endif
