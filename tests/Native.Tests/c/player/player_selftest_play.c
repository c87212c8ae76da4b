/*
 * player_selftest_play.c - order, preemption, repetition, stop, and what reaches the buzzer and the decoder.
 */
#include <string.h>

#include "player_selftest.h"

static recorder *current; /* the decoder's functions have no context */
static q3e_model model;

static void on_pulse(void *context, const q3e_pulse *pulse)
{
    recorder *r = (recorder *)context;
    r->pulses[r->pulse_count++ % MAX_EVENTS] = *pulse;
    if (r->stop_in_pulse && pulse->code != 0xffff) q3e_player_stop(r->player);
    if (r->post_in_pulse != 0) q3e_player_post(r->player, r->post_in_pulse);
}

static void on_pcm(void *context, const int16_t *samples, uint32_t count)
{
    ((recorder *)context)->samples += count;
    check(samples[0] == 17, "samples come from the decoder");
}

static q3e_status on_reset(q3e_decoder *decoder)
{
    (void)decoder;
    current->resets++;
    return Q3E_OK;
}

static q3e_status on_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    (void)decoder;
    if (current->refuse_after != 0 && current->frames == current->refuse_after) return Q3E_ERROR_CODE;
    current->codes[current->frames++ % MAX_EVENTS] = codes[layers - 1];
    current->last_layers = layers;
    for (uint32_t i = 0; i < FRAME; i++) pcm[i] = 17;
    return Q3E_OK;
}

static q3e_status on_hop(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    (void)decoder;
    if (codes != NULL) current->codes[current->frames++ % MAX_EVENTS] = codes[layers - 1];
    current->hops++;
    for (uint32_t i = 0; i < HOP; i++) pcm[i] = 17;
    return Q3E_OK;
}

q3e_player_status make_player(q3e_player *player, const q3e_alert_table *table, recorder *r, int buzzer, int speaker, uint32_t samples)
{
    static int16_t buffer[FRAME];
    static q3e_player_speech speech;
    q3e_player_output output;
    memset(r, 0, sizeof *r);
    current = r;
    r->player = player;
    model.min_layers = 1;
    model.max_layers = model.used_layers = 4;
    model.codebook_size = 7;
    /* By hand: q3e_player_speech_of would link the library. */
    speech.size = sizeof speech;
    speech.version = Q3E_PLAYER_VERSION;
    speech.frame_samples = FRAME;
    speech.hop_samples = HOP;
    speech.model = &model;
    speech.decoder = (q3e_decoder *)(void *)buffer; /* handed on, never followed */
    speech.reset = on_reset;
    speech.frame = on_frame;
    speech.hop = on_hop;
    memset(&output, 0, sizeof output);
    output.size = sizeof output;
    output.version = Q3E_PLAYER_VERSION;
    output.context = r;
    output.pwm = buzzer ? on_pulse : NULL;
    output.pcm = speaker ? on_pcm : NULL;
    output.speech = speaker ? &speech : NULL;
    output.samples = buffer;
    output.sample_count = samples;
    return q3e_player_init(player, table, &output);
}

static q3e_player_info info_of(const q3e_player *p)
{
    q3e_player_info info;
    info.size = sizeof info;
    info.version = Q3E_PLAYER_VERSION;
    status(q3e_player_get_info(p, &info), Q3E_PLAYER_OK, "info");
    return info;
}

static void steps(q3e_player *p, int n)
{
    while (n-- > 0) status(q3e_player_step(p), Q3E_PLAYER_OK, "a step");
}

static void expect_pulse(const recorder *r, uint32_t i, uint64_t start_us, uint16_t alert, uint16_t code)
{
    const q3e_pulse *u = &r->pulses[i];
    check(i < r->pulse_count && u->start_us == start_us && u->alert == alert && u->code == code, "pulse %u: at %u us, alert %u, code %u; expected %u us, alert %u, code %u", (unsigned)i,
          (unsigned)u->start_us, u->alert, u->code, (unsigned)start_us, alert, code);
}

void test_order(void)
{
    q3e_alert_table t = make_table();
    q3e_player p;
    recorder r;
    status(make_player(&p, &t, &r, 1, 0, 0), Q3E_PLAYER_OK, "a player with a buzzer");
    steps(&p, 2);
    check(r.pulse_count == 0 && info_of(&p).now_us == 160000, "time passes in silence");

    /* The battery hint (7, priority 50, three times with gaps of two frames) begins; the tamper alert (9, priority 200) interrupts; 5 has waited. */
    status(q3e_player_post(&p, 7), Q3E_PLAYER_OK, "post 7");
    steps(&p, 2); /* its first time, and a frame of the gap */
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    status(q3e_player_post(&p, 9), Q3E_PLAYER_OK, "post 9");
    status(q3e_player_post(&p, 9), Q3E_PLAYER_OK, "post 9 again");
    status(q3e_player_post(&p, 7), Q3E_PLAYER_OK, "post 7 again");
    check(info_of(&p).waiting == 2 && info_of(&p).coalesced == 2 && info_of(&p).alert == 7, "a known alert is not queued again");
    steps(&p, 3 + 2);
    check(info_of(&p).waiting == 1 && q3e_player_busy(&p), "7 waits again");
    steps(&p, 1 + 2 + 1);
    check(!q3e_player_busy(&p), "all is played");
    steps(&p, 1);
    expect_pulse(&r, 0, 160000, 7, 5);
    expect_pulse(&r, 1, 320000, 9, 6);
    expect_pulse(&r, 2, 400000, 9, 6);
    expect_pulse(&r, 3, 480000, 9, 0);
    expect_pulse(&r, 4, 560000, 5, 1);
    expect_pulse(&r, 5, 640000, 5, 3);
    expect_pulse(&r, 6, 720000, 7, 5);
    expect_pulse(&r, 7, 960000, 7, 5); /* after a gap of two frames */
    check(r.pulse_count == 8, "%u pulses", (unsigned)r.pulse_count);
    check(r.pulses[0].frequency_hz == 1400 && r.pulses[0].duty_permille == 100 && r.pulses[0].on_us == 30000 && r.pulses[0].pause_us == 50000, "the tone of code 5");
    check(r.pulses[3].frequency_hz == 0 && r.pulses[3].on_us == 0 && r.pulses[3].pause_us == 80000, "the silent code 0");

    /* Stop: a silent pulse, then the next in the queue; stop_all empties it. */
    r.pulse_count = 0;
    status(q3e_player_post(&p, 9), Q3E_PLAYER_OK, "post 9");
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    status(q3e_player_post(&p, 7), Q3E_PLAYER_OK, "post 7");
    steps(&p, 1);
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "stop");
    check(r.pulse_count == 2 && r.pulses[1].frequency_hz == 0 && r.pulses[1].on_us == 0 && r.pulses[1].code == 0xffff && r.pulses[1].alert == 9, "stop silences");
    steps(&p, 1);
    check(info_of(&p).alert == 5, "the next begins");
    status(q3e_player_stop_all(&p), Q3E_PLAYER_OK, "stop all");
    check(!q3e_player_busy(&p), "nothing is left");
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "a stop of silence");
    check(r.pulse_count == 4, "silence needs no pulse");
}

static void test_full_queue(void)
{
    q3e_alert row[12];
    q3e_alert_table t = make_table();
    q3e_player p;
    recorder r;
    for (uint16_t i = 0; i < 12; i++) {
        row[i] = sample_rows()[1];
        row[i].id = i;
        row[i].priority = (uint8_t)(i < 10 ? 10 : 20);
    }
    t.rows = row;
    t.alerts = 12;
    status(make_player(&p, &t, &r, 1, 0, 0), Q3E_PLAYER_OK, "a player with twelve alerts");
    for (uint32_t i = 0; i < 8; i++) status(q3e_player_post(&p, i), Q3E_PLAYER_OK, "one of eight");
    status(q3e_player_post(&p, 8), Q3E_PLAYER_ERROR_FULL, "a ninth of equal priority");
    check(info_of(&p).dropped == 1 && info_of(&p).waiting == 8, "it was dropped");
    status(q3e_player_post(&p, 10), Q3E_PLAYER_OK, "an urgent ninth");
    check(info_of(&p).dropped == 2 && info_of(&p).waiting == 8, "the last gave way");
    steps(&p, 1);
    check(info_of(&p).alert == 10 && info_of(&p).waiting == 7, "the urgent one plays");
    status(q3e_player_post(&p, 7), Q3E_PLAYER_OK, "the one that gave way comes again");
    steps(&p, 1);
    check(info_of(&p).alert == 10, "an equal or lower one does not interrupt a gap");
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "stop");
    for (uint32_t i = 0; i < 8; i++) {
        steps(&p, 1);
        check(info_of(&p).alert == i, "alert %u in place of %u: not in the order of posting", (unsigned)info_of(&p).alert, (unsigned)i);
        status(q3e_player_stop(&p), Q3E_PLAYER_OK, "stop");
    }
}

void test_speech(void)
{
    q3e_alert_table t = make_table();
    q3e_player p;
    recorder r;
    status(make_player(&p, &t, &r, 1, 1, FRAME), Q3E_PLAYER_OK, "a player with both");
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    status(q3e_player_post(&p, 11), Q3E_PLAYER_OK, "post 11");
    steps(&p, 6);
    check(r.resets == 3 && r.frames == 6 && r.samples == 6 * FRAME && r.pulse_count == 2, "two frames once, two frames twice: %u resets, %u frames", (unsigned)r.resets, (unsigned)r.frames);
    check(r.codes[0] == 2 && r.codes[1] == 4 && r.codes[2] == 2 && r.last_layers == 1, "all layers reach the decoder");

    /* By hops: the pulse with the first, a stop between them. */
    status(make_player(&p, &t, &r, 1, 1, HOP), Q3E_PLAYER_OK, "a player for hops");
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    for (int h = 0; h < 5; h++) status(q3e_player_hop(&p), Q3E_PLAYER_OK, "a hop");
    check(r.pulse_count == 2 && r.hops == 5 && r.samples == 5 * HOP && r.frames == 2, "hops");
    status(q3e_player_stop(&p), Q3E_PLAYER_OK, "stop between hops");
    for (int h = 0; h < 3; h++) status(q3e_player_hop(&p), Q3E_PLAYER_OK, "a hop after the stop");
    check(r.hops == 5 && info_of(&p).now_us == 160000, "silence to the frame's end");
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    status(q3e_player_hop(&p), Q3E_PLAYER_OK, "a hop");
    expect_pulse(&r, 3, 160000, 5, 1);

    /* A code out of range ends the alert, and time passes. */
    status(make_player(&p, &t, &r, 1, 1, FRAME), Q3E_PLAYER_OK, "a player with both");
    status(q3e_player_post(&p, 13), Q3E_PLAYER_OK, "post 13");
    status(q3e_player_step(&p), Q3E_PLAYER_OK, "its first frame");
    status(q3e_player_step(&p), Q3E_PLAYER_ERROR_CODE, "a code out of range");
    check(!q3e_player_busy(&p) && info_of(&p).now_us == 160000 && r.frames == 1 && r.pulse_count == 2 && r.pulses[1].on_us == 0, "the alert ended in silence");

    status(make_player(&p, &t, &r, 1, 1, FRAME), Q3E_PLAYER_OK, "a player with both");
    r.refuse_after = 1;
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    steps(&p, 1);
    status(q3e_player_step(&p), Q3E_PLAYER_ERROR_SPEECH, "a decoder that refuses");
    check(!q3e_player_busy(&p) && r.samples == FRAME, "the alert ended");
    test_full_queue();
}

void test_callbacks(void)
{
    q3e_alert_table t = make_table();
    q3e_player p;
    recorder r;
    status(make_player(&p, &t, &r, 1, 1, FRAME), Q3E_PLAYER_OK, "a player with both");
    r.stop_in_pulse = 1;
    status(q3e_player_post(&p, 5), Q3E_PLAYER_OK, "post 5");
    steps(&p, 2);
    check(r.frames == 0 && r.pulse_count == 2 && !q3e_player_busy(&p), "a stop inside the callback ends the alert before it speaks");

    status(make_player(&p, &t, &r, 1, 0, 0), Q3E_PLAYER_OK, "a player with a buzzer");
    r.post_in_pulse = 9;
    status(q3e_player_post(&p, 7), Q3E_PLAYER_OK, "post 7");
    steps(&p, 2);
    expect_pulse(&r, 1, 80000, 9, 6);
}
