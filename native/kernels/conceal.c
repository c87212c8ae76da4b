/*
 * conceal.c - head rows that stand in for rows that were lost (ARITHMETIC.md, section 8).
 *
 *   decoded row:    pitch = U, lost = 0, b[i] follows n[i]: down a quarter of the way, up by 3 dB/s
 *   concealed row:  a[i] = max(a'[i] - fade_a, mag_lo), n[i] = max(n'[i] - fade_n, rest[i]), p = p', U = pitch, voiced as before
 *
 * a', n', p' are the filters of the row before, which the source filter keeps anyway, so that fading from row to row needs no copy of the
 * last sound. The network does not run and its histories stay as they are. rest is mag_lo (silence) or b (the stream's background noise).
 */
#include "q3e.h"
#include "q3e_kernels.h"
#include "q3e_math.h"

#define SLOW_ROWS 12            /* three frames: the sound is held and fades slowly */
#define FADED_ROWS 20           /* five frames: only the rest is left */
#define SLOW_HARMONIC_FADE 170  /* 1 dB a row, Q10 octaves */
#define SLOW_NOISE_FADE 43      /* a quarter of that */
#define FAST_FADE 1024          /* 6 dB a row */
#define BACKGROUND_RISE 10      /* 3 dB a second */

static int32_t octaves_of(const q3e_source_filter *s, const int16_t *head)
{
    const int16_t *tail = head + 3 * s->knots;
    return q3e_clamp(tail[0] + (s->split_rows ? tail[2] : 0), s->pitch_low, s->pitch_high);
}

void q3e_conceal_listen(const q3e_source_filter *s, const q3e_source_filter_memory *m, const q3e_concealment *c, const int16_t *head)
{
    c->state->pitch = octaves_of(s, head);
    c->state->lost = 0;
    for (int32_t i = 0; i < s->knots; i++) {
        const int32_t now = q3e_clamp(head[s->knots + i], s->magnitude_low, s->magnitude_high), before = c->background[i];
        int32_t background = now;
        if (m->oscillator->started) {
            const int32_t risen = before + BACKGROUND_RISE;
            background = now < before ? before + ((now - before) >> 2) : risen < now ? risen : now;
        }
        c->background[i] = (int16_t)background;
    }
}

static void fade(const int16_t *from, int32_t by, int32_t low, const int16_t *background, int16_t *to, int32_t knots)
{
    for (int32_t i = 0; i < knots; i++) {
        const int32_t rest = background != NULL ? background[i] : low, faded = from[i] - by;
        to[i] = (int16_t)(faded > rest ? faded : rest);
    }
}

void q3e_conceal_row(const q3e_source_filter *s, const q3e_source_filter_memory *m, const q3e_concealment *c, uint32_t ending, int16_t *head)
{
    const int32_t knots = s->knots, lost = c->state->lost, gone = s->magnitude_high - s->magnitude_low;
    const int32_t harmonic_fade = lost < SLOW_ROWS ? SLOW_HARMONIC_FADE : lost < FADED_ROWS ? FAST_FADE : gone;
    const int32_t noise_fade = lost < SLOW_ROWS ? SLOW_NOISE_FADE : lost < FADED_ROWS ? FAST_FADE : gone;
    const int16_t *previous = m->previous;
    int16_t *tail = head + 3 * knots;

    fade(previous, harmonic_fade, s->magnitude_low, NULL, head, knots);
    fade(previous + knots, noise_fade, s->magnitude_low, ending == Q3E_CONCEAL_NOISE ? c->background : NULL, head + knots, knots);
    for (int32_t i = 2 * knots; i < 3 * knots; i++) head[i] = previous[i];
    tail[0] = q3e_sat16(c->state->pitch);
    tail[1] = (int16_t)(lost < FADED_ROWS && m->oscillator->voiced);
    if (s->split_rows) {
        tail[2] = q3e_sat16(c->state->pitch - tail[0]);
        tail[3] = 0;
    }
    if (lost < FADED_ROWS) c->state->lost = lost + 1;
}
