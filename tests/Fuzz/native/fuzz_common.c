/*
 * fuzz_common.c - inputs, memory and promises for the fuzzer of the C interface.
 */
#include "fuzz.h"

#include <stdio.h>

#define FILL 0x5a

void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "interface_fuzzer: broken promise: %s\n", what);
        abort();
    }
}

unsigned byte_of(program *p)
{
    if (p->left == 0) return 0;
    p->left--;
    return *p->data++;
}

unsigned word_of(program *p)
{
    unsigned low = byte_of(p);
    return low | (byte_of(p) << 8);
}

void *block_of(size_t bytes, unsigned fill)
{
    void *block = NULL;
    if (posix_memalign(&block, 16, bytes == 0 ? 1 : bytes) != 0) abort();
    memset(block, (int)fill, bytes);
    return block;
}

void *filled(size_t bytes)
{
    void *block = malloc(bytes == 0 ? 1 : bytes);
    if (block == NULL) abort();
    memset(block, FILL, bytes);
    return block;
}

int is_filled(const void *block, size_t bytes)
{
    const unsigned char *b = (const unsigned char *)block;
    return bytes == 0 || (b[0] == FILL && memcmp(b, b + 1, bytes - 1) == 0);
}

size_t arena_size(program *p, size_t need)
{
    switch (byte_of(p) & 7u) {
    case 0: return need - 1;
    case 1: return need + 1;
    case 2: return need + word_of(p);
    case 3: return word_of(p) % need;
    case 4: return 0;
    default: return need;
    }
}

unsigned make_arena(program *p, slot *s, size_t need)
{
    release(s);
    unsigned flags = byte_of(p);
    unsigned shift = (flags & 0x80u) != 0 ? flags & 15u : 0;
    s->bytes = arena_size(p, need);
    s->block = block_of(s->bytes + shift, word_of(p) & 255u);
    s->arena = s->block + shift;
    return shift;
}

void release(slot *s)
{
    free(s->block);
    memset(s, 0, sizeof *s);
}

unsigned char *copy_of(const slot *s)
{
    unsigned char *copy = malloc(s->bytes + 1);
    if (copy == NULL) abort();
    memcpy(copy, s->arena, s->bytes);
    return copy;
}

void require_untouched(const slot *s, unsigned char *copy)
{
    require(memcmp(copy, s->arena, s->bytes) == 0, "a refused call changed the arena");
    free(copy);
}
