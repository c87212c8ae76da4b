/*
 * q3e_timer.c - frequencies of a 16-bit timer (q3e_timer.h).
 *
 * f = clock / (prescaler * period). With the smallest prescaler whose period fits 16 bits the period has over 32768 counts (unless prescaler = 1), so the
 * error is below 1 / 65536 = 15 ppm; a few larger prescalers are tried because one of them often divides exactly.
 */
#include "q3e_timer.h"

#define MAX_COUNT 65536u
#define TRIES 16u

/* |clock - frequency * divider|: the error of a divider is this over the divider, relative to the clock. */
static uint64_t distance(uint64_t clock_hz, uint64_t product)
{
    return clock_hz > product ? clock_hz - product : product - clock_hz;
}

int q3e_timer_divide(uint32_t clock_hz, uint32_t frequency_hz, q3e_timer_setting *setting)
{
    uint64_t best_distance = 0, best_divider = 0;
    if (setting == 0 || frequency_hz == 0 || frequency_hz > 0xffffu) return 0;

    /* Smallest prescaler for which the period, rounded down, is at most 65536. */
    uint64_t whole = clock_hz / frequency_hz;
    if (whole < 2) return 0;
    uint64_t first = whole / MAX_COUNT + (whole % MAX_COUNT != 0);
    for (uint64_t p = first; p < first + TRIES && p <= MAX_COUNT; p++) {
        uint64_t low = clock_hz / (frequency_hz * p);
        for (uint64_t period = low; period <= low + 1; period++) {
            if (period < 2 || period > MAX_COUNT) continue;
            /* d / n < d' / n' without division: d <= f p and n <= clock / f + p, so the products stay below 2^50. */
            uint64_t divider = p * period, d = distance(clock_hz, frequency_hz * divider);
            if (best_divider == 0 || d * best_divider < best_distance * divider) {
                best_distance = d;
                best_divider = divider;
                setting->prescaler = (uint32_t)p;
                setting->period = (uint32_t)period;
            }
        }
    }
    if (best_divider == 0) return 0;

    uint64_t mhz = ((uint64_t)clock_hz * 1000u + best_divider / 2) / best_divider;
    setting->millihertz = mhz > 0xffffffffu ? 0xffffffffu : (uint32_t)mhz;
    uint64_t wanted = frequency_hz * best_divider;
    int32_t ppm = (int32_t)((best_distance * 1000000u + wanted / 2) / wanted);
    setting->error_ppm = clock_hz >= wanted ? ppm : -ppm;
    return 1;
}

uint32_t q3e_timer_compare(uint32_t period, uint32_t duty_permille)
{
    if (duty_permille > 1000u) duty_permille = 1000u;
    return (uint32_t)(((uint64_t)period * duty_permille + 500u) / 1000u);
}
