internal import Catalog
internal import Ingestion

extension GraphQLSource {
    /// What maps the pages of one burst: compiled expressions. Connections are shared by the process.
    public final class Client: Sendable {
        private let records: PageClient
        private let nested: [String: PageClient]

        init(_ plan: GraphQLPlan, of configuration: Configuration, _ credentials: Credentials) {
            records = PageClient(plan.pages, of: configuration, credentials)
            nested = plan.mapped.mapValues { PageClient($0.pages, of: configuration, credentials) }
        }

        func prepare(_ plan: GraphQLPlan, _ expressions: [JQExpression]) throws(SourceConfigurationError) {
            try records.prepare(plan.pages.expressions + expressions)
            for (name, client) in nested { try client.prepare(plan.mapped[name]?.pages.expressions ?? []) }
        }

        /// The entities of the records in a document that is made of an answer.
        func entities(in document: JSON, _ answer: HTTPAnswer) async throws -> [JSONText] {
            try await Self.entities(in: document, answer, records)
        }

        /// The entities of a nested connection's nodes, each in a pair with what `$parent` is.
        func entities(of pairs: [JSON], _ name: String, _ answer: HTTPAnswer) async throws -> [JSONText] {
            guard let client = nested[name], !pairs.isEmpty else { return [] }
            return try await Self.entities(in: .array(pairs), answer, client)
        }

        func evaluating<Result: Sendable>(
            _ body: @escaping @Sendable ((JQExpression, JSON) throws -> JSON) throws -> Result
        ) async throws -> Result {
            try await records.evaluating(body)
        }

        private static func entities(
            in document: JSON,
            _ answer: HTTPAnswer,
            _ client: PageClient
        ) async throws -> [JSONText] {
            var answer = answer
            answer.body = document.bytes
            return try await client.read(answer, request: [:]).entities
        }
    }
}
