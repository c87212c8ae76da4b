/*
 * q3e_kernels.h - the kernels that an emitted model is made of.
 *
 * Every operation is defined exactly in native/ARITHMETIC.md; the names here are the names there. Activations are rows
 * [time][channel], oldest row first, without padding between rows. Nothing here allocates, recurses or keeps state of its own:
 * histories and scratch are the caller's (the emitted model places them in its arena). Pointers are never null and buffers never
 * overlap unless a comment says so; sizes are compile-time constants of the emitted model and are not checked again here.
 */
#ifndef Q3E_KERNELS_H
#define Q3E_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A build with Q3E_TRACE defined reports every intermediate buffer to a function that the test harness supplies. */
#ifdef Q3E_TRACE
void q3e_trace(const char *name, const void *data, size_t bytes);
#define Q3E_TRACE_BUFFER(name, data, bytes) q3e_trace((name), (data), (bytes))
#else
#define Q3E_TRACE_BUFFER(name, data, bytes) ((void)0)
#endif

/** Embedding tables of an RVQ decoder (ARITHMETIC.md, Embed). */
typedef struct {
    const int8_t *table;        /**< [layers][entries][dim] */
    const int32_t *multiplier;  /**< [layers][dim] */
    int32_t entries;            /**< codes per layer */
    int32_t dim;                /**< values per entry */
    int32_t shift;              /**< n, at least 1 */
} q3e_embedding;

/**
 * Matrix with int8 weights (ARITHMETIC.md, Linear), in one of three layouts that give the same results.
 * Rows (`compensation` is null): weight[out][in]; the other arrays have `out` entries.
 * Blocks, for kernels that compute 16 outputs side by side: weight[out/16][in/4][16][4], both divisions rounded up and the places
 * that are no weights zero; the other arrays have `out` rounded up to a multiple of 16 entries.
 * Pairs (`compensation` is q3e_pairs), for kernels that multiply pairs of int16: little-endian int16 p[out/2][in], `out` rounded up to
 * an even number and `in` to a multiple of 16, p[o/2][i] = 256 * w[o+1][i] + w[o][i] for even o, places that are no weights zero; the
 * other arrays have `out` rounded up to an even number of entries. (So the low byte of p is w[o], and the high byte w[o+1], less one
 * where w[o] is negative.) The emitter proves for each pair of outputs that 256 * S[o+1] + S[o] stays within 32 bits for every int8 x, S being
 * the sum of products without the bias; a kernel for int16 x adds up in 64 bits. The matrix is aligned to 4 bytes.
 */
typedef struct {
    const int8_t *weight;        /**< -127..127 */
    const int32_t *bias;         /**< in accumulator units */
    const int32_t *multiplier;   /**< 0..2^30-1 */
    int32_t in;                  /**< input channels */
    int32_t out;                 /**< output channels */
    int32_t left_shift;          /**< ls, 0..15 */
    const int32_t *compensation; /**< of blocks: -128 times the sum of an output's weights, for kernels that read x + 128; or null; or q3e_pairs */
} q3e_matrix;

/** The mark of a matrix in pairs; its contents mean nothing. */
extern const int32_t q3e_pairs[1];

/** The layout of a matrix. */
typedef enum { Q3E_LAYOUT_ROWS, Q3E_LAYOUT_BLOCKS, Q3E_LAYOUT_PAIRS } q3e_layout;

static inline q3e_layout q3e_layout_of(const q3e_matrix *m)
{
    return m->compensation == NULL ? Q3E_LAYOUT_ROWS : m->compensation == q3e_pairs ? Q3E_LAYOUT_PAIRS : Q3E_LAYOUT_BLOCKS;
}

/** GELU and requantization behind a matrix (ARITHMETIC.md, Linear, "gelu"). */
typedef struct {
    int32_t fraction;           /**< f: fraction bits of the pre-activation, 5..12 */
    int32_t gain;               /**< G, 0..32767 */
    int32_t shift;              /**< r, 1..30 */
    int32_t zero;               /**< zero point of the result */
} q3e_gelu;

/** Depthwise convolution (ARITHMETIC.md, Depthwise). */
typedef struct {
    const int16_t *weight;      /**< [taps][channels], tap taps-1 is the newest */
    const int32_t *bias;        /**< [channels] */
    const int32_t *multiplier;  /**< [channels] */
    int32_t channels;
    int32_t taps;               /**< at most 15 */
    int32_t left_shift;
} q3e_depthwise;

/** LayerNorm without gain and bias (ARITHMETIC.md, LayerNorm). */
typedef struct {
    int64_t epsilon;            /**< E, at least 1 */
    uint32_t scale;             /**< Zm: mantissa of 1/scale, 2^30..2^31-1 */
    int32_t exponent;           /**< ze */
    int32_t channels;
} q3e_layernorm;

/** Constants of a source-filter head (ARITHMETIC.md, sections 4 and 5). */
typedef struct {
    const int32_t *window;      /**< [2*hop], Q31 */
    const uint8_t *knot;        /**< [2^(log2_fft-1) + 1] */
    const uint16_t *weight;     /**< [2^(log2_fft-1) + 1], Q15 */
    int32_t hop;                /**< H: samples per hop */
    int32_t log2_fft;           /**< b: N = 2^b points, at most 10 */
    int32_t knots;              /**< K */
    int32_t split_rows;         /**< 1 when the head row ends in u_low, v_low, else 0 */
    int32_t magnitude_low, magnitude_high; /**< Q10 log2 */
    int32_t pitch_low, pitch_high;         /**< Q14 octaves */
    int32_t pitch_base;         /**< c20 */
    int32_t slope_scale;        /**< kh */
    uint32_t harmonic_limit;    /**< lim, below 2^31 */
    int32_t harmonic_max;       /**< nmax, at most 255 */
    int32_t dirichlet_min;      /**< dmin */
    uint32_t noise_seed;
} q3e_source_filter;

/** State of a source-filter head between hops; the arrays lie in the arena. */
typedef struct {
    uint32_t phase;
    uint32_t noise;
    int32_t harmonics;
    int32_t started;
    uint32_t increment;         /**< pinc */
    int32_t voiced;             /**< pv */
} q3e_oscillator;

/** Where a source-filter head keeps its arrays. State lives from hop to hop, scratch only during a call. */
typedef struct {
    q3e_oscillator *oscillator; /**< state */
    int16_t *previous;          /**< state [3*knots]: a, n, p of the previous row, within their limits */
    int32_t *harmonic;          /**< state [2*hop]: stretch t-1, then stretch t (Q26) */
    int32_t *noise;             /**< state [2*hop] */
    int32_t *overlap;           /**< state [hop] (Q19) */
    int32_t *spectrum;          /**< scratch [2*N]: complex work buffer, re and im interleaved */
    int32_t *filtered;          /**< scratch [N + 2]: Y, N/2+1 complex bins interleaved */
} q3e_source_filter_memory;

/** out[dim]: sum over `layers` codes. Codes must be below entries. */
void q3e_embed_sum(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out);
/** out[layers*dim]: concatenation over `layers` codes. */
void q3e_embed_concat(const q3e_embedding *e, const uint16_t *codes, int32_t layers, int16_t *out);

/** y[rows][taps*channels] from history[taps-1][channels] and x[rows][channels]. Does not push. */
void q3e_window(const int16_t *history, const int16_t *x, int16_t *y, int32_t rows, int32_t channels, int32_t taps);
/** history[history_rows] becomes the last rows of (history, x[rows]); row_bytes bytes a row. */
void q3e_push(void *history, const void *x, int32_t history_rows, int32_t rows, int32_t row_bytes);

/** x[rows][in] -> y[rows][out]; `add`: y = sat16(residual + z), y may be residual itself. */
void q3e_linear_s8(const q3e_matrix *m, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16(const q3e_matrix *m, const int16_t *x, int16_t *y, int32_t rows);
void q3e_linear_s8_add(const q3e_matrix *m, const int8_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s16_add(const q3e_matrix *m, const int16_t *x, const int16_t *residual, int16_t *y, int32_t rows);
void q3e_linear_s8_gelu_s8(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_gelu_s16(const q3e_matrix *m, const q3e_gelu *g, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_gelu_s8(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_gelu_s16(const q3e_matrix *m, const q3e_gelu *g, const int16_t *x, int16_t *y, int32_t rows);

/** y[rows][channels] from history[taps-1][channels] and x[rows][channels]. Does not push. */
void q3e_depthwise_s16(const q3e_depthwise *d, const int16_t *history, const int16_t *x, int16_t *y, int32_t rows);

/** x[rows][channels] -> y[rows][channels]. */
void q3e_layernorm_s8(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
void q3e_layernorm_s16(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);

/** In-place scaled transform of 2^log2_n complex points (re and im interleaved), 1 <= log2_n <= 10 (ARITHMETIC.md, section 6). */
void q3e_fft(int32_t *z, int32_t log2_n);
/** q3e_fft of an instruction set. */
typedef void q3e_fft_function(int32_t *z, int32_t log2_n);

/** Log-mel front-end of an encoder (ARITHMETIC.md, section 7.1). */
typedef struct {
    const int32_t *window;      /**< [N], Q31 */
    const uint16_t *first;      /**< [bands]: first bin of a band */
    const uint16_t *count;      /**< [bands]: bins of a band */
    const uint32_t *weight;     /**< Q20, band after band */
    const int32_t *offset;      /**< [bands], Q26 */
    const int32_t *gain;        /**< [bands] */
    uint64_t floor;             /**< smallest band value, in its fraction bits f */
    int32_t hop;                /**< H */
    int32_t log2_fft;           /**< b, 7..11 */
    int32_t bands;
    int32_t left_shift;
} q3e_front_end;

/** Codebook search (ARITHMETIC.md, section 7.3). */
typedef struct {
    const int8_t *table;        /**< [layers][entries][dim] */
    const int32_t *gain;        /**< [layers][dim] */
    const int32_t *half;        /**< [layers][entries] */
    const int32_t *step;        /**< [layers][dim] */
    const uint8_t *left_shift;  /**< [layers] */
    int32_t entries;
    int32_t dim;                /**< at most 256 */
    int32_t shift;              /**< n */
} q3e_codebooks;

/** One hop of samples to a row of normalized log-mel values, by any set's transform. history[N-H] is pushed. scratch: [N] int32 complex work buffer (N/2 points), and [N/2+1] uint32 magnitudes.
 *  Traces "frontend.magnitude" (uint32 [N/2+1]). */
void q3e_front_end_hop(const q3e_front_end *f, q3e_fft_function *fft, int16_t *history, const int16_t *pcm, int32_t *work, uint32_t *magnitude,
                       int16_t *mel);
/** Latent y[dim] to `layers` codes. */
void q3e_search(const q3e_codebooks *c, const int16_t *y, int32_t layers, uint16_t *codes);

/** What a decoder knows of its stream in case frames are lost (ARITHMETIC.md, section 8); all zero after a reset. */
typedef struct {
    int32_t pitch;              /**< U of the last decoded row, within its limits */
    int32_t lost;               /**< concealed rows since then; stays at the number after which only the rest is left */
} q3e_concealment_state;

/** Where a decoder keeps it. */
typedef struct {
    q3e_concealment_state *state; /**< state */
    int16_t *background;          /**< state [knots]: noise filter of the stream's background (Q10 log2) */
} q3e_concealment;

/** Takes note of a decoded head row; called before the row's q3e_source_filter_hop. */
void q3e_conceal_listen(const q3e_source_filter *s, const q3e_source_filter_memory *m, const q3e_concealment *c, const int16_t *head);
/** Makes the head row that stands in for the next row, which was lost, for q3e_source_filter_hop. ending: a q3e_conceal_ending. */
void q3e_conceal_row(const q3e_source_filter *s, const q3e_source_filter_memory *m, const q3e_concealment *c, uint32_t ending, int16_t *head);

/** Snake behind a matrix or alone (ARITHMETIC.md, section 9). */
typedef struct {
    const uint32_t *frequency;  /**< [channels]: P, turns of twice alpha for a step of h, 2^32 = one turn */
    const int16_t *gain;        /**< [channels]: B, 0..2^14-1 */
    int32_t input_gain;         /**< A, 0..2^14-1 */
    int32_t shift;              /**< r, 1..30 */
} q3e_snake;

/** Gate of a transformer's feed-forward block (ARITHMETIC.md, SiluGate). */
typedef struct {
    int32_t fraction;           /**< f: fraction bits of the gate, 5..12 */
    int32_t gain;               /**< G, 0..32767 */
    int32_t shift;              /**< r, 1..62 */
} q3e_silu_gate;

/** Attention with rotary positions over a window of rows (ARITHMETIC.md, Attention). */
typedef struct {
    const uint32_t *increment;  /**< [size/2]: inc, turns a row */
    int32_t groups;             /**< heads of keys and values */
    int32_t share;              /**< heads of the query for each of them */
    int32_t size;               /**< n: values of a head, even, at most 256 */
    int32_t window;             /**< W: keys that a query sees, 1..255 */
    int32_t gain;               /**< G, 0..32767 */
    int32_t shift;              /**< s, 0..62 */
} q3e_attention;

/** State of an attention between rows. */
typedef struct {
    uint32_t position;          /**< rows since the start of the stream, modulo 2^32 */
    uint32_t filled;            /**< rows of the history that hold keys */
} q3e_attention_state;

/** The same as q3e_window for rows of row_bytes bytes, dilation rows apart: history[(taps-1)*dilation] and x are rows of int8 or int16. Of the input's rows only
 *  y's are made: first..first+rows-1. Does not push. */
void q3e_window_dilated(const void *history, const void *x, void *y, int32_t first, int32_t rows, int32_t row_bytes, int32_t taps, int32_t dilation);

/** y[count] = sat8(rshr(x * gain, shift)) (ARITHMETIC.md, Narrow). */
void q3e_narrow(const int16_t *x, int8_t *y, int32_t count, int32_t gain, int32_t shift);

/** x[rows][channels] -> y[rows][channels] (ARITHMETIC.md, RmsNorm); the constants are those of a LayerNorm. */
void q3e_rmsnorm_s8(const q3e_layernorm *n, const int16_t *x, int8_t *y, int32_t rows);
void q3e_rmsnorm_s16(const q3e_layernorm *n, const int16_t *x, int16_t *y, int32_t rows);

/** x[rows][channels] -> y[rows][channels]. */
void q3e_snake_s8(const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows, int32_t channels);
void q3e_snake_s16(const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows, int32_t channels);

/** x[rows][in] -> y[rows][out], Snake behind the matrix; s has `out` channels. */
void q3e_linear_s8_snake_s8(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int8_t *y, int32_t rows);
void q3e_linear_s8_snake_s16(const q3e_matrix *m, const q3e_snake *s, const int8_t *x, int16_t *y, int32_t rows);
void q3e_linear_s16_snake_s8(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int8_t *y, int32_t rows);
void q3e_linear_s16_snake_s16(const q3e_matrix *m, const q3e_snake *s, const int16_t *x, int16_t *y, int32_t rows);

/** y[count] = silu(gate) * up. */
void q3e_silu_gate_s8(const q3e_silu_gate *g, const int16_t *gate, const int16_t *up, int8_t *y, int32_t count);
void q3e_silu_gate_s16(const q3e_silu_gate *g, const int16_t *gate, const int16_t *up, int16_t *y, int32_t count);

/** q[rows][groups*share*size], k and v[rows][groups*size] -> y as q; q and k are rotated in place, the histories ([window-1][groups*size]) and the state pushed. */
void q3e_attention_s16(const q3e_attention *a, q3e_attention_state *state, int16_t *keys, int16_t *values, int16_t *q, int16_t *k, const int16_t *v, int16_t *y,
                       int32_t rows);

/** Puts a source-filter head into its state after a reset. */
void q3e_source_filter_reset(const q3e_source_filter *s, const q3e_source_filter_memory *m);
/** One head row -> hop samples of PCM16 (ARITHMETIC.md, section 5). Traces, in this order and each hop: "source.harmonic" int32[hop], "source.noise"
 *  int32[hop], and from the second hop on "filter.spectrum" int32[N+2] (Y) and "filter.samples" int32[N] (y, Q20). */
void q3e_source_filter_hop(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm);

#ifdef __cplusplus
}
#endif
#endif
