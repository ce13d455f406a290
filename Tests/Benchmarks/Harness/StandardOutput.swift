#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Sends on what was printed: through a pipe, it would wait for a full buffer.
func flushStandardOutput() {
    fflush(nil)
}
