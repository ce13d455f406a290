internal import Glibc

/// By what people and Redis tell a worker from others.
package struct WorkerIdentity: Sendable {
    /// Random: a worker that starts again is another one.
    package let id: String
    /// `HOST/PID`, as people look for it; in Kubernetes the host is the pod.
    package let name: String

    package init() {
        id = String(UInt64.random(in: .min ... .max), radix: 36)
        var buffer = [CChar](repeating: 0, count: 256)
        // The last byte stays 0, whatever fits before it.
        let isNamed = gethostname(&buffer, buffer.count - 1) == 0
        let host = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        name = "\(isNamed && !host.isEmpty ? host : "host")/\(getpid())"
    }
}
