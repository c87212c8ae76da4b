/*
 * q3e_player.c - alerts to pulses and samples (q3e_player.h).
 *
 * A frame begins with a decision: the most urgent waiting alert takes over when nothing plays or when its priority is higher. Then the frame's codes are
 * unpacked and checked, layer 0 becomes a pulse, all of them samples. Whatever happens in a frame, virtual time moves on by 80,000 us at its end, so that pulses
 * keep their grid.
 *
 * Codes: code k of an alert is the bits_per_code bits from bit_offset + k * bits_per_code on, lowest first; k = frame * layers + layer.
 */
#include "q3e_player.h"

#define PLAYER_MAGIC 0x50653351u /* "Q3eP" */
#define NO_CODE 0xffffu
#define FADES_OF_A_FRAME 16u /* 5 ms of 80 */

static uint32_t code_at(const q3e_alert_table *table, const q3e_alert *alert, uint32_t index)
{
    uint64_t bit = (uint64_t)alert->bit_offset + (uint64_t)index * table->bits_per_code;
    const uint8_t *bytes = table->codes + bit / 8u;
    uint32_t shift = (uint32_t)(bit % 8u), value = 0;
    /* 16 + 7 bits at most, so at most three bytes; none behind the code's last bit is read. */
    for (uint32_t have = 0, i = 0; have < shift + table->bits_per_code; have += 8u, i++) {
        value |= (uint32_t)bytes[i] << have;
    }
    return (value >> shift) & ((1u << table->bits_per_code) - 1u);
}

static int row_fits(const q3e_alert_table *table, uint32_t row)
{
    const q3e_alert *a = &table->rows[row];
    uint64_t bits = (uint64_t)a->frames * a->layers * table->bits_per_code;
    return (row == 0 || a->id > table->rows[row - 1].id)
        && a->frames != 0 && a->repeats != 0 && a->layers != 0 && a->layers <= Q3E_PLAYER_MAX_LAYERS
        && a->profile < table->profiles
        && a->flags != 0 && (a->flags & ~(unsigned)(Q3E_ALERT_TONE | Q3E_ALERT_SPEECH)) == 0
        && ((a->flags & Q3E_ALERT_SPEECH) != 0 || table->tones != NULL)
        && (uint64_t)a->bit_offset + bits <= (uint64_t)table->code_bytes * 8u;
}

static int tone_fits(const q3e_tone *t)
{
    return t->on_ms + t->pause_ms == Q3E_PLAYER_FRAME_MS && t->duty_permille <= Q3E_PLAYER_MAX_DUTY && (t->on_ms == 0 || t->frequency_hz != 0);
}

static q3e_player_status wrong(uint32_t *row, uint32_t number)
{
    if (row != NULL) *row = number;
    return Q3E_PLAYER_ERROR_TABLE;
}

static q3e_player_status check_rows(const q3e_alert_table *table, uint32_t *row)
{
    if (table == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (table->size < sizeof(q3e_alert_table) || table->version != Q3E_PLAYER_VERSION || table->alerts == 0 || table->rows == NULL || table->codes == NULL
        || table->profiles == 0 || table->profile_names == NULL || table->bits_per_code < 1 || table->bits_per_code > 16
        || table->codebook_size == 0 || table->codebook_size > 1u << table->bits_per_code)
        return wrong(row, 0);
    for (uint32_t r = 0; r < table->alerts; r++) {
        if (!row_fits(table, r)) return wrong(row, r);
    }
    if (table->tones != NULL) {
        for (uint32_t t = 0; t < table->codebook_size; t++) {
            if (!tone_fits(&table->tones[t])) return wrong(row, table->alerts + t);
        }
    }
    return Q3E_PLAYER_OK;
}

q3e_player_status q3e_player_check(const q3e_alert_table *table, uint32_t *row)
{
    q3e_player_status status = check_rows(table, row);
    if (status != Q3E_PLAYER_OK) return status;
    for (uint32_t r = 0; r < table->alerts; r++) {
        const q3e_alert *a = &table->rows[r];
        for (uint32_t k = 0; k < (uint32_t)a->frames * a->layers; k++) {
            if (code_at(table, a, k) >= table->codebook_size) return wrong(row, r);
        }
    }
    return Q3E_PLAYER_OK;
}

/* Every alert that may be spoken has as many layers as the decoder takes, and its codes are of the decoder's token space. */
static int speech_fits(const q3e_alert_table *table, const q3e_player_speech *speech)
{
    const q3e_model *m = speech->model;
    if (speech->size < sizeof(q3e_player_speech) || speech->version != Q3E_PLAYER_VERSION || m == NULL || speech->decoder == NULL
        || speech->reset == NULL || speech->frame == NULL || speech->hop == NULL
        || speech->hop_samples == 0 || speech->frame_samples / Q3E_PLAYER_HOPS != speech->hop_samples || speech->frame_samples % Q3E_PLAYER_HOPS != 0)
        return 0;
    if (m->codebook_size != table->codebook_size) return 0;
    for (uint32_t i = 0; i < sizeof m->token_space; i++) {
        if (m->token_space[i] != table->token_space[i]) return 0;
    }
    for (uint32_t r = 0; r < table->alerts; r++) {
        const q3e_alert *a = &table->rows[r];
        if ((a->flags & Q3E_ALERT_SPEECH) != 0 && (a->layers < m->min_layers || a->layers > m->max_layers)) return 0;
    }
    return 1;
}

static int can_beep(const q3e_player *p)
{
    return p->output.pwm != NULL && p->table->tones != NULL;
}

static int can_speak(const q3e_player *p)
{
    return p->output.pcm != NULL && p->output.speech != NULL;
}

static int is_player(const q3e_player *player)
{
    return player->magic == PLAYER_MAGIC && player->next_hop < Q3E_PLAYER_HOPS && player->waiting <= Q3E_PLAYER_QUEUE && player->table != NULL;
}

q3e_player_status q3e_player_init(q3e_player *player, const q3e_alert_table *table, const q3e_player_output *output)
{
    if (player == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    player->magic = 0;
    if (table == NULL || output == NULL || output->size < sizeof(q3e_player_output) || output->version != Q3E_PLAYER_VERSION) return Q3E_PLAYER_ERROR_ARGUMENT;
    q3e_player_status status = check_rows(table, NULL);
    if (status != Q3E_PLAYER_OK) return status;

    player->table = table;
    player->output = *output;
    if (!can_beep(player) && !can_speak(player)) return Q3E_PLAYER_ERROR_OUTPUT;
    if (can_speak(player)) {
        if (!speech_fits(table, output->speech)) return Q3E_PLAYER_ERROR_SPEECH;
        if (output->samples == NULL || output->sample_count < output->speech->hop_samples) return Q3E_PLAYER_ERROR_BUFFER;
    }
    player->next_hop = 0;
    player->waiting = 0;
    player->frame = 0;
    player->speaking = 0;
    player->coalesced = 0;
    player->dropped = 0;
    player->last_sample = 0;
    player->fade_from = 0;
    player->now_us = 0;
    player->current.alert = NULL;
    player->current.repeats_left = 0;
    player->magic = PLAYER_MAGIC;
    return Q3E_PLAYER_OK;
}

static const q3e_alert *find(const q3e_alert_table *table, uint32_t id)
{
    uint32_t low = 0, high = table->alerts;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table->rows[middle].id < id) low = middle + 1;
        else high = middle;
    }
    return low < table->alerts && table->rows[low].id == id ? &table->rows[low] : NULL;
}

/* Moves the entries from `at` on one place back and puts one there; the caller has made room. */
static void insert(q3e_player *player, uint32_t at, q3e_player_entry entry)
{
    for (uint32_t i = player->waiting; i > at; i--) player->queue[i] = player->queue[i - 1];
    player->queue[at] = entry;
    player->waiting++;
}

static q3e_player_entry take_first(q3e_player *player)
{
    q3e_player_entry first = player->queue[0];
    player->waiting--;
    for (uint32_t i = 0; i < player->waiting; i++) player->queue[i] = player->queue[i + 1];
    return first;
}

q3e_player_status q3e_player_post(q3e_player *player, uint32_t id)
{
    if (player == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (!is_player(player)) return Q3E_PLAYER_ERROR_STATE;
    const q3e_alert *alert = find(player->table, id);
    if (alert == NULL) return Q3E_PLAYER_ERROR_UNKNOWN;
    if (!((alert->flags & Q3E_ALERT_TONE) != 0 && can_beep(player)) && !((alert->flags & Q3E_ALERT_SPEECH) != 0 && can_speak(player)))
        return Q3E_PLAYER_ERROR_OUTPUT;

    uint32_t at = 0;
    int known = player->current.alert == alert;
    for (uint32_t i = 0; i < player->waiting; i++) {
        if (player->queue[i].alert == alert) known = 1;
        if (player->queue[i].alert->priority >= alert->priority) at = i + 1;
    }
    if (known) {
        player->coalesced++;
        return Q3E_PLAYER_OK;
    }
    if (player->waiting == Q3E_PLAYER_QUEUE) {
        player->dropped++;
        if (at == player->waiting) return Q3E_PLAYER_ERROR_FULL;
        player->waiting--;
    }
    q3e_player_entry entry;
    entry.alert = alert;
    entry.repeats_left = alert->repeats;
    insert(player, at, entry);
    return Q3E_PLAYER_OK;
}

/* The speech under way goes no further. What it gave last is to fade; a fade that is due already is all but over. */
static void cut(q3e_player *player)
{
    if (player->last_sample != 0) player->fade_from = player->last_sample;
    player->last_sample = 0;
}

/* Lets the most urgent alert in. Taking it out made room for the one that it interrupts. */
static void choose(q3e_player *player)
{
    q3e_player_entry interrupted = player->current;
    uint32_t at = 0;
    if (player->waiting == 0 || (interrupted.alert != NULL && player->queue[0].alert->priority <= interrupted.alert->priority)) return;
    player->current = take_first(player);
    player->frame = 0;
    if (interrupted.alert == NULL) return;
    cut(player);
    while (at < player->waiting && player->queue[at].alert->priority > interrupted.alert->priority) at++;
    insert(player, at, interrupted);
}

static void silence(const q3e_player *player, const q3e_alert *alert)
{
    q3e_pulse pulse;
    if (!can_beep(player) || (alert->flags & Q3E_ALERT_TONE) == 0) return;
    pulse.start_us = player->now_us;
    pulse.on_us = 0;
    pulse.pause_us = 0;
    pulse.frequency_hz = 0;
    pulse.duty_permille = 0;
    pulse.code = NO_CODE;
    pulse.alert = alert->id;
    player->output.pwm(player->output.context, &pulse);
}

static void beep(const q3e_player *player, const q3e_alert *alert, uint32_t code)
{
    q3e_tone tone = player->table->tones[code];
    q3e_pulse pulse;
    pulse.start_us = player->now_us;
    pulse.on_us = tone.on_ms * 1000u;
    pulse.pause_us = tone.pause_ms * 1000u;
    pulse.frequency_hz = tone.on_ms == 0 ? 0 : tone.frequency_hz;
    pulse.duty_permille = tone.on_ms == 0 ? 0 : tone.duty_permille;
    pulse.code = (uint16_t)code;
    pulse.alert = alert->id;
    player->output.pwm(player->output.context, &pulse);
}

/* Ends the alert that plays, before the buzzer is told: its callback may post or stop. */
static void end_alert(q3e_player *player)
{
    const q3e_alert *alert = player->current.alert;
    player->current.alert = NULL;
    player->speaking = 0;
    cut(player);
    if (alert != NULL) silence(player, alert);
}

/* Gives samples, with the fade of what was cut off before them. */
static void give(q3e_player *player, uint32_t count)
{
    int16_t *samples = player->output.samples;
    const int32_t length = (int32_t)(player->output.speech->frame_samples / FADES_OF_A_FRAME);
    for (int32_t i = 0; player->fade_from != 0 && i < length && i < (int32_t)count; i++) {
        const int32_t sum = samples[i] + player->fade_from * (length - i) / length;
        samples[i] = (int16_t)(sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum);
    }
    player->fade_from = 0;
    player->last_sample = samples[count - 1u];
    player->output.pcm(player->output.context, samples, count);
}

/* A fade that is due where no speech follows. */
static void fade_alone(q3e_player *player, uint32_t count)
{
    if (player->fade_from == 0 || player->output.speech->frame_samples < FADES_OF_A_FRAME) return;
    for (uint32_t i = 0; i < count; i++) player->output.samples[i] = 0;
    give(player, count);
    player->last_sample = 0;
}

static void next_frame(q3e_player *player)
{
    const q3e_alert *alert = player->current.alert;
    player->now_us += Q3E_PLAYER_FRAME_US;
    player->speaking = 0;
    if (alert == NULL) return;
    player->frame++;
    if (player->frame == alert->frames) {
        player->last_sample = 0;
        player->current.repeats_left--;
        if (player->current.repeats_left == 0) player->current.alert = NULL;
    }
    if (player->frame >= (uint32_t)alert->frames + alert->gap_frames) player->frame = 0;
}

/* One frame, or its first hop. `samples` is how many the decoder makes in this call; `given` tells whether it did. */
static q3e_player_status begin_frame(q3e_player *player, uint32_t samples, int *given)
{
    const q3e_player_speech *speech = player->output.speech;
    uint16_t codes[Q3E_PLAYER_MAX_LAYERS];
    choose(player);
    const q3e_alert *alert = player->current.alert;
    if (alert == NULL || player->frame >= alert->frames) return Q3E_PLAYER_OK;
    for (uint32_t l = 0; l < alert->layers; l++) {
        codes[l] = (uint16_t)code_at(player->table, alert, player->frame * alert->layers + l);
        if (codes[l] >= player->table->codebook_size) return Q3E_PLAYER_ERROR_CODE;
    }
    player->speaking = (alert->flags & Q3E_ALERT_SPEECH) != 0 && can_speak(player);
    if ((alert->flags & Q3E_ALERT_TONE) != 0 && can_beep(player)) beep(player, alert, codes[0]);
    if (!player->speaking) return Q3E_PLAYER_OK;

    if (player->frame == 0 && speech->reset(speech->decoder) != Q3E_OK) return Q3E_PLAYER_ERROR_SPEECH;
    if ((samples == speech->hop_samples ? speech->hop : speech->frame)(speech->decoder, codes, alert->layers, player->output.samples) != Q3E_OK)
        return Q3E_PLAYER_ERROR_SPEECH;
    *given = 1;
    give(player, samples);
    return Q3E_PLAYER_OK;
}

static q3e_player_status continue_frame(q3e_player *player, int *given)
{
    const q3e_player_speech *speech = player->output.speech;
    if (!player->speaking) return Q3E_PLAYER_OK;
    if (speech->hop(speech->decoder, NULL, 0, player->output.samples) != Q3E_OK) return Q3E_PLAYER_ERROR_SPEECH;
    *given = 1;
    give(player, speech->hop_samples);
    return Q3E_PLAYER_OK;
}

q3e_player_status q3e_player_step(q3e_player *player)
{
    uint32_t samples = 0;
    if (player == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (!is_player(player) || player->next_hop != 0) return Q3E_PLAYER_ERROR_STATE;
    if (can_speak(player)) {
        samples = player->output.speech->frame_samples;
        if (player->output.sample_count < samples) return Q3E_PLAYER_ERROR_BUFFER;
    }
    int given = 0;
    q3e_player_status status = begin_frame(player, samples, &given);
    if (status != Q3E_PLAYER_OK) end_alert(player);
    if (given == 0) fade_alone(player, samples);
    next_frame(player);
    return status;
}

q3e_player_status q3e_player_hop(q3e_player *player)
{
    if (player == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (!is_player(player)) return Q3E_PLAYER_ERROR_STATE;
    const uint32_t samples = can_speak(player) ? player->output.speech->hop_samples : 0;
    int given = 0;
    q3e_player_status status = player->next_hop == 0 ? begin_frame(player, samples, &given) : continue_frame(player, &given);
    if (status != Q3E_PLAYER_OK) end_alert(player);
    if (given == 0) fade_alone(player, samples);
    player->next_hop = (player->next_hop + 1u) % Q3E_PLAYER_HOPS;
    if (player->next_hop == 0) next_frame(player);
    return status;
}

q3e_player_status q3e_player_stop(q3e_player *player)
{
    if (player == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (!is_player(player)) return Q3E_PLAYER_ERROR_STATE;
    end_alert(player);
    return Q3E_PLAYER_OK;
}

q3e_player_status q3e_player_stop_all(q3e_player *player)
{
    q3e_player_status status = q3e_player_stop(player);
    if (status == Q3E_PLAYER_OK) player->waiting = 0;
    return status;
}

uint32_t q3e_player_busy(const q3e_player *player)
{
    return player != NULL && is_player(player) && (player->current.alert != NULL || player->waiting != 0);
}

q3e_player_status q3e_player_get_info(const q3e_player *player, q3e_player_info *info)
{
    if (player == NULL || info == NULL || info->size < sizeof(q3e_player_info) || info->version != Q3E_PLAYER_VERSION) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (!is_player(player)) return Q3E_PLAYER_ERROR_STATE;
    const q3e_alert *alert = player->current.alert;
    info->playing = alert != NULL;
    info->alert = alert == NULL ? 0 : alert->id;
    info->frame = alert == NULL ? 0 : player->frame < alert->frames ? player->frame : alert->frames;
    info->waiting = player->waiting;
    info->coalesced = player->coalesced;
    info->dropped = player->dropped;
    info->now_us = player->now_us;
    return Q3E_PLAYER_OK;
}
