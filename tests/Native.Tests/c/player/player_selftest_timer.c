/*
 * player_selftest_timer.c - the nearest divider against a search over all of them, and the order in which a buzzer's registers are written.
 */
#include <string.h>

#include "player_selftest.h"
#include "q3e_timer.h"

static double error_of(double clock, double hz, double divider)
{
    double e = clock / divider / hz - 1.0;
    return e < 0 ? -e : e;
}

/* The least error over the sixteen smallest prescalers that fit, by trying every period near the quotient in floating point. */
static double best_error(double clock, double hz)
{
    double best = 1e9;
    int tried = 0;
    for (double p = 1; p <= 65536 && tried < 16; p++) {
        double period = clock / (hz * p);
        if (period >= 65537) continue;
        tried++;
        for (double c = (double)(long long)period - 1; c <= period + 2; c++) {
            if (c >= 2 && c <= 65536 && error_of(clock, hz, p * c) < best) best = error_of(clock, hz, p * c);
        }
    }
    return best;
}

void test_timer(void)
{
    static const uint32_t clocks[] = { 1000000u, 8000000u, 16000000u, 48000000u, 72000000u, 168000000u, 4294967295u };
    q3e_timer_setting s;
    for (uint32_t c = 0; c < sizeof clocks / sizeof clocks[0]; c++) {
        for (uint32_t hz = 20; hz < 20000; hz += 37) {
            check(q3e_timer_divide(clocks[c], hz, &s) == 1, "%u Hz of %u", (unsigned)hz, (unsigned)clocks[c]);
            check(s.prescaler >= 1 && s.prescaler <= 65536 && s.period >= 2 && s.period <= 65536, "registers of %u Hz", (unsigned)hz);
            double divider = (double)s.prescaler * s.period, error = error_of(clocks[c], hz, divider);
            check(error <= best_error(clocks[c], hz) * (1 + 1e-9) + 1e-12, "%u Hz of %u: error %g, possible %g", (unsigned)hz, (unsigned)clocks[c], error, best_error(clocks[c], hz));
            double ppm = 1e6 * (clocks[c] / divider / hz - 1.0);
            check(s.error_ppm - ppm <= 0.51 && ppm - s.error_ppm <= 0.51, "%u Hz of %u: %d ppm, not %g", (unsigned)hz, (unsigned)clocks[c], (int)s.error_ppm, ppm);
            double millihertz = 1000.0 * clocks[c] / divider;
            check(s.millihertz - millihertz <= 0.51 && millihertz - s.millihertz <= 0.51, "%u mHz, not %g", (unsigned)s.millihertz, millihertz);
        }
    }
    check(q3e_timer_divide(72000000u, 1200, &s) == 1 && s.error_ppm == 0 && s.millihertz == 1200000u, "1200 Hz of 72 MHz is exact");
    check(q3e_timer_divide(72000000u, 0, &s) == 0 && q3e_timer_divide(0, 100, &s) == 0 && q3e_timer_divide(100, 50, &s) == 1 && q3e_timer_divide(100, 51, &s) == 0
              && q3e_timer_divide(100, 65536, &s) == 0, "what a timer cannot make");
    check(q3e_timer_compare(1000, 500) == 500 && q3e_timer_compare(65536, 1000) == 65536 && q3e_timer_compare(65536, 2000) == 65536 && q3e_timer_compare(3, 500) == 2
              && q3e_timer_compare(100, 0) == 0, "compare values");
}

typedef struct {
    char order[64];
    uint32_t count, prescaler, period, compare;
} registers;

static void set_period(void *context, uint32_t prescaler, uint32_t period)
{
    registers *r = (registers *)context;
    r->order[r->count++] = 'P';
    r->prescaler = prescaler;
    r->period = period;
}

static void set_compare(void *context, uint32_t counts)
{
    registers *r = (registers *)context;
    r->order[r->count++] = counts == 0 ? '0' : 'D';
    r->compare = counts;
}

static q3e_pulse pulse_of(uint16_t hz, uint16_t duty, uint32_t on_us)
{
    q3e_pulse u;
    memset(&u, 0, sizeof u);
    u.frequency_hz = hz;
    u.duty_permille = duty;
    u.on_us = on_us;
    u.pause_us = 80000u - on_us;
    return u;
}

void test_buzzer(void)
{
    registers r;
    q3e_buzzer b;
    q3e_buzzer_port port;
    memset(&r, 0, sizeof r);
    memset(&port, 0, sizeof port);
    port.size = sizeof port;
    port.version = Q3E_PLAYER_VERSION;
    port.context = &r;
    port.set_period = set_period;
    port.set_compare = set_compare;
    status(q3e_buzzer_init(&b, &port), Q3E_PLAYER_ERROR_ARGUMENT, "a timer without a clock");
    port.clock_hz = 1000000;
    status(q3e_buzzer_init(NULL, &port), Q3E_PLAYER_ERROR_ARGUMENT, "no buzzer");
    status(q3e_buzzer_init(&b, &port), Q3E_PLAYER_OK, "a buzzer");
    check(r.count == 1 && r.compare == 0, "it begins silent");

    q3e_pulse u = pulse_of(1000, 250, 3000);
    q3e_buzzer_pulse(&b, &u);
    check(strcmp(r.order, "00PD") == 0 && r.prescaler * r.period == 1000 && r.compare == 250, "silence, period, duty: %s", r.order);
    q3e_buzzer_elapsed(&b, 1000);
    q3e_buzzer_elapsed(&b, 1999);
    check(r.compare == 250, "it sounds to its end");
    q3e_buzzer_elapsed(&b, 1);
    q3e_buzzer_elapsed(&b, 77000);
    check(r.compare == 0 && strcmp(r.order, "00PD0") == 0, "it ends once: %s", r.order);

    q3e_buzzer_pulse(&b, &u);
    check(strcmp(r.order, "00PD00D") == 0, "the same frequency again needs no new period, but its duty: %s", r.order);
    u = pulse_of(2000, 500, 70000);
    q3e_buzzer_pulse(&b, &u);
    check(strcmp(r.order, "00PD00D0PD") == 0 && r.compare == 250 && r.period == 500, "silence between two tones: %s", r.order);
    u = pulse_of(0, 0, 0);
    q3e_buzzer_pulse(&b, &u);
    check(r.compare == 0, "a silent pulse");
    u = pulse_of(60000, 500, 70000);
    port.clock_hz = 60000;
    status(q3e_buzzer_init(&b, &port), Q3E_PLAYER_OK, "a slow timer");
    q3e_buzzer_pulse(&b, &u);
    check(r.compare == 0, "a frequency that the timer cannot make is silence");
}
