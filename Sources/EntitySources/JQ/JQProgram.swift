internal import CJQ

/// One compiled jq expression: libjq 1.6 behind the type that owns its state.
///
/// A program is used by one task at a time; so are the values that it takes and makes. The expression sees its input and
/// nothing else: no environment, no files, no other inputs, no way to end the process.
struct JQProgram: ~Copyable {
    let expression: String
    private let state: OpaquePointer

    /// Compiles an expression. This parses jq's own library, too, and takes some 20 ms.
    ///
    /// - Parameter variables: what the expression may use besides its input; ``start(_:variables:)`` sets them.
    init(_ expression: String, variables: [String] = []) throws(JQError) {
        state = try JQProgram.compile(expression, variables: variables)
        self.expression = expression
    }

    deinit {
        var state: OpaquePointer? = state
        jq_teardown(&state)
    }

    /// Begins with a new input; what the last one would still have given is dropped.
    func start(_ input: consuming JQValue) {
        jq_start(state, input.take(), 0)
    }

    /// Begins with a new input and an array of the values of the variables.
    func start(_ input: consuming JQValue, variables: consuming JQValue) {
        jq_start(state, JQValue(pairing: input, with: variables).take(), 0)
    }

    /// The next result; nil after the last.
    func next(_ guardian: MappingGuard) throws(JQError) -> JQValue? {
        try guardian.enter(state)
        let result = jq_next(state)
        try guardian.leave()
        if jv_is_valid(result) != 0 {
            try guardian.countResult()
            return JQValue(owning: result)
        }
        guard jv_invalid_has_msg(jv_copy(result)) != 0 else {
            jv_free(result)
            return nil
        }
        let message = JQValue(owning: jv_invalid_get_msg(result))
        throw JQError(.raised, message.string ?? String(decoding: message.text, as: UTF8.self))
    }

    /// Shadows what reaches outside the input. It ends in a pipe: nothing that follows it can be an `import`.
    private static let surroundings: String = {
        let unavailable = [
            "env", "input", "inputs", "stderr", "halt", "halt_error", "halt_error(f)", "modulemeta", "get_search_list",
            "input_filename", "input_line_number",
        ]
        let definitions = unavailable.map { "def \($0): error(\"\($0) is not available in a mapping\");" }
        return definitions.joined(separator: " ") + " def debug: .; {} as $ENV | "
    }()

    private static func compile(_ expression: String, variables: [String]) throws(JQError) -> OpaquePointer {
        guard !expression.utf8.contains(0) else { throw JQError(.syntax, "the expression contains a NUL") }
        if let file = HomeDirectory.jqDefinitions() {
            throw JQError(
                .syntax,
                "\(file) would change what the expression means, since libjq reads it: run with another HOME, or without one"
            )
        }
        guard let state = jq_init() else { throw JQError(.sizeLimit, "no memory for jq") }
        let bindings = variables.enumerated().map { ".[1][\($0.offset)] as $\($0.element) | " }.joined()
        let binding = variables.isEmpty ? "" : bindings + ".[0] | "
        var messages: [String] = []
        let isCompiled = withUnsafeMutablePointer(to: &messages) { messages in
            jq_set_error_cb(state, { JQProgram.collect($0, $1) }, messages)
            defer { jq_set_error_cb(state, { _, message in jv_free(message) }, nil) }
            return jq_compile(state, surroundings + binding + "\n" + expression) != 0
        }
        guard isCompiled else {
            var state: OpaquePointer? = state
            jq_teardown(&state)
            throw JQError(compilerMessages: messages)
        }
        return state
    }

    private static func collect(_ messages: UnsafeMutableRawPointer?, _ message: jv) {
        let text = JQValue(owning: message)
        messages?.assumingMemoryBound(to: [String].self).pointee.append(text.string ?? "")
    }
}

extension JQError {
    /// From libjq's messages, such as `jq: error: syntax error, … (Unix shell quoting issues?) at <top-level>, line 2:`
    /// and the line itself, of which the first is the one that counts.
    fileprivate init(compilerMessages messages: [String]) {
        let text = messages.first ?? "the expression does not compile"
        let lines = text.split(separator: "\n", maxSplits: 1)
        var message = String(lines.first ?? "")
        var line: Int?
        if let place = message.firstRange(of: " at <top-level>, line ") {
            // The expression begins on the second line of what is compiled.
            line = Int(message[place.upperBound...].prefix { $0.isNumber }).map { max(1, $0 - 1) }
            message = String(message[..<place.lowerBound])
        }
        for noise in ["jq: error: ", " (Unix shell quoting issues?)"] {
            if let range = message.firstRange(of: noise) { message.removeSubrange(range) }
        }
        message = message.replacing("$end", with: "end of expression")
        if lines.count > 1 {
            let words = lines[1].split { $0.isWhitespace }
            if !words.isEmpty { message += ", at: " + words.joined(separator: " ") }
        }
        self.init(.syntax, message, line: line)
    }
}
