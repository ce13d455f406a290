internal import Subprocess

/// This machine's package index, as `apt-cache` prints it.
struct AptCache {
    /// The program that prints the index.
    var executable: Executable = .name("apt-cache")
    /// What makes it do so.
    var arguments = ["dumpavail"]

    /// Why there is no index to read. Each is a reason to serve a generated set instead, and says so.
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    /// Streams `apt-cache dumpavail`: no more than a paragraph of it is held.
    func forEachParagraph(_ body: (DebianParagraph) -> Void) async throws {
        var parser = ParagraphParser()
        var count = 0
        do {
            let result = try await run(
                executable,
                arguments: Arguments(arguments),
                environment: .inherit.updating(["LC_ALL": "C.UTF-8"]),
                input: .none,
                output: .sequence,
                error: .discarded
            ) { execution in
                for try await buffer in execution.standardOutput {
                    buffer.withUnsafeBytes { bytes in
                        parser.feed(bytes) { paragraph in
                            count += 1
                            body(paragraph)
                        }
                    }
                }
            }
            guard result.terminationStatus.isSuccess else {
                throw Unavailable(description: "apt-cache dumpavail ended with \(result.terminationStatus)")
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Unavailable(description: "there is no apt-cache on this machine")
        }
        parser.finish { paragraph in
            count += 1
            body(paragraph)
        }
        if count == 0 {
            throw Unavailable(description: "apt-cache lists no packages (apt-get update fetches the list)")
        }
    }
}
