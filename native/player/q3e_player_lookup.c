/*
 * q3e_player_lookup.c - from an event to its alert, and names of statuses (q3e_player.h).
 *
 * Apart from the player itself, so that firmware that posts by id and prints nothing carries neither.
 */
#include "q3e_player.h"

static int same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

q3e_player_status q3e_alert_of_event(const q3e_alert_table *table, const char *profile, uint32_t event_code, uint32_t language, uint32_t *id)
{
    if (table == NULL || profile == NULL || id == NULL) return Q3E_PLAYER_ERROR_ARGUMENT;
    if (table->size < sizeof(q3e_alert_table) || table->version != Q3E_PLAYER_VERSION) return Q3E_PLAYER_ERROR_TABLE;
    for (uint32_t r = 0; r < table->alerts; r++) {
        const q3e_alert *a = &table->rows[r];
        if (a->event_code != event_code || (language != 0 && a->language != language)) continue;
        if (a->profile < table->profiles && same(table->profile_names[a->profile], profile)) {
            *id = a->id;
            return Q3E_PLAYER_OK;
        }
    }
    return Q3E_PLAYER_ERROR_UNKNOWN;
}

const char *q3e_player_status_text(q3e_player_status status)
{
    switch (status) {
    case Q3E_PLAYER_OK: return "ok";
    case Q3E_PLAYER_ERROR_ARGUMENT: return "null pointer or impossible value";
    case Q3E_PLAYER_ERROR_TABLE: return "not an alert table of this version, or one that contradicts itself";
    case Q3E_PLAYER_ERROR_BUFFER: return "buffer for samples too short";
    case Q3E_PLAYER_ERROR_UNKNOWN: return "no such alert";
    case Q3E_PLAYER_ERROR_FULL: return "queue full of alerts at least as urgent";
    case Q3E_PLAYER_ERROR_OUTPUT: return "no output for this alert";
    case Q3E_PLAYER_ERROR_CODE: return "code not below the codebook size";
    case Q3E_PLAYER_ERROR_SPEECH: return "decoder refused, or does not fit the table";
    case Q3E_PLAYER_ERROR_STATE: return "player not initialised, or inside another frame";
    }
    return "unknown status";
}
