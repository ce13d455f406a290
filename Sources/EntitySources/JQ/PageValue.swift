internal import Catalog

/// A value of a page, in the hands of whichever evaluator has it.
enum PageValue: ~Copyable {
    case compiled(CompiledValue)
    case jq(JQValue)

    var kind: JQValue.Kind {
        switch self {
        case .jq(let value): value.kind
        case .compiled(let value):
            switch value.kind {
            case .null: .null
            case .false, .true: .boolean
            case .number: .number
            case .string: .string
            case .array: .array
            case .object: .object
            }
        }
    }

    /// The value, unless libjq has it.
    var withoutLibjq: CompiledValue? {
        switch self {
        case .jq: nil
        case .compiled(let value): value
        }
    }

    /// The compact JSON text, as libjq writes it.
    func text(using writer: inout JSONWriter) -> [UInt8] {
        switch self {
        case .jq(let value): return value.text
        case .compiled(let value):
            writer.clear()
            do throws(CompiledStop) {
                try CompiledPrinter.write(value, to: &writer)
                return writer.bytes
            } catch {
                return JQValue(value).text
            }
        }
    }

    /// The value as libjq's.
    borrowing func inLibjq() -> JQValue {
        switch self {
        case .jq(let value): value.copy()
        case .compiled(let value): JQValue(value)
        }
    }

    /// Calls `body` with each element of an array.
    func forEachElement(_ body: (borrowing PageValue) throws -> Void) rethrows {
        switch self {
        case .jq(let value):
            for index in 0..<(value.count ?? 0) { try body(.jq(value[index])) }
        case .compiled(let value):
            for element in value.elements ?? [] { try body(.compiled(element)) }
        }
    }

    /// How many elements the array at a path has; nil where there is no array.
    func count(at path: LeadingPath) -> Int? {
        var count: Int?
        withContainer(at: path) { if $0.kind == .array { count = $0.count } }
        return count
    }

    /// Whether there is an array or an object at a path.
    func hasContainer(at path: LeadingPath) -> Bool {
        var found = false
        withContainer(at: path) { found = $0.count != nil }
        return found
    }

    /// Lends the last element of the array at a path, if there is one.
    func withLastElement(at path: LeadingPath, _ body: (borrowing PageValue) throws -> Void) rethrows {
        try withContainer(at: path) { array in
            guard array.kind == .array, let count = array.count, count > 0 else { return }
            switch array {
            case .jq(let value): try body(.jq(value[count - 1]))
            case .compiled(let value):
                guard let last = value.elements?.last else { return }
                try body(.compiled(last))
            }
        }
    }

    private var count: Int? {
        switch self {
        case .jq(let value): value.count
        case .compiled(let value): value.count
        }
    }

    private func withContainer(at path: LeadingPath, _ body: (borrowing PageValue) throws -> Void) rethrows {
        switch self {
        case .jq(let value): try value.withValue(at: path.steps[...]) { try body(.jq($0.copy())) }
        case .compiled(var value):
            for step in path.steps {
                let key: CompiledValue
                switch step {
                case .key(let name): key = .string(Array(name.utf8))
                case .index(let index): key = .number(Double(index))
                }
                do throws(CompiledStop) { value = try value.value(at: key) } catch { return }
            }
            try body(.compiled(value))
        }
    }
}

extension JQValue {
    fileprivate func withValue(
        at steps: ArraySlice<LeadingPath.Step>,
        _ body: (borrowing JQValue) throws -> Void
    ) rethrows {
        switch steps.first {
        case nil: try body(self)
        case .key(let key): try self[key]?.withValue(at: steps.dropFirst(), body)
        case .index(let index):
            guard kind == .array, let count, index < count else { return }
            try self[index].withValue(at: steps.dropFirst(), body)
        }
    }
}

extension JQValue.Kind {
    /// As a message has it.
    var phrase: String {
        switch self {
        case .null: "null"
        case .array, .object: "an \(rawValue)"
        default: "a \(rawValue)"
        }
    }
}
