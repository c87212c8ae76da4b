/*
 * q3e_checks.h - what decoders and encoders check alike before they trust an arena or a descriptor.
 */
#ifndef Q3E_CHECKS_H
#define Q3E_CHECKS_H

#include <string.h>

#include "q3e.h"

#if defined(__BYTE_ORDER__) && defined(__ORDER_LITTLE_ENDIAN__)
typedef char q3e_assert_little_endian[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : -1];
#endif

/* For compilers that do not tell the byte order. */
static inline int q3e_is_little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static inline int q3e_is_aligned(const void *p)
{
    return ((uintptr_t)p & (Q3E_ARENA_ALIGNMENT - 1u)) == 0;
}

static inline int q3e_has_this_version(const q3e_model *model)
{
    return model->size >= sizeof(q3e_model) && model->version == Q3E_ABI_VERSION && model->arithmetic == Q3E_ARITHMETIC_VERSION;
}

#endif
