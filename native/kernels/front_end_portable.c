/*
 * front_end_portable.c - samples to a normalized log-mel row, one hop at a time (ARITHMETIC.md, section 7.1).
 *
 *   X[k] = sum_n w[n] x[n] exp(-2 pi j n k / N)        over the last N samples; the newest hop ends them
 *   y[j] = (ln max(sum_k mel[j][k] |X[k]|, floor) - mean[j]) / std[j], divided by the step of the result
 *
 * The N real samples are N/2 complex points (even samples re, odd samples im), so the windowed samples in their order are already the
 * input of the transform. Formats for N = 1024: samples Q15, windowed Q29, spectrum Q20, magnitudes Q22, mel weights Q20, bands Q42,
 * logarithms Q26. Mel bands are runs of bins; their weights follow one another without gaps.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

static void apply_window(const int16_t *x, const int32_t *window, int32_t *v, int32_t samples)
{
    for (int32_t n = 0; n < samples; n++) v[n] = q3e_mulr(x[n] * 32768, window[n]);
}

/* Magnitude of bin k from the transforms at k and M - k of the even and odd samples: X = E + O exp(-2 pi j k / N), where
 * E = (Z[k] + conj Z[M-k]) / 2 and O = (Z[k] - conj Z[M-k]) / 2j. */
static uint32_t bin_magnitude(const int32_t *zk, const int32_t *zj, uint32_t turn)
{
    int64_t dr = zk[0] - zj[0], di = zk[1] + zj[1];
    int64_t c = q3e_cos31(turn), s = -q3e_sin31(turn);
    int32_t tr = (int32_t)((dr * c - di * s + INT64_C(0x80000000)) >> 32);
    int32_t ti = (int32_t)((dr * s + di * c + INT64_C(0x80000000)) >> 32);
    int64_t re = ((zk[0] + zj[0]) >> 1) + ti;
    int64_t im = ((zk[1] - zj[1]) >> 1) - tr;
    return q3e_sqrt2((uint64_t)(re * re) + (uint64_t)(im * im));
}

static void magnitudes(const int32_t *z, int32_t log2_fft, uint32_t *magnitude)
{
    const int32_t points = 1 << (log2_fft - 1);
    for (int32_t k = 0; k <= points; k++) {
        const int32_t *zk = z + 2 * (k & (points - 1)), *zj = z + 2 * ((points - k) & (points - 1));
        magnitude[k] = bin_magnitude(zk, zj, (uint32_t)k << (32 - log2_fft));
    }
}

static void log_mel(const q3e_front_end *f, const uint32_t *magnitude, int16_t *mel)
{
    const uint32_t *weight = f->weight;
    for (int32_t j = 0; j < f->bands; j++) {
        const uint32_t *bin = magnitude + f->first[j];
        uint64_t energy = 0;
        for (int32_t k = 0; k < f->count[j]; k++) energy += (uint64_t)*weight++ * bin[k];
        if (energy < f->floor) energy = f->floor;
        int32_t level = q3e_log26(energy, 52 - f->log2_fft) - f->offset[j];
        mel[j] = q3e_sat16(q3e_mulr(level * (1 << f->left_shift), f->gain[j]));
    }
}

void q3e_front_end_hop(const q3e_front_end *f, q3e_fft_function *fft, int16_t *history, const int16_t *pcm, int32_t *work, uint32_t *magnitude,
                       int16_t *mel)
{
    const int32_t past = (1 << f->log2_fft) - f->hop;
    apply_window(history, f->window, work, past);
    apply_window(pcm, f->window + past, work + past, f->hop);
    q3e_push(history, pcm, past, f->hop, (int32_t)sizeof(int16_t));
    fft(work, f->log2_fft - 1);
    magnitudes(work, f->log2_fft, magnitude);
    Q3E_TRACE_BUFFER("frontend.magnitude", magnitude, (((size_t)1 << (f->log2_fft - 1)) + 1) * sizeof(uint32_t));
    log_mel(f, magnitude, mel);
}
