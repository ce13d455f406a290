/// The values of an array on the tape.
package struct JSONElements: Sequence, IteratorProtocol {
    private var current: JSONElement
    private let end: Int

    @inline(__always)
    init(of array: JSONElement) {
        let isArray = array.isArray
        current = array.at(array.index &+ 1)
        // The entry before the following value is this array's own end.
        end = isArray ? array.following &- 1 : current.index
    }

    @inline(__always)
    package mutating func next() -> JSONElement? {
        guard current.index < end else { return nil }
        defer { current = current.at(current.following) }
        return current
    }
}
