/**
 * @file q3e_player.h
 * @brief Alerts on a device: an alert's number becomes tokens, tokens become tones for a buzzer, speech for a loudspeaker, or both.
 *
 * An alert is a row of a constant table in flash, its tokens a bit string; a tone is a row of another. Nothing is allocated, nothing recurses, nothing
 * blocks, no global is written: a player is one structure that the caller gives. A step is one frame of 80 ms of work, or a quarter of it
 * (q3e_player_hop). Time is virtual: pulse i of an alert whose first pulse came at t0 starts at t0 + 80,000 * i microseconds, however late a step is called.
 *
 * The player itself knows no decoder: firmware that only drives a buzzer links q3e_player.c alone, firmware that speaks hands it q3e_player_speech_of().
 *
 * Threads: a player may be used by one thread at a time. An interrupt that reports an event must not interrupt a call of the same player: post under a short
 * lock, or from the loop that steps.
 */
#ifndef Q3E_PLAYER_H
#define Q3E_PLAYER_H

#include "q3e.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this interface and of the emitted tables. Grows when a field is appended. */
#define Q3E_PLAYER_VERSION 1u
/** Length of a frame in microseconds of virtual time. */
#define Q3E_PLAYER_FRAME_US 80000u
/** Length of a frame in milliseconds: on_ms + pause_ms of every tone. */
#define Q3E_PLAYER_FRAME_MS 80u
/** Hops (20 ms) of a frame. */
#define Q3E_PLAYER_HOPS 4u
/** Alerts that can wait while one plays. */
#define Q3E_PLAYER_QUEUE 8u
/** Most layers of an alert's tokens. */
#define Q3E_PLAYER_MAX_LAYERS 16u
/** Largest duty cycle in thousandths. */
#define Q3E_PLAYER_MAX_DUTY 1000u

/** Result of a call. Values are fixed; new ones are only added. */
typedef enum {
    Q3E_PLAYER_OK = 0,
    Q3E_PLAYER_ERROR_ARGUMENT = 1, /**< a null pointer or an impossible value */
    Q3E_PLAYER_ERROR_TABLE = 2,    /**< not a table of this version, or one that contradicts itself: q3e_player_check() names the row */
    Q3E_PLAYER_ERROR_BUFFER = 3,   /**< the buffer for samples is shorter than what the call makes */
    Q3E_PLAYER_ERROR_UNKNOWN = 4,  /**< the table has no such alert */
    Q3E_PLAYER_ERROR_FULL = 5,     /**< the queue is full of alerts that are at least as urgent */
    Q3E_PLAYER_ERROR_OUTPUT = 6,   /**< the alert asks for an output that this player lacks */
    Q3E_PLAYER_ERROR_CODE = 7,     /**< a code is not below the codebook size; the alert was ended */
    Q3E_PLAYER_ERROR_SPEECH = 8,   /**< the decoder refused; the alert was ended */
    Q3E_PLAYER_ERROR_STATE = 9     /**< not an initialised player, or a step between the hops of a frame */
} q3e_player_status;

/** What an alert is played on; flags of q3e_alert. Values are fixed. */
typedef enum {
    Q3E_ALERT_TONE = 1,  /**< tones of the codes of layer 0 */
    Q3E_ALERT_SPEECH = 2 /**< decoded speech */
} q3e_alert_flags;

/** What the buzzer does for one token. A frequency of 0 stands for silence. */
typedef struct q3e_tone {
    uint16_t frequency_hz;
    uint16_t duty_permille; /**< share of a period that is high, 0 to 1000 */
    uint8_t on_ms;          /**< how long it sounds, 0 to 80 */
    uint8_t pause_ms;       /**< silence after it; on_ms + pause_ms = 80 */
} q3e_tone;

/** One alert. */
typedef struct q3e_alert {
    uint32_t bit_offset; /**< where its codes begin in the table's bit string */
    uint16_t id;         /**< unique; rows are sorted by it */
    uint16_t event_code; /**< in the log of its profile */
    uint16_t frames;     /**< 80 ms each, at least 1 */
    uint16_t language;   /**< Q3E_LANGUAGE of its ISO 639-1 code */
    uint8_t profile;     /**< index into the table's profiles: whose event codes these are */
    uint8_t priority;    /**< 0 to 255, the higher is the more urgent */
    uint8_t repeats;     /**< how often it is played, at least 1 */
    uint8_t gap_frames;  /**< silent frames between two of these times */
    uint8_t flags;       /**< sum of q3e_alert_flags, at least one */
    uint8_t layers;      /**< codes of a frame, 1 to Q3E_PLAYER_MAX_LAYERS */
} q3e_alert;

/** A language as a number: Q3E_LANGUAGE('e', 'n'). 0 stands for any. */
#define Q3E_LANGUAGE(a, b) ((uint16_t)((uint16_t)(a) | (uint16_t)((uint16_t)(b) << 8)))

/** Everything that a player reads, all of it constant. Begins with its size and version; fields are only ever appended. */
typedef struct q3e_alert_table {
    uint32_t size;               /**< sizeof(q3e_alert_table) when the table was emitted */
    uint32_t version;            /**< Q3E_PLAYER_VERSION when the table was emitted */
    uint32_t alerts;             /**< number of rows, at least 1 */
    uint32_t profiles;           /**< number of profile names */
    uint32_t codebook_size;      /**< codes are 0..codebook_size-1; also the number of tones when there are any */
    uint32_t bits_per_code;      /**< 1 to 16; 11 for a codebook of 2048 */
    uint32_t code_bytes;         /**< length of the bit string */
    const q3e_alert *rows;       /**< [alerts], by ascending id */
    const char *const *profile_names; /**< [profiles] */
    const uint8_t *codes;        /**< bit i is bit i mod 8 of byte i / 8; codes frame by frame, lowest bit first */
    const q3e_tone *tones;       /**< [codebook_size], the tone of each code of layer 0; null in a build that only speaks */
    uint8_t token_space[32];     /**< SHA-256 that names the codebooks */
} q3e_alert_table;

/** One pulse, as a PWM callback gets it. */
typedef struct q3e_pulse {
    uint64_t start_us;      /**< virtual time since q3e_player_init, a multiple of 80,000 */
    uint32_t on_us;         /**< how long it sounds; 0 for a silent frame and for "silence now" */
    uint32_t pause_us;      /**< silence after it */
    uint16_t frequency_hz;  /**< 0 for silence */
    uint16_t duty_permille; /**< set it after every change of the frequency: on much hardware the duty in counts stays and its share changes */
    uint16_t code;          /**< the token; 0xffff where silence has none */
    uint16_t alert;         /**< the alert's id */
} q3e_pulse;

/** Starts a pulse and returns at once; the receiver ends it after on_us by itself (a timer, or q3e_buzzer). */
typedef void (*q3e_player_pwm)(void *context, const q3e_pulse *pulse);
/** Takes samples (a frame of them from a step, a hop of them from a hop) and returns at once. No call means silence. Speech that is cut off fades for 5 ms in the next call. */
typedef void (*q3e_player_pcm)(void *context, const int16_t *samples, uint32_t count);

/** A decoder as the player uses it. Made by q3e_player_speech_of(); begins with its size and version. */
typedef struct q3e_player_speech {
    uint32_t size;
    uint32_t version;
    uint32_t frame_samples;
    uint32_t hop_samples;
    const q3e_model *model;
    q3e_decoder *decoder;
    q3e_status (*reset)(q3e_decoder *decoder);
    q3e_status (*frame)(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm);
    q3e_status (*hop)(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm);
} q3e_player_speech;

/** What a player drives. Begins with its size and version. */
typedef struct q3e_player_output {
    uint32_t size;                   /**< sizeof(q3e_player_output) */
    uint32_t version;                /**< Q3E_PLAYER_VERSION */
    void *context;                   /**< given to the callbacks */
    q3e_player_pwm pwm;              /**< null: no buzzer */
    q3e_player_pcm pcm;              /**< null: no loudspeaker */
    const q3e_player_speech *speech; /**< null: no decoder; else the caller's for as long as the player is used */
    int16_t *samples;                /**< buffer for samples; null without a decoder */
    uint32_t sample_count;           /**< its length: a frame for q3e_player_step, a hop is enough for q3e_player_hop */
} q3e_player_output;

/** An alert that plays or waits. Internal. */
typedef struct q3e_player_entry {
    const q3e_alert *alert;
    uint32_t repeats_left;
} q3e_player_entry;

/** A player: 256 bytes where pointers have 64 bits, less on a microcontroller. The fields are internal. */
typedef struct q3e_player {
    uint32_t magic;
    uint32_t next_hop;    /* hop that q3e_player_hop makes next, 0 between frames */
    uint32_t waiting;     /* entries of the queue */
    uint32_t frame;       /* frame of the alert that comes next; from alert->frames on it is a gap */
    uint32_t speaking;    /* the frame under way goes through the decoder */
    uint32_t coalesced;
    uint32_t dropped;
    int32_t last_sample;  /* that the speech under way has given; 0 between alerts and in gaps */
    int32_t fade_from;    /* the last sample of speech that was cut off, until its fade is given */
    uint64_t now_us;      /* virtual time of the frame that comes next, or is under way */
    const q3e_alert_table *table;
    q3e_player_output output;
    q3e_player_entry current; /* alert is null when nothing plays */
    q3e_player_entry queue[Q3E_PLAYER_QUEUE]; /* most urgent first, older first among equals */
} q3e_player;

/** What a player is doing. Begins with its size and version, which the caller sets. */
typedef struct q3e_player_info {
    uint32_t size;
    uint32_t version;
    uint32_t playing;     /**< 1 while an alert plays, its gaps included */
    uint32_t alert;       /**< its id */
    uint32_t frame;       /**< frames of it that were played in this repetition */
    uint32_t waiting;     /**< alerts in the queue */
    uint32_t coalesced;   /**< posts of alerts that were playing or waiting already */
    uint32_t dropped;     /**< alerts that were refused or pushed out because the queue was full */
    uint64_t now_us;      /**< virtual time of the next frame */
} q3e_player_info;

/**
 * Checks a table row by row: ids ascending and unique, tokens inside the bit string and below the codebook size, tones that fill their frame.
 * Takes time in proportion to all tokens: for start-up or a test. q3e_player_init checks everything but the tokens, which each step checks again.
 * @param row  receives the number of the first wrong row of the alerts, or of the tones plus table->alerts; may be null
 */
q3e_player_status q3e_player_check(const q3e_alert_table *table, uint32_t *row);

/**
 * Makes a player. Virtual time begins at 0.
 * @param player  the caller's for as long as it is used
 * @param table   constant
 * @param output  copied; needs a buzzer and tones in the table, or a decoder, a loudspeaker and a buffer of at least a hop. A decoder must be of the
 *                table's token space and take its layers.
 */
q3e_player_status q3e_player_init(q3e_player *player, const q3e_alert_table *table, const q3e_player_output *output);

/**
 * Puts an alert into the queue. Those of higher priority come first, among equals the older. An alert that plays or waits already is not queued again:
 * that is a success. When the queue is full, the last of its least urgent alerts gives way to a more urgent one; else Q3E_PLAYER_ERROR_FULL.
 */
q3e_player_status q3e_player_post(q3e_player *player, uint32_t id);

/**
 * Finds the alert of an event.
 * @param profile   name of the profile, such as "idis"
 * @param language  Q3E_LANGUAGE(..), or 0 for the first that there is
 * @param id        receives the alert's id
 */
q3e_player_status q3e_alert_of_event(const q3e_alert_table *table, const char *profile, uint32_t event_code, uint32_t language, uint32_t *id);

/**
 * Plays one frame (80 ms): one pulse and/or model->frame_samples samples; without an alert, time passes in silence. Here, at a frame's beginning, an alert of
 * higher priority takes over; the one it interrupts waits before others of its priority and begins that repetition again.
 * Speech that is interrupted, stopped or ended by an error does not break off: its last sample goes to 0 in a straight line within 5 ms (a sixteenth of a frame),
 * under the speech that follows or alone.
 * On an error the alert was ended, the buzzer silenced, and time has passed as always.
 */
q3e_player_status q3e_player_step(q3e_player *player);

/** Plays one hop (20 ms): four calls are a step, with the decoder's work spread over them and a buffer of model->hop_samples samples. The pulse starts with the first. */
q3e_player_status q3e_player_hop(q3e_player *player);

/** Ends the alert that plays, and its repetitions, at once: a buzzer gets a silent pulse; the next step or hop gives what fades of its speech. The next alert begins with the next frame. */
q3e_player_status q3e_player_stop(q3e_player *player);

/** The same, and empties the queue. */
q3e_player_status q3e_player_stop_all(q3e_player *player);

/** Whether an alert plays or waits: 1 or 0; 0 also for what is no player. */
uint32_t q3e_player_busy(const q3e_player *player);

/** Tells what a player is doing. Set info->size and info->version before. */
q3e_player_status q3e_player_get_info(const q3e_player *player, q3e_player_info *info);

/** The English name of a status, for logs. Never null. */
const char *q3e_player_status_text(q3e_player_status status);

/** The player's view of a decoder. In this header so that only firmware that calls it links the decoder. */
static inline q3e_player_speech q3e_player_speech_of(const q3e_model *model, q3e_decoder *decoder)
{
    q3e_player_speech speech;
    speech.size = (uint32_t)sizeof speech;
    speech.version = Q3E_PLAYER_VERSION;
    speech.frame_samples = model->frame_samples;
    speech.hop_samples = model->hop_samples;
    speech.model = model;
    speech.decoder = decoder;
    speech.reset = q3e_decoder_reset;
    speech.frame = q3e_decode_frame;
    speech.hop = q3e_decode_hop;
    return speech;
}

#ifdef __cplusplus
}
#endif
#endif
