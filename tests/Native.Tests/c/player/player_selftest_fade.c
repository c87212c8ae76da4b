/*
 * player_selftest_fade.c - speech that is cut off goes to 0 in a straight line within a sixteenth of a frame.
 */
#include <string.h>

#include "player_selftest.h"

enum { LONG_FRAME = 64, LONG_HOP = 16, FADE = LONG_FRAME / 16, HEARD = 512 };

static q3e_model model;
static int16_t buffer[LONG_FRAME], heard[HEARD], level;
static uint32_t count_heard, refuse;

static void on_pcm(void *context, const int16_t *samples, uint32_t count)
{
    (void)context;
    for (uint32_t i = 0; i < count && count_heard < HEARD; i++) heard[count_heard++] = samples[i];
}

static q3e_status on_reset(q3e_decoder *decoder)
{
    (void)decoder;
    return Q3E_OK;
}

static q3e_status on_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    (void)decoder, (void)codes, (void)layers;
    if (refuse) return Q3E_ERROR_CODE;
    for (uint32_t i = 0; i < LONG_FRAME; i++) pcm[i] = level;
    return Q3E_OK;
}

static q3e_status on_hop(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    (void)decoder, (void)codes, (void)layers;
    for (uint32_t i = 0; i < LONG_HOP; i++) pcm[i] = level;
    return Q3E_OK;
}

static void begin(q3e_player *player, const q3e_alert_table *table, int16_t first_level)
{
    static q3e_player_speech speech;
    q3e_player_output output;
    model.min_layers = 1;
    model.max_layers = model.used_layers = 4;
    model.codebook_size = 7;
    speech.size = sizeof speech;
    speech.version = Q3E_PLAYER_VERSION;
    speech.frame_samples = LONG_FRAME;
    speech.hop_samples = LONG_HOP;
    speech.model = &model;
    speech.decoder = (q3e_decoder *)(void *)buffer; /* handed on, never followed */
    speech.reset = on_reset;
    speech.frame = on_frame;
    speech.hop = on_hop;
    memset(&output, 0, sizeof output);
    output.size = sizeof output;
    output.version = Q3E_PLAYER_VERSION;
    output.pcm = on_pcm;
    output.speech = &speech;
    output.samples = buffer;
    output.sample_count = LONG_FRAME;
    level = first_level;
    count_heard = refuse = 0;
    status(q3e_player_init(player, table, &output), Q3E_PLAYER_OK, "a player that speaks");
}

static void step(q3e_player *player)
{
    status(q3e_player_step(player), Q3E_PLAYER_OK, "a step");
}

/* From sample `at` on: what remains of `from`, on top of `under`. */
static void expect_fade(uint32_t at, int32_t from, int32_t under, const char *when)
{
    check(at + LONG_FRAME <= count_heard, "%s: %u samples", when, (unsigned)count_heard);
    for (int32_t i = 0; i < LONG_FRAME; i++) {
        int32_t expected = under + (i < FADE ? from * (FADE - i) / FADE : 0);
        expected = expected > 32767 ? 32767 : expected < -32768 ? -32768 : expected;
        check(heard[at + (uint32_t)i] == expected, "%s: sample %d is %d, not %d", when, (int)i, heard[at + (uint32_t)i], (int)expected);
    }
}

void test_fade(void)
{
    q3e_alert row[2];
    q3e_alert_table t = make_table();
    q3e_player p;
    memcpy(row, sample_rows(), sizeof row); /* 5, two frames; 7 */
    row[0].flags = row[1].flags = Q3E_ALERT_SPEECH;
    row[0].priority = 10;
    row[1].priority = 20;
    t.rows = row;
    t.alerts = 2;

    /* Stopped: the fade comes alone with the next step, then nothing. */
    begin(&p, &t, 8000);
    status(q3e_player_post(&p, row[0].id), Q3E_PLAYER_OK, "post");
    step(&p);
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "stop");
    check(count_heard == LONG_FRAME, "a stop itself gives no sample");
    step(&p);
    expect_fade(LONG_FRAME, 8000, 0, "after a stop");
    step(&p);
    check(count_heard == 2 * LONG_FRAME, "a fade is given once");

    /* Interrupted: under the speech that follows, which saturates. */
    begin(&p, &t, -30000);
    status(q3e_player_post(&p, row[0].id), Q3E_PLAYER_OK, "post");
    step(&p);
    status(q3e_player_post(&p, row[1].id), Q3E_PLAYER_OK, "post the urgent one");
    level = -4000;
    step(&p);
    expect_fade(LONG_FRAME, -30000, -4000, "after an interruption");

    /* Ended by its decoder: at once, in the step that was refused. */
    begin(&p, &t, 123);
    status(q3e_player_post(&p, row[0].id), Q3E_PLAYER_OK, "post");
    step(&p);
    refuse = 1;
    status(q3e_player_step(&p), Q3E_PLAYER_ERROR_SPEECH, "a refusal");
    expect_fade(LONG_FRAME, 123, 0, "after a refusal");

    /* At its natural end, and in gaps, there is nothing to fade. */
    begin(&p, &t, 500);
    status(q3e_player_post(&p, row[0].id), Q3E_PLAYER_OK, "post");
    step(&p);
    step(&p);
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "a stop of silence");
    step(&p);
    check(count_heard == 2 * LONG_FRAME, "an alert that has ended does not fade");

    /* By hops: with the next hop. */
    begin(&p, &t, 700);
    status(q3e_player_post(&p, row[0].id), Q3E_PLAYER_OK, "post");
    status(q3e_player_hop(&p), Q3E_PLAYER_OK, "a hop");
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "stop");
    for (int h = 0; h < 3; h++) status(q3e_player_hop(&p), Q3E_PLAYER_OK, "a hop after the stop");
    check(count_heard == 2 * LONG_HOP && heard[LONG_HOP] == 700 && heard[LONG_HOP + FADE - 1] == 700 / FADE && heard[LONG_HOP + FADE] == 0, "a fade in one hop");
}
