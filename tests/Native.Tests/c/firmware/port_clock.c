/*
 * port_clock.c - a port's clock set-up on this machine, with memory where the registers lie.
 *
 *   SCENARIO: 0 all works, 1 the crystal does not start, 2 the PLL does not lock either, 3 the clock does not switch to the PLL
 *
 * The ports wait for hardware in one function only, stm32_wait(); here it is the hardware: it looks at the registers, makes ready what can be, and answers. Prints
 * the clocks that the port says it has, and the registers that make them. Compile with a port, -DRCC=... and the offsets of its registers, and a board.h.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "stm32.h"

#define HSEON (1u << 16)
#define HSERDY (1u << 17)
#define PLLON (1u << 24)
#define PLLRDY (1u << 25)

static int scenario;
static unsigned waits;

uint32_t stm32_wait(volatile uint32_t *reg, uint32_t mask, uint32_t value, uint32_t tries)
{
    volatile uint32_t *cr = &STM32_REGISTER(RCC, 0u), *cfgr = &STM32_REGISTER(RCC, 8u);
    waits += tries;
    *cr &= ~(HSERDY | PLLRDY);
    if ((*cr & HSEON) != 0 && scenario == 0) *cr |= HSERDY;
    if ((*cr & PLLON) != 0 && scenario != 2) *cr |= PLLRDY;
    const uint32_t sw = *cfgr & SW_MASK;
    *cfgr = (*cfgr & ~(SW_MASK << SW_BITS)) | (scenario == 3 ? 0u : sw) << SW_BITS;
    return (*reg & mask) == value;
}

void stm32_pin_function(uint32_t port, uint32_t pin, uint32_t function)
{
    printf("pin %c%u function %u\n", (char)('A' + port), (unsigned)pin, (unsigned)function);
}

void stm32_pin_input(uint32_t port, uint32_t pin, uint32_t mode, uint32_t pull)
{
    (void)port, (void)pin, (void)mode, (void)pull;
}

void stm32_start_inputs(const port_input *inputs, uint32_t count)
{
    (void)inputs, (void)count;
}

void stm32_start_buzzer(void)
{
}

void port_tick(void)
{
}

static void map(uintptr_t address, size_t bytes)
{
    void *at = mmap((void *)address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != (void *)address) {
        fprintf(stderr, "cannot map the registers\n");
        exit(3);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 1;
    scenario = atoi(argv[1]);
    map(0x40000000u, 0x30000u);
    map(0xe000e000u, 0x1000u);
    STM32_REGISTER(RCC, CSR_OFFSET) = 1u << 29;
    const port_clocks clocks = port_start(NULL, 0);
    port_start_ticks(8000);
    printf("source %u core %u buzzer %u\n", (unsigned)clocks.source, (unsigned)clocks.core_hz, (unsigned)clocks.buzzer_hz);
    printf("cr %08x cfgr %08x pllcfgr %08x flash %08x\n", (unsigned)STM32_REGISTER(RCC, 0u), (unsigned)STM32_REGISTER(RCC, 8u), (unsigned)STM32_REGISTER(RCC, PLLCFGR_OFFSET), (unsigned)STM32_REGISTER(FLASH, 0u));
    printf("baud divider %u tick %u waits %u bit %u\n", (unsigned)STM32_REGISTER(SERIAL, BRR_OFFSET), (unsigned)STM32_REGISTER(TICK, 0u), waits, (unsigned)port_watchdog_bit());
    return 0;
}
