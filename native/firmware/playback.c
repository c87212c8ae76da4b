/*
 * playback.c - frames between the main loop and the interrupt (playback.h).
 *
 * Compile with -DFRAME_SAMPLES=..., ticks in 80 ms; with -DMODEL_HEADER=... frames have samples, as many.
 *
 * Two counters say who owns a frame: `complete`, which only the main loop writes, and `begun`, which only the interrupt writes. Frame n lies in slot n mod 2.
 * When both are equal, the frame made next does not lie where one plays.
 */
#include "playback.h"

#include "firmware.h"
#include "port.h"

typedef struct {
    q3e_pulse pulse;
    uint32_t has_pulse;
    uint32_t has_samples;
#ifdef MODEL_HEADER
    int16_t samples[FRAME_SAMPLES];
#endif
} frame;

static frame frames[2];
static volatile uint32_t complete, begun, told; /* told: frames whose pulse the main loop has taken */
static volatile uint32_t more_follow, left, underruns;
static uint32_t loud, playing; /* the tick before gave the loudspeaker a sample; belonged to a frame */

uint32_t playback_room(void)
{
    return complete == begun && told == begun;
}

void playback_open(void)
{
    frame *f = &frames[complete % 2u];
    f->has_pulse = 0;
    f->has_samples = 0;
}

void playback_pulse(void *context, const q3e_pulse *pulse)
{
    frame *f = &frames[complete % 2u];
    (void)context;
    f->pulse = *pulse;
    f->has_pulse = 1;
}

void playback_samples(void *context, const int16_t *samples, uint32_t count)
{
    frame *f = &frames[complete % 2u];
    (void)context;
#ifdef MODEL_HEADER
    for (uint32_t i = 0; i < count && i < FRAME_SAMPLES; i++) f->samples[i] = samples[i];
    f->has_samples = count == FRAME_SAMPLES;
#else
    (void)samples;
    (void)count;
    (void)f;
#endif
}

void playback_complete(uint32_t more)
{
    more_follow = more;
    firmware_barrier();
    complete = complete + 1u;
}

uint32_t playback_began(q3e_pulse *pulse)
{
    if (told == begun) return 0;
    frame *f = &frames[told % 2u];
    const uint32_t has = f->has_pulse;
    if (has != 0) *pulse = f->pulse;
    told = told + 1u;
    return has;
}

uint32_t playback_sounds(void)
{
    return left != 0 || complete != begun;
}

uint32_t playback_underruns(void)
{
    return underruns;
}

static void silence(void)
{
    if (loud != 0) port_sample(0);
    loud = 0;
}

void playback_tick(void)
{
    if (left == 0) {
        if (begun == complete) {
            if (playing != 0 && more_follow != 0) underruns = underruns + 1u;
            playing = 0;
            silence();
            return;
        }
        begun = begun + 1u;
        left = FRAME_SAMPLES;
        playing = 1;
    }
    const frame *f = &frames[(begun - 1u) % 2u];
#ifdef MODEL_HEADER
    if (f->has_samples != 0) {
        port_sample(f->samples[FRAME_SAMPLES - left]);
        loud = 1;
    } else {
        silence();
    }
#else
    (void)f;
#endif
    left = left - 1u;
}
