/*
 * q3e_buzzer.c - pulses to a PWM timer (q3e_buzzer.h).
 */
#include "q3e_buzzer.h"

static void be_silent(q3e_buzzer *b)
{
    b->left_us = 0;
    b->port.set_compare(b->port.context, 0);
}

q3e_player_status q3e_buzzer_init(q3e_buzzer *buzzer, const q3e_buzzer_port *port)
{
    if (buzzer == NULL || port == NULL || port->size < sizeof(q3e_buzzer_port) || port->version != Q3E_PLAYER_VERSION || port->clock_hz == 0
        || port->set_period == NULL || port->set_compare == NULL)
        return Q3E_PLAYER_ERROR_ARGUMENT;
    buzzer->port = *port;
    buzzer->frequency_hz = 0;
    buzzer->period = 0;
    be_silent(buzzer);
    return Q3E_PLAYER_OK;
}

void q3e_buzzer_pulse(void *buzzer, const q3e_pulse *pulse)
{
    q3e_buzzer *b = (q3e_buzzer *)buzzer;
    q3e_timer_setting setting;
    be_silent(b);
    if (pulse->on_us == 0 || pulse->frequency_hz == 0) return;
    if (pulse->frequency_hz != b->frequency_hz) {
        if (!q3e_timer_divide(b->port.clock_hz, pulse->frequency_hz, &setting)) return;
        b->port.set_period(b->port.context, setting.prescaler, setting.period);
        b->frequency_hz = pulse->frequency_hz;
        b->period = setting.period;
    }
    b->port.set_compare(b->port.context, q3e_timer_compare(b->period, pulse->duty_permille));
    b->left_us = pulse->on_us;
}

void q3e_buzzer_elapsed(q3e_buzzer *buzzer, uint32_t us)
{
    if (buzzer->left_us == 0) return;
    if (buzzer->left_us > us) buzzer->left_us -= us;
    else be_silent(buzzer);
}
