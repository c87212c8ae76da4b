/**
 * @file q3e_buzzer.h
 * @brief A passive buzzer on a PWM timer, driven by the pulses of a player.
 *
 * The order is always: silence, new frequency, new duty. On much hardware the duty is kept in counts, so that its share changes with the period; some lets
 * an old compare value beep for one period at the new one. A pulse ends by itself when its time has been counted down.
 */
#ifndef Q3E_BUZZER_H
#define Q3E_BUZZER_H

#include "q3e_player.h"
#include "q3e_timer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Two register writes of a PWM timer. Begins with its size and version. */
typedef struct q3e_buzzer_port {
    uint32_t size;                                                              /**< sizeof(q3e_buzzer_port) */
    uint32_t version;                                                           /**< Q3E_PLAYER_VERSION */
    uint32_t clock_hz;                                                          /**< the timer's clock */
    void *context;                                                              /**< given to the functions */
    void (*set_period)(void *context, uint32_t prescaler, uint32_t period);     /**< 1 to 65536 each */
    void (*set_compare)(void *context, uint32_t counts);                        /**< 0 is silence */
} q3e_buzzer_port;

/** A buzzer. The fields are internal. */
typedef struct q3e_buzzer {
    q3e_buzzer_port port;
    uint32_t frequency_hz;  /* that the timer is set to; 0 before the first */
    uint32_t period;
    uint32_t left_us;       /* until silence; 0 when silent */
} q3e_buzzer;

/** Makes a silent buzzer. Q3E_PLAYER_ERROR_ARGUMENT for a null pointer, a clock of 0 or a port of another version. */
q3e_player_status q3e_buzzer_init(q3e_buzzer *buzzer, const q3e_buzzer_port *port);

/** The q3e_player_pwm callback; its context is the buzzer. A frequency that the timer cannot make is silence. */
void q3e_buzzer_pulse(void *buzzer, const q3e_pulse *pulse);

/** Tells that time has passed, for example 1000 us from a 1 ms tick: ends the pulse when it is due. */
void q3e_buzzer_elapsed(q3e_buzzer *buzzer, uint32_t us);

#ifdef __cplusplus
}
#endif
#endif
