/**
 * @file q3e_timer.h
 * @brief The nearest frequency that a 16-bit timer with a 16-bit prescaler can make (STM32, GD32, SAM, nRF and most others).
 */
#ifndef Q3E_TIMER_H
#define Q3E_TIMER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a timer makes a tone: its clock is divided by `prescaler`, a period lasts `period` of these counts. Registers usually take each less 1. */
typedef struct q3e_timer_setting {
    uint32_t prescaler;     /**< 1 to 65536 */
    uint32_t period;        /**< counts, 2 to 65536 */
    uint32_t millihertz;    /**< the true frequency in mHz, rounded; UINT32_MAX above 4.29 MHz */
    int32_t error_ppm;      /**< (true - wanted) / wanted in millionths, rounded */
} q3e_timer_setting;

/**
 * The setting nearest to a frequency: of the smallest possible prescaler, which gives the duty its finest steps, and the 15 after it the one with the least
 * error, the smallest prescaler among equals.
 * @param clock_hz      the timer's clock, up to 2^32 - 1 Hz
 * @param frequency_hz  1 to 65535
 * @return 1; 0 when the timer cannot make it (the frequency is 0, or the period would have less than 2 counts or more than 2^32)
 */
int q3e_timer_divide(uint32_t clock_hz, uint32_t frequency_hz, q3e_timer_setting *setting);

/** Counts of a period that are high for a duty in thousandths, rounded; 0 to period. */
uint32_t q3e_timer_compare(uint32_t period, uint32_t duty_permille);

#ifdef __cplusplus
}
#endif
#endif
