internal import CHiredis

/// The reader of hiredis: bytes in, replies out.
///
/// Owns the C handle. After an error it stays in that error, and its connection has to be dropped.
struct RESPReader: ~Copyable {
    /// hiredis moves what it has not read to the front of its buffer after each reply: the less it holds, the less it moves.
    static let feedLimit = 64 * 1024

    private let handle: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let builder: UnsafeMutablePointer<RESPBuilder>
    private let limits: RESPLimits
    private var failure: RESPProtocolError?

    init(limits: RESPLimits) throws(RESPProtocolError) {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        functions.initialize(to: .buildingRESPValues)
        guard let handle = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw RESPProtocolError(code: .outOfMemory, message: "no memory for a reader")
        }
        let builder = UnsafeMutablePointer<RESPBuilder>.allocate(capacity: 1)
        builder.initialize(to: RESPBuilder(limits: limits))
        // The macro that sets it casts a pointer to an int, which Swift cannot import.
        handle.pointee.privdata = UnsafeMutableRawPointer(builder)
        self.handle = handle
        self.functions = functions
        self.builder = builder
        self.limits = limits
    }

    deinit {
        redisReaderFree(handle)
        builder.deinitialize(count: 1)
        builder.deallocate()
        functions.deallocate()
    }

    /// Reads on with `bytes`, which may begin and end anywhere in a reply, and hands out each reply that they complete.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        _ receive: (RESPValue) -> Void
    ) throws(RESPProtocolError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if let failure { throw failure }
            let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.feedLimit))
            rest = rest.dropFirst(chunk.count)
            guard redisReaderFeed(handle, chunk.baseAddress, chunk.count) == REDIS_OK else {
                throw fail()
            }
            while let value = try next() {
                receive(value)
            }
            guard bufferedBytes <= limits.bytes else {
                throw fail(with: .tooManyBytes(limit: limits.bytes))
            }
        }
    }

    private var bufferedBytes: Int { handle.pointee.len - handle.pointee.pos }

    private mutating func next() throws(RESPProtocolError) -> RESPValue? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(handle, &object) == REDIS_OK else {
            throw fail()
        }
        guard object != nil else { return nil }
        guard let value = builder.pointee.take() else {
            throw fail(with: RESPProtocolError(code: .malformed, message: "a reply of a type that RESP2 does not have"))
        }
        return value
    }

    private mutating func fail() -> RESPProtocolError {
        if let refused = builder.pointee.failure {
            return fail(with: refused)
        }
        let text = withUnsafeBytes(of: handle.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let code: RESPProtocolError.Code =
            switch handle.pointee.err {
            case REDIS_ERR_OOM: .outOfMemory
            default: text.contains("nested") ? .tooDeep : .malformed
            }
        return fail(with: RESPProtocolError(code: code, message: text))
    }

    private mutating func fail(with error: RESPProtocolError) -> RESPProtocolError {
        failure = error
        return error
    }
}
