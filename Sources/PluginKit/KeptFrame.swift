/// The frame of a call whose arguments are retained.
@safe final class KeptFrame: @unchecked Sendable {  // used by one task only, from its start to its end
    private let frame: UnsafeMutablePointer<CallFrame>

    init(_ frame: CallFrame) {
        unsafe self.frame = .allocate(capacity: 1)
        unsafe self.frame.initialize(to: frame)
    }

    deinit {
        unsafe frame.deinitialize(count: 1)
        unsafe frame.deallocate()
    }

    /// Lends the call; it may not outlive this.
    func call<Kind>() -> Call<Kind> { unsafe Call(frame) }

    func settle(_ verdict: Verdict) -> hk_verdict { unsafe frame.pointee.settle(verdict) }

    func failed(_ error: any Error) -> hk_verdict { unsafe frame.pointee.failed(error) }
}
