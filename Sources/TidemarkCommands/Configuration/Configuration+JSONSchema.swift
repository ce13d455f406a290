internal import Catalog

extension Configuration {
    /// The JSON Schema (draft 7, which editors know best) of the configuration file.
    static var jsonSchema: JSON {
        var json = schema.json
        json["$schema"] = "http://json-schema.org/draft-07/schema#"
        json["title"] = "Tidemark configuration"
        return json
    }
}
