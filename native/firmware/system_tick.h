/*
 * system_tick.h - milliseconds and microseconds of a Cortex-M's system timer (Armv7-M Architecture Reference Manual, B3.3).
 */
#ifndef Q3E_SYSTEM_TICK_H
#define Q3E_SYSTEM_TICK_H

#include <stdint.h>

/** Starts an interrupt every millisecond. core_hz: clock of the processor, a multiple of 1000 Hz. */
void system_tick_start(uint32_t core_hz);
/** Milliseconds since the start. */
uint32_t system_tick_ms(void);
/** Microseconds since the start. */
uint64_t system_tick_us(void);
/** Sleeps until so many milliseconds after the start. */
void system_tick_wait(uint32_t ms);
/** Called every millisecond from the interrupt; does nothing unless the application defines it. */
void system_tick_every_ms(void);

#endif
