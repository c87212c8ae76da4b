/*
 * sanitizer_options.c - options of AddressSanitizer for programs under QEMU, whose system calls the leak checker cannot use.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
