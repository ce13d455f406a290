internal import CLibFuzzer
internal import Foundation

/// Feeds what libFuzzer makes up to the reader that `TIDEMARK_FUZZ` names; the arguments are libFuzzer's. See deploy/fuzz.
@main
enum Fuzz {
    /// Set once, before the first input.
    nonisolated(unsafe) fileprivate static var target = FuzzTarget.reply

    static func main() {
        guard let name = ProcessInfo.processInfo.environment["TIDEMARK_FUZZ"], let chosen = FuzzTarget(rawValue: name)
        else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("TIDEMARK_FUZZ names what is fuzzed: \(names)\n".utf8))
            exit(2)
        }
        target = chosen
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(LLVMFuzzerRunDriver(&count, &arguments, testOneInput))
    }
}

/// What libFuzzer calls, by a name that it also wants at link time.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    Fuzz.target.read(UnsafeRawBufferPointer(start: data, count: size))
    return 0
}
