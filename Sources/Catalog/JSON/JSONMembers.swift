/// The members of an object on the tape, in the order of the text.
package struct JSONMembers: Sequence, IteratorProtocol {
    private var current: JSONElement
    private let end: Int

    @inline(__always)
    init(of object: JSONElement) {
        let isObject = object.isObject
        current = object.at(object.index &+ 1)
        // The entry before the following value is this object's own end.
        end = isObject ? object.following &- 1 : current.index
    }

    @inline(__always)
    package mutating func next() -> (key: UnsafeBufferPointer<UInt8>, value: JSONElement)? {
        guard current.index < end else { return nil }
        let key = current.text
        let value = current.at(current.index &+ 1)
        current = value.at(value.following)
        return (key, value)
    }
}
