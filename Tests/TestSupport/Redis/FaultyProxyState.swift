internal import NIOCore

/// What a faulty proxy does to the connections that pass through it.
struct FaultyProxyState {
    struct Lossy {
        let text: [UInt8]
        var remaining: Int
    }

    var lossy: Lossy?
    var isSwallowing = false
    var isRefusing = false
    var delay = Duration.zero
    var gate: CallGate?
    /// The digests of the scripts that were called.
    var scripts: Set<String> = []
    var channels: [ObjectIdentifier: any Channel] = [:]
    private(set) var connectionCount = 0

    mutating func accept(_ channel: any Channel) -> Bool {
        guard !isRefusing else { return false }
        connectionCount += 1
        channels[ObjectIdentifier(channel)] = channel
        return true
    }

    mutating func losesReply(to request: ByteBuffer) -> Bool {
        guard let text = lossy?.text, request.readableBytesView.firstRange(of: text) != nil else { return false }
        lossy?.remaining -= 1
        if lossy?.remaining == 0 {
            lossy = nil
        }
        return true
    }
}
