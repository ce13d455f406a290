internal import Catalog

/// A GraphQL query as the imitation reads it: one operation and its fragments.
struct GitHubQuery {
    indirect enum Value {
        case constant(JSON)
        case variable(String)
        case list([Value])
        case object([String: Value])

        func json(_ variables: [String: JSON]) -> JSON {
            switch self {
            case .constant(let value): value
            case .variable(let name): variables[name] ?? .null
            case .list(let values): .array(values.map { $0.json(variables) })
            case .object(let members): .object(members.mapValues { $0.json(variables) })
            }
        }
    }

    struct Field {
        var key: String
        var name: String
        var arguments: [String: Value]
        var selections: [Selection]
    }

    indirect enum Selection {
        case field(Field, include: [Value])
        case fragment(type: String?, [Selection])
        case spread(String)
    }

    /// What is wrong with a text.
    struct Malformed: Error {
        var message: String
    }

    private(set) var selections: [Selection] = []
    private(set) var fragments: [String: (type: String, selections: [Selection])] = [:]
    private var tokens: [String] = []
    private var index = 0

    init(_ text: String) throws(Malformed) {
        let lines = text.split(separator: "\n").map { line in line.prefix { $0 != "#" } }
        tokens = Self.tokens(of: lines.joined(separator: "\n"))
        while let token = current {
            switch token {
            case "query":
                advance()
                while let token = current, token != "{" {
                    if token == "(" { try skipParentheses() } else { advance() }
                }
                selections = try selectionSet()
            case "fragment":
                advance()
                let name = try take()
                try expect("on")
                let type = try take()
                fragments[name] = (type, try selectionSet())
            default: selections = try selectionSet()
            }
        }
    }

    private var current: String? { index < tokens.count ? tokens[index] : nil }

    private mutating func advance() { index += 1 }

    private mutating func take() throws(Malformed) -> String {
        guard let token = current else { throw Malformed(message: "Unexpected end of document") }
        advance()
        return token
    }

    private mutating func expect(_ token: String) throws(Malformed) {
        guard current == token else { throw Malformed(message: "Expected \(token), actual: \(current ?? "end")") }
        advance()
    }

    private mutating func skipParentheses() throws(Malformed) {
        var depth = 0
        repeat {
            switch try take() {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
        } while depth > 0
    }

    private mutating func selectionSet() throws(Malformed) -> [Selection] {
        try expect("{")
        var selections: [Selection] = []
        while current != "}" { selections.append(try selection()) }
        advance()
        return selections
    }

    private mutating func selection() throws(Malformed) -> Selection {
        if current == "..." {
            advance()
            if current == "on" {
                advance()
                let type = try take()
                return .fragment(type: type, try selectionSet())
            }
            return current == "{" ? .fragment(type: nil, try selectionSet()) : .spread(try take())
        }
        let key = try take()
        var name = key
        if current == ":" {
            advance()
            name = try take()
        }
        let arguments = current == "(" ? try arguments() : [:]
        var include: [Value] = []
        while current == "@" {
            advance()
            try expect("include")
            if let condition = try self.arguments()["if"] { include.append(condition) }
        }
        let selections = current == "{" ? try selectionSet() : []
        return .field(Field(key: key, name: name, arguments: arguments, selections: selections), include: include)
    }

    private mutating func arguments() throws(Malformed) -> [String: Value] {
        try expect("(")
        let members = try members(until: ")")
        return members
    }

    private mutating func members(until end: String) throws(Malformed) -> [String: Value] {
        var members: [String: Value] = [:]
        while current != end {
            let name = try take()
            try expect(":")
            members[name] = try value()
        }
        advance()
        return members
    }

    private mutating func value() throws(Malformed) -> Value {
        switch try take() {
        case "$": return .variable(try take())
        case "{": return .object(try members(until: "}"))
        case "[":
            var values: [Value] = []
            while current != "]" { values.append(try value()) }
            advance()
            return .list(values)
        case let token: return .constant((try? JSON(parsing: token)) ?? .string(token))
        }
    }

    private static func tokens(of text: String) -> [String] {
        text.matches(of: /[A-Za-z_][A-Za-z0-9_]*|\.\.\.|"[^"]*"|-?[0-9.]+|[!$&()=@:\[\]{}|]/).map { String($0.output) }
    }
}
