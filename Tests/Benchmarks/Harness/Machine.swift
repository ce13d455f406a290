#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the figures were taken on.
struct Machine: CustomStringConvertible {
    let cores: Int
    let processor: String
    let memory: Int
    let load: Double

    init() {
        cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        processor =
            TextFile.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
            .map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? "unknown processor"
        load = TextFile.lines("/proc/loadavg").first.flatMap { Double($0.prefix { $0 != " " }) } ?? 0
    }

    var description: String {
        let gibibytes = Double(memory) / Double(1 << 30)
        return "\(cores) cores (\(processor)), \(gibibytes.text(0)) GiB, load \(load.text(1))"
    }
}

/// Small files of /proc.
enum TextFile {
    static func lines(_ path: String) -> [Substring] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var byte = fgetc(file)
        while byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
            byte = fgetc(file)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
