/*
 * semihosting.h - the services that a debugger or QEMU gives a bare-metal program (Arm, Semihosting for AArch32 and AArch64, 2.0).
 *
 * Only for programs that run under a debugger or an emulator: without one, the breakpoint instruction is a fault.
 */
#ifndef Q3E_SEMIHOSTING_H
#define Q3E_SEMIHOSTING_H

#include <stdint.h>

enum { SEMIHOST_READ = 1 /* "rb" */, SEMIHOST_WRITE = 5 /* "wb" */ };

/** Writes a text to the debugger's console. */
void semihost_text(const char *text);
/** Writes a number in decimal. */
void semihost_number(uint32_t value);
/** Writes a number as eight hexadecimal digits. */
void semihost_hex(uint32_t value);
/** Opens a file of the host; negative when that fails. */
int32_t semihost_open(const char *path, int32_t mode);
/** Reads up to `bytes` bytes; the number of bytes read. */
uint32_t semihost_read(int32_t file, void *data, uint32_t bytes);
/** Writes `bytes` bytes; 0 when all were written. */
int32_t semihost_write(int32_t file, const void *data, uint32_t bytes);
/** Closes a file; 0 on success. */
int32_t semihost_close(int32_t file);
/** Splits the command line at blanks: at most `most` arguments that point into `line`; their number, 0 when there is no command line. */
int semihost_arguments(char *line, uint32_t bytes, char **arguments, int most);
/** Ends the program with an exit status. Does not return under a debugger. */
void semihost_exit(int status);

#endif
