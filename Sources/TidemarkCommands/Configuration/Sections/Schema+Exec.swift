internal import Catalog
internal import EntitySources
internal import Foundation

extension Schema where Value == ExecSource.Configuration {
    /// `source.exec`.
    static var exec: Schema {
        .record(
            { ExecSource.Configuration(command: []) },
            [
                Field(
                    "command",
                    command,
                    required: true,
                    "The program and its arguments; a name without a slash is looked up in PATH."
                ) { ($0.command, $0.folders) = ($1.words, $1.folders) },
                Field(
                    "environment",
                    .map(of: .credential),
                    "The program's environment, beside PATH, HOME and LANG: nothing else is inherited."
                ) {
                    $0.environment = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
                },
                Field(
                    "workingDirectory",
                    .path,
                    \.workingDirectory,
                    "Where the program runs; the worker's directory unless given."
                ),
                Field(
                    "maxLineBytes",
                    .size,
                    default: "32MiB",
                    \.maxLineBytes,
                    "The size limit for one line of output."
                ),
                Field(
                    "terminationGrace",
                    .duration(),
                    default: "5s",
                    \.terminationGrace,
                    "How long the program has to end after it was asked to, before it is killed."
                ),
            ]
        )
    }

    /// A program with a slash is a path, and relative to the file like all paths in it.
    private static var command: Schema<Command> {
        let list = Schema<[String]>.list(of: .text, atLeast: 1)
        return Schema<Command>(json: list.json) { node, path, decoding in
            if let text = node.scalar?.text, !text.isEmpty {
                let words = text.split(separator: " ").joined(separator: ", ")
                decoding.report("must be a list", at: node.place, path, mend: "write `[\(words)]`")
                return nil
            }
            if case .list(let words) = node.content {
                for word in words.dropFirst() { decoding.hide(word) { _, _ in true } }
            }
            guard var command = list.decode(node, path, &decoding) else { return nil }
            // Absolute, because it may run in another folder.
            let absolute = { (path: String) in
                path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
            }
            if command[0].contains("/") { command[0] = absolute(decoding.resolve(command[0])) }
            let folder = decoding.resolve("")
            return Command(words: command, folders: [absolute(folder), folder].filter { !$0.isEmpty })
        }
    }

    /// A program and its arguments, and the folders that relative paths were put into.
    private struct Command {
        var words: [String]
        var folders: [String]
    }
}
