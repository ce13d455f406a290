extension ExecSource {
    /// Which program is the source, and how it is started.
    public struct Configuration: Sendable {
        /// The program and its arguments. A name without a slash is looked up in `PATH`; a relative path is relative to
        /// the working directory of the worker.
        public var command: [String]
        /// The program's environment, beside the worker's `PATH`, `HOME` and `LANG`: nothing else is inherited.
        /// Values count as credentials and are never shown.
        public var environment: [String: String] = [:]
        /// Where the program runs; the worker's directory if none is given.
        public var workingDirectory: String?
        /// Folders, each with its slash, that relative paths of a configuration file were put into.
        package var folders: [String] = []
        /// The size limit for one line of output, in bytes.
        public var maxLineBytes = 32 << 20
        /// How long the program has to end after it was asked to (its input closed, then SIGTERM), before it is killed.
        public var terminationGrace: Duration = .seconds(5)

        /// A source that runs a program with its arguments.
        public init(command: [String]) {
            self.command = command
        }
    }
}
