/*
 * search_portable.c - a latent to codes: greedy residual search (ARITHMETIC.md, section 7.3).
 *
 *   k[l] = argmax_c r . c - |c|^2 / 2 = argmin_c |r - c|^2,  r = r - c[k[l]],  for l = 0, 1, ...; ties: the lowest c
 *
 * T is [layers][entries][dim], in columns with a step of their own; u is r brought to int16 so that u . T is proportional to r . c. The
 * residual is formed again from the latent and the codes so far wherever it is needed: against the search itself that costs nothing, and
 * it leaves u as the only array on the stack.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

enum { MAX_DIM = 256 };

static const int8_t *search_entries(const q3e_codebooks *c, int32_t layer)
{
    return c->table + (size_t)layer * (size_t)c->entries * (size_t)c->dim;
}

/* r[d] before layer `layer`, in 1/256 of the latent's step. */
static int32_t residual(const q3e_codebooks *c, const int16_t *y, const uint16_t *codes, int32_t layer, int32_t d)
{
    int32_t r = y[d] * 256;
    for (int32_t l = 0; l < layer; l++) {
        int32_t value = search_entries(c, l)[(size_t)codes[l] * (size_t)c->dim + (size_t)d];
        r -= (int32_t)q3e_rshr((int64_t)value * c->step[l * c->dim + d], c->shift);
    }
    return r;
}

/* u . T of one entry: within 2^30 for any values. */
static int32_t product(const int16_t *u, const int8_t *entry, int32_t dim)
{
    int32_t sum = 0;
    for (int32_t d = 0; d < dim; d++) sum += u[d] * entry[d];
    return sum;
}

void q3e_search(const q3e_codebooks *c, const int16_t *y, int32_t layers, uint16_t *codes)
{
    int16_t u[MAX_DIM];
    for (int32_t l = 0; l < layers; l++) {
        const int8_t *entry = search_entries(c, l);
        const int32_t *gain = c->gain + l * c->dim, *half = c->half + l * c->entries;
        for (int32_t d = 0; d < c->dim; d++) {
            u[d] = q3e_sat16(q3e_mulr(residual(c, y, codes, l, d) * (1 << c->left_shift[l]), gain[d]));
        }
        int32_t best = 0, best_score = INT32_MIN;
        for (int32_t k = 0; k < c->entries; k++, entry += c->dim) {
            int32_t score = product(u, entry, c->dim) - half[k];
            if (score > best_score) {
                best = k;
                best_score = score;
            }
        }
        codes[l] = (uint16_t)best;
    }
}
