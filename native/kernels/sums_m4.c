/*
 * sums_m4.c - sums of products of a matrix in pairs (q3e_matrix) on a Cortex-M4.
 *
 * A word holds two outputs by two inputs: p = 256 * w1 + w0 for each input. SMLAD of the word with two inputs adds both products to
 * B = 256 * S1 + S0, where S0 and S1 are the sums of the two outputs; SXTB16 of the word leaves w0 of both inputs, and SMLAD adds their
 * products to S0; in the end S1 = (B - S0) >> 8. For int8 inputs B fits in 32 bits (proved by the emitter), for int16 inputs it has 64
 * (SMLALD). A sign extension thus serves four products of each row.
 *
 * Instructions for 16 inputs of a pair (32 products a row): one row 28, two rows 46 (int8) and 48 (int16). These steps are unrolled four times;
 * what does not fill four is done first, by a jump into their middle.
 *
 * The functions are one block of assembler each, for a compiler that keeps the sums in memory doubles the count. r7 may be the compiler's frame
 * pointer, so the blocks save it themselves.
 */
#include "q3e_cpu.h"
#include "sums_m4.h"

#ifdef Q3E_M4_KERNELS

/* Entry points of the unrolled steps by (stride / 32) % 4, and the choice of one: its address to r12. */
#define CHOOSE_ENTRY \
    "ubfx r12, r2, #5, #2\n\t" \
    "adr lr, 9f\n\t" \
    "ldr r12, [lr, r12, lsl #2]\n\t"
#define ENTRIES \
    "b 8f\n\t" \
    ".balign 4\n" \
    "9:\n\t" \
    ".word 1f + 1, 4f + 1, 3f + 1, 2f + 1\n"
#define FOUR_TIMES(step) "1:\n\t" step "2:\n\t" step "3:\n\t" step "4:\n\t" step

#define FUNCTION_BODY(body) \
    register const int8_t *w __asm__("r0") = weight; \
    register const uint32_t *input __asm__("r1") = x; \
    register size_t bytes __asm__("r2") = stride; \
    register int32_t *to __asm__("r3") = sums; \
    register int32_t *stop __asm__("r4") = end; \
    __asm__ volatile(body \
                     : "+r"(w), "+r"(input), "+r"(bytes), "+r"(to), "+r"(stop) \
                     : \
                     : "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory")

/* Stack: x, the end of x, the end of the sums, the entry, r7. The weights are in r3..r6, the inputs in r8..r11, S0 in r12, B in lr. */
#define ONE_ROW_HEAD \
    CHOOSE_ENTRY \
    "push {r7}\n\t" \
    "add r2, r2, r1\n\t" \
    "mov r7, r3\n\t" \
    "push {r1, r2, r4, r12}\n\t" \
    ENTRIES

void q3e_m4_sums_one_row_s8(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end)
{
#define STEP_ONE_S8 \
    ".rept 2\n\t" \
    "ldmia r0!, {r3, r4, r5, r6}\n\t" \
    "ldmia r1!, {r8, r9, r10, r11}\n\t" \
    "smlad lr, r3, r8, lr\n\t" \
    "smlad lr, r4, r9, lr\n\t" \
    "smlad lr, r5, r10, lr\n\t" \
    "smlad lr, r6, r11, lr\n\t" \
    "sxtb16 r3, r3\n\t" \
    "sxtb16 r4, r4\n\t" \
    "sxtb16 r5, r5\n\t" \
    "sxtb16 r6, r6\n\t" \
    "smlad r12, r3, r8, r12\n\t" \
    "smlad r12, r4, r9, r12\n\t" \
    "smlad r12, r5, r10, r12\n\t" \
    "smlad r12, r6, r11, r12\n\t" \
    ".endr\n"
    FUNCTION_BODY(ONE_ROW_HEAD
                  "8:\n\t"
                  "ldrd r1, r2, [sp]\n\t"
                  "mov r12, #0\n\t"
                  "mov lr, #0\n\t"
                  "ldr pc, [sp, #12]\n"
                  FOUR_TIMES(STEP_ONE_S8)
                  "cmp r1, r2\n\t"
                  "bne 1b\n\t"
                  "ldr r3, [sp, #8]\n\t"
                  "stmia r7!, {r12, lr}\n\t"
                  "cmp r7, r3\n\t"
                  "bne 8b\n\t"
                  "add sp, sp, #16\n\t"
                  "pop {r7}");
}

/* The same with B in r2 and lr, which takes the register of the end of x. */
void q3e_m4_sums_one_row_s16(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end)
{
#define STEP_ONE_S16 \
    ".rept 2\n\t" \
    "ldmia r0!, {r3, r4, r5, r6}\n\t" \
    "ldmia r1!, {r8, r9, r10, r11}\n\t" \
    "smlald r2, lr, r3, r8\n\t" \
    "smlald r2, lr, r4, r9\n\t" \
    "smlald r2, lr, r5, r10\n\t" \
    "smlald r2, lr, r6, r11\n\t" \
    "sxtb16 r3, r3\n\t" \
    "sxtb16 r4, r4\n\t" \
    "sxtb16 r5, r5\n\t" \
    "sxtb16 r6, r6\n\t" \
    "smlad r12, r3, r8, r12\n\t" \
    "smlad r12, r4, r9, r12\n\t" \
    "smlad r12, r5, r10, r12\n\t" \
    "smlad r12, r6, r11, r12\n\t" \
    ".endr\n"
    FUNCTION_BODY(ONE_ROW_HEAD
                  "8:\n\t"
                  "ldr r1, [sp]\n\t"
                  "mov r12, #0\n\t"
                  "mov r2, #0\n\t"
                  "mov lr, #0\n\t"
                  "ldr pc, [sp, #12]\n"
                  FOUR_TIMES(STEP_ONE_S16)
                  "ldr r3, [sp, #4]\n\t"
                  "cmp r1, r3\n\t"
                  "bne 1b\n\t"
                  "subs r2, r2, r12\n\t"
                  "sbc lr, lr, r12, asr #31\n\t"
                  "lsrs r2, r2, #8\n\t"
                  "orr lr, r2, lr, lsl #24\n\t"
                  "ldr r3, [sp, #8]\n\t"
                  "stmia r7!, {r12, lr}\n\t"
                  "cmp r7, r3\n\t"
                  "bne 8b\n\t"
                  "add sp, sp, #16\n\t"
                  "pop {r7}");
}

/* Stack: x, the end of x, where the next sums go, their end, the entry, r7. */
#define TWO_ROWS_HEAD \
    CHOOSE_ENTRY \
    "push {r7}\n\t" \
    "add r2, r1, r2, lsl #1\n\t" \
    "push {r1, r2, r3, r4, r12}\n\t" \
    ENTRIES

/* Stores four sums in the order of their registers and goes on with the next pair. */
#define TWO_ROWS_TAIL(four) \
    "ldrd r2, r3, [sp, #8]\n\t" \
    "stmia r2!, " four "\n\t" \
    "str r2, [sp, #8]\n\t" \
    "cmp r2, r3\n\t" \
    "bne 8b\n\t" \
    "add sp, sp, #20\n\t" \
    "pop {r7}"

/* The weights are in r2..r5, the inputs in r6, r8..r10; B and S0 of the first row in r12 and r11, of the second in r7 and lr. */
void q3e_m4_sums_two_rows_s8(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end)
{
#define HALF_STEP_TWO_S8(w0, w1) \
    "ldmia r1!, {r6, r8, r9, r10}\n\t" \
    "smlad r12, " w0 ", r6, r12\n\t" \
    "smlad r7, " w0 ", r8, r7\n\t" \
    "smlad r12, " w1 ", r9, r12\n\t" \
    "smlad r7, " w1 ", r10, r7\n\t" \
    "sxtb16 " w0 ", " w0 "\n\t" \
    "sxtb16 " w1 ", " w1 "\n\t" \
    "smlad r11, " w0 ", r6, r11\n\t" \
    "smlad lr, " w0 ", r8, lr\n\t" \
    "smlad r11, " w1 ", r9, r11\n\t" \
    "smlad lr, " w1 ", r10, lr\n\t"
#define STEP_TWO_S8 \
    ".rept 2\n\t" \
    "ldmia r0!, {r2, r3, r4, r5}\n\t" \
    HALF_STEP_TWO_S8("r2", "r3") \
    HALF_STEP_TWO_S8("r4", "r5") \
    ".endr\n"
    FUNCTION_BODY(TWO_ROWS_HEAD
                  "8:\n\t"
                  "ldr r1, [sp]\n\t"
                  "mov r7, #0\n\t"
                  "mov r11, #0\n\t"
                  "mov r12, #0\n\t"
                  "mov lr, #0\n\t"
                  "ldr pc, [sp, #16]\n"
                  FOUR_TIMES(STEP_TWO_S8)
                  "ldr r2, [sp, #4]\n\t"
                  "cmp r1, r2\n\t"
                  "bne 1b\n\t"
                  TWO_ROWS_TAIL("{r7, r11, r12, lr}"));
}

/* The weights are in r2 and r3, the inputs in r4..r6, r8; S0 and B of the first row in r9 and r10, r11, of the second in lr and r12, r7. */
void q3e_m4_sums_two_rows_s16(const int8_t *weight, const uint32_t *x, size_t stride, int32_t *sums, int32_t *end)
{
#define STEP_TWO_S16 \
    ".rept 4\n\t" \
    "ldmia r0!, {r2, r3}\n\t" \
    "ldmia r1!, {r4, r5, r6, r8}\n\t" \
    "smlald r10, r11, r2, r4\n\t" \
    "smlald r12, r7, r2, r5\n\t" \
    "smlald r10, r11, r3, r6\n\t" \
    "smlald r12, r7, r3, r8\n\t" \
    "sxtb16 r2, r2\n\t" \
    "sxtb16 r3, r3\n\t" \
    "smlad r9, r2, r4, r9\n\t" \
    "smlad lr, r2, r5, lr\n\t" \
    "smlad r9, r3, r6, r9\n\t" \
    "smlad lr, r3, r8, lr\n\t" \
    ".endr\n"
    FUNCTION_BODY(TWO_ROWS_HEAD
                  "8:\n\t"
                  "ldr r1, [sp]\n\t"
                  "mov r7, #0\n\t"
                  "mov r9, #0\n\t"
                  "mov r10, #0\n\t"
                  "mov r11, #0\n\t"
                  "mov r12, #0\n\t"
                  "mov lr, #0\n\t"
                  "ldr pc, [sp, #16]\n"
                  FOUR_TIMES(STEP_TWO_S16)
                  "ldr r2, [sp, #4]\n\t"
                  "cmp r1, r2\n\t"
                  "bne 1b\n\t"
                  "subs r12, r12, lr\n\t"
                  "sbc r7, r7, lr, asr #31\n\t"
                  "lsrs r12, r12, #8\n\t"
                  "orr r8, r12, r7, lsl #24\n\t"
                  "subs r10, r10, r9\n\t"
                  "sbc r11, r11, r9, asr #31\n\t"
                  "lsrs r10, r10, #8\n\t"
                  "orr r10, r10, r11, lsl #24\n\t"
                  TWO_ROWS_TAIL("{r8, r9, r10, lr}"));
}

#endif
