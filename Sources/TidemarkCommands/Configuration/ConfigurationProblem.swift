/// One thing that is wrong in a configuration file: where, what, and the mend.
struct ConfigurationProblem: Sendable, Equatable {
    let place: Place
    /// Empty for the file as a whole.
    let path: String
    let message: String
    /// What to do about it; without one the message already says it.
    let mend: String?

    init(place: Place, path: ConfigurationPath = .root, message: String, mend: String? = nil) {
        self.place = place
        self.path = path.description
        self.message = message
        self.mend = mend
    }

    /// The problem without what is secret.
    func redacted(_ redactor: Redactor) -> ConfigurationProblem {
        ConfigurationProblem(place, path, redactor.redact(message), mend.map(redactor.redact))
    }

    private init(_ place: Place, _ path: String, _ message: String, _ mend: String?) {
        (self.place, self.path, self.message, self.mend) = (place, path, message, mend)
    }

    /// As compilers report, so that editors and terminals find the place.
    func lines(file: String, style: Style) -> [String] {
        let what = (path.isEmpty ? "" : "\(path): ") + message
        return [style("\(file):\(place):", .strong) + " " + style("error:", .bad) + " " + what]
            + (mend.map { ["    \($0)"] } ?? [])
    }

    /// `file:line:column: path: message`, and the mend on a line of its own.
    func text(file: String) -> String {
        mend.map { "\(head(file: file))\n    \($0)" } ?? head(file: file)
    }

    /// `file:line:column: path: message`.
    func head(file: String) -> String {
        "\(file):\(place): " + (path.isEmpty ? "" : "\(path): ") + message
    }
}
