import Synchronization

/// A hook that answers later, from a task of the plugin.
final class AsyncHook<Kind>: HookRunner {
    typealias Method = @Sendable (borrowing Call<Kind>) async throws -> Verdict

    private let name: StaticString
    private let host: Host
    private let method: Method
    private let running = Mutex<[hk_call: Task<Void, Never>]>([:])

    init(_ name: StaticString, _ host: Host, _ method: @escaping Method) {
        self.name = name
        self.host = host
        self.method = method
    }

    /// Keeps the arguments, starts the task and answers "pending"; without kept arguments there is nothing to work on.
    func run(_ args: UnsafePointer<hk_args>) -> hk_verdict {
        let call = unsafe args.pointee.call
        let status = unsafe host.tables.calls?.pointee.retain(host.tables.context, call)
        guard status == hk_status(HK_OK) else {
            let refusal = HostError(status, "retain")
            return unsafe CallFrame(args, host, name).failed(refusal)
        }
        let kept = unsafe KeptFrame(CallFrame(args, host, name))
        running.withLock { running in
            // The lock is held until the task is listed, so that its end finds itself there.
            running[call] = Task { await self.perform(kept, call) }
        }
        return hk_verdict(HK_V_PENDING)
    }

    func cancel(_ call: hk_call) {
        running.withLock { $0[call] }?.cancel()
    }

    private func perform(_ kept: KeptFrame, _ call: hk_call) async {
        let verdict: hk_verdict
        do {
            let answer = try await method(kept.call())
            verdict = kept.settle(answer)
        } catch {
            verdict = kept.failed(error)
        }
        // 0 is no verdict: the host then applies the plugin's failure policy.
        _ = unsafe host.tables.host.pointee.complete?(host.tables.context, call, verdict, .absent)
        _ = unsafe host.tables.calls?.pointee.release(host.tables.context, call)
        _ = running.withLock { $0.removeValue(forKey: call) }
    }
}
