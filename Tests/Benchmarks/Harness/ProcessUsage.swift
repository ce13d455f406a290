#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What a process has used so far, this one where no other is named.
struct ProcessUsage: Sendable {
    /// The most memory that it had resident at a time, in bytes. Not ru_maxrss, which begins with that of the parent.
    static var peakMemory: Int {
        TextFile.lines("/proc/self/status").first { $0.hasPrefix("VmHWM:") }
            .flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") }
            .map { $0 * 1_024 } ?? 0
    }

    /// Seconds of processor time, in user and system mode.
    static var processorTime: Double {
        var usage = rusage()
        // 0 is RUSAGE_SELF, whose type differs among libraries.
        getrusage(0, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Seconds of processor time of another process, to a hundredth; no number when it is not there.
    static func processorTime(of process: Int) -> Double {
        // The name, in parentheses, may have spaces; user and system time are the 12th and the 13th field after it.
        let fields = TextFile.lines("/proc/\(process)/stat").first?.split(separator: ")").last?.split(separator: " ")
        guard let fields, fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return .nan
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
