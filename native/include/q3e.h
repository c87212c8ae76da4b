/**
 * @file q3e.h
 * @brief Qwen3Tokenizer.Edge: speech from neural tokens and neural tokens from speech, on small devices.
 *
 * An emitted model is a constant descriptor (for example `q3e_edge_meter`, declared in `edge_meter.h`). A decoder lives in one block of
 * memory, the arena, that the caller gives, and so does an encoder: no function here allocates, blocks, recurses or keeps anything
 * outside the arena. All arithmetic is integer and gives the same samples and the same codes on every processor.
 *
 * Threads: a decoder or encoder may be used by one thread at a time; different ones are independent; descriptors are constant and shared.
 */
#ifndef Q3E_H
#define Q3E_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this interface. Grows when a function or a descriptor field is added; see q3e_abi_version(). */
#define Q3E_ABI_VERSION 2u
/** Version of the arithmetic (native/ARITHMETIC.md): equal versions give equal samples for equal weights. */
#define Q3E_ARITHMETIC_VERSION 1u
/** An arena starts at a multiple of this many bytes. */
#define Q3E_ARENA_ALIGNMENT 16u

/** Marks what a shared build of the library exports. */
#if defined(_WIN32) && defined(Q3E_SHARED_BUILD)
#define Q3E_API __declspec(dllexport)
#elif defined(__GNUC__)
#define Q3E_API __attribute__((visibility("default")))
#else
#define Q3E_API
#endif

/** Result of every call. Values are fixed; new ones are only added. */
typedef enum {
    Q3E_OK = 0,
    Q3E_ERROR_ARGUMENT = 1,        /**< a null pointer or an impossible value */
    Q3E_ERROR_ARENA_SIZE = 2,      /**< the arena is shorter than the model's decoder_arena_bytes or encoder_arena_bytes */
    Q3E_ERROR_ARENA_ALIGNMENT = 3, /**< the arena is not aligned to Q3E_ARENA_ALIGNMENT */
    Q3E_ERROR_MODEL = 4,           /**< not a descriptor of this version of the interface */
    Q3E_ERROR_LAYERS = 5,          /**< fewer layers than the model needs or more than it has */
    Q3E_ERROR_CODE = 6,            /**< a code is not below codebook_size; nothing was decoded */
    Q3E_ERROR_STATE = 7,           /**< not an initialised decoder or encoder, or a frame call between the hops of another frame */
    Q3E_ERROR_UNSUPPORTED = 8      /**< the model has no encoder, or does not conceal lost frames */
} q3e_status;

typedef struct q3e_decoder q3e_decoder;
typedef struct q3e_encoder q3e_encoder;

/** What an emitted model is. Begins with its size and version; fields are only ever appended. */
typedef struct q3e_model {
    uint32_t size;                /**< sizeof(q3e_model) when the model was emitted */
    uint32_t version;             /**< Q3E_ABI_VERSION when the model was emitted */
    uint32_t arithmetic;          /**< Q3E_ARITHMETIC_VERSION when the model was emitted */
    uint32_t sample_rate;         /**< Hz */
    uint32_t frame_samples;       /**< samples that a frame (80 ms) decodes to */
    uint32_t hop_samples;         /**< samples of a hop (20 ms) */
    uint32_t delay_samples;       /**< output sample j belongs to input sample j - delay_samples */
    uint32_t min_layers;          /**< fewest layers that a frame may have */
    uint32_t max_layers;          /**< most layers that a frame may have; those above `used_layers` are checked and ignored */
    uint32_t used_layers;         /**< layers that influence the samples */
    uint32_t codebook_size;       /**< codes are 0..codebook_size-1 */
    uint32_t decoder_arena_bytes; /**< size of a decoder's arena */
    uint8_t token_space[32];      /**< SHA-256 that names the codebooks (the token space) */
    const char *name;             /**< for example "edge-meter" */
    void (*decoder_reset)(void *arena);                                               /**< internal */
    void (*decoder_tokens)(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames);      /**< internal */
    void (*decoder_hops)(void *arena, uint32_t frames, uint32_t first, uint32_t count, int16_t *pcm);  /**< internal */
    uint32_t encoder_arena_bytes;   /**< size of an encoder's arena; 0 when the model has no encoder, and so are the fields below */
    uint32_t encoder_sample_rate;   /**< Hz */
    uint32_t encoder_frame_samples; /**< samples that a frame (80 ms) is encoded from */
    uint32_t encoder_delay_samples; /**< a clip of n samples becomes ceil((n + encoder_delay_samples) / encoder_frame_samples) frames */
    uint32_t encoder_layers;        /**< most layers that a frame can be encoded to */
    uint32_t encoder_pad_offset;    /**< internal: where in the arena q3e_encode_flush fills up a frame */
    void (*encoder_reset)(void *arena);                                                          /**< internal */
    void (*encoder_frame)(void *arena, const int16_t *pcm, uint16_t *codes, uint32_t layers);    /**< internal */
    uint32_t decoder_frame_bytes; /**< arena bytes that each further frame of a q3e_decode_frames call takes; with decoder_arena_bytes + (n - 1) * decoder_frame_bytes, n frames are decoded at once */
    void (*decoder_conceal)(void *arena, uint32_t ending, int16_t *pcm);                         /**< internal */
} q3e_model;

/** What q3e_conceal_frame fades to when frames stay away. Values are fixed. */
typedef enum {
    Q3E_CONCEAL_SILENCE = 0,       /**< nothing */
    Q3E_CONCEAL_NOISE = 1          /**< the background noise of the stream, as far as it was heard before the loss */
} q3e_conceal_ending;

/** Most frames that q3e_encode_flush gives for an emitted model with an encoder. */
#define Q3E_FLUSH_FRAMES(model) \
    (((model)->encoder_delay_samples + 2u * ((model)->encoder_frame_samples - 1u)) / (model)->encoder_frame_samples)

/** Size of a decoder's arena in which n frames, at least 1, are decoded at once (q3e_decode_frames). */
#define Q3E_DECODER_ARENA_BYTES_FOR(model, n) ((size_t)(model)->decoder_arena_bytes + ((size_t)(n) - 1u) * (model)->decoder_frame_bytes)

/** Q3E_ABI_VERSION of the library, for callers that load it at run time. */
Q3E_API uint32_t q3e_abi_version(void);

/** The English name of a status, for logs. Never null. */
Q3E_API const char *q3e_status_text(q3e_status status);

/**
 * Makes a decoder in an arena.
 * @param model        the emitted model
 * @param arena        at least model->decoder_arena_bytes bytes, aligned to Q3E_ARENA_ALIGNMENT; the caller's for as long as the decoder is used;
 *                     a longer one serves q3e_decode_frames
 * @param arena_bytes  size of the arena
 * @param decoder      receives the decoder, which needs no disposal; null on failure
 */
Q3E_API q3e_status q3e_decoder_init(const q3e_model *model, void *arena, size_t arena_bytes, q3e_decoder **decoder);

/** Puts a decoder back to the start of a stream. */
Q3E_API q3e_status q3e_decoder_reset(q3e_decoder *decoder);

/**
 * Decodes one frame (80 ms).
 * @param codes   one code per layer, layer 0 first
 * @param layers  number of codes, model->min_layers to model->max_layers; may differ from frame to frame
 * @param pcm     receives model->frame_samples samples
 * On an error nothing is decoded and the decoder's state is unchanged.
 */
Q3E_API q3e_status q3e_decode_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm);

/**
 * Decodes several frames in a row: the same samples as that many q3e_decode_frame calls, faster when the decoder was given a longer arena
 * (decoder_arena_bytes + (n - 1) * decoder_frame_bytes lets n frames pass through each layer together, so that its weights are read once for
 * all of them; 16 to 64 frames gain nearly all there is, and more than 256 at once never pass). Any number of frames works with any arena.
 * @param codes   layers codes for each frame, frame after frame
 * @param layers  codes per frame, model->min_layers to model->max_layers; may differ from call to call
 * @param frames  number of frames, at least 1
 * @param pcm     receives frames * model->frame_samples samples
 * On an error nothing is decoded and the decoder's state is unchanged (all codes are checked first).
 */
Q3E_API q3e_status q3e_decode_frames(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, uint32_t frames, int16_t *pcm);

/**
 * Decodes one hop (20 ms): four calls give the samples of one q3e_decode_frame call, with the work spread over them as far as the model's network has that
 * rate; in the full-size decoder the first hop does it all.
 * @param codes   the frame's codes; read at its first hop only, later hops may pass null
 * @param layers  number of codes; read at the first hop only
 * @param pcm     receives model->hop_samples samples
 */
Q3E_API q3e_status q3e_decode_hop(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm);

/**
 * Stands in for a frame (80 ms) that was lost: holds the last sound and fades it from call to call, slowly for three frames, then fast; from
 * the sixth call in a row on it gives silence or the background noise of the stream. Any number of calls may follow each other. Before the
 * first frame of a stream it gives zeros and changes nothing. The next good frame goes on without a click; a call costs less than a frame,
 * because the network does not run.
 * @param ending  Q3E_CONCEAL_SILENCE or Q3E_CONCEAL_NOISE; may differ from call to call
 * @param pcm     receives model->frame_samples samples
 * Refused between the hops of a frame (Q3E_ERROR_STATE), and by a model without a source-filter head, such as the full-size decoder, which has nothing to
 * hold (Q3E_ERROR_UNSUPPORTED). On an error nothing is written and the decoder's state is unchanged.
 */
Q3E_API q3e_status q3e_conceal_frame(q3e_decoder *decoder, uint32_t ending, int16_t *pcm);

/**
 * Makes an encoder in an arena.
 * @param model        an emitted model; Q3E_ERROR_UNSUPPORTED when it has no encoder
 * @param arena        at least model->encoder_arena_bytes bytes, aligned to Q3E_ARENA_ALIGNMENT; the caller's for as long as the encoder is used
 * @param arena_bytes  size of the arena
 * @param encoder      receives the encoder, which needs no disposal; null on failure
 */
Q3E_API q3e_status q3e_encoder_init(const q3e_model *model, void *arena, size_t arena_bytes, q3e_encoder **encoder);

/** Puts an encoder back to the start of a stream. */
Q3E_API q3e_status q3e_encoder_reset(q3e_encoder *encoder);

/**
 * Encodes one frame (80 ms). The codes of a frame need its own samples and earlier ones, never later ones.
 * @param pcm     model->encoder_frame_samples samples at model->encoder_sample_rate
 * @param codes   receives one code per layer, layer 0 first
 * @param layers  number of codes, 1 to model->encoder_layers; may differ from frame to frame: fewer layers give the first codes of more
 * On an error nothing is encoded and the encoder's state is unchanged.
 */
Q3E_API q3e_status q3e_encode_frame(q3e_encoder *encoder, const int16_t *pcm, uint16_t *codes, uint32_t layers);

/**
 * Ends a stream: encodes the samples that are left over, followed by zeros until the decoder's delay is covered, and puts the encoder back to
 * the start of a stream. This gives ceil((samples + model->encoder_delay_samples) / model->encoder_frame_samples) frames, so that a clip of n
 * samples has ceil((n + encoder_delay_samples) / encoder_frame_samples) in all.
 * @param pcm      the samples behind the last whole frame; may be null when there are none
 * @param samples  their number, 0 to model->encoder_frame_samples - 1
 * @param codes    receives `layers` codes for each frame, frame after frame: room for Q3E_FLUSH_FRAMES(model) * layers codes
 * @param layers   number of codes of a frame, 1 to model->encoder_layers
 * @param frames   receives the number of frames; 0 on failure
 * On an error nothing is encoded and the encoder's state is unchanged.
 */
Q3E_API q3e_status q3e_encode_flush(q3e_encoder *encoder, const int16_t *pcm, uint32_t samples, uint16_t *codes, uint32_t layers, uint32_t *frames);

#ifdef __cplusplus
}
#endif
#endif
