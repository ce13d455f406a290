internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Gives every refusal its shape, those of the router too; an error that nobody foresaw is logged and not told.
struct RefusalMiddleware<Context: RequestContext>: RouterMiddleware {
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
            return RefusedRequest.notFound.response
        } catch let error as any HTTPResponseError where error.status.kind == .clientError {
            return RefusedRequest.badRequest("the request cannot be read").response
        } catch {
            context.logger.error("a request failed", metadata: ["error": "\(error)"])
            return RefusedRequest(status: .internalServerError, code: "internal", message: "see the log").response
        }
    }
}
