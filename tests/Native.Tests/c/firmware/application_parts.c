/*
 * application_parts.c - the parts of the firmware application that need no microcontroller, on this machine: the serial line, the inputs, the frames between
 * main loop and interrupt. The port is this file. Prints "ok N checks". Compile with -DFRAME_SAMPLES=64 -DMODEL_HEADER="q3e.h".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_inputs.h"
#include "event_line.h"
#include "playback.h"

static unsigned long checks;
static const char *to_take = "";
static char put[4096];
static uint32_t put_count, line_busy, pins;
static int16_t heard[4096];
static uint32_t heard_count;

static void check(int ok, const char *what)
{
    checks++;
    if (ok) return;
    printf("failed: %s\n", what);
    exit(1);
}

int32_t port_serial_take(void)
{
    return *to_take == '\0' ? -1 : (int32_t)(uint8_t)*to_take++;
}

uint32_t port_serial_put(uint8_t byte)
{
    if (line_busy || put_count == sizeof put) return 0;
    put[put_count++] = (char)byte;
    return 1;
}

uint32_t port_input_active(const port_input *input)
{
    return ((pins >> input->pin) & 1u) == input->active_high;
}

void port_sample(int16_t sample)
{
    if (heard_count < sizeof heard / sizeof heard[0]) heard[heard_count++] = sample;
}

/* What a line that comes in one piece means. */
static event_line_kind meaning(event_line *line, const char *text)
{
    event_line_kind kind = EVENT_LINE_NONE;
    to_take = text;
    while (*to_take != '\0') {
        event_line_tick();
        if (kind == EVENT_LINE_NONE) kind = event_line_read(line);
    }
    to_take = "";
    return kind;
}

static void test_lines(void)
{
    event_line line;
    memset(&line, 0, sizeof line);
    check(meaning(&line, "44") == EVENT_LINE_NONE && meaning(&line, "\r\n") == EVENT_LINE_EVENT && line.code == 44 && line.profile == NULL, "a code in two pieces");
    check(meaning(&line, "65535\n") == EVENT_LINE_EVENT && line.code == 65535, "the largest code");
    check(meaning(&line, "00007\n") == EVENT_LINE_EVENT && line.code == 7, "zeros in front");
    check(meaning(&line, "smr 80\n") == EVENT_LINE_EVENT && line.code == 80 && strcmp(line.profile, "smr") == 0, "a profile");
    check(meaning(&line, "status\n") == EVENT_LINE_STATUS, "status");
    static const char *const wrong[] = { "65536\n", "4294967340\n", "-1\n", " 1\n", "1 \n", "a b 1\n", "smr\n", "smr  1\n", "smr 1x\n", "Status\n", "123456789012345678901234567890123456789012345678901234567890\n" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) check(meaning(&line, wrong[i]) == EVENT_LINE_WRONG, wrong[i]);
    check(meaning(&line, "\n\r\n\n") == EVENT_LINE_NONE, "empty lines");
    /* 31 characters are the longest line, a profile of 25 among them. */
    check(meaning(&line, "abcdefghijklmnopqrstuvwxy 65535\n") == EVENT_LINE_EVENT && line.code == 65535 && strlen(line.profile) == 25, "the longest line");
    check(meaning(&line, "abcdefghijklmnopqrstuvwxyz 65535\n") == EVENT_LINE_WRONG, "one longer");

    /* Anything at all: every line gets at most one meaning, and nothing is written outside. */
    uint32_t random = 1;
    for (int i = 0; i < 200000; i++) {
        static const char alphabet[] = "0123456789 statusmr\n\n\r\x01\xff";
        char one[2] = { 0, 0 };
        random = random * 1664525u + 1013904223u;
        one[0] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
        const event_line_kind kind = meaning(&line, one);
        check(kind == EVENT_LINE_NONE || one[0] == '\n', "a meaning without an end of line");
        check(kind != EVENT_LINE_EVENT || line.code <= 65535, "a code");
    }
    check(event_line_lost() == 0, "nothing was lost");

    /* Without a reader the ring of 64 fills; what came first stays. */
    memset(&line, 0, sizeof line);
    char many[81];
    memset(many, '\n', 80);
    memcpy(many, "12\n", 3);
    many[80] = '\0';
    to_take = many;
    while (*to_take != '\0') event_line_tick();
    to_take = "";
    check(event_line_lost() == 80 - 64, "what did not fit was counted");
    check(event_line_read(&line) == EVENT_LINE_EVENT && line.code == 12 && event_line_read(&line) == EVENT_LINE_NONE, "what came first");
}

static void test_answers(void)
{
    event_line_number(0);
    event_line_text(" ");
    event_line_number(4294967295u);
    for (int i = 0; i < 20; i++) event_line_tick();
    check(put_count == 12 && memcmp(put, "0 4294967295", 12) == 0, "numbers");
    line_busy = 1;
    const uint32_t lost = event_line_lost();
    for (int i = 0; i < 300; i++) event_line_text("x");
    check(event_line_lost() - lost == 300 - 256, "what has no room is lost, not waited for");
    line_busy = put_count = 0;
    for (int i = 0; i < 300; i++) event_line_tick();
    check(put_count == 256, "the rest is sent");
}

static void milliseconds(int n)
{
    while (n-- > 0) event_inputs_millisecond();
}

static void test_inputs(void)
{
    static const port_input inputs[] = { { 0, 0, 1, 50, 44 }, { 0, 1, 0, 1, 7 } };
    uint32_t code = 0;
    pins = 2; /* both inactive */
    event_inputs_start(inputs, 2);
    milliseconds(100);
    check(event_inputs_raised(&code) == 0, "quiet");
    pins = 3;
    milliseconds(49);
    pins = 2;
    milliseconds(1);
    pins = 3;
    milliseconds(49);
    check(event_inputs_raised(&code) == 0, "a level that breaks does not count");
    milliseconds(1);
    check(event_inputs_raised(&code) == 1 && code == 44 && event_inputs_raised(&code) == 0, "fifty milliseconds, once");
    milliseconds(1000);
    check(event_inputs_raised(&code) == 0, "an event is the change, not the level");
    pins = 2;
    milliseconds(49);
    pins = 3;
    milliseconds(100);
    check(event_inputs_raised(&code) == 0, "a level that goes for a moment has not gone");
    pins = 2;
    milliseconds(50);
    pins = 1;
    milliseconds(50);
    check(event_inputs_raised(&code) == 1 && code == 44 && event_inputs_raised(&code) == 1 && code == 7 && event_inputs_raised(&code) == 0, "both at once");
}

static void make(int16_t value, uint32_t samples, uint16_t hz, uint32_t more)
{
    int16_t frame[FRAME_SAMPLES];
    q3e_pulse pulse;
    memset(&pulse, 0, sizeof pulse);
    pulse.frequency_hz = hz;
    for (int i = 0; i < FRAME_SAMPLES; i++) frame[i] = value;
    playback_open();
    if (hz != 0) playback_pulse(NULL, &pulse);
    if (samples != 0) playback_samples(NULL, frame, samples);
    playback_complete(more);
}

static void ticks(int n)
{
    while (n-- > 0) playback_tick();
}

static void test_playback(void)
{
    q3e_pulse pulse;
    memset(&pulse, 0, sizeof pulse);
    ticks(10);
    check(heard_count == 0 && playback_room() == 1 && playback_sounds() == 0 && playback_underruns() == 0, "silence is no sample");
    make(5, FRAME_SAMPLES, 1200, 1);
    check(playback_room() == 0 && playback_sounds() == 1 && playback_began(&pulse) == 0, "complete, not begun");
    ticks(1);
    check(heard_count == 1 && playback_room() == 0, "begun, its pulse not taken");
    check(playback_began(&pulse) == 1 && pulse.frequency_hz == 1200 && playback_began(&pulse) == 0 && playback_room() == 1, "its pulse, once");
    make(6, FRAME_SAMPLES, 0, 1);
    ticks(FRAME_SAMPLES - 1);
    check(heard_count == FRAME_SAMPLES && heard[FRAME_SAMPLES - 1] == 5, "the whole frame");
    ticks(1);
    check(heard[FRAME_SAMPLES] == 6 && playback_began(&pulse) == 0 && playback_room() == 1, "the next without a gap; it has no pulse");
    ticks(FRAME_SAMPLES - 1);
    check(playback_underruns() == 0, "in time until the last sample");
    ticks(5);
    check(playback_underruns() == 1 && heard_count == 2 * FRAME_SAMPLES + 1 && heard[2 * FRAME_SAMPLES] == 0, "an underrun is counted once and is silence");
    make(7, FRAME_SAMPLES, 0, 1);
    ticks(FRAME_SAMPLES);
    check(playback_began(&pulse) == 0, "no pulse");
    make(0, 0, 800, 0); /* a frame of tones after speech */
    heard_count = 0;
    ticks(FRAME_SAMPLES);
    check(heard_count == 1 && heard[0] == 0 && playback_began(&pulse) == 1 && pulse.frequency_hz == 800, "silence once under a tone");
    ticks(100);
    check(playback_underruns() == 1 && playback_sounds() == 0, "the end is no underrun");
    make(9, FRAME_SAMPLES / 2, 0, 0);
    heard_count = 0;
    ticks(FRAME_SAMPLES);
    check(heard_count == 0, "half a frame of samples is none");
}

int main(void)
{
    test_lines();
    test_answers();
    test_inputs();
    test_playback();
    printf("ok %lu checks\n", checks);
    return 0;
}
