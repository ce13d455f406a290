internal import Catalog
internal import EntitySources

extension Configuration {
    /// The JSON Schema (draft 7, which editors know best) of the configuration file.
    static var jsonSchema: JSON {
        var json = schema.json
        json["$schema"] = "http://json-schema.org/draft-07/schema#"
        // What can hold itself is there once.
        json["definitions"] = ["each": Schema.httpEach.json]
        json["title"] = "Tidemark configuration"
        return json
    }
}
