/*
 * stm32f4.c - the port (port.h) for STM32F405 and F205, which differ only in speed (RM0090, RM0033).
 *
 *   PA8   loudspeaker, where it is a pulse width: TIM1, 1024 steps, behind a low-pass filter and an amplifier
 *   PA4   loudspeaker, where it is the converter DAC1
 *   PA7   buzzer: TIM14
 *   PA9   serial line out, PA10 in: USART1, 8 bits, no parity, 1 stop bit
 *
 * TIM2 makes the ticks. The buses run at a quarter (APB1) and a half (APB2) of the core's clock, which suits both families at their fastest, 168 and
 * 120 MHz; the timers on them get twice that.
 */
#include "stm32.h"

#include "board.h"

#define RCC 0x40023800u
#define RCC_CR 0x00u
#define RCC_PLLCFGR 0x04u
#define RCC_CFGR 0x08u
#define RCC_AHB1ENR 0x30u
#define RCC_APB1ENR 0x40u
#define RCC_APB2ENR 0x44u
#define RCC_CSR 0x74u
#define CR_HSEON (1u << 16)
#define CR_HSERDY (1u << 17)
#define CR_CSSON (1u << 19) /* a crystal that stops raises the NMI, whose handler resets */
#define CR_PLLON (1u << 24)
#define CR_PLLRDY (1u << 25)
#define PLLCFGR_FROM_CRYSTAL (1u << 22)
#define PLLCFGR_Q_9 (9u << 24) /* the 48 MHz domain, which nothing uses, below its limit */
#define CFGR_SW_PLL 2u
#define CFGR_SWS (3u << 2)
#define CFGR_SWS_PLL (2u << 2)
#define CFGR_PPRE1_4 (5u << 10)
#define CFGR_PPRE2_2 (4u << 13)
#define AHB1ENR_GPIO 0x1ffu
#define APB1ENR_TIM2 (1u << 0)
#define APB1ENR_TIM14 (1u << 8)
#define APB1ENR_DAC (1u << 29)
#define APB2ENR_TIM1 (1u << 0)
#define APB2ENR_USART1 (1u << 4)
#define CSR_RMVF (1u << 24)
#define CSR_IWDGRSTF (1u << 29)

#define FLASH_ACR 0x40023c00u
#define ACR_CACHES (1u << 8 | 1u << 9 | 1u << 10) /* prefetch, instructions, data */
#define ACR_WAITS ((BOARD_CLOCK_HZ - 1u) / 30000000u) /* at 2.7 to 3.6 V */

#define TIM1 0x40010000u
#define TIM2 0x40000000u
#define TIM2_INTERRUPT 28u
#define PWM_BITS 10u

#define DAC 0x40007400u
#define DAC_CR 0x00u
#define DAC_DHR12L1 0x0cu
#define DAC_CR_EN1 1u

#define USART1 0x40011000u
#define USART_SR 0x00u
#define USART_DR 0x04u
#define USART_BRR 0x08u
#define USART_CR1 0x0cu
#define SR_RXNE (1u << 5)
#define SR_TXE (1u << 7)
#define CR1_UE_TE_RE (1u << 13 | 1u << 3 | 1u << 2)

#define INTERNAL_HZ 16000000u
#define MEGAHERTZ 1000000u
/* The PLL's oscillator runs at 192 to 432 MHz: at 4 or 2 times the clock. */
#define PLL_DIVIDER (BOARD_CLOCK_HZ < 96u * MEGAHERTZ ? 4u : 2u)
/* Reads of a few cycles of 16 MHz: 10 ms for a crystal, which needs about 2; 2 ms for the PLL, which needs at most 0.3. */
#define CRYSTAL_TRIES 20000u
#define PLL_TRIES 4000u

const uint32_t stm32_gpio = 0x40020000u;

static uint32_t tick_timer_hz;

/* Input / (input in MHz) = 1 MHz, times the divider's multiple of the clock, divided again. The old clock stays when the PLL does not lock. */
static uint32_t start_pll(uint32_t source, uint32_t input_hz)
{
    volatile uint32_t *cr = &STM32_REGISTER(RCC, RCC_CR), *cfgr = &STM32_REGISTER(RCC, RCC_CFGR);
    *cr &= ~CR_PLLON;
    (void)stm32_wait(cr, CR_PLLRDY, 0, PLL_TRIES);
    STM32_REGISTER(RCC, RCC_PLLCFGR) = input_hz / MEGAHERTZ | (PLL_DIVIDER * (BOARD_CLOCK_HZ / MEGAHERTZ)) << 6 | (PLL_DIVIDER / 2u - 1u) << 16 | source | PLLCFGR_Q_9;
    *cr |= CR_PLLON;
    if (stm32_wait(cr, CR_PLLRDY, CR_PLLRDY, PLL_TRIES) == 0) return 0;
    *cfgr = CFGR_PPRE1_4 | CFGR_PPRE2_2;
    *cfgr = CFGR_PPRE1_4 | CFGR_PPRE2_2 | CFGR_SW_PLL;
    if (stm32_wait(cfgr, CFGR_SWS, CFGR_SWS_PLL, PLL_TRIES) != 0) return 1;
    *cfgr = 0;
    return 0;
}

static port_clock_source start_clock(void)
{
    volatile uint32_t *cr = &STM32_REGISTER(RCC, RCC_CR);
    STM32_REGISTER(FLASH_ACR, 0u) = ACR_CACHES | ACR_WAITS;
    if (BOARD_CRYSTAL_HZ != 0) {
        *cr |= CR_HSEON;
        if (stm32_wait(cr, CR_HSERDY, CR_HSERDY, CRYSTAL_TRIES) != 0 && start_pll(PLLCFGR_FROM_CRYSTAL, BOARD_CRYSTAL_HZ) != 0) {
            *cr |= CR_CSSON;
            return PORT_CLOCK_CRYSTAL;
        }
        *cr &= ~CR_HSEON;
    }
    return start_pll(0, INTERNAL_HZ) != 0 ? PORT_CLOCK_INTERNAL : PORT_CLOCK_SLOW;
}

#if BOARD_AUDIO_DAC
static void start_loudspeaker(void)
{
    stm32_pin_input(0, 4, PIN_ANALOG, PULL_NONE);
    STM32_REGISTER(DAC, DAC_CR) = DAC_CR_EN1;
}

/* Twelve bits, aligned to the left: the four below them are not read. */
void port_sample(int16_t sample)
{
    STM32_REGISTER(DAC, DAC_DHR12L1) = (uint32_t)(sample + 0x8000) & 0xfff0u;
}
#else
static void start_loudspeaker(void)
{
    stm32_pin_function(0, 8, 1);
    STM32_REGISTER(TIM1, TIM_ARR) = (1u << PWM_BITS) - 1u;
    STM32_REGISTER(TIM1, TIM_CCMR1) = TIM_CCMR1_OC1M_PWM1 | TIM_CCMR1_OC1PE;
    STM32_REGISTER(TIM1, TIM_CCER) = TIM_CCER_CC1E;
    STM32_REGISTER(TIM1, TIM_BDTR) = TIM_BDTR_MOE;
    STM32_REGISTER(TIM1, TIM_EGR) = TIM_EGR_UG;
    STM32_REGISTER(TIM1, TIM_CR1) = TIM_CR1_ARPE | TIM_CR1_CEN;
}

void port_sample(int16_t sample)
{
    STM32_REGISTER(TIM1, TIM_CCR1) = (uint32_t)(sample + 0x8000) >> (16u - PWM_BITS);
}
#endif

port_clocks port_start(const port_input *inputs, uint32_t count)
{
    port_clocks clocks;
    clocks.source = start_clock();
    clocks.core_hz = clocks.source == PORT_CLOCK_SLOW ? INTERNAL_HZ : BOARD_CLOCK_HZ;
    clocks.buzzer_hz = clocks.source == PORT_CLOCK_SLOW ? INTERNAL_HZ : BOARD_CLOCK_HZ / 2u;
    tick_timer_hz = clocks.buzzer_hz;

    STM32_REGISTER(RCC, RCC_AHB1ENR) |= AHB1ENR_GPIO;
    STM32_REGISTER(RCC, RCC_APB1ENR) |= APB1ENR_TIM2 | APB1ENR_TIM14 | (BOARD_AUDIO_DAC ? APB1ENR_DAC : 0u);
    STM32_REGISTER(RCC, RCC_APB2ENR) |= APB2ENR_USART1 | (BOARD_AUDIO_DAC ? 0u : APB2ENR_TIM1);
    stm32_start_inputs(inputs, count);
    start_loudspeaker();
    port_sample(0);
    stm32_start_buzzer();
    stm32_pin_function(0, 7, 9);

    const uint32_t line_hz = clocks.source == PORT_CLOCK_SLOW ? INTERNAL_HZ : BOARD_CLOCK_HZ / 2u;
    STM32_REGISTER(USART1, USART_BRR) = (line_hz + BOARD_BAUD / 2u) / BOARD_BAUD;
    STM32_REGISTER(USART1, USART_CR1) = CR1_UE_TE_RE;
    stm32_pin_input(0, 10, PIN_INPUT, PULL_UP); /* a line that is not connected is idle */
    stm32_pin_function(0, 10, 7);
    stm32_pin_function(0, 9, 7);
    return clocks;
}

void port_start_ticks(uint32_t tick_hz)
{
    STM32_REGISTER(TIM2, TIM_PSC) = 0;
    STM32_REGISTER(TIM2, TIM_ARR) = tick_timer_hz / tick_hz - 1u;
    STM32_REGISTER(TIM2, TIM_EGR) = TIM_EGR_UG;
    STM32_REGISTER(TIM2, TIM_SR) = 0;
    STM32_REGISTER(TIM2, TIM_DIER) = TIM_DIER_UIE;
    STM32_REGISTER(SCS_NVIC_ISER, 0u) = 1u << TIM2_INTERRUPT;
    STM32_REGISTER(TIM2, TIM_CR1) = TIM_CR1_CEN;
}

/* The one external interrupt that is enabled (startup.c). The flag is cleared first, and read back so that the write has arrived before the return. */
void External_Handler(void);
void External_Handler(void)
{
    STM32_REGISTER(TIM2, TIM_SR) = ~TIM_SR_UIF;
    (void)STM32_REGISTER(TIM2, TIM_SR);
    port_tick();
}

int32_t port_serial_take(void)
{
    return (STM32_REGISTER(USART1, USART_SR) & SR_RXNE) != 0 ? (int32_t)(STM32_REGISTER(USART1, USART_DR) & 0xffu) : -1;
}

uint32_t port_serial_put(uint8_t byte)
{
    if ((STM32_REGISTER(USART1, USART_SR) & SR_TXE) == 0) return 0;
    STM32_REGISTER(USART1, USART_DR) = byte;
    return 1;
}

uint32_t port_watchdog_bit(void)
{
    const uint32_t bit = (STM32_REGISTER(RCC, RCC_CSR) & CSR_IWDGRSTF) != 0;
    STM32_REGISTER(RCC, RCC_CSR) |= CSR_RMVF;
    return bit;
}
