/*
 * stm32.c - what the ports have in common: pins, the buzzer on TIM14, the watchdog, sleep and reset (stm32.h, port.h).
 */
#include "stm32.h"

#define GPIO_STEP 0x400u
#define TIM14 0x40002000u
#define WATCHDOG_START 0xccccu
#define WATCHDOG_FEED 0xaaaau
#define WATCHDOG_WRITE 0x5555u
#define WATCHDOG_PRESCALER_32 3u
#define WATCHDOG_RELOAD 1000u /* of 32 kHz / 32 */

uint32_t stm32_wait(volatile uint32_t *reg, uint32_t mask, uint32_t value, uint32_t tries)
{
    for (uint32_t i = 0; i < tries; i++) {
        if ((*reg & mask) == value) return 1;
    }
    return 0;
}

static void set_field(uint32_t address, uint32_t bits, uint32_t at, uint32_t value)
{
    const uint32_t mask = ((1u << bits) - 1u) << (at * bits);
    STM32_REGISTER(address, 0u) = (STM32_REGISTER(address, 0u) & ~mask) | (value << (at * bits));
}

void stm32_pin_function(uint32_t port, uint32_t pin, uint32_t function)
{
    const uint32_t base = stm32_gpio + port * GPIO_STEP;
    set_field(base + GPIO_AFRL + (pin / 8u) * 4u, 4, pin % 8u, function);
    set_field(base + GPIO_OSPEEDR, 2, pin, 1);
    set_field(base + GPIO_MODER, 2, pin, PIN_FUNCTION);
}

void stm32_pin_input(uint32_t port, uint32_t pin, uint32_t mode, uint32_t pull)
{
    const uint32_t base = stm32_gpio + port * GPIO_STEP;
    set_field(base + GPIO_PUPDR, 2, pin, pull);
    set_field(base + GPIO_MODER, 2, pin, mode);
}

void stm32_start_inputs(const port_input *inputs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        stm32_pin_input(inputs[i].port, inputs[i].pin, PIN_INPUT, inputs[i].active_high != 0 ? PULL_DOWN : PULL_UP);
    }
}

uint32_t port_input_active(const port_input *input)
{
    const uint32_t level = (STM32_REGISTER(stm32_gpio + input->port * GPIO_STEP, GPIO_IDR) >> input->pin) & 1u;
    return level == input->active_high;
}

void stm32_start_buzzer(void)
{
    STM32_REGISTER(TIM14, TIM_CCMR1) = TIM_CCMR1_OC1M_PWM1 | TIM_CCMR1_OC1PE;
    STM32_REGISTER(TIM14, TIM_CCR1) = 0;
    STM32_REGISTER(TIM14, TIM_ARR) = 0xffffu;
    STM32_REGISTER(TIM14, TIM_EGR) = TIM_EGR_UG;
    STM32_REGISTER(TIM14, TIM_CCER) = TIM_CCER_CC1E;
    STM32_REGISTER(TIM14, TIM_CR1) = TIM_CR1_ARPE | TIM_CR1_CEN;
}

/* The update takes prescaler, period and the silence before them at once: the buzzer set the duty to 0 first. */
void port_buzzer_period(void *context, uint32_t prescaler, uint32_t period)
{
    (void)context;
    STM32_REGISTER(TIM14, TIM_PSC) = prescaler - 1u;
    STM32_REGISTER(TIM14, TIM_ARR) = period - 1u;
    STM32_REGISTER(TIM14, TIM_EGR) = TIM_EGR_UG;
}

/* Silence is at once; a duty begins with the next period, so that none is cut. */
void port_buzzer_compare(void *context, uint32_t counts)
{
    (void)context;
    STM32_REGISTER(TIM14, TIM_CCR1) = counts;
    if (counts == 0) STM32_REGISTER(TIM14, TIM_EGR) = TIM_EGR_UG;
}

void port_watchdog_start(void)
{
    STM32_REGISTER(IWDG, IWDG_KR) = WATCHDOG_START;
    STM32_REGISTER(IWDG, IWDG_KR) = WATCHDOG_WRITE;
    STM32_REGISTER(IWDG, IWDG_PR) = WATCHDOG_PRESCALER_32;
    STM32_REGISTER(IWDG, IWDG_RLR) = WATCHDOG_RELOAD;
    STM32_REGISTER(IWDG, IWDG_KR) = WATCHDOG_FEED;
}

void port_watchdog_feed(void)
{
    STM32_REGISTER(IWDG, IWDG_KR) = WATCHDOG_FEED;
}

void port_sleep(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

void port_reset(void)
{
    port_buzzer_compare(0, 0);
    port_sample(0);
    STM32_REGISTER(SCS_AIRCR, 0u) = AIRCR_SYSRESETREQ;
    for (;;) {
    }
}
