/*
 * application.c - a meter's voice: events from pins and from a serial line become alerts, on a loudspeaker and a buzzer.
 *
 * The board is in board.h, printed by the build from board.json, and behind port.h. Compile with -DFRAME_SAMPLES=... and -DTICK_HZ=... (ticks in 80 ms and
 * in a second: the samples of the model) and, where there is speech, with -DMODEL_HEADER="..." -DMODEL=... -DARENA_BYTES=...; without MODEL_HEADER only the
 * buzzer plays and no decoder is linked.
 *
 * One interrupt, the tick, plays, moves bytes and watches pins; the main loop makes frames and sleeps. A frame is made while the one before it plays, so that
 * an event is heard at most two frames (160 ms) after it came. The watchdog is fed by the main loop at times that the tick counts: it needs both.
 *
 * Serial line: `CODE` is an event of the board's profile, `PROFILE CODE` of another one. The answer is one line: `ok CODE`, or `error CODE: why`. `status`
 * is answered with counters. `idle` is told when the last alert has ended.
 */
#ifdef MODEL_HEADER
#include MODEL_HEADER
#endif
#include "q3e_alerts.h"
#include "q3e_buzzer.h"

#include "board.h"
#include "event_inputs.h"
#include "event_line.h"
#include "firmware.h"
#include "playback.h"
#include "port.h"

enum { TICKS_PER_MS = TICK_HZ / 1000, FEED_MS = 100 };

static const port_input inputs[BOARD_INPUTS_COUNT + 1] = { BOARD_INPUTS { 0, 0, 0, 0, 0 } };
static const uint16_t languages[] = { BOARD_LANGUAGES };
static q3e_player player;
static q3e_buzzer buzzer;
static volatile uint32_t milliseconds;

#ifdef MODEL_HEADER
static union {
    unsigned char bytes[ARENA_BYTES];
    uint64_t align;
} arena __attribute__((aligned(Q3E_ARENA_ALIGNMENT)));
static int16_t pcm[FRAME_SAMPLES];
static q3e_player_speech speech; /* the player keeps a pointer to it */
#endif

void port_tick(void)
{
    static uint32_t ticks;
    playback_tick();
    event_line_tick();
    if (++ticks < TICKS_PER_MS) return;
    ticks = 0;
    milliseconds = milliseconds + 1u;
    q3e_buzzer_elapsed(&buzzer, 1000u);
    event_inputs_millisecond();
}

static q3e_player_status start_player(uint32_t buzzer_hz)
{
    const q3e_buzzer_port port = { sizeof port, Q3E_PLAYER_VERSION, buzzer_hz, NULL, port_buzzer_period, port_buzzer_compare };
    q3e_player_output output = { sizeof output, Q3E_PLAYER_VERSION, NULL, playback_pulse, NULL, NULL, NULL, 0 };
    const q3e_player_status status = q3e_buzzer_init(&buzzer, &port);
    if (status != Q3E_PLAYER_OK) return status;
#ifdef MODEL_HEADER
    q3e_decoder *decoder;
    if (q3e_decoder_init(&MODEL, arena.bytes, sizeof arena, &decoder) != Q3E_OK) return Q3E_PLAYER_ERROR_SPEECH;
    speech = q3e_player_speech_of(&MODEL, decoder);
    output.pcm = playback_samples;
    output.speech = &speech;
    output.samples = pcm;
    output.sample_count = FRAME_SAMPLES;
#endif
    return q3e_player_init(&player, &q3e_alerts, &output);
}

/* Every alert of the event in the board's languages, in their order: alerts of one priority are played in the order in which they came. */
static q3e_player_status raise_event(const char *profile, uint32_t code)
{
    q3e_player_status result = Q3E_PLAYER_ERROR_UNKNOWN;
    for (uint32_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        uint32_t id;
        if (q3e_alert_of_event(&q3e_alerts, profile, code, languages[i], &id) != Q3E_PLAYER_OK) continue;
        const q3e_player_status status = q3e_player_post(&player, id);
        if (result == Q3E_PLAYER_ERROR_UNKNOWN || status != Q3E_PLAYER_OK) result = status;
    }
    return result;
}

static void answer(uint32_t code, q3e_player_status status)
{
    event_line_text(status == Q3E_PLAYER_OK ? "ok " : "error ");
    event_line_number(code);
    if (status != Q3E_PLAYER_OK) {
        event_line_text(": ");
        event_line_text(q3e_player_status_text(status));
    }
    event_line_text("\n");
}

static void tell(const char *name, uint32_t value)
{
    event_line_text(name);
    event_line_number(value);
}

static void tell_status(const port_clocks *clocks, uint32_t watchdog)
{
    q3e_player_info info;
    info.size = sizeof info;
    info.version = Q3E_PLAYER_VERSION;
    (void)q3e_player_get_info(&player, &info);
    tell("status clock ", (uint32_t)clocks->source);
    tell(" hz ", clocks->core_hz);
    tell(" watchdog ", watchdog);
    tell(" seconds ", milliseconds / 1000u);
    tell(" playing ", info.playing);
    tell(" waiting ", info.waiting);
    tell(" dropped ", info.dropped);
    tell(" underruns ", playback_underruns());
    tell(" lost ", event_line_lost());
    tell(" stack ", firmware_stack_used());
    event_line_text("\n");
}

static void take_events(event_line *line, const port_clocks *clocks, uint32_t watchdog)
{
    uint32_t code;
    while (event_inputs_raised(&code) != 0) (void)raise_event(BOARD_PROFILE, code);
    const event_line_kind kind = event_line_read(line);
    if (kind == EVENT_LINE_EVENT) answer(line->code, raise_event(line->profile != NULL ? line->profile : BOARD_PROFILE, line->code));
    else if (kind == EVENT_LINE_STATUS) tell_status(clocks, watchdog);
    else if (kind == EVENT_LINE_WRONG) event_line_text("error: a line is CODE, PROFILE CODE or status\n");
}

static void make_frame(void)
{
    playback_open();
    const q3e_player_status status = q3e_player_step(&player);
    playback_complete(q3e_player_busy(&player));
    if (status != Q3E_PLAYER_OK) {
        event_line_text("error: ");
        event_line_text(q3e_player_status_text(status));
        event_line_text("\n");
    }
}

int main(void)
{
    event_line line = { EVENT_LINE_NONE, NULL, 0, { 0 }, 0 };
    q3e_pulse pulse;
    uint32_t fed_ms = 0, was_busy = 0;
    const port_clocks clocks = port_start(inputs, BOARD_INPUTS_COUNT);
    const uint32_t watchdog = port_watchdog_bit();
    const q3e_player_status status = start_player(clocks.buzzer_hz);
    if (status != Q3E_PLAYER_OK) return (int)status;
    event_inputs_start(inputs, BOARD_INPUTS_COUNT);
    port_watchdog_start();
    port_start_ticks(TICK_HZ);
    event_line_text(BOARD_NAME " ready\n");
    for (;;) {
        if (milliseconds - fed_ms >= FEED_MS) {
            port_watchdog_feed();
            fed_ms = milliseconds;
        }
        if (playback_began(&pulse) != 0) q3e_buzzer_pulse(&buzzer, &pulse);
        take_events(&line, &clocks, watchdog);
        if (playback_room() != 0 && q3e_player_busy(&player) != 0) {
            make_frame();
            was_busy = 1;
            continue;
        }
        if (was_busy != 0 && q3e_player_busy(&player) == 0 && playback_sounds() == 0) {
            event_line_text("idle\n");
            was_busy = 0;
        }
        port_sleep();
    }
}

/* start-up's hooks: what cannot go on begins again. */

void firmware_fault(void)
{
    port_reset();
}

void firmware_exit(int status)
{
    (void)status;
    port_buzzer_compare(NULL, 0);
    port_sample(0);
    for (;;) port_sleep();
}
