/*
 * playback.h - two frames of 80 ms: the interrupt plays one while the main loop makes the other.
 *
 * A frame holds what the player said in one step: at most one pulse, and samples or none. The interrupt begins a frame as soon as it is complete and the one
 * before it is over; when none is complete, the loudspeaker is silent. Main loop: playback_room(), playback_open(), then the player's step with the two callbacks
 * below, then playback_complete().
 */
#ifndef Q3E_PLAYBACK_H
#define Q3E_PLAYBACK_H

#include "q3e_player.h"

/** 1 when a frame may be made now: the last complete one has begun to play, and its pulse was taken. */
uint32_t playback_room(void);
/** Begins to make a frame, empty. Only when there is room. */
void playback_open(void);
/** The player's callbacks; they fill the frame under way. The samples of a step come in one call. */
void playback_pulse(void *context, const q3e_pulse *pulse);
void playback_samples(void *context, const int16_t *samples, uint32_t count);
/** Ends the frame under way. `more`: another one will follow; its absence then counts as an underrun. */
void playback_complete(uint32_t more);
/** 1 once for every frame that began to play and has a pulse, which is copied. */
uint32_t playback_began(q3e_pulse *pulse);
/** 1 while a frame plays or is complete. */
uint32_t playback_sounds(void);
/** Times that a frame was due and not complete. */
uint32_t playback_underruns(void);
/** From the interrupt, FRAME_SAMPLES times in 80 ms. */
void playback_tick(void);

#endif
