/*
 * stm32g0.c - the port (port.h) for STM32G030 (RM0454): tones only.
 *
 *   PA7   buzzer: TIM14
 *   PA9   serial line out, PA10 in: USART1, 8 bits, no parity, 1 stop bit
 *
 * The system timer makes the ticks.
 */
#include "stm32.h"

#include "board.h"

#define RCC 0x40021000u
#define RCC_CR 0x00u
#define RCC_CFGR 0x08u
#define RCC_PLLCFGR 0x0cu
#define RCC_IOPENR 0x34u
#define RCC_APBENR2 0x40u
#define RCC_CSR 0x60u
#define CR_HSEON (1u << 16)
#define CR_HSERDY (1u << 17)
#define CR_CSSON (1u << 19) /* a crystal that stops raises the NMI, whose handler resets */
#define CR_PLLON (1u << 24)
#define CR_PLLRDY (1u << 25)
#define CFGR_SW_PLL 2u
#define CFGR_SWS (7u << 3)
#define CFGR_SWS_PLL (2u << 3)
#define PLLCFGR_FROM_INTERNAL 2u
#define PLLCFGR_FROM_CRYSTAL 3u
#define PLLCFGR_R_4 (3u << 29 | 1u << 28) /* a quarter of the oscillator, enabled */
#define IOPENR_GPIO 0x2fu
#define APBENR2_USART1 (1u << 14)
#define APBENR2_TIM14 (1u << 15)
#define CSR_RMVF (1u << 23)
#define CSR_IWDGRSTF (1u << 29)

#define FLASH_ACR 0x40022000u
#define ACR_LATENCY 7u
#define ACR_TWO_WAITS_AND_PREFETCH (2u | 1u << 8) /* two suffice to 64 MHz */

#define USART1 0x40013800u
#define USART_CR1 0x00u
#define USART_BRR 0x0cu
#define USART_ISR 0x1cu
#define USART_ICR 0x20u
#define USART_RDR 0x24u
#define USART_TDR 0x28u
#define CR1_UE_TE_RE (1u << 0 | 1u << 3 | 1u << 2)
#define ISR_ORE (1u << 3)
#define ISR_RXNE (1u << 5)
#define ISR_TXE (1u << 7)

#define SYST_CSR_RUN 7u /* the processor's clock, interrupt, enable */

#define INTERNAL_HZ 16000000u
#define MEGAHERTZ 1000000u
#define CRYSTAL_TRIES 20000u
#define PLL_TRIES 4000u

const uint32_t stm32_gpio = 0x50000000u;

static uint32_t core_hz;

/* Input / (input in 4 MHz) = 4 MHz, times the clock in MHz = 64 to 256 MHz, divided by 4. The old clock stays when the PLL does not lock. */
static uint32_t start_pll(uint32_t source, uint32_t input_hz)
{
    volatile uint32_t *cr = &STM32_REGISTER(RCC, RCC_CR), *cfgr = &STM32_REGISTER(RCC, RCC_CFGR);
    *cr &= ~CR_PLLON;
    (void)stm32_wait(cr, CR_PLLRDY, 0, PLL_TRIES);
    STM32_REGISTER(RCC, RCC_PLLCFGR) = source | (input_hz / (4u * MEGAHERTZ) - 1u) << 4 | (BOARD_CLOCK_HZ / MEGAHERTZ) << 8 | PLLCFGR_R_4;
    *cr |= CR_PLLON;
    if (stm32_wait(cr, CR_PLLRDY, CR_PLLRDY, PLL_TRIES) == 0) return 0;
    *cfgr = CFGR_SW_PLL;
    if (stm32_wait(cfgr, CFGR_SWS, CFGR_SWS_PLL, PLL_TRIES) != 0) return 1;
    *cfgr = 0;
    return 0;
}

static port_clock_source start_clock(void)
{
    volatile uint32_t *cr = &STM32_REGISTER(RCC, RCC_CR), *acr = &STM32_REGISTER(FLASH_ACR, 0u);
    *acr = (*acr & ~ACR_LATENCY) | ACR_TWO_WAITS_AND_PREFETCH;
    (void)stm32_wait(acr, ACR_LATENCY, 2u, PLL_TRIES);
    if (BOARD_CRYSTAL_HZ != 0) {
        *cr |= CR_HSEON;
        if (stm32_wait(cr, CR_HSERDY, CR_HSERDY, CRYSTAL_TRIES) != 0 && start_pll(PLLCFGR_FROM_CRYSTAL, BOARD_CRYSTAL_HZ) != 0) {
            *cr |= CR_CSSON;
            return PORT_CLOCK_CRYSTAL;
        }
        *cr &= ~CR_HSEON;
    }
    return start_pll(PLLCFGR_FROM_INTERNAL, INTERNAL_HZ) != 0 ? PORT_CLOCK_INTERNAL : PORT_CLOCK_SLOW;
}

port_clocks port_start(const port_input *inputs, uint32_t count)
{
    port_clocks clocks;
    clocks.source = start_clock();
    clocks.core_hz = clocks.source == PORT_CLOCK_SLOW ? INTERNAL_HZ : BOARD_CLOCK_HZ;
    clocks.buzzer_hz = clocks.core_hz;
    core_hz = clocks.core_hz;

    STM32_REGISTER(RCC, RCC_IOPENR) |= IOPENR_GPIO;
    STM32_REGISTER(RCC, RCC_APBENR2) |= APBENR2_USART1 | APBENR2_TIM14;
    stm32_start_inputs(inputs, count);
    stm32_start_buzzer();
    stm32_pin_function(0, 7, 4);

    STM32_REGISTER(USART1, USART_BRR) = (core_hz + BOARD_BAUD / 2u) / BOARD_BAUD;
    STM32_REGISTER(USART1, USART_CR1) = CR1_UE_TE_RE;
    stm32_pin_input(0, 10, PIN_INPUT, PULL_UP); /* a line that is not connected is idle */
    stm32_pin_function(0, 10, 1);
    stm32_pin_function(0, 9, 1);
    return clocks;
}

void port_start_ticks(uint32_t tick_hz)
{
    STM32_REGISTER(SCS_SYST_RVR, 0u) = core_hz / tick_hz - 1u;
    STM32_REGISTER(SCS_SYST_CVR, 0u) = 0;
    STM32_REGISTER(SCS_SYST_CSR, 0u) = SYST_CSR_RUN;
}

void SysTick_Handler(void);
void SysTick_Handler(void)
{
    port_tick();
}

void port_sample(int16_t sample)
{
    (void)sample;
}

int32_t port_serial_take(void)
{
    const uint32_t status = STM32_REGISTER(USART1, USART_ISR);
    if ((status & ISR_ORE) != 0) STM32_REGISTER(USART1, USART_ICR) = ISR_ORE;
    return (status & ISR_RXNE) != 0 ? (int32_t)(STM32_REGISTER(USART1, USART_RDR) & 0xffu) : -1;
}

uint32_t port_serial_put(uint8_t byte)
{
    if ((STM32_REGISTER(USART1, USART_ISR) & ISR_TXE) == 0) return 0;
    STM32_REGISTER(USART1, USART_TDR) = byte;
    return 1;
}

uint32_t port_watchdog_bit(void)
{
    const uint32_t bit = (STM32_REGISTER(RCC, RCC_CSR) & CSR_IWDGRSTF) != 0;
    STM32_REGISTER(RCC, RCC_CSR) |= CSR_RMVF;
    return bit;
}
