internal import Ingestion

extension Schema where Value == CallRate {
    /// `callRate` of a provider.
    static var callRate: Schema {
        .record(
            { CallRate(calls: 1, per: .seconds(1)) },
            [
                Field("calls", .integer(1...1_000_000_000), required: true, \.calls, "How many calls, at the most."),
                Field(
                    "per",
                    .duration(atLeast: .milliseconds(1)),
                    required: true,
                    \.per,
                    "In any span of this length; a tenth of them may come at once."
                ),
            ]
        )
    }
}
