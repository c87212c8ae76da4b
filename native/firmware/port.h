/*
 * port.h - what the application (application.c) asks of a board: a clock, a tick, a loudspeaker, a buzzer, pins, a serial line, a watchdog, sleep.
 *
 * A port implements these for a family of microcontrollers with register accesses only. Nothing here waits longer than its comment says. The
 * board's own figures (clock, crystal, baud, pins, events) come from board.h, which the build prints from board.json.
 */
#ifndef Q3E_PORT_H
#define Q3E_PORT_H

#include <stdint.h>

/** Where the processor's clock comes from. Values are told on the serial line. */
typedef enum {
    PORT_CLOCK_CRYSTAL = 0,  /**< the board's clock, from the crystal */
    PORT_CLOCK_INTERNAL = 1, /**< the board's clock, from the internal oscillator: the crystal did not start */
    PORT_CLOCK_SLOW = 2      /**< the internal oscillator as it is: the PLL did not lock */
} port_clock_source;

/** Clocks as they came out. */
typedef struct {
    port_clock_source source;
    uint32_t core_hz;   /**< of the processor */
    uint32_t buzzer_hz; /**< of the buzzer's timer */
} port_clocks;

/** An input of the board and the event that it raises. */
typedef struct {
    uint8_t port;          /**< 0 for port A */
    uint8_t pin;           /**< 0 to 15 */
    uint8_t active_high;   /**< 1: the event is a high level, and the pin is pulled down; 0: the other way round */
    uint16_t debounce_ms;  /**< how long the level must last, at least 1 */
    uint16_t event_code;   /**< in the board's profile */
} port_input;

/** Starts clocks, these inputs, loudspeaker, buzzer and serial line, silent. Takes at most a tenth of a second, whatever the crystal does. */
port_clocks port_start(const port_input *inputs, uint32_t count);

/** From now on port_tick() is called tick_hz times a second from an interrupt. */
void port_start_ticks(uint32_t tick_hz);

/** The application's; called from the interrupt of port_start_ticks(). */
void port_tick(void);

/** One sample to the loudspeaker, from the tick; 0 is silence. Does nothing on a board without one. */
void port_sample(int16_t sample);

/** The buzzer's timer, as q3e_buzzer_port wants it: prescaler and period 1 to 65536. */
void port_buzzer_period(void *context, uint32_t prescaler, uint32_t period);
/** Counts of a period that are high; 0 is silence. */
void port_buzzer_compare(void *context, uint32_t counts);

/** Whether an input is active now: 1 or 0. */
uint32_t port_input_active(const port_input *input);

/** A byte that came in over the serial line, or -1. Called every tick, which is faster than bytes come. */
int32_t port_serial_take(void);
/** Sends a byte: 1 when the line took it, 0 while it is busy. */
uint32_t port_serial_put(uint8_t byte);

/** Starts the watchdog: without port_watchdog_feed() for about a second (0.6 to 2 s) the processor is reset. */
void port_watchdog_start(void);
/** Feeds it. */
void port_watchdog_feed(void);
/** Whether the watchdog caused the last reset: 1 or 0. Forgets it. */
uint32_t port_watchdog_bit(void);

/** Sleeps until the next interrupt. */
void port_sleep(void);
/** Silences the outputs and resets the processor. Does not return. */
void port_reset(void);

#endif
