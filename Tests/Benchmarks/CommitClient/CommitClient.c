#include "CommitClient.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { shared_keys = 7, commit_keys = 17, most_arguments = 48, number_room = 24, key_room = 256 };

/// The arguments of one command. Numbers and keys live in `scratch`.
typedef struct {
    const char **values;
    size_t *lengths;
    int count;
    char *scratch;
    size_t scratch_used;
} arguments;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static arguments arguments_create(size_t capacity) {
    return (arguments){
        .values = malloc(capacity * sizeof(char *)),
        .lengths = malloc(capacity * sizeof(size_t)),
        .scratch = malloc(most_arguments * key_room),
    };
}

static void arguments_free(arguments *list) {
    free(list->values);
    free(list->lengths);
    free(list->scratch);
}

static void add(arguments *list, const char *start, size_t length) {
    list->values[list->count] = start;
    list->lengths[list->count++] = length;
}

static void add_text(arguments *list, const char *text) { add(list, text, strlen(text)); }

static void add_number(arguments *list, int64_t number) {
    char *place = list->scratch + list->scratch_used;
    int length = snprintf(place, number_room, "%lld", (long long)number);
    list->scratch_used += (size_t)length;
    add(list, place, (size_t)length);
}

static void add_key(arguments *list, const char *first, const char *second, const char *third) {
    char *place = list->scratch + list->scratch_used;
    int length = snprintf(place, key_room, "%s%s%s", first, second, third);
    list->scratch_used += (size_t)length;
    add(list, place, (size_t)length);
}

/// No time is added, and the versions of jobs, entries and the layout.
static const char caller[] = "0 1 1 1";

static void begin(arguments *list, const char *sha1, int keys, const char *tag) {
    static const char *const names[shared_keys] = {
        ":jobs:ready", ":jobs:delayed", ":jobs:leased", ":jobs:dead", ":jobs:wake", ":", ":provider:"};
    list->count = 0;
    list->scratch_used = 0;
    add_text(list, "EVALSHA");
    add_text(list, sha1);
    add_number(list, keys);
    for (int i = 0; i < shared_keys; i++) add_key(list, tag, names[i], "");
}

/// The part of a commit that comes before its JSON.
static void begin_commit(arguments *list, const client_setting *setting, const client_job *job, int64_t sequence,
    int next, size_t published) {
    char provider[key_room], generation[number_room], previous[number_room];
    snprintf(provider, sizeof provider, "%s:provider:%s", setting->tag, setting->provider);
    snprintf(generation, sizeof generation, "%lld", (long long)job->generation);
    snprintf(previous, sizeof previous, "%lld", (long long)job->previous);
    begin(list, setting->commit_sha1, commit_keys, setting->tag);
    add_key(list, provider, "", "");
    add_key(list, provider, ":seen:", generation);
    add_key(list, provider, ":seen:", previous);
    add_key(list, provider, ":digests", "");
    add_key(list, provider, ":touched", "");
    add_key(list, provider, ":rejected", "");
    add_key(list, provider, ":validators", "");
    add_key(list, provider, ":validators-before", "");
    add_key(list, provider, ":ids", "");
    add_key(list, provider, ":owners", "");
    add_text(list, caller);
    add_key(list, job->id, "", "");
    add_number(list, job->fence);
    add_number(list, sequence);
    add_number(list, setting->lease_ms);
    add_text(list, "0");
    add_number(list, setting->rest_ms);
    add_key(list, setting->provider, ":", "follow-up");
    add_text(list, "0");
    add_number(list, next);
    add_number(list, (int64_t)published);
    add_text(list, "0");
    add_text(list, "0");
}

/// `[{"entity":{…},"locationKey":"…"},…]`
static size_t write_added(char *target, const client_setting *setting, const client_entity *entities, size_t count) {
    static const char head[] = "{\"entity\":", tail[] = ",\"locationKey\":\"", end[] = "\"}";
    size_t name = strlen(setting->provider);
    char *place = target;
    *place++ = '[';
    for (size_t i = 0; i < count; i++) {
        if (i > 0) *place++ = ',';
        place = (char *)memcpy(place, head, sizeof head - 1) + sizeof head - 1;
        place = (char *)memcpy(place, entities[i].body.start, entities[i].body.length) + entities[i].body.length;
        place = (char *)memcpy(place, tail, sizeof tail - 1) + sizeof tail - 1;
        place = (char *)memcpy(place, setting->provider, name) + name;
        place = (char *)memcpy(place, end, sizeof end - 1) + sizeof end - 1;
    }
    *place++ = ']';
    return (size_t)(place - target);
}

static redisContext *connect_to(const client_setting *setting, client_outcome *outcome) {
    memset(outcome, 0, sizeof *outcome);
    redisContext *context = redisConnectUnix(setting->socket_path);
    if (context && !context->err) return context;
    snprintf(outcome->error, sizeof outcome->error, "connecting: %s", context ? context->errstr : "no memory");
    if (context) redisFree(context);
    return NULL;
}

/// Whether the script answered 'ok'; takes the reply.
static int is_applied(redisContext *context, redisReply *reply, client_outcome *outcome) {
    int applied = reply && reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 &&
                  reply->element[0]->type == REDIS_REPLY_STRING && strcmp(reply->element[0]->str, "ok") == 0;
    if (!applied && reply && reply->type == REDIS_REPLY_ERROR) {
        snprintf(outcome->error, sizeof outcome->error, "commit: %s", reply->str);
    } else if (!applied) {
        snprintf(outcome->error, sizeof outcome->error, "commit: %s", reply ? "refused" : context->errstr);
    }
    if (reply) freeReplyObject(reply);
    return applied;
}

void client_commit(const client_setting *setting, const client_job *job, const client_entity *entities, size_t count,
    size_t page_size, client_outcome *outcome) {
    redisContext *context = connect_to(setting, outcome);
    if (!context) return;
    arguments list = arguments_create(most_arguments + 2 * page_size);
    double start = now();
    for (size_t first = 0; first < count; first += page_size) {
        size_t published = count - first < page_size ? count - first : page_size;
        const client_entity *page = entities + first;
        int is_last = first + published == count;
        size_t room = 2;
        for (size_t i = 0; i < published; i++) room += page[i].body.length + strlen(setting->provider) + 32;
        char *added = malloc(room);
        begin_commit(&list, setting, job, (int64_t)outcome->pages + 1, is_last ? 0 : 1, published);
        add(&list, added, write_added(added, setting, page, published));
        add_text(&list, "0");
        for (size_t i = 0; i < published; i++) add(&list, page[i].ref.start, page[i].ref.length);
        for (size_t i = 0; i < published; i++) add(&list, page[i].digest.start, page[i].digest.length);
        char cursor[64];
        if (!is_last) {
            add_key(&list, setting->provider, ":", "unused");
            int length = snprintf(cursor, sizeof cursor, "{\"page\":%zu}", outcome->pages + 1);
            add(&list, cursor, (size_t)length);
        }
        redisReply *reply = redisCommandArgv(context, list.count, list.values, list.lengths);
        free(added);
        if (!is_applied(context, reply, outcome)) break;
        outcome->pages++;
    }
    outcome->seconds = now() - start;
    arguments_free(&list);
    redisFree(context);
}

/// Commits an empty last page for each claimed job, in one write. Returns how many there were, or -1.
static int finish_all(redisContext *context, const client_setting *setting, arguments *list, const redisReply *jobs,
    client_outcome *outcome) {
    int sent = 0;
    for (size_t i = 0; i < jobs->elements; i++) {
        const redisReply *fields = jobs->element[i];
        // The sweep that follows the last chain is nobody's here.
        if (strcmp(fields->element[1]->str, "page") != 0) continue;
        client_job job = {fields->element[0]->str, fields->element[4]->integer, fields->element[2]->integer,
            fields->element[3]->integer};
        begin_commit(list, setting, &job, fields->element[5]->integer + 1, 0, 0);
        add_text(list, "[]");
        add_text(list, "0");
        redisAppendCommandArgv(context, list->count, list->values, list->lengths);
        sent++;
    }
    for (int i = 0; i < sent; i++) {
        void *reply = NULL;
        redisGetReply(context, &reply);
        if (!is_applied(context, reply, outcome)) return -1;
    }
    return sent;
}

void client_claim(const client_setting *setting, size_t batch, client_outcome *outcome) {
    redisContext *context = connect_to(setting, outcome);
    if (!context) return;
    arguments list = arguments_create(most_arguments);
    double start = now();
    int done = 1;
    while (done > 0) {
        begin(&list, setting->claim_sha1, shared_keys, setting->tag);
        add_text(&list, caller);
        add_number(&list, (int64_t)batch);
        add_number(&list, setting->lease_ms);
        add_text(&list, "3");
        add_text(&list, "60000");
        add_text(&list, "1000");
        redisReply *reply = redisCommandArgv(context, list.count, list.values, list.lengths);
        if (!reply || reply->type != REDIS_REPLY_ARRAY) {
            snprintf(outcome->error, sizeof outcome->error, "claim: %s", reply ? reply->str : context->errstr);
            if (reply) freeReplyObject(reply);
            break;
        }
        done = finish_all(context, setting, &list, reply->element[1], outcome);
        if (done > 0) outcome->pages += (size_t)done;
        freeReplyObject(reply);
    }
    outcome->seconds = now() - start;
    arguments_free(&list);
    redisFree(context);
}
