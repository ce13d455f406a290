internal import Foundation
internal import Synchronization

/// The configuration of each worker, in a file of its own: they change one by one, as in a rolling update. What changes is the
/// size of the source's pages, which decides where a cursor leads.
final class Configurations: Sendable {
    private static let sizes = [10, 20, 35]

    private let folder: String
    private let providers: Int
    private let url: String
    private let size = Mutex(sizes[1])
    private let isChanging = Atomic(false)

    init(folder: String, providers: Int, url: String) {
        (self.folder, self.providers, self.url) = (folder, providers, url)
    }

    static func file(of member: String, in folder: String) -> String { "\(folder)/\(member).yaml" }

    /// Writes the present configuration of a worker or consumer.
    func write(for member: String) throws { try write(for: member, size: size.withLock { $0 }) }

    /// Gives one worker after the other another page size and restarts it; with `isUndone` some of them, and then these the
    /// old one again. One change at a time: the next waits until all workers have the same.
    func change(_ workers: [Member], isUndone: Bool, using generator: inout SeededGenerator) async {
        guard !isChanging.exchange(true, ordering: .relaxed) else { return }
        defer { isChanging.store(false, ordering: .relaxed) }
        let old = size.withLock { $0 }
        let new = Self.sizes.filter { $0 != old }[Int.random(in: 0..<Self.sizes.count - 1, using: &generator)]
        let some = Array(workers.shuffled(using: &generator).prefix(isUndone ? max(1, workers.count / 2) : .max))
        await restart(some, size: new, using: &generator)
        if isUndone {
            await restart(some, size: old, using: &generator)
        } else {
            size.withLock { $0 = new }
        }
    }

    private func restart(_ workers: [Member], size: Int, using generator: inout SeededGenerator) async {
        for worker in workers {
            do {
                try write(for: worker.process.name, size: size)
            } catch {
                // Another configuration on some workers for good would be a failure of its own: it has to be seen.
                say("the configuration of \(worker.process.name) cannot be written: \(error)")
            }
            worker.process.send(SIGTERM)
            try? await Task.sleep(for: generator.milliseconds(200...2_500))
        }
    }

    private func write(for member: String, size: Int) throws {
        var yaml = """
            redis: { url: "redis+unix://\(folder)/redis.sock" }
            worker: { concurrency: 4, lease: 1s }
            consumer: { sqlite: \(folder)/catalog.sqlite, lease: 1s }
            stream: { maxPending: 60 }
            log: { level: debug, format: json }
            providers:

            """
        for number in 0..<providers {
            yaml += """
                  source-\(number):
                    burstLength: 100ms
                    burstInterval: 50ms
                    restLength: 1d
                    backoff: [100ms, 500ms, 1s]
                    pageTimeout: 2s
                    rejectRemovalsAbovePercentage: 100
                    source: { http: { url: "\(url)/source-\(number)?size=\(size)" } }

                """
        }
        try Data(yaml.utf8).write(to: URL(filePath: Self.file(of: member, in: folder)), options: .atomic)
    }
}
