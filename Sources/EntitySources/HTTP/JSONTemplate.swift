internal import Catalog

/// A JSON value of the configuration, each string of which is a template.
indirect enum JSONTemplate: Hashable, Sendable {
    case constant(JSON)
    case template(Template)
    case array([JSONTemplate])
    case object([String: JSONTemplate])

    /// - Parameter variables: those that its expressions may use.
    init(_ value: JSON, field: String, variables: [String] = []) throws(SourceConfigurationError) {
        switch value {
        case .string(let text):
            let template = try Template(text, field: field, variables: variables)
            self = template.expressions.isEmpty ? .constant(value) : .template(template)
        case .array(let values):
            var templates: [JSONTemplate] = []
            for (index, value) in values.enumerated() {
                templates.append(try JSONTemplate(value, field: "\(field)[\(index)]", variables: variables))
            }
            self = .array(templates)
        case .object(let members):
            var templates: [String: JSONTemplate] = [:]
            for (key, value) in members {
                templates[key] = try JSONTemplate(value, field: "\(field).\(key)", variables: variables)
            }
            self = .object(templates)
        default: self = .constant(value)
        }
    }

    var expressions: [JQExpression] {
        switch self {
        case .constant: []
        case .template(let template): template.expressions
        case .array(let values): values.flatMap(\.expressions)
        case .object(let members): members.values.flatMap(\.expressions)
        }
    }

    /// The value, with what `evaluate` makes of each expression.
    func value(_ evaluate: (JQExpression) throws -> JSON) rethrows -> JSON {
        switch self {
        case .constant(let value): value
        case .template(let template): try template.value(evaluate)
        case .array(let values): .array(try values.map { try $0.value(evaluate) })
        case .object(let members): .object(try members.mapValues { try $0.value(evaluate) })
        }
    }
}

extension Template {
    /// The value: text, or whatever the one expression gives that is all of the template.
    func value(_ evaluate: (JQExpression) throws -> JSON) rethrows -> JSON {
        if let wholeExpression { return try evaluate(wholeExpression) }
        return .string(try text(evaluate))
    }

    /// The text; a value that is no string is in it as JSON, as jq's own strings have it.
    func text(_ evaluate: (JQExpression) throws -> JSON) rethrows -> String {
        try parts.map { part in
            switch part {
            case .text(let text): text
            case .expression(let expression): try evaluate(expression).interpolated
            }
        }.joined()
    }
}

extension JSON {
    /// A string as it is, anything else as JSON text.
    var interpolated: String {
        if case .string(let text) = self { text } else { description }
    }
}
