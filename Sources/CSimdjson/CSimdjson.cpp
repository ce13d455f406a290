#include "CSimdjson.h"

#include <new>
#include <simdjson.h>

struct tidemark_json_parser {
    simdjson::dom::parser parser;
    explicit tidemark_json_parser(size_t max_capacity) : parser(max_capacity) {}
};

tidemark_json_parser *tidemark_json_parser_create(size_t max_capacity, size_t max_depth) {
    auto *created = new (std::nothrow) tidemark_json_parser(max_capacity);
    if (created && created->parser.allocate(1024, max_depth) != simdjson::SUCCESS) {
        delete created;
        return nullptr;
    }
    return created;
}

void tidemark_json_parser_free(tidemark_json_parser *parser) { delete parser; }

int32_t tidemark_json_parse(
    tidemark_json_parser *parser, const uint8_t *text, size_t length, tidemark_json_tape *tape) {
    simdjson::dom::element root;
    auto error = parser->parser.parse(text, length, true).get(root);
    if (error) return static_cast<int32_t>(error);
    tape->tape = parser->parser.doc.tape.get();
    tape->strings = parser->parser.doc.string_buf.get();
    return 0;
}

const char *tidemark_json_error_message(int32_t code) {
    return simdjson::error_message(static_cast<simdjson::error_code>(code));
}
