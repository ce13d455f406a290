internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Gives every refusal its shape, those of the router too; an error that nobody foresaw is logged and not told.
struct RefusalMiddleware<Context: RequestContext>: RouterMiddleware {
    let table: EndpointTable

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refused as RefusedRequest {
            return refused.response
        } catch let error as any HTTPResponseError where error.status == .notFound {
            let methods = table.methods(at: request.uri.path[...])
            return methods.isEmpty
                ? RefusedRequest.notFound.response : RefusedRequest.methodNotAllowed(methods).response
        } catch let error as any HTTPResponseError where error.status.kind == .clientError {
            return RefusedRequest.badRequest("the request cannot be read").response
        } catch {
            context.logger.error("a request failed", metadata: ["error": "\(error)"])
            return RefusedRequest(status: .internalServerError, code: "internal", message: "see the log").response
        }
    }
}
