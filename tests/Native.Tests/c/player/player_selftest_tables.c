/*
 * player_selftest_tables.c - tables, initialisation and posts that are refused.
 */
#include <string.h>

#include "player_selftest.h"

#define TABLE_ERROR(change, expected_row, what) \
    do { \
        q3e_alert_table t = make_table(); \
        q3e_alert row[ALERTS]; \
        q3e_tone tone[8]; \
        uint32_t wrong = 99; \
        memcpy(row, sample_rows(), sizeof row); \
        memcpy(tone, sample_tones(), sizeof tone); \
        t.rows = row; \
        t.tones = tone; \
        change; \
        status(q3e_player_check(&t, &wrong), Q3E_PLAYER_ERROR_TABLE, what); \
        check(wrong == (expected_row), "%s: row %u instead of %u", what, (unsigned)wrong, (unsigned)(expected_row)); \
    } while (0)

void test_tables(void)
{
    q3e_alert_table t = make_table();
    uint32_t id = 0, row = 0;
    t.codebook_size = 8; /* alert 13 has the code 7 */
    status(q3e_player_check(&t, &row), Q3E_PLAYER_OK, "a sound table");
    status(q3e_player_check(NULL, &row), Q3E_PLAYER_ERROR_ARGUMENT, "no table");
    TABLE_ERROR(t.size--, 0u, "a short descriptor");
    TABLE_ERROR(t.version++, 0u, "another version");
    TABLE_ERROR(t.alerts = 0, 0u, "no alerts");
    TABLE_ERROR(t.codes = NULL, 0u, "no codes");
    TABLE_ERROR(t.bits_per_code = 17, 0u, "17 bits");
    TABLE_ERROR(t.codebook_size = 9, 0u, "9 codes of 3 bits");
    TABLE_ERROR(row[2].id = 7, 2u, "an id twice");
    TABLE_ERROR(row[3].id = 8, 3u, "ids that do not ascend");
    TABLE_ERROR(row[1].frames = 0, 1u, "an alert without frames");
    TABLE_ERROR(row[1].repeats = 0, 1u, "an alert that is never played");
    TABLE_ERROR(row[1].layers = 0, 1u, "an alert without layers");
    TABLE_ERROR(row[1].layers = 17, 1u, "17 layers");
    TABLE_ERROR(row[1].profile = 2, 1u, "a profile that is not there");
    TABLE_ERROR(row[1].flags = 0, 1u, "no output");
    TABLE_ERROR(row[1].flags = 4, 1u, "an unknown output");
    TABLE_ERROR(t.tones = NULL, 1u, "tones only, and none there");
    TABLE_ERROR(row[4].bit_offset = 35, 4u, "codes beyond the end");
    TABLE_ERROR(row[0].bit_offset = 0xffffffffu, 0u, "an offset that would wrap");
    TABLE_ERROR(tone[3].pause_ms = 31, ALERTS + 3u, "a tone of 81 ms");
    TABLE_ERROR(tone[4].duty_permille = 1001, ALERTS + 4u, "a duty above 1");
    TABLE_ERROR(tone[5].frequency_hz = 0, ALERTS + 5u, "a tone of 0 Hz");
    TABLE_ERROR((void)0, 4u, "a code out of range");

    t = make_table();
    status(q3e_alert_of_event(&t, "idis", 41, 0, &id), Q3E_PLAYER_OK, "the first alert of an event");
    check(id == 7, "event 41 is alert %u", (unsigned)id);
    status(q3e_alert_of_event(&t, "idis", 41, Q3E_LANGUAGE('e', 'n'), &id), Q3E_PLAYER_OK, "an event in English");
    check(id == 9, "event 41 in English is alert %u", (unsigned)id);
    status(q3e_alert_of_event(&t, "gbcs", 41, 0, &id), Q3E_PLAYER_OK, "an event of another profile");
    check(id == 11, "event 41 of gbcs is alert %u", (unsigned)id);
    status(q3e_alert_of_event(&t, "gbcs", 40, 0, &id), Q3E_PLAYER_ERROR_UNKNOWN, "an event of no alert");
    status(q3e_alert_of_event(&t, "gbc", 41, 0, &id), Q3E_PLAYER_ERROR_UNKNOWN, "a profile that begins alike");
    status(q3e_alert_of_event(&t, "gbcs2", 41, 0, &id), Q3E_PLAYER_ERROR_UNKNOWN, "a profile that goes on");
    status(q3e_alert_of_event(NULL, "idis", 41, 0, &id), Q3E_PLAYER_ERROR_ARGUMENT, "an event without a table");
    for (int s = -1; s <= 10; s++) check(q3e_player_status_text((q3e_player_status)s) != NULL, "text of status %d", s);
}

void test_refusals(void)
{
    q3e_alert_table t = make_table();
    q3e_player p;
    recorder r;
    q3e_player_info info;
    status(make_player(NULL, &t, &r, 1, 1, FRAME), Q3E_PLAYER_ERROR_ARGUMENT, "no player");
    status(make_player(&p, NULL, &r, 1, 1, FRAME), Q3E_PLAYER_ERROR_ARGUMENT, "no table");
    status(q3e_player_init(&p, &t, NULL), Q3E_PLAYER_ERROR_ARGUMENT, "no output");
    status(q3e_player_step(&p), Q3E_PLAYER_ERROR_STATE, "a step of a failed init");
    status(make_player(&p, &t, &r, 0, 0, FRAME), Q3E_PLAYER_ERROR_OUTPUT, "nothing to play on");
    status(make_player(&p, &t, &r, 0, 1, HOP - 1), Q3E_PLAYER_ERROR_BUFFER, "a buffer shorter than a hop");
    t.token_space[31]++;
    status(make_player(&p, &t, &r, 0, 1, FRAME), Q3E_PLAYER_ERROR_SPEECH, "another token space");
    t.token_space[31]--;
    t.codebook_size = 6;
    status(make_player(&p, &t, &r, 0, 1, FRAME), Q3E_PLAYER_ERROR_SPEECH, "another codebook size");
    t = make_table();
    t.tones = NULL;
    status(make_player(&p, &t, &r, 1, 1, FRAME), Q3E_PLAYER_ERROR_TABLE, "tone alerts without tones");
    t = make_table();
    status(make_player(&p, &t, &r, 1, 1, HOP), Q3E_PLAYER_OK, "a buffer of a hop");
    status(q3e_player_step(&p), Q3E_PLAYER_ERROR_BUFFER, "a step with a buffer of a hop");
    status(q3e_player_hop(&p), Q3E_PLAYER_OK, "a hop with a buffer of a hop");
    status(q3e_player_step(&p), Q3E_PLAYER_ERROR_STATE, "a step between hops");

    status(make_player(&p, &t, &r, 1, 0, 0), Q3E_PLAYER_OK, "a player with a buzzer only");
    status(q3e_player_post(&p, 6), Q3E_PLAYER_ERROR_UNKNOWN, "an alert that is not there");
    status(q3e_player_post(&p, 0xffffffffu), Q3E_PLAYER_ERROR_UNKNOWN, "the largest id");
    status(q3e_player_post(&p, 11), Q3E_PLAYER_ERROR_OUTPUT, "a spoken alert for a buzzer");
    status(q3e_player_post(NULL, 5), Q3E_PLAYER_ERROR_ARGUMENT, "a post to nothing");
    status(q3e_player_step(NULL), Q3E_PLAYER_ERROR_ARGUMENT, "a step of nothing");
    status(q3e_player_hop(NULL), Q3E_PLAYER_ERROR_ARGUMENT, "a hop of nothing");
    status(q3e_player_stop(NULL), Q3E_PLAYER_ERROR_ARGUMENT, "a stop of nothing");
    check(q3e_player_busy(NULL) == 0 && q3e_player_busy(&p) == 0, "nothing is busy");
    info.size = sizeof info;
    info.version = 0;
    status(q3e_player_get_info(&p, &info), Q3E_PLAYER_ERROR_ARGUMENT, "info of another version");
    memset(&p, 0, sizeof p);
    status(q3e_player_post(&p, 5), Q3E_PLAYER_ERROR_STATE, "a post to zeros");
    status(q3e_player_stop_all(&p), Q3E_PLAYER_ERROR_STATE, "a stop of zeros");
}
