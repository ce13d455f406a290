/// Shares out what goes on beside a connection among the chains that a page may fork into.
enum ForkSlices {
    /// The engine allows 1,000 next cursors; one is for the connection itself.
    private static let most = 999

    /// The cursors: each place is a chain of its own where there are chains enough, else several follow one another in each.
    static func cursors(
        nested: [GraphQLCursor.Nested],
        parents: [GraphQLCursor.Parent],
        _ plan: GraphQLPlan
    ) -> [GraphQLCursor] {
        let total = nested.count + parents.count
        // Two fewer: of either kind, the last slice may be a small one.
        let length = total <= most ? 1 : (total + most - 3) / (most - 2)
        return slices(of: nested, length).map { slice in
            .nested(slice, PageSize(plan.mapped[slice[0].name]?.connection.pageSize ?? 1))
        } + slices(of: parents, length).map { .parents($0, PageSize(plan.largestCollectedPage)) }
    }

    private static func slices<Place>(of places: [Place], _ length: Int) -> [[Place]] {
        stride(from: 0, to: places.count, by: length).map { Array(places[$0..<min($0 + length, places.count)]) }
    }
}
