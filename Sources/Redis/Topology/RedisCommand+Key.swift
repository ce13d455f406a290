internal import NIOCore

extension RedisCommand {
    /// The key that says to which server of a cluster the command goes; nil for one without.
    var key: [UInt8]? {
        switch name {
        case "AUTH", "CLIENT", "CLUSTER", "CONFIG", "DBSIZE", "INFO", "PING", "ROLE", "SCAN", "SCRIPT", "TIME", "WAIT":
            nil
        case "EVAL", "EVALSHA": argument(2).flatMap { $0 == Array("0".utf8) ? nil : argument(3) }
        case "XGROUP", "XINFO", "MEMORY", "OBJECT": argument(2)
        case "XREAD", "XREADGROUP":
            (1..<argumentCount).first { argument($0) == Array("STREAMS".utf8) }.flatMap { argument($0 + 1) }
        default: argument(1)
        }
    }

    /// An argument as it was appended, the name being the first.
    private func argument(_ index: Int) -> [UInt8]? {
        var bytes = encodedArguments.readableBytesView[...]
        for current in 0..<argumentCount {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "\r")),
                let length = Int(String(decoding: bytes[bytes.startIndex..<end].dropFirst(), as: UTF8.self))
            else { return nil }
            let content = bytes[end...].dropFirst(2)
            if current == index { return Array(content.prefix(length)) }
            bytes = content.dropFirst(length + 2)
        }
        return nil
    }
}
