// What Tidemark is compared with: the scripts that it sends, sent by plain C on hiredis, one blocking connection.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *start;
    size_t length;
} client_text;

/// An entity whose ref, body and digest are there already.
typedef struct {
    client_text ref;
    client_text body;
    client_text digest;
} client_entity;

/// Whom the client works for: what it has in common for all calls.
typedef struct {
    const char *socket_path;
    const char *commit_sha1;
    const char *claim_sha1;
    /// `{tidemark:0}`
    const char *tag;
    const char *provider;
    int64_t lease_ms;
    int64_t rest_ms;
} client_setting;

typedef struct {
    const char *id;
    int64_t fence;
    int64_t generation;
    int64_t previous;
} client_job;

typedef struct {
    /// Of the work alone, without connecting.
    double seconds;
    /// Pages that were committed.
    size_t pages;
    /// Empty when all went well.
    char error[256];
} client_outcome;

/// Commits pages of `page_size` entities one after the other, each as one EVALSHA, awaited before the next is built. The
/// last page ends the chain.
void client_commit(const client_setting *setting, const client_job *job, const client_entity *entities, size_t count,
    size_t page_size, client_outcome *outcome);

/// Claims up to `batch` jobs in one call, then commits an empty last page for each, all of a batch in one write; until
/// no job is left.
void client_claim(const client_setting *setting, size_t batch, client_outcome *outcome);
