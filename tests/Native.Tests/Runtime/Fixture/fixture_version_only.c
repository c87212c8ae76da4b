/* fixture_version_only.c - a library that knows the interface's version (-DVERSION=n) and nothing else of it. */
#include "q3e.h"

uint32_t q3e_abi_version(void) { return VERSION; }
