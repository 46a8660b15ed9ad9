internal import System
public import Wire

/// Asks hosts over HTTPS, one request a connection: no redirects, no cookies, no proxies, nothing kept.
public struct HTTPSClient: Sendable {
    private let dialer: Dialer

    public init(dialer: Dialer) { self.dialer = dialer }

    /// Sends a request and waits for the whole answer.
    ///
    /// - Parameters:
    ///   - request: at most ``Outcall/waitingLimit`` bytes.
    ///   - target: where the host is; found elsewhere.
    ///   - isVerified: whether the host's certificate has to be for the address's host, by an authority that we trust.
    ///   - limit: more bytes than that in the answer's body are a fault.
    ///   - patience: for all of it.
    /// - Returns: what came, with any status.
    /// - Throws: why there is no whole answer.
    public func perform(
        _ request: HTTPRequest,
        at target: OutcallTarget,
        isVerified: Bool = true,
        limit: Int,
        within patience: Duration
    ) async throws(HTTPFault) -> HTTPResponse {
        let result = await withCheckedContinuation { continuation in
            let nanoseconds = UInt64(max(0, patience / .nanoseconds(1)))
            let call = HTTPSCall(limit: limit, deadline: SystemTime.monotonicNanoseconds + nanoseconds) {
                continuation.resume(returning: $0)
            }
            let outcall = dialer.prepare(call)
            call.hold(outcall)
            guard case .taken = outcall.write(request.bytes) else {
                return call.ended(.failed("the request is too long"))
            }
            let security = OutcallSecurity(name: request.address.host, isVerified: isVerified)
            dialer.begin(outcall, target, security: security, timeout: patience)
        }
        return try result.get()
    }
}
