/*
 * startup.c - from reset to main on a Cortex-M (sections: cortex-m.ld).
 *
 * The vector table, the copy of .data, the zeros of .bss, and a pattern in the stack by which its deepest use can be read
 * (firmware_stack_used). Handlers are weak: an application defines those that it needs under the same names.
 */
#include "firmware.h"

#define STACK_PATTERN 0xa5a5a5a5u
#define EXTERNAL_INTERRUPTS 82 /* of an STM32F405; fewer on smaller parts */

/* Of the linker script. */
extern uint32_t stack_limit[], stack_top[], data_start[], data_end[], bss_start[], bss_end[];
extern const uint32_t data_load[];

int main(void);

void Reset_Handler(void);
void Default_Handler(void);

#define WEAK_HANDLER(name) void name(void) __attribute__((weak, alias("Default_Handler")))
WEAK_HANDLER(NMI_Handler);
WEAK_HANDLER(HardFault_Handler);
WEAK_HANDLER(MemManage_Handler);
WEAK_HANDLER(BusFault_Handler);
WEAK_HANDLER(UsageFault_Handler);
WEAK_HANDLER(SVC_Handler);
WEAK_HANDLER(DebugMon_Handler);
WEAK_HANDLER(PendSV_Handler);
WEAK_HANDLER(SysTick_Handler);
WEAK_HANDLER(External_Handler);

typedef void (*handler)(void);

/* What the processor reads at reset: the top of the stack, then the handlers. All external interrupts share one handler. */
static const struct {
    uint32_t *stack;
    handler system[15];
    handler external[EXTERNAL_INTERRUPTS];
} vectors __attribute__((section(".vectors"), used)) = {
    stack_top,
    { Reset_Handler, NMI_Handler, HardFault_Handler, MemManage_Handler, BusFault_Handler, UsageFault_Handler, 0, 0, 0, 0, SVC_Handler,
      DebugMon_Handler, 0, PendSV_Handler, SysTick_Handler },
    {
#define FOUR_HANDLERS External_Handler, External_Handler, External_Handler, External_Handler
        FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS,
        FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS,
        FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, FOUR_HANDLERS, External_Handler, External_Handler
    }
};

/* An application that can report a fault does so here. */
__attribute__((weak)) void firmware_fault(void)
{
}

void Default_Handler(void)
{
    firmware_fault();
    for (;;) {
    }
}

uint32_t firmware_stack_used(void)
{
    const volatile uint32_t *word = stack_limit;
    while (word < stack_top && *word == STACK_PATTERN) word++;
    return (uint32_t)((uintptr_t)stack_top - (uintptr_t)word);
}

void Reset_Handler(void)
{
    uint32_t *frame = (uint32_t *)__builtin_frame_address(0);
    /* Everything below this function's own frame, with room for what a call pushes. */
    for (volatile uint32_t *word = stack_limit; word < frame - 32; word++) *word = STACK_PATTERN;
    const uint32_t *from = data_load;
    for (volatile uint32_t *to = data_start; to < data_end; to++) *to = *from++;
    for (volatile uint32_t *to = bss_start; to < bss_end; to++) *to = 0;
    firmware_exit(main());
}
