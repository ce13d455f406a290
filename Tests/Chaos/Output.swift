internal import Foundation

/// Prints a line at once, be it to a terminal, a file or a pipe.
func say(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
}
