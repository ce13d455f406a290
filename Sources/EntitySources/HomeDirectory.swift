#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The user's home, for programs that are started; libjq must not know it.
///
/// libjq reads definitions from `$HOME/.jq` whenever it compiles, and offers no way not to: one user's shortcuts would
/// change what a mapping means.
package enum HomeDirectory {
    /// `HOME` as it was when this was first asked for.
    package static let path: String? = getenv("HOME").map { String(cString: $0) }

    /// Takes `HOME` out of this process's environment. To be called once, at the start of a process of our own: the
    /// environment may only be changed while nobody else reads it.
    package static func hide() {
        _ = path
        unsetenv("HOME")
    }

    /// The file that libjq would read, if there is one.
    static func jqDefinitions(home: String? = getenv("HOME").map { String(cString: $0) }) -> String? {
        guard let home, !home.isEmpty else { return nil }
        let file = home + "/.jq"
        return access(file, F_OK) == 0 ? file : nil
    }
}
