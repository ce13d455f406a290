internal import Catalog
internal import Foundation

/// The folder of a recording: `recording.json`, and two files for each answer, `001-request.json` and `001-answer.json`.
struct RecordingFolder: Sendable {
    /// What `recording.json` says.
    struct Summary: Sendable, Equatable {
        var provider: String
        /// The kind of its source.
        var source: String
        /// Milliseconds since 1970.
        var recordedAt: String
        /// How many pages were read.
        var pages = 0

        var json: JSON {
            [
                "tidemarkRecording": 1, "provider": .string(provider), "source": .string(source),
                "recordedAt": .string(recordedAt), "pages": .integer(Int64(pages)),
            ]
        }

        init(provider: String, source: String, recordedAt: String) {
            (self.provider, self.source, self.recordedAt) = (provider, source, recordedAt)
        }

        init?(_ json: JSON) {
            guard json["tidemarkRecording"] == 1, let provider = json["provider"]?.string,
                let source = json["source"]?.string, let recordedAt = json["recordedAt"]?.string,
                let pages = json["pages"]?.integer
            else { return nil }
            self.init(provider: provider, source: source, recordedAt: recordedAt)
            self.pages = Int(clamping: pages)
        }
    }

    /// As the user named it.
    let path: String

    private static let summaryFile = "recording.json"

    /// What is recorded here; nil if nothing is.
    ///
    /// - Throws: ``CommandFailure`` if what is there is not a recording.
    func summary() throws -> Summary? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw CommandFailure(.failure, "it is not a folder that can be read", at: path)
        }
        guard !names.isEmpty else { return nil }
        guard names.contains(Self.summaryFile), let summary = Summary(try json(Self.summaryFile)) else {
            throw CommandFailure(
                .failure,
                "the folder is not a recording of `tidemark check`",
                at: path,
                mend: "name another one, such as ./recording"
            )
        }
        return summary
    }

    /// The answers, in their order.
    func answers() throws -> [RecordedAnswer] {
        try names(endingIn: "-request.json").map { name in
            guard let answer = RecordedAnswer(try json(name)) else {
                throw CommandFailure(
                    .failure,
                    "the file does not say what a recording's does",
                    at: "\(path)/\(name)",
                    mend: "record again"
                )
            }
            return answer
        }
    }

    func read(_ name: String) throws -> [UInt8] {
        do {
            return try Array(Data(contentsOf: URL(filePath: "\(path)/\(name)")))
        } catch {
            throw CommandFailure(.failure, "the file cannot be read", at: "\(path)/\(name)", mend: "record again")
        }
    }

    /// Makes the folder, for its owner alone.
    func create() throws {
        let manager = FileManager.default
        do {
            if !manager.fileExists(atPath: path) {
                try manager.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
        } catch {
            throw CommandFailure(
                .failure,
                "the folder cannot be made",
                at: path,
                mend: "name one that can be written to"
            )
        }
        guard manager.isWritableFile(atPath: path) else {
            throw CommandFailure(.failure, "the folder cannot be written to", at: path, mend: "name another one")
        }
    }

    /// Removes the files of an earlier recording, and nothing else.
    func clear() throws {
        for name in try names(endingIn: "") {
            do {
                try FileManager.default.removeItem(atPath: "\(path)/\(name)")
            } catch {
                throw CommandFailure(.failure, "the file cannot be removed", at: "\(path)/\(name)")
            }
        }
    }

    func write(_ summary: Summary) throws {
        try write(Array((PrettyJSON.text(summary.json) + "\n").utf8), to: Self.summaryFile)
    }

    /// Writes a file for its owner alone.
    func write(_ bytes: [UInt8], to name: String) throws {
        let file = "\(path)/\(name)"
        try? FileManager.default.removeItem(atPath: file)
        let isWritten = FileManager.default.createFile(
            atPath: file,
            contents: Data(bytes),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else { throw CommandFailure(.failure, "the file cannot be written", at: file) }
    }

    private func names(endingIn end: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return names.filter { name in
            let number = name.prefix { $0.isASCII && $0.isNumber }
            let rest = name.dropFirst(number.count)
            return number.count >= 3 && (rest.hasPrefix("-request.") || rest.hasPrefix("-answer."))
                && name.hasSuffix(end)
        }
        .sorted { ($0.count, $0) < ($1.count, $1) }
    }

    private func json(_ name: String) throws -> JSON {
        do {
            return try JSON(parsing: read(name))
        } catch let error as JSONError {
            throw CommandFailure(
                .failure,
                "the file is not JSON: \(error)",
                at: "\(path)/\(name)",
                mend: "record again"
            )
        }
    }
}
