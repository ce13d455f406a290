extension HTTPSource {
    /// A call for each record of a page, whose answer is put into the record.
    ///
    /// All of a page's details are there before the page is: one that fails fails the page, since a record without it would be published
    /// wrong. They count towards the provider's `pageTimeout`, so a page must not have more records than can be asked about in that
    /// time.
    public struct Detail: Sendable {
        /// The member of the record that it becomes, in place of one that is there.
        public var name: String
        /// jq over the record: false or null asks nothing, and leaves the record as it is. None: every record is asked about.
        public var when: String?
        /// What is asked for. Templates see the record as their input, and `$parent`; the URL may be one that the record holds.
        ///
        /// With `pagination` or `records`, the records of all pages make one array. What carries the cursor must be a parameter. `entity`,
        /// `details` and `each` have no place here.
        public var chain: Chain
        /// jq over the answer: the one value that the member gets; `.` by default. Not with `pagination` or `records`.
        public var value: String?
        /// How many calls are under way at a time, 64 at most.
        public var concurrency = 4

        /// A call to a URL for each record.
        public init(_ name: String, url: String) {
            self.name = name
            chain = Chain(url: url)
        }
    }
}
