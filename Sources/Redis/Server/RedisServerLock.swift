internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Keeps a second process from starting a server in the same directory. The system drops it when its holder dies.
struct RedisServerLock: Sendable {
    private let file: FileDescriptor

    static func acquire(_ directory: RedisServerDirectory) throws(RedisError) -> RedisServerLock {
        do {
            let file = try FileDescriptor.open(
                directory.lockPath,
                .readWrite,
                options: [.create, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite]
            )
            guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                let problem = Errno(rawValue: errno)
                let holder = holder(file)
                try file.close()
                throw problem == .wouldBlock ? busy(directory, holder) : problem
            }
            try file.resize(to: 0)
            try file.writeAll("\(getpid())\n".utf8)
            return RedisServerLock(file: file)
        } catch let error as RedisError {
            throw error
        } catch {
            throw RedisError(
                .privateServer,
                "The file \(directory.lockPath) cannot be locked: \(error).",
                underlying: error
            )
        }
    }

    /// Unlocks before it closes: a child that is being started may hold a copy of the descriptor for a moment.
    func release() {
        flock(file.rawValue, LOCK_UN)
        // Nothing was written through it that could be lost.
        try? file.close()
    }

    private static func busy(_ directory: RedisServerDirectory, _ holder: String?) -> RedisError {
        RedisError(
            .privateServer,
            """
            The directory \(directory.path) is in use by another process\(holder.map { " (\($0))" } ?? ""): \
            it holds one private Redis. Stop that process, or choose another directory.
            """
        )
    }

    private static func holder(_ file: FileDescriptor) -> String? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = bytes.withUnsafeMutableBytes { try? file.read(fromAbsoluteOffset: 0, into: $0) }
        let digits = bytes.prefix(count ?? 0).prefix { $0 != UInt8(ascii: "\n") }
        return Int(String(decoding: digits, as: UTF8.self)).map(String.init)
    }
}
