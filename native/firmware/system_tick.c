/*
 * system_tick.c - the system timer (system_tick.h).
 */
#include "system_tick.h"

#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)
#define CSR_ENABLE 1u
#define CSR_TICKINT 2u
#define CSR_CLKSOURCE 4u

static volatile uint32_t milliseconds;
static uint32_t counts; /* of a millisecond */

void SysTick_Handler(void);

__attribute__((weak)) void system_tick_every_ms(void)
{
}

void SysTick_Handler(void)
{
    milliseconds++;
    system_tick_every_ms();
}

void system_tick_start(uint32_t core_hz)
{
    counts = core_hz / 1000u;
    milliseconds = 0;
    SYST_RVR = counts - 1u;
    SYST_CVR = 0;
    SYST_CSR = CSR_CLKSOURCE | CSR_TICKINT | CSR_ENABLE;
}

uint32_t system_tick_ms(void)
{
    return milliseconds;
}

uint64_t system_tick_us(void)
{
    uint32_t ms, left;
    /* Again when a millisecond ended in between. */
    do {
        ms = milliseconds;
        left = SYST_CVR;
    } while (ms != milliseconds);
    return (uint64_t)ms * 1000u + (uint64_t)(counts - 1u - left) * 1000u / counts;
}

void system_tick_wait(uint32_t ms)
{
    while ((int32_t)(ms - milliseconds) > 0) __asm__ volatile("wfi");
}
