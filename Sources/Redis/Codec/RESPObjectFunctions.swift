internal import CHiredis

extension redisReplyObjectFunctions {
    /// Functions that pass what hiredis reads on to the `RESPBuilder` in the reader's `privdata`.
    ///
    /// hiredis only wants to know whether an object was made, so each gives the builder itself as the object, and
    /// nothing is to be freed. The closures leave the type of the array's count open: an int in 0.14, a size_t in 1.x.
    static var buildingRESPValues: redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        functions.createString = { task, text, count in
            build(task) { builder, task in
                let bytes = UnsafeRawBufferPointer(start: text, count: count).assumingMemoryBound(to: UInt8.self)
                return builder.add(bytes, type: task.type)
            }
        }
        functions.createInteger = { task, value in
            build(task) { builder, _ in builder.add(integer: value) }
        }
        functions.createNil = { task in
            build(task) { builder, _ in builder.addNull() }
        }
        functions.createArray = { task, count in
            build(task) { builder, _ in builder.beginArray(count: Int(count)) }
        }
        functions.freeObject = { _ in }
        return functions
    }
}

private func build(
    _ task: UnsafePointer<redisReadTask>?,
    _ body: (inout RESPBuilder, redisReadTask) -> Bool
) -> UnsafeMutableRawPointer? {
    guard let task, let object = task.pointee.privdata else { return nil }
    let builder = object.assumingMemoryBound(to: RESPBuilder.self)
    return body(&builder.pointee, task.pointee) ? object : nil
}
