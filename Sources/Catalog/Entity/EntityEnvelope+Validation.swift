extension EntityEnvelope {
    /// Checks every rule of Backstage's envelope: its schemas, its field formats, and that no root key is unknown.
    ///
    /// The first rule that is broken is thrown. Formats of a kind's own `spec` are the catalog's business.
    func validate() throws(EntityViolation) {
        if let foreign {
            throw EntityViolation(
                Excerpt.start(of: foreign, limit: 80),
                found: "an unknown field",
                rule: "only apiVersion, kind, metadata, spec, relations and status at the root"
            )
        }
        try require("apiVersion", apiVersion, .apiVersion)
        try require("kind", kind, .kind)
        guard let metadata else { throw EntityViolation(missing: "metadata", "an object") }
        guard metadata.isObject else { throw EntityViolation("metadata", metadata, "an object") }
        try require("metadata.name", name, .name)
        if let namespace { try require("metadata.namespace", namespace, .namespace) }
        try checkText("metadata.uid", uid)
        try checkText("metadata.etag", etag)
        try checkText("metadata.title", title)
        if let summary, summary.utf8 == nil { throw EntityViolation("metadata.description", summary, "a string") }
        try checkMap("metadata.labels", labels, key: .labelKey, value: .labelValue)
        try checkMap("metadata.annotations", annotations, key: .annotationKey, value: nil)
        try checkTags()
        try checkLinks()
        if let spec, !spec.isObject { throw EntityViolation("spec", spec, "an object") }
        if let relations, !relations.isArray { throw EntityViolation("relations", relations, "an array") }
        if let status, !status.isObject { throw EntityViolation("status", status, "an object") }
    }

    private func require(_ field: StaticString, _ value: JSONElement?, _ rule: EntityRule) throws(EntityViolation) {
        guard let value else { throw EntityViolation(missing: "\(field)", rule.expectation) }
        guard let utf8 = value.utf8, rule.accepts(utf8) else {
            throw EntityViolation("\(field)", value, rule.expectation)
        }
    }

    private func checkText(_ field: StaticString, _ value: JSONElement?) throws(EntityViolation) {
        guard let value else { return }
        guard let utf8 = value.utf8, !utf8.isEmpty else {
            throw EntityViolation("\(field)", value, "a string that is not empty")
        }
    }

    private func checkMap(
        _ field: StaticString,
        _ map: JSONElement?,
        key keyRule: EntityRule,
        value valueRule: EntityRule?
    ) throws(EntityViolation) {
        guard let map else { return }
        guard map.isObject else { throw EntityViolation("\(field)", map, "an object of strings") }
        for (key, value) in map.members {
            let path = { "\(field)[\(Excerpt.quoted(String(decoding: key, as: UTF8.self)))]" }
            guard keyRule.accepts(key) else {
                throw EntityViolation(path(), found: "a malformed key", rule: keyRule.expectation)
            }
            guard let utf8 = value.utf8 else { throw EntityViolation(path(), value, "a string") }
            if let valueRule, !valueRule.accepts(utf8) {
                throw EntityViolation(path(), value, valueRule.expectation)
            }
        }
    }

    private func checkTags() throws(EntityViolation) {
        guard let tags else { return }
        guard tags.isArray else { throw EntityViolation("metadata.tags", tags, "an array of strings") }
        var index = 0
        for tag in tags.elements {
            guard let utf8 = tag.utf8, EntityRule.tag.accepts(utf8) else {
                throw EntityViolation("metadata.tags[\(index)]", tag, EntityRule.tag.expectation)
            }
            index &+= 1
        }
    }

    private func checkLinks() throws(EntityViolation) {
        guard let links else { return }
        guard links.isArray else { throw EntityViolation("metadata.links", links, "an array of objects") }
        var index = 0
        for link in links.elements {
            do throws(EntityViolation) { try EntityLink(link).validate() } catch {
                let path = "metadata.links[\(index)]"
                throw EntityViolation(
                    error.field.isEmpty ? path : "\(path).\(error.field)",
                    found: error.found,
                    rule: error.rule
                )
            }
            index &+= 1
        }
    }
}
