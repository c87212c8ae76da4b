/*
 * semihosting.c - a debugger's services by the breakpoint BKPT 0xAB: operation in r0, its argument block in r1, result in r0.
 */
#include "semihosting.h"

#include "firmware.h"

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20
};

#define STOPPED_BY_THE_APPLICATION 0x20026u

static int32_t call(int32_t operation, const void *argument)
{
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory", "cc");
    return r0;
}

static uint32_t length_of(const char *text)
{
    uint32_t n = 0;
    while (text[n] != '\0') n++;
    return n;
}

void semihost_text(const char *text)
{
    (void)call(SYS_WRITE0, text);
}

void semihost_number(uint32_t value)
{
    char digits[11];
    char *p = digits + sizeof digits - 1;
    *p = '\0';
    do {
        *--p = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    semihost_text(p);
}

void semihost_hex(uint32_t value)
{
    char digits[9];
    for (int i = 0; i < 8; i++) digits[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15u];
    digits[8] = '\0';
    semihost_text(digits);
}

int32_t semihost_open(const char *path, int32_t mode)
{
    const uint32_t block[3] = { (uint32_t)(uintptr_t)path, (uint32_t)mode, length_of(path) };
    return call(SYS_OPEN, block);
}

uint32_t semihost_read(int32_t file, void *data, uint32_t bytes)
{
    const uint32_t block[3] = { (uint32_t)file, (uint32_t)(uintptr_t)data, bytes };
    return bytes - (uint32_t)call(SYS_READ, block); /* the call gives what is missing */
}

int32_t semihost_write(int32_t file, const void *data, uint32_t bytes)
{
    const uint32_t block[3] = { (uint32_t)file, (uint32_t)(uintptr_t)data, bytes };
    return call(SYS_WRITE, block);
}

int32_t semihost_close(int32_t file)
{
    const uint32_t block[1] = { (uint32_t)file };
    return call(SYS_CLOSE, block);
}

int semihost_arguments(char *line, uint32_t bytes, char **arguments, int most)
{
    const uint32_t block[2] = { (uint32_t)(uintptr_t)line, bytes };
    int count = 0;
    if (call(SYS_GET_CMDLINE, block) != 0) return 0;
    while (count < most) {
        while (*line == ' ') line++;
        if (*line == '\0') break;
        arguments[count++] = line;
        while (*line != ' ' && *line != '\0') line++;
        if (*line == ' ') *line++ = '\0';
    }
    return count;
}

void semihost_exit(int status)
{
    const uint32_t block[2] = { STOPPED_BY_THE_APPLICATION, (uint32_t)status };
    (void)call(SYS_EXIT_EXTENDED, block);
    for (;;) {
    }
}

/* start-up's hooks */

void firmware_fault(void)
{
    semihost_text("fault: an exception without a handler\n");
    semihost_exit(70);
}

void firmware_exit(int status)
{
    semihost_exit(status);
}
