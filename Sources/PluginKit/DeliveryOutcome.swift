/// What has become of one recipient of a message that was given to a host.
public struct DeliveryOutcome: Sendable, Equatable {
    public enum What: Sendable, Equatable {
        case delivered, deferred, failed
    }

    public var what: What
    /// The recipient's place in the transaction.
    public var index: Int
    public var address: String
    /// Of the host's reply; 0: it is the server that says so.
    public var code: Int
    /// As in "5.1.1".
    public var enhanced: String?
    /// Nil: none was reached.
    public var host: String?
    /// The reply without codes, or what went wrong.
    public var text: String

    init(_ given: UnsafePointer<hk_outcome>) {
        what =
            switch Int(unsafe given.pointee.what) {
            case HK_D_DELIVERED: .delivered
            case HK_D_FAILED: .failed
            default: .deferred
            }
        index = unsafe Int(given.pointee.rcpt_index)
        code = unsafe Int(given.pointee.code)
        address = unsafe String(given.pointee.address)
        host = unsafe given.pointee.host.text
        enhanced = unsafe given.pointee.enhanced.text
        text = unsafe String(given.pointee.text)
    }

    /// The verdict that passes on what the host said, as an answer to the hooks `queue` and `queue_outbound`.
    public var verdict: Verdict {
        switch what {
        case .delivered: .ok(text)
        case .deferred: code == 0 ? .denySoft(text) : .denySoft(text, code: code, enhanced: enhanced)
        case .failed: code == 0 ? .deny(text) : .deny(text, code: code, enhanced: enhanced)
        }
    }
}

extension hk_str {
    /// Nil when it is absent.
    fileprivate var text: String? { unsafe ptr == nil ? nil : String(self) }
}
