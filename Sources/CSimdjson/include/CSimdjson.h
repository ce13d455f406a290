// simdjson's DOM parser, as C: one parser owned by its caller, and the tape that a parse leaves in it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tidemark_json_parser tidemark_json_parser;

/// What a successful parse left: valid until the next parse or the parser's end.
/// The tape's format is simdjson's (doc/tape.md in its source): 8 bits of type, 56 of payload.
/// A string's payload is an offset into `strings`, where a 4-byte length precedes its bytes.
typedef struct {
    const uint64_t *tape;
    const uint8_t *strings;
} tidemark_json_tape;

/// `max_depth` bounds nesting. NULL when there is no memory.
tidemark_json_parser *tidemark_json_parser_create(size_t max_capacity, size_t max_depth);
void tidemark_json_parser_free(tidemark_json_parser *parser);

/// Parses UTF-8 text; copies it into a padded buffer of the parser's own. 0 on success, else simdjson's error code.
int32_t tidemark_json_parse(
    tidemark_json_parser *parser, const uint8_t *text, size_t length, tidemark_json_tape *tape);

/// The message of an error code, a static string.
const char *tidemark_json_error_message(int32_t code);

#ifdef __cplusplus
}
#endif
