/// Writes values of a tape canonically: compact, keys in the order of their bytes, of duplicate keys the last.
///
/// Its memory is reused from one value to the next. Depth is bounded by the parser's limit.
package struct JSONCanonicalizer: ~Copyable {
    /// Where it writes to. Clear it between values.
    package var output = JSONWriter()
    /// A stack: the members of the objects that are being written, those of the innermost last.
    private var members: [JSONMember] = []

    package init() {}

    /// Writes a value to ``output``.
    package mutating func write(_ element: JSONElement) {
        switch element.tag {
        case UInt8(ascii: "{"):
            let first = beginObject()
            push(membersOf: element)
            output.append(UInt8(ascii: "{"))
            writeMembers(from: first, of: element)
            output.append(UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            output.append(UInt8(ascii: "["))
            var isFirst = true
            for value in element.elements {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                write(value)
            }
            output.append(UInt8(ascii: "]"))
        default: output.append(scalar: element)
        }
    }

    /// Where the members that are pushed next begin.
    @inline(__always)
    func beginObject() -> Int { members.count }

    @inline(__always)
    mutating func push(_ member: JSONMember) {
        var member = member
        member.order = members.count
        members.append(member)
    }

    @inline(__always)
    mutating func push(membersOf object: JSONElement) {
        for (key, value) in object.members { push(JSONMember(key: key, value: .element(value.index))) }
    }

    /// Sorts, writes and pops the members pushed since `first`, without braces. `tape` is any element of their tape.
    ///
    /// Returns whether there were any.
    @discardableResult
    mutating func writeMembers(from first: Int, of tape: JSONElement, isFirst: Bool = true) -> Bool {
        let end = members.count
        guard end > first else { return false }
        sort(from: first)
        var isFirst = isFirst
        for index in first..<end {
            let member = members[index]
            if index + 1 < end, member.compareKey(members[index + 1]) == 0 { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.append(string: member.key)
            output.append(UInt8(ascii: ":"))
            switch member.value {
            case .element(let place): write(tape.at(place))
            case .text(let text): output.append(text)
            }
        }
        members.removeLast(end - first)
        return true
    }

    private mutating func sort(from first: Int) {
        members.withUnsafeMutableBufferPointer { members in
            var members = UnsafeMutableBufferPointer<JSONMember>(rebasing: members[first...])
            guard members.count <= 16 else { return members.sort { $0.precedes($1) } }
            for index in members.indices.dropFirst() {
                let member = members[index]
                var place = index
                while place > 0, member.precedes(members[place &- 1]) {
                    members[place] = members[place &- 1]
                    place &-= 1
                }
                if place != index { members[place] = member }
            }
        }
    }
}
