/// A hook that answers before it returns; nothing on its way allocates.
final class SyncHook<Kind>: HookRunner {
    private let name: StaticString
    private let host: Host
    private let method: @Sendable (borrowing Call<Kind>) throws -> Verdict

    init(_ name: StaticString, _ host: Host, _ method: @escaping @Sendable (borrowing Call<Kind>) throws -> Verdict) {
        self.name = name
        self.host = host
        self.method = method
    }

    func run(_ args: UnsafePointer<hk_args>) -> hk_verdict {
        var frame = unsafe CallFrame(args, host, name)
        return unsafe withUnsafeMutablePointer(to: &frame) { frame in
            do {
                let verdict = try unsafe method(Call(frame))
                return unsafe frame.pointee.settle(verdict)
            } catch {
                return unsafe frame.pointee.failed(error)
            }
        }
    }

    func cancel(_ call: hk_call) {}
}
