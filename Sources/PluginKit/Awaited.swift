/// The one answer that the server gives to a question, and the task that waits for it.
final class Awaited<Answer: Sendable>: Sendable {
    private let continuation: CheckedContinuation<Result<Answer, HostError>, Never>

    private init(_ continuation: CheckedContinuation<Result<Answer, HostError>, Never>) {
        self.continuation = continuation
    }

    /// Asks, with the pointer that the server is to give back; a status other than `HK_OK` is the answer.
    static func answer(
        _ operation: String,
        _ ask: (UnsafeMutableRawPointer) -> hk_status?
    ) async throws(HostError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            let kept = unsafe Unmanaged.passRetained(Awaited(continuation))
            let status = unsafe ask(kept.toOpaque())
            guard status != hk_status(HK_OK) else { return }
            unsafe kept.takeRetainedValue().continuation.resume(returning: .failure(HostError(status, operation)))
        }
        return try result.get()
    }

    /// What the server gives back, once.
    static func settle(_ ud: UnsafeMutableRawPointer?, _ result: Result<Answer, HostError>) {
        guard let ud = unsafe ud else { return }
        unsafe Unmanaged<Awaited>.fromOpaque(ud).takeRetainedValue().continuation.resume(returning: result)
    }
}
