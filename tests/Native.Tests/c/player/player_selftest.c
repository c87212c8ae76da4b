/*
 * player_selftest.c - the player, the timer divider and the buzzer over a decoder that records what it is asked; prints "ok <n checks>" or one line about
 * the first failure.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player_selftest.h"

static unsigned long checks;

void check(int ok, const char *format, ...)
{
    checks++;
    if (ok) return;
    va_list arguments;
    va_start(arguments, format);
    fputs("failed: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void status(q3e_player_status got, q3e_player_status expected, const char *what)
{
    check(got == expected, "%s: status %d (%s), expected %d", what, (int)got, q3e_player_status_text(got), (int)expected);
}

/* Codes of 3 bits, packed by hand: alert 5 is 1 2 | 3 4 (two layers), alert 7 is 5, alert 9 is 6 7 0, alert 11 is 2 2, with a code too large for the codebook at
 * the end of alert 13: 1, 7 of a codebook of 7... see `seven`. Bit i of the string is bit i mod 8 of byte i / 8. */
static const uint16_t all_codes[] = { 1, 2, 3, 4, 5, 6, 6, 0, 2, 2, 1, 7 };
static uint8_t packed[5];
static const q3e_tone tones[8] = {
    { 0, 0, 0, 80 }, { 1000, 500, 70, 10 }, { 1100, 400, 60, 20 }, { 1200, 300, 50, 30 }, { 1300, 200, 40, 40 }, { 1400, 100, 30, 50 }, { 1500, 50, 20, 60 }, { 1600, 10, 80, 0 },
};
static const char *const profiles[] = { "idis", "gbcs" };
enum { BOTH = Q3E_ALERT_TONE | Q3E_ALERT_SPEECH };
static const q3e_alert rows[] = {
    { 0, 5, 40, 2, Q3E_LANGUAGE('e', 'n'), 0, 100, 1, 0, BOTH, 2 },
    { 12, 7, 41, 1, Q3E_LANGUAGE('z', 'h'), 0, 50, 3, 2, Q3E_ALERT_TONE, 1 },
    { 15, 9, 41, 3, Q3E_LANGUAGE('e', 'n'), 0, 200, 1, 0, BOTH, 1 },
    { 24, 11, 41, 2, Q3E_LANGUAGE('e', 'n'), 1, 100, 2, 0, Q3E_ALERT_SPEECH, 1 },
    { 30, 13, 1, 2, Q3E_LANGUAGE('e', 'n'), 1, 10, 1, 0, BOTH, 1 },
};

/* A table of its own for every test: tests change it. */
q3e_alert_table make_table(void)
{
    q3e_alert_table t;
    memset(packed, 0, sizeof packed);
    for (uint32_t k = 0; k < sizeof all_codes / sizeof all_codes[0]; k++) {
        for (uint32_t b = 0; b < 3; b++) packed[(3 * k + b) / 8] = (uint8_t)(packed[(3 * k + b) / 8] | ((all_codes[k] >> b & 1u) << ((3 * k + b) % 8)));
    }
    memset(&t, 0, sizeof t);
    t.size = sizeof t;
    t.version = Q3E_PLAYER_VERSION;
    t.alerts = ALERTS;
    t.profiles = 2;
    t.codebook_size = 7;
    t.bits_per_code = 3;
    t.code_bytes = sizeof packed;
    t.rows = rows;
    t.profile_names = profiles;
    t.codes = packed;
    t.tones = tones;
    return t;
}

const q3e_alert *sample_rows(void)
{
    return rows;
}

const q3e_tone *sample_tones(void)
{
    return tones;
}

int main(void)
{
    test_tables();
    test_refusals();
    test_order();
    test_speech();
    test_callbacks();
    test_fade();
    test_timer();
    test_buzzer();
    printf("ok %lu checks\n", checks);
    return 0;
}
