/*
 * stm32.h - registers that STM32 families of the boards have in common. Addresses and bits after ST's reference manuals RM0090 (F405), RM0033 (F205)
 * and RM0454 (G030); only what the ports use.
 */
#ifndef Q3E_STM32_H
#define Q3E_STM32_H

#include <stdint.h>

#include "port.h"

#define STM32_REGISTER(base, offset) (*(volatile uint32_t *)((uintptr_t)(base) + (offset)))

/* General-purpose inputs and outputs: 16 pins a port, ports 0x400 apart from STM32_GPIO (a family's own). */
#define GPIO_MODER 0x00u   /* two bits a pin */
#define GPIO_OSPEEDR 0x08u /* two bits a pin */
#define GPIO_PUPDR 0x0cu   /* two bits a pin */
#define GPIO_IDR 0x10u
#define GPIO_AFRL 0x20u /* four bits a pin, 0 to 7; 8 to 15 in the next register */
enum { PIN_INPUT = 0, PIN_FUNCTION = 2, PIN_ANALOG = 3 };
enum { PULL_NONE = 0, PULL_UP = 1, PULL_DOWN = 2 };

/* General-purpose timers. */
#define TIM_CR1 0x00u
#define TIM_DIER 0x0cu
#define TIM_SR 0x10u
#define TIM_EGR 0x14u
#define TIM_CCMR1 0x18u
#define TIM_CCER 0x20u
#define TIM_PSC 0x28u
#define TIM_ARR 0x2cu
#define TIM_CCR1 0x34u
#define TIM_BDTR 0x44u
#define TIM_CR1_CEN (1u << 0)
#define TIM_CR1_ARPE (1u << 7)
#define TIM_DIER_UIE (1u << 0)
#define TIM_SR_UIF (1u << 0)
#define TIM_EGR_UG (1u << 0)
#define TIM_CCMR1_OC1PE (1u << 3)
#define TIM_CCMR1_OC1M_PWM1 (6u << 4) /* high while the counter is below CCR1 */
#define TIM_CCER_CC1E (1u << 0)
#define TIM_BDTR_MOE (1u << 15)

/* Independent watchdog: its own oscillator of about 32 kHz. */
#define IWDG 0x40003000u
#define IWDG_KR 0x00u
#define IWDG_PR 0x04u
#define IWDG_RLR 0x08u

/* System control space of the processor (Armv7-M and Armv6-M Architecture Reference Manuals). */
#define SCS_SYST_CSR 0xe000e010u
#define SCS_SYST_RVR 0xe000e014u
#define SCS_SYST_CVR 0xe000e018u
#define SCS_NVIC_ISER 0xe000e100u
#define SCS_AIRCR 0xe000ed0cu
#define AIRCR_SYSRESETREQ 0x05fa0004u

/** Address of the first port of pins: a family's own. */
extern const uint32_t stm32_gpio;

/** Waits until (register & mask) == value, at most `tries` reads: 1, or 0 when it never was. */
uint32_t stm32_wait(volatile uint32_t *reg, uint32_t mask, uint32_t value, uint32_t tries);
/** Makes a pin an alternate function, driven at medium speed. */
void stm32_pin_function(uint32_t port, uint32_t pin, uint32_t function);
/** Makes a pin an input (or PIN_ANALOG) with a pull. */
void stm32_pin_input(uint32_t port, uint32_t pin, uint32_t mode, uint32_t pull);
/** Makes the pins of these inputs inputs, pulled to their inactive levels. */
void stm32_start_inputs(const port_input *inputs, uint32_t count);
/** Starts the buzzer's timer, TIM14, silent. Its clock must be on, its pin its function. */
void stm32_start_buzzer(void);

#endif
