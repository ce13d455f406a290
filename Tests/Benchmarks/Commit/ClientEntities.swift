internal import Catalog
internal import CommitClient

/// Entities as the C client takes them: refs, digests and bodies in one piece of memory.
final class ClientEntities {
    private var entities: [client_entity] = []
    private let memory: UnsafeMutableRawBufferPointer
    let bodyBytes: Int

    init(_ list: [Entity]) {
        bodyBytes = list.reduce(0) { $0 + $1.body.count }
        memory = .allocate(byteCount: bodyBytes + list.reduce(0) { $0 + $1.ref.string.utf8.count + 8 }, alignment: 16)
        entities.reserveCapacity(list.count)
        var place = 0
        func text(_ bytes: some Collection<UInt8>) -> client_text {
            let target = UnsafeMutableRawBufferPointer(rebasing: memory[place..<(place + bytes.count)])
            target.copyBytes(from: bytes)
            place += bytes.count
            return client_text(start: target.baseAddress?.assumingMemoryBound(to: CChar.self), length: bytes.count)
        }
        for entity in list {
            entities.append(
                client_entity(
                    ref: text(entity.ref.string.utf8),
                    body: text(entity.body),
                    digest: text(entity.digest.bytes)
                )
            )
        }
    }

    deinit { memory.deallocate() }

    func withEntities<Result>(_ body: (UnsafeBufferPointer<client_entity>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try entities.withUnsafeBufferPointer(body) }
    }
}
