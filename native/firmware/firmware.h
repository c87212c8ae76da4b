/*
 * firmware.h - what bare-metal programs of this repository share: start-up (startup.c) and a debugger's services (semihosting.c).
 */
#ifndef Q3E_FIRMWARE_H
#define Q3E_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the stack that were ever used since the reset. */
uint32_t firmware_stack_used(void);

/** Called on a fault or an interrupt that nothing handles; the processor stops when it returns. */
void firmware_fault(void);

/** Keeps the compiler from moving memory accesses across: all that one processor without a cache needs between its program and its interrupts. */
static inline void firmware_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

/** Where a program goes that returns from main. Does not return. */
void firmware_exit(int status);

#endif
