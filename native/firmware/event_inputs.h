/*
 * event_inputs.h - input pins that raise events, debounced.
 */
#ifndef Q3E_EVENT_INPUTS_H
#define Q3E_EVENT_INPUTS_H

#include "port.h"

/** Most inputs of a board. */
enum { EVENT_INPUTS_MOST = 16 };

/** Takes the board's inputs, at most EVENT_INPUTS_MOST. All count as inactive: one that is active at the start raises its event. */
void event_inputs_start(const port_input *inputs, uint32_t count);
/** From the tick, every millisecond. */
void event_inputs_millisecond(void);
/** 1 when an input became active since the last call, and the code of its event: one input a call. */
uint32_t event_inputs_raised(uint32_t *code);

#endif
