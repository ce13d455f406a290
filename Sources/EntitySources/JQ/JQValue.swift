internal import CJQ

/// One JSON value of libjq's. Its reference count is not atomic: it stays with the program that made it.
struct JQValue: ~Copyable {
    enum Kind: String {
        case null, boolean, number, string, array, object
    }

    /// Owned; consumed by most of libjq's functions, so it is copied (a count, not a copy) for each.
    private let value: jv

    init(owning value: consuming jv) {
        self.value = value
    }

    init(_ text: String) {
        var text = text
        value = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { jv_string_sized($0.baseAddress, Int32($0.count)) }
        }
    }

    init(_ number: Double) {
        value = jv_number(number)
    }

    /// UTF-8 that is known to be valid.
    init(utf8: UnsafeBufferPointer<UInt8>) {
        value = utf8.withMemoryRebound(to: CChar.self) { jv_string_sized($0.baseAddress, Int32($0.count)) }
    }

    /// A value that was made without libjq.
    init(_ compiled: CompiledValue) {
        switch compiled {
        case .null: value = jv_null()
        case .bool(let bool): value = jv_bool(bool ? 1 : 0)
        case .number(let number): value = jv_number(number)
        case .text(let text): value = JQValue(utf8: text).take()
        case .string(let text): value = text.withUnsafeBufferPointer { JQValue(utf8: $0).take() }
        default:
            if let members = compiled.members {
                var object = jv_object()
                for entry in members.entries {
                    object = jv_object_set(object, JQValue(entry.key).take(), JQValue(entry.value).take())
                }
                value = object
            } else {
                var array = jv_array()
                for element in compiled.elements ?? [] { array = jv_array_append(array, JQValue(element).take()) }
                value = array
            }
        }
    }

    /// An array of two values.
    init(pairing first: consuming JQValue, with second: consuming JQValue) {
        value = jv_array_append(jv_array_append(jv_array(), first.take()), second.take())
    }

    deinit {
        jv_free(value)
    }

    /// Hands the value over to libjq.
    consuming func take() -> jv {
        let value = value
        discard self
        return value
    }

    borrowing func copy() -> JQValue {
        JQValue(owning: jv_copy(value))
    }

    var kind: Kind {
        switch jv_get_kind(value) {
        case JV_KIND_FALSE, JV_KIND_TRUE: .boolean
        case JV_KIND_NUMBER: .number
        case JV_KIND_STRING: .string
        case JV_KIND_ARRAY: .array
        case JV_KIND_OBJECT: .object
        default: .null
        }
    }

    /// jq's truth: everything but null and false.
    var isTrue: Bool {
        let kind = jv_get_kind(value)
        return kind != JV_KIND_NULL && kind != JV_KIND_FALSE
    }

    var number: Double? {
        kind == .number ? jv_number_value(value) : nil
    }

    /// How many elements an array or object has.
    var count: Int? {
        switch kind {
        case .array: Int(jv_array_length(jv_copy(value)))
        case .object: Int(jv_object_length(jv_copy(value)))
        default: nil
        }
    }

    var string: String? {
        guard kind == .string else { return nil }
        let length = Int(jv_string_length_bytes(jv_copy(value)))
        return String(
            decoding: UnsafeRawBufferPointer(start: jv_string_value(value), count: length),
            as: UTF8.self
        )
    }

    /// An element of an array.
    subscript(index: Int) -> JQValue {
        JQValue(owning: jv_array_get(jv_copy(value), Int32(index)))
    }

    /// A value of an object; nil where there is no such key.
    subscript(key: String) -> JQValue? {
        guard kind == .object else { return nil }
        let found = jv_object_get(jv_copy(value), JQValue(key).take())
        guard jv_is_valid(found) != 0 else {
            jv_free(found)
            return nil
        }
        return JQValue(owning: found)
    }

    /// The compact JSON text.
    var text: [UInt8] {
        let text = JQValue(owning: jv_dump_string(jv_copy(value), 0))
        let length = Int(jv_string_length_bytes(jv_copy(text.value)))
        return Array(UnsafeRawBufferPointer(start: jv_string_value(text.value), count: length))
    }
}
