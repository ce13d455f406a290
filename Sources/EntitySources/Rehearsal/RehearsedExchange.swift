/// A request of a source and what came of it.
package struct RehearsedExchange: Sendable {
    package var request: RequestDescription
    package var answer: RehearsedAnswer?
    /// Why there is no answer.
    package var failure: String?
    /// Since the rehearsal began.
    package var began: Duration
    package var ended: Duration?

    package init(request: RequestDescription, began: Duration) {
        (self.request, self.began) = (request, began)
    }

    package var took: Duration { (ended ?? began) - began }
}
