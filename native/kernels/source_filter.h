/*
 * source_filter.h - the steps of a source-filter head's hop that an instruction set may do in its own way.
 */
#ifndef Q3E_SOURCE_FILTER_H
#define Q3E_SOURCE_FILTER_H

#include "q3e_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#define Q3E_NOISE_GAIN 232471924 /* sqrt(3), Q27 */
#define Q3E_SPECTRUM_MAX ((1 << 29) - 1)

/** ARITHMETIC.md, section 5. Each has the exact result stated there; in `spectrum` of the memory lie first Z, then the samples. */
typedef struct {
    /** Step 2 for a voiced hop: e[hop] while the increment runs from left to right; moves the phase and the harmonics. */
    void (*harmonics)(const q3e_source_filter *s, q3e_oscillator *o, uint32_t left, uint32_t right, int32_t *e);
    /** Step 3: e[hop]; moves the noise. */
    void (*noise)(q3e_oscillator *o, int32_t hop, int32_t *e);
    /** Step 5 as far as Z. */
    void (*spectrum)(const q3e_source_filter *s, const q3e_source_filter_memory *m);
    /** Step 6 and the rest of step 5: Y in `filtered`. */
    void (*filter)(const q3e_source_filter *s, const q3e_source_filter_memory *m);
    /** Step 7 as far as y. */
    void (*inverse)(const q3e_source_filter *s, const q3e_source_filter_memory *m);
    /** The rest of step 7: pcm[hop] and the overlap. */
    void (*overlap)(const q3e_source_filter *s, const q3e_source_filter_memory *m, int16_t *pcm);
} q3e_source_filter_steps;

/** The portable steps, for sets that do only some of them in their own way. */
extern const q3e_source_filter_steps q3e_source_filter_portable;

/** q3e_source_filter_hop with these steps. */
void q3e_source_filter_run(const q3e_source_filter_steps *steps, const q3e_source_filter *s, const q3e_source_filter_memory *m,
                           const int16_t *head, int16_t *pcm);

#ifdef __cplusplus
}
#endif
#endif
