internal import Foundation

/// A source for processes: a program that lists the names in files, one file a chain, and logs what it is asked for.
///
/// A page waits while a file named `hold-CHAIN:OFFSET` exists.
package struct ProgramSource: Sendable {
    package let directory: String
    private let chains: Int
    private let pageSize: Int

    package init(in directory: String, chains: Int, pageSize: Int) throws {
        (self.directory, self.chains, self.pageSize) = (directory, chains, pageSize)
        let file = URL(filePath: path)
        try Data(Self.program.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    /// The program; `command: [path, directory, chains, page size]`.
    package var command: [String] { [path, directory, "\(chains)", "\(pageSize)"] }

    private var path: String { directory + "/source.sh" }

    /// What the chains list from now on; names are spread over them in turn.
    package func list(_ names: [String]) throws {
        for chain in 0..<chains {
            let lines = names.indices.filter { $0 % chains == chain }.map { names[$0] + "\n" }.joined()
            try Data(lines.utf8).write(to: URL(filePath: "\(directory)/chain-\(chain)"), options: .atomic)
        }
    }

    /// Makes the page at this cursor wait until it is let go.
    package func hold(_ cursor: String) throws {
        try Data().write(to: URL(filePath: "\(directory)/hold-\(cursor)"))
    }

    package func letGo(_ cursor: String) throws {
        try FileManager.default.removeItem(atPath: "\(directory)/hold-\(cursor)")
    }

    /// The cursors that were read, in their order; `null` begins a cycle.
    package var reads: [String] {
        let text = (try? String(contentsOfFile: directory + "/reads", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static let program = #"""
        #!/bin/sh
        # One JSON object a line: {"cursor": null or "CHAIN:OFFSET"} in, {"entities": […], "next": […]} out.
        directory=$1 chains=$2 size=$3
        while read -r line; do
            cursor=$(printf '%s' "$line" | sed -n 's/.*"cursor" *: *"\([0-9:]*\)".*/\1/p')
            echo "${cursor:-null}" >>"$directory/reads"
            if [ -z "$cursor" ]; then
                next=$(awk -v n="$chains" 'BEGIN { for (i = 0; i < n; i++) printf "%s\"%d:0\"", (i ? "," : ""), i }')
                echo "{\"entities\":[],\"next\":[$next]}"
                continue
            fi
            while [ -e "$directory/hold-$cursor" ]; do sleep 0.02; done
            awk -v chain="${cursor%%:*}" -v offset="${cursor##*:}" -v size="$size" '
                BEGIN { printf "{\"entities\":[" }
                NR > offset && NR <= offset + size {
                    printf "%s{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Component\",\"metadata\":{\"name\":\"%s\"},\"spec\":{}}", separator, $1
                    separator = ","
                }
                END { printf "],\"next\":["; if (NR > offset + size) printf "\"%d:%d\"", chain, offset + size; print "]}" }
            ' "$directory/chain-${cursor%%:*}"
        done
        """#
}
