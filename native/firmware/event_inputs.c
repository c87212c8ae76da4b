/*
 * event_inputs.c - debouncing (event_inputs.h): a level counts when it has lasted for the input's time without a break.
 */
#include "event_inputs.h"

static const port_input *board_inputs;
static uint32_t inputs_count;
static uint16_t lasted_ms[EVENT_INPUTS_MOST]; /* how long the level has been the other one */
static uint8_t active[EVENT_INPUTS_MOST];
static volatile uint8_t raised[EVENT_INPUTS_MOST]; /* the interrupt sets, the main loop clears */

void event_inputs_start(const port_input *inputs, uint32_t count)
{
    board_inputs = inputs;
    inputs_count = count < EVENT_INPUTS_MOST ? count : EVENT_INPUTS_MOST;
}

void event_inputs_millisecond(void)
{
    for (uint32_t i = 0; i < inputs_count; i++) {
        if (port_input_active(&board_inputs[i]) == active[i]) {
            lasted_ms[i] = 0;
            continue;
        }
        if (++lasted_ms[i] < board_inputs[i].debounce_ms) continue;
        lasted_ms[i] = 0;
        active[i] ^= 1u;
        if (active[i] != 0) raised[i] = 1;
    }
}

uint32_t event_inputs_raised(uint32_t *code)
{
    for (uint32_t i = 0; i < inputs_count; i++) {
        if (raised[i] == 0) continue;
        raised[i] = 0;
        *code = board_inputs[i].event_code;
        return 1;
    }
    return 0;
}
