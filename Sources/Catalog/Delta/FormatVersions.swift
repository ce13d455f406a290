/// The versions of what builds share in Redis: those that a build writes, which are the newest that it knows.
package struct FormatVersions: Sendable, Equatable {
    /// Of jobs: raised when a worker of an older build could not go on with a job as this one stores it.
    package var jobs: Int64
    /// Of the entries of the delta stream: raised when an older consumer would read them wrongly.
    package var entries: Int64
    /// Of the keys: raised when the scripts of an older build would spoil what there is.
    package var layout: Int64

    package init(jobs: Int64, entries: Int64, layout: Int64) {
        (self.jobs, self.entries, self.layout) = (jobs, entries, layout)
    }

    package static let current = FormatVersions(jobs: 1, entries: Int64(Delta.version), layout: 1)

    /// Those of this build. In tasks where they are others, it works as a build that knows those: tests have two at once.
    @TaskLocal package static var known = current
}
